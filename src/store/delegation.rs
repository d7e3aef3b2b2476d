//! Who stands in for whom, where, and for how long.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::position::Delegation;
use chrono::{DateTime, Utc};

/// Who has left the server neither stands in nor is stood in for.
const DELEGATIONS: &str = "SELECT id, unit, from_user, to_user, from_at, until_at, reason, made_by, made_at \
     FROM delegation WHERE guild_id = $1 AND until_at > $2 \
     AND from_user IN (SELECT user_id FROM member WHERE guild_id = $1 AND left_at IS NULL) \
     AND to_user IN (SELECT user_id FROM member WHERE guild_id = $1 AND left_at IS NULL) \
     ORDER BY from_at, id";
const DELEGATIONS_OF_UNIT: &str = "SELECT id, unit, from_user, to_user, from_at, until_at, reason, made_by, made_at \
     FROM delegation WHERE guild_id = $1 AND unit = $2 ORDER BY from_at, id";
const DELEGATION: &str = "SELECT id, unit, from_user, to_user, from_at, until_at, reason, made_by, made_at, guild_id \
     FROM delegation WHERE id = $1";
const ADD_DELEGATION: &str = "INSERT INTO delegation \
     (id, guild_id, unit, from_user, to_user, from_at, until_at, reason, made_by, made_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const END_DELEGATION: &str = "UPDATE delegation SET until_at = $1 WHERE id = $2";

type DelegationRow = (String, String, i64, i64, i64, i64, Option<String>, i64, i64);

impl Store {
    /// The delegations that hold at `at` or will hold, between people who are on the server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delegations(
        &self,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StoreError> {
        delegations(&self.pool, guild, at).await
    }

    /// Every delegation that was, is or will be in a unit, the earliest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delegations_of_unit(
        &self,
        guild: GuildId,
        unit: &UnitCode,
    ) -> Result<Vec<Delegation>, StoreError> {
        let rows: Vec<DelegationRow> = sqlx::query_as(DELEGATIONS_OF_UNIT)
            .bind(guild.db())
            .bind(unit.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(delegation).collect())
    }

    /// One delegation, with the office it belongs to.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delegation(&self, id: &str) -> Result<Option<(GuildId, Delegation)>, StoreError> {
        type Row = (String, String, i64, i64, i64, i64, Option<String>, i64, i64, i64);
        let row: Option<Row> = sqlx::query_as(DELEGATION).bind(id).fetch_optional(&self.pool).await?;
        Ok(row.map(|(id, unit, from, to, since, until, reason, by, at, guild)| {
            (GuildId::from_db(guild), delegation((id, unit, from, to, since, until, reason, by, at)))
        }))
    }
}

impl Tx {
    /// As [`Store::delegations`], as of this change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delegations(
        &mut self,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StoreError> {
        delegations(self.connection(), guild, at).await
    }

    /// Records that somebody stands in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_delegation(
        &mut self,
        guild: GuildId,
        delegation: &Delegation,
    ) -> Result<(), StoreError> {
        sqlx::query(ADD_DELEGATION)
            .bind(&delegation.id)
            .bind(guild.db())
            .bind(delegation.unit.as_str())
            .bind(delegation.from.db())
            .bind(delegation.to.db())
            .bind(delegation.since.timestamp_millis())
            .bind(delegation.until.timestamp_millis())
            .bind(delegation.reason.as_deref())
            .bind(delegation.made_by.db())
            .bind(delegation.made_at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends a delegation at `until`; before its beginning means that it never began.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_delegation(&mut self, id: &str, until: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query(END_DELEGATION)
            .bind(until.timestamp_millis())
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

async fn delegations<'e>(
    from: impl sqlx::Executor<'e, Database = sqlx::Any>,
    guild: GuildId,
    at: DateTime<Utc>,
) -> Result<Vec<Delegation>, StoreError> {
    let rows: Vec<DelegationRow> =
        sqlx::query_as(DELEGATIONS).bind(guild.db()).bind(at.timestamp_millis()).fetch_all(from).await?;
    Ok(rows.into_iter().map(delegation).collect())
}

fn delegation(row: DelegationRow) -> Delegation {
    let (id, unit, from, to, since, until, reason, by, at) = row;
    Delegation {
        id,
        unit: UnitCode(unit),
        from: UserId::from_db(from),
        to: UserId::from_db(to),
        since: from_ms(since),
        until: from_ms(until),
        reason,
        made_by: UserId::from_db(by),
        made_at: from_ms(at),
    }
}
