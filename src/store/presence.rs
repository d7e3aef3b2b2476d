//! Which outbox workers live, so that the claims of a dead one can be given back at once.
//!
//! On PostgreSQL a worker holds an advisory lock of its own, named after it, in a session of its own. When the process
//! ends, however it ends, the server closes the session and the lock is free: no clock is asked, so a worker that is slow
//! or was put to sleep is not taken for dead. A session can also break under a living worker, which then takes the lock
//! anew; therefore only a worker that is missing in two looks in a row counts as dead. (A pooler between bot and server
//! must leave sessions alone.)
//!
//! SQLite has one process: at its start, whoever else has claimed something is dead.

use super::dialect::Dialect;
use super::{Store, StoreError};
use sqlx::{AnyConnection, Connection};
use std::collections::HashSet;

const HOLD: &str = "SELECT CASE WHEN pg_try_advisory_lock(hashtextextended($1, 0)) THEN 1 ELSE 0 END";
/// The lock of a dead worker can be had, and is given back with the end of the statement.
const MISSING: &str = "SELECT worker FROM (SELECT DISTINCT leased_by AS worker FROM outbox \
       WHERE state IN ('sending', 'unknown') AND leased_until IS NOT NULL AND leased_by <> $1) AS holders \
     WHERE pg_try_advisory_xact_lock(hashtextextended(worker, 0))";
const FREE: &str = "UPDATE outbox SET leased_until = NULL WHERE leased_until IS NOT NULL AND leased_by = $1";
const FREE_OTHERS: &str =
    "UPDATE outbox SET leased_until = NULL WHERE leased_until IS NOT NULL AND leased_by <> $1";

/// A living worker. Dropping it ends its presence.
pub struct Presence {
    store: Store,
    worker: String,
    /// The session that holds the lock; none before the first look, after it broke, and on SQLite.
    session: Option<AnyConnection>,
    /// Who was missing at the last look.
    missing: HashSet<String>,
    looked: bool,
}

impl Presence {
    /// The presence of `worker`, which begins with the first [`Presence::look`].
    pub fn new(store: &Store, worker: &str) -> Self {
        let worker = worker.to_owned();
        Self { store: store.clone(), worker, session: None, missing: HashSet::new(), looked: false }
    }

    /// Makes sure that this worker is seen to live, and gives back what dead ones had claimed; how many rows that were.
    /// To be called every second or so, and before the first claim.
    ///
    /// # Errors
    /// When the database refuses; then nothing must be claimed, for others may take this worker for dead.
    pub async fn look(&mut self) -> Result<u64, StoreError> {
        match self.store.dialect {
            Dialect::Sqlite if self.looked => Ok(0),
            Dialect::Sqlite => {
                let freed = free(&self.store, FREE_OTHERS, &self.worker).await?;
                self.looked = true;
                Ok(freed)
            }
            Dialect::Postgres => {
                self.hold().await?;
                self.free_the_dead().await
            }
        }
    }

    async fn hold(&mut self) -> Result<(), StoreError> {
        if let Some(session) = &mut self.session {
            match session.ping().await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%error, "the session that shows that we live broke"),
            }
            self.session = None;
        }
        let mut session = self.store.pool.acquire().await?.detach();
        let (held,): (i32,) = sqlx::query_as(HOLD).bind(&self.worker).fetch_one(&mut session).await?;
        if held == 0 {
            // The server has not noticed the end of our broken session yet.
            return Err(StoreError::Conflict);
        }
        self.session = Some(session);
        Ok(())
    }

    async fn free_the_dead(&mut self) -> Result<u64, StoreError> {
        let missing: Vec<(String,)> =
            sqlx::query_as(MISSING).bind(&self.worker).fetch_all(&self.store.pool).await?;
        let missing: HashSet<String> = missing.into_iter().map(|(worker,)| worker).collect();
        let mut freed = 0;
        for dead in missing.intersection(&self.missing) {
            freed += free(&self.store, FREE, dead).await?;
        }
        self.missing = missing;
        Ok(freed)
    }
}

async fn free(store: &Store, which: &'static str, worker: &str) -> Result<u64, StoreError> {
    let mut tx = store.begin().await?;
    let freed = sqlx::query(which).bind(worker).execute(tx.connection()).await?;
    tx.commit().await?;
    Ok(freed.rows_affected())
}
