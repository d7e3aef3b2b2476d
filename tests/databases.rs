//! A fresh database for each test, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is found on the machine (`PATH`, `/usr/lib/postgresql`) and started once for the whole test process, on
//! loopback, in a folder of its own. A machine without it skips that half and says so; with
//! `LIAISON_REQUIRE_POSTGRES=1` it fails instead.

use liaison::store::Store;
use liaison::store::dialect::Dialect;
use sqlx::{AnyConnection, Connection};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
        store.migrate().await.expect("the migrations apply");
        Self { url, store, _folder: folder }
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

    /// Does to the database what only somebody with the password can do.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let done = sqlx::query(sql).execute(&mut connection).await.expect("the statement is right");
        assert!(done.rows_affected() > 0, "nothing was tampered with: {sql}");
    }
}

/// Runs `body` on a fresh SQLite database, then on a fresh PostgreSQL database.
pub(crate) async fn on_both(body: impl AsyncFn(Database)) {
    eprintln!("on SQLite");
    body(sqlite().await).await;
    if let Some(database) = postgres().await {
        eprintln!("on PostgreSQL");
        body(database).await;
    }
}

/// A fresh SQLite database in a temporary file.
pub(crate) async fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    Database::open(url, Some(folder)).await
}

/// A fresh PostgreSQL database; `None`, loudly, on a machine without PostgreSQL.
pub(crate) async fn postgres() -> Option<Database> {
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

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    let server = binaries().map(|binaries| Server::start(&binaries));
    if server.is_none() {
        let required = std::env::var("LIAISON_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "PostgreSQL is required and not on this machine");
        // Past the test harness, which keeps what `eprintln!` says of a passing test to itself.
        writeln!(std::io::stderr(), "SKIPPED: no PostgreSQL here, these tests ran on SQLite only").ok();
    }
    server
});

/// The folder that holds `initdb`, `pg_ctl` and `postgres`; the newest if there are several.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut packaged: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    packaged.sort_by_key(|bin| {
        bin.parent().and_then(Path::file_name).and_then(|name| name.to_string_lossy().parse::<u32>().ok())
    });
    std::env::split_paths(&path)
        .chain(packaged.into_iter().rev())
        .find(|bin| ["initdb", "pg_ctl", "postgres"].iter().all(|name| bin.join(name).is_file()))
}

/// A PostgreSQL server that ends with this process.
struct Server {
    port: u16,
    /// The shell below waits for the end of its standard input. However this process ends, that pipe is closed then.
    _watchdog: Child,
}

/// Starts the server in a folder of its own, says so, and stops it and removes the folder when the parent is gone.
/// Durability is off: what is tested is what is stored, not the disk.
const WATCHDOG: &str = r#"
trap '' INT HUP TERM
bin=$1 port=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/liaison-postgres-XXXXXX") || exit 1
cd "$folder"
"$bin/initdb" --no-sync -D data -A trust -U liaison -E UTF8 --locale=C >log 2>&1 &&
"$bin/pg_ctl" -D data -w -t 60 -l log -o "-c listen_addresses=127.0.0.1 -c port=$port \
  -c unix_socket_directories=$folder -c max_connections=300 \
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off" start >>log 2>&1 &&
echo ready || { cat log >&2; echo failed; }
cat >/dev/null
"$bin/pg_ctl" -D data -m immediate stop >>log 2>&1
cd / && rm -rf "$folder"
"#;

impl Server {
    fn start(binaries: &Path) -> Self {
        // PostgreSQL cannot be asked for any free port. Another process may take the one that we found.
        (0..3).find_map(|_| Self::try_start(binaries)).expect("PostgreSQL starts")
    }

    fn try_start(binaries: &Path) -> Option<Self> {
        let free = TcpListener::bind(("127.0.0.1", 0)).ok()?;
        let port = free.local_addr().ok()?.port();
        drop(free);
        let mut command = if is_root() {
            // PostgreSQL refuses to run as root.
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut watchdog = command
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(binaries)
            .arg(port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut word = String::new();
        if let Some(said) = watchdog.stdout.take() {
            BufReader::new(said).read_line(&mut word).expect("the shell can be read");
        }
        if word.trim() != "ready" {
            drop(watchdog.stdin.take());
            watchdog.wait().expect("the shell ends");
            return None;
        }
        Some(Self { port, _watchdog: watchdog })
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://liaison@127.0.0.1:{}/{database}", self.port)
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
