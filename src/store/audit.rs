//! The audit trail: one row for each change, added in the same transaction.

use super::{StoreError, Tx, new_id};
use crate::domain::ids::{GuildId, UserId};
use chrono::{DateTime, Utc};

const INSERT: &str = "INSERT INTO audit (id, guild_id, at, actor_id, action, subject, detail, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// One line of the audit trail.
pub struct AuditEntry<'a> {
    /// The office.
    pub guild: GuildId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; nobody when the bot acted by itself.
    pub actor: Option<UserId>,
    /// What was done: `task.create`, `task.done` …
    pub action: &'static str,
    /// To what: `task:<id>`, `meeting:<id>` …
    pub subject: &'a str,
    /// The new state, as JSON.
    pub detail: serde_json::Value,
    /// Why, where a reason was asked for.
    pub reason: Option<&'a str>,
}

impl Tx {
    /// Adds one line to the audit trail.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit(&mut self, entry: AuditEntry<'_>) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(new_id())
            .bind(entry.guild.db())
            .bind(entry.at.timestamp_millis())
            .bind(entry.actor.map(UserId::db))
            .bind(entry.action)
            .bind(entry.subject)
            .bind(entry.detail.to_string())
            .bind(entry.reason)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
