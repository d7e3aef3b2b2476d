//! The database, and the only place that knows sqlx.
//!
//! One [`Store`] over SQLite or PostgreSQL with one SQL text for both: `$n` placeholders, `BIGINT` and `TEXT` columns
//! (see `migrations/README.md`), every difference in [`dialect`]. Reads are methods of [`Store`]; writes are methods of
//! [`Tx`], so that a change is always one transaction. One file holds one family of tables.

pub mod alike;
pub mod audit;
pub mod chain;
pub mod charter;
pub mod charter_news;
pub mod decision;
pub mod delegation;
pub mod dialect;
pub mod digest;
pub mod embargo;
pub mod escalation;
pub mod exchange;
pub mod extension;
pub mod inbox;
pub mod link;
pub mod made;
pub mod meeting;
pub mod office;
pub mod outbox;
pub mod part;
pub mod place;
pub mod position;
pub mod presence;
pub mod reminder;
pub mod report;
pub mod role_link;
pub mod search;
pub mod standing;
pub mod step;
pub mod task;
pub mod task_list;
pub mod thread;
pub mod timer;
pub mod waiting;

mod crash;

use dialect::Dialect;
use sqlx::{AnyConnection, AnyPool};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
/// The table is sqlx's own.
const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that we speak.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    Url,
    /// Somebody else changed the same rows first; the whole decision may be taken again.
    #[error("the rows changed meanwhile")]
    Conflict,
    /// A row holds what this version cannot read.
    #[error("a row cannot be read: {0}")]
    Corrupt(String),
    /// The migrations do not apply.
    #[error("the database cannot be migrated: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Anything else that the database says.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Whether a unique key already holds this row: somebody did the same before.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
    /// SQLite has one writer: waiting here costs nothing, waiting in the database is polling.
    writer: Arc<Semaphore>,
    /// Those who need not be first queue here before they queue there, so that who does waits for two of them at most.
    in_turn: Arc<Semaphore>,
}

impl Store {
    /// Connects without touching the schema.
    ///
    /// # Errors
    /// When the URL is not understood or the database does not answer.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let dialect = Dialect::of_url(url)?;
        let pool = dialect.connect(url).await?;
        let writers = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => Semaphore::MAX_PERMITS,
        };
        let queue = || Arc::new(Semaphore::new(writers));
        Ok(Self { pool, dialect, writer: queue(), in_turn: queue() })
    }

    /// Brings the schema to this version. Safe to repeat, and to run from several replicas at once.
    ///
    /// # Errors
    /// When a migration does not apply.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.pool).await?;
        self.dialect.finish_migration(&self.pool).await
    }

    /// Whether every migration of this version is applied. Changes nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        let applied: Vec<(i64,)> = match sqlx::query_as(APPLIED).fetch_all(&self.pool).await {
            Ok(applied) => applied,
            // This is how a database answers that has no such table, because it was never migrated.
            Err(sqlx::Error::Database(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        Ok(MIGRATIONS.iter().all(|migration| applied.contains(&(migration.version,))))
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Begins a change. Nothing of it is seen before [`Tx::commit`]; dropping it undoes it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let _turn = self.in_turn.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        self.begin_first().await
    }

    /// As [`Store::begin`], before all others that wait: for the few writes that somebody waits for who sees nothing yet.
    async fn begin_first(&self) -> Result<Tx, StoreError> {
        let permit = Arc::clone(&self.writer).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let inner = self.pool.begin_with(self.dialect.begin_write()).await?;
        Ok(Tx { inner, dialect: self.dialect, _permit: permit })
    }

    /// Whether the database answers; what `/readyz` asks.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// One change of the database: all of it or nothing.
pub struct Tx {
    inner: sqlx::Transaction<'static, sqlx::Any>,
    dialect: Dialect,
    _permit: OwnedSemaphorePermit,
}

impl Tx {
    /// Makes the change durable.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn commit(self) -> Result<(), StoreError> {
        let number = crash::next_write();
        crash::at_write(number, crash::Moment::Before);
        self.inner.commit().await?;
        crash::at_write(number, crash::Moment::After);
        Ok(())
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}

/// A new id: sortable by the time of its making.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
