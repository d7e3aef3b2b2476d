//! Why something about reminders is refused.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

use super::deadline::Rule;
use super::escalation::EscalationRung;
use super::ids::{UnitCode, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A request about reminders that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum ReminderRefusal {
    /// The task, or the part of `unit`, is not late, or not any more, so there is nothing to take note of.
    NothingToAcknowledge {
        code: String,
        #[serde(default)]
        unit: Option<UnitCode>,
    },
    /// Somebody took note before, and it holds up to and with this day.
    AlreadyAcknowledged {
        code: String,
        #[serde(default)]
        unit: Option<UnitCode>,
        by: UserId,
        until: NaiveDate,
    },
    /// The lateness was taken up to somebody else.
    NotTakenUpToYou { rung: EscalationRung, unit: Option<UnitCode> },
    /// How the office, or this unit, is reminded is set by others.
    NotYoursToSet { unit: Option<UnitCode> },
    /// A rule cannot be read, or would leave no hour to remind in.
    BadRule { rule: Rule, given: String },
    /// Nothing was named that should be set.
    NothingToSet,
    /// Moments go with an urgency, and an urgency with moments.
    UrgencyNeeded,
    /// It is set for the whole office only.
    OfficeOnly,
    /// A forecast reaches no further than so many days.
    TooLong { days: i64 },
}
