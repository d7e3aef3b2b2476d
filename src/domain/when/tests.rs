use super::*;
use crate::domain::calendar::{Calendar, sample::hanoi};
use chrono::Timelike;
use proptest::prelude::*;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static HANOI: LazyLock<Calendar> = LazyLock::new(hanoi);

/// Reads `text` on Tuesday 18/04/2023 at 10:00; "dd/mm/yyyy", with the time if there is one.
fn read(text: &str) -> Result<String, WhenError> {
    let now = "2023-04-18T10:00:00".parse().unwrap();
    parse(text, now, &HANOI).map(|when| match when.time {
        Some(time) => format!("{} {}", when.date.format("%d/%m/%Y"), time.format("%H:%M")),
        None => when.date.format("%d/%m/%Y").to_string(),
    })
}

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn dates_read_as_people_type_them() {
    for (typed, expected) in [
        ("24/03/2023", "24/03/2023"),
        ("24-3-2023", "24/03/2023"),
        ("24.03.2023.", "24/03/2023"),
        ("2023-03-24", "24/03/2023"),
        ("ngày 24 tháng 3 năm 2023", "24/03/2023"),
        ("24/4", "24/04/2023"),
        ("18/4", "18/04/2023"),
        ("17-04", "17/04/2024"),
        ("29.2", "29/02/2024"),
        ("24 tháng 4", "24/04/2023"),
        ("24 April", "24/04/2023"),
        ("24 mar 2023", "24/03/2023"),
        ("on 24 September at 09:00", "24/09/2023 09:00"),
        ("２４／４", "24/04/2023"),
        ("hôm nay", "18/04/2023"),
        ("HOM NAY", "18/04/2023"),
        ("today", "18/04/2023"),
        ("mai", "19/04/2023"),
        ("Ngày mai", "19/04/2023"),
        ("tomorrow!", "19/04/2023"),
        ("ngày kia", "20/04/2023"),
        ("the day after tomorrow", "20/04/2023"),
        ("+1", "19/04/2023"),
        ("+10", "05/05/2023"), // over the days off from 29/04 to 03/05
        ("T+10", "05/05/2023"),
        ("+10 ngày làm việc", "05/05/2023"),
        ("+1 working day", "19/04/2023"),
        ("thứ tư", "19/04/2023"),
        ("thứ ba", "25/04/2023"), // today is one: the next
        ("Thứ Hai", "24/04/2023"),
        ("thu 2", "24/04/2023"),
        ("T2", "24/04/2023"),
        ("chủ nhật", "23/04/2023"),
        ("CN", "23/04/2023"),
        ("Monday", "24/04/2023"),
        ("thu", "20/04/2023"),
        ("thứ sáu tuần sau", "28/04/2023"),
        ("tuần sau thứ hai", "24/04/2023"),
        ("chủ nhật tuần này", "23/04/2023"),
        ("t4 tuan toi", "26/04/2023"),
        ("sun next week", "30/04/2023"),
        ("next week friday", "28/04/2023"),
        ("thứ Sáu, 21/04", "21/04/2023"),
    ] {
        assert_eq!(read(typed).as_deref(), Ok(expected), "{typed}");
    }
}

#[test]
fn a_time_may_stand_before_or_after() {
    for (typed, expected) in [
        ("24/3/2023 14:00", "24/03/2023 14:00"),
        ("14h30 24/3/2023", "24/03/2023 14:30"),
        ("mai 9h", "19/04/2023 09:00"),
        ("8:05 mai", "19/04/2023 08:05"),
        ("lúc 14h30 ngày mai", "19/04/2023 14:30"),
        ("14 giờ 30 phút ngày 24 tháng 4", "24/04/2023 14:30"),
        ("14 giờ 24/4", "24/04/2023 14:00"),
        ("24/4 - 14g30", "24/04/2023 14:30"),
        ("+5 17:00", "25/04/2023 17:00"),
        ("thứ 6 tuần sau, 14:00", "28/04/2023 14:00"),
        ("monday at 0:00", "24/04/2023 00:00"),
    ] {
        assert_eq!(read(typed).as_deref(), Ok(expected), "{typed}");
    }
}

