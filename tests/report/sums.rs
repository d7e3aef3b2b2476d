//! What the database counts is what the formula says of every single task.

use crate::databases::on_both;
use crate::desk::{Desk, GUILD, actor};
use chrono::{DateTime, TimeDelta, Utc};
use liaison::domain::ids::{PhaseCode, UnitCode, UserId};
use liaison::domain::life::Life;
use liaison::domain::ontime::{Figures, Owed, judge};
use liaison::domain::task::{Part, Task, TaskState, TaskUnit, Urgency, Visibility, code};
use liaison::service::report::{OnTimeAsked, WorkloadAsked};
use liaison::store::new_id;
use std::collections::BTreeMap;

const UNITS: [&str; 5] = ["TTDL", "TKG", "TKTH", "CNXD", "CTK-48"];
const TASKS: usize = 240;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn hours(&mut self, from: DateTime<Utc>, most: u64) -> DateTime<Utc> {
        from + TimeDelta::hours(i64::try_from(self.below(most)).unwrap())
    }
}

/// A task of any kind about the day on which the office stands, 01/03/2023.
fn any_task(dice: &mut Dice, number: usize) -> Task {
    let start: DateTime<Utc> = "2022-12-20T01:00:00Z".parse().unwrap();
    let due = dice.hours(start, 90 * 24);
    let states = [
        TaskState::Given,
        TaskState::InProgress,
        TaskState::Blocked,
        TaskState::Done,
        TaskState::Accepted,
        TaskState::Done,
        TaskState::Cancelled,
    ];
    let state = states[usize::try_from(dice.below(7)).unwrap()];
    let done_at = matches!(state, TaskState::Done | TaskState::Accepted)
        .then(|| dice.hours(due - TimeDelta::days(6), 240));
    let first = usize::try_from(dice.below(5)).unwrap();
    let units = (0..3).map(|n| {
        let part = if n == 0 { Part::Lead } else { Part::Support };
        // Some came after the deadline.
        let since = dice.hours(due - TimeDelta::days(20), 20 * 24 + 12);
        let own = (n > 0 && dice.below(3) == 0)
            .then(|| due - TimeDelta::hours(i64::try_from(dice.below(100)).unwrap()));
        let sent = (n > 0 && dice.below(2) == 0).then(|| dice.hours(due - TimeDelta::days(6), 200));
        TaskUnit {
            due: own,
            done_at: sent,
            ..TaskUnit::new(UnitCode::from(UNITS[(first + n) % 5]), part, since)
        }
    });
    let units: Vec<TaskUnit> = units.collect();
    Task {
        id: new_id(),
        guild: GUILD,
        code: code(2023, i64::try_from(number).unwrap()),
        title: format!("Việc {number}"),
        phase: PhaseCode(format!("P{}", 1 + dice.below(3))),
        charter: "tctk-2023".to_owned(),
        due,
        urgency: Urgency::Normal,
        basis: "Điều 9".to_owned(),
        visibility: if dice.below(5) == 0 { Visibility::Private } else { Visibility::Public },
        lead_reason: None,
        state,
        resumes: None,
        created_by: UserId(8),
        created_at: due - TimeDelta::days(20),
        done_at,
        revision: 1,
        channel: None,
        card: None,
        thread: None,
        units,
    }
}

