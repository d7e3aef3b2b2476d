//! Every difference between SQLite and PostgreSQL, and the only place for one.

use super::StoreError;
use crate::domain::search::Terms;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor};
use std::str::FromStr;
use std::time::Duration;

/// Which database stands behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded; one process, one writer at a time.
    Sqlite,
    /// A server; several replicas may share it.
    Postgres,
}

/// Words and phrases of the exchange log, as SQLite indexes them.
const SQLITE_SEARCH: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS exchange_search \
     USING fts5(folded, content='exchange', content_rowid='seq', tokenize='unicode61')";
const SQLITE_SEARCH_FILL: &str = "CREATE TRIGGER IF NOT EXISTS exchange_search_fill AFTER INSERT ON exchange \
     WHEN new.folded <> '' \
     BEGIN INSERT INTO exchange_search(rowid, folded) VALUES (new.seq, new.folded); END";
/// The same for PostgreSQL; text is folded before it is stored, so the `simple` configuration suffices.
const POSTGRES_SEARCH: &str = "CREATE INDEX IF NOT EXISTS exchange_search \
     ON exchange USING gin (to_tsvector('simple', folded))";

/// Words of tasks' codes and titles, by the id of the task.
const SQLITE_TASKS: [&str; 7] = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS task_search \
     USING fts5(folded, task_id UNINDEXED, guild_id UNINDEXED, tokenize='unicode61', prefix='2 3 4')",
    "CREATE TRIGGER IF NOT EXISTS task_search_fill AFTER INSERT ON task \
     BEGIN INSERT INTO task_search(folded, task_id, guild_id) VALUES (new.folded, new.id, new.guild_id); END",
    "INSERT INTO task_search(folded, task_id, guild_id) SELECT folded, id, guild_id FROM task \
     WHERE NOT EXISTS (SELECT 1 FROM task_search) ORDER BY id",
    // The rows of its units have the task's phase and follow its deadline. Made anew: an older release filled in less.
    "DROP TRIGGER IF EXISTS task_unit_fill",
    "CREATE TRIGGER task_unit_fill AFTER INSERT ON task_unit \
     BEGIN UPDATE task_unit SET \
     phase = (SELECT phase FROM task WHERE id = new.task_id), \
     open_due = (SELECT due_at FROM task WHERE id = new.task_id AND state NOT IN ('done', 'accepted', 'cancelled')), \
     closed_due = (SELECT due_at FROM task WHERE id = new.task_id AND state IN ('done', 'accepted', 'cancelled')) \
     WHERE task_id = new.task_id AND unit = new.unit; END",
    "CREATE TRIGGER IF NOT EXISTS task_unit_follow AFTER UPDATE OF due_at, state ON task \
     WHEN new.due_at <> old.due_at OR new.state <> old.state \
     BEGIN UPDATE task_unit SET \
     open_due = CASE WHEN new.state IN ('done', 'accepted', 'cancelled') THEN NULL ELSE new.due_at END, \
     closed_due = CASE WHEN new.state IN ('done', 'accepted', 'cancelled') THEN new.due_at ELSE NULL END \
     WHERE task_id = new.id; END",
    "CREATE TRIGGER IF NOT EXISTS task_search_follow AFTER UPDATE OF folded ON task \
     WHEN new.folded <> old.folded \
     BEGIN UPDATE task_search SET folded = new.folded WHERE task_id = new.id; END",
];
const POSTGRES_TASKS: [&str; 4] = [
    "CREATE INDEX IF NOT EXISTS task_search ON task USING gin (to_tsvector('simple', folded))",
    "CREATE OR REPLACE FUNCTION task_unit_fill() RETURNS trigger LANGUAGE plpgsql AS $$ \
     BEGIN \
     SELECT phase, \
            CASE WHEN state IN ('done', 'accepted', 'cancelled') THEN NULL ELSE due_at END, \
            CASE WHEN state IN ('done', 'accepted', 'cancelled') THEN due_at ELSE NULL END \
     INTO new.phase, new.open_due, new.closed_due FROM task WHERE id = new.task_id; \
     RETURN new; END $$",
    "CREATE OR REPLACE FUNCTION task_unit_follow() RETURNS trigger LANGUAGE plpgsql AS $$ \
     BEGIN \
     UPDATE task_unit SET \
     open_due = CASE WHEN new.state IN ('done', 'accepted', 'cancelled') THEN NULL ELSE new.due_at END, \
     closed_due = CASE WHEN new.state IN ('done', 'accepted', 'cancelled') THEN new.due_at ELSE NULL END \
     WHERE task_id = new.id; \
     RETURN NULL; END $$",
    "DO $$ BEGIN \
     IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'task_unit_fill' AND tgrelid = 'task_unit'::regclass) THEN \
     CREATE TRIGGER task_unit_fill BEFORE INSERT ON task_unit FOR EACH ROW EXECUTE FUNCTION task_unit_fill(); \
     END IF; \
     IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'task_unit_follow' AND tgrelid = 'task'::regclass) THEN \
     CREATE TRIGGER task_unit_follow AFTER UPDATE OF due_at, state ON task FOR EACH ROW \
     WHEN (new.due_at <> old.due_at OR new.state <> old.state) EXECUTE FUNCTION task_unit_follow(); \
     END IF; END $$",
];

/// Holds until the end of the transaction; the number is our own.
const POSTGRES_ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(7305826144)";

