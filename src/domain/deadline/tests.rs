use super::*;
use crate::domain::calendar::sample::hanoi;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A moment from Hanoi's wall clock.
fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +0700"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

fn keys(due: &str, since: &str, now: &str) -> Vec<String> {
    due_rungs(d(due), at(since), at(now), &hanoi()).iter().map(Rung::key).collect()
}

/// The decision in one line, local time.
fn told(due: &str, since: &str, now: &str) -> String {
    let local = |moment| hanoi().local(moment).format("%Y-%m-%d %H:%M");
    match decide(d(due), at(since), at(now), &hanoi()) {
        Decision::Wait { until } => format!("wait until {}", local(until)),
        Decision::Ping { rung, missed, late, next } => {
            let late = if late { ", late" } else { "" };
            format!("{} (missed {missed}{late}), then {}", rung.key(), local(next))
        }
    }
}

#[test]
fn the_ladder_of_a_plain_week() {
    insta::assert_snapshot!(keys("2023-03-24", "2023-03-01 10:00", "2023-03-28 08:30").join("\n"), @r"
    before-3:2023-03-21:2023-03-24
    before-1:2023-03-23:2023-03-24
    on-day:2023-03-24:2023-03-24
    overdue-1:2023-03-27:2023-03-24
    overdue-2:2023-03-28:2023-03-24
    ");
}

#[test]
fn the_ladder_steps_over_tet_2023() {
    // Off from 20/01 to 26/01.
    insta::assert_snapshot!(keys("2023-01-27", "2023-01-01 10:00", "2023-01-30 12:00").join("\n"), @r"
    before-3:2023-01-17:2023-01-27
    before-1:2023-01-19:2023-01-27
    on-day:2023-01-27:2023-01-27
    overdue-1:2023-01-30:2023-01-27
    ");
    insta::assert_snapshot!(keys("2023-01-19", "2023-01-16 10:00", "2023-01-28 12:00").join("\n"), @r"
    before-1:2023-01-18:2023-01-19
    on-day:2023-01-19:2023-01-19
    overdue-1:2023-01-27:2023-01-19
    ");
}

#[test]
fn the_ladder_steps_over_late_april_2023() {
    // Off from 29/04 to 03/05.
    insta::assert_snapshot!(keys("2023-05-05", "2023-04-01 10:00", "2023-05-08 08:30").join("\n"), @r"
    before-3:2023-04-27:2023-05-05
    before-1:2023-05-04:2023-05-05
    on-day:2023-05-05:2023-05-05
    overdue-1:2023-05-08:2023-05-05
    ");
}

#[test]
fn a_worked_saturday_has_its_rung() {
    insta::assert_snapshot!(keys("2024-05-07", "2024-04-01 10:00", "2024-05-07 08:30").join("\n"), @r"
    before-3:2024-05-03:2024-05-07
    before-1:2024-05-06:2024-05-07
    on-day:2024-05-07:2024-05-07
    ");
    insta::assert_snapshot!(keys("2024-05-03", "2024-05-03 10:00", "2024-05-06 08:30").join("\n"), @r"
    overdue-1:2024-05-04:2024-05-03
    overdue-2:2024-05-06:2024-05-03
    ");
}

#[test]
fn reminders_are_on_time() {
    assert_eq!(told("2023-03-24", "2023-03-01 10:00", "2023-03-21 08:29"), "wait until 2023-03-21 08:30");
    assert_eq!(
        told("2023-03-24", "2023-03-01 10:00", "2023-03-21 08:30"),
        "before-3:2023-03-21:2023-03-24 (missed 0), then 2023-03-23 08:30"
    );
    assert_eq!(told("2023-03-24", "2023-03-21 08:30", "2023-03-21 08:30"), "wait until 2023-03-23 08:30");
}

#[test]
fn a_task_created_inside_the_ladder_starts_with_what_is_ahead() {
    assert_eq!(told("2023-03-24", "2023-03-23 10:00", "2023-03-23 10:00"), "wait until 2023-03-24 08:30");
    assert_eq!(told("2023-03-24", "2023-03-24 10:00", "2023-03-24 10:00"), "wait until 2023-03-27 08:30");
}

#[test]
fn a_moved_deadline_needs_only_a_new_decision() {
    // Reminded on the morning of the due date, then extended to the 30th; and brought forward to tomorrow.
    assert_eq!(told("2023-03-30", "2023-03-24 08:30", "2023-03-24 10:00"), "wait until 2023-03-27 08:30");
    assert_eq!(told("2023-03-27", "2023-03-24 08:30", "2023-03-24 10:00"), "wait until 2023-03-27 08:30");
    assert_eq!(
        told("2023-03-24", "2023-03-20 08:30", "2023-03-23 10:00"),
        "before-1:2023-03-23:2023-03-24 (missed 1, late), then 2023-03-24 08:30"
    );
}

#[test]
fn three_days_of_downtime_make_one_late_reminder() {
    // Down from the 23rd to the 28th: one day before, the day itself, overdue 1 and 2.
    assert_eq!(
        told("2023-03-24", "2023-03-21 08:30", "2023-03-28 10:15"),
        "overdue-2:2023-03-28:2023-03-24 (missed 3, late), then 2023-03-29 08:30"
    );
    // Back at night, at noon, and between opening and the day's own reminder.
    assert_eq!(told("2023-03-24", "2023-03-21 08:30", "2023-03-27 22:00"), "wait until 2023-03-28 08:30");
    assert_eq!(told("2023-03-24", "2023-03-21 08:30", "2023-03-28 12:30"), "wait until 2023-03-28 13:00");
    assert_eq!(told("2023-03-24", "2023-03-21 08:30", "2023-03-28 08:10"), "wait until 2023-03-28 08:30");
    // Back on the evening three days before; the next working day has no reminder of its own.
    assert_eq!(told("2023-03-24", "2023-03-01 08:30", "2023-03-21 18:00"), "wait until 2023-03-22 08:00");
}

#[test]
fn a_holiday_announced_over_the_due_date_moves_it_on() {
    insta::assert_snapshot!(keys("2023-01-23", "2023-01-01 10:00", "2023-01-30 08:30").join("\n"), @r"
    before-3:2023-01-17:2023-01-23
    before-1:2023-01-19:2023-01-23
    on-day:2023-01-27:2023-01-23
    overdue-1:2023-01-30:2023-01-23
    ");
    let due = d("2023-01-23").and_time(hanoi().closing());
    assert_eq!(status(due, at("2023-01-25 10:00"), &hanoi()), Standing::Left(1));
}

#[test]
fn the_standing_is_said_in_both_languages() {
    let due = d("2023-01-19").and_time(hanoi().closing());
    let said = |now: &str| {
        let standing = status(due, at(now), &hanoi());
        format!("{} | {}", standing.words(Lang::Vi), standing.words(Lang::En))
    };
    assert_eq!(said("2023-01-17 23:59"), "còn 02 ngày làm việc | 2 working days left");
    assert_eq!(said("2023-01-18 08:00"), "còn 01 ngày làm việc | 1 working day left");
    assert_eq!(said("2023-01-19 17:00"), "đến hạn hôm nay | due today");
    assert_eq!(said("2023-01-19 17:01"), "đã quá hạn | overdue");
    assert_eq!(said("2023-01-26 09:00"), "đã quá hạn | overdue");
    assert_eq!(said("2023-01-27 00:00"), "quá hạn 01 ngày làm việc | overdue by 1 working day");
    assert_eq!(said("2023-02-10 09:00"), "quá hạn 11 ngày làm việc | overdue by 11 working days");
}

/// A due date between 2022 and 2028, always a working day.
fn due() -> impl Strategy<Value = NaiveDate> {
    (738_160..740_600_i32)
        .prop_map(|days| hanoi().working_day_from(NaiveDate::from_num_days_from_ce_opt(days).unwrap()))
}

/// Asks at every tick, as the timer would, and keeps what was sent and when.
fn walk(
    due: NaiveDate,
    created: DateTime<Utc>,
    ticks: impl Iterator<Item = DateTime<Utc>>,
    calendar: &Calendar,
) -> Vec<(DateTime<Utc>, Rung, usize)> {
    let (mut since, mut sent) = (created, Vec::new());
    for now in ticks {
        match decide(due, since, now, calendar) {
            Decision::Wait { until } => assert!(until > now, "waiting ends later"),
            Decision::Ping { rung, missed, late, next } => {
                assert_eq!(late, now - rung.at > PUNCTUAL);
                assert_eq!(decide(due, now, now, calendar), Decision::Wait { until: next });
                sent.push((now, rung, missed));
                since = now;
            }
        }
    }
    sent
}

proptest! {
    #[test]
    fn rungs_strictly_increase_in_office_hours_and_never_repeat(
        due in due(), lead in 0_i64..20_000, span in 0_i64..60_000,
    ) {
        let calendar = hanoi();
        let since = calendar.day_end(due) - TimeDelta::minutes(lead);
        let rungs = due_rungs(due, since, since + TimeDelta::minutes(span), &calendar);
        prop_assert!(rungs.iter().all(|rung| rung.at > since && calendar.in_office_hours(rung.at)));
        prop_assert!(rungs.is_sorted_by(|a, b| a.at < b.at && a.date < b.date));
        prop_assert_eq!(rungs.iter().map(Rung::key).collect::<BTreeSet<_>>().len(), rungs.len());
        for rung in rungs {
            let from_due = calendar.working_days_between(due, rung.date);
            prop_assert_eq!(from_due, match rung.step {
                Step::Before(days) => -i64::from(days),
                Step::OnDay => 0,
                Step::Overdue(days) => i64::from(days),
            });
        }
    }

    #[test]
    fn big_jumps_collapse_the_ladder_and_never_add_to_it(
        due in due(), lead in 0_i64..12_000, jumps in prop::collection::vec(1_i64..6_000, 1..40),
    ) {
        let calendar = hanoi();
        let created = calendar.day_end(due) - TimeDelta::minutes(lead);
        let ticks = jumps.iter().scan(created, |now, minutes| {
            *now += TimeDelta::minutes(*minutes);
            Some(*now)
        });
        let sent = walk(due, created, ticks, &calendar);
        prop_assert!(sent.iter().all(|(now, ..)| calendar.in_office_hours(*now)));
        let days: Vec<_> = sent.iter().map(|(now, rung, _)| (calendar.local_date(*now), rung.at)).collect();
        prop_assert!(days.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1), "one reminder a day, upwards");
        if let Some((last, ..)) = sent.last() {
            let all = due_rungs(due, created, *last, &calendar);
            prop_assert!(sent.iter().all(|(_, rung, _)| all.contains(rung)));
            prop_assert_eq!(sent.iter().map(|(.., missed)| missed + 1).sum::<usize>(), all.len());
        }
    }

    #[test]
    fn the_standing_agrees_with_the_rung(due in due(), n in 0_i64..60) {
        let calendar = hanoi();
        let rung = next_rung(due, calendar.day_end(calendar.add_working_days(due, n - 10)), &calendar);
        prop_assert_eq!(status(due.and_time(calendar.closing()), rung.at, &calendar), match rung.step {
            Step::Before(days) => Standing::Left(days.into()),
            Step::OnDay => Standing::Today,
            Step::Overdue(days) => Standing::Overdue(days),
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn minute_by_minute_every_rung_is_sent_on_time(due in due(), lead in 0_i64..9_000) {
        let calendar = hanoi();
        let created = calendar.day_end(due) - TimeDelta::minutes(lead);
        let end = created + TimeDelta::days(12);
        let ticks = (1..=12 * 24 * 60).map(|minutes| created + TimeDelta::minutes(minutes));
        let sent = walk(due, created, ticks, &calendar);
        prop_assert!(sent.iter().all(|(now, rung, missed)| *now == rung.at && *missed == 0));
        let rungs: Vec<Rung> = sent.into_iter().map(|(_, rung, _)| rung).collect();
        prop_assert_eq!(rungs, due_rungs(due, created, end, &calendar));
    }
}
