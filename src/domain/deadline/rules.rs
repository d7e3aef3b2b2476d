//! How an office reminds: the profile of each urgency, quiet hours, how often a person may be pinged in a day. Data of the
//! office, and of a unit where it differs.

use super::profile::Profile;
use super::quiet::Quiet;
use crate::domain::calendar::Calendar;
use crate::domain::task::{Urgency, coded};
use serde::{Deserialize, Serialize};
use std::fmt;

coded! {
    /// One thing that can be set.
    Rule {
        /// When a normal task is reminded of.
        Normal = "normal",
        /// When one that is khẩn is.
        Urgent = "urgent",
        /// When one that is thượng khẩn is.
        VeryUrgent = "very_urgent",
        /// When one that is hỏa tốc is.
        Flash = "flash",
        /// In which office hours nobody is reminded.
        Quiet = "quiet",
        /// How many pings a person gets in a day at most; of the whole office only.
        Limit = "limit",
    }
}

impl From<Urgency> for Rule {
    fn from(urgency: Urgency) -> Self {
        match urgency {
            Urgency::Normal => Self::Normal,
            Urgency::Urgent => Self::Urgent,
            Urgency::VeryUrgent => Self::VeryUrgent,
            Urgency::Flash => Self::Flash,
        }
    }
}

/// How units are asked for a receipt that they have not confirmed. Whatever comes in is presented on the same or the next working
/// day, what is urgent at once (Decree 30/2020/NĐ-CP, articles 23 and 24); longer than that nobody is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// By each reminder of those that come every few hours from giving on.
    Pulse,
    /// By a reminder each working day in the morning, from the day after giving on.
    Morning,
    /// In the digest of the unit, from when a whole working day has passed.
    Digest,
}

/// The most that the limit may be set to.
pub const LIMIT_MAX: u32 = 50;
/// Pings for a person and day until somebody sets another number.
const LIMIT_USUAL: u32 = 6;

/// Everything that is set, with what is usual for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    profiles: [Profile; 4],
    /// Hours in which nobody is reminded although the office is open. Flash does not ask.
    pub quiet: Quiet,
    /// Pings for a person and working day. What goes beyond is told in a digest.
    pub limit: u32,
}

/// A value that cannot be: not readable, or nothing of the day would be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRule;

impl Default for Rules {
    fn default() -> Self {
        let usual = Profile::usual;
        Self {
            profiles: [Urgency::Normal, Urgency::Urgent, Urgency::VeryUrgent, Urgency::Flash].map(usual),
            quiet: Quiet::default(),
            limit: LIMIT_USUAL,
        }
    }
}

impl Rules {
    /// The profile of an urgency.
    pub fn profile(&self, urgency: Urgency) -> &Profile {
        &self.profiles[urgency as usize]
    }

    /// How a receipt is asked for that does not come.
    pub fn receipt(&self, urgency: Urgency) -> Receipt {
        match urgency {
            Urgency::Normal => Receipt::Digest,
            Urgency::Urgent => Receipt::Morning,
            Urgency::VeryUrgent | Urgency::Flash => match self.profile(urgency).every() {
                Some(_) => Receipt::Pulse,
                None => Receipt::Morning,
            },
        }
    }

    /// Sets one thing to what somebody typed; what is then stored is [`Rules::value`].
    ///
    /// # Errors
    /// [`BadRule`]; then nothing is changed.
    pub fn set(&mut self, rule: Rule, text: &str, calendar: &Calendar) -> Result<(), BadRule> {
        let profile = |urgency: Urgency| Ok((urgency as usize, text.parse().map_err(|_| BadRule)?));
        let (index, profile) = match rule {
            Rule::Normal => profile(Urgency::Normal)?,
            Rule::Urgent => profile(Urgency::Urgent)?,
            Rule::VeryUrgent => profile(Urgency::VeryUrgent)?,
            Rule::Flash => profile(Urgency::Flash)?,
            Rule::Quiet => {
                let quiet: Quiet = text.parse().map_err(|_| BadRule)?;
                if !quiet.leave_room(calendar) {
                    return Err(BadRule);
                }
                self.quiet = quiet;
                return Ok(());
            }
            Rule::Limit => {
                let limit = text.trim().parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                self.limit = limit.ok_or(BadRule)?;
                return Ok(());
            }
        };
        self.profiles[index] = profile;
        Ok(())
    }

    /// One thing as it is stored, and as it may be typed.
    pub fn value(&self, rule: Rule) -> String {
        let show = |what: &dyn fmt::Display| what.to_string();
        match rule {
            Rule::Normal => show(self.profile(Urgency::Normal)),
            Rule::Urgent => show(self.profile(Urgency::Urgent)),
            Rule::VeryUrgent => show(self.profile(Urgency::VeryUrgent)),
            Rule::Flash => show(self.profile(Urgency::Flash)),
            Rule::Quiet => show(&self.quiet),
            Rule::Limit => show(&self.limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample::hanoi;

    #[test]
    fn what_is_stored_is_read_again() {
        let mut rules = Rules::default();
        for (rule, typed) in
            [(Rule::Normal, "T-5 T"), (Rule::Flash, "2h"), (Rule::Quiet, "11:00-14:00"), (Rule::Limit, " 4 ")]
        {
            rules.set(rule, typed, &hanoi()).unwrap();
        }
        let mut read = Rules::default();
        for rule in Rule::ALL {
            read.set(*rule, &rules.value(*rule), &hanoi()).unwrap();
        }
        assert_eq!(read, rules);
        assert_eq!(rules.profile(Urgency::Normal).to_string(), "T-5, T");
        assert_eq!(rules.profile(Urgency::Urgent), &Profile::usual(Urgency::Urgent));
        for (rule, typed) in
            [(Rule::Limit, "0"), (Rule::Limit, "51"), (Rule::Quiet, "08:00-17:00"), (Rule::Urgent, "")]
        {
            assert_eq!(rules.set(rule, typed, &hanoi()), Err(BadRule));
        }
    }
}
