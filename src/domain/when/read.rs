//! The parser of typed dates.
//!
//! It works on words without accents but with the marks that dates are made of, which is why
//! [`fold`](crate::domain::fold::fold) does not do here.

use super::{When, WhenError};
use crate::domain::calendar::Calendar;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The names of the days of the week, without accents. A name stands before its own beginnings ("thu 5", "thu").
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Mon, &["thu hai", "thu 2", "thu2", "t2", "monday", "mon"]),
    (Weekday::Tue, &["thu ba", "thu 3", "thu3", "t3", "tuesday", "tues", "tue"]),
    (Weekday::Wed, &["thu tu", "thu 4", "thu4", "t4", "wednesday", "wed"]),
    (Weekday::Fri, &["thu sau", "thu 6", "thu6", "t6", "friday", "fri"]),
    (Weekday::Sat, &["thu bay", "thu 7", "thu7", "t7", "saturday", "sat"]),
    (Weekday::Sun, &["chu nhat", "cn", "sunday", "sun"]),
    (Weekday::Thu, &["thu nam", "thu 5", "thu5", "t5", "thursday", "thurs", "thur", "thu"]),
];

/// Words that say nothing beyond the date and time they stand with.
const FILLERS: [&str; 6] = ["ngay", "luc", "vao", "at", "on", "the"];

/// Reads a typed date; `now` is the office's wall clock, from which "mai" and "24/3" are counted.
///
/// # Errors
/// [`WhenError`], whose sentence says what to type instead.
pub fn parse(text: &str, now: NaiveDateTime, calendar: &Calendar) -> Result<When, WhenError> {
    let text = normalise(text);
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['.', ':', '-']))
        .filter(|word| !word.is_empty() && !FILLERS.contains(word))
        .collect();
    let (time, words) = take_time(&words)?;
    let date = match (words.is_empty(), time) {
        (true, Some(_)) => return Err(WhenError::NoDate),
        (true, None) => return Err(WhenError::Unreadable),
        (false, _) => date(&words, now.date(), calendar)?,
    };
    Ok(When { date, time })
}

/// Lower case without accents; everything but letters, digits and the marks of dates and times is a space.
fn normalise(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain
        .map(|c| match c {
            'đ' => 'd',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '/' | '-' | '.' | ':' | '+' => c,
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect()
}

/// The first time among the words, and the words without it.
fn take_time<'t>(words: &[&'t str]) -> Result<(Option<NaiveTime>, Vec<&'t str>), WhenError> {
    for (at, word) in words.iter().enumerate() {
        let (hour, minute, length) = match words[at..] {
            [hour, "gio", minute, "phut", ..] if is_number(hour) && is_number(minute) => (hour, minute, 4),
            [hour, "gio", minute, ..] if is_number(hour) && is_number(minute) => (hour, minute, 3),
            [hour, "gio", ..] if is_number(hour) => (hour, "00", 2),
            _ => match word.split_once([':', 'h', 'g']) {
                Some((hour, minute)) if is_number(hour) && is_number(minute) => (hour, minute, 1),
                Some((hour, "")) if is_number(hour) => (hour, "00", 1),
                _ => continue,
            },
        };
        let time = (hour.len() <= 2 && minute.len() == 2)
            .then(|| NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0))
            .flatten()
            .ok_or(WhenError::NoSuchTime)?;
        return Ok((Some(time), [&words[..at], &words[at + length..]].concat()));
    }
    Ok((None, words.to_vec()))
}

fn date(words: &[&str], today: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, WhenError> {
    let in_days = |days| today.checked_add_days(Days::new(days)).ok_or(WhenError::Unreadable);
    let phrase = words.join(" ");
    match phrase.as_str() {
        "hom nay" | "nay" | "today" => return Ok(today),
        "mai" | "tomorrow" => return in_days(1),
        "kia" | "day after tomorrow" => return in_days(2),
        _ => {}
    }
    if let Some(count) = working_days(&phrase) {
        return Ok(calendar.add_working_days(today, count));
    }
    if let Some(parts) = numbers(words) {
        return numeric_date(&parts, today);
    }
    weekday_date(&phrase, today)
}

/// The count of `+5`, `t+5` and `+5 ngày làm việc`, up to 999 (four years).
fn working_days(phrase: &str) -> Option<i64> {
    let counted = phrase.strip_prefix("t+").or_else(|| phrase.strip_prefix('+'))?;
    let (count, unit) = counted.split_once(' ').unwrap_or((counted, ""));
    let known = ["", "lam viec", "day", "days", "working day", "working days"].contains(&unit);
    (known && is_number(count) && count.len() <= 3).then(|| count.parse().ok()).flatten()
}

/// The names of the months in English.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Their numbers as people write them.
const MONTH_NUMBERS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

/// The number of an English month: its name, or the first three letters of it.
fn month_number(name: &str) -> Option<&'static str> {
    let at = MONTHS.iter().position(|month| *month == name || month.get(..3) == Some(name))?;
    Some(MONTH_NUMBERS[at])
}

