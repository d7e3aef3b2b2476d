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
                pool.execute(SQLITE_SEARCH).await?;
                pool.execute(SQLITE_SEARCH_FILL).await?;
            }
            Self::Postgres => {
                // IF NOT EXISTS is no protection against another replica that makes it at this very moment.
                let mut one = pool.begin().await?;
                one.execute(POSTGRES_ONE_AT_A_TIME).await?;
                one.execute(POSTGRES_SEARCH).await?;
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
