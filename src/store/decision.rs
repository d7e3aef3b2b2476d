//! Messages that were recorded as decisions.

use super::{Store, StoreError, Tx};
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use chrono::{DateTime, Utc};

const INSERT: &str = "INSERT INTO decision (message_id, guild_id, channel_id, task_id, content, marked_by, marked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ONE: &str = "SELECT COUNT(*) FROM decision WHERE message_id = $1";

/// A decision as it is recorded.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// The office.
    pub guild: GuildId,
    /// The thread.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The task whose thread it is.
    pub task: &'a str,
    /// What it said then.
    pub text: &'a str,
    /// Who recorded it.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Whether a message is recorded as a decision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_decision(&self, message: MessageId) -> Result<bool, StoreError> {
        let (count,): (i64,) = sqlx::query_as(ONE).bind(message.db()).fetch_one(&self.pool).await?;
        Ok(count > 0)
    }
}

impl Tx {
    /// Records a decision.
    ///
    /// # Errors
    /// When the database refuses, as it does the same message twice.
    pub async fn insert_decision(&mut self, decision: &Decision<'_>) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(decision.message.db())
            .bind(decision.guild.db())
            .bind(decision.channel.db())
            .bind(decision.task)
            .bind(decision.text)
            .bind(decision.by.db())
            .bind(decision.at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
