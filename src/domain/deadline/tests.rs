use super::ladder::PUNCTUAL;
use super::*;
use crate::domain::calendar::sample::hanoi;
use crate::domain::task::Urgency;
use chrono::TimeDelta;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The office of these tests.
#[derive(Debug)]
struct Office {
    calendar: Calendar,
    rules: Rules,
}

impl Office {
    fn usual() -> Self {
        Self { calendar: hanoi(), rules: Rules::default() }
    }

    /// The ladder of a normal task, due at the end of `due`.
    fn ladder(&self, due: NaiveDate) -> Ladder<'_> {
        Ladder {
            due: self.calendar.at(due, self.calendar.closing()),
            given: at("2021-01-04 08:00"),
            urgency: Urgency::Normal,
            received: true,
            awaited: false,
            rules: &self.rules,
            calendar: &self.calendar,
        }
    }
}

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A moment from Hanoi's wall clock.
fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +0700"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

fn keys(due: &str, since: &str, now: &str) -> Vec<String> {
    Office::usual().ladder(d(due)).due_rungs(at(since), at(now)).iter().map(Rung::key).collect()
}

/// The decision in one line, local time.
fn told(due: &str, since: &str, now: &str) -> String {
    let local = |moment| hanoi().local(moment).format("%Y-%m-%d %H:%M");
    match Office::usual().ladder(d(due)).decide(at(since), at(now)) {
        Decision::Wait { until } => format!("wait until {}", local(until)),
        Decision::Ping { rung, missed, late, next, .. } => {
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
    ladder: Ladder<'_>,
    created: DateTime<Utc>,
    ticks: impl Iterator<Item = DateTime<Utc>>,
) -> Vec<(DateTime<Utc>, Rung, usize)> {
    let (mut since, mut sent) = (created, Vec::new());
    for now in ticks {
        match ladder.decide(since, now) {
            Decision::Wait { until } => assert!(until > now, "waiting ends later"),
            Decision::Ping { rung, missed, late, next, .. } => {
                assert_eq!(late, now - rung.at > PUNCTUAL);
                assert_eq!(ladder.decide(now, now), Decision::Wait { until: next });
                sent.push((now, rung, missed));
                since = now;
            }
        }
    }
    sent
}

/// Any office: profiles as people set them, quiet hours or none.
fn office() -> impl Strategy<Value = Office> {
    let profile = prop_oneof![
        Just("T-3, T-1, T"),
        Just("T-1, T, T-4h"),
        Just("2h"),
        Just("3h"),
        Just("T-5, 5h"),
        Just("T-2h"),
        Just("T-10, T-2, T, T-1h"),
    ];
    let quiet = prop_oneof![
        Just(""),
        Just("11:00-14:00"),
        Just("08:00-10:15"),
        Just("08:15-09:00, 15:30-17:00"),
        Just("15:45-09:10")
    ];
    (profile, quiet).prop_map(|(profile, quiet)| {
        let mut office = Office::usual();
        for rule in [Rule::Normal, Rule::Urgent, Rule::VeryUrgent, Rule::Flash] {
            office.rules.set(rule, profile, &office.calendar).unwrap();
        }
        office.rules.set(Rule::Quiet, quiet, &office.calendar).unwrap();
        office
    })
}

/// Any task of an office, given so many minutes before its deadline.
#[derive(Clone, Copy, Debug)]
struct Any {
    due: NaiveDate,
    minute: i64,
    lead: i64,
    urgency: Urgency,
    received: bool,
    awaited: bool,
}

fn any_task() -> impl Strategy<Value = Any> {
    let urgency = prop::sample::select(Urgency::ALL);
    (due(), 0_i64..=540, 0_i64..20_000, urgency, any::<bool>(), any::<bool>()).prop_map(
        |(due, minute, lead, urgency, received, others)| {
            let awaited = !received || others;
            Any { due, minute, lead, urgency, received, awaited }
        },
    )
}

impl Office {
    fn any(&self, task: Any) -> Ladder<'_> {
        let due = self.calendar.day_end(task.due) - TimeDelta::minutes(task.minute);
        let given = due - TimeDelta::minutes(task.lead);
        let Any { urgency, received, awaited, .. } = task;
        Ladder { due, given, urgency, received, awaited, ..self.ladder(task.due) }
    }
}

/// Whether people may be reminded at `moment`.
fn may_remind(ladder: &Ladder<'_>, moment: DateTime<Utc>) -> bool {
    match (ladder.urgency, ladder.received) {
        (Urgency::Flash, false) => true,
        (Urgency::Flash, true) => ladder.calendar.in_office_hours(moment),
        _ => ladder.rules.quiet.is_over(moment, ladder.calendar),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rungs_strictly_increase_when_people_may_be_reminded_and_never_repeat(
        office in office(), task in any_task(), span in 0_i64..30_000,
    ) {
        let ladder = office.any(task);
        let since = ladder.given;
        let rungs = ladder.due_rungs(since, since + TimeDelta::minutes(span));
        prop_assert!(rungs.iter().all(|rung| rung.at > since));
        for rung in &rungs {
            let fixed = task.urgency == Urgency::Flash && rung.step != Step::Pulse;
            prop_assert!(fixed || may_remind(&ladder, rung.at), "{rung:?}");
        }
        prop_assert!(rungs.is_sorted_by(|a, b| a.at < b.at));
        prop_assert_eq!(rungs.iter().map(Rung::key).collect::<BTreeSet<_>>().len(), rungs.len());
        for rung in rungs {
            let from_due = office.calendar.working_days_between(task.due, rung.date);
            prop_assert!(match rung.step {
                Step::Before(days) => from_due == -i64::from(days),
                Step::OnDay => from_due == 0,
                Step::Hours(_) => from_due <= 0 && rung.at < ladder.due,
                Step::Overdue(days) => from_due == i64::from(days),
                Step::Receipt => task.awaited && task.urgency != Urgency::Normal,
                Step::Pulse => true,
            }, "{rung:?}");
        }
    }

    #[test]
    fn big_jumps_collapse_the_ladder_and_never_add_to_it(
        office in office(), task in any_task(), jumps in prop::collection::vec(1_i64..6_000, 1..30),
    ) {
        let ladder = office.any(task);
        let created = ladder.given;
        let ticks = jumps.iter().scan(created, |now, minutes| {
            *now += TimeDelta::minutes(*minutes);
            Some(*now)
        });
        let sent = walk(ladder, created, ticks);
        prop_assert!(sent.iter().all(|(now, ..)| may_remind(&ladder, *now)));
        prop_assert!(sent.is_sorted_by(|a, b| a.0 < b.0 && a.1.at < b.1.at), "upwards");
        let hour = TimeDelta::hours(1);
        let near = |a: &Rung, b: &Rung| b.at - a.at <= hour;
        prop_assert!(sent.is_sorted_by(|a, b| b.0 - a.0 > hour || near(&a.1, &b.1)), "never twice for one");
        if let Some((last, ..)) = sent.last() {
            let all = ladder.due_rungs(created, *last);
            prop_assert!(sent.iter().all(|(_, rung, _)| all.contains(rung)));
            prop_assert_eq!(sent.iter().map(|(.., missed)| missed + 1).sum::<usize>(), all.len());
        }
    }

    #[test]
    fn the_supporters_are_told_once_of_each_due_date(
        office in office(), task in any_task(), jumps in prop::collection::vec(1_i64..3_000, 1..40),
    ) {
        let ladder = office.any(task);
        let (mut since, mut now, mut told) = (ladder.given, ladder.given, 0);
        for minutes in jumps {
            now += TimeDelta::minutes(minutes);
            if let Decision::Ping { supporters, rung, .. } = ladder.decide(since, now) {
                prop_assert!(!supporters || rung.date >= ladder.day());
                told += usize::from(supporters);
                since = now;
            }
        }
        prop_assert!(told <= 1);
        let own = |rung: &Rung| rung.date == ladder.day();
        let passed = ladder.due_rungs(ladder.given, since).iter().any(own);
        prop_assert_eq!(told == 1, passed);
    }

    #[test]
    fn the_standing_agrees_with_the_rung(due in due(), n in 0_i64..60) {
        let office = Office::usual();
        let calendar = &office.calendar;
        let rung = office.ladder(due).next_rung(calendar.day_end(calendar.add_working_days(due, n - 10)));
        prop_assert_eq!(status(due.and_time(calendar.closing()), rung.at, calendar), match rung.step {
            Step::Before(days) => Standing::Left(days.into()),
            Step::OnDay => Standing::Today,
            Step::Overdue(days) => Standing::Overdue(days),
            other => panic!("a normal task has no {other:?}"),
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_is_foretold_is_what_the_minutes_bring(office in office(), task in any_task()) {
        let ladder = office.any(task);
        let (from, end) = (ladder.given, ladder.given + TimeDelta::days(2));
        let foretold: Vec<_> = ladder.ahead(from, from, end).into_iter().map(|(at, _)| at).collect();
        let ticks = (1..=2 * 24 * 60).map(|minutes| from + TimeDelta::minutes(minutes));
        let sent: Vec<_> = walk(ladder, from, ticks).into_iter().map(|(at, ..)| at).collect();
        prop_assert_eq!(foretold, sent);
    }

    #[test]
    fn minute_by_minute_every_rung_is_sent_on_time(office in office(), task in any_task()) {
        let ladder = office.any(task);
        let created = ladder.given;
        let end = created + TimeDelta::days(4);
        let ticks = (1..=4 * 24 * 60).map(|minutes| created + TimeDelta::minutes(minutes));
        let sent = walk(ladder, created, ticks);
        prop_assert!(sent.iter().all(|(now, rung, missed)| *now == rung.at && *missed == 0));
        let rungs: Vec<Rung> = sent.into_iter().map(|(_, rung, _)| rung).collect();
        prop_assert_eq!(rungs, ladder.due_rungs(created, end));
    }
}

/// The reminders from giving on for so many days, as `Tue 08:30 key-without-dates`.
fn profile(urgency: Urgency, received: bool, given: &str, due: &str, days: i64) -> String {
    let office = Office::usual();
    let awaited = !received;
    let (due, ladder) = (at(due), office.ladder(d(&due[..10])));
    let ladder = Ladder { due, given: at(given), urgency, received, awaited, ..ladder };
    let rungs = ladder.due_rungs(at(given), at(given) + TimeDelta::days(days));
    let line = |rung: &Rung| {
        let key = rung.key();
        format!(
            "{} {}",
            office.calendar.local(rung.at).format("%a %d/%m %H:%M"),
            key.split(':').next().unwrap_or("")
        )
    };
    rungs.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_urgency_has_its_profile() {
    insta::assert_snapshot!(profile(Urgency::Urgent, true, "2023-03-20 09:00", "2023-03-24 17:00", 8), @r"
    Thu 23/03 08:30 before-1
    Fri 24/03 08:30 on-day
    Fri 24/03 13:00 hours-4
    Mon 27/03 08:30 overdue-1
    Tue 28/03 08:30 overdue-2
    ");
    // Four hours before a deadline at nine is before the office opens; before one at eight it is of no use.
    insta::assert_snapshot!(profile(Urgency::Urgent, true, "2023-03-23 09:00", "2023-03-24 09:00", 2), @r"
    Fri 24/03 08:00 hours-4
    Fri 24/03 08:30 on-day
    ");
    insta::assert_snapshot!(profile(Urgency::Urgent, true, "2023-03-23 09:00", "2023-03-24 08:00", 2), @"Fri 24/03 08:30 on-day");
    insta::assert_snapshot!(profile(Urgency::VeryUrgent, true, "2023-03-23 09:00", "2023-03-24 17:00", 4), @r"
    Thu 23/03 10:30 pulse
    Thu 23/03 14:30 pulse
    Thu 23/03 16:30 pulse
    Fri 24/03 08:30 pulse
    Fri 24/03 10:30 pulse
    Fri 24/03 14:30 pulse
    Fri 24/03 16:30 pulse
    Mon 27/03 08:30 overdue-1
    ");
}

#[test]
fn what_is_urgent_is_asked_for_its_receipt_each_morning_and_what_is_normal_by_no_reminder() {
    insta::assert_snapshot!(profile(Urgency::Urgent, false, "2023-03-20 07:00", "2023-03-24 17:00", 8), @r"
    Tue 21/03 08:30 receipt
    Wed 22/03 08:30 receipt
    Thu 23/03 08:30 before-1
    Fri 24/03 08:30 on-day
    Fri 24/03 13:00 hours-4
    Mon 27/03 08:30 overdue-1
    ");
    // Given on the eve of Tết: not before 27/01.
    let first = profile(Urgency::Urgent, false, "2023-01-19 16:00", "2023-02-10 17:00", 8);
    assert_eq!(first, "Fri 27/01 08:30 receipt");
    assert_eq!(profile(Urgency::Normal, false, "2023-03-20 09:00", "2023-03-31 17:00", 5), "");
    assert_eq!(Rules::default().receipt(Urgency::VeryUrgent), Receipt::Pulse);
    let mut rules = Rules::default();
    rules.set(Rule::VeryUrgent, "T-1", &hanoi()).unwrap();
    assert_eq!(rules.receipt(Urgency::VeryUrgent), Receipt::Morning, "where nothing comes every few hours");
}

#[test]
fn flash_wakes_people_until_it_is_received() {
    let night = profile(Urgency::Flash, false, "2023-01-19 22:17", "2023-01-27 17:00", 1);
    assert_eq!(night.lines().count(), 24);
    assert!(night.starts_with("Thu 19/01 23:17 pulse\nFri 20/01 00:17 pulse"), "{night}");
    // Received: in office hours only, here after Tết.
    let day = profile(Urgency::Flash, true, "2023-01-19 22:17", "2023-01-27 17:00", 8);
    let first: Vec<&str> = day.lines().take(5).collect();
    let hours = ["08:00", "09:00", "10:00", "11:00", "13:00"];
    assert_eq!(first, hours.map(|hour| format!("Fri 27/01 {hour} pulse")));
}

#[test]
fn flash_that_is_late_is_said_once_when_the_office_opens() {
    let received = profile(Urgency::Flash, true, "2023-03-23 09:13", "2023-03-23 17:00", 1);
    let morning: Vec<&str> = received.lines().filter(|line| line.starts_with("Fri")).collect();
    assert_eq!(morning, ["Fri 24/03 08:00 overdue-1", "Fri 24/03 09:00 pulse"]);
    // Nobody has received it: the hours count from giving.
    let alone = profile(Urgency::Flash, false, "2023-03-23 09:13", "2023-03-23 17:00", 1);
    assert!(
        alone.ends_with("Fri 24/03 07:13 pulse\nFri 24/03 08:13 overdue-1\nFri 24/03 09:13 pulse"),
        "{alone}"
    );
}

#[test]
fn hours_that_never_fall_into_office_hours_end_with_the_day() {
    let mut office = Office::usual();
    for (every, given) in
        [("24h", "2023-03-23 20:00"), ("12h", "2023-03-23 12:30"), ("6h", "2023-03-23 06:00")]
    {
        office.rules.set(Rule::Flash, every, &office.calendar).unwrap();
        for (received, first) in [(true, "2023-03-24 08:00"), (false, "2023-03-24 08:00")] {
            let (given, due) = (at(given), at("2023-03-23 17:00"));
            let ladder = office.ladder(d("2023-03-23"));
            let ladder =
                Ladder { due, given, urgency: Urgency::Flash, received, awaited: !received, ..ladder };
            let late = ladder.due_rungs(at("2023-03-23 20:30"), at("2023-03-24 11:59"));
            let late: Vec<&Rung> = late.iter().filter(|rung| rung.step == Step::Overdue(1)).collect();
            assert_eq!(late.iter().map(|rung| rung.at).collect::<Vec<_>>(), [at(first)], "{every}");
        }
    }
}
