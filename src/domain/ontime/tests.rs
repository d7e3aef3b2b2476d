use super::*;
use crate::domain::calendar::sample::hanoi;
use chrono::TimeDelta;
use proptest::prelude::*;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A moment from Hanoi's wall clock.
fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +0700"), "%Y-%m-%d %H:%M %z").unwrap().to_utc()
}

fn owed(due: &str, done: Option<&str>) -> Owed {
    let done = done.map(at);
    Owed { since: at("2022-12-01 08:00"), due: at(due), done, closed: done }
}

/// A part of a task that was done at `closed`.
fn part(due: &str, sent: Option<&str>, closed: Option<&str>) -> Owed {
    Owed { closed: closed.map(at), ..owed(due, sent) }
}

fn late(own: i64) -> Verdict {
    Verdict::Late(Days { own, waited: 0 })
}

fn overdue(own: i64) -> Verdict {
    Verdict::Overdue(Days { own, waited: 0 })
}

fn judged(owed: &Owed, today: &str) -> Option<Verdict> {
    judge(owed, &[], d(today), &hanoi())
}

#[test]
fn the_deadline_is_a_day() {
    let due = "2023-03-24 14:30";
    for (done, verdict) in [
        ("2023-03-20 08:00", Verdict::OnTime),
        ("2023-03-24 14:30", Verdict::OnTime),
        // Later on the same day, and on the weekend after it, no working day has passed.
        ("2023-03-24 23:59", Verdict::OnTime),
        ("2023-03-26 10:00", Verdict::OnTime),
        ("2023-03-27 07:00", late(1)),
        ("2023-03-28 23:00", late(2)),
    ] {
        assert_eq!(judged(&owed(due, Some(done)), "2023-04-10"), Some(verdict), "{done}");
    }
}

#[test]
fn nothing_is_judged_before_a_working_day_has_begun_after_its_deadline() {
    let due = "2023-03-24 17:00";
    for today in ["2023-03-24", "2023-03-25", "2023-03-26"] {
        assert_eq!(judged(&owed(due, None), today), None, "{today}");
        // Who is done early is no more counted than who is not done.
        assert_eq!(judged(&owed(due, Some("2023-03-20 08:00")), today), None, "{today}");
    }
    assert_eq!(judged(&owed(due, None), "2023-03-27"), Some(overdue(1)));
    assert_eq!(judged(&owed(due, None), "2023-03-31"), Some(overdue(5)));
}

#[test]
fn holidays_are_no_lateness() {
    // 29/04 to 03/05/2023 are off.
    assert_eq!(judged(&owed("2023-04-28 17:00", Some("2023-05-04 09:00")), "2023-06-01"), Some(late(1)));
    // Nobody worked on the deadline: it is the next working day.
    assert_eq!(
        judged(&owed("2023-05-01 17:00", Some("2023-05-04 16:00")), "2023-06-01"),
        Some(Verdict::OnTime)
    );
    assert_eq!(judged(&owed("2023-05-01 17:00", None), "2023-05-04"), None);
    assert_eq!(judged(&owed("2023-05-01 17:00", None), "2023-05-05"), Some(overdue(1)));
}

#[test]
fn what_came_after_its_deadline_is_nobodys_fault() {
    let late = Owed { since: at("2023-03-27 08:00"), ..owed("2023-03-24 17:00", None) };
    assert_eq!(judged(&late, "2023-04-10"), None);
}

#[test]
fn a_part_that_the_task_was_done_without() {
    let due = "2023-03-20 17:00";
    // In time: it was not needed.
    assert_eq!(judged(&part(due, None, Some("2023-03-20 18:00")), "2023-04-10"), None);
    // Later: it was owed until then, and cannot be sent any more.
    assert_eq!(judged(&part(due, None, Some("2023-03-24 10:00")), "2023-04-10"), Some(late(4)));
    // It was sent: what became of the task is the lead's.
    let sent = Some("2023-03-17 10:00");
    assert_eq!(judged(&part(due, sent, Some("2023-04-03 10:00")), "2023-04-10"), Some(Verdict::OnTime));
    assert_eq!(judged(&part(due, sent, None), "2023-04-10"), Some(Verdict::OnTime));
}

fn ttdl() -> UnitCode {
    "TTDL".into()
}

fn blocked(help: Option<&str>) -> TaskNote {
    TaskNote::Blocked { unit: ttdl(), text: "Chưa có mẫu".into(), help: help.map(Into::into) }
}

fn reported(unit: &str) -> TaskNote {
    TaskNote::Reported { unit: unit.into(), text: "Đã nhận".into() }
}

fn waited(part: Part, events: &[(&str, TaskNote)]) -> Vec<(String, String)> {
    let events = events.iter().map(|(when, note)| (at(&format!("{when} 09:00")), note));
    let waits = waits(&ttdl(), part, events, d("2023-04-10"), &hanoi());
    waits.iter().map(|wait| (wait.from.to_string(), wait.to.to_string())).collect()
}

