//! Dates, moments and counts as the office writes them.

use crate::domain::lang::Lang;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};

/// The name of a day of the week: "thứ Sáu", "Friday".
pub fn weekday_name(weekday: Weekday, lang: Lang) -> &'static str {
    let (vi, en) = match weekday {
        Weekday::Mon => ("thứ Hai", "Monday"),
        Weekday::Tue => ("thứ Ba", "Tuesday"),
        Weekday::Wed => ("thứ Tư", "Wednesday"),
        Weekday::Thu => ("thứ Năm", "Thursday"),
        Weekday::Fri => ("thứ Sáu", "Friday"),
        Weekday::Sat => ("thứ Bảy", "Saturday"),
        Weekday::Sun => ("Chủ nhật", "Sunday"),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// "thứ Sáu, 24/03/2023", "Friday 24/03/2023".
pub fn format_date(date: NaiveDate, lang: Lang) -> String {
    let comma = match lang {
        Lang::Vi => ",",
        Lang::En => "",
    };
    format!("{}{comma} {}", weekday_name(date.weekday(), lang), date.format("%d/%m/%Y"))
}

/// "14:30 thứ Sáu, 24/03/2023", "14:30 Friday 24/03/2023"; local time.
pub fn format_moment(moment: NaiveDateTime, lang: Lang) -> String {
    format!("{} {}", moment.format("%H:%M"), format_date(moment.date(), lang))
}

/// "02 ngày làm việc" (two digits, as administrative papers write counts), "2 working days".
pub fn format_working_days(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{count:02} ngày làm việc"),
        Lang::En if count == 1 => "1 working day".to_owned(),
        Lang::En => format!("{count} working days"),
    }
}
