//! Messages that were recorded as decisions: about a task, or of a meeting.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::domain::meeting::{MeetingDecision, Occurrence};
use chrono::{DateTime, Utc};

const INSERT: &str = "INSERT INTO decision (message_id, guild_id, channel_id, task_id, content, marked_by, marked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OF_TASK: &str = "SELECT COUNT(*) FROM decision WHERE message_id = $1";
const OF_MEETING: &str = "SELECT COUNT(*) FROM meeting_decision WHERE message_id = $1";
const INSERT_AT_MEETING: &str = "INSERT INTO meeting_decision (message_id, guild_id, channel_id, occurrence_id, content, \
     marked_by, marked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const AT_MEETING: &str = "SELECT channel_id, message_id, content, marked_by, marked_at FROM meeting_decision \
     WHERE occurrence_id = $1 ORDER BY marked_at, message_id";

/// A decision about a task as it is recorded.
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
    /// Whether a message is recorded as a decision about a task.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_decision(&self, message: MessageId) -> Result<bool, StoreError> {
        let (count,): (i64,) = sqlx::query_as(OF_TASK).bind(message.db()).fetch_one(&self.pool).await?;
        Ok(count > 0)
    }

    /// Whether a message is recorded as a decision of a meeting.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_meeting_decision(&self, message: MessageId) -> Result<bool, StoreError> {
        let (count,): (i64,) = sqlx::query_as(OF_MEETING).bind(message.db()).fetch_one(&self.pool).await?;
        Ok(count > 0)
    }

    /// What was decided at one holding of a meeting, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn meeting_decisions(&self, occurrence: &str) -> Result<Vec<MeetingDecision>, StoreError> {
        let rows: Vec<(i64, i64, String, i64, i64)> =
            sqlx::query_as(AT_MEETING).bind(occurrence).fetch_all(&self.pool).await?;
        let decision = |(channel, message, text, by, at)| MeetingDecision {
            channel: ChannelId::from_db(channel),
            message: MessageId::from_db(message),
            text,
            by: UserId::from_db(by),
            at: from_ms(at),
        };
        Ok(rows.into_iter().map(decision).collect())
    }
}

impl Tx {
    /// Records a decision of a meeting.
    ///
    /// # Errors
    /// When the database refuses, as it does the same message twice.
    pub async fn insert_meeting_decision(
        &mut self,
        holding: &Occurrence,
        decision: &MeetingDecision,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT_AT_MEETING)
            .bind(decision.message.db())
            .bind(holding.meeting.guild.db())
            .bind(decision.channel.db())
            .bind(&holding.id)
            .bind(&decision.text)
            .bind(decision.by.db())
            .bind(decision.at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

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
