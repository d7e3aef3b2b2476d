//! The calendar's data file (`calendar.toml` of a charter), and everything that can be wrong with it.

use super::release::{Rule, Written};
use super::{Calendar, Notice, Session, is_weekend};
use crate::domain::lang::{Lang, Text};
use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::value::Datetime;

/// The file as written. Values that need judging stay text, so that all faults are found at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    time_zone: String,
    hours: Hours,
    year: Vec<Year>,
    #[serde(default)]
    release: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    morning: [String; 2],
    afternoon: [String; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    source: String,
    provisional: bool,
    off: Vec<Named>,
    worked: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    date: Datetime,
    name: Text,
}

/// One thing wrong with a calendar file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarFault {
    /// Not the TOML of a calendar; the reader's own message, which names the line.
    Unreadable(String),
    /// The IANA database knows no such time zone.
    UnknownTimeZone(String),
    /// A time of `[hours]` is not `HH:MM`.
    NotATime(String),
    /// The four times of `[hours]` do not follow one another.
    HoursOutOfOrder,
    /// Two tables for one year.
    RepeatedYear(i32),
    /// The year does not say which documents announced it.
    NoSource(i32),
    /// Not a plain date: it has a time, or none of a date.
    NotADate(String),
    /// The date stands in another year's table.
    OtherYear {
        /// The date.
        date: NaiveDate,
        /// The table it stands in.
        table: i32,
    },
    /// A day off on a Saturday or Sunday, which is off anyway.
    OffAtWeekend(NaiveDate),
    /// Only Saturdays are worked in place of another day.
    WorkedNotSaturday(NaiveDate),
    /// The date stands twice in the file.
    RepeatedDate(NaiveDate),
    /// The name is blank in Vietnamese or in English.
    NoName(NaiveDate),
    /// The release rule from that date names no day of a month, or no source.
    BadRelease(String),
}

impl CalendarFault {
    /// What is wrong, and what to do, in words.
    pub fn sentence(&self, lang: Lang) -> String {
        let d = |date: &NaiveDate| date.format("%d/%m/%Y");
        match (lang, self) {
            (Lang::Vi, Self::Unreadable(why)) => format!("Không đọc được tệp lịch: {why}"),
            (Lang::En, Self::Unreadable(why)) => format!("The calendar file cannot be read: {why}"),
            (Lang::Vi, Self::UnknownTimeZone(zone)) => {
                format!("Không có múi giờ “{zone}”; hãy ghi tên như Asia/Ho_Chi_Minh.")
            }
            (Lang::En, Self::UnknownTimeZone(zone)) => {
                format!("There is no time zone “{zone}”; write a name such as Asia/Ho_Chi_Minh.")
            }
            (Lang::Vi, Self::NotATime(text)) => {
                format!("“{text}” ở mục hours không phải là giờ; hãy ghi như 08:00.")
            }
            (Lang::En, Self::NotATime(text)) => {
                format!("“{text}” under hours is not a time; write it like 08:00.")
            }
            (Lang::Vi, Self::HoursOutOfOrder) => {
                "Giờ làm việc phải theo thứ tự: mở cửa buổi sáng, nghỉ trưa, mở cửa buổi chiều, tan sở."
                    .into()
            }
            (Lang::En, Self::HoursOutOfOrder) => {
                "Office hours must follow one another: morning opening and closing, then afternoon.".into()
            }
            (Lang::Vi, Self::RepeatedYear(year)) => {
                format!("Năm {year} được ghi hai lần; hãy gộp làm một.")
            }
            (Lang::En, Self::RepeatedYear(year)) => {
                format!("The year {year} is given twice; make it one table.")
            }
            (Lang::Vi, Self::NoSource(year)) => {
                format!("Năm {year} chưa ghi nguồn (số, ký hiệu văn bản thông báo) ở source.")
            }
            (Lang::En, Self::NoSource(year)) => {
                format!("The year {year} names no source: write the announcing document's number.")
            }
            (Lang::Vi, Self::NotADate(text)) => {
                format!("“{text}” không phải là ngày; hãy ghi như 2023-01-20.")
            }
            (Lang::En, Self::NotADate(text)) => format!("“{text}” is not a date; write it like 2023-01-20."),
            (Lang::Vi, Self::OtherYear { date, table }) => {
                format!("Ngày {} nằm trong bảng của năm {table}; hãy chuyển sang đúng năm.", d(date))
            }
            (Lang::En, Self::OtherYear { date, table }) => {
                format!("{} stands in the table of {table}; move it to its own year.", d(date))
            }
            (Lang::Vi, Self::OffAtWeekend(date)) => {
                format!("Ngày {} là thứ Bảy hoặc Chủ nhật, vốn đã nghỉ; hãy bỏ khỏi off.", d(date))
            }
            (Lang::En, Self::OffAtWeekend(date)) => {
                format!("{} is a Saturday or Sunday and off anyway; take it out of off.", d(date))
            }
            (Lang::Vi, Self::WorkedNotSaturday(date)) => {
                format!("Ngày làm bù {} không phải là thứ Bảy; hãy sửa lại.", d(date))
            }
            (Lang::En, Self::WorkedNotSaturday(date)) => {
                format!("{} is given as worked but is not a Saturday; correct it.", d(date))
            }
            (Lang::Vi, Self::RepeatedDate(date)) => format!("Ngày {} được ghi hai lần.", d(date)),
            (Lang::En, Self::RepeatedDate(date)) => format!("{} is given twice.", d(date)),
            (Lang::Vi, Self::NoName(date)) => {
                format!("Ngày {} còn thiếu tên tiếng Việt hoặc tiếng Anh.", d(date))
            }
            (Lang::En, Self::NoName(date)) => format!("{} lacks its Vietnamese or English name.", d(date)),
            (Lang::Vi, Self::BadRelease(from)) => format!(
                "Quy định công bố số liệu từ {from} cần có ngày trong tháng (day, từ 1 đến 31) và nguồn (source)."
            ),
            (Lang::En, Self::BadRelease(from)) => {
                format!("The release rule from {from} needs a day of the month (1 to 31) and a source.")
            }
        }
    }
}

