//! A task: what it is, who has which part in it, and how its state changes.

use super::ids::{ChannelId, GuildId, MessageId, PhaseCode, UnitCode, UserId};
use super::lang::Text;
pub use super::life::TaskState;
use super::life::{Act, Life, next};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest title, in characters: with the code before it, it is the thread's name, which Discord ends at 100.
pub const TITLE_MAX: usize = 80;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As the database writes it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Back from [`Self::code`].
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// How urgent a task is. Exactly these: Decree 30/2020/NĐ-CP knows three degrees above the normal one.
    Urgency {
        /// Thường.
        Normal = "normal",
        /// Khẩn.
        Urgent = "urgent",
        /// Thượng khẩn.
        VeryUrgent = "very_urgent",
        /// Hỏa tốc.
        Flash = "flash",
    }
}

coded! {
    /// Who may see the task's thread.
    Visibility {
        /// Everyone who sees the phase's channel.
        Public = "public",
        /// Only the people of its units, and who is added.
        Private = "private",
    }
}

coded! {
    /// What becomes of a task when another version of the regulation is in force.
    Choice {
        /// Giữ nguyên: it stays under its own.
        Keep = "keep",
        /// Chuyển: it goes on under the one in force, with the units that it names.
        Move = "move",
    }
}

coded! {
    /// The part of a unit in a task.
    Part {
        /// Chủ trì: exactly one.
        Lead = "lead",
        /// Phối hợp.
        Support = "support",
    }
}

coded! {
    /// How a task relates to another.
    LinkKind {
        /// Liên quan.
        Related = "related",
        /// Tiếp sau: it begins where the other ends.
        Follows = "follows",
        /// Nhận bàn giao: it takes over the other's result.
        TakesOver = "takes_over",
    }
}

/// A unit's part in a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskUnit {
    /// Which unit.
    pub unit: UnitCode,
    /// Lead or support.
    pub part: Part,
    /// When the part became the unit's.
    pub since: DateTime<Utc>,
    /// When the unit confirmed that it has received the task.
    pub received_at: Option<DateTime<Utc>>,
    /// By when its own part is due, when that is not the task's day.
    pub due: Option<DateTime<Utc>>,
    /// When it sent its part.
    pub done_at: Option<DateTime<Utc>>,
}

impl TaskUnit {
    /// A part that begins at `since`.
    pub fn new(unit: UnitCode, part: Part, since: DateTime<Utc>) -> Self {
        Self { unit, part, since, received_at: None, due: None, done_at: None }
    }
}

/// A step of the procedure that a task goes through (bước).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStep {
    /// From 1.
    pub number: i64,
    /// Its code in the charter, such as `P3.2`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// When it was ticked off.
    pub checked_at: Option<DateTime<Utc>>,
}

/// A task as it stands.
#[derive(Clone, Debug)]
pub struct Task {
    /// Own id.
    pub id: String,
    /// The office.
    pub guild: GuildId,
    /// `NV-2023-004`: without gaps per office and year.
    pub code: String,
    /// What is to be done.
    pub title: String,
    /// The phase of production it belongs to.
    pub phase: PhaseCode,
    /// The charter version under which it was given.
    pub charter: String,
    /// By when.
    pub due: DateTime<Utc>,
    /// How urgent.
    pub urgency: Urgency,
    /// The article, plan or document that it rests on.
    pub basis: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Why another unit leads than the matrix names.
    pub lead_reason: Option<String>,
    /// Where it stands.
    pub state: TaskState,
    /// Where it goes on once an extension is decided.
    pub resumes: Option<TaskState>,
    /// Who gave it.
    pub created_by: UserId,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Grows with each change; a card shows one revision.
    pub revision: i64,
    /// The channel of its phase.
    pub channel: Option<ChannelId>,
    /// Its card.
    pub card: Option<MessageId>,
    /// Its thread.
    pub thread: Option<ChannelId>,
    /// Its units, the lead first.
    pub units: Vec<TaskUnit>,
}

impl Task {
    /// The lead unit.
    pub fn lead(&self) -> Option<&UnitCode> {
        self.units.iter().find(|unit| unit.part == Part::Lead).map(|unit| &unit.unit)
    }

    /// The supporting units, in order.
    pub fn support(&self) -> impl Iterator<Item = &UnitCode> {
        self.units.iter().filter(|unit| unit.part == Part::Support).map(|unit| &unit.unit)
    }

    /// The supporting units that have not sent their part.
    pub fn missing(&self) -> impl Iterator<Item = &UnitCode> {
        let missing = |unit: &&TaskUnit| unit.part == Part::Support && unit.done_at.is_none();
        self.units.iter().filter(missing).map(|unit| &unit.unit)
    }

    /// Whether `unit` is still to confirm receipt. A lead that works on the task, and a supporter that has sent its part, have it
    /// before their eyes.
    pub fn awaits_receipt(&self, unit: &TaskUnit) -> bool {
        let at_work = match unit.part {
            Part::Lead => !matches!(self.state, TaskState::Given | TaskState::Reopened),
            Part::Support => unit.done_at.is_some(),
        };
        self.state.is_open() && unit.received_at.is_none() && !at_work
    }

    /// The units that are still to confirm receipt, the lead first.
    pub fn unreceived(&self) -> impl Iterator<Item = &UnitCode> {
        self.units.iter().filter(|unit| self.awaits_receipt(unit)).map(|unit| &unit.unit)
    }

    /// Where `act` would lead it; `None` when it cannot be done now.
    pub fn after(&self, act: Act) -> Option<Life> {
        next(Life { state: self.state, resumes: self.resumes }, act)
    }

    /// The part of `unit`, if it has one.
    pub fn part_of(&self, unit: &UnitCode) -> Option<Part> {
        self.units.iter().find(|one| one.unit == *unit).map(|one| one.part)
    }

    /// What a timer of this task is called.
    pub fn subject(&self) -> String {
        format!("task:{}", self.id)
    }
}

/// `NV-2023-004`: the year is that of giving, the number runs without gaps per office and year.
pub fn code(year: i32, number: i64) -> String {
    format!("NV-{year}-{number:03}")
}
