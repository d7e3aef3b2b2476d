//! Meetings, workshops and training: kinds, and what people answer.

use super::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use super::task::coded;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

coded! {
    /// What is held.
    MeetingKind {
        /// Cuộc họp.
        Meeting = "meeting",
        /// Hội thảo.
        Workshop = "workshop",
        /// Tập huấn.
        Training = "training",
    }
}

coded! {
    /// What a person answers to an invitation.
    AttendanceAnswer {
        /// Tham dự.
        Comes = "comes",
        /// Không tham dự.
        Declines = "declines",
        /// Cử người khác.
        Sends = "sends",
    }
}

/// A meeting, a workshop or training, with how it recurs.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Own id.
    pub id: String,
    /// The office.
    pub guild: GuildId,
    /// What is held.
    pub kind: MeetingKind,
    /// What it is about.
    pub title: String,
    /// Where, in the words of who scheduled it.
    pub place: Option<String>,
    /// Its rule, as [`super::recurrence::Recurrence`] prints it.
    pub recurrence: String,
    /// Who scheduled it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who is invited, in order.
    pub units: Vec<UnitCode>,
}

/// One holding of a meeting.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Own id.
    pub id: String,
    /// What is held.
    pub meeting: Meeting,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// Grows with each answer; an announcement shows one revision.
    pub revision: i64,
    /// Where it is announced.
    pub channel: Option<ChannelId>,
    /// The announcement.
    pub message: Option<MessageId>,
    /// What people answered, the newest answer of each.
    pub attendance: Vec<Attendance>,
}

impl Occurrence {
    /// What a timer of this holding is called.
    pub fn subject(&self) -> String {
        format!("occurrence:{}", self.id)
    }

    /// How many people of `unit` gave `answer`.
    pub fn tally(&self, unit: &UnitCode, answer: AttendanceAnswer) -> usize {
        self.attendance.iter().filter(|one| one.unit == *unit && one.answer == answer).count()
    }

    /// The invited units from which nobody has answered.
    pub fn silent(&self) -> impl Iterator<Item = &UnitCode> {
        self.meeting.units.iter().filter(|unit| !self.attendance.iter().any(|one| one.unit == **unit))
    }
}

/// What one person answered for their unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub user: UserId,
    /// The name they showed.
    pub name: String,
    /// For which unit.
    pub unit: UnitCode,
    /// What.
    pub answer: AttendanceAnswer,
}

/// A message in a meeting's thread that was recorded as a decision, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingDecision {
    /// The thread.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// What it said.
    pub text: String,
    /// Who recorded it.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}
