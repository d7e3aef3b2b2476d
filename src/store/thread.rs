//! The threads whose exchanges are logged, and how far each has been read without a gap.

use super::{Store, StoreError, Tx};
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UnitCode};
use crate::domain::task::Visibility;
use chrono::{DateTime, Utc};

const REGISTER: &str = "INSERT INTO thread \
     (channel_id, guild_id, parent_id, subject, visibility, read_until, registered_at) \
     VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (channel_id) DO NOTHING";
const THREADS: &str = "SELECT channel_id, guild_id, parent_id, subject, visibility, read_until FROM thread \
     ORDER BY channel_id";
const READ_UNTIL: &str = "SELECT read_until FROM thread WHERE channel_id = $1";
/// Open tasks of a unit that have a thread already.
const OPEN_THREADS: &str = "SELECT t.id, t.visibility FROM task t JOIN task_unit u ON u.task_id = t.id \
     WHERE t.guild_id = $1 AND u.unit = $2 AND t.thread_id IS NOT NULL \
     AND t.state NOT IN ('done', 'accepted', 'cancelled') ORDER BY t.id";

impl Store {
    /// Lets a thread be logged from now on, from its first message; a thread that is logged already stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn register_thread(&self, thread: &Thread, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.register_thread(thread, now).await?;
        tx.commit().await
    }

    /// The threads that are logged, each with the message up to which it has been read without a gap.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn threads(&self) -> Result<Vec<(Thread, MessageId)>, StoreError> {
        let rows: Vec<(i64, i64, i64, String, String, i64)> =
            sqlx::query_as(THREADS).fetch_all(&self.pool).await?;
        rows.into_iter()
            .map(|(channel, guild, parent, subject, visibility, read_until)| {
                let thread = Thread {
                    channel: ChannelId::from_db(channel),
                    guild: GuildId::from_db(guild),
                    parent: ChannelId::from_db(parent),
                    subject,
                    visibility: Visibility::from_code(&visibility)
                        .ok_or_else(|| StoreError::Corrupt(format!("thread {channel}: {visibility}")))?,
                };
                Ok((thread, MessageId::from_db(read_until)))
            })
            .collect()
    }

    /// Up to which message a thread has been read without a gap; `None` when it is not logged.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read_until(&self, channel: ChannelId) -> Result<Option<MessageId>, StoreError> {
        let row: Option<(i64,)> =
            sqlx::query_as(READ_UNTIL).bind(channel.db()).fetch_optional(&self.pool).await?;
        Ok(row.map(|(id,)| MessageId::from_db(id)))
    }

    /// The open tasks of a unit whose threads are there, and whether each is private.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_threads_of(
        &self,
        guild: GuildId,
        unit: &UnitCode,
    ) -> Result<Vec<(String, bool)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as(OPEN_THREADS).bind(guild.db()).bind(unit.as_str()).fetch_all(&self.pool).await?;
        let private = Visibility::Private.code();
        Ok(rows.into_iter().map(|(task, visibility)| (task, visibility == private)).collect())
    }
}

impl Tx {
    /// As [`Store::register_thread`], as part of a larger change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn register_thread(&mut self, thread: &Thread, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(REGISTER)
            .bind(thread.channel.db())
            .bind(thread.guild.db())
            .bind(thread.parent.db())
            .bind(&thread.subject)
            .bind(thread.visibility.code())
            .bind(now.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