fn days(from: &str, to: &str) -> (String, String) {
    (from.to_owned(), to.to_owned())
}

#[test]
fn who_asked_another_for_help_waits_until_they_go_on() {
    let lead = |events: &[(&str, TaskNote)]| waited(Part::Lead, events);
    let (asked, went_on) = (("2023-03-27", blocked(Some("TKG"))), ("2023-03-30", reported("TTDL")));
    let once = [days("2023-03-27", "2023-03-30")];
    assert_eq!(lead(&[asked.clone(), went_on.clone()]), once);
    // What others report is not the end of it, and asking again is no second wait.
    let others = ("2023-03-28", reported("TKG"));
    let again = ("2023-03-29", blocked(Some("TKTH")));
    assert_eq!(lead(&[asked.clone(), others, again, went_on]), once);
    assert_eq!(waited(Part::Support, std::slice::from_ref(&asked)), [days("2023-03-27", "2023-04-10")]);
    // Nobody else was asked.
    assert_eq!(lead(&[("2023-03-27", blocked(None))]), []);
    assert_eq!(lead(&[("2023-03-27", blocked(Some("TTDL")))]), []);
    assert_eq!(lead(&[asked.clone(), ("2023-03-28", blocked(None))]), [days("2023-03-27", "2023-03-28")]);
    // It leads no longer, or it is done.
    for end in [
        TaskNote::Done { unit: None },
        TaskNote::Cancelled { reason: "Gộp".into() },
        TaskNote::Reassigned { from: ttdl(), to: "TKG".into(), reason: "Đúng chức năng".into() },
    ] {
        assert_eq!(lead(&[asked.clone(), ("2023-03-30", end)]), once);
    }
}

#[test]
fn the_lead_waits_for_the_decision_on_its_deadline() {
    let (was, due) = (at("2023-03-24 17:00"), at("2023-04-24 17:00"));
    let asked = ("2023-03-27", TaskNote::ExtensionAsked { was, due, reason: "Thiếu phiếu".into() });
    let refused = ("2023-03-29", TaskNote::ExtensionRefused { kept: was, answer: None });
    let granted = ("2023-03-29", TaskNote::ExtensionGranted { was, due, answer: None });
    for decided in [refused, granted] {
        let events = [asked.clone(), ("2023-03-28", reported("TTDL")), decided];
        assert_eq!(waited(Part::Lead, &events), [days("2023-03-27", "2023-03-29")]);
        assert_eq!(waited(Part::Support, &events), []);
    }
    let done = ("2023-03-28", TaskNote::Done { unit: Some(ttdl()) });
    assert_eq!(waited(Part::Lead, &[asked, done]), [days("2023-03-27", "2023-03-28")]);
}

#[test]
fn days_of_waiting_are_taken_off_how_late_it_is_and_never_off_that_it_is() {
    let wait = |from: &str, to: &str| Wait { from: d(from), to: d(to) };
    let waited = |own, waited| Verdict::Late(Days { own, waited });
    let owed = owed("2023-03-24 17:00", Some("2023-04-03 10:00"));
    let judged = |waits: &[Wait]| judge(&owed, waits, d("2023-04-10"), &hanoi());
    assert_eq!(judged(&[]), Some(late(6)));
    // Asked on Monday, answered on Wednesday: Tuesday and Wednesday. Twice over the same days counts once.
    assert_eq!(judged(&[wait("2023-03-27", "2023-03-29")]), Some(waited(4, 2)));
    assert_eq!(
        judged(&[wait("2023-03-27", "2023-03-29"), wait("2023-03-28", "2023-03-30")]),
        Some(waited(3, 3))
    );
    // What was waited before the deadline is in it.
    assert_eq!(judged(&[wait("2023-03-13", "2023-03-24")]), Some(late(6)));
    assert_eq!(judged(&[wait("2023-03-13", "2023-04-10")]), Some(waited(0, 6)));
}

#[test]
fn what_waits_are_made_of_is_what_the_audit_trail_has() {
    let when = at("2023-03-24 17:00");
    let (unit, reason) = (ttdl(), String::new());
    let notes = [
        blocked(None),
        reported("TTDL"),
        TaskNote::PartDone { unit: unit.clone() },
        TaskNote::ExtensionAsked { was: when, due: when, reason: reason.clone() },
        TaskNote::ExtensionGranted { was: when, due: when, answer: None },
        TaskNote::ExtensionRefused { kept: when, answer: None },
        TaskNote::Reassigned { from: unit.clone(), to: unit.clone(), reason: reason.clone() },
        TaskNote::CharterMoved {
            charter: "nso-2025".into(),
            version: "v1".into(),
            lead: Some(unit),
            joined: vec![],
            left: vec![],
            unticked: Vec::new(),
            reason: None,
        },
        TaskNote::Done { unit: None },
        TaskNote::Cancelled { reason: reason.clone() },
        TaskNote::Reopened { was: crate::domain::task::TaskState::Done, due: when, reason },
    ];
    assert_eq!(notes.map(|note| note.action()), OF_WAITS);
}

