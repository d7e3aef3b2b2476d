//! Why something is not done. Facts only; `discord/words` makes the sentence that says what to do next.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

mod task;

pub use task::TaskRefusal;

use super::guard::Forbidden;
use super::ids::UnitCode;
use super::lang::{Lang, Text};
use super::people::NotArranged;
use super::reminding::ReminderRefusal;
use super::rights::Authority;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A request that was understood and is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// The person's standing does not allow it; these could do it.
    NotAllowed { who: Vec<Authority> },
    /// What one has asked for oneself is decided by another.
    OwnRequest { who: Vec<Authority> },
    /// No phase is called that.
    UnknownPhase { given: String },
    /// No unit is called that.
    UnknownUnit { given: String },
    /// The unit exists no more, or not yet; these took over its work.
    UnitGone { unit: UnitCode, successors: Vec<UnitCode> },
    /// No task has that code.
    UnknownTask { given: String },
    /// No such meeting.
    UnknownMeeting { given: String },
    /// The meeting has begun, so nobody needs to answer any more.
    MeetingBegan,
    /// The same unit is named twice.
    UnitTwice { unit: UnitCode },
    /// The unit that leads is named as a supporter as well.
    LeadSupports { unit: UnitCode },
    /// Several units are named as the lead.
    OneLead { given: Vec<UnitCode> },
    /// The lead of this phase depends on the domain, so it must be named; these are the candidates.
    LeadNeeded { candidates: Vec<(Text, UnitCode)> },
    /// Another lead than the matrix names needs a reason. Where the lead depends on the domain, the matrix names several.
    ReasonNeeded { matrix: Vec<UnitCode> },
    /// The charter or the date parser says by itself what is wrong, in both languages.
    Told { words: Text },
    /// The due date is a day off; `name` says which. The nearest working days stand beside it.
    DayOff { date: NaiveDate, name: Option<Text>, before: NaiveDate, after: NaiveDate },
    /// A meeting needs an hour.
    TimeNeeded,
    /// The moment has passed.
    InThePast,
    /// The title is empty or longer than `max` characters.
    BadTitle { max: usize },
    /// It cannot be done to this task, or not so.
    Task { no: TaskRefusal },
    /// Open tasks of the same phase are like the one that is to be given; it is given all the same if the person says so.
    Alike { tasks: Vec<Alike>, asked: u64 },
    /// What was asked for was given then, as this task.
    GivenBefore { code: String },
    /// Another person asked for it.
    NotYourRequest,
    /// A decision is recorded in the thread of a task or of a meeting, and this is neither.
    NoTaskHere,
    /// No meeting is called so; or none was named, and this is no thread of one.
    NoMeetingHere { given: Option<String> },
    /// The message has no text.
    NothingToDecide,
    /// The message is recorded as a decision already.
    DecidedBefore { code: String },
    /// The message is recorded as a decision of a meeting already.
    DecidedAtMeeting,
    /// What was asked for is not there any more.
    AskAgain,
    /// The person belongs to no unit that has a part in this.
    NoUnitOfYours,
    /// Something about reminders.
    Reminders { no: ReminderRefusal },
    /// Nothing to look for was typed.
    EmptyQuery,
    /// The first day of a period comes after its last.
    PeriodReversed,
    /// Cards with threads below them need a text channel.
    NoTextChannel { channel: u64 },
    /// Tasks need a text channel or a forum.
    NoTaskChannel { channel: u64 },
    /// The forum takes no post without a tag, and none of its tags says these.
    ForumNeedsTags { channel: u64, tags: Vec<String> },
    /// Something about roles, positions and delegations was not arranged.
    NotArranged { why: NotArranged },
    /// It must not be put here; nothing of it was kept.
    Forbidden { what: Forbidden },
}

/// A task that is like the one that is to be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    /// Its code.
    pub code: String,
    /// Its title, unless it is private.
    pub title: Option<String>,
    /// By when it is due.
    pub due: DateTime<Utc>,
}

impl Refusal {
    /// A refusal whose words come from where the mistake was found.
    pub fn told(sentence: impl Fn(Lang) -> String) -> Self {
        Self::Told { words: Text { vi: sentence(Lang::Vi), en: sentence(Lang::En) } }
    }
}
