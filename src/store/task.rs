//! Tasks and the parts of units in them.

use super::dialect::Dialect;
use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, MessageId, PhaseCode, UnitCode, UserId};
use crate::domain::life::Life;
use crate::domain::task::{Part, Task, TaskState, TaskUnit, Urgency, Visibility};
use chrono::{DateTime, Utc};
use std::sync::LazyLock;

macro_rules! columns {
    () => {
        "t.id, t.guild_id, t.code, t.title, t.phase, t.charter, t.due_at, t.urgency, t.basis, t.visibility, \
         t.lead_reason, t.state, t.resumes, t.created_by, t.created_at, t.done_at, t.revision, t.channel_id, t.card_id, t.thread_id"
    };
}

const NUMBER: &str = "INSERT INTO task_number (guild_id, year, last) VALUES ($1, $2, 1) \
     ON CONFLICT (guild_id, year) DO UPDATE SET last = task_number.last + 1 RETURNING last";
const INSERT: &str = "INSERT INTO task (id, guild_id, code, title, folded, phase, charter, due_at, urgency, basis, \
     visibility, lead_reason, state, created_by, created_at, revision) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM task t WHERE t.id = $1");
const BY_CODE: &str = concat!("SELECT ", columns!(), " FROM task t WHERE t.guild_id = $1 AND t.code = $2");
const BY_THREAD: &str = concat!("SELECT ", columns!(), " FROM task t WHERE t.thread_id = $1");
/// Open tasks first, by deadline; every filter is off when its parameter is NULL.
fn list(dialect: Dialect) -> String {
    format!(
        "SELECT {columns}, COUNT(*) OVER () AS total FROM task t WHERE t.guild_id = $1 \
         AND ($2 IS NULL OR EXISTS (SELECT 1 FROM task_unit u WHERE u.task_id = t.id AND {of_units})) \
         AND ($3 IS NULL OR t.phase = $3) \
         AND ($4 IS NULL OR t.folded LIKE $4 ESCAPE '!') \
         AND ($5 = 0 OR t.state NOT IN ('done', 'accepted', 'cancelled')) \
         AND ($6 IS NULL OR t.visibility = 'public' OR t.created_by = $6 \
              OR EXISTS (SELECT 1 FROM task_unit m WHERE m.task_id = t.id AND {of_viewer})) \
         ORDER BY CASE WHEN t.state IN ('done', 'accepted', 'cancelled') THEN 1 ELSE 0 END, t.due_at, t.code LIMIT $8",
        columns = columns!(),
        of_units = dialect.among_texts("u.unit", 2),
        of_viewer = dialect.among_texts("m.unit", 7),
    )
}

static LIST_SQLITE: LazyLock<String> = LazyLock::new(|| list(Dialect::Sqlite));
static LIST_POSTGRES: LazyLock<String> = LazyLock::new(|| list(Dialect::Postgres));
const UNITS: &str = "SELECT task_id, unit, role, since, received_at, due_at, done_at FROM task_unit WHERE task_id = $1 ORDER BY position";
const SET_LIFE: &str = "UPDATE task SET state = $1, resumes = $2, due_at = $3, done_at = $4, revision = revision + 1 \
     WHERE id = $5 AND revision = $6";
const SET_CARD: &str = "UPDATE task SET channel_id = $1, card_id = $2 WHERE id = $3";
const SET_THREAD: &str = "UPDATE task SET channel_id = $1, thread_id = $2 WHERE id = $3";

/// Which tasks to list.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only tasks in which one of these units has a part.
    pub units: Option<Vec<UnitCode>>,
    /// Only tasks of this phase.
    pub phase: Option<PhaseCode>,
    /// Only tasks whose code or title holds this text, whatever the diacritics.
    pub text: Option<String>,
    /// Only tasks that are not done.
    pub open: bool,
    /// Only what this person may see: of the private tasks, those that they gave or in which a unit of theirs has a part.
    pub seen_by: Option<Viewer>,
}

