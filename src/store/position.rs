//! Positions with their holders, delegations, and what roles were linked to by command.

use super::dialect::Dialect;
use super::office::{OfficeRole, Person};
use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, RoleId, UnitCode, UserId};
use crate::domain::position::{Delegation, Holding, Position};
use crate::domain::task::Visibility;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

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
const HOLD_OFFICE: &str = "UPDATE server SET seen_at = seen_at WHERE guild_id = $1";
const LINKS: &str = "SELECT role_id, unit, tier FROM role_link WHERE guild_id = $1";
const LINK: &str = "INSERT INTO role_link (guild_id, role_id, unit, tier, linked_by, linked_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (guild_id, role_id) DO UPDATE SET unit = excluded.unit, \
     tier = excluded.tier, linked_by = excluded.linked_by, linked_at = excluded.linked_at";
const UNLINK: &str = "DELETE FROM role_link WHERE guild_id = $1 AND role_id = $2";
const ROLES_OF_PERSON: &str = "SELECT r.unit, r.tier FROM role r \
     JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
     WHERE r.guild_id = $1 AND mr.user_id = $2 AND (r.unit IS NOT NULL OR r.tier IS NOT NULL)";
/// The units of these people by their roles; `$2` is a JSON array of their ids.
fn units_of_people(dialect: Dialect) -> String {
    let among = dialect.among("mr.user_id", 2);
    format!(
        "SELECT DISTINCT mr.user_id, r.unit FROM member_role mr \
         JOIN role r ON r.guild_id = mr.guild_id AND r.role_id = mr.role_id \
         WHERE mr.guild_id = $1 AND r.unit IS NOT NULL AND {among}"
    )
}
/// Who holds both the role of a unit and that of a tier.
const WITH_TIER: &str = "SELECT DISTINCT m.user_id FROM member m \
     JOIN member_role mu ON mu.guild_id = m.guild_id AND mu.user_id = m.user_id \
     JOIN role u ON u.guild_id = mu.guild_id AND u.role_id = mu.role_id \
     JOIN member_role mt ON mt.guild_id = m.guild_id AND mt.user_id = m.user_id \
     JOIN role t ON t.guild_id = mt.guild_id AND t.role_id = mt.role_id \
     WHERE m.guild_id = $1 AND u.unit = $2 AND t.tier = $3 AND m.left_at IS NULL ORDER BY m.user_id";
/// Open tasks of a unit that have a thread already.
const OPEN_THREADS: &str = "SELECT t.id, t.visibility FROM task t JOIN task_unit u ON u.task_id = t.id \
     WHERE t.guild_id = $1 AND u.unit = $2 AND t.thread_id IS NOT NULL \
     AND t.state NOT IN ('done', 'accepted', 'cancelled') ORDER BY t.id";
const PERSON: &str =
    "SELECT user_id, name FROM member WHERE guild_id = $1 AND user_id = $2 AND left_at IS NULL";

type HoldingRow = (String, String, String, i64, String, Option<String>, i64, i64);
type DelegationRow = (String, String, i64, i64, i64, i64, Option<String>, i64, i64);

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

    /// What roles were linked to by command.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn role_links(&self, guild: GuildId) -> Result<Vec<RoleLink>, StoreError> {
        let rows: Vec<(i64, Option<String>, Option<String>)> =
            sqlx::query_as(LINKS).bind(guild.db()).fetch_all(&self.pool).await?;
        let link = |(role, unit, tier): (i64, Option<String>, Option<String>)| RoleLink {
            role: RoleId::from_db(role),
            unit: unit.map(UnitCode),
            tier: tier.as_deref().and_then(Tier::from_code),
        };
        Ok(rows.into_iter().map(link).collect())
    }

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

    /// The open tasks of a unit whose threads are there, and whether each is private.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_threads_of(
        &self,
        guild: GuildId,
        unit: &UnitCode,
    ) -> Result<Vec<(String, bool)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as(OPEN_THREADS).bind(guild.db()).bind(unit.as_str()).fetch_all(&self.pool).await?;
        let private = Visibility::Private.code();
        Ok(rows.into_iter().map(|(task, visibility)| (task, visibility == private)).collect())
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

async fn holdings_of_unit<'e>(
    from: impl sqlx::Executor<'e, Database = sqlx::Any>,
    guild: GuildId,
    unit: &UnitCode,
) -> Result<Vec<Holding>, StoreError> {
    let rows: Vec<HoldingRow> =
        sqlx::query_as(HOLDINGS_OF_UNIT).bind(guild.db()).bind(unit.as_str()).fetch_all(from).await?;
    rows.into_iter().map(holding).collect()
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
