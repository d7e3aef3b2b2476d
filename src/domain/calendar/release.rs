//! When official figures are released: rules as data (`[[release]]` of a calendar file), one after the other.
//!
//! A figure belongs to a month, a quarter, the first months of a year or a year; all that counts is the month it ends with.
//! Until 31/07/2024 it is said on day 29 of that month (Decree 94/2016/NĐ-CP), since then on day 6 of the next one (Decree
//! 62/2024/NĐ-CP).

use super::Calendar;
use super::file::{CalendarFault, plain_date};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use toml::value::Datetime;

/// Where a release that falls on a day off goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shift {
    /// Nowhere: it is held on that day.
    None,
    /// To the next working day.
    NextWorking,
    /// To the working day before.
    PreviousWorking,
}

/// The month in which a period's figures are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum In {
    /// The last month of the period.
    Same,
    /// The month after it.
    Next,
}

/// A rule as the file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    from: Datetime,
    day: u32,
    month: In,
    time: String,
    shift: Shift,
    source: String,
}

/// How figures are released whose period ends at `from` or later, until the next rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    from: NaiveDate,
    day: u32,
    month: In,
    time: NaiveTime,
    shift: Shift,
}

impl Rule {
    /// Reads what the file says; faults go to `faults`.
    pub(super) fn read(written: Written, faults: &mut Vec<CalendarFault>) -> Option<Self> {
        let from = plain_date(&written.from);
        if from.is_none() {
            faults.push(CalendarFault::NotADate(written.from.to_string()));
        }
        let time = NaiveTime::parse_from_str(&written.time, "%H:%M").ok();
        if time.is_none() {
            faults.push(CalendarFault::NotATime(written.time));
        }
        if !(1..=31).contains(&written.day) || written.source.trim().is_empty() {
            faults.push(CalendarFault::BadRelease(written.from.to_string()));
        }
        Some(Self { from: from?, day: written.day, month: written.month, time: time?, shift: written.shift })
    }

    pub(super) fn from(&self) -> NaiveDate {
        self.from
    }
}

impl Calendar {
    /// When the official figures of the period that ends with `month` of `year` are released. `None` when the calendar has
    /// no rule for it.
    pub fn released_at(&self, year: i32, month: u32) -> Option<DateTime<Utc>> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let end = last_of(first)?;
        let rule = self.releases.iter().rev().find(|rule| rule.from <= end)?;
        let first = match rule.month {
            In::Same => first,
            In::Next => first.checked_add_months(Months::new(1))?,
        };
        // February has no day 29, but a last one.
        let date = first.with_day(rule.day.min(last_of(first)?.day()))?;
        let date = match rule.shift {
            Shift::None => date,
            Shift::NextWorking => self.working_day_from(date),
            Shift::PreviousWorking if self.is_working(date) => date,
            Shift::PreviousWorking => self.previous_working_day(date),
        };
        Some(self.at(date, rule.time))
    }
}

fn last_of(first: NaiveDate) -> Option<NaiveDate> {
    first.checked_add_months(Months::new(1))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample;

    fn release(year: i32, month: u32) -> String {
        let calendar = Calendar::parse(include_str!("../../../charters/tctk-2023/calendar.toml"))
            .expect("the calendar that is shipped");
        let at = calendar.released_at(year, month).expect("a rule");
        calendar.local(at).format("%d/%m/%Y %H:%M").to_string()
    }

    #[test]
    fn figures_are_released_as_the_decrees_say() {
        assert_eq!(release(2023, 3), "29/03/2023 09:00");
        assert_eq!(release(2023, 2), "28/02/2023 09:00");
        assert_eq!(release(2024, 2), "29/02/2024 09:00");
        // Day 29 was a Saturday, a Sunday; 29/04/2024 was swapped, 30/04 and 01/05 were holidays.
        assert_eq!(release(2023, 4), "04/05/2023 09:00");
        assert_eq!(release(2023, 10), "30/10/2023 09:00");
        assert_eq!(release(2024, 4), "02/05/2024 09:00");
        assert_eq!(release(2024, 7), "29/07/2024 09:00");
        assert_eq!(release(2024, 8), "06/09/2024 09:00");
        // A Sunday, and it was held.
        assert_eq!(release(2025, 3), "06/04/2025 09:00");
        assert_eq!(release(2025, 12), "06/01/2026 09:00");
    }

    #[test]
    fn a_calendar_without_rules_knows_no_release() {
        assert_eq!(sample::hanoi().released_at(2023, 3), None);
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_reported() {
        let text = sample::toml("Asia/Ho_Chi_Minh")
            + "\n[[release]]\nfrom = 2016-01-01\nday = 32\nmonth = \"same\"\ntime = \"9\"\nshift = \"none\"\nsource = \"\"\n";
        assert_eq!(
            Calendar::parse(&text).expect_err("two faults"),
            [CalendarFault::NotATime("9".into()), CalendarFault::BadRelease("2016-01-01".into())]
        );
    }
}
