//! When an urgency reminds, as people write it: `T-3, T-1, T`, `T-1, T-4h, T`, `2h`.

use crate::domain::task::Urgency;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The most working days before the deadline.
const DAYS_MAX: u8 = 30;
/// The most hours, before the deadline or from one reminder to the next.
const HOURS_MAX: u8 = 24;

/// One moment that belongs to the deadline. The order is that of time, for a deadline at the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// So many working days before the due date, in the morning; zero is the due date.
    Days(u8),
    /// So many hours before the deadline itself.
    Hours(u8),
}

/// When to remind before a deadline. After it every working day has its reminder, whatever the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    marks: BTreeSet<Mark>,
    every: Option<u8>,
}

/// Why typed text is no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoProfile;

impl Profile {
    /// What the office has until it says otherwise: three, one and no working days before for the normal; one day and
    /// four hours before, and the day, for khẩn; every two office hours for thượng khẩn; every hour for hỏa tốc.
    pub fn usual(urgency: Urgency) -> Self {
        let (marks, every): (&[Mark], _) = match urgency {
            Urgency::Normal => (&[Mark::Days(3), Mark::Days(1), Mark::Days(0)], None),
            Urgency::Urgent => (&[Mark::Days(1), Mark::Hours(4), Mark::Days(0)], None),
            Urgency::VeryUrgent => (&[], Some(2)),
            Urgency::Flash => (&[], Some(1)),
        };
        Self { marks: marks.iter().copied().collect(), every }
    }

    /// The moments that belong to the deadline.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.marks.iter().copied()
    }

    /// Every so many hours from giving on, if it reminds again and again.
    pub fn every(&self) -> Option<u8> {
        self.every
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(0) => f.write_str("T"),
            Self::Days(days) => write!(f, "T-{days}"),
            Self::Hours(hours) => write!(f, "T-{hours}h"),
        }
    }
}

impl fmt::Display for Profile {
    /// As it is typed and stored: the earliest moment first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.marks.iter().rev().filter(|mark| matches!(mark, Mark::Days(_)));
        let hours = self.marks.iter().rev().filter(|mark| matches!(mark, Mark::Hours(_)));
        let every = self.every.map(|hours| format!("{hours}h"));
        let parts: Vec<String> = days.chain(hours).map(ToString::to_string).chain(every).collect();
        f.write_str(&parts.join(", "))
    }
}

impl FromStr for Profile {
    type Err = NoProfile;

    fn from_str(text: &str) -> Result<Self, NoProfile> {
        let mut profile = Self { marks: BTreeSet::new(), every: None };
        let number = |text: &str, max: u8| {
            text.parse().ok().filter(|number| (1..=max).contains(number)).ok_or(NoProfile)
        };
        for word in text.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
            let word = word.to_ascii_lowercase().replace('–', "-");
            match (word.strip_prefix('t'), word.strip_suffix('h')) {
                (Some(""), _) => drop(profile.marks.insert(Mark::Days(0))),
                (Some(rest), hours) => {
                    let rest = rest.strip_prefix('-').ok_or(NoProfile)?;
                    profile.marks.insert(match hours {
                        Some(_) => Mark::Hours(number(rest.trim_end_matches('h'), HOURS_MAX)?),
                        None => Mark::Days(number(rest, DAYS_MAX)?),
                    });
                }
                (None, Some(hours)) if profile.every.is_none() => {
                    profile.every = Some(number(hours, HOURS_MAX)?);
                }
                _ => return Err(NoProfile),
            }
        }
        if profile.marks.is_empty() && profile.every.is_none() { Err(NoProfile) } else { Ok(profile) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_may_be_typed() {
        for (typed, shown) in [
            ("T-3 T-1 T", "T-3, T-1, T"),
            ("t, t-1;t-3", "T-3, T-1, T"),
            ("T-4h,T-1,T", "T-1, T, T-4h"),
            ("2H", "2h"),
            ("T 4h", "T, 4h"),
            ("T–5", "T-5"),
        ] {
            let profile: Profile = typed.parse().unwrap();
            assert_eq!(profile.to_string(), shown);
            assert_eq!(shown.parse(), Ok(profile));
        }
        for urgency in Urgency::ALL {
            let usual = Profile::usual(*urgency);
            assert_eq!(usual.to_string().parse(), Ok(usual));
        }
    }

    #[test]
    fn what_means_nothing_is_no_profile() {
        for typed in
            ["", " , ", "T+1", "T-0", "T-31", "T-25h", "3", "0h", "25h", "2h 3h", "tomorrow", "T-", "T-h"]
        {
            assert_eq!(typed.parse::<Profile>(), Err(NoProfile), "{typed}");
        }
    }
}
