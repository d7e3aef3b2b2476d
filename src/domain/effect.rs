//! What shall be shown on Discord, and what is answered to whom. Facts only: the words and the looks are found when it
//! is shown, from what is true then.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

mod earlier;

use super::escalation::Climbed;
use super::guard::Forbidden;
use super::ids::UnitCode;
use super::lang::Lang;
use super::meeting::{AttendanceAnswer, MeetingDecision};
use super::note::TaskNote;
use super::people::Arranged;
use super::recurrence::MeetingReminder;
use super::refusal::Refusal;
use super::setup::Shape;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One outgoing effect, kept in the outbox until it has a final state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Post the task's card: in its phase's channel, or in its thread when the task is private.
    TaskCard { task: String },
    /// Open the task's thread: under the card, or by itself when the task is private.
    TaskThread { task: String },
    /// Tell the lead and the supporting units in the thread that the task is theirs: the one ping at giving.
    TaskGiven { task: String },
    /// Bring the people of the lead and the supporting units into the thread.
    TaskPeople { task: String },
    /// Edit the card in place so that it shows at least this revision.
    TaskRefresh { task: String, revision: i64 },
    /// Say in the thread what somebody did, and ping those only from whom it wants something.
    TaskNote { task: String, by: u64, note: TaskNote },
    /// Remind the lead, and on the due date the supporters too; or a supporter of its part, which has a deadline of its own.
    TaskReminder { task: String, reminder: TaskReminder },
    /// Say under a message which task was made of it.
    TaskSource { task: String, channel: u64, message: u64 },
    /// Tell an audience in one message of the day's reminders for which there was no room; `unpinged` have none for it either.
    Digest { audience: String, day: NaiveDate, unpinged: Vec<u64> },
    /// Tell an office that another version of the regulation is in force; `pinged` are the coordinators who have room for it.
    CharterNews { version: String, late: bool, pinged: Vec<u64> },
    /// Announce one holding of a meeting to the invited units.
    MeetingCard { occurrence: String },
    /// Edit the announcement in place so that it shows at least this revision.
    MeetingRefresh { occurrence: String, revision: i64 },
    /// Say in a meeting's thread what was recorded as its decision.
    MeetingDecided { occurrence: String, decision: MeetingDecision },
    /// Remind the invited units and the people who come.
    MeetingReminder { occurrence: String, reminder: MeetingReminder },
    /// Tell somebody, in private, that what they wrote in a thread must not stand there and was not kept.
    Withheld {
        author: u64,
        channel: u64,
        message: u64,
        #[serde(default = "state_secret")]
        what: Forbidden,
    },
    /// Make what a server lacks, step by step, for the request `run`.
    SetUp {
        run: u64,
        #[serde(default)]
        shape: Option<Shape>,
    },
    /// Tell one of the two, in private, that standing in has begun or has ended.
    DelegationSaid { delegation: String, user: u64, ends: bool },
    /// Bring somebody who stands in into a task's thread, or take them out of it when they have no part in it any more.
    TaskMember { task: String, user: u64, joins: bool },
    /// Answer the person whose request this was.
    Reply { interaction: u64, answer: Answer },
}

impl Effect {
    /// Reads what waits in the outbox, as earlier releases put it out too.
    ///
    /// # Errors
    /// When it is no effect of this release or an earlier one.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).or_else(|error| earlier::read(json).ok_or(error))
    }
}

/// What was withheld before that was written down.
fn state_secret() -> Forbidden {
    Forbidden::StateSecret
}

/// Whether a reminder asks units for the receipt that they have not confirmed; which these are is found when it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptAsked {
    /// The lead alone, in the words in which it is reminded.
    #[default]
    OfLead,
    /// The supporting units too.
    OfAll,
    /// Nothing else is asked for, and nobody else is pinged.
    Only,
}

/// What the ladder decided; how many days are left is found when the reminder is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReminder {
    /// The supporter whose part it is about; none when it is about the task.
    #[serde(default)]
    pub part: Option<UnitCode>,
    /// Whether the supporting units are pinged as well.
    pub supporters: bool,
    /// Whether the bot was away when it should have gone out.
    #[serde(default)]
    pub late: bool,
    /// How many earlier reminders, not sent because the bot was away, this one stands for.
    pub missed: usize,
    /// Who is asked for a receipt that is not confirmed.
    #[serde(default)]
    pub receipt: ReceiptAsked,
    /// The units that are not pinged because they hear of it elsewhere: in their digest, or by a reminder of their own part.
    #[serde(default)]
    pub withheld: Vec<UnitCode>,
    /// To whom the lateness is taken up.
    #[serde(default)]
    pub climbed: Option<Climbed>,
}

/// The answer to a request that changed something, or did not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Answer {
    /// The task is given. `instead_of` is what the matrix names as the lead, when another was chosen.
    TaskGiven { task: String, instead_of: Vec<UnitCode> },
    /// What was done to the task is recorded: one note, or one for each unit of the person's.
    TaskChanged { task: String, notes: Vec<TaskNote> },
    /// How the office, or one unit, is reminded from now on.
    RemindersSet { unit: Option<UnitCode> },
    /// The meeting is scheduled.
    MeetingScheduled { occurrence: String },
    /// The person's answer to an invitation is recorded.
    Attendance { occurrence: String, unit: UnitCode, answer: AttendanceAnswer },
    /// The message is recorded as a decision of the meeting.
    MeetingDecided { occurrence: String, decision: MeetingDecision },
    /// What setting the server up would do; found when it is shown.
    SetupPlan {
        #[serde(default)]
        shape: Option<Shape>,
    },
    /// The server is being set up; how far that is, is found when it is shown.
    SettingUp,
    /// A channel serves a purpose from now on; when it is a forum, none of its tags says these.
    ChannelSet {
        purpose: String,
        channel: u64,
        #[serde(default)]
        missing: Vec<String>,
    },
    /// The language of posts was set.
    LanguageSet { language: Lang },
    /// Something about roles, positions and delegations was arranged.
    Arranged { done: Arranged },
    /// Nothing was done, and this is why.
    Refused { refusal: Refusal },
}
