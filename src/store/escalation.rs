//! How far the lateness of tasks was taken up.

use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::clock::from_ms;
use crate::domain::escalation::{Escalation, EscalationRung};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::Task;
use chrono::{DateTime, NaiveDate, Utc};

const STANDS: &str = "SELECT rung, climbed_on, acknowledged_by, acknowledged_at, held_until FROM escalation \
     WHERE task_id = $1 AND due_at = $2 AND unit = $3";
const CLIMB: &str = "INSERT INTO escalation (task_id, due_at, unit, rung, climbed_on) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (task_id) DO UPDATE SET due_at = excluded.due_at, unit = excluded.unit, rung = excluded.rung, \
     climbed_on = excluded.climbed_on, acknowledged_by = NULL, acknowledged_at = NULL, held_until = NULL";
const ACKNOWLEDGE: &str = "UPDATE escalation SET acknowledged_by = $1, acknowledged_at = $2, held_until = $3 \
     WHERE task_id = $4 AND rung = $5 AND climbed_on = $6 \
     AND (held_until IS NULL OR held_until < $7)";

const PEOPLE_OF_TIER: &str = "SELECT DISTINCT m.user_id FROM role r \
     JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
     JOIN member m ON m.guild_id = mr.guild_id AND m.user_id = mr.user_id \
     WHERE r.guild_id = $1 AND r.tier = $2 AND m.left_at IS NULL ORDER BY m.user_id";

type Row = (String, String, Option<i64>, Option<i64>, Option<String>);

impl Store {
    /// The people who hold the role of a tier, whatever their unit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_of_tier(&self, guild: GuildId, tier: Tier) -> Result<Vec<UserId>, StoreError> {
        let rows: Vec<(i64,)> =
            sqlx::query_as(PEOPLE_OF_TIER).bind(guild.db()).bind(tier.code()).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(user,)| UserId::from_db(user)).collect())
    }

    /// Where the ladder of a task is, for its deadline and lead as they are now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn escalation(&self, task: &Task) -> Result<Option<Escalation>, StoreError> {
        let row: Option<Row> = sqlx::query_as(STANDS)
            .bind(&task.id)
            .bind(task.due.timestamp_millis())
            .bind(task.lead().map_or("", UnitCode::as_str))
            .fetch_optional(&self.pool)
            .await?;
        let Some((rung, climbed_on, by, at, held)) = row else { return Ok(None) };
        let corrupt = |what: &str| StoreError::Corrupt(format!("escalation of {}: {what}", task.id));
        let date = |text: &str| text.parse::<NaiveDate>().map_err(|_| corrupt(text));
        Ok(Some(Escalation {
            rung: EscalationRung::from_code(&rung).ok_or_else(|| corrupt(&rung))?,
            climbed_on: date(&climbed_on)?,
            acknowledged: by.zip(at).map(|(by, at)| (UserId::from_db(by), from_ms(at))),
            held_until: held.as_deref().map(date).transpose()?,
        }))
    }
}

impl Tx {
    /// The lateness of a task is taken up to `rung`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn climb(
        &mut self,
        task: &Task,
        rung: EscalationRung,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        sqlx::query(CLIMB)
            .bind(&task.id)
            .bind(task.due.timestamp_millis())
            .bind(task.lead().map_or("", UnitCode::as_str))
            .bind(rung.code())
            .bind(on.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Somebody takes note of it, which holds the ladder there.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it climbed, or somebody took note, since it was read.
    pub async fn acknowledge(
        &mut self,
        task: &str,
        read: &Escalation,
        by: UserId,
        at: DateTime<Utc>,
        today: NaiveDate,
        until: NaiveDate,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(ACKNOWLEDGE)
            .bind(by.db())
            .bind(at.timestamp_millis())
            .bind(until.to_string())
            .bind(task)
            .bind(read.rung.code())
            .bind(read.climbed_on.to_string())
            .bind(today.to_string())
            .execute(self.connection())
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}
