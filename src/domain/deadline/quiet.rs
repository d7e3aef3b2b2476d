//! Hours in which nobody is reminded although the office is open: lunch that is longer here, the hour of a weekly briefing.

use crate::domain::calendar::Calendar;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::fmt;
use std::str::FromStr;

/// Quiet hours of every day, local time: each from a time up to, and without, another; over midnight where that one is earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiet(Vec<(NaiveTime, NaiveTime)>);

/// Why typed text names no hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoHours;

/// How fine the hours are looked through for one that is not quiet.
const STEP: TimeDelta = TimeDelta::minutes(5);

impl Quiet {
    /// Whether nobody is reminded at this time of the day.
    pub fn holds(&self, time: NaiveTime) -> bool {
        self.until(time).is_some()
    }

    /// When the quiet hours end that hold at this time of the day; without those, `None`.
    fn until(&self, time: NaiveTime) -> Option<NaiveTime> {
        let holds = |(from, until): &&(NaiveTime, NaiveTime)| match from < until {
            true => *from <= time && time < *until,
            false => *from <= time || time < *until,
        };
        self.0.iter().find(holds).map(|(_, until)| *until)
    }

    /// Whether people may be reminded: the office is open, and the hour is not quiet.
    pub fn is_over(&self, moment: DateTime<Utc>, calendar: &Calendar) -> bool {
        calendar.in_office_hours(moment) && !self.holds(calendar.local(moment).time())
    }

    /// `moment` itself when people may be reminded then, else the next moment when they may.
    pub fn over_from(&self, moment: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
        let mut open = calendar.next_office_moment(moment);
        // Where quiet hours end, or the office opens again; there are few of either in a day.
        for _ in 0..4 * (self.0.len() + 2) {
            let wall = calendar.local(open);
            let Some(until) = self.until(wall.time()) else { break };
            let over_midnight = until <= wall.time();
            let date = if over_midnight { wall.date() + Days::new(1) } else { wall.date() };
            open = calendar.next_office_moment(calendar.at(date, until));
        }
        open
    }

    /// When people may first be reminded on `date` from `time` on; `None` when that is not before the evening.
    pub fn over_on(&self, date: NaiveDate, time: NaiveTime, calendar: &Calendar) -> Option<DateTime<Utc>> {
        let open = self.over_from(calendar.at(date, time), calendar);
        (calendar.local_date(open) == date).then_some(open)
    }

    /// Whether they leave an hour of the working day to be reminded in.
    pub fn leave_room(&self, calendar: &Calendar) -> bool {
        let mut time = calendar.opening();
        let mut free = TimeDelta::zero();
        while time < calendar.closing() {
            if calendar.opens_at(time) && !self.holds(time) {
                free += STEP;
            }
            let (next, wrapped) = time.overflowing_add_signed(STEP);
            if wrapped != 0 {
                break;
            }
            time = next;
        }
        free >= TimeDelta::hours(1)
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<String> = self
            .0
            .iter()
            .map(|(from, until)| format!("{}-{}", from.format("%H:%M"), until.format("%H:%M")))
            .collect();
        f.write_str(&ranges.join(", "))
    }
}

impl FromStr for Quiet {
    type Err = NoHours;

    /// `11:30-13:30` or, over midnight, `22:00-06:00`; several separated by commas. No text at all is no quiet hours.
    fn from_str(text: &str) -> Result<Self, NoHours> {
        let time = |text: &str| {
            let text = text.trim().replace(['h', 'H'], ":");
            let whole = if text.ends_with(':') { format!("{text}00") } else { text };
            NaiveTime::parse_from_str(&whole, "%H:%M").map_err(|_| NoHours)
        };
        let mut ranges = Vec::new();
        for range in text.split([',', ';']).map(str::trim).filter(|range| !range.is_empty()) {
            let (from, until) = range.split_once(['-', '–']).ok_or(NoHours)?;
            let (from, until) = (time(from)?, time(until)?);
            if from == until {
                return Err(NoHours);
            }
            ranges.push((from, until));
        }
        ranges.sort_unstable();
        Ok(Self(ranges))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample::hanoi;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_str(&format!("{text} +0700"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
    }

    #[test]
    fn hours_read_as_they_are_written() {
        for (typed, shown) in [
            ("11:30-13:30", "11:30-13:30"),
            ("16h – 17h, 8h00-8h45", "08:00-08:45, 16:00-17:00"),
            ("22h-6h", "22:00-06:00"),
            ("", ""),
        ] {
            let quiet: Quiet = typed.parse().unwrap();
            assert_eq!(quiet.to_string(), shown);
            assert_eq!(shown.parse(), Ok(quiet));
        }
        for typed in ["11:30", "9:00-9:00", "25:00-26:00", "lunch"] {
            assert_eq!(typed.parse::<Quiet>(), Err(NoHours), "{typed}");
        }
    }

    #[test]
    fn the_next_moment_is_after_quiet_hours_and_after_closed_ones() {
        let calendar = hanoi();
        let quiet: Quiet = "08:00-09:00, 11:00-13:30, 16:30-23:00".parse().unwrap();
        for (now, open) in [
            ("2023-03-21 07:00", "2023-03-21 09:00"),
            ("2023-03-21 08:30", "2023-03-21 09:00"),
            ("2023-03-21 09:00", "2023-03-21 09:00"),
            ("2023-03-21 11:15", "2023-03-21 13:30"),
            ("2023-03-24 16:45", "2023-03-27 09:00"),
        ] {
            assert_eq!(quiet.over_from(at(now), &calendar), at(open), "{now}");
        }
        assert!(quiet.leave_room(&calendar));
        assert!(!"08:00-12:00, 13:00-16:30".parse::<Quiet>().unwrap().leave_room(&calendar));
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let calendar = hanoi();
        let quiet: Quiet = "16:30-08:45".parse().unwrap();
        for (now, open) in [
            ("2023-03-21 02:00", "2023-03-21 08:45"),
            ("2023-03-21 08:44", "2023-03-21 08:45"),
            ("2023-03-21 16:29", "2023-03-21 16:29"),
            ("2023-03-21 16:30", "2023-03-22 08:45"),
            ("2023-03-24 23:59", "2023-03-27 08:45"),
        ] {
            assert_eq!(quiet.over_from(at(now), &calendar), at(open), "{now}");
        }
        assert!(quiet.leave_room(&calendar));
        assert!("22:00-06:00".parse::<Quiet>().unwrap().leave_room(&calendar));
        // Nothing but the lunch hour is left.
        assert!(!"13:00-12:00".parse::<Quiet>().unwrap().leave_room(&calendar));
    }
}
