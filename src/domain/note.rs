//! What happened to a task, as it is recorded once and told everywhere: the line in the thread, the answer to who did it, the
//! row of the audit trail, the history on the card.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

use super::escalation::EscalationRung;
use super::ids::UnitCode;
use super::lang::Text;
use super::task::{LinkKind, TaskState};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One thing that happened to a task. Who did it and when is recorded beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TaskNote {
    /// A unit confirmed that it has received the task, `minutes` of office time after its part became its own.
    Received { unit: UnitCode, minutes: i64 },
    /// A unit reported progress.
    Reported { unit: UnitCode, text: String },
    /// A unit reported what keeps it from going on, and from whom it needs help.
    Blocked { unit: UnitCode, text: String, help: Option<UnitCode> },
    /// The lead asked for a new deadline.
    ExtensionAsked { was: DateTime<Utc>, due: DateTime<Utc>, reason: String },
    /// The new deadline was granted.
    ExtensionGranted { was: DateTime<Utc>, due: DateTime<Utc>, answer: Option<String> },
    /// It was not; `kept` is the deadline that stands.
    ExtensionRefused { kept: DateTime<Utc>, answer: Option<String> },
    /// Another unit leads from now on.
    Reassigned { from: UnitCode, to: UnitCode, reason: String },
    /// The lead reported the task done; no unit when a coordinator did so in its place.
    Done { unit: Option<UnitCode> },
    /// A supporting unit sent its part.
    PartDone { unit: UnitCode },
    /// The result was accepted.
    Accepted { remark: Option<String> },
    /// The result was returned, or the closed task taken up again: it is due `due`.
    Reopened { was: TaskState, due: DateTime<Utc>, reason: String },
    /// It is not to be done any more.
    Cancelled { reason: String },
    /// Units that are late were chased.
    Urged { units: Vec<UnitCode>, text: Option<String> },
    /// A supporter's part got its own deadline.
    PartDue { unit: UnitCode, due: DateTime<Utc> },
    /// A step of the procedure was ticked off, or the tick taken back.
    StepChecked { code: String, done: bool },
    /// It was linked with another task.
    Linked { code: String, kind: LinkKind },
    /// Its result goes over to the next phase, in the task `code` led by `to`.
    HandedOver { code: String, to: UnitCode },
    /// A message in its thread was recorded as a decision.
    Decided { guild: u64, channel: u64, message: u64, text: String },
    /// It stays under the version under which it was given, though `version` is in force.
    CharterKept { charter: String, version: String, reason: Option<String> },
    /// It goes on under `version`; the units that came in and went out.
    CharterMoved {
        charter: String,
        version: String,
        lead: Option<UnitCode>,
        joined: Vec<UnitCode>,
        left: Vec<UnitCode>,
        reason: Option<String>,
        /// Steps that had been ticked off and that `version` does not have so: here they stay known.
        #[serde(default)]
        unticked: Vec<StepNamed>,
    },
    /// Somebody took note of its lateness, which stays on that rung until then.
    Acknowledged { rung: EscalationRung, until: NaiveDate },
    /// The unit that took its result over confirmed receipt, in the task `code`.
    TakenOver { code: String, by: UnitCode },
}

/// A step of a procedure that may be known only here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepNamed {
    /// Its code in the version that had it.
    pub code: String,
    /// Its name there.
    pub name: Text,
    /// When it was ticked off.
    pub checked_at: DateTime<Utc>,
}

impl TaskNote {
    /// What the audit trail calls it.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Received { .. } => "task.receive",
            Self::Reported { .. } => "task.report",
            Self::Blocked { .. } => "task.block",
            Self::ExtensionAsked { .. } => "task.extend.ask",
            Self::ExtensionGranted { .. } => "task.extend.grant",
            Self::ExtensionRefused { .. } => "task.extend.refuse",
            Self::Reassigned { .. } => "task.reassign",
            Self::Done { .. } => "task.done",
            Self::PartDone { .. } => "task.part.done",
            Self::Accepted { .. } => "task.accept",
            Self::Reopened { .. } => "task.reopen",
            Self::Cancelled { .. } => "task.cancel",
            Self::Urged { .. } => "task.urge",
            Self::PartDue { .. } => "task.part.due",
            Self::StepChecked { .. } => "task.step",
            Self::Linked { .. } => "task.link",
            Self::HandedOver { .. } => "task.handover",
            Self::Decided { .. } => "task.decision",
            Self::TakenOver { .. } => "task.takeover",
            Self::Acknowledged { .. } => "task.acknowledge",
            Self::CharterKept { .. } => "task.charter.keep",
            Self::CharterMoved { .. } => "task.charter.move",
        }
    }

    /// Why, in the words of who did it.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Blocked { text: reason, .. }
            | Self::ExtensionAsked { reason, .. }
            | Self::Reassigned { reason, .. }
            | Self::Reopened { reason, .. }
            | Self::Cancelled { reason } => Some(reason),
            Self::ExtensionGranted { answer: text, .. }
            | Self::ExtensionRefused { answer: text, .. }
            | Self::Accepted { remark: text }
            | Self::CharterKept { reason: text, .. }
            | Self::CharterMoved { reason: text, .. }
            | Self::Urged { text, .. } => text.as_deref(),
            _ => None,
        }
    }
}