/// A person who looks at tasks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their account.
    pub user: UserId,
    /// Their units.
    pub units: Vec<UnitCode>,
}

/// The first of the tasks that were asked for, and how many there are in all.
#[derive(Clone, Debug, Default)]
pub struct TaskList {
    /// Open tasks first, the nearest deadline on top.
    pub tasks: Vec<Task>,
    /// How many there are, shown or not.
    pub total: usize,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    guild_id: i64,
    code: String,
    title: String,
    phase: String,
    charter: String,
    due_at: i64,
    urgency: String,
    basis: String,
    visibility: String,
    lead_reason: Option<String>,
    state: String,
    resumes: Option<String>,
    created_by: i64,
    created_at: i64,
    done_at: Option<i64>,
    revision: i64,
    channel_id: Option<i64>,
    card_id: Option<i64>,
    thread_id: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    row: Row,
    total: i64,
}

impl Row {
    fn into_task(self, units: Vec<TaskUnit>) -> Result<Task, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("task {}: {what}", self.id));
        Ok(Task {
            urgency: Urgency::from_code(&self.urgency).ok_or_else(|| corrupt("urgency"))?,
            visibility: Visibility::from_code(&self.visibility).ok_or_else(|| corrupt("visibility"))?,
            state: TaskState::from_code(&self.state).ok_or_else(|| corrupt("state"))?,
            resumes: self.resumes.as_deref().and_then(TaskState::from_code),
            guild: GuildId::from_db(self.guild_id),
            code: self.code,
            title: self.title,
            phase: PhaseCode(self.phase),
            charter: self.charter,
            due: from_ms(self.due_at),
            basis: self.basis,
            lead_reason: self.lead_reason,
            created_by: UserId::from_db(self.created_by),
            created_at: from_ms(self.created_at),
            done_at: self.done_at.map(from_ms),
            revision: self.revision,
            channel: self.channel_id.map(ChannelId::from_db),
            card: self.card_id.map(MessageId::from_db),
            thread: self.thread_id.map(ChannelId::from_db),
            id: self.id,
            units,
        })
    }
}

fn json(units: &[UnitCode]) -> Result<String, StoreError> {
    serde_json::to_string(units).map_err(|error| StoreError::Corrupt(error.to_string()))
}

type UnitRow = (String, String, String, i64, Option<i64>, Option<i64>, Option<i64>);

fn unit_of_row((task, unit, part, since, received, due, done): UnitRow) -> Result<TaskUnit, StoreError> {
    Ok(TaskUnit {
        unit: UnitCode(unit),
        part: Part::from_code(&part)
            .ok_or_else(|| StoreError::Corrupt(format!("task {task}: part {part}")))?,
        since: from_ms(since),
        received_at: received.map(from_ms),
        due: due.map(from_ms),
        done_at: done.map(from_ms),
    })
}

