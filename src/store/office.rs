//! The office on its server: settings, roles, and people with their roles.

use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::ids::{GuildId, RoleId, UnitCode, UserId};
use crate::domain::lang::Lang;
use chrono::{DateTime, Utc};

const SEE_SERVER: &str = "INSERT INTO server (guild_id, name, language, seen_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (guild_id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at";
const LANGUAGE: &str = "SELECT language FROM server WHERE guild_id = $1";
const GUILDS: &str = "SELECT guild_id FROM server ORDER BY guild_id";
const SET_ROLE: &str = "INSERT INTO role (guild_id, role_id, name, unit, tier) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (guild_id, role_id) DO UPDATE SET name = excluded.name, unit = excluded.unit, tier = excluded.tier";
const DROP_ROLE: &str = "DELETE FROM role WHERE guild_id = $1 AND role_id = $2";
/// What was linked by command comes first: of two roles for one unit it is the one that stands.
const ROLES: &str = "SELECT r.role_id, r.name, r.unit, r.tier FROM role r \
     LEFT JOIN role_link l ON l.guild_id = r.guild_id AND l.role_id = r.role_id \
     WHERE r.guild_id = $1 ORDER BY CASE WHEN l.role_id IS NULL THEN 1 ELSE 0 END, r.role_id";
const SET_MEMBER: &str = "INSERT INTO member (guild_id, user_id, name, left_at) VALUES ($1, $2, $3, NULL) \
     ON CONFLICT (guild_id, user_id) DO UPDATE SET name = excluded.name, left_at = NULL";
const MEMBER_LEFT: &str = "UPDATE member SET left_at = $1 WHERE guild_id = $2 AND user_id = $3";
const CLEAR_MEMBER_ROLES: &str = "DELETE FROM member_role WHERE guild_id = $1 AND user_id = $2";
const ADD_MEMBER_ROLE: &str = "INSERT INTO member_role (guild_id, user_id, role_id) VALUES ($1, $2, $3) \
     ON CONFLICT (guild_id, user_id, role_id) DO NOTHING";
const PEOPLE_OF_UNIT: &str = "SELECT DISTINCT m.user_id, m.name FROM member m \
     JOIN member_role mr ON mr.guild_id = m.guild_id AND mr.user_id = m.user_id \
     JOIN role r ON r.guild_id = mr.guild_id AND r.role_id = mr.role_id \
     WHERE m.guild_id = $1 AND r.unit = $2 AND m.left_at IS NULL ORDER BY m.user_id";
const UNIT_OF_PERSON: &str = "SELECT r.unit FROM role r \
     JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
     WHERE r.guild_id = $1 AND mr.user_id = $2 AND r.unit IS NOT NULL ORDER BY r.unit LIMIT 1";
const REMEMBERED: &str = "SELECT value FROM memory WHERE key = $1";
const REMEMBER: &str = "INSERT INTO memory (key, value) VALUES ($1, $2) \
     ON CONFLICT (key) DO UPDATE SET value = excluded.value";

/// A role of the server, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeRole {
    /// Discord's id.
    pub role: RoleId,
    /// Its name on Discord.
    pub name: String,
    /// The unit whose people hold it.
    pub unit: Option<UnitCode>,
    /// The tier that it gives.
    pub tier: Option<Tier>,
}

/// A person of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their account.
    pub user: UserId,
    /// The name they show.
    pub name: String,
}

impl Store {
    /// The language of posts in threads; Vietnamese until the server is known.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn server_language(&self, guild: GuildId) -> Result<Lang, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as(LANGUAGE).bind(guild.db()).fetch_optional(&self.pool).await?;
        Ok(row.map_or(Lang::default(), |(code,)| Lang::from_code(&code)))
    }

    /// The offices this bot has seen.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn guilds(&self) -> Result<Vec<GuildId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(GUILDS).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(id,)| GuildId::from_db(id)).collect())
    }

    /// All roles of the server, those linked by command first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn roles(&self, guild: GuildId) -> Result<Vec<OfficeRole>, StoreError> {
        let rows: Vec<(i64, String, Option<String>, Option<String>)> =
            sqlx::query_as(ROLES).bind(guild.db()).fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|(role, name, unit, tier)| OfficeRole {
                role: RoleId::from_db(role),
                name,
                unit: unit.map(UnitCode),
                tier: tier.as_deref().and_then(Tier::from_code),
            })
            .collect())
    }

    /// The people who hold the role of `unit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_of(&self, guild: GuildId, unit: &UnitCode) -> Result<Vec<Person>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as(PEOPLE_OF_UNIT).bind(guild.db()).bind(unit.as_str()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(user, name)| Person { user: UserId::from_db(user), name }).collect())
    }

    /// The unit of a person; the first by code if they hold several.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unit_of(&self, guild: GuildId, user: UserId) -> Result<Option<UnitCode>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(UNIT_OF_PERSON)
            .bind(guild.db())
            .bind(user.db())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(unit,)| UnitCode(unit)))
    }
}

impl Store {
    /// Something that the bot remembers about itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remembered(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(REMEMBERED).bind(key).fetch_optional(&self.pool).await?;
        Ok(row.map(|(value,)| value))
    }
}

impl Tx {
    /// Remembers something about the bot itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remember(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(REMEMBER).bind(key).bind(value).execute(self.connection()).await?;
        Ok(())
    }

    /// Notes that the bot is on this server. The language is only taken the first time; afterwards it is a setting.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn see_server(
        &mut self,
        guild: GuildId,
        name: &str,
        language: Lang,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(SEE_SERVER)
            .bind(guild.db())
            .bind(name)
            .bind(language.code())
            .bind(now.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps a role and what it stands for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_role(&mut self, guild: GuildId, role: &OfficeRole) -> Result<(), StoreError> {
        sqlx::query(SET_ROLE)
            .bind(guild.db())
            .bind(role.role.db())
            .bind(&role.name)
            .bind(role.unit.as_ref().map(UnitCode::as_str))
            .bind(role.tier.map(Tier::code))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets a role that is no more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_role(&mut self, guild: GuildId, role: RoleId) -> Result<(), StoreError> {
        sqlx::query(DROP_ROLE).bind(guild.db()).bind(role.db()).execute(self.connection()).await?;
        Ok(())
    }

    /// Keeps a member with exactly these roles.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_member(
        &mut self,
        guild: GuildId,
        person: &Person,
        roles: &[RoleId],
    ) -> Result<(), StoreError> {
        sqlx::query(SET_MEMBER)
            .bind(guild.db())
            .bind(person.user.db())
            .bind(&person.name)
            .execute(self.connection())
            .await?;
        sqlx::query(CLEAR_MEMBER_ROLES)
            .bind(guild.db())
            .bind(person.user.db())
            .execute(self.connection())
            .await?;
        for role in roles {
            sqlx::query(ADD_MEMBER_ROLE)
                .bind(guild.db())
                .bind(person.user.db())
                .bind(role.db())
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Notes that a person left: their past stays, their roles end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn member_left(
        &mut self,
        guild: GuildId,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(MEMBER_LEFT)
            .bind(now.timestamp_millis())
            .bind(guild.db())
            .bind(user.db())
            .execute(self.connection())
            .await?;
        sqlx::query(CLEAR_MEMBER_ROLES).bind(guild.db()).bind(user.db()).execute(self.connection()).await?;
        Ok(())
    }
}
