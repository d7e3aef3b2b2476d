//! A database of an earlier release keeps what it holds.

use crate::databases::{Database, on_both_empty};
use liaison::domain::ids::GuildId;
use liaison::domain::task::{Part, TaskState};
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