impl Dialect {
    /// The dialect that a database URL asks for.
    ///
    /// # Errors
    /// [`StoreError::Url`] when the URL is neither `sqlite://…` nor `postgres://…`.
    pub fn of_url(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            _ => Err(StoreError::Url),
        }
    }

    /// Opens a pool with the settings that the dialect needs.
    pub(super) async fn connect(self, url: &str) -> Result<AnyPool, StoreError> {
        sqlx::any::install_default_drivers();
        let url = match self {
            Self::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            _ => url.to_owned(),
        };
        let options = AnyConnectOptions::from_str(&url).map_err(|_| StoreError::Url)?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if self == Self::Sqlite {
                        // WAL lets readers go on while one writes. FULL makes each commit survive a power cut.
                        for pragma in [
                            "PRAGMA busy_timeout = 10000",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA synchronous = FULL",
                            "PRAGMA foreign_keys = ON",
                            "PRAGMA cache_size = -2000",
                        ] {
                            connection.execute(pragma).await?;
                        }
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        Ok(pool)
    }

    /// Makes what the common migrations cannot say.
    pub(super) async fn finish_migration(self, pool: &AnyPool) -> Result<(), StoreError> {
        match self {
            Self::Sqlite => {
                // One transaction, so on one connection: another that has not heard yet of what was dropped would find it there.
                let mut one = pool.begin_with(self.begin_write()).await?;
                one.execute(SQLITE_SEARCH).await?;
                one.execute(SQLITE_SEARCH_FILL).await?;
                for statement in SQLITE_TASKS {
                    one.execute(statement).await?;
                }
                one.commit().await?;
            }
            Self::Postgres => {
                // IF NOT EXISTS is no protection against another replica that makes it at this very moment.
                let mut one = pool.begin().await?;
                one.execute(POSTGRES_ONE_AT_A_TIME).await?;
                one.execute(POSTGRES_SEARCH).await?;
                for statement in POSTGRES_TASKS {
                    one.execute(statement).await?;
                }
                one.commit().await?;
            }
        }
        Ok(())
    }

    /// How a write transaction begins. A plain `BEGIN` on SQLite fails as soon as two of them read before they write.
    pub(super) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// The condition that the text of `exchange e` has what [`Dialect::match_all`] made of the terms, as `$1`.
    pub(super) fn matches_first(self) -> &'static str {
        match self {
            Self::Sqlite => "e.seq IN (SELECT rowid FROM exchange_search WHERE exchange_search MATCH $1)",
            Self::Postgres => "to_tsvector('simple', e.folded) @@ to_tsquery('simple', $1)",
        }
    }

    /// The statement that finds the ids of at most `most` tasks of the office `$2` that have the words that
    /// [`Dialect::match_words`] made into `$1`.
    pub(super) fn tasks_with_words(self, most: usize) -> String {
        match self {
            Self::Sqlite => format!(
                "SELECT task_id FROM task_search WHERE task_search MATCH $1 AND guild_id = $2 \
                 ORDER BY rowid DESC LIMIT {most}"
            ),
            Self::Postgres => format!(
                "SELECT id FROM task WHERE to_tsvector('simple', folded) @@ to_tsquery('simple', $1) \
                 AND guild_id = $2 LIMIT {most}"
            ),
        }
    }

    /// Folded words in the query language of the text index: all of them, the last of which may be unfinished.
    pub(super) fn match_words(self, words: &[String]) -> String {
        let (quote, and, open_end) = match self {
            Self::Sqlite => ('"', " ", "*"),
            Self::Postgres => ('\'', " & ", ":*"),
        };
        let words: Vec<String> = words.iter().map(|word| format!("{quote}{word}{quote}")).collect();
        format!("{}{open_end}", words.join(and))
    }

    /// The places of `rows` rows of `columns` values each, after VALUES.
    pub(super) fn many_rows(self, rows: usize, columns: usize) -> String {
        // SQLite takes $1 for a name, and names are looked up one after the other: a thousand of them cost more than all
        // else. Its own ? has a number only.
        let place = |n: usize| match self {
            Self::Sqlite => "?".to_owned(),
            Self::Postgres => format!("${n}"),
        };
        let row = |row: usize| {
            let places: Vec<String> = (1..=columns).map(|n| place(row * columns + n)).collect();
            format!("({})", places.join(", "))
        };
        (0..rows).map(row).collect::<Vec<_>>().join(", ")
    }

    /// The condition that `what` is one of the numbers in the JSON array that stands as parameter `place`. One parameter
    /// for a list of any length: the statement stays the same, and is planned once.
    pub(super) fn among(self, what: &str, place: usize) -> String {
        let one = match self {
            Self::Sqlite => "value",
            Self::Postgres => "CAST(value AS BIGINT)",
        };
        self.in_json(what, one, place)
    }

    /// The same for texts.
    pub(super) fn among_texts(self, what: &str, place: usize) -> String {
        self.in_json(what, "value", place)
    }

    fn in_json(self, what: &str, one: &str, place: usize) -> String {
        match self {
            Self::Sqlite => format!("{what} IN (SELECT {one} FROM json_each(${place}))"),
            // An array finds its rows by the index even in a plan that was made when the table was empty. A joined set is
            // planned once as a scan of the whole table, and stays that until statistics are gathered.
            Self::Postgres => format!(
                "{what} = ANY (ARRAY(SELECT {one} FROM json_array_elements_text(CAST(${place} AS json)) AS value))"
            ),
        }
    }

    /// The terms in the query language of the text index: all of them, a phrase as a phrase. Terms have no character that
    /// means anything there; quoted they are no keywords either.
    pub(super) fn match_all(self, terms: &Terms) -> String {
        let (quote, and) = match self {
            Self::Sqlite => ('"', " "),
            Self::Postgres => ('\'', " & "),
        };
        terms.iter().map(|term| format!("{quote}{term}{quote}")).collect::<Vec<_>>().join(and)
    }
}
