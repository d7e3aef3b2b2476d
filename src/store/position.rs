//! Positions with their holders.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::position::{Holding, Position};
use chrono::NaiveDate;

/// Days are ISO dates, which sort as text. Who has left the server holds nothing any more.
const HOLDINGS: &str = "SELECT id, unit, position, user_id, from_day, until_day, recorded_by, recorded_at \
     FROM position_holder WHERE guild_id = $1 AND (until_day IS NULL OR until_day >= $2) \
     AND user_id IN (SELECT user_id FROM member WHERE guild_id = $1 AND left_at IS NULL) \
     ORDER BY unit, from_day, id";
const HOLDINGS_OF_UNIT: &str = "SELECT id, unit, position, user_id, from_day, until_day, recorded_by, recorded_at \
     FROM position_holder WHERE guild_id = $1 AND unit = $2 ORDER BY from_day, id";
const HOLDING: &str = "SELECT id, unit, position, user_id, from_day, until_day, recorded_by, recorded_at \
     FROM position_holder WHERE guild_id = $1 AND user_id = $2 AND (until_day IS NULL OR until_day >= $3) \
     ORDER BY unit, from_day, id";
const ADD_HOLDING: &str = "INSERT INTO position_holder \
     (id, guild_id, unit, position, user_id, from_day, until_day, recorded_by, recorded_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const END_HOLDING: &str = "UPDATE position_holder SET until_day = $1 WHERE id = $2";
const HOLD_OFFICE: &str = "UPDATE server SET seen_at = seen_at WHERE guild_id = $1";

type HoldingRow = (String, String, String, i64, String, Option<String>, i64, i64);

impl Store {
    /// All positions that are held on `day` or will be, by people who are on the server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings(&self, guild: GuildId, day: NaiveDate) -> Result<Vec<Holding>, StoreError> {
        let rows: Vec<HoldingRow> =
            sqlx::query_as(HOLDINGS).bind(guild.db()).bind(day.to_string()).fetch_all(&self.pool).await?;
        rows.into_iter().map(holding).collect()
    }

    /// Every position that was, is or will be held in a unit, the earliest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings_of_unit(
        &self,
        guild: GuildId,
        unit: &UnitCode,
    ) -> Result<Vec<Holding>, StoreError> {
        holdings_of_unit(&self.pool, guild, unit).await
    }

    /// The positions that a person holds on `day` or will hold.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings_of(
        &self,
        guild: GuildId,
        user: UserId,
        day: NaiveDate,
    ) -> Result<Vec<Holding>, StoreError> {
        let rows: Vec<HoldingRow> = sqlx::query_as(HOLDING)
            .bind(guild.db())
            .bind(user.db())
            .bind(day.to_string())
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(holding).collect()
    }
}

impl Tx {
    /// Lets nobody else arrange positions and delegations of this office until the change is made: what is read now
    /// still holds then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn arrange(&mut self, guild: GuildId) -> Result<(), StoreError> {
        // SQLite has one writer; on PostgreSQL this holds the row.
        sqlx::query(HOLD_OFFICE).bind(guild.db()).execute(self.connection()).await?;
        Ok(())
    }

    /// As [`Store::holdings_of_unit`], as of this change.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings_of_unit(
        &mut self,
        guild: GuildId,
        unit: &UnitCode,
    ) -> Result<Vec<Holding>, StoreError> {
        holdings_of_unit(self.connection(), guild, unit).await
    }

    /// Records that somebody holds a position.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_holding(&mut self, guild: GuildId, holding: &Holding) -> Result<(), StoreError> {
        sqlx::query(ADD_HOLDING)
            .bind(&holding.id)
            .bind(guild.db())
            .bind(holding.unit.as_str())
            .bind(holding.position.code())
            .bind(holding.user.db())
            .bind(holding.from.to_string())
            .bind(holding.until.map(|day| day.to_string()))
            .bind(holding.recorded_by.db())
            .bind(holding.recorded_at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets the last day of a position that is held; a day before its first means that it never began.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_holding(&mut self, id: &str, last: NaiveDate) -> Result<(), StoreError> {
        sqlx::query(END_HOLDING).bind(last.to_string()).bind(id).execute(self.connection()).await?;
        Ok(())
    }
}

async fn holdings_of_unit<'e>(
    from: impl sqlx::Executor<'e, Database = sqlx::Any>,
    guild: GuildId,
    unit: &UnitCode,
) -> Result<Vec<Holding>, StoreError> {
    let rows: Vec<HoldingRow> =
        sqlx::query_as(HOLDINGS_OF_UNIT).bind(guild.db()).bind(unit.as_str()).fetch_all(from).await?;
    rows.into_iter().map(holding).collect()
}

fn holding(row: HoldingRow) -> Result<Holding, StoreError> {
    let (id, unit, position, user, from, until, by, at) = row;
    let corrupt = |what: &str| StoreError::Corrupt(format!("position {id}: {what}"));
    let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| corrupt(text));
    Ok(Holding {
        unit: UnitCode(unit),
        position: Position::from_code(&position).ok_or_else(|| corrupt(&position))?,
        user: UserId::from_db(user),
        from: day(&from)?,
        until: until.as_deref().map(day).transpose()?,
        recorded_by: UserId::from_db(by),
        recorded_at: from_ms(at),
        id,
    })
}
