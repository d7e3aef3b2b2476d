//! A database of an earlier release keeps what it holds.

use crate::databases::{Database, on_both_empty};
use liaison::charters;
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::effect::{Effect, TaskReminder};
use liaison::domain::escalation::EscalationRung;
use liaison::domain::ids::GuildId;
use liaison::domain::note::TaskNote;
use liaison::domain::task::{Part, TaskState};
use liaison::service::Office;
use liaison::store::reminder::Owed;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};
use std::path::Path;

/// The migrations up to and with `last`, and nothing after it.
pub(crate) async fn migrate_until(database: &Database, last: i64) -> AnyConnection {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
    let mut migrator = Migrator::new(folder).await.unwrap();
    migrator.migrations.to_mut().retain(|migration| migration.version <= last);
    let mut connection = AnyConnection::connect(&database.url).await.unwrap();
    migrator.run(&mut connection).await.unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_given_before_there_were_states_are_there_with_their_units() {
    on_both_empty(async |database| {
        let mut before = migrate_until(&database, 5).await;
        for sql in [
            "INSERT INTO task (id, guild_id, code, title, folded, phase, charter, due_at, urgency, basis, visibility, state, \
             created_by, created_at, revision) VALUES ('t1', 1, 'NV-2023-001', 'Giá', 'nv-2023-001 gia', 'P3', 'tctk-2023', \
             1679652000000, 'normal', 'Điều 9', 'public', 'received', 7, 1677632400000, 3)",
            "INSERT INTO task_unit (task_id, unit, role, position, received_at, received_by) \
             VALUES ('t1', 'TTDL', 'lead', 0, 1677633000000, 8)",
            "INSERT INTO task_unit (task_id, unit, role, position) VALUES ('t1', 'TKG', 'support', 1)",
        ] {
            sqlx::query(sql).execute(&mut before).await.unwrap();
        }
        before.close().await.unwrap();
        database.store.migrate().await.unwrap();
        let task = database.store.task_by_code(GuildId(1), "NV-2023-001").await.unwrap().expect("the task");
        assert_eq!((task.state, task.resumes, task.revision), (TaskState::Received, None, 3));
        let units: Vec<_> =
            task.units.iter().map(|unit| (unit.unit.as_str(), unit.part, unit.received_at.is_some())).collect();
        assert_eq!(units, [("TTDL", Part::Lead, true), ("TKG", Part::Support, false)]);
        assert!(task.units.iter().all(|unit| unit.since == task.created_at));
        // The keys and the one lead still hold.
        let mut after = AnyConnection::connect(&database.url).await.unwrap();
        let second = "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ('t1', 'VP', 'lead', 2, 0)";
        assert!(sqlx::query(second).execute(&mut after).await.is_err(), "a second lead");
        let nowhere = "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ('t2', 'VP', 'support', 0, 0)";
        assert!(sqlx::query(nowhere).execute(&mut after).await.is_err(), "a part in no task");
    })
    .await;
}

/// Every start migrates, over whichever connections there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_over_a_ready_database_changes_nothing() {
    on_both_empty(async |database| {
        for _ in 0..20 {
            database.store.migrate().await.unwrap();
            futures::future::try_join_all((0..4).map(|_| database.store.ping())).await.unwrap();
        }
        assert!(database.store.is_migrated().await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lateness_that_was_taken_up_before_parts_were_stands_where_it_stood() {
    on_both_empty(async |database| {
        let mut before = migrate_until(&database, 10).await;
        let acknowledged = r#"{"kind":"acknowledged","task":"t1","by":8,"rung":"head","until":"2023-03-29"}"#;
        let of_part = r#"{"kind":"part_reminder","task":"t1","unit":"TKG"}"#;
        for sql in [
            "INSERT INTO task (id, guild_id, code, title, folded, phase, charter, due_at, urgency, basis, visibility, state, \
             created_by, created_at, revision) VALUES ('t1', 1, 'NV-2023-001', 'Giá', 'nv-2023-001 gia', 'P3', 'tctk-2023', \
             1679652000000, 'normal', 'Điều 9', 'public', 'received', 7, 1677632400000, 3)",
            "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ('t1', 'TTDL', 'lead', 0, 0)",
            "INSERT INTO escalation (task_id, due_at, unit, rung, climbed_on, acknowledged_by, acknowledged_at, held_until) \
             VALUES ('t1', 1679652000000, 'TTDL', 'head', '2023-03-27', 8, 1679886000000, '2023-03-29')",
            "INSERT INTO reminder_owed (task_id, due_at, who) VALUES ('t1', 1679652000000, 'unit:TKG')",
            "INSERT INTO audit (id, guild_id, at, action, subject, detail) VALUES ('a1', 1, 1679880600000, 'task.escalate', 'task:t1', \
             '{\"to\":\"head\",\"holders\":[8],\"nobody\":[\"deputy\"],\"due\":\"2023-03-24T10:00:00Z\"}')",
        ] {
            sqlx::query(sql).execute(&mut before).await.unwrap();
        }
        for (n, effect) in [(1, acknowledged), (2, of_part)] {
            let put = "INSERT INTO outbox (id, guild_id, lane, seq, key, effect, state, not_before, created_at) \
                       VALUES ($1, 1, $1, 1, $1, $2, 'ready', 0, 0)";
            sqlx::query(put).bind(n.to_string()).bind(effect).execute(&mut before).await.unwrap();
        }
        before.close().await.unwrap();
        database.store.migrate().await.unwrap();

        let store = &database.store;
        let task = store.task("t1").await.unwrap().expect("the task");
        let stands = store.escalation("t1", &"TTDL".into(), task.due).await.unwrap().expect("a ladder");
        assert_eq!((stands.rung, stands.acknowledged.map(|(by, _)| by.0)), (EscalationRung::Head, Some(8)));
        assert_eq!(stands.held_until, "2023-03-29".parse().ok());
        assert_eq!(store.reminder_owed("t1", None, task.due).await.unwrap(), [Owed::Unit("TKG".into())]);
        assert_eq!(store.reminder_owed("t1", Some(&"TKG".into()), task.due).await.unwrap(), []);
        let mut waiting = Vec::new();
        for id in ["1", "2"] {
            waiting.push(store.claim(id, "w", 0).await.unwrap().expect("a row").effect);
        }
        let until = "2023-03-29".parse().unwrap();
        let note = TaskNote::Acknowledged { unit: None, rung: EscalationRung::Head, until };
        let reminder = TaskReminder { part: Some("TKG".into()), ..TaskReminder::default() };
        let id = || "t1".to_owned();
        let expected = [
            Effect::TaskNote { task: id(), by: 8, note },
            Effect::TaskReminder { task: id(), reminder },
        ];
        assert_eq!(waiting, expected);
        let charter = charters::load("tctk-2023", "2023-03-27".parse().unwrap()).unwrap();
        let calendar = Calendar::parse(charter.calendar_toml()).unwrap();
        let office = Office::new(store.clone(), Clock::simulated(task.due), charter, calendar);
        let history = office.dossier(task).await.unwrap().history;
        let [event] = history.as_slice() else { panic!("{history:?}") };
        assert!(event.by.is_none() && matches!(event.note, TaskNote::Escalated { unit: None, .. }), "{event:?}");
    })
    .await;
}
