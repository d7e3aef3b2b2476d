//! Everything about one task that its card and `/task show` tell.

use super::{Office, Outcome};
use crate::domain::ids::UserId;
use crate::domain::note::TaskNote;
use crate::domain::task::{LinkKind, Task, TaskState, TaskStep};
use crate::store::StoreError;
use crate::store::audit::AuditLine;
use crate::store::extension::Asked;
use chrono::{DateTime, Utc};

/// Something that happened to a task.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; nobody when it came about by itself.
    pub by: Option<UserId>,
    /// What.
    pub note: TaskNote,
}

/// A task with its history, oldest first, its procedure, and its ties.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The task.
    pub task: Task,
    /// What happened to it since it was given.
    pub history: Vec<Event>,
    /// Its procedure.
    pub steps: Vec<TaskStep>,
    /// The new deadline that waits for its decision.
    pub asked: Option<Asked>,
    /// The tasks with which it was linked, and how it relates to them.
    pub links: Vec<(Task, LinkKind)>,
    /// The tasks that were linked with it, and how they relate to it.
    pub back_links: Vec<(Task, LinkKind)>,
}

impl Dossier {
    /// The deadlines that stood before the one that stands, oldest first.
    pub fn earlier_deadlines(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let before = |event: &Event| match event.note {
            TaskNote::ExtensionGranted { was, .. } => Some(was),
            _ => None,
        };
        self.history.iter().filter_map(before)
    }

    /// The newest report of progress, and when it came.
    pub fn newest_report(&self) -> Option<&Event> {
        self.history.iter().rev().find(|event| matches!(event.note, TaskNote::Reported { .. }))
    }

    /// What blocks the task now.
    pub fn obstacle(&self) -> Option<&Event> {
        let blocked = self.task.state == TaskState::Blocked || self.task.resumes == Some(TaskState::Blocked);
        self.history.iter().rev().find(|event| blocked && matches!(event.note, TaskNote::Blocked { .. }))
    }
}

impl Office {
    /// The dossier of a task.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dossier(&self, task: Task) -> Outcome<Dossier> {
        let lines = self.store.audit_of(&task.subject()).await?;
        // What stands there beside notes (that the task was given, say) is told elsewhere.
        let event = |line: &AuditLine| {
            let note = TaskNote::of_audit(&line.action, &line.detail);
            let note = note.map_err(|e| StoreError::Corrupt(format!("{} of {}: {e}", line.action, task.id)));
            note.map(|note| Some(Event { at: line.at(), by: line.actor(), note: note? })).transpose()
        };
        Ok(Dossier {
            history: lines.iter().filter_map(event).collect::<Result<_, _>>()?,
            steps: self.store.task_steps(&task.id).await?,
            asked: self.store.extension_waiting(&task.id).await?,
            links: self.store.linked_tasks(&task.id).await?,
            back_links: self.store.links_to(&task.id).await?,
            task,
        })
    }
}
