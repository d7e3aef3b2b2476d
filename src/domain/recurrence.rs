//! Meetings that recur, and when their reminders go out.
//!
//! People choose how often and when the first one is; nobody types cron. The rule becomes a cron expression on the
//! office's wall clock, walked as if it were UTC and only then placed in the time zone ([`Calendar::at`]): the
//! `cron` crate on its own leaves out an occurrence when the clock is put forward over it, and gives two when it
//! is put back. What cron cannot say (the last day of a short month, the last working day) is a filter on top.

mod reminders;
#[cfg(test)]
mod tests;

pub use reminders::{MeetingReminder, meeting_reminders};

use super::calendar::{Calendar, Day};
use super::lang::Lang;
use super::when::{format_moment, weekday_name};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use cron::Schedule;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The years that the `cron` crate can tell of.
const YEARS: RangeInclusive<i32> = 1970..=2100;

const TEXT_FORMAT: &str = "%Y-%m-%dT%H:%M";

/// How often something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Only once.
    Once,
    /// Every week, on the first date's day of the week.
    Weekly,
    /// Every month, on the first date's day; in a shorter month on its last day.
    Monthly,
    /// Every month, on its last working day.
    LastWorkingDayOfMonth,
    /// Every three months, on the first date's day; in a shorter month on its last day.
    Quarterly,
}

impl Every {
    /// All choices, in the order to offer them.
    pub const ALL: [Self; 5] =
        [Self::Once, Self::Weekly, Self::Monthly, Self::LastWorkingDayOfMonth, Self::Quarterly];

    /// As the database and the commands write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::LastWorkingDayOfMonth => "last_working_day",
            Self::Quarterly => "quarterly",
        }
    }

    /// Back from [`Every::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.code() == code)
    }

    /// The choice in words.
    pub fn name(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            Self::Once => ("một lần", "once"),
            Self::Weekly => ("hằng tuần", "weekly"),
            Self::Monthly => ("hằng tháng", "monthly"),
            Self::LastWorkingDayOfMonth => ("ngày làm việc cuối tháng", "last working day of the month"),
            Self::Quarterly => ("hằng quý", "quarterly"),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}

/// One time that a recurring thing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence<'c> {
    /// When.
    pub at: DateTime<Utc>,
    /// What day it is; an occurrence on a day off is kept, and the caller decides what becomes of it.
    pub day: Day<'c>,
}

impl Occurrence<'_> {
    /// Whether it falls on a day off.
    pub fn on_day_off(&self) -> bool {
        !self.day.is_working()
    }
}

/// The first date lies outside the years 1970 to 2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearOutOfRange;

impl YearOutOfRange {
    /// What to do, in words.
    pub fn sentence(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => "Năm phải từ 1970 đến 2100. Hãy kiểm tra rồi gõ lại ngày.",
            Lang::En => "The year must be between 1970 and 2100. Check the date and type it again.",
        }
    }
}

/// The text is not what a [`Recurrence`] is stored as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stored recurrence: {0:?}")]
pub struct MalformedRecurrence(String);

/// A rule by which something recurs on the office's wall clock, from its first occurrence on.
///
/// Stored as text: how often, the first occurrence, and the cron expression that follows from them, such as
/// `monthly 2023-01-31T09:00 | 0 0 9 28-31 * *`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    every: Every,
    first: NaiveDateTime,
    schedule: Schedule,
}

impl Recurrence {
    /// The rule for something that happens at `first` (local, to the minute) and then `every` so often.
    ///
    /// # Errors
    /// When `first` lies outside the years 1970 to 2100.
    pub fn build(every: Every, first: NaiveDateTime) -> Result<Self, YearOutOfRange> {
        if !YEARS.contains(&first.year()) {
            return Err(YearOutOfRange);
        }
        let first = first.date().and_hms_opt(first.hour(), first.minute(), 0).unwrap_or(first);
        let schedule =
            Schedule::from_str(&cron_text(every, first)).expect("its fields come from a valid date");
        Ok(Self { every, first, schedule })
    }

    /// How often.
    pub fn every(&self) -> Every {
        self.every
    }

    /// The wall clock of the first occurrence; for [`Every::LastWorkingDayOfMonth`], a bound before it.
    pub fn first(&self) -> NaiveDateTime {
        self.first
    }

    /// The cron expression: seconds first, days of the week by name (the crate counts Sunday as 1).
    pub fn cron(&self) -> &str {
        self.schedule.source()
    }

