use super::*;
use crate::domain::calendar::sample::{hanoi, in_zone};
use chrono::{NaiveTime, Weekday};
use proptest::prelude::*;

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn rule(every: Every, first: &str) -> Recurrence {
    Recurrence::build(every, wall(first)).unwrap()
}

/// The occurrences from just before the first on.
fn occurrences<'c>(rule: &Recurrence, calendar: &'c Calendar) -> impl Iterator<Item = Occurrence<'c>> {
    let start = calendar.at(rule.first().date(), rule.first().time()) - TimeDelta::days(100);
    std::iter::successors(rule.next_after(start, calendar), |last| rule.next_after(last.at, calendar))
}

/// The first `count` of them on the office's wall clock, days off marked.
fn told(rule: &Recurrence, calendar: &Calendar, count: usize) -> String {
    let line = |occurrence: Occurrence| {
        let when = calendar.local(occurrence.at).format("%a %Y-%m-%d %H:%M");
        if occurrence.on_day_off() {
            format!("{when} off: {}", occurrence.day.words(Lang::En))
        } else {
            when.to_string()
        }
    };
    occurrences(rule, calendar).take(count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn weekly_on_monday_is_monday() {
    let weekly = rule(Every::Weekly, "2023-01-16 09:00");
    assert_eq!(weekly.cron(), "0 0 9 * * Mon");
    insta::assert_snapshot!(told(&weekly, &hanoi(), 4), @r"
    Mon 2023-01-16 09:00
    Mon 2023-01-23 09:00 off: Holiday 01-23
    Mon 2023-01-30 09:00
    Mon 2023-02-06 09:00
    ");
}

#[test]
fn every_day_of_the_week_is_itself() {
    for day in wall("2023-03-06 09:00").date().iter_days().take(7) {
        let weekly = Recurrence::build(Every::Weekly, day.and_hms_opt(9, 0, 0).unwrap()).unwrap();
        let days: Vec<Weekday> =
            occurrences(&weekly, &hanoi()).take(60).map(|o| hanoi().local(o.at).weekday()).collect();
        assert_eq!(days, vec![day.weekday(); 60]);
    }
}

#[test]
fn the_31st_is_the_last_day_of_a_shorter_month() {
    let monthly = rule(Every::Monthly, "2023-10-31 14:30");
    assert_eq!(monthly.cron(), "0 30 14 28-31 * *");
    insta::assert_snapshot!(told(&monthly, &hanoi(), 6), @r"
    Tue 2023-10-31 14:30
    Thu 2023-11-30 14:30
    Sun 2023-12-31 14:30 off: Weekend
    Wed 2024-01-31 14:30
    Thu 2024-02-29 14:30
    Sun 2024-03-31 14:30 off: Weekend
    ");
    insta::assert_snapshot!(told(&rule(Every::Monthly, "2024-12-30 09:00"), &hanoi(), 3), @r"
    Mon 2024-12-30 09:00
    Thu 2025-01-30 09:00 off: Holiday 01-30
    Fri 2025-02-28 09:00
    ");
}

#[test]
fn quarters_keep_their_day_and_29_february_its_years() {
    insta::assert_snapshot!(told(&rule(Every::Quarterly, "2023-11-30 09:00"), &hanoi(), 6), @r"
    Thu 2023-11-30 09:00
    Thu 2024-02-29 09:00
    Thu 2024-05-30 09:00
    Fri 2024-08-30 09:00
    Sat 2024-11-30 09:00 off: Weekend
    Fri 2025-02-28 09:00
    ");
    insta::assert_snapshot!(told(&rule(Every::Quarterly, "2024-02-29 09:00"), &hanoi(), 5), @r"
    Thu 2024-02-29 09:00
    Wed 2024-05-29 09:00
    Thu 2024-08-29 09:00
    Fri 2024-11-29 09:00
    Fri 2025-02-28 09:00
    ");
}

#[test]
fn the_last_working_day_steps_over_days_off() {
    // Tết 2023 ended on 26/01, that of 2025 lasts over the end of January; 30/04 is a holiday.
    insta::assert_snapshot!(told(&rule(Every::LastWorkingDayOfMonth, "2023-01-31 16:00"), &hanoi(), 4), @r"
    Tue 2023-01-31 16:00
    Tue 2023-02-28 16:00
    Fri 2023-03-31 16:00
    Fri 2023-04-28 16:00
    ");
    insta::assert_snapshot!(told(&rule(Every::LastWorkingDayOfMonth, "2025-01-01 16:00"), &hanoi(), 4), @r"
    Fri 2025-01-24 16:00
    Fri 2025-02-28 16:00
    Mon 2025-03-31 16:00
    Tue 2025-04-29 16:00
    ");
}

#[test]
fn once_is_once() {
    let once = rule(Every::Once, "2023-03-24 14:00");
    assert_eq!(once.cron(), "0 0 14 24 3 * 2023");
    insta::assert_snapshot!(told(&once, &hanoi(), 9), @"Fri 2023-03-24 14:00");
    assert_eq!(once.next_after("2023-03-24T07:00:00Z".parse().unwrap(), &hanoi()), None);
}

#[test]
fn a_missing_hour_moves_on_and_a_double_hour_happens_once() {
    let berlin = in_zone("Europe/Berlin");
    insta::assert_snapshot!(told(&rule(Every::Weekly, "2023-03-19 02:30"), &berlin, 3), @r"
    Sun 2023-03-19 02:30 off: Weekend
    Sun 2023-03-26 03:00 off: Weekend
    Sun 2023-04-02 02:30 off: Weekend
    ");
    let back = rule(Every::Weekly, "2023-10-22 02:30");
    insta::assert_snapshot!(told(&back, &berlin, 3), @r"
    Sun 2023-10-22 02:30 off: Weekend
    Sun 2023-10-29 02:30 off: Weekend
    Sun 2023-11-05 02:30 off: Weekend
    ");
    // Between the two times that the clock shows 02:10, the occurrence of 02:30 has been; it does not come again.
    let second_ten_past_two = "2023-10-29T01:10:00Z".parse().unwrap();
    let next = back.next_after(second_ten_past_two, &berlin).unwrap();
    assert_eq!(next.at, "2023-11-05T01:30:00Z".parse::<DateTime<Utc>>().unwrap());

    let new_york = in_zone("America/New_York");
    let at: Vec<String> = occurrences(&rule(Every::Weekly, "2023-03-05 02:30"), &new_york)
        .take(3)
        .map(|o| o.at.to_rfc3339())
        .collect();
    assert_eq!(at, ["2023-03-05T07:30:00+00:00", "2023-03-12T07:00:00+00:00", "2023-03-19T06:30:00+00:00"]);
}

#[test]
fn vietnam_keeps_its_hour_all_year() {
    let weekly = rule(Every::Weekly, "2023-01-02 09:00");
    let calendar = hanoi();
    assert!(
        occurrences(&weekly, &calendar)
            .take(104)
            .all(|o| o.at.time() == NaiveTime::from_hms_opt(2, 0, 0).unwrap())
    );
}

#[test]
fn the_rule_is_said_in_both_languages() {
    let said = |every, first| {
        let rule = rule(every, first);
        format!("{} | {}", rule.words(Lang::Vi), rule.words(Lang::En))
    };
    let all = [
        said(Every::Once, "2023-03-24 14:00"),
        said(Every::Weekly, "2023-03-27 09:00"),
        said(Every::Monthly, "2023-03-05 09:00"),
        said(Every::Monthly, "2023-03-31 09:00"),
        said(Every::LastWorkingDayOfMonth, "2023-03-31 16:00"),
        said(Every::Quarterly, "2023-08-15 09:00"),
    ];
    insta::assert_snapshot!(all.join("\n"), @r"
    một lần, 14:00 thứ Sáu, 24/03/2023 | once, 14:00 Friday 24/03/2023
    hằng tuần, thứ Hai 09:00 | weekly, Monday 09:00
    hằng tháng, ngày 05 lúc 09:00 | monthly, day 5 at 09:00
    hằng tháng, ngày 31 (tháng thiếu: ngày cuối tháng) lúc 09:00 | monthly, day 31 (or the last day of a shorter month) at 09:00
    ngày làm việc cuối tháng, lúc 16:00 | last working day of the month, at 16:00
    hằng quý, ngày 15 các tháng 2, 5, 8, 11 lúc 09:00 | quarterly, day 15 of months 2, 5, 8, 11 at 09:00
    ");
}

#[test]
fn the_stored_text_reads_back_or_is_refused() {
    let monthly = rule(Every::Monthly, "2023-01-31 09:00");
    assert_eq!(monthly.to_string(), "monthly 2023-01-31T09:00 | 0 0 9 28-31 * *");
    for text in [
        "",
        "monthly 2023-01-31T09:00",
        "monthly 2023-01-31T09:00 | 0 0 9 15 * *",
        "daily 2023-01-31T09:00 | 0 0 9 * * *",
        "weekly 2023-02-30T09:00 | 0 0 9 * * Mon",
    ] {
        assert_eq!(text.parse::<Recurrence>(), Err(MalformedRecurrence(text.to_owned())));
    }
    assert_eq!(Recurrence::build(Every::Once, wall("2101-01-01 09:00")), Err(YearOutOfRange));
}

#[test]
fn a_meeting_has_two_reminders() {
    let calendar = hanoi();
    let reminders = |starts: &str| {
        let starts = wall(starts);
        meeting_reminders(calendar.at(starts.date(), starts.time()), &calendar)
            .map(|(reminder, at)| format!("{} {}", reminder.code(), calendar.local(at).format("%d/%m %H:%M")))
    };
    assert_eq!(reminders("2023-03-27 09:00"), ["day_before 24/03 15:00", "hour_before 27/03 08:00"]);
    assert_eq!(reminders("2023-01-27 14:00"), ["day_before 19/01 15:00", "hour_before 27/01 13:00"]);
    assert_eq!(reminders("2024-05-06 00:30"), ["day_before 04/05 15:00", "hour_before 05/05 23:30"]);
}

/// The rule written down a second time, date by date.
fn happens_on(every: Every, first: NaiveDate, date: NaiveDate, calendar: &Calendar) -> bool {
    let month_ends = date.succ_opt().unwrap().month() != date.month();
    let same_day = date.day() == first.day() || (month_ends && date.day() < first.day());
    date >= first
        && match every {
            Every::Once => date == first,
            Every::Weekly => (date - first).num_days() % 7 == 0,
            Every::Monthly => same_day,
            Every::LastWorkingDayOfMonth => {
                calendar.is_working(date) && calendar.next_working_day(date).month() != date.month()
            }
            Every::Quarterly => same_day && (date.month() + 12 - first.month()).is_multiple_of(3),
        }
}

proptest! {
    #[test]
    fn occurrences_are_those_of_the_rule(
        every in prop::sample::select(&Every::ALL[..]),
        days in 738_500..740_200_i32,
        minute in 0_u32..1440,
        start in -40_i64..200,
        zone in prop::sample::select(&["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York"][..]),
    ) {
        let calendar = in_zone(zone);
        let first = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
        let rule = Recurrence::build(every, first.and_time(time)).unwrap();
        let after = calendar.at(first, time) + TimeDelta::days(start);

        let found: Vec<DateTime<Utc>> = std::iter::successors(rule.next_after(after, &calendar), |last| {
            rule.next_after(last.at, &calendar)
        })
        .take(8)
        .map(|occurrence| occurrence.at)
        .collect();
        prop_assert!(found.is_sorted_by(|a, b| a < b));
        let expected: Vec<DateTime<Utc>> = first
            .iter_days()
            .take(1200)
            .filter(|date| happens_on(every, first, *date, &calendar))
            .map(|date| calendar.at(date, time))
            .filter(|at| *at > after)
            .take(8)
            .collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(rule.to_string().parse::<Recurrence>(), Ok(rule));
    }
}
