//! A throw-away PostgreSQL server, for the tests and the benchmark.

use std::io::{self, BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder that holds `initdb`, `pg_ctl` and `postgres`; the newest if there are several.
pub(crate) fn binaries() -> Option<PathBuf> {
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
pub(crate) struct Server {
    port: u16,
    /// The shell below waits for the end of its standard input. However this process ends, that pipe is closed then.
    _watchdog: Child,
}

/// Starts the server in a folder of its own, says so, and stops it and removes the folder when the parent is gone.
const WATCHDOG: &str = r#"
trap '' INT HUP TERM
bin=$1 port=$2 options=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/liaison-postgres-XXXXXX") || exit 1
cd "$folder"
"$bin/initdb" --no-sync -D data -A trust -U liaison -E UTF8 --locale=C >log 2>&1 &&
"$bin/pg_ctl" -D data -w -t 60 -l log -o "-c listen_addresses=127.0.0.1 -c port=$port \
  -c unix_socket_directories=$folder -c max_connections=300 $options" start >>log 2>&1 &&
echo ready || { cat log >&2; echo failed; }
cat >/dev/null
"$bin/pg_ctl" -D data -m immediate stop >>log 2>&1
cd / && rm -rf "$folder"
"#;

impl Server {
    /// Starts a server with an empty database called `postgres`, and with further options such as `-c fsync=off`.
    ///
    /// # Errors
    /// When it does not start; why is on stderr.
    pub(crate) fn start(binaries: &Path, options: &str) -> io::Result<Self> {
        // PostgreSQL cannot be asked for any free port. Another process may take the one that we found.
        for _ in 0..3 {
            if let Some(server) = Self::try_start(binaries, options)? {
                return Ok(server);
            }
        }
        Err(io::Error::other("PostgreSQL does not start"))
    }

    fn try_start(binaries: &Path, options: &str) -> io::Result<Option<Self>> {
        let free = TcpListener::bind(("127.0.0.1", 0))?;
        let port = free.local_addr()?.port();
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
            .arg(options)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut word = String::new();
        if let Some(said) = watchdog.stdout.take() {
            BufReader::new(said).read_line(&mut word)?;
        }
        if word.trim() != "ready" {
            drop(watchdog.stdin.take());
            watchdog.wait()?;
            return Ok(None);
        }
        Ok(Some(Self { port, _watchdog: watchdog }))
    }

    /// Where one of its databases is.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://liaison@127.0.0.1:{}/{database}", self.port)
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
