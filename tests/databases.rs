//! A fresh database for each test, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found on the machine (`PATH`, `/usr/lib/postgresql`) and started once for the whole test process, on
//! loopback, in a folder of its own. A machine without it skips that half and says so; with
//! `LIAISON_REQUIRE_POSTGRES=1` it fails instead.

use crate::postgres::{Server, binaries};
use liaison::domain::effect::{Answer, Effect};
use liaison::store::Store;
use liaison::store::dialect::Dialect;
use sqlx::{AnyConnection, Connection};
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A migrated database that nobody else uses.
pub(crate) struct Database {
    /// What [`Store::connect`] was given.
    pub(crate) url: String,
    /// A store over it.
    pub(crate) store: Store,
    /// SQLite's file lives as long as this.
    _folder: Option<tempfile::TempDir>,
}

/// A row of the audit trail.
#[derive(Debug)]
pub(crate) struct AuditRow {
    pub(crate) action: String,
    pub(crate) actor: Option<u64>,
    pub(crate) detail: serde_json::Value,
    pub(crate) reason: Option<String>,
}

impl Database {
    async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::connect(&url).await.expect("the database answers");
        Self { url, store, _folder: folder }
    }

    async fn migrated(self) -> Self {
        self.store.migrate().await.expect("the migrations apply");
        self
    }

    /// The audit trail, oldest first.
    pub(crate) async fn audit_trail(&self) -> Vec<AuditRow> {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let rows: Vec<(String, Option<i64>, String, Option<String>)> =
            sqlx::query_as("SELECT action, actor_id, detail, reason FROM audit ORDER BY id")
                .fetch_all(&mut connection)
                .await
                .expect("the trail can be read");
        rows.into_iter()
            .map(|(action, actor, detail, reason)| AuditRow {
                action,
                actor: actor.map(|id| id as u64),
                detail: serde_json::from_str(&detail).expect("the detail is JSON"),
                reason,
            })
            .collect()
    }

    /// Does to the rows what only somebody with the password can do.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        assert!(self.execute(sql).await > 0, "nothing was tampered with: {sql}");
    }

    /// Runs any statement; how many rows it changed.
    pub(crate) async fn execute(&self, sql: &'static str) -> u64 {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let done = sqlx::query(sql).execute(&mut connection).await.expect("the statement is right");
        done.rows_affected()
    }

    /// What was answered to a request.
    pub(crate) async fn answer_to(&self, interaction: u64) -> Answer {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let (effect,): (String,) = sqlx::query_as("SELECT effect FROM outbox WHERE key = $1")
            .bind(format!("reply:{interaction}"))
            .fetch_one(&mut connection)
            .await
            .expect("the request was answered");
        match serde_json::from_str(&effect).expect("an effect") {
            Effect::Reply { answer, .. } => answer,
            other => panic!("no answer: {other:?}"),
        }
    }
}

/// Runs `body` on a fresh SQLite database, then on a fresh PostgreSQL database.
pub(crate) async fn on_both(body: impl AsyncFn(Database)) {
    on_both_empty(async |database| body(database.migrated().await).await).await;
}

/// The same on databases without any table.
pub(crate) async fn on_both_empty(body: impl AsyncFn(Database)) {
    eprintln!("on SQLite");
    body(empty_sqlite().await).await;
    if let Some(database) = empty_postgres().await {
        eprintln!("on PostgreSQL");
        body(database).await;
    }
}

/// A fresh SQLite database in a temporary file.
pub(crate) async fn sqlite() -> Database {
    empty_sqlite().await.migrated().await
}

async fn empty_sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    Database::open(url, Some(folder)).await
}

/// A fresh PostgreSQL database; `None`, loudly, on a machine without PostgreSQL.
pub(crate) async fn postgres() -> Option<Database> {
    Some(empty_postgres().await?.migrated().await)
}

async fn empty_postgres() -> Option<Database> {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let server = SERVER.as_ref()?;
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server.url("postgres")).await.expect("the server answers");
    // The name is made of our own letters and a number.
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .expect("a new database");
    let database = Database::open(server.url(&name), None).await;
    assert_eq!(database.store.dialect(), Dialect::Postgres);
    Some(database)
}

/// What is tested is what is stored, not the disk.
const NOT_DURABLE: &str = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off";

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    let server = binaries().map(|binaries| Server::start(&binaries, NOT_DURABLE).expect("PostgreSQL starts"));
    if server.is_none() {
        let required = std::env::var("LIAISON_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "PostgreSQL is required and not on this machine");
        // Past the test harness, which keeps what `eprintln!` says of a passing test to itself.
        writeln!(std::io::stderr(), "SKIPPED: no PostgreSQL here, these tests ran on SQLite only").ok();
    }
    server
});
