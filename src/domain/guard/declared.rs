//! Texts that say themselves until when their figures may not be made public: "Không công bố trước 29/03", "Embargoed until
//! 09:00 29/03/2023". The day is read as people type dates everywhere ([`crate::domain::when`]).

use crate::domain::calendar::Calendar;
use crate::domain::fold::fold;
use crate::domain::when;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};

/// The words that say so, folded. A date follows.
const MARKS: &[&str] = &[
    "khong cong bo truoc",
    "khong duoc cong bo truoc",
    "chua cong bo truoc",
    "chua duoc cong bo truoc",
    "cam cong bo truoc",
    "khong pho bien truoc",
    "khong duoc pho bien truoc",
    "khong cong bo den",
    "khong cong bo cho den",
    "embargo until",
    "embargo till",
    "embargoed until",
    "embargoed till",
    "not before",
    "not to be published before",
    "not to be released before",
    "not for publication before",
    "not for release before",
    "do not publish before",
    "do not release before",
];

/// How many words a date takes at most: `9 giờ 30 phút ngày 24 tháng 3 năm 2023`.
const DATE_WORDS: usize = 9;
/// From how far ahead on a day without a year is meant to be past: what was embargoed until 29/03 is not for a year from 30/03 on.
const HALF_A_YEAR: u64 = 183;

/// That somebody has said, in a task's title or in its thread, until when the figures there may not be made public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embargo {
    /// When it was said: it holds from then on.
    pub said: DateTime<Utc>,
    /// Until when it holds.
    pub until: DateTime<Utc>,
}

/// Until when what is written at `at` is under one of these embargoes.
pub fn embargoed_until(embargoes: &[Embargo], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    embargoes.iter().filter(|embargo| embargo.said <= at).map(|embargo| embargo.until).max()
}

/// Until when the figures around a text that was written at `said` may not be made public, by its own words; the latest moment
/// where it names several. A day without a time is its beginning.
pub fn declared_until(text: &str, said: DateTime<Utc>, calendar: &Calendar) -> Option<DateTime<Utc>> {
    let folded = fold(text);
    // Nearly every text ends here.
    if !MARKS.iter().any(|mark| folded.contains(mark)) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let ends = (0..words.len()).filter_map(|at| {
        let length = |mark: &&&str| {
            let mut rest = plain[at..].iter();
            mark.split(' ').all(|word| rest.next().is_some_and(|plain| plain == word))
        };
        MARKS.iter().find(length).map(|mark| at + mark.split(' ').count())
    });
    ends.filter_map(|end| date_at(&words[end..], said, calendar)).max()
}

/// The date that these words begin with: the longest beginning that is one.
fn date_at(words: &[&str], said: DateTime<Utc>, calendar: &Calendar) -> Option<DateTime<Utc>> {
    let now = calendar.local(said);
    (1..=words.len().min(DATE_WORDS)).rev().find_map(|length| {
        let read = when::parse(&words[..length].join(" "), now, calendar).ok()?;
        let has_year = words[..length].iter().any(|word| names_a_year(word));
        let date = if has_year { read.date } else { nearest(read.date, now.date()) };
        Some(calendar.at(date, read.time.unwrap_or(NaiveTime::MIN)))
    })
}

fn names_a_year(word: &str) -> bool {
    word.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4)
}

/// The day as it was or will be, whichever is nearer; dates are read as days to come.
fn nearest(read: NaiveDate, today: NaiveDate) -> NaiveDate {
    let far = today.checked_add_days(Days::new(HALF_A_YEAR)).is_some_and(|far| read > far);
    if far { read.checked_sub_months(Months::new(12)).unwrap_or(read) } else { read }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample::hanoi;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn until(text: &str, said: &str) -> Option<String> {
        let calendar = hanoi();
        let said = chrono::NaiveDateTime::parse_from_str(said, "%d/%m/%Y %H:%M").expect("a moment");
        let until = declared_until(text, calendar.at(said.date(), said.time()), &calendar)?;
        Some(calendar.local(until).format("%d/%m/%Y %H:%M").to_string())
    }

    #[test]
    fn both_languages_say_until_when() {
        for (text, expected) in [
            ("Biên soạn GDP quý I, không công bố trước 29/03", "29/03/2023 00:00"),
            ("KHÔNG CÔNG BỐ TRƯỚC 29/03/2023", "29/03/2023 00:00"),
            ("khong cong bo truoc ngay 29-3", "29/03/2023 00:00"),
            ("(không công bố trước 09:00 ngày 29/03/2023)", "29/03/2023 09:00"),
            ("Không công bố trước 9h ngày 29 tháng 3 năm 2023. Đề nghị lưu ý", "29/03/2023 09:00"),
            ("không được công bố trước 29/3 14h30 nhé", "29/03/2023 14:30"),
            ("chưa công bố trước thứ Sáu", "31/03/2023 00:00"),
            ("Không phổ biến trước ngày mai", "28/03/2023 00:00"),
            ("không công bố cho đến 9 giờ 30 phút ngày 29 tháng 3 năm 2023", "29/03/2023 09:30"),
            ("Không công bố trước 29/03: tăng 3,32%", "29/03/2023 00:00"),
            ("Embargoed until 29/03/2023, growth was 3.32%", "29/03/2023 00:00"),
            ("EMBARGO UNTIL 2023-03-29 09:00", "29/03/2023 09:00"),
            ("Embargoed until 9:00 on 29/03", "29/03/2023 09:00"),
            ("Embargoed until 29 March 2023 at 09:00", "29/03/2023 09:00"),
            ("Not for release before Wednesday", "29/03/2023 00:00"),
            ("do not publish before 29/03", "29/03/2023 00:00"),
            ("không công bố trước 28/03, phần còn lại không công bố trước 30/03", "30/03/2023 00:00"),
        ] {
            assert_eq!(until(text, "27/03/2023 14:00").as_deref(), Some(expected), "{text}");
            let decomposed: String = text.nfd().collect();
            assert_eq!(
                until(&decomposed, "27/03/2023 14:00").as_deref(),
                Some(expected),
                "{text}, decomposed"
            );
        }
    }

    #[test]
    fn everyday_words_say_nothing_of_the_kind() {
        for text in [
            "Không công bố trước khi lãnh đạo duyệt",
            "Công bố trước 29/03",
            "Hoàn thành trước 29/03",
            "Báo cáo không nộp trước 29/03",
            "không công bố trước 31/02/2023",
            "embargo until the minister agrees",
            "we publish until 29/03",
        ] {
            assert_eq!(until(text, "27/03/2023 14:00"), None, "{text}");
        }
    }

    #[test]
    fn a_day_without_a_year_is_the_nearest_one() {
        let text = "không công bố trước 29/03";
        assert_eq!(until(text, "30/03/2023 08:00").as_deref(), Some("29/03/2023 00:00"));
        assert_eq!(until(text, "28/12/2023 08:00").as_deref(), Some("29/03/2024 00:00"));
        assert_eq!(
            until("không công bố trước 29/03/2024", "30/03/2023 08:00").as_deref(),
            Some("29/03/2024 00:00")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|không công bố trước|embargoed until|29|03|/|9h| ){0,30}") {
            until(&text, "27/03/2023 14:00");
        }
    }
}
