use super::sample::{self, hanoi};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn t(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

#[test]
fn working_days_are_counted_as_announced() {
    let calendar = hanoi();
    for (from, n, to) in [
        ("2023-02-20", 10, "2023-03-06"),
        ("2023-01-19", 1, "2023-01-27"),
        ("2023-04-28", 1, "2023-05-04"),
        ("2024-02-07", 3, "2024-02-19"),
        ("2024-04-26", 5, "2024-05-07"),
        ("2025-04-25", 1, "2025-04-26"),
        ("2025-04-25", 3, "2025-04-29"),
        ("2026-01-09", 1, "2026-01-10"),
        ("2026-08-21", 1, "2026-08-22"),
        ("2026-08-28", 1, "2026-09-03"),
        ("2026-11-23", 1, "2026-11-25"),
        ("2025-12-31", 3, "2026-01-07"),
    ] {
        let (from, to) = (d(from), d(to));
        assert_eq!(calendar.add_working_days(from, n), to, "{from} + {n}");
        assert_eq!(calendar.add_working_days(to, -n), from, "{to} - {n}");
        assert_eq!(calendar.working_days_between(from, to), n);
        assert_eq!(calendar.working_days_between(to, from), -n);
    }
}

#[test]
fn a_year_has_as_many_working_days_as_the_notices_say() {
    let calendar = hanoi();
    for (year, days) in [(2023, 249), (2024, 251), (2025, 250), (2026, 249)] {
        let new_years_eve = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        let counted = calendar.working_days_between(new_years_eve(year - 1), new_years_eve(year));
        assert_eq!(counted, days, "{year}");
    }
}

#[test]
fn days_have_their_names() {
    let calendar = hanoi();
    assert_eq!(calendar.day(d("2023-01-19")), Day::Working);
    assert_eq!(calendar.day(d("2023-01-21")), Day::Weekend);
    assert_eq!(calendar.day(d("2023-01-20")).words(Lang::Vi), "Nghỉ lễ 01-20");
    assert_eq!(calendar.day(d("2024-05-04")).words(Lang::En), "Worked Saturday 05-04");
    assert!(calendar.is_working(d("2024-05-04")));
    assert_eq!(calendar.day(d("2024-05-05")).words(Lang::Vi), "Nghỉ hằng tuần");
    assert_eq!(calendar.holidays(2023).count(), 11);
    assert_eq!(calendar.worked_saturdays(2026).map(|(date, _)| date).last(), Some(d("2026-08-22")));
    assert_eq!(calendar.nearest_working_days(d("2023-01-22")), (d("2023-01-19"), d("2023-01-27")));
    assert_eq!(calendar.last_working_day_of_month(d("2023-04-01")), d("2023-04-28"));
    assert_eq!(calendar.last_working_day_of_month(d("2022-12-31")), d("2022-12-30"));
}

#[test]
fn a_year_without_data_knows_weekends_and_says_so() {
    let calendar = hanoi();
    assert!(calendar.covers(2027) && !calendar.covers(2028));
    assert!(!calendar.is_provisional(d("2026-12-31")));
    assert!(calendar.is_provisional(d("2027-02-08")), "announced to come");
    assert!(calendar.is_provisional(d("2028-01-03")), "nothing known");
    assert_eq!(calendar.next_working_day(d("2027-12-31")), d("2028-01-03"));
    assert!(calendar.notice(2025).unwrap().source.contains("6150/TB-BLĐTBXH"));
}

#[test]
fn the_office_is_open_in_its_hours() {
    let calendar = hanoi();
    for (moment, next) in [
        ("2023-03-24T01:00:00Z", "2023-03-24T01:00:00Z"), // Friday 08:00
        ("2023-03-24T00:59:59Z", "2023-03-24T01:00:00Z"),
        ("2023-03-24T05:00:00Z", "2023-03-24T06:00:00Z"), // the noon break
        ("2023-03-24T09:59:59Z", "2023-03-24T09:59:59Z"),
        ("2023-03-24T10:00:00Z", "2023-03-27T01:00:00Z"), // 17:00 is closed
        ("2023-01-19T20:00:00Z", "2023-01-27T01:00:00Z"), // Tết
        ("2024-05-04T02:00:00Z", "2024-05-04T02:00:00Z"), // a worked Saturday
    ] {
        let (moment, next) = (utc(moment), utc(next));
        assert_eq!(calendar.next_office_moment(moment), next, "{moment}");
        assert_eq!(calendar.in_office_hours(moment), moment == next);
    }
    assert_eq!(calendar.day_end(d("2023-03-24")), utc("2023-03-24T10:00:00Z"));
    assert_eq!(calendar.local_date(utc("2023-03-24T17:00:00Z")), d("2023-03-25"));
}

#[test]
fn a_missing_hour_moves_on_and_a_double_hour_is_the_first() {
    let berlin = sample::in_zone("Europe/Berlin");
    assert_eq!(berlin.at(d("2023-03-26"), t(2, 30)), utc("2023-03-26T01:00:00Z"));
    assert_eq!(berlin.at(d("2023-10-29"), t(2, 30)), utc("2023-10-29T00:30:00Z"));
    let apia = sample::in_zone("Pacific/Apia");
    assert_eq!(apia.at(d("2011-12-30"), t(9, 0)), utc("2011-12-30T10:00:00Z"), "a whole day skipped");
}

#[test]
fn all_faults_are_told_at_once() {
    let text = r#"
        time_zone = "Asia/Hanoi"
        [hours]
        morning = ["8h", "12:00"]
        afternoon = ["13:00", "17:00"]
        [[year]]
        year = 2023
        source = " "
        provisional = false
        off = [
            { date = 2023-01-21, name = { vi = "Tết", en = "Tet" } },
            { date = 2024-01-23, name = { vi = "Tết", en = "Tet" } },
            { date = 2023-01-24T08:00:00, name = { vi = "Tết", en = "Tet" } },
            { date = 2023-01-25, name = { vi = "Tết", en = "" } },
            { date = 2023-01-25, name = { vi = "Tết", en = "Tet" } },
        ]
        worked = [{ date = 2023-01-29, name = { vi = "Làm bù", en = "Worked" } }]
        [[year]]
        year = 2023
        source = "1/TB"
        provisional = false
        off = []
        worked = []
    "#;
    let faults = Calendar::parse(text).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| fault.sentence(Lang::En)).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    There is no time zone “Asia/Hanoi”; write a name such as Asia/Ho_Chi_Minh.
    “8h” under hours is not a time; write it like 08:00.
    The year 2023 names no source: write the announcing document's number.
    21/01/2023 is a Saturday or Sunday and off anyway; take it out of off.
    23/01/2024 stands in the table of 2023; move it to its own year.
    “2023-01-24T08:00:00” is not a date; write it like 2023-01-20.
    25/01/2023 lacks its Vietnamese or English name.
    25/01/2023 is given twice.
    29/01/2023 is given as worked but is not a Saturday; correct it.
    The year 2023 is given twice; make it one table.
    ");
    let also_told: BTreeSet<String> = faults.iter().map(|fault| fault.sentence(Lang::Vi)).collect();
    assert!(also_told.len() == told.len() && also_told.iter().all(|sentence| !told.contains(sentence)));

    let upside_down = sample::toml("Asia/Ho_Chi_Minh").replace("\"12:00\"", "\"14:00\"");
    assert_eq!(Calendar::parse(&upside_down), Err(vec![CalendarFault::HoursOutOfOrder]));
    assert!(matches!(Calendar::parse("year = 1").unwrap_err()[..], [CalendarFault::Unreadable(_)]));
}

