//! How far the lateness of what units owe was taken up: of tasks, and of parts with deadlines of their own.

use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::clock::from_ms;
use crate::domain::escalation::{Escalation, EscalationRung};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use chrono::{DateTime, NaiveDate, Utc};

const STANDS: &str = "SELECT rung, climbed_on, acknowledged_by, acknowledged_at, held_until FROM escalation \
     WHERE task_id = $1 AND unit = $2 AND due_at = $3";
const CLIMB: &str = "INSERT INTO escalation (task_id, unit, due_at, rung, climbed_on) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (task_id, unit) DO UPDATE SET due_at = excluded.due_at, rung = excluded.rung, \
     climbed_on = excluded.climbed_on, acknowledged_by = NULL, acknowledged_at = NULL, held_until = NULL";
const ACKNOWLEDGE: &str = "UPDATE escalation SET acknowledged_by = $1, acknowledged_at = $2, held_until = $3 \
     WHERE task_id = $4 AND unit = $5 AND rung = $6 AND climbed_on = $7 \
     AND (held_until IS NULL OR held_until < $8)";
/// Whoever supports a task keeps the ladder of its own part; a new lead begins anew.
const NEW_LEAD: &str = "DELETE FROM escalation WHERE task_id = $1 \
     AND unit NOT IN (SELECT unit FROM task_unit WHERE task_id = $1 AND role = 'support')";

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

    /// Where the ladder of what `unit` owes in a task by `due` is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn escalation(
        &self,
        task: &str,
        unit: &UnitCode,
        due: DateTime<Utc>,
    ) -> Result<Option<Escalation>, StoreError> {
        let row: Option<Row> = sqlx::query_as(STANDS)
            .bind(task)
            .bind(unit.as_str())
            .bind(due.timestamp_millis())
            .fetch_optional(&self.pool)
            .await?;
        let Some((rung, climbed_on, by, at, held)) = row else { return Ok(None) };
        let corrupt = |what: &str| StoreError::Corrupt(format!("escalation of {unit} in {task}: {what}"));
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
    /// The lateness of what `unit` owes in a task by `due` is taken up to `rung`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn climb(
        &mut self,
        task: &str,
        unit: &UnitCode,
        due: DateTime<Utc>,
        rung: EscalationRung,
        on: NaiveDate,
    ) -> Result<(), StoreError> {
        sqlx::query(CLIMB)
            .bind(task)
            .bind(unit.as_str())
            .bind(due.timestamp_millis())
            .bind(rung.code())
            .bind(on.to_string())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Another unit leads a task: its ladder begins anew.
    pub(super) async fn begin_ladder_anew(&mut self, task: &str) -> Result<(), StoreError> {
        sqlx::query(NEW_LEAD).bind(task).execute(self.connection()).await?;
        Ok(())
    }

    /// Somebody takes note of it, which holds the ladder there.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it climbed, or somebody took note, since it was read.
    #[expect(clippy::too_many_arguments, reason = "which row as it was read, and what becomes of it")]
    pub async fn acknowledge(
        &mut self,
        task: &str,
        unit: &UnitCode,
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
            .bind(unit.as_str())
            .bind(read.rung.code())
            .bind(read.climbed_on.to_string())
            .bind(today.to_string())
            .execute(self.connection())
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}
