//! Pings counted by person and day, and what waits for a digest.

use super::dialect::Dialect;
use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::digest::{Audience, Rank, Tally};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const TURN: &str = "INSERT INTO ping_turn (guild_id, turns) VALUES ($1, 1) \
     ON CONFLICT (guild_id) DO UPDATE SET turns = ping_turn.turns + 1";
const TALLY: &str = "SELECT user_id, pings FROM ping_count WHERE guild_id = $1 AND day = $2";
const KEEP: &str = "INSERT INTO digest_item (guild_id, audience, task_id, rung, rank, kept_at, day) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (task_id, rung, audience) DO NOTHING";
const KEPT: &str = "SELECT audience FROM digest_item WHERE task_id = $1 AND rung = $2";
const WAITING: &str = "SELECT audience, task_id, rung, rank FROM digest_item \
     WHERE guild_id = $1 AND day IS NULL ORDER BY kept_at, task_id, rung";
const TELL: &str =
    "UPDATE digest_item SET day = $1 WHERE task_id = $2 AND rung = $3 AND audience = $4 AND day IS NULL";
const ITEMS: &str = "SELECT audience, task_id, rung, rank FROM digest_item \
     WHERE guild_id = $1 AND audience = $2 AND day = $3 ORDER BY rank, kept_at, task_id, rung";
const KEPT_ON: &str =
    "SELECT audience, task_id, rung, rank FROM digest_item WHERE guild_id = $1 AND day = $2";
/// The tasks and parts of an office that are looked at before a moment, with what was said so far.
const WATCHED: &str = "SELECT subject, fired_at FROM timer WHERE guild_id = $1 AND due_at <= $2 \
     AND (subject LIKE 'task:%' OR subject LIKE 'part:%') ORDER BY due_at, subject";
const IS_WATCHED: &str = "SELECT subject FROM timer WHERE guild_id = $1 AND subject LIKE 'task:%' LIMIT 1";
/// The people of all units, by the roles that they hold.
const PEOPLE: &str = "SELECT DISTINCT r.unit, m.user_id FROM role r \
     JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
     JOIN member m ON m.guild_id = mr.guild_id AND m.user_id = mr.user_id \
     WHERE r.guild_id = $1 AND r.unit IS NOT NULL AND m.left_at IS NULL";

static COUNT_SQLITE: LazyLock<String> = LazyLock::new(|| count(Dialect::Sqlite));
static COUNT_POSTGRES: LazyLock<String> = LazyLock::new(|| count(Dialect::Postgres));

/// One ping more of each member in a list: one statement, however many a role brings together.
fn count(dialect: Dialect) -> String {
    format!(
        "INSERT INTO ping_count (guild_id, user_id, day, pings) \
         SELECT m.guild_id, m.user_id, $2, 1 FROM member m WHERE m.guild_id = $1 AND {listed} \
         ON CONFLICT (guild_id, user_id, day) DO UPDATE SET pings = ping_count.pings + 1",
        listed = dialect.among("m.user_id", 3),
    )
}

/// A reminder that is told in a digest and not by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestItem {
    /// In whose digest.
    pub audience: Audience,
    /// Of which task.
    pub task: String,
    /// Which reminder of it.
    pub rung: String,
    /// What it is about.
    pub rank: Rank,
}

type Row = (String, String, String, i64);

fn item((audience, task, rung, rank): Row) -> Result<DigestItem, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("digest item of {task}: {audience}, rank {rank}"));
    Ok(DigestItem {
        audience: Audience::from_code(&audience).ok_or_else(corrupt)?,
        rank: usize::try_from(rank).ok().and_then(|rank| Rank::ALL.get(rank)).copied().ok_or_else(corrupt)?,
        task,
        rung,
    })
}

