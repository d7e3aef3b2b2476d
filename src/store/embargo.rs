//! Messages that say until when the figures of their thread may not be made public.

use super::{Store, StoreError};
use crate::domain::clock::from_ms;
use crate::domain::guard::Embargo;
use crate::domain::ids::{ChannelId, MessageId};
use chrono::{DateTime, Utc};

const NOTE: &str = "INSERT INTO embargo (message_id, version, channel_id, until_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (message_id, version) DO NOTHING";
/// What was edited away or deleted holds no more.
const STANDING: &str = "SELECT e.version, e.until_at FROM embargo e WHERE e.channel_id = $1 \
     AND NOT EXISTS (SELECT 1 FROM exchange n WHERE n.message_id = e.message_id \
                     AND (n.kind = 'deletion' OR n.version > e.version))";

/// A version of a message that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclaredEmbargo {
    /// The thread.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// When this version of it was written, in Unix milliseconds.
    pub version: i64,
    /// Until when.
    pub until: DateTime<Utc>,
}

impl Store {
    /// Notes what these messages say. May be repeated.
    ///
    /// # Errors
    /// When the database refuses; then nothing was noted.
    pub async fn note_embargoes(&self, declared: &[DeclaredEmbargo]) -> Result<(), StoreError> {
        if declared.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for one in declared {
            sqlx::query(NOTE)
                .bind(one.message.db())
                .bind(one.version)
                .bind(one.channel.db())
                .bind(one.until.timestamp_millis())
                .execute(tx.connection())
                .await?;
        }
        tx.commit().await
    }

    /// What messages of a thread say that still stand.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn embargoes(&self, channel: ChannelId) -> Result<Vec<Embargo>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(STANDING).bind(channel.db()).fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|(said, until)| Embargo { said: from_ms(said), until: from_ms(until) })
            .collect())
    }
}
