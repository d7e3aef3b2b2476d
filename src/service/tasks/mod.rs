//! What is done to tasks. Each file holds what belongs together; all of them end in one [`Change`], written in one place.

mod acknowledge;
mod alike;
mod assign;
mod charter;
mod closing;
mod deadline;
mod give;
mod menus;
mod parts;
mod progress;
mod urge;

use super::inbox::{Case, Deciding};
use super::{Office, Outcome};
use crate::domain::calendar::Day;
use crate::domain::effect::{Answer, Effect};
use crate::domain::fold::tidy;
use crate::domain::ids::{GuildId, PhaseCode};
use crate::domain::life::{Act, Life};
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::{TaskAction, authorities, may};
use crate::domain::task::{Part, Task, TaskState, Urgency};
use crate::store::audit::AuditEntry;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};

/// The longest report, reason or remark, in characters: it fits a field of the card, and a line of the thread.
pub const TEXT_MAX: usize = 1000;

/// A change of a task that was decided and is to be written.
struct Change<'a> {
    /// As it was read.
    task: &'a Task,
    /// Where it leads.
    life: Life,
    /// By when it is due from now on.
    due: DateTime<Utc>,
    /// What happened: told in the thread, kept in the audit trail, answered to who did it.
    notes: Vec<TaskNote>,
}

impl<'a> Change<'a> {
    /// Something that happened and leaves state and deadline alone.
    fn of(task: &'a Task, note: TaskNote) -> Self {
        let life = Life { state: task.state, resumes: task.resumes };
        Self { task, life, due: task.due, notes: vec![note] }
    }

    /// Something that happened and moves the task on.
    fn by(act: Act, task: &'a Task, note: TaskNote) -> Result<Self, Refusal> {
        Ok(Self { life: after(task, act)?, ..Self::of(task, note) })
    }

    fn due(self, due: DateTime<Utc>) -> Self {
        Self { due, ..self }
    }
}

/// Where `act` leads `task`, or why it leads nowhere.
fn after(task: &Task, act: Act) -> Result<Life, Refusal> {
    let no = || TaskRefusal::NotInThisState { code: task.code.clone(), state: task.state };
    task.after(act).ok_or_else(|| no().into())
}

impl Office {
    /// Writes a change: the task as it is from now on, its audit rows, its timer, what is said, and the answer.
    async fn write(&self, tx: &mut Tx, case: &Case, change: Change<'_>) -> Outcome<()> {
        let Change { task, life, due, notes } = change;
        let (now, subject) = (self.clock.now(), task.subject());
        let done_at = match life.state {
            TaskState::Done if task.state != TaskState::Done => Some(now),
            TaskState::Done | TaskState::Accepted => task.done_at,
            _ => None,
        };
        tx.set_task_life(task, life, due, done_at).await?;
        if !life.state.is_open() {
            tx.drop_timer(&subject).await?;
        } else if due != task.due || !task.state.is_open() {
            let mut moved = Task { due, state: life.state, resumes: life.resumes, ..task.clone() };
            if life.state == TaskState::Reopened {
                // Its lead is asked for another receipt.
                let lead = moved.units.iter_mut().find(|unit| unit.part == Part::Lead);
                lead.into_iter().for_each(|lead| lead.received_at = None);
            }
            self.watch_task(tx, &moved, now).await?;
            if !task.state.is_open() {
                // Their timers ended when it was closed.
                self.watch_parts(tx, &moved, now).await?;
            }
        } else if life.state != task.state && task.urgency == Urgency::Flash {
            // Once the lead has it before its eyes other hours count.
            tx.look_anew(&subject, now).await?;
        }
        if life.state != TaskState::AwaitingExtension {
            tx.lapse_extension(&task.id, now).await?;
        }
        let revision = task.revision + 1;
        for (n, note) in notes.iter().enumerate() {
            self.tell(tx, case, task, note, &format!("task:{}:{revision}:{n}", task.id)).await?;
        }
        let refresh = Effect::TaskRefresh { task: task.id.clone(), revision };
        tx.put_out(task.guild, &subject, &format!("task:{}:refresh:{revision}", task.id), &refresh, now)
            .await?;
        self.conclude(tx, case, Answer::TaskChanged { task: task.id.clone(), notes }).await
    }

