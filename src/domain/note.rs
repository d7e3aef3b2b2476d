//! What happened to a task, as it is recorded once and told everywhere: the line in the thread, the answer to who did it, the
//! row of the audit trail, the history on the card.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

use super::escalation::EscalationRung;
use super::ids::{UnitCode, UserId};
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
    /// Its lateness, or that of the part of `unit`, was taken up to those who hold a rung; nobody holds those in between.
    Escalated {
        #[serde(default)]
        unit: Option<UnitCode>,
        to: EscalationRung,
        holders: Vec<UserId>,
        nobody: Vec<EscalationRung>,
        due: DateTime<Utc>,
    },
    /// Somebody took note of that lateness, which stays on that rung until then.
    Acknowledged {
        #[serde(default)]
        unit: Option<UnitCode>,
        rung: EscalationRung,
        until: NaiveDate,
    },
    /// A supporter's part has passed its own deadline.
    PartLate { unit: UnitCode, due: DateTime<Utc> },
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

/// What the audit trail calls it that lateness is taken up.
const ESCALATE: &str = "task.escalate";

impl TaskNote {
    /// Reads a row of a task's audit trail, as earlier releases wrote it too; `None` where a row holds no note.
    ///
    /// # Errors
    /// When a row that holds a note cannot be read.
    pub fn of_audit(action: &str, detail: &str) -> Result<Option<Self>, serde_json::Error> {
        let mut detail: serde_json::Value = serde_json::from_str(detail)?;
        if let (ESCALATE, Some(fields)) = (action, detail.as_object_mut()) {
            // Before it was a note it was written without its name.
            fields.entry("what").or_insert_with(|| "escalated".into());
        }
        if detail.get("what").is_none() {
            return Ok(None);
        }
        serde_json::from_value(detail).map(Some)
    }

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
            Self::Escalated { .. } => ESCALATE,
            Self::Acknowledged { .. } => "task.acknowledge",
            Self::PartLate { .. } => "task.part.late",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_that_was_recorded_before_steps_moved_too_is_read() {
        let kept = r#"{"what":"charter_moved","charter":"a","version":"b","lead":null,"joined":["TKG"],"left":[],"reason":null}"#;
        let note: TaskNote = serde_json::from_str(kept).expect("a note");
        assert!(matches!(note, TaskNote::CharterMoved { unticked, .. } if unticked.is_empty()));
    }

    #[test]
    fn what_was_taken_up_before_it_was_a_note_is_read_as_one() {
        let before = r#"{"to":"head","holders":[7],"nobody":["deputy"],"due":"2023-03-24T10:00:00Z"}"#;
        let note = TaskNote::of_audit(ESCALATE, before).unwrap().expect("a note");
        let TaskNote::Escalated { unit: None, to: EscalationRung::Head, .. } = &note else {
            panic!("another note: {note:?}");
        };
        let now = serde_json::to_string(&note).unwrap();
        assert_eq!(TaskNote::of_audit(note.action(), &now).unwrap(), Some(note));
    }

    #[test]
    fn a_row_without_a_note_is_none_and_a_note_that_cannot_be_read_is_an_error() {
        assert_eq!(TaskNote::of_audit("task.give", r#"{"code":"NV-2023-001"}"#).unwrap(), None);
        assert!(TaskNote::of_audit("task.report", r#"{"what":"reported"}"#).is_err());
    }
}