/// The numbers of `24/03/2023`, `24/3`, `2023-03-24`, `24 tháng 3`, `24 tháng 3 năm 2023` and `24 March 2023`.
fn numbers<'t>(words: &[&'t str]) -> Option<Vec<&'t str>> {
    let parts = match *words {
        [one] => one.split(one.chars().find(|c| matches!(c, '/' | '-' | '.'))?).collect(),
        [day, month] => vec![day, month_number(month)?],
        [day, month, year] if month_number(month).is_some() => vec![day, month_number(month)?, year],
        [day, "thang", month] => vec![day, month],
        [day, "thang", month, "nam", year] => vec![day, month, year],
        _ => return None,
    };
    (matches!(parts.len(), 2 | 3) && parts.iter().all(|part| is_number(part) && part.len() <= 4))
        .then_some(parts)
}

fn numeric_date(parts: &[&str], today: NaiveDate) -> Result<NaiveDate, WhenError> {
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (day, month, year) = match *parts {
        [year, month, day] if year.len() == 4 => (number(day), number(month), Some(year)),
        [day, month, year] if year.len() == 4 => (number(day), number(month), Some(year)),
        [_, _, _] => return Err(WhenError::ShortYear),
        [day, month] => (number(day), number(month), None),
        _ => return Err(WhenError::Unreadable),
    };
    let find = |day, month| match year {
        Some(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, month, day),
        // Nine years reach the next 29 February wherever one starts.
        None => (today.year()..today.year() + 9)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= today),
    };
    find(day, month).ok_or_else(|| match find(month, day) {
        Some(meant) if month > 12 => WhenError::MonthFirst(meant),
        _ => WhenError::NoSuchDay,
    })
}

/// A day of the week: the next one after today, this or next week's, or one that only confirms a date.
fn weekday_date(phrase: &str, today: NaiveDate) -> Result<NaiveDate, WhenError> {
    let monday = today.week(Weekday::Mon).checked_first_day().ok_or(WhenError::Unreadable)?;
    let in_week = |phrase: &str, week: u64| match weekday(phrase) {
        Some((day, "")) => monday
            .checked_add_days(Days::new(7 * week + u64::from(day.num_days_from_monday())))
            .ok_or(WhenError::Unreadable),
        _ => Err(WhenError::Unreadable),
    };
    for (name, week) in
        [("tuan nay", 0), ("this week", 0), ("tuan sau", 1), ("tuan toi", 1), ("next week", 1)]
    {
        let Some(rest) = phrase.strip_prefix(name).or_else(|| phrase.strip_suffix(name)) else { continue };
        return match rest.trim() {
            // Half of a Vietnamese name ("thứ … tuần sau") is not an English Thursday.
            "thu" if name.starts_with("tuan") => Err(WhenError::Unreadable),
            rest => in_week(rest, week),
        };
    }
    match weekday(phrase).ok_or(WhenError::Unreadable)? {
        (_, "") => {
            in_week(phrase, 0).and_then(|date| if date > today { Ok(date) } else { in_week(phrase, 1) })
        }
        (day, rest) => {
            let words: Vec<&str> = rest.split(' ').collect();
            let date = numeric_date(&numbers(&words).ok_or(WhenError::Unreadable)?, today)?;
            if date.weekday() == day { Ok(date) } else { Err(WhenError::OtherWeekday(date)) }
        }
    }
}

/// The day of the week that `phrase` begins with, and the rest.
fn weekday(phrase: &str) -> Option<(Weekday, &str)> {
    WEEKDAYS.iter().flat_map(|(day, names)| names.iter().map(move |name| (*day, *name))).find_map(
        |(day, name)| {
            let rest = phrase.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| (day, rest.trim_start()))
        },
    )
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