impl Store {
    /// The tasks, and the parts with deadlines of their own, that are looked at before or at `until`: by their timers, each with up
    /// to when everything was said.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn watched(
        &self,
        guild: GuildId,
        until: DateTime<Utc>,
    ) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(WATCHED)
            .bind(guild.db())
            .bind(until.timestamp_millis())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|(subject, fired)| (subject, from_ms(fired))).collect())
    }

    /// Whether any task of the office is still looked at.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn watches_a_task(&self, guild: GuildId) -> Result<bool, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as(IS_WATCHED).bind(guild.db()).fetch_optional(&self.pool).await?;
        Ok(row.is_some())
    }

    /// The people of every unit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_by_unit(
        &self,
        guild: GuildId,
    ) -> Result<BTreeMap<UnitCode, BTreeSet<UserId>>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(PEOPLE).bind(guild.db()).fetch_all(&self.pool).await?;
        let mut people: BTreeMap<UnitCode, BTreeSet<UserId>> = BTreeMap::new();
        for (unit, user) in rows {
            people.entry(UnitCode(unit)).or_default().insert(UserId::from_db(user));
        }
        Ok(people)
    }

    /// What waits for the next digests of the office, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_for_digest(&self, guild: GuildId) -> Result<Vec<DigestItem>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(WAITING).bind(guild.db()).fetch_all(&self.pool).await?;
        rows.into_iter().map(item).collect()
    }

    /// What the digests of `day` tell, whoever's they are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn kept_on(&self, guild: GuildId, day: NaiveDate) -> Result<Vec<DigestItem>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(KEPT_ON).bind(guild.db()).bind(day.to_string()).fetch_all(&self.pool).await?;
        rows.into_iter().map(item).collect()
    }

    /// What the digest of `audience` on `day` tells, the most pressing first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn digest_items(
        &self,
        guild: GuildId,
        audience: &Audience,
        day: NaiveDate,
    ) -> Result<Vec<DigestItem>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(ITEMS)
            .bind(guild.db())
            .bind(audience.to_string())
            .bind(day.to_string())
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(item).collect()
    }

    /// How often each person was pinged on `day`; who was not is not in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pings_of(&self, guild: GuildId, day: NaiveDate) -> Result<Tally, StoreError> {
        let rows: Vec<(i64, i64)> =
            sqlx::query_as(TALLY).bind(guild.db()).bind(day.to_string()).fetch_all(&self.pool).await?;
        Ok(tally(rows))
    }
}

fn tally(rows: Vec<(i64, i64)>) -> Tally {
    rows.into_iter()
        .map(|(user, pings)| (UserId::from_db(user), u32::try_from(pings).unwrap_or(u32::MAX)))
        .collect()
}

impl Tx {
    /// How often each person was pinged on `day`. Who else wants to know waits until this change is made or undone, so that
    /// nobody counts on the same room.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_ping_turn(&mut self, guild: GuildId, day: NaiveDate) -> Result<Tally, StoreError> {
        sqlx::query(TURN).bind(guild.db()).execute(self.connection()).await?;
        let rows: Vec<(i64, i64)> =
            sqlx::query_as(TALLY).bind(guild.db()).bind(day.to_string()).fetch_all(self.connection()).await?;
        Ok(tally(rows))
    }

    /// Counts one ping of each of these people.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_pings(
        &mut self,
        guild: GuildId,
        day: NaiveDate,
        people: &BTreeSet<UserId>,
    ) -> Result<(), StoreError> {
        if people.is_empty() {
            return Ok(());
        }
        let sql = match self.dialect {
            Dialect::Sqlite => COUNT_SQLITE.as_str(),
            Dialect::Postgres => COUNT_POSTGRES.as_str(),
        };
        let listed: Vec<i64> = people.iter().map(|user| user.db()).collect();
        let listed =
            serde_json::to_string(&listed).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let count = sqlx::query(sql).bind(guild.db()).bind(day.to_string()).bind(listed);
        count.execute(self.connection()).await?;
        Ok(())
    }

    /// Keeps a reminder for the digest of `day`, or for the next one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_for_digest(
        &mut self,
        guild: GuildId,
        item: &DigestItem,
        day: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(KEEP)
            .bind(guild.db())
            .bind(item.audience.to_string())
            .bind(&item.task)
            .bind(&item.rung)
            .bind(item.rank as i64)
            .bind(now.timestamp_millis())
            .bind(day.map(|day| day.to_string()))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The audiences that hear of this reminder in a digest.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn kept_for_digest(
        &mut self,
        task: &str,
        rung: &str,
    ) -> Result<BTreeSet<Audience>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as(KEPT).bind(task).bind(rung).fetch_all(self.connection()).await?;
        let corrupt = |audience: &str| StoreError::Corrupt(format!("digest item of {task}: {audience}"));
        rows.iter().map(|(one,)| Audience::from_code(one).ok_or_else(|| corrupt(one))).collect()
    }

    /// What waited is told in the digest of `day`, or, without one, not at all: something newer says it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_waiting(&mut self, item: &DigestItem, day: Option<NaiveDate>) -> Result<(), StoreError> {
        let audience = item.audience.to_string();
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let tell = sqlx::query(TELL).bind(day).bind(&item.task).bind(&item.rung).bind(audience);
        tell.execute(self.connection()).await?;
        Ok(())
    }
}
