//! The outbox: everything that shall be shown on Discord, each with a unique key, worked through lane by lane.
//!
//! ```text
//! ready --claim--> sending --> done
//!   ^                 |------> rejected   Discord will never take it
//!   |                 |------> unknown    it may have happened: look before trying again
//!   '----- later -----'
//! ```
//!
//! **Claims.** A row belongs to the worker that claimed it for as long as that one lives and no longer:
//!
//! - it renews its claim while it delivers, however long that takes ([`Store::renew`]);
//! - a dead worker's claims are given back by the others, within seconds ([`super::presence`]);
//! - what neither settles ends by itself after [`LEASE`]: a host that vanished without closing its connections.
//!
//! Each claim counts up `attempts`, and only the latest one may settle. What comes back is uncertain and stays so until it
//! has a final state: that a later try did not get through says nothing about the one that was lost.

use super::{Store, StoreError, Tx, new_id};
use crate::domain::clock::from_ms;
use crate::domain::effect::Effect;
use crate::domain::ids::GuildId;
use chrono::{DateTime, Utc};
use std::time::Duration;

const ADD: &str = "INSERT INTO outbox (id, guild_id, lane, seq, key, effect, state, not_before, created_at) \
     VALUES ($1, $2, $3, (SELECT COALESCE(MAX(seq), 0) + 1 FROM outbox WHERE lane = $3), $4, $5, 'ready', 0, $6) \
     ON CONFLICT (key) DO NOTHING";
const CLAIMABLE: &str = "SELECT o.id FROM outbox o \
     WHERE o.state IN ('ready', 'sending', 'unknown') AND o.not_before <= $1 \
       AND (o.leased_until IS NULL OR o.leased_until <= $1) \
       AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.seq < o.seq \
                       AND p.state IN ('ready', 'sending', 'unknown')) \
     ORDER BY o.not_before, o.id LIMIT $2";
const CLAIM: &str = "UPDATE outbox SET leased_until = $1, leased_by = $2, attempts = attempts + 1, \
       state = CASE WHEN state = 'ready' THEN 'sending' ELSE 'unknown' END \
     WHERE id = $4 AND state IN ('ready', 'sending', 'unknown') AND (leased_until IS NULL OR leased_until <= $3) \
     RETURNING id, guild_id, lane, key, effect, state, attempts, created_at";
const FINISH: &str = "UPDATE outbox SET state = $1, result_id = $2, note = $3, finished_at = $4, leased_until = NULL \
     WHERE id = $5 AND attempts = $6 AND state IN ('sending', 'unknown')";
const AGAIN: &str = "UPDATE outbox SET state = $1, not_before = $2, note = $3, leased_until = NULL \
     WHERE id = $4 AND attempts = $5 AND state IN ('sending', 'unknown')";
const RENEW: &str =
    "UPDATE outbox SET leased_until = $1 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'unknown')";
const OPEN: &str = "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending', 'unknown')";
const COUNTS: &str = "SELECT state, COUNT(*) FROM outbox GROUP BY state";

/// How long a claim holds that nobody renews.
pub const LEASE: Duration = Duration::from_secs(90);
const LEASE_MS: i64 = LEASE.as_millis() as i64;

/// An outbox row that this process has claimed.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Own id; the nonce of a message comes from it.
    pub id: String,
    /// The office.
    pub guild: GuildId,
    /// Rows of one lane are shown strictly one after the other.
    pub lane: String,
    /// Unique: the same thing is never put out twice.
    pub key: String,
    /// What to show.
    pub effect: Effect,
    /// Whether it was tried before and may have happened.
    pub uncertain: bool,
    /// How often it was claimed, this time included; tells this claim from a later one.
    pub attempts: i64,
    /// When it was put out.
    pub created: DateTime<Utc>,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is there; the id that Discord gave it, if any.
    Done(Option<u64>),
    /// Discord refuses for good; why.
    Rejected(String),
    /// It may have happened. Looked at again after that time.
    Unknown(String, Duration),
    /// It has certainly not happened. Tried again after that time.
    Later(String, Duration),
}

