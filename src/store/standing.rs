//! What people are by the roles that they hold.

use super::dialect::Dialect;
use super::office::Person;
use super::{Store, StoreError};
use crate::domain::actor::Tier;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use std::collections::BTreeSet;

const ROLES_OF_PERSON: &str = "SELECT r.unit, r.tier FROM role r \
     JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
     WHERE r.guild_id = $1 AND mr.user_id = $2 AND (r.unit IS NOT NULL OR r.tier IS NOT NULL)";
/// Who holds both the role of a unit and that of a tier.
const WITH_TIER: &str = "SELECT DISTINCT m.user_id FROM member m \
     JOIN member_role mu ON mu.guild_id = m.guild_id AND mu.user_id = m.user_id \
     JOIN role u ON u.guild_id = mu.guild_id AND u.role_id = mu.role_id \
     JOIN member_role mt ON mt.guild_id = m.guild_id AND mt.user_id = m.user_id \
     JOIN role t ON t.guild_id = mt.guild_id AND t.role_id = mt.role_id \
     WHERE m.guild_id = $1 AND u.unit = $2 AND t.tier = $3 AND m.left_at IS NULL ORDER BY m.user_id";
const PERSON: &str =
    "SELECT user_id, name FROM member WHERE guild_id = $1 AND user_id = $2 AND left_at IS NULL";

impl Store {
    /// The units and tiers that a person's roles give.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn standing_of(
        &self,
        guild: GuildId,
        user: UserId,
    ) -> Result<(BTreeSet<UnitCode>, BTreeSet<Tier>), StoreError> {
        let rows: Vec<(Option<String>, Option<String>)> =
            sqlx::query_as(ROLES_OF_PERSON).bind(guild.db()).bind(user.db()).fetch_all(&self.pool).await?;
        let units = rows.iter().filter_map(|(unit, _)| unit.clone().map(UnitCode)).collect();
        let tiers = rows.iter().filter_map(|(_, tier)| Tier::from_code(tier.as_deref()?)).collect();
        Ok((units, tiers))
    }

    /// Which of these people hold the role of which unit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn units_of_people(
        &self,
        guild: GuildId,
        people: &BTreeSet<UserId>,
    ) -> Result<BTreeSet<(UserId, UnitCode)>, StoreError> {
        let ids: Vec<i64> = people.iter().map(|user| user.db()).collect();
        // Ours alone: a column name and a parameter.
        let sql = sqlx::AssertSqlSafe(units_of_people(self.dialect));
        let rows: Vec<(i64, String)> = sqlx::query_as(sql)
            .bind(guild.db())
            .bind(serde_json::json!(ids).to_string())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|(user, unit)| (UserId::from_db(user), UnitCode(unit))).collect())
    }

    /// Who holds both the role of `unit` and that of `tier`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_with(
        &self,
        guild: GuildId,
        unit: &UnitCode,
        tier: Tier,
    ) -> Result<Vec<UserId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(WITH_TIER)
            .bind(guild.db())
            .bind(unit.as_str())
            .bind(tier.code())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|(user,)| UserId::from_db(user)).collect())
    }

    /// A person who is on the server now; bots are none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn person(&self, guild: GuildId, user: UserId) -> Result<Option<Person>, StoreError> {
        let row: Option<(i64, String)> =
            sqlx::query_as(PERSON).bind(guild.db()).bind(user.db()).fetch_optional(&self.pool).await?;
        Ok(row.map(|(user, name)| Person { user: UserId::from_db(user), name }))
    }
}

/// The units of these people by their roles; `$2` is a JSON array of their ids.
fn units_of_people(dialect: Dialect) -> String {
    let among = dialect.among("mr.user_id", 2);
    format!(
        "SELECT DISTINCT mr.user_id, r.unit FROM member_role mr \
         JOIN role r ON r.guild_id = mr.guild_id AND r.role_id = mr.role_id \
         WHERE mr.guild_id = $1 AND r.unit IS NOT NULL AND {among}"
    )
}
