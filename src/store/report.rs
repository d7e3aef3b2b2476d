//! What units owed and how they stood to it, and how much work they have: counted in the database, unit by unit.
//!
//! [`crate::domain::ontime`] is the formula. What was done by the moment of its deadline is on time by it, whatever the
//! calendar, and is only counted here; the rest is read row by row and judged there.

use super::{Store, StoreError};
use crate::domain::clock::from_ms;
use crate::domain::ids::{GuildId, PhaseCode, UnitCode};
use crate::domain::ontime::Owed;
use crate::domain::task::{Part, Visibility};
use crate::domain::workload::Workload;
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::ops::Range;

/// As the indexes of tasks know it.
const CLOSED: &str = "('done', 'accepted', 'cancelled')";

/// What a report is about.
#[derive(Clone, Debug)]
pub struct ReportScope {
    /// The office.
    pub guild: GuildId,
    /// Only this unit.
    pub unit: Option<UnitCode>,
    /// Only this phase.
    pub phase: Option<PhaseCode>,
}

/// A number of one unit, as lead or supporter, in one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    /// Whose.
    pub unit: UnitCode,
    /// In which part.
    pub part: Part,
    /// In which phase.
    pub phase: PhaseCode,
    /// How much.
    pub count: T,
}

/// Something that was not done by its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDone {
    /// Whose.
    pub unit: UnitCode,
    /// In which part.
    pub part: Part,
    /// In which phase.
    pub phase: PhaseCode,
    /// The task.
    pub task: String,
    /// Who may see the task.
    pub visibility: Visibility,
    /// Its moments.
    pub owed: Owed,
}

type CountRow = (String, String, String, i64);
type NotDoneRow = (String, String, String, String, String, i64, i64, Option<i64>, Option<i64>);
type OpenRow = (String, String, String, i64, i64, i64, i64, i64);

fn unit_part(unit: String, part: &str) -> Result<(UnitCode, Part), StoreError> {
    let known = Part::from_code(part).ok_or_else(|| StoreError::Corrupt(format!("part {part}")))?;
    Ok((UnitCode(unit), known))
}

