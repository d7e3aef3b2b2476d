//! Whatever people do in whatever order, a task has one lead, a deadline, and its whole history.

use crate::databases::on_both;
use crate::desk::{Desk, actor};
use chrono::TimeDelta;
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::effect::Answer;
use liaison::domain::note::TaskNote;
use liaison::domain::task::{Part, Task, Urgency, Visibility};
use liaison::service::request::{
    AcceptTask, AskExtension, BlockTask, CancelTask, CheckStep, DecideExtension, GiveTask, HandOver,
    LinkTask, ReassignTask, ReopenTask, ReportTask, Request, SetPart, TaskRef, UrgeTask,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sqlx::{AnyConnection, Connection};
use std::collections::BTreeSet;

/// How many sequences are tried on each database, and how long each is at most.
const SEQUENCES: u32 = 25;
const LENGTH: usize = 30;

/// Who does something: user, unit, tier.
const CAST: [(u64, &str, Tier); 5] = [
    (1, "VP", Tier::Coordinator),
    (2, "TTDL", Tier::FocalPoint),
    (3, "TKG", Tier::Officer),
    (4, "TKTH", Tier::UnitHead),
    (5, "PPCD", Tier::Leadership),
];

fn person((user, unit, tier): (u64, &str, Tier)) -> Actor {
    actor(user, Some(unit), Some(tier))
}

/// Who, what, with which options, and how many hours later.
type Step = (usize, fn(String, u8) -> Request, u8, i64);

/// Any request about the task `task`; sometimes with what cannot be.
fn request() -> impl Strategy<Value = fn(String, u8) -> Request> {
    fn unit(n: u8) -> String {
        ["TTDL", "TKG", "TKTH", "VP", "XYZ"][usize::from(n) % 5].to_owned()
    }
    fn due(n: u8) -> String {
        ["+3", "+20", "+40", "hôm qua", "29/04/2023"][usize::from(n) % 5].to_owned()
    }
    fn text(n: u8) -> String {
        if n.is_multiple_of(7) { String::new() } else { format!("vì lý do {n}") }
    }
    let all: [fn(String, u8) -> Request; 15] = [
        |task, _| Request::ReceiveTask(TaskRef { task }),
        |task, n| Request::ReportTask(ReportTask { task, text: text(n) }),
        |task, n| Request::BlockTask(BlockTask { task, reason: text(n), help: Some(unit(n)) }),
        |task, n| Request::AskExtension(AskExtension { task, due: due(n), reason: text(n) }),
        |task, n| {
            Request::DecideExtension(DecideExtension {
                task,
                grant: n.is_multiple_of(2),
                answer: Some(text(n)),
            })
        },
        |task, n| Request::ReassignTask(ReassignTask { task, lead: unit(n), reason: text(n) }),
        |task, _| Request::FinishTask(TaskRef { task }),
        |task, n| Request::AcceptTask(AcceptTask { task, remark: Some(text(n)) }),
        |task, n| Request::ReopenTask(ReopenTask { task, reason: text(n), due: Some(due(n)) }),
        |task, n| Request::CancelTask(CancelTask { task, reason: text(n) }),
        |task, n| Request::UrgeTask(UrgeTask { task, unit: None, text: Some(text(n)) }),
        |task, n| Request::SetPart(SetPart { task, unit: unit(n), due: due(n) }),
        |task, n| Request::CheckStep(CheckStep { task, step: (n % 6).to_string() }),
        |task, n| {
            Request::LinkTask(LinkTask {
                task,
                other: format!("NV-2023-{:03}", n % 4),
                follows: n.is_multiple_of(2),
            })
        },
        |task, n| {
            Request::HandOver(HandOver {
                task,
                due: due(n),
                phase: None,
                lead: None,
                title: None,
                reason: None,
            })
        },
    ];
    proptest::sample::select(all.to_vec())
}

async fn give(desk: &Desk) -> String {
    // Each bears another title: tasks that are alike are asked about first.
    let title = format!("Thu thập giá đợt {}", desk.number());
    let give = GiveTask {
        title,
        phase: "P3".to_owned(),
        due: "+10".to_owned(),
        lead: None,
        support: Some("TKG, TKTH".to_owned()),
        urgency: Urgency::Normal,
        basis: None,
        visibility: Visibility::Public,
        reason: None,
    };
    match desk.ask(&person(CAST[0]), Request::GiveTask(give)).await {
        Answer::TaskGiven { task, .. } => task,
        other => panic!("not given: {other:?}"),
    }
}

async fn task(desk: &Desk, id: &str) -> Task {
    desk.office.store.task(id).await.unwrap().expect("a task")
}

async fn notes(desk: &Desk, task: &Task) -> Vec<TaskNote> {
    desk.office.dossier(task.clone()).await.unwrap().history.into_iter().map(|event| event.note).collect()
}

/// Whether a timer is set for the task.
async fn is_watched(desk: &Desk, task: &Task) -> bool {
    let mut connection = AnyConnection::connect(&desk.database.url).await.unwrap();
    let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM timer WHERE subject = $1")
        .bind(task.subject())
        .fetch_one(&mut connection)
        .await
        .unwrap();
    count == 1
}

/// One request after the other; after each, what must always hold.
async fn live(desk: &Desk, steps: Vec<Step>) {
    let id = give(desk).await;
    let mut history: Vec<TaskNote> = Vec::new();
    for (who, request, n, hours) in steps {
        desk.office.clock.set(desk.office.clock.now() + TimeDelta::hours(hours));
        let before = task(desk, &id).await;
        let answer = desk.ask(&person(CAST[who]), request(id.clone(), n)).await;
        let (task, notes) = (task(desk, &id).await, notes(desk, &before).await);

        let leads: Vec<_> = task.units.iter().filter(|unit| unit.part == Part::Lead).collect();
        assert_eq!(leads.len(), 1, "one lead: {:?}", task.units);
        let units: BTreeSet<_> = task.units.iter().map(|unit| &unit.unit).collect();
        assert_eq!(units.len(), task.units.len(), "no unit has two parts: {:?}", task.units);
        let day = desk.office.calendar.local_date(task.due);
        assert!(desk.office.calendar.is_working(day), "due on a working day: {day}");
        assert!(notes.starts_with(&history), "nothing of the history is lost: {history:?}\n{notes:?}");

        let told = match answer {
            Answer::TaskChanged { notes, .. } => notes,
            Answer::Refused { .. } => Vec::new(),
            other => panic!("{other:?}"),
        };
        assert_eq!(&notes[history.len()..], told, "what was answered is what is recorded");
        assert_eq!(task.revision, before.revision + i64::from(!told.is_empty()));
        if told.is_empty() {
            assert_eq!((task.state, task.due, &task.units), (before.state, before.due, &before.units));
        }
        if task.due != before.due {
            let moves = |note: &TaskNote| {
                matches!(note, TaskNote::ExtensionGranted { .. } | TaskNote::Reopened { .. })
            };
            assert!(told.iter().any(moves), "a deadline moves with a decision alone: {told:?}");
        }
        // What is open is watched, and what is closed is not.
        let watched = is_watched(desk, &task).await;
        assert_eq!(watched, task.state.is_open(), "{:?}", task.state);
        let asked = desk.office.store.extension_waiting(&id).await.unwrap().is_some();
        assert_eq!(asked, task.resumes.is_some(), "{:?}", task.state);
        history = notes;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_sequence_of_commands_leaves_a_task_without_lead_deadline_or_history() {
    let step = (0..CAST.len(), request(), any::<u8>(), 0..30_i64);
    let steps = proptest::collection::vec(step, 1..LENGTH);
    on_both(async |database| {
        let desk = Desk::over(database).await;
        // The same sequences on both databases, each time.
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        for _ in 0..SEQUENCES {
            let steps = steps.new_tree(&mut runner).expect("a sequence").current();
            live(&desk, steps).await;
        }
    })
    .await;
}
