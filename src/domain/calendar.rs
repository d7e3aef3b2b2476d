//! Working days, office hours and the office's time zone.
//!
//! Days off are data ([`Calendar::parse`]): public holidays are announced year by year and some Saturdays are
//! worked instead. A year without data knows weekends only; [`Calendar::covers`] says so.
//!
//! Counting follows the Civil Code, article 147: the first day is not counted.

mod file;
mod release;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use file::CalendarFault;

use super::lang::{Lang, Text};
use chrono::{
    DateTime, Datelike, MappedLocalTime, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
    Timelike, Utc, Weekday,
};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// What a date is for the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day<'c> {
    /// Monday to Friday, worked.
    Working,
    /// A Saturday worked in place of another day (ngày làm bù), with the reason.
    WorkedSaturday(&'c Text),
    /// A Saturday or Sunday.
    Weekend,
    /// A weekday off, with its name.
    Holiday(&'c Text),
}

impl Day<'_> {
    /// Whether the office works.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Working | Self::WorkedSaturday(_))
    }

    /// The day in words: the holiday's own name where it has one.
    pub fn words(&self, lang: Lang) -> &str {
        match (self, lang) {
            (Self::WorkedSaturday(name) | Self::Holiday(name), _) => name.get(lang),
            (Self::Working, Lang::Vi) => "Ngày làm việc",
            (Self::Working, Lang::En) => "Working day",
            (Self::Weekend, Lang::Vi) => "Nghỉ hằng tuần",
            (Self::Weekend, Lang::En) => "Weekend",
        }
    }
}

/// What is known of one year's holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The documents that announced them.
    pub source: String,
    /// Whether the announcement is still awaited, so the days are an expectation (dự kiến).
    pub provisional: bool,
}

/// A stretch of office hours: open at `from`, closed at `to`, local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Session {
    from: NaiveTime,
    to: NaiveTime,
}

/// The calendar of one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    morning: Session,
    afternoon: Session,
    notices: BTreeMap<i32, Notice>,
    off: BTreeMap<NaiveDate, Text>,
    worked: BTreeMap<NaiveDate, Text>,
    releases: Vec<release::Rule>,
}