fn counted((unit, part, phase, count): CountRow) -> Result<Counted<u64>, StoreError> {
    let (unit, part) = unit_part(unit, &part)?;
    Ok(Counted { unit, part, phase: PhaseCode(phase), count: number(count) })
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// The conditions that `scope` adds, from parameter `first` on.
fn only(scope: &ReportScope, first: usize) -> String {
    let unit = scope.unit.as_ref().map(|_| "u.unit");
    let phase = scope.phase.as_ref().map(|_| "t.phase");
    let conditions = unit.into_iter().chain(phase).zip(first..);
    conditions.map(|(column, place)| format!(" AND {column} = ${place}")).collect()
}

/// `owed`: what was to be done from `$2` on and before `$3` in the office `$1`, by its own deadline. Each branch names the index
/// that it reads; of one unit the unit's own rows are read. Where SQLite is to begin with the rows of units, the join is a cross join: it
/// would walk through all tasks of the office instead.
fn owed(scope: &ReportScope) -> String {
    let only = only(scope, 4);
    let branch = |from: &str, condition: &str| {
        format!(
            "SELECT u.unit, u.role, t.phase, t.id AS task_id, t.visibility, u.since, \
             COALESCE(u.due_at, t.due_at) AS due, \
             CASE WHEN u.role = 'lead' THEN t.done_at ELSE u.done_at END AS done, t.done_at AS closed \
             FROM {from} WHERE t.guild_id = $1 AND t.state <> 'cancelled' AND {condition}{only}"
        )
    };
    let half = |column: &str, state: &str| {
        if scope.unit.is_some() {
            let condition = format!(
                "t.id = u.task_id AND u.due_at IS NULL AND u.{column} IS NOT NULL AND u.{column} >= $2 AND u.{column} < $3"
            );
            return branch("task_unit u CROSS JOIN task t", &condition);
        }
        let condition =
            format!("t.state {state} {CLOSED} AND t.due_at >= $2 AND t.due_at < $3 AND u.due_at IS NULL");
        branch("task t JOIN task_unit u ON u.task_id = t.id", &condition)
    };
    let (open, closed) = (half("open_due", "NOT IN"), half("closed_due", "IN"));
    let own = branch(
        "task_unit u CROSS JOIN task t",
        "t.id = u.task_id AND u.due_at IS NOT NULL AND u.due_at >= $2 AND u.due_at < $3",
    );
    format!("WITH owed AS ({open} UNION ALL {closed} UNION ALL {own})")
}

macro_rules! fetch {
    ($store:expr, $sql:expr, $scope:expr, $($value:expr),*) => {{
        // All that is put into the text is ours: names of columns, numbers of parameters.
        let mut query = sqlx::query_as(AssertSqlSafe($sql)).bind($scope.guild.db())$(.bind($value))*;
        if let Some(unit) = &$scope.unit {
            query = query.bind(unit.as_str());
        }
        if let Some(phase) = &$scope.phase {
            query = query.bind(phase.as_str());
        }
        query.fetch_all(&$store.pool).await?
    }};
}

impl Store {
    /// How much of what was due within `due` was done by the moment of its deadline.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn done_by_deadline(
        &self,
        scope: &ReportScope,
        due: &Range<DateTime<Utc>>,
    ) -> Result<Vec<Counted<u64>>, StoreError> {
        let sql = format!(
            "{} SELECT unit, role, phase, COUNT(*) FROM owed WHERE since <= due AND done <= due \
             GROUP BY unit, role, phase",
            owed(scope)
        );
        let rows: Vec<CountRow> =
            fetch!(self, sql, scope, due.start.timestamp_millis(), due.end.timestamp_millis());
        rows.into_iter().map(counted).collect()
    }

    /// What was due within `due` and was not, the latest deadline first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn not_done_by_deadline(
        &self,
        scope: &ReportScope,
        due: &Range<DateTime<Utc>>,
    ) -> Result<Vec<NotDone>, StoreError> {
        let sql = format!(
            "{} SELECT unit, role, phase, task_id, visibility, since, due, done, closed FROM owed \
             WHERE since <= due AND (done IS NULL OR done > due) \
             AND (done IS NOT NULL OR closed IS NULL OR closed > due) ORDER BY due DESC, task_id DESC, unit",
            owed(scope)
        );
        let rows: Vec<NotDoneRow> =
            fetch!(self, sql, scope, due.start.timestamp_millis(), due.end.timestamp_millis());
        let read = |(unit, part, phase, task, visibility, since, due, done, closed): NotDoneRow| {
            let (unit, part) = unit_part(unit, &part)?;
            let visibility = Visibility::from_code(&visibility)
                .ok_or_else(|| StoreError::Corrupt(format!("task {task}: visibility")))?;
            let owed = Owed {
                since: from_ms(since),
                due: from_ms(due),
                done: done.map(from_ms),
                closed: closed.map(from_ms),
            };
            Ok(NotDone { unit, part, phase: PhaseCode(phase), task, visibility, owed })
        };
        rows.into_iter().map(read).collect()
    }

    /// How often the deadlines of tasks that were due within `due` had been extended, by their lead.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extensions_granted(
        &self,
        scope: &ReportScope,
        due: &Range<DateTime<Utc>>,
    ) -> Result<Vec<Counted<u64>>, StoreError> {
        let sql = format!(
            "{} SELECT o.unit, o.role, o.phase, COUNT(*) FROM owed o \
             JOIN task_extension e ON e.task_id = o.task_id AND e.outcome = 'granted' \
             WHERE o.role = 'lead' AND o.since <= o.due GROUP BY o.unit, o.role, o.phase",
            owed(scope)
        );
        let rows: Vec<CountRow> =
            fetch!(self, sql, scope, due.start.timestamp_millis(), due.end.timestamp_millis());
        rows.into_iter().map(counted).collect()
    }

    /// What is open: of what each unit leads, and of its parts that are still to be sent. Overdue is what was due before
    /// `soon`, due soon what is due within it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_work(
        &self,
        scope: &ReportScope,
        soon: &Range<DateTime<Utc>>,
    ) -> Result<Vec<Counted<Workload>>, StoreError> {
        let sql = format!(
            "SELECT u.unit, u.role, t.phase, COUNT(*), \
             COUNT(CASE WHEN COALESCE(u.due_at, t.due_at) < $2 THEN 1 END), \
             COUNT(CASE WHEN COALESCE(u.due_at, t.due_at) >= $2 AND COALESCE(u.due_at, t.due_at) < $3 THEN 1 END), \
             COUNT(CASE WHEN t.state = 'blocked' THEN 1 END), \
             COUNT(CASE WHEN t.state = 'awaiting_extension' THEN 1 END) \
             FROM task t JOIN task_unit u ON u.task_id = t.id \
             WHERE t.guild_id = $1 AND t.state NOT IN {CLOSED} AND (u.role = 'lead' OR u.done_at IS NULL){} \
             GROUP BY u.unit, u.role, t.phase",
            only(scope, 4)
        );
        let rows: Vec<OpenRow> =
            fetch!(self, sql, scope, soon.start.timestamp_millis(), soon.end.timestamp_millis());
        let read = |(unit, part, phase, open, overdue, soon, blocked, awaiting): OpenRow| {
            let (unit, part) = unit_part(unit, &part)?;
            let (open, overdue) = (number(open), number(overdue));
            let count = match part {
                Part::Lead => Workload {
                    leads: open,
                    overdue,
                    soon: number(soon),
                    blocked: number(blocked),
                    awaiting: number(awaiting),
                    ..Workload::default()
                },
                Part::Support => Workload { parts: open, parts_overdue: overdue, ..Workload::default() },
            };
            Ok(Counted { unit, part, phase: PhaseCode(phase), count })
        };
        rows.into_iter().map(read).collect()
    }

    /// What became the units' own since then and was not cancelled.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn work_that_came(
        &self,
        scope: &ReportScope,
        since: DateTime<Utc>,
    ) -> Result<Vec<Counted<u64>>, StoreError> {
        let sql = format!(
            "SELECT u.unit, u.role, t.phase, COUNT(*) FROM task_unit u CROSS JOIN task t \
             WHERE t.id = u.task_id AND t.guild_id = $1 AND u.since >= $2 AND t.state <> 'cancelled'{} \
             GROUP BY u.unit, u.role, t.phase",
            only(scope, 3)
        );
        let rows: Vec<CountRow> = fetch!(self, sql, scope, since.timestamp_millis());
        rows.into_iter().map(counted).collect()
    }

    /// What the units finished since then: tasks that they led, parts that they sent.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn work_finished(
        &self,
        scope: &ReportScope,
        since: DateTime<Utc>,
    ) -> Result<Vec<Counted<u64>>, StoreError> {
        let only = only(scope, 3);
        let sql = format!(
            "SELECT u.unit, u.role, t.phase, COUNT(*) FROM task t JOIN task_unit u ON u.task_id = t.id \
             WHERE t.guild_id = $1 AND t.done_at IS NOT NULL AND t.done_at >= $2 AND u.role = 'lead'{only} \
             GROUP BY u.unit, u.role, t.phase \
             UNION ALL \
             SELECT u.unit, u.role, t.phase, COUNT(*) FROM task_unit u CROSS JOIN task t \
             WHERE t.id = u.task_id AND t.guild_id = $1 AND u.done_at IS NOT NULL AND u.done_at >= $2 AND u.role = 'support' \
             AND t.state <> 'cancelled'{only} GROUP BY u.unit, u.role, t.phase"
        );
        let rows: Vec<CountRow> = fetch!(self, sql, scope, since.timestamp_millis());
        rows.into_iter().map(counted).collect()
    }
}
