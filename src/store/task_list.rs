//! Lists of tasks, filtered and in pages.
//!
//! A list is read in three steps: the ids of what the filter lets through, in order and at most [`COUNTED`]; the rows of the
//! page; their units. The statement names only the filters that are set, so that each of them finds its index
//! (`migrations/0009_lists.sql`, `0014_units_and_phases.sql`). For a text the heads of the list are looked through first:
//! where they have it again and again, it is of everyday words, and that is enough. What is rarer is looked up in the text
//! index.

mod statement;

use self::statement::{Source, halves, statement};
use super::task::{Row, UnitRow, columns, unit_of_row};
use super::{Store, StoreError};
use crate::domain::fold::fold;
use crate::domain::ids::{GuildId, PhaseCode, UnitCode, UserId};
use crate::domain::task::{Task, TaskState, TaskUnit};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};

/// How many tasks are counted; of longer lists only this is known.
pub const COUNTED: usize = 1_000;
/// How many hits of the text index are looked at.
const MATCHES: usize = 300;
/// How far the head of a list is looked through for a text that is found everywhere.
const HEAD: usize = 600;

/// Which tasks to list.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only tasks in which one of these units has a part.
    pub units: Option<Vec<UnitCode>>,
    /// Only tasks of this phase.
    pub phase: Option<PhaseCode>,
    /// Only tasks whose code and title have these words, the last of which may be unfinished; whatever the diacritics.
    pub text: Option<String>,
    /// Only tasks that are neither done nor cancelled.
    pub open: bool,
    /// Only tasks in these states.
    pub states: Option<Vec<TaskState>>,
    /// Only tasks due then or later.
    pub due_from: Option<DateTime<Utc>>,
    /// Only tasks due before then.
    pub due_before: Option<DateTime<Utc>>,
    /// Only what this person may see: of the private tasks, those that they gave or in which a unit of theirs has a part.
    pub seen_by: Option<Viewer>,
    /// How many of the first are passed over.
    pub skip: usize,
}

/// A person who looks at tasks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their account.
    pub user: UserId,
    /// Their units.
    pub units: Vec<UnitCode>,
}

/// Some of the tasks that were asked for, and how many there are in all.
#[derive(Clone, Debug, Default)]
pub struct TaskList {
    /// Open tasks first, the nearest deadline on top; then the others, the latest on top.
    pub tasks: Vec<Task>,
    /// How many there are, shown or not; at most [`COUNTED`].
    pub total: usize,
    /// Whether there are more than that.
    pub more: bool,
}

impl Store {
    /// The tasks that `filter` lets through, from the `skip`-th on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tasks(
        &self,
        guild: GuildId,
        filter: &TaskFilter,
        limit: i64,
    ) -> Result<TaskList, StoreError> {
        let limit = usize::try_from(limit).unwrap_or_default();
        let most = (COUNTED + 1).max(filter.skip.saturating_add(limit));
        let words: Vec<String> =
            filter.text.as_deref().map(fold).unwrap_or_default().split(' ').map(str::to_owned).collect();
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let (mut found, mut more) = if words.is_empty() {
            (self.in_order(guild, filter, most).await?, false)
        } else {
            self.with_words(guild, filter, &words).await?
        };
        more |= found.len() > COUNTED;
        let total = found.len().min(COUNTED);
        let page: Vec<String> = found.drain(..).skip(filter.skip).take(limit).collect();
        Ok(TaskList { tasks: self.tasks_of(&page).await?, total, more })
    }

    /// The tasks with these ids, in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tasks_of(&self, ids: &[String]) -> Result<Vec<Task>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let list = json(ids)?;
        let among = self.dialect.among_texts("t.id", 1);
        let rows = format!("SELECT {} FROM task t WHERE {among}", columns!());
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(rows)).bind(&list).fetch_all(&self.pool).await?;
        let among = self.dialect.among_texts("task_id", 1);
        let parts = format!(
            "SELECT task_id, unit, role, since, received_at, due_at, done_at FROM task_unit WHERE {among} \
             ORDER BY task_id, position"
        );
        let parts: Vec<UnitRow> =
            sqlx::query_as(AssertSqlSafe(parts)).bind(&list).fetch_all(&self.pool).await?;
        let mut units: HashMap<String, Vec<TaskUnit>> = HashMap::new();
        for part in parts {
            units.entry(part.0.clone()).or_default().push(unit_of_row(part)?);
        }
        let mut tasks = BTreeMap::new();
        for row in rows {
            let own = units.remove(&row.id).unwrap_or_default();
            tasks.insert(row.id.clone(), row.into_task(own)?);
        }
        Ok(ids.iter().filter_map(|id| tasks.remove(id)).collect())
    }

    async fn in_order(
        &self,
        guild: GuildId,
        filter: &TaskFilter,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        let mut ids = Vec::new();
        for half in halves(filter) {
            let limit = most - ids.len();
            if limit > 0 {
                let part = statement(self.dialect, guild, filter, half, Source::Index { limit })?;
                ids.extend(part.ids(self).await?);
            }
        }
        Ok(ids)
    }

    /// What has the words, and whether there may be more.
    async fn with_words(
        &self,
        guild: GuildId,
        filter: &TaskFilter,
        words: &[String],
    ) -> Result<(Vec<String>, bool), StoreError> {
        // Of an everyday word the text index would gather every place before it gave the first.
        let head = self.heads(guild, filter, words).await?;
        if head.len() >= MATCHES {
            return Ok((head, true));
        }
        let hits: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(self.dialect.tasks_with_words(MATCHES)))
            .bind(self.dialect.match_words(words))
            .bind(guild.db())
            .fetch_all(&self.pool)
            .await?;
        let everyday = hits.len() >= MATCHES;
        let mut ids: Vec<String> = hits.into_iter().map(|(id,)| id).collect();
        if everyday {
            ids.extend(head);
            ids.sort();
            ids.dedup();
        }
        let mut found = Vec::new();
        for half in halves(filter) {
            let known = statement(self.dialect, guild, filter, half, Source::Ids { ids: &ids })?;
            found.extend(known.ids(self).await?);
        }
        Ok((found, everyday))
    }

    /// What has the words in the heads of the lists, in order.
    async fn heads(
        &self,
        guild: GuildId,
        filter: &TaskFilter,
        words: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        for half in halves(filter) {
            let head = statement(self.dialect, guild, filter, half, Source::Head { words })?;
            found.extend(head.ids(self).await?);
        }
        Ok(found)
    }
}

fn json<T: serde::Serialize>(list: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|error| StoreError::Corrupt(error.to_string()))
}
