//! Deadlines that were asked for, and what became of them.

use super::{Store, StoreError, Tx, new_id};
use crate::domain::clock::from_ms;
use crate::domain::ids::UserId;
use crate::domain::task::coded;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

const ASK: &str = "INSERT INTO task_extension (id, task_id, was_due_at, due_at, reason, asked_by, asked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const WAITING: &str = "SELECT was_due_at, due_at, reason, asked_by, asked_at FROM task_extension \
     WHERE task_id = $1 AND outcome IS NULL";
const DECIDE: &str = "UPDATE task_extension SET outcome = $1, decided_by = $2, decided_at = $3, answer = $4 \
     WHERE task_id = $5 AND outcome IS NULL";
const LAPSE: &str =
    "UPDATE task_extension SET outcome = 'lapsed', decided_at = $1 WHERE task_id = $2 AND outcome IS NULL";

coded! {
    /// What became of a request for a new deadline.
    Outcome {
        /// Đồng ý.
        Granted = "granted",
        /// Không đồng ý.
        Refused = "refused",
        /// The task was done, reassigned or cancelled before anybody decided.
        Lapsed = "lapsed",
    }
}

/// A new deadline that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The deadline that stood.
    pub was: DateTime<Utc>,
    /// The one that is asked for.
    pub due: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The new deadline that waits for its decision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extension_waiting(&self, task: &str) -> Result<Option<Asked>, StoreError> {
        let row: Option<(i64, i64, String, i64, i64)> =
            sqlx::query_as(WAITING).bind(task).fetch_optional(&self.pool).await?;
        Ok(row.map(|(was, due, reason, by, at)| Asked {
            was: from_ms(was),
            due: from_ms(due),
            reason,
            by: UserId::from_db(by),
            at: from_ms(at),
        }))
    }
}

impl Tx {
    /// Records that a new deadline is asked for.
    ///
    /// # Errors
    /// When the database refuses, as it does a second one that waits.
    pub async fn ask_extension(&mut self, task: &str, asked: &Asked) -> Result<(), StoreError> {
        sqlx::query(ASK)
            .bind(new_id())
            .bind(task)
            .bind(asked.was.timestamp_millis())
            .bind(asked.due.timestamp_millis())
            .bind(&asked.reason)
            .bind(asked.by.db())
            .bind(asked.at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Records how it was decided.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when nothing waits any more.
    pub async fn decide_extension(
        &mut self,
        task: &str,
        outcome: Outcome,
        by: UserId,
        answer: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let decided = sqlx::query(DECIDE)
            .bind(outcome.code())
            .bind(by.db())
            .bind(at.timestamp_millis())
            .bind(answer)
            .bind(task)
            .execute(self.connection())
            .await?;
        if decided.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Records that nobody needs to decide any more; nothing happens when nothing waits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lapse_extension(&mut self, task: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(LAPSE).bind(at.timestamp_millis()).bind(task).execute(self.connection()).await?;
        Ok(())
    }
}
