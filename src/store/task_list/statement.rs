//! The statement that finds the ids of a list: the filters that are set, and where it looks.

use super::{HEAD, MATCHES, Store, StoreError, TaskFilter, json};
use crate::domain::ids::{GuildId, UnitCode};
use crate::domain::task::TaskState;
use crate::store::dialect::Dialect;
use sqlx::AssertSqlSafe;
use std::fmt::Write;

/// The states of which a list of open tasks has none, as the indexes know them.
const CLOSED: &str = "('done', 'accepted', 'cancelled')";

/// Open or closed: each has its own order and its own indexes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
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
pub(super) struct Statement {
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

    pub(super) async fn ids(self, store: &Store) -> Result<Vec<String>, StoreError> {
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
pub(super) enum Source<'a> {
    /// In the index of the filter, in its order; at most so many.
    Index { limit: usize },
    /// Among the first so many of it, for the words.
    Head { words: &'a [String] },
    /// Among these.
    Ids { ids: &'a [String] },
}

/// The halves in which there can be something.
pub(super) fn halves(filter: &TaskFilter) -> impl Iterator<Item = Half> {
    [Half::Open, Half::Closed].into_iter().filter(|half| {
        let wanted = !filter.open || *half == Half::Open;
        wanted && filter.states.as_ref().is_none_or(|states| states.iter().any(|state| half.has(*state)))
    })
}

/// The statement that finds the ids of one half, in order.
pub(super) fn statement(
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
        // The offset keeps PostgreSQL from gathering all rows of these units first, for the few private tasks that there are.
        one.sql.push_str(" LIMIT 1 OFFSET 0))");
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
