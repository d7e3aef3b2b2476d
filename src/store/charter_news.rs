//! Which versions of the regulation an office has been told of.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::GuildId;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

const KNOWN: &str = "SELECT version, told_at FROM charter_news WHERE guild_id = $1";
const KNOW: &str = "INSERT INTO charter_news (guild_id, version, known_at, told_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (guild_id, version) DO NOTHING";

impl Store {
    /// The versions that an office knows, with when it was told of those that were news to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn known_versions(
        &self,
        guild: GuildId,
    ) -> Result<BTreeMap<String, Option<DateTime<Utc>>>, StoreError> {
        let rows: Vec<(String, Option<i64>)> =
            sqlx::query_as(KNOWN).bind(guild.db()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(version, told)| (version, told.map(from_ms))).collect())
    }
}

impl Tx {
    /// Notes that an office knows a version: it is told of it now, or it was in force when the office was first seen.
    /// `false` when it knew it already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn know_version(
        &mut self,
        guild: GuildId,
        version: &str,
        now: DateTime<Utc>,
        told: bool,
    ) -> Result<bool, StoreError> {
        let now = now.timestamp_millis();
        let known = sqlx::query(KNOW)
            .bind(guild.db())
            .bind(version)
            .bind(now)
            .bind(told.then_some(now))
            .execute(self.connection())
            .await?;
        Ok(known.rows_affected() == 1)
    }
}
