//! Which channel serves what, and the tasks that are posts of a forum.

use super::{Store, StoreError, Tx};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::setup::{PlaceKind, Spot};
use std::collections::BTreeMap;

const PLACE: &str = "SELECT channel_id, kind FROM place WHERE guild_id = $1 AND purpose = $2";
const PLACES: &str = "SELECT purpose, channel_id, kind FROM place WHERE guild_id = $1 ORDER BY purpose";
const SET_PLACE: &str = "INSERT INTO place (guild_id, purpose, channel_id, kind) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (guild_id, purpose) DO UPDATE SET channel_id = excluded.channel_id, kind = excluded.kind";
const FORGET_PLACE: &str = "DELETE FROM place WHERE guild_id = $1 AND channel_id = $2";
const FORGET_PURPOSE: &str = "DELETE FROM place WHERE guild_id = $1 AND purpose = $2";
const FORGET_PURPOSES: &str = "DELETE FROM place WHERE guild_id = $1 AND purpose LIKE $2";
const POST: &str = "SELECT tags FROM forum_post WHERE task_id = $1";
const SET_POST: &str = "INSERT INTO forum_post (task_id, tags) VALUES ($1, $2) \
     ON CONFLICT (task_id) DO UPDATE SET tags = excluded.tags";
const FORGET_TAGS: &str =
    "UPDATE forum_post SET tags = '[]' WHERE task_id IN (SELECT id FROM task WHERE guild_id = $1)";

impl Store {
    /// The channel that serves `purpose`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn place(&self, guild: GuildId, purpose: &str) -> Result<Option<Spot>, StoreError> {
        let row: Option<(i64, String)> =
            sqlx::query_as(PLACE).bind(guild.db()).bind(purpose).fetch_optional(&self.pool).await?;
        row.map(|(channel, kind)| spot(channel, &kind)).transpose()
    }

    /// The channels that serve a purpose.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn places(&self, guild: GuildId) -> Result<BTreeMap<String, Spot>, StoreError> {
        let rows: Vec<(String, i64, String)> =
            sqlx::query_as(PLACES).bind(guild.db()).fetch_all(&self.pool).await?;
        rows.into_iter().map(|(purpose, channel, kind)| Ok((purpose, spot(channel, &kind)?))).collect()
    }

    /// What the tags of a task's post say; none when its thread is no post of a forum.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post_tags(&self, task: &str) -> Result<Option<Vec<String>>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(POST).bind(task).fetch_optional(&self.pool).await?;
        let read = |tags: &str| {
            serde_json::from_str(tags)
                .map_err(|error| StoreError::Corrupt(format!("post of {task}: {error}")))
        };
        row.map(|(tags,)| read(&tags)).transpose()
    }
}

impl Tx {
    /// Lets a channel serve `purpose` from now on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_place(&mut self, guild: GuildId, purpose: &str, spot: Spot) -> Result<(), StoreError> {
        sqlx::query(SET_PLACE)
            .bind(guild.db())
            .bind(purpose)
            .bind(spot.channel.db())
            .bind(spot.kind.code())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// A channel was deleted: it serves no purpose any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_place(&mut self, guild: GuildId, channel: ChannelId) -> Result<(), StoreError> {
        sqlx::query(FORGET_PLACE).bind(guild.db()).bind(channel.db()).execute(self.connection()).await?;
        Ok(())
    }

    /// No channel serves this purpose any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_purpose(&mut self, guild: GuildId, purpose: &str) -> Result<(), StoreError> {
        sqlx::query(FORGET_PURPOSE).bind(guild.db()).bind(purpose).execute(self.connection()).await?;
        Ok(())
    }

    /// No channel serves the purposes that begin so any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_purposes(&mut self, guild: GuildId, beginning: &str) -> Result<(), StoreError> {
        sqlx::query(FORGET_PURPOSES)
            .bind(guild.db())
            .bind(format!("{beginning}%"))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps what the tags of a task's post say.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_post_tags(&mut self, task: &str, tags: &[String]) -> Result<(), StoreError> {
        let tags = serde_json::json!(tags).to_string();
        sqlx::query(SET_POST).bind(task).bind(tags).execute(self.connection()).await?;
        Ok(())
    }

    /// Has every post of a server given its tags anew when its card is next shown: its forum has other tags now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_post_tags(&mut self, guild: GuildId) -> Result<(), StoreError> {
        sqlx::query(FORGET_TAGS).bind(guild.db()).execute(self.connection()).await?;
        Ok(())
    }
}

fn spot(channel: i64, kind: &str) -> Result<Spot, StoreError> {
    let kind =
        PlaceKind::from_code(kind).ok_or_else(|| StoreError::Corrupt(format!("place {channel}: {kind}")))?;
    Ok(Spot { channel: ChannelId::from_db(channel), kind })
}
