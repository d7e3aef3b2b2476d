//! The procedure of a task, ticked off step by step.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::ids::UserId;
use crate::domain::lang::Text;
use crate::domain::task::TaskStep;
use chrono::{DateTime, Utc};

const INSERT: &str =
    "INSERT INTO task_step (task_id, position, code, name_vi, name_en) VALUES ($1, $2, $3, $4, $5)";
const STEPS: &str =
    "SELECT position, code, name_vi, name_en, checked_at FROM task_step WHERE task_id = $1 ORDER BY position";
/// The steps of the earlier procedure stand below zero until those that follow them have taken over their ticks.
const SET_ASIDE: &str = "UPDATE task_step SET position = -position WHERE task_id = $1";
const TAKE_OVER: &str = "INSERT INTO task_step (task_id, position, code, name_vi, name_en, checked_at, checked_by) \
     SELECT task_id, $2, $3, $4, $5, checked_at, checked_by FROM task_step WHERE task_id = $1 AND position = -$6";
const FORGET_ASIDE: &str = "DELETE FROM task_step WHERE task_id = $1 AND position < 0";
const CHECK: &str =
    "UPDATE task_step SET checked_at = $1, checked_by = $2 WHERE task_id = $3 AND position = $4";

impl Store {
    /// The steps of a task, in order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn task_steps(&self, task: &str) -> Result<Vec<TaskStep>, StoreError> {
        let rows: Vec<(i64, String, String, String, Option<i64>)> =
            sqlx::query_as(STEPS).bind(task).fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|(number, code, vi, en, checked)| TaskStep {
                number,
                code,
                name: Text { vi, en },
                checked_at: checked.map(from_ms),
            })
            .collect())
    }
}

impl Tx {
    /// Writes the procedure of a new task: code and name of each step, in order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_steps(
        &mut self,
        task: &str,
        steps: impl Iterator<Item = (&str, &Text)>,
    ) -> Result<(), StoreError> {
        for (number, (code, name)) in (1_i64..).zip(steps) {
            sqlx::query(INSERT)
                .bind(task)
                .bind(number)
                .bind(code)
                .bind(&name.vi)
                .bind(&name.en)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Gives a task another procedure. A step that goes on from a ticked one (its number) keeps who ticked it off, and when.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_steps(
        &mut self,
        task: &str,
        steps: impl Iterator<Item = (&str, &Text, Option<i64>)>,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_ASIDE).bind(task).execute(self.connection()).await?;
        for (number, (code, name, from)) in (1_i64..).zip(steps) {
            let sql = if from.is_some() { TAKE_OVER } else { INSERT };
            let written = sqlx::query(sql).bind(task).bind(number).bind(code).bind(&name.vi).bind(&name.en);
            let written = if let Some(from) = from { written.bind(from) } else { written };
            written.execute(self.connection()).await?;
        }
        sqlx::query(FORGET_ASIDE).bind(task).execute(self.connection()).await?;
        Ok(())
    }

    /// Ticks a step off, by whom and when, or takes the tick back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn check_step(
        &mut self,
        task: &str,
        number: i64,
        tick: Option<(UserId, DateTime<Utc>)>,
    ) -> Result<(), StoreError> {
        sqlx::query(CHECK)
            .bind(tick.map(|(_, at)| at.timestamp_millis()))
            .bind(tick.map(|(by, _)| by.db()))
            .bind(task)
            .bind(number)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
