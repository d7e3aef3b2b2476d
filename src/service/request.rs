//! What people may ask for that changes something: as they typed it, so that it can be kept and decided later.

use super::people::PeopleRequest;
use crate::domain::actor::{Actor, Tier};
use crate::domain::ids::{ChannelId, GuildId, UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::meeting::{AttendanceAnswer, MeetingKind};
use crate::domain::position::Position;
use crate::domain::recurrence::Every;
use crate::domain::task::{Urgency, Visibility};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A request that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Give a task.
    GiveTask(GiveTask),
    /// Confirm that one's unit has received a task.
    ReceiveTask(TaskRef),
    /// Report a task done.
    FinishTask(TaskRef),
    /// Schedule a meeting, a workshop or training.
    ScheduleMeeting(ScheduleMeeting),
    /// Answer an invitation.
    AnswerMeeting(AnswerMeeting),
    /// Arrange what a role stands for, who holds a position, who stands in.
    Arrange(PeopleRequest),
}

impl Request {
    /// All that was typed freely, and would be kept and shown.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts: Vec<Option<&String>> = match self {
            Self::GiveTask(give) => vec![
                Some(&give.title),
                Some(&give.phase),
                Some(&give.due),
                give.lead.as_ref(),
                give.support.as_ref(),
                give.basis.as_ref(),
                give.reason.as_ref(),
            ],
            Self::ScheduleMeeting(meeting) => vec![
                Some(&meeting.title),
                Some(&meeting.when),
                meeting.units.as_ref(),
                meeting.place.as_ref(),
            ],
            // A button's id was typed by nobody.
            Self::ReceiveTask(TaskRef { task }) | Self::FinishTask(TaskRef { task }) => {
                vec![Some(task).filter(|task| uuid::Uuid::try_parse(task).is_err())]
            }
            Self::AnswerMeeting(_) => Vec::new(),
            Self::Arrange(people) => people.texts(),
        };
        texts.into_iter().flatten().map(String::as_str)
    }
}

/// `/task create`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveTask {
    /// What is to be done.
    pub title: String,
    /// Code or name of the phase.
    pub phase: String,
    /// A date as people write it.
    pub due: String,
    /// Another lead than the matrix names.
    pub lead: Option<String>,
    /// Supporting units, separated by commas; the matrix's when nothing is said.
    pub support: Option<String>,
    /// How urgent.
    pub urgency: Urgency,
    /// Article, plan or document; the matrix's article when nothing is said.
    pub basis: Option<String>,
    /// Who may see the thread.
    pub visibility: Visibility,
    /// Why another unit leads.
    pub reason: Option<String>,
}

/// A task as people name it (`nv-2023-004`), or by its id when a button was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// Code or id.
    pub task: String,
}

/// `/meeting schedule`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleMeeting {
    /// Meeting, workshop or training.
    pub kind: MeetingKind,
    /// What it is about.
    pub title: String,
    /// Date and time as people write them.
    pub when: String,
    /// How it recurs.
    pub every: Every,
    /// Invited units, separated by commas; all central units when nothing is said.
    pub units: Option<String>,
    /// Where.
    pub place: Option<String>,
}

/// A pressed button of an announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerMeeting {
    /// Which holding of the meeting.
    pub occurrence: String,
    /// Comes, does not, or sends someone else.
    pub answer: AttendanceAnswer,
}

/// A request on its way in, with where and how to answer it.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Discord's id of the interaction.
    pub interaction: u64,
    /// Our application.
    pub application: u64,
    /// The interaction's token.
    pub token: String,
    /// Where it was asked.
    pub channel: ChannelId,
    /// Who asks.
    pub actor: Actor,
    /// For what.
    pub request: Request,
}

/// An actor as the inbox keeps them: with the standing they had when they asked.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptActor {
    user: UserId,
    name: String,
    units: BTreeSet<UnitCode>,
    tiers: BTreeSet<Tier>,
    #[serde(default)]
    positions: BTreeMap<UnitCode, BTreeSet<Position>>,
    lang: Lang,
}

impl From<&Actor> for KeptActor {
    fn from(actor: &Actor) -> Self {
        Self {
            user: actor.user,
            name: actor.name.clone(),
            units: actor.units.clone(),
            tiers: actor.tiers.clone(),
            positions: actor.positions.clone(),
            lang: actor.lang,
        }
    }
}

impl KeptActor {
    pub(super) fn of(self, guild: GuildId) -> Actor {
        Actor {
            guild,
            user: self.user,
            name: self.name,
            units: self.units,
            tiers: self.tiers,
            positions: self.positions,
            lang: self.lang,
        }
    }
}
