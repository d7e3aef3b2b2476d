//! What the bot itself made on a server, and how far a run of the setup is.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, RoleId, UserId};
use crate::domain::lang::Lang;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

const MADE: &str = "SELECT purpose, discord_id FROM made WHERE guild_id = $1 AND discord_id <> 0";
const SET_MADE: &str = "INSERT INTO made (guild_id, purpose, discord_id, made_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (guild_id, purpose) DO UPDATE SET discord_id = excluded.discord_id, made_at = excluded.made_at";
/// What is being made has no id yet.
const BEGUN: &str = "SELECT made_at FROM made WHERE guild_id = $1 AND purpose = $2 AND discord_id = 0";
const MADE_NOT: &str = "DELETE FROM made WHERE guild_id = $1 AND purpose = $2 AND discord_id = 0";
const SET_LANGUAGE: &str = "UPDATE server SET language = $1 WHERE guild_id = $2";
const WITH_ROLE: &str = "SELECT user_id FROM member_role WHERE guild_id = $1 AND role_id = $2";
const GIVE_ROLE: &str = "INSERT INTO member_role (guild_id, user_id, role_id) VALUES ($1, $2, $3) \
     ON CONFLICT (guild_id, user_id, role_id) DO NOTHING";

impl Store {
    /// What the bot made on the server, by what it is for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn made(&self, guild: GuildId) -> Result<BTreeMap<String, u64>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(MADE).bind(guild.db()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(purpose, id)| (purpose, id as u64)).collect())
    }

    /// Since when the bot has been making this, when it is not known whether it is there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begun(&self, guild: GuildId, purpose: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row: Option<(i64,)> =
            sqlx::query_as(BEGUN).bind(guild.db()).bind(purpose).fetch_optional(&self.pool).await?;
        Ok(row.map(|(at,)| from_ms(at)))
    }

    /// Who holds a role.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_with_role(
        &self,
        guild: GuildId,
        role: RoleId,
    ) -> Result<BTreeSet<UserId>, StoreError> {
        let rows: Vec<(i64,)> =
            sqlx::query_as(WITH_ROLE).bind(guild.db()).bind(role.db()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(user,)| UserId::from_db(user)).collect())
    }
}

impl Tx {
    /// Remembers that the bot made something.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_made(
        &mut self,
        guild: GuildId,
        purpose: &str,
        id: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_MADE)
            .bind(guild.db())
            .bind(purpose)
            .bind(id as i64)
            .bind(now.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Notes that the bot begins to make something: what is found there later is then known to be its own.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_making(
        &mut self,
        guild: GuildId,
        purpose: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_made(guild, purpose, 0, now).await
    }

    /// Notes that what was begun was certainly not made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn not_made(&mut self, guild: GuildId, purpose: &str) -> Result<(), StoreError> {
        sqlx::query(MADE_NOT).bind(guild.db()).bind(purpose).execute(self.connection()).await?;
        Ok(())
    }

    /// Notes that somebody was given a role.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_role(&mut self, guild: GuildId, user: UserId, role: RoleId) -> Result<(), StoreError> {
        sqlx::query(GIVE_ROLE)
            .bind(guild.db())
            .bind(user.db())
            .bind(role.db())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets the language in which the server's posts are written.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_language(&mut self, guild: GuildId, lang: Lang) -> Result<(), StoreError> {
        sqlx::query(SET_LANGUAGE).bind(lang.code()).bind(guild.db()).execute(self.connection()).await?;
        Ok(())
    }
}
