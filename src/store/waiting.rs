//! What waits for somebody: receipts that are not confirmed, new deadlines that are not decided, results that are not accepted.

use super::{Store, StoreError};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::Task;
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Crossed, because SQLite would walk all tasks of the office instead of the few parts that wait.
const RECEIPTS: &str = "SELECT t.id, u.unit, u.since FROM task_unit u CROSS JOIN task t \
     WHERE t.id = u.task_id AND t.guild_id = $1 \
     AND u.open_due IS NOT NULL AND u.received_at IS NULL AND u.done_at IS NULL \
     AND (u.role = 'support' OR t.state IN ('given', 'reopened'))";
const EXTENSIONS: &str = "SELECT t.id, e.asked_at, e.asked_by FROM task t JOIN task_extension e ON e.task_id = t.id \
     WHERE t.guild_id = $1 AND t.state = 'awaiting_extension' AND e.outcome IS NULL ORDER BY e.asked_at, t.id LIMIT $2";
const RESULTS: &str = "SELECT id, COALESCE(done_at, created_at), created_by FROM task \
     WHERE guild_id = $1 AND state = 'done' ORDER BY done_at, id LIMIT $2";
const RESULTS_FOR: &str = "SELECT id, COALESCE(done_at, created_at), created_by FROM task \
     WHERE guild_id = $1 AND state = 'done' AND created_by = $3 ORDER BY done_at, id LIMIT $2";
const RESULT: &str = "SELECT id FROM task WHERE guild_id = $1 AND state = 'done' LIMIT 1";

/// The most that is read of each kind for one person, what waits longest first: nobody looks through more in one message.
pub const MOST: i64 = 200;

/// Something that waits in a task.
#[derive(Clone, Debug)]
pub struct Waiting<T> {
    /// The task.
    pub task: Task,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whose it is: the unit that is to confirm receipt, who asked for the new deadline, who gave the task.
    pub whose: T,
}

impl Store {
    /// The receipts that units of open tasks have not confirmed ([`Task::awaits_receipt`]), what waits longest first: all of them,
    /// or the first of `units`, if those are named.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn receipts_waiting(
        &self,
        guild: GuildId,
        units: Option<&[UnitCode]>,
    ) -> Result<Vec<Waiting<UnitCode>>, StoreError> {
        let order = "ORDER BY u.since, t.id, u.position";
        let sql = match units {
            Some(_) => {
                format!("{RECEIPTS} AND {} {order} LIMIT {MOST}", self.dialect.among_texts("u.unit", 2))
            }
            None => format!("{RECEIPTS} {order}"),
        };
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(guild.db());
        if let Some(units) = units {
            query = query.bind(serde_json::to_string(units).map_err(|e| StoreError::Corrupt(e.to_string()))?);
        }
        let rows: Vec<(String, String, i64)> = query.fetch_all(&self.pool).await?;
        let rows = rows.into_iter().map(|(task, unit, since)| (task, since, UnitCode(unit)));
        self.with_tasks(rows.collect()).await
    }

    /// The new deadlines that wait for their decision, what waits longest first, with who asked.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extensions_waiting(&self, guild: GuildId) -> Result<Vec<Waiting<UserId>>, StoreError> {
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as(EXTENSIONS).bind(guild.db()).bind(MOST).fetch_all(&self.pool).await?;
        self.with_tasks(of_users(rows)).await
    }

    /// The results that wait for their acceptance, what waits longest first, with who gave the task; only those of tasks that
    /// `giver` gave, if somebody is named.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn results_waiting(
        &self,
        guild: GuildId,
        giver: Option<UserId>,
    ) -> Result<Vec<Waiting<UserId>>, StoreError> {
        let query = match giver {
            Some(giver) => sqlx::query_as(RESULTS_FOR).bind(guild.db()).bind(MOST).bind(giver.db()),
            None => sqlx::query_as(RESULTS).bind(guild.db()).bind(MOST),
        };
        let rows: Vec<(String, i64, i64)> = query.fetch_all(&self.pool).await?;
        self.with_tasks(of_users(rows)).await
    }

    /// Whether any result waits for its acceptance.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn a_result_waits(&self, guild: GuildId) -> Result<bool, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as(RESULT).bind(guild.db()).fetch_optional(&self.pool).await?;
        Ok(row.is_some())
    }

    async fn with_tasks<T>(&self, rows: Vec<(String, i64, T)>) -> Result<Vec<Waiting<T>>, StoreError> {
        let mut ids: Vec<String> = rows.iter().map(|(id, ..)| id.clone()).collect();
        ids.sort();
        ids.dedup();
        let tasks = self.tasks_of(&ids).await?.into_iter();
        let tasks: BTreeMap<String, Task> = tasks.map(|task| (task.id.clone(), task)).collect();
        let waiting = rows.into_iter().filter_map(|(id, since, whose)| {
            Some(Waiting { task: tasks.get(&id)?.clone(), since: from_ms(since), whose })
        });
        Ok(waiting.collect())
    }
}

fn of_users(rows: Vec<(String, i64, i64)>) -> Vec<(String, i64, UserId)> {
    rows.into_iter().map(|(id, since, user)| (id, since, UserId::from_db(user))).collect()
}
