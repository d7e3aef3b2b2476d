//! What is needed to suspect that a task is given twice, and to give it all the same once.

use super::{Store, StoreError, Tx};
use crate::domain::ids::{GuildId, PhaseCode};

/// More than any phase has open; those that are due first count.
const TITLES: &str = "SELECT id, title FROM task WHERE guild_id = $1 AND phase = $2 \
     AND state NOT IN ('done', 'accepted', 'cancelled') ORDER BY due_at, id LIMIT 3000";
const GIVEN: &str = "SELECT task_id FROM given_anyway WHERE interaction_id = $1";
const SET_GIVEN: &str = "INSERT INTO given_anyway (interaction_id, task_id) VALUES ($1, $2)";

impl Store {
    /// The ids and titles of the open tasks of a phase.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_titles(
        &self,
        guild: GuildId,
        phase: &PhaseCode,
    ) -> Result<Vec<(String, String)>, StoreError> {
        Ok(sqlx::query_as(TITLES).bind(guild.db()).bind(phase.as_str()).fetch_all(&self.pool).await?)
    }

    /// The task that was given although others were like it, for the request in which it was asked for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn given_anyway(&self, asked: u64) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as(GIVEN).bind(asked as i64).fetch_optional(&self.pool).await?;
        Ok(row.map(|(task,)| task))
    }
}

impl Tx {
    /// Records it.
    ///
    /// # Errors
    /// When the database refuses, as it does a second task for the same request.
    pub async fn set_given_anyway(&mut self, asked: u64, task: &str) -> Result<(), StoreError> {
        sqlx::query(SET_GIVEN).bind(asked as i64).bind(task).execute(self.connection()).await?;
        Ok(())
    }
}
