//! Why something cannot be done to a task that is there.

use super::Refusal;
use crate::domain::ids::UnitCode;
use crate::domain::task::TaskState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something that cannot be done to a task, or not so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum TaskRefusal {
    /// Not in its present state.
    NotInThisState { code: String, state: TaskState },
    /// A text is empty or longer than `max` characters.
    BadText { max: usize },
    /// The unit confirmed before.
    AlreadyReceived { code: String },
    /// The part was sent before.
    AlreadySent { code: String },
    /// The task is under the version in force already.
    UnderThatVersion { code: String, version: String },
    /// The version that somebody saw is not the one in force any more.
    VersionPassed { asked: String, in_force: String },
    /// The matrix of that version cannot tell who would lead: a person must choose.
    LeadToChoose { code: String, version: String },
    /// The new deadline is not later than the one that stands.
    NotLater { asked: DateTime<Utc>, due: DateTime<Utc> },
    /// The deadline has passed, so a new one is needed.
    DueNeeded { code: String },
    /// The part would be due after the task.
    AfterTask { due: DateTime<Utc> },
    /// The unit leads already.
    LeadsAlready { unit: UnitCode },
    /// The unit supports nothing here.
    NotSupporting { unit: UnitCode, code: String },
    /// Chased already today; the next time is from `again` on.
    AlreadyUrged { code: String, again: DateTime<Utc> },
    /// Nobody owes anything that could be chased.
    NobodyToUrge { code: String },
    /// The procedure has no such step.
    UnknownStep { code: String, given: String },
    /// The task has no procedure.
    NoSteps { code: String },
    /// A task is not linked with itself.
    LinkedWithItself,
    /// They are linked so already.
    LinkedAlready { code: String, other: String },
    /// After the last phase there is nobody to hand over to.
    NoNextPhase { code: String },
    /// The result is not done yet, so there is nothing to hand over.
    NothingToHandOver { code: String },
    /// It was handed over before, in the task `to`.
    HandedOverAlready { code: String, to: String },
}

impl From<TaskRefusal> for Refusal {
    fn from(no: TaskRefusal) -> Self {
        Self::Task { no }
    }
}
