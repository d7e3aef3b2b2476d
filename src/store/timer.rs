//! Timers: the next moment at which a task or a meeting must be looked at.
//!
//! A timer is fired by moving it: whoever changes `due_at` from the value that was read has it, so that two replicas
//! never act on the same rung.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::GuildId;
use chrono::{DateTime, Utc};

/// Of those due at the same moment the regulation's news comes before the digest, which then counts with its pings.
const DUE: &str = "SELECT subject, guild_id, due_at, fired_at FROM timer WHERE due_at <= $1 \
     ORDER BY due_at, subject LIMIT $2";
const NEXT: &str = "SELECT MIN(due_at) FROM timer";
const NEXT_REMINDER: &str = "SELECT MIN(due_at) FROM timer WHERE subject LIKE 'task:%' OR subject LIKE 'part:%' OR subject LIKE 'occurrence:%'";
const SET: &str = "INSERT INTO timer (subject, guild_id, due_at, fired_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (subject) DO UPDATE SET due_at = excluded.due_at, fired_at = excluded.fired_at";
const ENSURE: &str = "INSERT INTO timer (subject, guild_id, due_at, fired_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (subject) DO NOTHING";
const ANEW: &str = "UPDATE timer SET due_at = $1, fired_at = $1 WHERE subject = $2";
const MOVE: &str = "UPDATE timer SET due_at = $1, fired_at = $2 WHERE subject = $3 AND due_at = $4";
const END: &str = "DELETE FROM timer WHERE subject = $1 AND due_at = $2";
const DROP: &str = "DELETE FROM timer WHERE subject = $1";

/// A timer as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// What it is about: `task:<id>`, `part:<task>:<unit>`, `occurrence:<id>`, `digest:<guild>`, `delegation:<id>`.
    pub subject: String,
    /// The office.
    pub guild: GuildId,
    /// When to look next.
    pub due: DateTime<Utc>,
    /// Up to when everything was said already.
    pub fired: DateTime<Utc>,
}

impl Store {
    /// The timers that are due at `now`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn due_timers(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Timer>, StoreError> {
        let rows: Vec<(String, i64, i64, i64)> =
            sqlx::query_as(DUE).bind(now.timestamp_millis()).bind(limit).fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|(subject, guild, due, fired)| Timer {
                subject,
                guild: GuildId::from_db(guild),
                due: from_ms(due),
                fired: from_ms(fired),
            })
            .collect())
    }

    /// When the earliest timer is due.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_timer(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (ms,): (Option<i64>,) = sqlx::query_as(NEXT).fetch_one(&self.pool).await?;
        Ok(ms.map(from_ms))
    }

    /// When the earliest timer is due by which people are reminded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_reminder(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (ms,): (Option<i64>,) = sqlx::query_as(NEXT_REMINDER).fetch_one(&self.pool).await?;
        Ok(ms.map(from_ms))
    }
}

impl Tx {
    /// Sets the timer of a subject, whatever stood there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        sqlx::query(SET)
            .bind(&timer.subject)
            .bind(timer.guild.db())
            .bind(timer.due.timestamp_millis())
            .bind(timer.fired.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets the timer of a subject that has none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ensure_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        sqlx::query(ENSURE)
            .bind(&timer.subject)
            .bind(timer.guild.db())
            .bind(timer.due.timestamp_millis())
            .bind(timer.fired.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Has a subject looked at now, because what decides when it is due has changed. What was due before is not made up
    /// for: it belongs to another ladder.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look_anew(&mut self, subject: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(ANEW).bind(now.timestamp_millis()).bind(subject).execute(self.connection()).await?;
        Ok(())
    }

    /// Moves a timer on from where it was read to stand at `due`, with everything said up to `fired`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody moved it first: then they act, not we.
    pub async fn move_timer(
        &mut self,
        read: &Timer,
        due: DateTime<Utc>,
        fired: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let moved = sqlx::query(MOVE)
            .bind(due.timestamp_millis())
            .bind(fired.timestamp_millis())
            .bind(&read.subject)
            .bind(read.due.timestamp_millis())
            .execute(self.connection())
            .await?;
        if moved.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Removes a timer that has nothing more to come.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody moved or removed it first: then they act, not we.
    pub async fn end_timer(&mut self, read: &Timer) -> Result<(), StoreError> {
        let ended = sqlx::query(END)
            .bind(&read.subject)
            .bind(read.due.timestamp_millis())
            .execute(self.connection())
            .await?;
        if ended.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Removes the timer of a subject; nothing happens when there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_timer(&mut self, subject: &str) -> Result<(), StoreError> {
        sqlx::query(DROP).bind(subject).execute(self.connection()).await?;
        Ok(())
    }
}
