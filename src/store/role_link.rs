//! What roles of the server were linked to by command.

use super::office::OfficeRole;
use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::ids::{GuildId, RoleId, UnitCode, UserId};
use chrono::{DateTime, Utc};

const LINKS: &str = "SELECT role_id, unit, tier FROM role_link WHERE guild_id = $1";
const LINK: &str = "INSERT INTO role_link (guild_id, role_id, unit, tier, linked_by, linked_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (guild_id, role_id) DO UPDATE SET unit = excluded.unit, \
     tier = excluded.tier, linked_by = excluded.linked_by, linked_at = excluded.linked_at";
const UNLINK: &str = "DELETE FROM role_link WHERE guild_id = $1 AND role_id = $2";

/// What a role was linked to by command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleLink {
    /// The role.
    pub role: RoleId,
    /// The unit it stands for.
    pub unit: Option<UnitCode>,
    /// The tier it gives.
    pub tier: Option<Tier>,
}

impl Store {
    /// What roles were linked to by command.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn role_links(&self, guild: GuildId) -> Result<Vec<RoleLink>, StoreError> {
        let rows: Vec<(i64, Option<String>, Option<String>)> =
            sqlx::query_as(LINKS).bind(guild.db()).fetch_all(&self.pool).await?;
        let link = |(role, unit, tier): (i64, Option<String>, Option<String>)| {
            let tier = tier.map(|code| {
                Tier::from_code(&code).ok_or_else(|| StoreError::Corrupt(format!("role {role}: tier {code}")))
            });
            Ok(RoleLink { role: RoleId::from_db(role), unit: unit.map(UnitCode), tier: tier.transpose()? })
        };
        rows.into_iter().map(link).collect()
    }
}

impl Tx {
    /// Lets a role stand for a unit or a tier whatever its name, and keeps what it stands for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn link_role(
        &mut self,
        guild: GuildId,
        role: &OfficeRole,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(LINK)
            .bind(guild.db())
            .bind(role.role.db())
            .bind(role.unit.as_ref().map(UnitCode::as_str))
            .bind(role.tier.map(Tier::code))
            .bind(by.db())
            .bind(now.timestamp_millis())
            .execute(self.connection())
            .await?;
        self.set_role(guild, role).await
    }

    /// Undoes a link. What the role stands for by its name is the caller's to set.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unlink_role(&mut self, guild: GuildId, role: RoleId) -> Result<(), StoreError> {
        sqlx::query(UNLINK).bind(guild.db()).bind(role.db()).execute(self.connection()).await?;
        Ok(())
    }
}