#[test]
fn what_is_no_date_says_what_to_type() {
    for (typed, expected) in [
        ("02/28/2023", WhenError::MonthFirst(d("2023-02-28"))),
        ("4/24", WhenError::MonthFirst(d("2023-04-24"))),
        ("2023-28-02", WhenError::MonthFirst(d("2023-02-28"))),
        ("30/02/2023", WhenError::NoSuchDay),
        ("31/4", WhenError::NoSuchDay),
        ("29/02/2023", WhenError::NoSuchDay),
        ("00/00/0000", WhenError::NoSuchDay),
        ("99/99/2023", WhenError::NoSuchDay),
        ("24/3/23", WhenError::ShortYear),
        ("14:00", WhenError::NoDate),
        ("mai 25:00", WhenError::NoSuchTime),
        ("mai 14h5", WhenError::NoSuchTime),
        ("mai 24h", WhenError::NoSuchTime),
        ("thứ hai 21/04/2023", WhenError::OtherWeekday(d("2023-04-21"))),
        ("", WhenError::Unreadable),
        (" . ", WhenError::Unreadable),
        ("cuối tháng", WhenError::Unreadable),
        ("mai 9h 10h", WhenError::Unreadable),
        ("2h chiều mai", WhenError::Unreadable),
        ("tuần sau", WhenError::Unreadable),
        ("thứ tuần sau", WhenError::Unreadable),
        ("thứ chín", WhenError::Unreadable),
        ("+1000", WhenError::Unreadable),
        ("+5 tuần", WhenError::Unreadable),
        ("-5", WhenError::Unreadable),
        ("24/3-2023", WhenError::Unreadable),
        ("1/2/3/4", WhenError::Unreadable),
    ] {
        assert_eq!(read(typed), Err(expected), "{typed}");
    }
    let told = |error: WhenError| format!("{}\n{}", error.sentence(Lang::Vi), error.sentence(Lang::En));
    insta::assert_snapshot!(told(WhenError::MonthFirst(d("2023-02-28"))), @r"
    Tháng chỉ từ 1 đến 12. Ngày đứng trước, tháng đứng sau; hãy gõ 28/02/2023.
    Months go from 1 to 12. The day comes first, then the month; type 28/02/2023.
    ");
    insta::assert_snapshot!(told(WhenError::Unreadable), @r"
    Không đọc được ngày này. Hãy gõ theo một trong các cách: 24/03/2023, 24/3, mai, thứ sáu, +5 (ngày làm việc); thêm giờ nếu cần: 24/3 14:00.
    This does not read as a date. Type one of these: 24/03/2023, 24/3, tomorrow, friday, +5 (working days); with a time if needed: 24/3 14:00.
    ");
    insta::assert_snapshot!(told(WhenError::OtherWeekday(d("2023-04-21"))), @r"
    Thứ và ngày không khớp: đó là thứ Sáu, 21/04/2023. Hãy kiểm tra rồi gõ lại.
    The weekday and the date differ: it is Friday 21/04/2023. Check and type it again.
    ");
}

#[test]
fn every_example_in_a_sentence_reads() {
    for typed in ["24/03/2023", "24/3", "mai", "thứ sáu", "tomorrow", "friday", "+5", "24/3 14:00"] {
        assert!(read(typed).is_ok(), "{typed}");
    }
    for typed in ["hôm nay 14:00", "today 14:00", "24/3 14h30", "24/3 9h"] {
        assert!(read(typed).is_ok(), "{typed}");
    }
}

#[test]
fn dates_and_counts_are_written_as_the_office_does() {
    let moment = d("2023-03-24").and_hms_opt(14, 0, 0).unwrap();
    assert_eq!(format_date(moment.date(), Lang::Vi), "thứ Sáu, 24/03/2023");
    assert_eq!(format_date(moment.date(), Lang::En), "Friday 24/03/2023");
    assert_eq!(format_moment(moment, Lang::Vi), "14:00 thứ Sáu, 24/03/2023");
    assert_eq!(format_moment(moment, Lang::En), "14:00 Friday 24/03/2023");
    assert_eq!(format_working_days(2, Lang::Vi), "02 ngày làm việc");
    assert_eq!(format_working_days(1, Lang::En), "1 working day");
    assert_eq!(format_working_days(12, Lang::En), "12 working days");
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    (0_i64..4_000_000_000)
        .prop_map(|seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc())
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(moment in moment(), now in moment(), upper: bool, decomposed: bool) {
        let time = moment.time().with_second(0).unwrap();
        for lang in [Lang::Vi, Lang::En] {
            for (printed, time) in
                [(format_date(moment.date(), lang), None), (format_moment(moment, lang), Some(time))]
            {
                let printed = if upper { printed.to_uppercase() } else { printed };
                let printed: String = if decomposed { printed.nfd().collect() } else { printed };
                prop_assert_eq!(parse(&printed, now, &HANOI), Ok(When { date: moment.date(), time }));
            }
        }
    }

    #[test]
    fn a_short_date_is_the_next_one(moment in moment(), now in moment()) {
        let (day, today) = (moment.date(), now.date());
        let read = parse(&day.format("%d/%m").to_string(), now, &HANOI).unwrap().date;
        prop_assert!(read >= today && read.format("%d/%m").to_string() == day.format("%d/%m").to_string());
    }

    #[test]
    fn a_weekday_is_within_the_week_ahead(day in moment(), now in moment()) {
        use chrono::Datelike;
        for lang in [Lang::Vi, Lang::En] {
            let name = weekday_name(day.weekday(), lang);
            let read = parse(name, now, &HANOI).unwrap().date;
            prop_assert_eq!(read.weekday(), day.weekday());
            prop_assert!((1..=7).contains(&(read - now.date()).num_days()));
        }
    }

    #[test]
    fn nothing_typed_makes_it_fall_over(text: String, now in moment()) {
        let _ = parse(&text, now, &HANOI);
    }

    #[test]
    fn nothing_that_looks_like_a_date_makes_it_fall_over(
        words in prop::collection::vec(prop_oneof![
            "[0-9]{0,5}[-/.:hg+t][0-9]{0,5}([-/.][0-9]{0,5})?",
            prop::sample::select(&["thứ", "hai", "tuần", "sau", "ngày", "mai", "14", "giờ", "next week", "thu", "T+"][..])
                .prop_map(str::to_owned),
        ], 0..5),
        now in moment(),
    ) {
        if let Err(error) = parse(&words.join(" "), now, &HANOI) {
            prop_assert!(!error.sentence(Lang::Vi).is_empty());
        }
    }
}