fn date() -> impl Strategy<Value = NaiveDate> {
    // 2019 to 2031: years with data, and years without on both sides.
    (737_060..741_800).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())
}

proptest! {
    #[test]
    fn adding_and_counting_are_inverse(from in date(), n in -400_i64..400) {
        let calendar = hanoi();
        let to = calendar.add_working_days(from, n);
        prop_assert!(n == 0 || calendar.is_working(to));
        prop_assert_eq!(calendar.working_days_between(from, to), n);
        if calendar.is_working(from) {
            prop_assert_eq!(calendar.add_working_days(to, -n), from);
            prop_assert_eq!(calendar.working_days_between(to, from), -n);
        }
    }

    #[test]
    fn adding_is_monotone_and_adds_up(a in date(), b in date(), n in -50_i64..50, m in 0_i64..50) {
        let calendar = hanoi();
        let add = |date, n| calendar.add_working_days(date, n);
        prop_assert!(add(a.min(b), n.abs()) <= add(a.max(b), n.abs()));
        prop_assert!(add(a, n) < add(a, n + 1));
        prop_assert_eq!(add(add(a, m), n.abs()), add(a, m + n.abs()));
    }

    #[test]
    fn neighbours_bracket_the_day(day in date()) {
        let calendar = hanoi();
        let (before, after) = calendar.nearest_working_days(day);
        prop_assert!(before < day && day < after);
        prop_assert!(calendar.is_working(before) && calendar.is_working(after));
        prop_assert_eq!(after, calendar.add_working_days(day, 1));
        prop_assert_eq!(before, calendar.add_working_days(day, -1));
        let strictly_between = before.iter_days().skip(1).take_while(|d| *d < after);
        prop_assert!(strictly_between.filter(|d| *d != day).all(|d| !calendar.is_working(d)));
        let last = calendar.last_working_day_of_month(day);
        prop_assert_eq!((last.year(), last.month()), (day.year(), day.month()));
        prop_assert_ne!(calendar.next_working_day(last).month(), day.month());
    }

    #[test]
    fn the_next_office_moment_is_the_first(
        day in date(), second in 0_u32..86_400, zone in prop::sample::select(&["Asia/Ho_Chi_Minh", "America/New_York"][..]),
    ) {
        let calendar = sample::in_zone(zone);
        let moment = day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap()).and_utc();
        let next = calendar.next_office_moment(moment);
        prop_assert!(next >= moment && calendar.in_office_hours(next));
        prop_assert_eq!(next == moment, calendar.in_office_hours(moment));
        if next > moment {
            prop_assert!(!calendar.in_office_hours(next - TimeDelta::seconds(1)));
            prop_assert!(!calendar.in_office_hours(moment + (next - moment) / 2));
        }
    }

    #[test]
    fn the_wall_clock_reads_back(day in date(), minute in 0_u32..1440) {
        let time = t(minute / 60, minute % 60);
        let moment = hanoi().at(day, time);
        prop_assert_eq!(hanoi().local(moment), day.and_time(time));
        let berlin = sample::in_zone("Europe/Berlin");
        let shown = berlin.local(berlin.at(day, time));
        prop_assert!(shown == day.and_time(time) || (shown.date() == day && shown.time() == t(3, 0)));
    }
}