#[test]
fn a_rate_of_nothing_is_no_rate() {
    let tally = |on_time, late, overdue| Tally { on_time, late, overdue, ..Tally::default() };
    assert_eq!(tally(0, 0, 0).rate(), None);
    assert_eq!(tally(0, 1, 0).rate(), Some(0));
    assert_eq!(tally(2, 0, 1).rate(), Some(67));
    assert_eq!(tally(399, 1, 0).rate(), Some(99));
    assert_eq!(tally(1, 399, 0).rate(), Some(1));
    assert!(tally(4, 0, 0).is_few() && !tally(5, 0, 0).is_few() && !tally(0, 0, 0).is_few());
    assert_eq!(Tally { days: 5, ..tally(3, 1, 1) }.mean_tenths(), Some(25));
    assert_eq!(tally(3, 0, 0).mean_tenths(), None);
}

/// Something owed about the holidays of spring 2023, in hours from 20/04.
fn any_owed() -> impl Strategy<Value = Owed> {
    let hour = || 0..600_i64;
    (hour(), hour(), proptest::option::of(hour()), proptest::option::of(hour())).prop_map(
        |(since, due, done, closed)| {
            let moment = |hours: i64| at("2023-04-20 00:00") + TimeDelta::hours(hours);
            let done = done.map(moment);
            Owed { since: moment(since), due: moment(due), done, closed: closed.map(moment) }
        },
    )
}

fn any_wait() -> impl Strategy<Value = Wait> {
    (0..30_i64, 0..20_i64).prop_map(|(from, days)| {
        let from = d("2023-04-15") + TimeDelta::days(from);
        Wait { from, to: from + TimeDelta::days(days) }
    })
}

proptest! {
    #[test]
    fn who_is_done_by_the_deadline_is_on_time_and_waiting_changes_no_kind(
        owed in any_owed(), waits in proptest::collection::vec(any_wait(), 0..4), day in 0..40_i64,
    ) {
        let (calendar, today) = (hanoi(), d("2023-04-20") + TimeDelta::days(day));
        let (plain, waited) = (judge(&owed, &[], today, &calendar), judge(&owed, &waits, today, &calendar));
        match (plain, waited) {
            (None, None) => {}
            (Some(Verdict::OnTime), Some(Verdict::OnTime)) => prop_assert!(owed.done.is_some()),
            (Some(Verdict::Late(all)), Some(Verdict::Late(own)))
            | (Some(Verdict::Overdue(all)), Some(Verdict::Overdue(own))) => {
                prop_assert!(all.own >= 1 && all.waited == 0 && own.own >= 0 && own.waited >= 0);
                prop_assert_eq!(own.own + own.waited, all.own);
                prop_assert!(owed.done.is_none_or(|done| done > owed.due));
            }
            other => prop_assert!(false, "{other:?}"),
        }
        if plain.is_some() && owed.done.is_some_and(|done| done <= owed.due) {
            prop_assert_eq!(plain, Some(Verdict::OnTime));
        }
    }

    #[test]
    fn being_done_earlier_is_never_worse(owed in any_owed(), earlier in 0..300_i64) {
        let (calendar, today) = (hanoi(), d("2023-06-30"));
        let days = |owed: &Owed| match judge(owed, &[], today, &calendar) {
            Some(Verdict::Late(days) | Verdict::Overdue(days)) => days.own,
            _ => 0,
        };
        let sooner = Owed { done: owed.done.map(|done| done - TimeDelta::hours(earlier)), ..owed.clone() };
        prop_assert!(days(&sooner) <= days(&owed));
    }

    #[test]
    fn a_rate_is_whole_only_for_all_and_nothing_only_for_none(on_time in 0..2_000_u64, late in 0..2_000_u64, overdue in 0..50_u64) {
        let tally = Tally { on_time, late, overdue, ..Tally::default() };
        let rate = tally.rate();
        prop_assert_eq!(rate.is_none(), tally.measured() == 0);
        prop_assert_eq!(rate == Some(100), tally.measured() > 0 && late + overdue == 0);
        prop_assert_eq!(rate == Some(0), tally.measured() > 0 && on_time == 0);
        prop_assert!(rate.is_none_or(|rate| rate <= 100));
    }

    #[test]
    fn figures_add_up(parts in proptest::collection::vec((any_owed(), any::<bool>()), 0..20)) {
        let (calendar, today) = (hanoi(), d("2023-06-30"));
        let (mut all, mut sum) = (Figures::default(), Figures::default());
        for (owed, leads) in &parts {
            let Some(verdict) = judge(owed, &[], today, &calendar) else { continue };
            let part = if *leads { Part::Lead } else { Part::Support };
            let mut one = Figures::default();
            one.of(part).add(verdict);
            all.of(part).add(verdict);
            sum += one;
        }
        prop_assert_eq!(all, sum);
        prop_assert_eq!(all.total().measured(), all.lead.measured() + all.support.measured());
    }
}
