//! The audit trail: one row for each change, added in the same transaction.

use super::{Store, StoreError, Tx, new_id};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, UserId};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

const INSERT: &str = "INSERT INTO audit (id, guild_id, at, actor_id, action, subject, detail, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const OF_SUBJECT: &str = "SELECT at, actor_id, action, detail FROM audit WHERE subject = $1 ORDER BY at, id";

/// One line of the audit trail, as it is read.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditLine {
    at: i64,
    actor_id: Option<i64>,
    /// What was done.
    pub action: String,
    /// The JSON that was kept with it.
    pub detail: String,
}

impl AuditLine {
    /// When.
    pub fn at(&self) -> DateTime<Utc> {
        from_ms(self.at)
    }

    /// Who; nobody when the bot acted by itself.
    pub fn actor(&self) -> Option<UserId> {
        self.actor_id.map(UserId::from_db)
    }
}

/// The same, with what it was done to.
#[derive(sqlx::FromRow)]
struct SubjectLine {
    subject: String,
    #[sqlx(flatten)]
    line: AuditLine,
}

fn json_of(list: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|error| StoreError::Corrupt(error.to_string()))
}

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

impl Store {
    /// Everything that was done to `subject`, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_of(&self, subject: &str) -> Result<Vec<AuditLine>, StoreError> {
        Ok(sqlx::query_as(OF_SUBJECT).bind(subject).fetch_all(&self.pool).await?)
    }

    /// Which of `actions` were done to each of `subjects`, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn audit_among(
        &self,
        subjects: &[String],
        actions: &[&str],
    ) -> Result<HashMap<String, Vec<AuditLine>>, StoreError> {
        let (subject, action) =
            (self.dialect.among_texts("subject", 1), self.dialect.among_texts("action", 2));
        let sql = format!(
            "SELECT subject, at, actor_id, action, detail FROM audit WHERE {subject} AND {action} ORDER BY at, id"
        );
        let mut lines: HashMap<String, Vec<AuditLine>> = HashMap::new();
        // All that is put into the text is ours: names of columns, numbers of parameters.
        let rows: Vec<SubjectLine> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(json_of(&subjects)?)
            .bind(json_of(&actions)?)
            .fetch_all(&self.pool)
            .await?;
        for SubjectLine { subject, line } in rows {
            lines.entry(subject).or_default().push(line);
        }
        Ok(lines)
    }
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
