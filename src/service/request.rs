//! What people may ask for that changes something: as they typed it, so that it can be kept and decided later. One plain
//! type for each command, and nothing else: that is why the file is long.

mod texts;

use super::people::PeopleRequest;
use super::reminders::SetReminders;
use super::setup::SetupRequest;
use crate::domain::actor::{Actor, Tier};
use crate::domain::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::meeting::{AttendanceAnswer, MeetingKind};
use crate::domain::position::Position;
use crate::domain::recurrence::Every;
use crate::domain::task::{Choice, Urgency, Visibility};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A request that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Give a task.
    GiveTask(GiveTask),
    /// Give a task out of a message.
    GiveFrom(GiveFrom),
    /// Record a message as a decision.
    MarkDecision(MarkDecision),
    /// Give a task although others are like it.
    GiveAnyway(GiveAnyway),
    /// Confirm that one's unit has received a task.
    ReceiveTask(TaskRef),
    /// Report progress.
    ReportTask(ReportTask),
    /// Report an obstacle.
    BlockTask(BlockTask),
    /// Ask for a new deadline.
    AskExtension(AskExtension),
    /// Grant or refuse it.
    DecideExtension(DecideExtension),
    /// Make another unit the lead.
    ReassignTask(ReassignTask),
    /// Report a task, or one's part of it, done.
    FinishTask(TaskRef),
    /// Take note of a task's lateness, which holds its escalation.
    AcknowledgeEscalation(TakeNote),
    /// Say how the office or a unit is reminded.
    SetReminders(SetReminders),
    /// Accept the result.
    AcceptTask(AcceptTask),
    /// Return the result, or take a closed task up again.
    ReopenTask(ReopenTask),
    /// Cancel a task.
    CancelTask(CancelTask),
    /// Chase who is late.
    UrgeTask(UrgeTask),
    /// Set by when a supporter's part is due.
    SetPart(SetPart),
    /// Tick off a step of the procedure.
    CheckStep(CheckStep),
    /// Link two tasks.
    LinkTask(LinkTask),
    /// Hand the result over to the next phase.
    HandOver(HandOver),
    /// Keep a task under its version of the regulation, or move it to the one in force.
    ConfirmCharter(ConfirmCharter),
    /// Schedule a meeting, a workshop or training.
    ScheduleMeeting(ScheduleMeeting),
    /// Answer an invitation.
    AnswerMeeting(AnswerMeeting),
    /// Set the server up, or see or change a setting.
    SetUp(SetupRequest),
    /// Arrange what a role stands for, who holds a position, who stands in.
    Arrange(PeopleRequest),
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

/// A task that is given out of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveFrom {
    /// The task.
    pub give: GiveTask,
    /// Where the message stands.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

/// A message that is recorded as a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkDecision {
    /// Where it stands.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// What it says.
    pub text: String,
}

/// A pressed button: what was asked for before is given although others are like it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveAnyway {
    /// The interaction in which it was asked for.
    pub asked: u64,
}

/// A task as people name it (`nv-2023-004`), or by its id when a button was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// Code or id.
    pub task: String,
}

/// A pressed button below a reminder of something late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeNote {
    /// Code or id.
    pub task: String,
    /// The supporter whose part is late; none when it is the task.
    #[serde(default)]
    pub unit: Option<UnitCode>,
}

/// `/task report`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTask {
    /// Code or id.
    pub task: String,
    /// How far it is.
    pub text: String,
}

/// `/task block`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockTask {
    /// Code or id.
    pub task: String,
    /// What keeps the unit from going on.
    pub reason: String,
    /// The unit that could help.
    pub help: Option<String>,
}

/// `/task extend`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskExtension {
    /// Code or id.
    pub task: String,
    /// The new deadline.
    pub due: String,
    /// Why.
    pub reason: String,
}

/// `/task decide`, as typed, or a pressed button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideExtension {
    /// Code or id.
    pub task: String,
    /// Granted or refused.
    pub grant: bool,
    /// Why; a refusal needs it.
    pub answer: Option<String>,
}

/// `/task reassign`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReassignTask {
    /// Code or id.
    pub task: String,
    /// The unit that leads from now on.
    pub lead: String,
    /// Why.
    pub reason: String,
}

/// `/task accept`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptTask {
    /// Code or id.
    pub task: String,
    /// A remark on the quality of the result.
    pub remark: Option<String>,
}

/// `/task reopen`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenTask {
    /// Code or id.
    pub task: String,
    /// Why.
    pub reason: String,
    /// A new deadline; needed when the one that stands has passed.
    pub due: Option<String>,
}

/// `/task cancel`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelTask {
    /// Code or id.
    pub task: String,
    /// Why.
    pub reason: String,
}

/// `/task urge`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrgeTask {
    /// Code or id.
    pub task: String,
    /// Which unit; whoever owes something when nothing is said.
    pub unit: Option<String>,
    /// What is wanted of them.
    pub text: Option<String>,
}

/// `/task part`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPart {
    /// Code or id.
    pub task: String,
    /// The supporting unit.
    pub unit: String,
    /// By when its part is due.
    pub due: String,
}

/// `/task check`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckStep {
    /// Code or id.
    pub task: String,
    /// Number, code or name of the step.
    pub step: String,
}

/// `/charter confirm`, as typed, or a pressed button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmCharter {
    /// Code or id.
    pub task: String,
    /// Keep it as it is, or move it.
    pub choice: Choice,
    /// The version that the person saw when pressing the button.
    pub version: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// `/task link`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTask {
    /// Code or id.
    pub task: String,
    /// Code of the other task.
    pub other: String,
    /// Whether the task begins where the other ends.
    pub follows: bool,
}

/// `/task handover`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Code or id.
    pub task: String,
    /// By when the next phase's task is due.
    pub due: String,
    /// Which phase; the next one when nothing is said.
    pub phase: Option<String>,
    /// Which unit leads there, if another than the matrix names or if that depends on the domain.
    pub lead: Option<String>,
    /// What is to be done there; the same when nothing is said.
    pub title: Option<String>,
    /// Why another unit leads.
    pub reason: Option<String>,
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