impl Store {
    /// A task by its id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn task(&self, id: &str) -> Result<Option<Task>, StoreError> {
        let row: Option<Row> = sqlx::query_as(BY_ID).bind(id).fetch_optional(&self.pool).await?;
        self.with_units(row).await
    }

    /// A task by its code, as people type it: case does not matter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn task_by_code(&self, guild: GuildId, code: &str) -> Result<Option<Task>, StoreError> {
        let code = code.trim().to_uppercase();
        let row: Option<Row> =
            sqlx::query_as(BY_CODE).bind(guild.db()).bind(code).fetch_optional(&self.pool).await?;
        self.with_units(row).await
    }

    /// The task whose thread this is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn task_of_thread(&self, thread: ChannelId) -> Result<Option<Task>, StoreError> {
        let row: Option<Row> = sqlx::query_as(BY_THREAD).bind(thread.db()).fetch_optional(&self.pool).await?;
        self.with_units(row).await
    }

    /// The tasks that `filter` lets through: open ones first, the nearest deadline on top.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tasks(
        &self,
        guild: GuildId,
        filter: &TaskFilter,
        limit: i64,
    ) -> Result<TaskList, StoreError> {
        let sql = match self.dialect {
            Dialect::Sqlite => LIST_SQLITE.as_str(),
            Dialect::Postgres => LIST_POSTGRES.as_str(),
        };
        let text = filter.text.as_deref().map(fold).filter(|text| !text.is_empty());
        let viewer = filter.seen_by.as_ref();
        let rows: Vec<ListRow> = sqlx::query_as(sql)
            .bind(guild.db())
            .bind(filter.units.as_deref().map(json).transpose()?)
            .bind(filter.phase.as_ref().map(PhaseCode::as_str))
            .bind(text.map(|text| format!("%{text}%")))
            .bind(i64::from(filter.open))
            .bind(viewer.map(|viewer| viewer.user.db()))
            .bind(viewer.map(|viewer| json(&viewer.units)).transpose()?)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        let mut list =
            TaskList { tasks: Vec::new(), total: rows.first().map_or(0, |first| first.total as usize) };
        for ListRow { row, .. } in rows {
            list.tasks.extend(self.with_units(Some(row)).await?);
        }
        Ok(list)
    }

    async fn with_units(&self, row: Option<Row>) -> Result<Option<Task>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let units: Vec<UnitRow> = sqlx::query_as(UNITS).bind(&row.id).fetch_all(&self.pool).await?;
        let units = units.into_iter().map(unit_of_row).collect::<Result<_, _>>()?;
        row.into_task(units).map(Some)
    }
}

impl Tx {
    /// The next number of the office's tasks in `year`. Others who give tasks wait until this change is made or
    /// undone, so that no number is left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_task_number(&mut self, guild: GuildId, year: i32) -> Result<i64, StoreError> {
        let (number,): (i64,) = sqlx::query_as(NUMBER)
            .bind(guild.db())
            .bind(i64::from(year))
            .fetch_one(self.connection())
            .await?;
        Ok(number)
    }

    /// Writes a new task with its units.
    ///
    /// # Errors
    /// When the database refuses, as it does a second lead.
    pub async fn insert_task(&mut self, task: &Task) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(&task.id)
            .bind(task.guild.db())
            .bind(&task.code)
            .bind(&task.title)
            .bind(fold(&format!("{} {}", task.code, task.title)))
            .bind(task.phase.as_str())
            .bind(&task.charter)
            .bind(task.due.timestamp_millis())
            .bind(task.urgency.code())
            .bind(&task.basis)
            .bind(task.visibility.code())
            .bind(&task.lead_reason)
            .bind(task.state.code())
            .bind(task.created_by.db())
            .bind(task.created_at.timestamp_millis())
            .bind(task.revision)
            .execute(self.connection())
            .await?;
        self.insert_parts(&task.id, &task.units).await
    }

    /// Brings a task on from the revision that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it changed meanwhile.
    pub async fn set_task_life(
        &mut self,
        read: &Task,
        life: Life,
        due: DateTime<Utc>,
        done_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(SET_LIFE)
            .bind(life.state.code())
            .bind(life.resumes.map(TaskState::code))
            .bind(due.timestamp_millis())
            .bind(done_at.map(|at| at.timestamp_millis()))
            .bind(&read.id)
            .bind(read.revision)
            .execute(self.connection())
            .await?;
        if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Records where the card is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_task_card(
        &mut self,
        task: &str,
        channel: ChannelId,
        card: MessageId,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_CARD)
            .bind(channel.db())
            .bind(card.db())
            .bind(task)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Records where the thread is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_task_thread(
        &mut self,
        task: &str,
        channel: ChannelId,
        thread: ChannelId,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_THREAD)
            .bind(channel.db())
            .bind(thread.db())
            .bind(task)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