impl Calendar {
    /// Reads a calendar file.
    ///
    /// # Errors
    /// Every fault of the file at once, in its order; only broken TOML stops at the first.
    pub fn parse(text: &str) -> Result<Self, Vec<CalendarFault>> {
        let file: File =
            toml::from_str(text).map_err(|error| vec![CalendarFault::Unreadable(error.to_string())])?;
        let mut faults = Faults::default();
        let zone = file.time_zone.parse::<Tz>().unwrap_or_else(|_| {
            faults.add(CalendarFault::UnknownTimeZone(file.time_zone));
            Tz::UTC
        });
        let morning = faults.session(&file.hours.morning);
        let afternoon = faults.session(&file.hours.afternoon);
        if let (Some(morning), Some(afternoon)) = (morning, afternoon)
            && !(morning.from < morning.to && morning.to <= afternoon.from && afternoon.from < afternoon.to)
        {
            faults.add(CalendarFault::HoursOutOfOrder);
        }
        let (mut notices, mut off, mut worked) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for table in file.year {
            if table.source.trim().is_empty() {
                faults.add(CalendarFault::NoSource(table.year));
            }
            for named in table.off {
                let Some((date, name)) = faults.named(named, table.year) else { continue };
                if is_weekend(date) {
                    faults.add(CalendarFault::OffAtWeekend(date));
                }
                if off.insert(date, name).is_some() {
                    faults.add(CalendarFault::RepeatedDate(date));
                }
            }
            for named in table.worked {
                let Some((date, name)) = faults.named(named, table.year) else { continue };
                if date.weekday() != Weekday::Sat {
                    faults.add(CalendarFault::WorkedNotSaturday(date));
                }
                if worked.insert(date, name).is_some() {
                    faults.add(CalendarFault::RepeatedDate(date));
                }
            }
            let notice = Notice { source: table.source, provisional: table.provisional };
            if notices.insert(table.year, notice).is_some() {
                faults.add(CalendarFault::RepeatedYear(table.year));
            }
        }
        let mut releases: Vec<Rule> =
            file.release.into_iter().filter_map(|rule| Rule::read(rule, &mut faults.0)).collect();
        releases.sort_by_key(Rule::from);
        match (morning, afternoon, faults.0) {
            (Some(morning), Some(afternoon), faults) if faults.is_empty() => {
                Ok(Self { zone, morning, afternoon, notices, off, worked, releases })
            }
            (_, _, faults) => Err(faults),
        }
    }
}

#[derive(Default)]
struct Faults(Vec<CalendarFault>);

impl Faults {
    fn add(&mut self, fault: CalendarFault) {
        self.0.push(fault);
    }

    /// The session between two times; `None` when one was not a time, which is then noted.
    fn session(&mut self, times: &[String; 2]) -> Option<Session> {
        let [from, to] = times.each_ref().map(|text| {
            let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
            if time.is_none() {
                self.add(CalendarFault::NotATime(text.clone()));
            }
            time
        });
        Some(Session { from: from?, to: to? })
    }

    /// The date and its name; `None` when it was no date. Faults are noted.
    fn named(&mut self, named: Named, table: i32) -> Option<(NaiveDate, Text)> {
        let Some(date) = plain_date(&named.date) else {
            self.add(CalendarFault::NotADate(named.date.to_string()));
            return None;
        };
        if date.year() != table {
            self.add(CalendarFault::OtherYear { date, table });
        }
        if named.name.vi.trim().is_empty() || named.name.en.trim().is_empty() {
            self.add(CalendarFault::NoName(date));
        }
        Some((date, named.name))
    }
}

pub(super) fn plain_date(value: &Datetime) -> Option<NaiveDate> {
    match value {
        Datetime { date: Some(date), time: None, offset: None } => {
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        }
        _ => None,
    }
}