    /// Records one note of a task, and says it in its thread.
    async fn tell(&self, tx: &mut Tx, case: &Case, task: &Task, note: &TaskNote, key: &str) -> Outcome<()> {
        let (now, subject) = (self.clock.now(), task.subject());
        let detail = serde_json::to_value(note).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let (actor, action, reason) = (Some(case.actor.user), note.action(), note.reason());
        tx.audit(AuditEntry { guild: task.guild, at: now, actor, action, subject: &subject, detail, reason })
            .await?;
        let effect = Effect::TaskNote { task: task.id.clone(), by: case.actor.user.0, note: note.clone() };
        tx.put_out(task.guild, &subject, key, &effect, now).await
    }

    /// Writes a change and commits it.
    async fn commit(&self, case: &Case, change: Change<'_>) -> Deciding {
        let mut tx = self.store.begin().await?;
        self.write(&mut tx, case, change).await?;
        Ok(tx.commit().await?)
    }

    /// A task by code or id, if the actor may see it and do this to it.
    async fn task_for(&self, case: &Case, named: &str, action: TaskAction) -> Result<Task, super::inbox::No> {
        let task = self.task_shown(&case.actor, named).await??;
        if may(&case.actor, &task, action) {
            return Ok(task);
        }
        Err(Refusal::NotAllowed { who: authorities(&task, action) }.into())
    }

    /// Whether the actor may do this to a task, before a form for it is opened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn may_do(
        &self,
        actor: &crate::domain::actor::Actor,
        named: &str,
        action: TaskAction,
    ) -> Outcome<Result<Task, Refusal>> {
        Ok(match self.task_shown(actor, named).await? {
            Ok(task) if !may(actor, &task, action) => {
                Err(Refusal::NotAllowed { who: authorities(&task, action) })
            }
            other => other,
        })
    }

    /// A task by code or id, in this office.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find_task(&self, guild: GuildId, text: &str) -> Outcome<Option<Task>> {
        let code = self.code_meant(text);
        match self.store.task_by_code(guild, code.as_deref().unwrap_or(text)).await? {
            Some(task) => Ok(Some(task)),
            None => Ok(self.store.task(text.trim()).await?.filter(|task| task.guild == guild)),
        }
    }

    /// The phase that somebody names by its code or by a name of it.
    pub(super) fn phase_named(&self, text: &str) -> Result<PhaseCode, Refusal> {
        let text = text.trim();
        let unknown = || Refusal::UnknownPhase { given: text.to_owned() };
        self.charter().phase_meant(text).map(|phase| phase.code.clone()).ok_or_else(unknown)
    }

    /// A due date: a working day that has not passed. Without a time it means the end of that day's office hours.
    fn due_date(&self, text: &str, asked: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let when = self.moment_named(text, asked)?;
        self.must_be_worked(when.date)?;
        let due = match when.time {
            Some(time) => self.calendar.at(when.date, time),
            None => self.calendar.day_end(when.date),
        };
        if due <= asked { Err(Refusal::InThePast) } else { Ok(due) }
    }

    /// Refuses a day off, with the working days before and after it.
    pub(super) fn must_be_worked(&self, date: NaiveDate) -> Result<(), Refusal> {
        let name = match self.calendar.day(date) {
            Day::Working | Day::WorkedSaturday(_) => return Ok(()),
            Day::Holiday(name) => Some(name.clone()),
            Day::Weekend => None,
        };
        let (before, after) = self.calendar.nearest_working_days(date);
        Err(Refusal::DayOff { date, name, before, after })
    }
}

/// A report, reason or remark that must be there.
fn text_of(text: &str) -> Result<String, Refusal> {
    let text = tidy(text);
    match text.chars().count() {
        1..=TEXT_MAX => Ok(text),
        _ => Err(TaskRefusal::BadText { max: TEXT_MAX }.into()),
    }
}

/// One that may be left out.
fn maybe_text(text: Option<&str>) -> Result<Option<String>, Refusal> {
    text.map(tidy).filter(|text| !text.is_empty()).map(|text| text_of(&text)).transpose()
}