type Row = (String, i64, String, String, String, String, i64, i64);

impl Store {
    /// Rows that could be claimed at this machine time, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claimable(&self, machine_ms: i64, limit: i64) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as(CLAIMABLE).bind(machine_ms).bind(limit).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Claims a row for `worker`; nothing when another was faster.
    ///
    /// # Errors
    /// When the database refuses, or the row holds an effect that this version does not know.
    pub async fn claim(
        &self,
        id: &str,
        worker: &str,
        machine_ms: i64,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let mut tx = self.begin().await?;
        let row: Option<Row> = sqlx::query_as(CLAIM)
            .bind(machine_ms + LEASE_MS)
            .bind(worker)
            .bind(machine_ms)
            .bind(id)
            .fetch_optional(tx.connection())
            .await?;
        tx.commit().await?;
        let Some((id, guild, lane, key, effect, state, attempts, created)) = row else {
            return Ok(None);
        };
        let effect = Effect::read(&effect).map_err(|e| StoreError::Corrupt(format!("outbox {key}: {e}")))?;
        Ok(Some(OutboxRow {
            id,
            guild: GuildId::from_db(guild),
            lane,
            key,
            effect,
            uncertain: state == "unknown",
            attempts,
            created: from_ms(created),
        }))
    }

    /// Makes a claim hold on from this machine time. One that was lost meanwhile stays lost.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn renew(&self, row: &OutboxRow, machine_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(RENEW)
            .bind(machine_ms + LEASE_MS)
            .bind(&row.id)
            .bind(row.attempts)
            .execute(tx.connection())
            .await?;
        tx.commit().await
    }

    /// How many rows have no final state yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_outbox(&self) -> Result<i64, StoreError> {
        let (open,): (i64,) = sqlx::query_as(OPEN).fetch_one(&self.pool).await?;
        Ok(open)
    }

    /// How many rows are in which state.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn outbox_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(COUNTS).fetch_all(&self.pool).await?)
    }
}

impl Tx {
    /// Puts an effect out. A key that was put out before stays as it is: the effect happens once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_out(
        &mut self,
        guild: GuildId,
        lane: &str,
        key: &str,
        effect: &Effect,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let effect = serde_json::to_string(effect).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        sqlx::query(ADD)
            .bind(new_id())
            .bind(guild.db())
            .bind(lane)
            .bind(key)
            .bind(effect)
            .bind(now.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Records how a delivery ended and gives the claim back. What is tried again is due `machine_ms` plus its wait.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the claim was lost and another worker has the row, or had it.
    pub async fn settle(
        &mut self,
        row: &OutboxRow,
        delivery: &Delivery,
        now: DateTime<Utc>,
        machine_ms: i64,
    ) -> Result<(), StoreError> {
        let (state, result, note, again) = match delivery {
            Delivery::Done(result) => ("done", *result, None, None),
            Delivery::Rejected(why) => ("rejected", None, Some(why), None),
            Delivery::Unknown(why, wait) => ("unknown", None, Some(why), Some(wait)),
            // This try has not happened; an earlier one may have.
            Delivery::Later(why, wait) if row.uncertain => ("unknown", None, Some(why), Some(wait)),
            Delivery::Later(why, wait) => ("ready", None, Some(why), Some(wait)),
        };
        let settled = match again {
            None => {
                sqlx::query(FINISH)
                    .bind(state)
                    .bind(result.map(|id| id as i64))
                    .bind(note)
                    .bind(now.timestamp_millis())
                    .bind(&row.id)
                    .bind(row.attempts)
                    .execute(self.connection())
                    .await?
            }
            Some(wait) => {
                sqlx::query(AGAIN)
                    .bind(state)
                    .bind(machine_ms + wait.as_millis() as i64)
                    .bind(note)
                    .bind(&row.id)
                    .bind(row.attempts)
                    .execute(self.connection())
                    .await?
            }
        };
        if settled.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}