/// The tasks, written as they are.
async fn filled(desk: &Desk) -> Vec<Task> {
    let mut dice = Dice(2023);
    let tasks: Vec<Task> = (1..=TASKS).map(|number| any_task(&mut dice, number)).collect();
    let mut tx = desk.office.store.begin().await.unwrap();
    for task in &tasks {
        let given = Task { state: TaskState::Given, ..task.clone() };
        tx.insert_task(&given).await.unwrap();
        for unit in &task.units {
            if let Some(due) = unit.due {
                tx.set_part_due(&task.id, &unit.unit, due).await.unwrap();
            }
            if let Some(sent) = unit.done_at {
                tx.part_done(&task.id, &unit.unit, UserId(9), sent).await.unwrap();
            }
        }
        let life = Life { state: task.state, resumes: None };
        tx.set_task_life(&given, life, task.due, task.done_at).await.unwrap();
    }
    tx.commit().await.unwrap();
    tasks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_counts_as_the_formula_says() {
    on_both(async |database| {
        let desk = Desk::over(database).await;
        let tasks = filled(&desk).await;
        let (office, calendar) = (&desk.office, &desk.office.calendar);
        let some = |text: &str| Some(text.to_owned());
        let reader = actor(7, None, None);
        let (mut hidden, mut pages) = (0, 0);
        for (from, until, unit, phase) in [
            ("2022-12-01", "2023-03-31", None, None),
            ("2023-01-01", "2023-03-01", None, None),
            ("2023-01-10", "2023-02-10", None, Some("P2")),
            ("2022-12-01", "2023-03-31", Some("TKG"), None),
            ("2023-01-01", "2023-02-28", Some("CTK-48"), Some("P1")),
        ] {
            let mut expected: BTreeMap<UnitCode, Figures> = BTreeMap::new();
            for task in tasks.iter().filter(|task| task.state != TaskState::Cancelled) {
                for part in &task.units {
                    let due = part.due.unwrap_or(task.due);
                    let day = calendar.local_date(due).to_string();
                    let done = if part.part == Part::Lead { task.done_at } else { part.done_at };
                    let owed = Owed { since: part.since, due, done, closed: task.done_at };
                    let wanted = (from..=until).contains(&day.as_str())
                        && unit.is_none_or(|unit| part.unit.as_str() == unit)
                        && phase.is_none_or(|phase| task.phase.as_str() == phase);
                    if let (true, Some(verdict)) = (wanted, judge(&owed, &[], office.today(), calendar)) {
                        expected.entry(part.unit.clone()).or_default().of(part.part).add(verdict);
                    }
                }
            }
            let asked = OnTimeAsked {
                date: some(from),
                until: some(until),
                unit: unit.map(str::to_owned),
                phase: phase.map(str::to_owned),
                page: 0,
            };
            let shown = office.on_time(&reader, asked).await.unwrap().unwrap();
            let mut total = Figures::default();
            expected.values().for_each(|figures| total += *figures);
            assert!(
                total.total().on_time > 0 && total.total().late > 0 && total.total().overdue > 0,
                "{total:?}"
            );
            assert_eq!(shown.table.total, total, "{from} {until} {unit:?} {phase:?}");
            if unit.is_none() {
                let units: BTreeMap<UnitCode, Figures> = shown.table.units.into_iter().collect();
                assert_eq!(units, expected, "{from} {until} {phase:?}");
            } else {
                let late = total.total().late + total.total().overdue;
                assert_eq!(u64::try_from(shown.late_seen + shown.late_unseen).unwrap(), late);
                assert!(shown.late.iter().all(|(task, ..)| task.visibility == Visibility::Public));
                hidden += shown.late_unseen;
                // Each of them stands on one page.
                let mut named = Vec::new();
                for page in 0..shown.table.pages {
                    let asked = OnTimeAsked { page, ..shown.asked.clone() };
                    let shown = office.on_time(&reader, asked).await.unwrap().unwrap();
                    assert_eq!(shown.table.page, page);
                    named.extend(shown.late.into_iter().map(|(task, ..)| task.code));
                }
                named.sort();
                named.dedup();
                assert_eq!(named.len(), shown.late_seen);
                pages = pages.max(shown.table.pages);
            }
        }
        assert!(hidden > 0 && pages > 1, "some are private, and not all stand on one page");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_workload_is_what_is_open() {
    on_both(async |database| {
        let desk = Desk::over(database).await;
        let tasks = filled(&desk).await;
        let now = desk.office.clock.now();
        let shown =
            desk.office.workload(&actor(7, None, None), WorkloadAsked::default()).await.unwrap().unwrap();
        let open = || tasks.iter().filter(|task| task.state.is_open());
        let parts = || {
            open()
                .flat_map(|task| task.units.iter().map(move |unit| (task, unit)))
                .filter(|(_, unit)| unit.part == Part::Support && unit.done_at.is_none())
        };
        let count = |number: usize| u64::try_from(number).unwrap();
        let total = shown.table.total;
        assert_eq!(total.leads, count(open().count()));
        assert_eq!(total.overdue, count(open().filter(|task| task.due < now).count()));
        assert_eq!(total.blocked, count(open().filter(|task| task.state == TaskState::Blocked).count()));
        assert_eq!(total.parts, count(parts().count()));
        let overdue = parts().filter(|(task, unit)| unit.due.unwrap_or(task.due) < now).count();
        assert_eq!(total.parts_overdue, count(overdue));
        // 20 working days up to 01/03/2023 begin with 02/02.
        let since: DateTime<Utc> = "2023-02-01T17:00:00Z".parse().unwrap();
        let kept = || tasks.iter().filter(|task| task.state != TaskState::Cancelled);
        let units = || kept().flat_map(|task| &task.units);
        assert_eq!(total.came, count(units().filter(|unit| unit.since >= since).count()));
        let led = kept().filter(|task| task.done_at.is_some_and(|at| at >= since)).count();
        let sent = units().filter(|unit| unit.done_at.is_some_and(|at| at >= since)).count();
        assert_eq!(total.finished, count(led + sent));
    })
    .await;
}
