//! Lists of tasks, filtered and in pages.
//!
//! A list is read in three steps: the ids of what the filter lets through, in order and at most [`COUNTED`]; the rows of the
//! page; their units. The statement names only the filters that are set, so that each of them finds its index
//! (`migrations/0009_lists.sql`, `0014_units_and_phases.sql`). For a text the heads of the list are looked through first:
//! where they have it again and again, it is of everyday words, and that is enough. What is rarer is looked up in the text
//! index.

use super::dialect::Dialect;
use super::task::{Row, UnitRow, columns, unit_of_row};
use super::{Store, StoreError};
use crate::domain::fold::fold;
use crate::domain::ids::{GuildId, PhaseCode, UnitCode, UserId};
use crate::domain::task::{Task, TaskState, TaskUnit};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// How many tasks are counted; of longer lists only this is known.
pub const COUNTED: usize = 1_000;
/// How many hits of the text index are looked at.
const MATCHES: usize = 300;
/// How far the head of a list is looked through for a text that is found everywhere.
const HEAD: usize = 600;
/// The states of which a list of open tasks has none, as the indexes know them.
const CLOSED: &str = "('done', 'accepted', 'cancelled')";

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

/// Open or closed: each has its own order and its own indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Open,
    Closed,
}

impl Half {
    fn has(self, state: TaskState) -> bool {
        state.is_open() == (self == Self::Open)
    }

    /// The deadline in a row of a unit, where it is of this half.
    fn unit_due(self) -> &'static str {
        match self {
            Self::Open => "u.open_due",
            Self::Closed => "u.closed_due",
        }
    }

    fn direction(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Closed => " DESC",
        }
    }
}

enum Value {
    Number(i64),
    Text(String),
}

/// A statement that grows with its parameters.
struct Statement {
    dialect: Dialect,
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, sql: String::new(), values: Vec::new() }
    }

    /// The place of a parameter.
    fn bind(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn and(&mut self, condition: &str, value: Value) {
        let place = self.bind(value);
        // Writing into a String does not fail.
        let _ = write!(self.sql, " AND {condition} ${place}");
    }

    fn and_among(&mut self, what: &str, units: &[UnitCode]) -> Result<(), StoreError> {
        let place = self.bind(Value::Text(json(units)?));
        let among = self.dialect.among_texts(what, place);
        let _ = write!(self.sql, " AND {among}");
        Ok(())
    }

    async fn ids(self, store: &Store) -> Result<Vec<String>, StoreError> {
        // All that is put into the text is ours: names of columns, codes of states, numbers.
        let mut query = sqlx::query_as(AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        let rows: Vec<(String,)> = query.fetch_all(&store.pool).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

/// Where the tasks are looked for.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// In the index of the filter, in its order; at most so many.
    Index { limit: usize },
    /// Among the first so many of it, for the words.
    Head { words: &'a [String] },
    /// Among these.
    Ids { ids: &'a [String] },
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

/// The halves in which there can be something.
fn halves(filter: &TaskFilter) -> impl Iterator<Item = Half> {
    [Half::Open, Half::Closed].into_iter().filter(|half| {
        let wanted = !filter.open || *half == Half::Open;
        wanted && filter.states.as_ref().is_none_or(|states| states.iter().any(|state| half.has(*state)))
    })
}

/// The statement that finds the ids of one half, in order.
fn statement(
    dialect: Dialect,
    guild: GuildId,
    filter: &TaskFilter,
    half: Half,
    source: Source<'_>,
) -> Result<Statement, StoreError> {
    let mut one = Statement::new(dialect);
    let units = filter.units.as_deref();
    // A list of one unit is read in the order of the unit's own rows.
    let by_unit = units.filter(|units| units.len() == 1 && !matches!(source, Source::Ids { .. }));
    let due = if by_unit.is_some() { half.unit_due() } else { "t.due_at" };
    let id = if by_unit.is_some() { "u.task_id" } else { "t.id" };
    let place = one.bind(Value::Number(guild.db()));
    let from = if by_unit.is_some() { "task_unit u CROSS JOIN task t" } else { "task t" };
    let shown = if matches!(source, Source::Head { .. }) {
        format!(", {due} AS due, t.folded")
    } else {
        String::new()
    };
    // Known ids are looked up one by one. The sign keeps SQLite from walking the whole half in its order instead.
    let sign = if matches!(source, Source::Ids { .. }) { "+" } else { "" };
    let _ = write!(one.sql, "SELECT {id} AS id{shown} FROM {from} WHERE {sign}t.guild_id = ${place}");
    match (by_unit, units) {
        (Some([unit]), _) => {
            let _ = write!(one.sql, " AND t.id = u.task_id AND {due} IS NOT NULL");
            one.and("u.unit =", Value::Text(unit.to_string()));
        }
        (_, Some(units)) => {
            one.sql.push_str(" AND EXISTS (SELECT 1 FROM task_unit u WHERE u.task_id = t.id");
            one.and_among("u.unit", units)?;
            one.sql.push(')');
        }
        _ => {}
    }
    match &filter.states {
        Some(states) => {
            let own: Vec<String> = states
                .iter()
                .filter(|state| half.has(**state))
                .map(|state| format!("'{}'", state.code()))
                .collect();
            let _ = match own.as_slice() {
                [only] => write!(one.sql, " AND t.state = {only}"),
                own => write!(one.sql, " AND t.state IN ({})", own.join(", ")),
            };
        }
        None => {
            let not = if half == Half::Open { "NOT " } else { "" };
            let _ = write!(one.sql, " AND t.state {not}IN {CLOSED}");
        }
    }
    if let Some(phase) = &filter.phase {
        let column = if by_unit.is_some() { "u.phase =" } else { "t.phase =" };
        one.and(column, Value::Text(phase.to_string()));
    }
    if let Some(from) = filter.due_from {
        one.and(&format!("{due} >="), Value::Number(from.timestamp_millis()));
    }
    if let Some(before) = filter.due_before {
        one.and(&format!("{due} <"), Value::Number(before.timestamp_millis()));
    }
    if let Some(viewer) = &filter.seen_by {
        one.sql.push_str(" AND (t.visibility = 'public'");
        let place = one.bind(Value::Number(viewer.user.db()));
        let _ = write!(one.sql, " OR t.created_by = ${place}");
        one.sql.push_str(" OR EXISTS (SELECT 1 FROM task_unit m WHERE m.task_id = t.id");
        one.and_among("m.unit", &viewer.units)?;
        one.sql.push_str("))");
    }
    if let Source::Ids { ids } = source {
        let place = one.bind(Value::Text(json(ids)?));
        let among = dialect.among_texts("t.id", place);
        let _ = write!(one.sql, " AND {among}");
    }
    let down = half.direction();
    let limit = match source {
        Source::Index { limit } => limit,
        Source::Head { .. } => HEAD,
        Source::Ids { .. } => MATCHES + HEAD,
    };
    let _ = write!(one.sql, " ORDER BY {sign}{due}{down}, {id}{down} LIMIT {limit}");
    if let Source::Head { words } = source {
        one.sql = format!("SELECT h.id FROM ({}) h WHERE 1 = 1", one.sql);
        for (at, word) in words.iter().enumerate() {
            let end = if at + 1 == words.len() { "" } else { " " };
            one.and("' ' || h.folded || ' ' LIKE", Value::Text(format!("% {word}{end}%")));
        }
        let _ = write!(one.sql, " ORDER BY h.due{down}, h.id{down}");
    }
    Ok(one)
}

fn json<T: serde::Serialize>(list: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|error| StoreError::Corrupt(error.to_string()))
}