    /// The first occurrence strictly after `after`; `None` when there is no further one before the year 2101.
    pub fn next_after<'c>(&self, after: DateTime<Utc>, calendar: &'c Calendar) -> Option<Occurrence<'c>> {
        let before_first = self.first - TimeDelta::seconds(1);
        let from = calendar.local(after).max(before_first);
        self.schedule
            .after(&from.and_utc())
            .map(|wall| wall.naive_utc())
            .filter(|wall| self.falls_on(wall.date(), calendar))
            .map(|wall| calendar.at(wall.date(), wall.time()))
            // In the hour that the clock shows twice, the wall clock is behind what has already happened.
            .find(|at| *at > after)
            .map(|at| Occurrence { at, day: calendar.day(calendar.local_date(at)) })
    }

    /// What cron cannot say of a date that it found.
    fn falls_on(&self, date: NaiveDate, calendar: &Calendar) -> bool {
        match self.every {
            Every::Once | Every::Weekly => true,
            Every::Monthly | Every::Quarterly => {
                date.day() == self.first.day().min(u32::from(date.num_days_in_month()))
            }
            Every::LastWorkingDayOfMonth => date == calendar.last_working_day_of_month(date),
        }
    }

    /// The rule in words: "hằng tuần, thứ Hai 09:00", "weekly, Monday 09:00".
    pub fn words(&self, lang: Lang) -> String {
        let (name, time, day) = (self.every.name(lang), self.first.format("%H:%M"), self.first.day());
        let short = match lang {
            _ if day <= 28 => "",
            Lang::Vi => " (tháng thiếu: ngày cuối tháng)",
            Lang::En => " (or the last day of a shorter month)",
        };
        let months = || quarter_months(self.first).map(|month| month.to_string()).join(", ");
        match (self.every, lang) {
            (Every::Once, _) => format!("{name}, {}", format_moment(self.first, lang)),
            (Every::Weekly, _) => format!("{name}, {} {time}", weekday_name(self.first.weekday(), lang)),
            (Every::Monthly, Lang::Vi) => format!("{name}, ngày {day:02}{short} lúc {time}"),
            (Every::Monthly, Lang::En) => format!("{name}, day {day}{short} at {time}"),
            (Every::LastWorkingDayOfMonth, Lang::Vi) => format!("{name}, lúc {time}"),
            (Every::LastWorkingDayOfMonth, Lang::En) => format!("{name}, at {time}"),
            (Every::Quarterly, Lang::Vi) => {
                format!("{name}, ngày {day:02} các tháng {}{short} lúc {time}", months())
            }
            (Every::Quarterly, Lang::En) => {
                format!("{name}, day {day} of months {}{short} at {time}", months())
            }
        }
    }
}

/// Every date on which the rule may fall, and its time. Days past 28 are a span, of which each month has its own end.
fn cron_text(every: Every, first: NaiveDateTime) -> String {
    let (minute, hour, day) = (first.minute(), first.hour(), first.day());
    let days = if day <= 28 { day.to_string() } else { format!("28-{day}") };
    let date = match every {
        Every::Once => format!("{day} {} * {}", first.month(), first.year()),
        Every::Weekly => format!("* * {}", first.weekday()),
        Every::Monthly => format!("{days} * *"),
        Every::LastWorkingDayOfMonth => "* * *".to_owned(),
        Every::Quarterly => {
            format!("{days} {} *", quarter_months(first).map(|month| month.to_string()).join(","))
        }
    };
    format!("0 {minute} {hour} {date}")
}

/// The four months, in order, that lie whole quarters from that of `first`.
fn quarter_months(first: NaiveDateTime) -> [u32; 4] {
    let earliest = first.month0() % 3 + 1;
    [earliest, earliest + 3, earliest + 6, earliest + 9]
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} | {}", self.every.code(), self.first.format(TEXT_FORMAT), self.cron())
    }
}

impl FromStr for Recurrence {
    type Err = MalformedRecurrence;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (rule, _) = text.split_once(" | ")?;
            let (every, first) = rule.split_once(' ')?;
            let first = NaiveDateTime::parse_from_str(first, TEXT_FORMAT).ok()?;
            Self::build(Every::from_code(every)?, first).ok()
        };
        // A cron expression that does not follow from the rule means that somebody altered one of them.
        read().filter(|rule| rule.to_string() == text).ok_or_else(|| MalformedRecurrence(text.to_owned()))
    }
}
