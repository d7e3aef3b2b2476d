//! The periods that figures are about, as people write them: `tháng 3/2023`, `quý I`, `6 tháng đầu năm`, `Q1 2023`, `March`.

use super::token::Token;
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// A period by the month it ends with, which is all that its release depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) year: i32,
    pub(super) month: u32,
    /// Where it stands in the text.
    pub(super) place: Range<usize>,
}

const MONTHS_VI: [&[&str]; 12] = [
    &["gieng"],
    &["hai"],
    &["ba"],
    &["tu"],
    &["nam"],
    &["sau"],
    &["bay"],
    &["tam"],
    &["chin"],
    &["muoi"],
    &["muoi", "mot"],
    &["muoi", "hai"],
];
const MONTHS_EN: [(&str, &str); 12] = [
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may", "may"),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
];
const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];
const ROMAN: [&str; 4] = ["i", "ii", "iii", "iv"];
const COUNTS: [(&str, u32); 8] =
    [("six", 6), ("nine", 9), ("three", 3), ("sau", 6), ("chin", 9), ("ba", 3), ("two", 2), ("hai", 2)];

/// All periods of a text that are said of figures; those that figures are compared with are left out.
pub(super) fn periods(tokens: &[Token], today: NaiveDate) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(length) = date(&tokens[at..]) {
            at += length;
        } else if let Some((month, year, length)) = period(&tokens[at..]) {
            let year = year.unwrap_or_else(|| nearest_year(month, today));
            if !is_compared(&tokens[..at]) {
                periods.push(Period { year, month, place: at..at + length });
            }
            at += length;
        } else {
            at += 1;
        }
    }
    periods
}

/// How many tokens a whole date takes, `29/03/2023`: a day is no period.
fn date(tokens: &[Token]) -> Option<usize> {
    match tokens {
        [day, Token::Joint, month, Token::Joint, year, ..]
            if day.number().is_some() && month.number().is_some() && year.number().is_some() =>
        {
            Some(5)
        }
        _ => None,
    }
}

/// The period that begins here: its last month, its year if it is said, and how many tokens it takes.
fn period(tokens: &[Token]) -> Option<(u32, Option<i32>, usize)> {
    let (month, length) = match tokens {
        [word, rest @ ..] if word.is("thang") => month_vi(rest).map(|(month, length)| (month, length + 1))?,
        [word, number, ..] if word.is("quy") => (3 * quarter(number)?, 2),
        [q, number, ..] if q.is("q") => (3 * number.number().filter(|q| (1..=4).contains(q))?, 2),
        // T3/2023; without the year it may be anything.
        [t, number, Token::Joint, year, ..] if t.is("t") => {
            return Some((month_number(number)?, Some(year.year()?), 4));
        }
        [Token::Word(ordinal), quarter, ..] if quarter.is("quarter") => {
            (3 * (1 + ORDINALS.iter().position(|one| one == ordinal)? as u32), 2)
        }
        [first, count, months, ..] if first.is("first") && months.is("months") => (count_of(count)?, 3),
        [ca, nam, ..] if ca.is("ca") && nam.is("nam") => (12, 2),
        [number, Token::Joint, year, ..] if month_number(number).is_some() && year.year().is_some() => {
            return Some((month_number(number)?, year.year(), 3));
        }
        [count, thang, dau, ..] if thang.is("thang") && dau.is("dau") => {
            let half = tokens.get(3).is_some_and(|word| word.is("nam"));
            let length = if half { 4 } else { 3 };
            (count_of(count)?, length)
        }
        [count, thang, nam, year, ..] if thang.is("thang") && nam.is("nam") && year.year().is_some() => {
            return Some((count_of(count)?, year.year(), 4));
        }
        [Token::Word(name), rest @ ..] if month_en(name).is_some() => {
            let month = month_en(name)?;
            // "may" and "march" are other words as well.
            let year = rest.first().and_then(Token::year);
            if year.is_none() && matches!(name.as_str(), "may" | "march" | "mar" | "dec" | "sep") {
                return None;
            }
            (month, 1)
        }
        [year, ..] => return Some((12, Some(year.year()?), 1)),
        [] => return None,
    };
    let (year, more) = year_after(&tokens[length..]);
    Some((month, year, length + more))
}

/// `2023`, `/2023`, `năm 2023`, `of 2023`.
fn year_after(tokens: &[Token]) -> (Option<i32>, usize) {
    match tokens {
        [year, ..] if year.year().is_some() => (year.year(), 1),
        [Token::Joint, year, ..] if year.year().is_some() => (year.year(), 2),
        [word, year, ..] if (word.is("nam") || word.is("of")) && year.year().is_some() => (year.year(), 2),
        _ => (None, 0),
    }
}

fn month_vi(tokens: &[Token]) -> Option<(u32, usize)> {
    let first = tokens.first()?;
    if let Some(month) = month_number(first) {
        return Some((month, 1));
    }
    let is = |words: &[&str]| {
        tokens.len() >= words.len() && words.iter().zip(tokens).all(|(word, token)| token.is(word))
    };
    // The longer names first: mười một before mười.
    let month = (0..12).rev().find(|at| is(MONTHS_VI[*at]))?;
    Some((month as u32 + 1, MONTHS_VI[month].len()))
}

fn month_number(token: &Token) -> Option<u32> {
    token.number().filter(|month| (1..=12).contains(month))
}

fn month_en(name: &str) -> Option<u32> {
    MONTHS_EN.iter().position(|(long, short)| *long == name || *short == name).map(|at| at as u32 + 1)
}

fn quarter(token: &Token) -> Option<u32> {
    match token {
        Token::Word(word) => ROMAN.iter().position(|roman| roman == word).map(|at| at as u32 + 1),
        number => number.number().filter(|quarter| (1..=4).contains(quarter)),
    }
}

fn count_of(token: &Token) -> Option<u32> {
    match token {
        Token::Word(word) => COUNTS.iter().find(|(name, _)| name == word).map(|(_, count)| *count),
        number => number.number().filter(|count| (1..=11).contains(count)),
    }
}

/// The year that somebody means who names only a month: the one that is nearest.
fn nearest_year(month: u32, today: NaiveDate) -> i32 {
    let away = |year: i32| {
        let months = (year - today.year()) * 12 + month as i32 - today.month() as i32;
        (months.abs(), months)
    };
    let years = [today.year() - 1, today.year(), today.year() + 1];
    years.into_iter().min_by_key(|year| away(*year)).unwrap_or(today.year())
}

/// Whether what stands before says that a figure is compared with this period.
fn is_compared(before: &[Token]) -> bool {
    let last = &before[before.len().saturating_sub(5)..];
    let pairs = || last.windows(2);
    pairs().any(|two| two[0].is("so") && two[1].is("voi"))
        || pairs().any(|two| two[0].is("cung") && two[1].is("ky"))
        || last.iter().any(|word| word.is("compared") || word.is("than") || word.is("versus"))
}
