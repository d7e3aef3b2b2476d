//! The parts of units in a task: who leads, who supports, what each has received and sent.

use super::{StoreError, Tx};
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::task::TaskUnit;
use chrono::{DateTime, Utc};

const INSERT: &str =
    "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ($1, $2, $3, $4, $5)";
// What happens to one part: at which moment, `$1`, to whose part in which task, `$2` and `$3`, and by whom, `$4`.
const RECEIVE: &str = "UPDATE task_unit SET received_at = $1, received_by = $4 \
     WHERE task_id = $2 AND unit = $3 AND received_at IS NULL";
const ASK_RECEIPT: &str = "UPDATE task_unit SET since = $1, received_at = NULL, received_by = NULL WHERE task_id = $2 AND unit = $3";
const DONE: &str =
    "UPDATE task_unit SET done_at = $1, done_by = $4 WHERE task_id = $2 AND unit = $3 AND done_at IS NULL";
const SET_DUE: &str = "UPDATE task_unit SET due_at = $1 WHERE task_id = $2 AND unit = $3";
const MAKE_ROOM: &str = "DELETE FROM task_unit WHERE task_id = $1 AND (role = 'lead' OR unit = $2)";
const LEAD: &str =
    "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ($1, $2, 'lead', 0, $3)";
const LEAD_REASON: &str = "UPDATE task SET lead_reason = $1 WHERE id = $2";

impl Tx {
    /// Writes the parts of a new task, in order.
    ///
    /// # Errors
    /// When the database refuses, as it does a second lead.
    pub(super) async fn insert_parts(&mut self, task: &str, units: &[TaskUnit]) -> Result<(), StoreError> {
        for (position, unit) in units.iter().enumerate() {
            let part = sqlx::query(INSERT)
                .bind(task)
                .bind(unit.unit.as_str())
                .bind(unit.part.code())
                .bind(position as i64)
                .bind(unit.since.timestamp_millis());
            part.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Records that `unit` confirmed receipt; the first confirmation counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn receive_task(
        &mut self,
        task: &str,
        unit: &UnitCode,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.happens(RECEIVE, task, unit, at, Some(by)).await
    }

    /// Records that `unit` sent its part; the first time counts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn part_done(
        &mut self,
        task: &str,
        unit: &UnitCode,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.happens(DONE, task, unit, at, Some(by)).await
    }

    /// The unit has something new to receive, from `since` on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ask_receipt(
        &mut self,
        task: &str,
        unit: &UnitCode,
        since: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.happens(ASK_RECEIPT, task, unit, since, None).await
    }

    /// By when the unit's own part is due.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_part_due(
        &mut self,
        task: &str,
        unit: &UnitCode,
        due: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.happens(SET_DUE, task, unit, due, None).await
    }

    /// One of the statements above.
    async fn happens(
        &mut self,
        sql: &'static str,
        task: &str,
        unit: &UnitCode,
        at: DateTime<Utc>,
        by: Option<UserId>,
    ) -> Result<(), StoreError> {
        let update = sqlx::query(sql).bind(at.timestamp_millis()).bind(task).bind(unit.as_str());
        let update = match by {
            Some(by) => update.bind(by.db()),
            None => update,
        };
        update.execute(self.connection()).await?;
        Ok(())
    }

    /// Makes `to` the one lead, in place of the former, and of its own part as a supporter if it had one. `reason` says why
    /// it leads when the matrix names another.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_lead(
        &mut self,
        task: &str,
        to: &UnitCode,
        since: DateTime<Utc>,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query(MAKE_ROOM).bind(task).bind(to.as_str()).execute(self.connection()).await?;
        let lead = sqlx::query(LEAD).bind(task).bind(to.as_str()).bind(since.timestamp_millis());
        lead.execute(self.connection()).await?;
        self.begin_ladder_anew(task).await?;
        // The new lead may be reminded in other ways.
        self.look_anew(&format!("task:{task}"), since).await?;
        self.set_lead_reason(task, reason).await
    }

    /// Why the lead is another than the matrix names, or that no reason is needed.
    pub(super) async fn set_lead_reason(
        &mut self,
        task: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query(LEAD_REASON).bind(reason).bind(task).execute(self.connection()).await?;
        Ok(())
    }
}
