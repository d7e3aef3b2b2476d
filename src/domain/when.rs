//! Dates as people type and read them.
//!
//! Typed: `24/03/2023`, `24/3` (the next one), `hôm nay`, `mai`, `ngày kia`, `+5` (working days), weekdays in
//! both languages, `2023-03-24`, `24 March`, each with an optional `14:00` or `14h30` before or after it; whatever the case,
//! the accents and their encoding. Day first, never month first. What [`format_date`] and [`format_moment`]
//! print, [`parse`] reads.

mod format;
mod read;
#[cfg(test)]
mod tests;

pub use format::{format_date, format_moment, format_working_days, weekday_name};
pub use read::parse;

use super::lang::Lang;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// A date that somebody typed, on the office's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The date; it may lie in the past or on a day off, which is the caller's to judge.
    pub date: NaiveDate,
    /// The time, if one was typed.
    pub time: Option<NaiveTime>,
}

impl When {
    /// The date and time, with `usual` where no time was typed.
    pub fn at_or(self, usual: NaiveTime) -> NaiveDateTime {
        self.date.and_time(self.time.unwrap_or(usual))
    }
}

/// Why typed text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenError {
    /// None of the known forms.
    Unreadable,
    /// A time without a date.
    NoDate,
    /// A time that no clock shows.
    NoSuchTime,
    /// A day that its month does not have, or a month over 12.
    NoSuchDay,
    /// Month before day; with the date that was probably meant.
    MonthFirst(NaiveDate),
    /// A year not written with four digits.
    ShortYear,
    /// The day of the week does not belong to the date, which is this one.
    OtherWeekday(NaiveDate),
}

impl WhenError {
    /// What to type instead.
    pub fn sentence(self, lang: Lang) -> String {
        let forms = match lang {
            Lang::Vi => "24/03/2023, 24/3, mai, thứ sáu, +5 (ngày làm việc); thêm giờ nếu cần: 24/3 14:00",
            Lang::En => {
                "24/03/2023, 24/3, tomorrow, friday, +5 (working days); with a time if needed: 24/3 14:00"
            }
        };
        match (self, lang) {
            (Self::Unreadable, Lang::Vi) => {
                format!("Không đọc được ngày này. Hãy gõ theo một trong các cách: {forms}.")
            }
            (Self::Unreadable, Lang::En) => {
                format!("This does not read as a date. Type one of these: {forms}.")
            }
            (Self::NoDate, Lang::Vi) => {
                "Mới có giờ, chưa có ngày. Hãy gõ thêm ngày, ví dụ: hôm nay 14:00 hoặc 24/3 14:00.".to_owned()
            }
            (Self::NoDate, Lang::En) => {
                "There is a time but no date. Add the date, for example: today 14:00 or 24/3 14:00."
                    .to_owned()
            }
            (Self::NoSuchTime, Lang::Vi) => {
                "Giờ chỉ từ 00:00 đến 23:59. Hãy gõ như: 24/3 14:00, 24/3 14h30 hoặc 24/3 9h.".to_owned()
            }
            (Self::NoSuchTime, Lang::En) => {
                "Times go from 00:00 to 23:59. Type it like this: 24/3 14:00, 24/3 14h30 or 24/3 9h."
                    .to_owned()
            }
            (Self::NoSuchDay, Lang::Vi) => {
                format!("Không có ngày này trong lịch. Hãy gõ ngày trước, tháng sau: {forms}.")
            }
            (Self::NoSuchDay, Lang::En) => {
                format!("There is no such day. Type the day first, then the month: {forms}.")
            }
            (Self::MonthFirst(meant), Lang::Vi) => format!(
                "Tháng chỉ từ 1 đến 12. Ngày đứng trước, tháng đứng sau; hãy gõ {}.",
                meant.format("%d/%m/%Y")
            ),
            (Self::MonthFirst(meant), Lang::En) => format!(
                "Months go from 1 to 12. The day comes first, then the month; type {}.",
                meant.format("%d/%m/%Y")
            ),
            (Self::ShortYear, Lang::Vi) => {
                "Hãy gõ năm đủ bốn chữ số, ví dụ 24/03/2023, hoặc bỏ năm: 24/3.".to_owned()
            }
            (Self::ShortYear, Lang::En) => {
                "Type the year with four digits, for example 24/03/2023, or leave it out: 24/3.".to_owned()
            }
            (Self::OtherWeekday(date), Lang::Vi) => {
                format!("Thứ và ngày không khớp: đó là {}. Hãy kiểm tra rồi gõ lại.", format_date(date, lang))
            }
            (Self::OtherWeekday(date), Lang::En) => format!(
                "The weekday and the date differ: it is {}. Check and type it again.",
                format_date(date, lang)
            ),
        }
    }
}