impl Calendar {
    /// What `date` is.
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        if let Some(name) = self.worked.get(&date) {
            Day::WorkedSaturday(name)
        } else if is_weekend(date) {
            Day::Weekend
        } else {
            self.off.get(&date).map_or(Day::Working, Day::Holiday)
        }
    }

    /// Whether the office works on `date`.
    pub fn is_working(&self, date: NaiveDate) -> bool {
        self.day(date).is_working()
    }

    /// Whether there is data, announced or provisional, for `year`.
    pub fn covers(&self, year: i32) -> bool {
        self.notices.contains_key(&year)
    }

    /// Whether the days off around `date` may still change: its year is not announced, or has no data at all.
    pub fn is_provisional(&self, date: NaiveDate) -> bool {
        self.notice(date.year()).is_none_or(|notice| notice.provisional)
    }

    /// Where the days of `year` come from.
    pub fn notice(&self, year: i32) -> Option<&Notice> {
        self.notices.get(&year)
    }

    /// The weekdays off in `year`, in order.
    pub fn holidays(&self, year: i32) -> impl Iterator<Item = (NaiveDate, &Text)> {
        self.off.iter().map(|(date, name)| (*date, name)).filter(move |(date, _)| date.year() == year)
    }

    /// The Saturdays worked in `year`, in order.
    pub fn worked_saturdays(&self, year: i32) -> impl Iterator<Item = (NaiveDate, &Text)> {
        self.worked.iter().map(|(date, name)| (*date, name)).filter(move |(date, _)| date.year() == year)
    }

    /// The `n`-th working day after `date`, which itself is not counted; before it when `n` is negative.
    /// Zero is `date` itself, working or not.
    pub fn add_working_days(&self, date: NaiveDate, n: i64) -> NaiveDate {
        let step: fn(&Self, NaiveDate) -> NaiveDate =
            if n < 0 { Self::previous_working_day } else { Self::next_working_day };
        (0..n.unsigned_abs()).fold(date, |date, _| step(self, date))
    }

    /// The `n` for which [`Calendar::add_working_days`] leads from `from` to `to`, when `to` is a working day.
    ///
    /// In general: the working days after `from` up to and with `to`, or, when `to` is earlier, minus the
    /// working days from `to` on and before `from`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let worked = |day: NaiveDate| i64::from(self.is_working(day));
        if from <= to {
            from.iter_days().skip(1).take_while(|day| *day <= to).map(worked).sum()
        } else {
            -to.iter_days().take_while(|day| *day < from).map(worked).sum::<i64>()
        }
    }

    /// The first working day strictly after `date`.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        date.iter_days().skip(1).find(|day| self.is_working(*day)).unwrap_or(NaiveDate::MAX)
    }

    /// The last working day strictly before `date`.
    pub fn previous_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut before = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt);
        before.find(|day| self.is_working(*day)).unwrap_or(NaiveDate::MIN)
    }

    /// `date` itself when it is a working day, else the next one: a period that ends on a day off ends with
    /// the next working day (Civil Code, article 148).
    pub fn working_day_from(&self, date: NaiveDate) -> NaiveDate {
        if self.is_working(date) { date } else { self.next_working_day(date) }
    }

    /// `date` itself when it is a working day, else the last one before it.
    pub fn working_day_until(&self, date: NaiveDate) -> NaiveDate {
        if self.is_working(date) { date } else { self.previous_working_day(date) }
    }

    /// The working days strictly before and strictly after `date`: what to offer when it is a day off.
    pub fn nearest_working_days(&self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        (self.previous_working_day(date), self.next_working_day(date))
    }

    /// The last working day of the month that `date` lies in.
    pub fn last_working_day_of_month(&self, date: NaiveDate) -> NaiveDate {
        let first = date.with_day(1).unwrap_or(date);
        first
            .checked_add_months(Months::new(1))
            .map_or(NaiveDate::MAX, |first_of_next| self.previous_working_day(first_of_next))
    }

    /// The office's time zone.
    pub fn time_zone(&self) -> Tz {
        self.zone
    }

    /// `moment` as the office's wall clock shows it.
    pub fn local(&self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.zone).naive_local()
    }

    /// The office's date at `moment`.
    pub fn local_date(&self, moment: DateTime<Utc>) -> NaiveDate {
        self.local(moment).date()
    }

    /// When the office's wall clock shows `time` on `date`. Where the clock is put forward over it, the first
    /// valid minute after the gap; where it is put back and shows it twice, the first of the two.
    pub fn at(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        // A whole date can be missing: Samoa had no 30/12/2011.
        const LONGEST_GAP_MINUTES: i64 = 48 * 60;
        let wall = date.and_time(time);
        let resolve = |wall: NaiveDateTime| match self.zone.from_local_datetime(&wall) {
            MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => {
                Some(moment.with_timezone(&Utc))
            }
            MappedLocalTime::None => None,
        };
        let whole_minute = wall.with_second(0).and_then(|wall| wall.with_nanosecond(0)).unwrap_or(wall);
        let after_gap = || {
            (1..=LONGEST_GAP_MINUTES)
                .map_while(|minutes| whole_minute.checked_add_signed(TimeDelta::minutes(minutes)))
                .find_map(resolve)
        };
        resolve(wall).or_else(after_gap).unwrap_or_else(|| wall.and_utc())
    }

    /// Whether the office is open at `moment`; at the closing minute it no longer is.
    pub fn in_office_hours(&self, moment: DateTime<Utc>) -> bool {
        let wall = self.local(moment);
        self.is_working(wall.date()) && self.opens_at(wall.time())
    }

    /// Whether `time` lies in the office hours of a working day.
    pub fn opens_at(&self, time: NaiveTime) -> bool {
        [self.morning, self.afternoon].iter().any(|session| session.from <= time && time < session.to)
    }

    /// `moment` itself when the office is open, else the next opening.
    pub fn next_office_moment(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        if self.in_office_hours(moment) {
            return moment;
        }
        let day = self.working_day_from(self.local_date(moment));
        [day, self.next_working_day(day)]
            .into_iter()
            .flat_map(|day| [self.morning, self.afternoon].map(|session| self.at(day, session.from)))
            .find(|opening| *opening > moment)
            .unwrap_or(moment)
    }

    /// The minutes of office time between two moments; zero when `to` is not after `from`.
    pub fn office_minutes_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let (from, to) = (self.local(from), self.local(to));
        let days =
            from.date().iter_days().take_while(|day| *day <= to.date()).filter(|day| self.is_working(*day));
        let sessions = days.flat_map(|day| {
            [self.morning, self.afternoon]
                .map(|session| (day.and_time(session.from), day.and_time(session.to)))
        });
        sessions.map(|(opens, closes)| (closes.min(to) - opens.max(from)).num_minutes().max(0)).sum()
    }

    /// When the office opens in the morning, local time.
    pub fn opening(&self) -> NaiveTime {
        self.morning.from
    }

    /// When the office closes, local time: a deadline without a time means this one.
    pub fn closing(&self) -> NaiveTime {
        self.afternoon.to
    }

    /// The end of the office's day on `date`.
    pub fn day_end(&self, date: NaiveDate) -> DateTime<Utc> {
        self.at(date, self.closing())
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
