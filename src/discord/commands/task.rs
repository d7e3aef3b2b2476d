//! `/task`: give, see, receive and finish tasks.

use super::{Context, Error, Question, complete, submit};
use crate::domain::lateness::Lateness;
use crate::domain::task::{TaskState, Urgency, Visibility};
use crate::service::lists::ListAsked;
use crate::service::request::{GiveTask, Request, TaskRef};

/// How urgent, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum UrgencyChoice {
    #[name = "normal"]
    Normal,
    #[name = "urgent"]
    Urgent,
    #[name = "very_urgent"]
    VeryUrgent,
    #[name = "flash"]
    Flash,
}

impl From<UrgencyChoice> for Urgency {
    fn from(choice: UrgencyChoice) -> Self {
        match choice {
            UrgencyChoice::Normal => Self::Normal,
            UrgencyChoice::Urgent => Self::Urgent,
            UrgencyChoice::VeryUrgent => Self::VeryUrgent,
            UrgencyChoice::Flash => Self::Flash,
        }
    }
}

/// Where a task stands, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
pub(super) enum StateChoice {
    #[name = "given"]
    Given,
    #[name = "received"]
    Received,
    #[name = "done"]
    Done,
}

impl StateChoice {
    pub(super) fn state(self) -> TaskState {
        match self {
            Self::Given => TaskState::Given,
            Self::Received => TaskState::Received,
            Self::Done => TaskState::Done,
        }
    }
}

/// Where a deadline lies, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
pub(super) enum LateChoice {
    #[name = "overdue"]
    Overdue,
    #[name = "soon"]
    Soon,
    #[name = "on_time"]
    OnTime,
}

impl LateChoice {
    pub(super) fn late(self) -> Lateness {
        match self {
            Self::Overdue => Lateness::Overdue,
            Self::Soon => Lateness::Soon,
            Self::OnTime => Lateness::OnTime,
        }
    }
}

#[poise::command(
    slash_command,
    guild_only,
    subcommands("create", "show", "list", "receive", "done"),
    subcommand_required
)]
pub(super) async fn task(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
#[expect(clippy::too_many_arguments, reason = "one for each option that people may type")]
async fn create(
    ctx: Context<'_>,
    title: String,
    #[autocomplete = "complete::phase"] phase: String,
    #[autocomplete = "complete::date"] due: String,
    #[autocomplete = "complete::unit"] lead: Option<String>,
    #[autocomplete = "complete::units"] support: Option<String>,
    urgency: Option<UrgencyChoice>,
    basis: Option<String>,
    private: Option<bool>,
    reason: Option<String>,
) -> Result<(), Error> {
    let give = GiveTask {
        title,
        phase,
        due,
        lead,
        support,
        urgency: urgency.map_or(Urgency::Normal, Urgency::from),
        basis,
        visibility: if private == Some(true) { Visibility::Private } else { Visibility::Public },
        reason,
    };
    submit(ctx, Request::GiveTask(give)).await
}

#[poise::command(slash_command, guild_only)]
async fn show(ctx: Context<'_>, #[autocomplete = "complete::task"] code: String) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.task_shown(&question.actor, &code).await?;
    let card = found.map(|task| {
        let mut card = question.voice().task_card(&task, &task.code);
        card["content"] = task.thread.map(|thread| format!("<#{thread}>")).unwrap_or_default().into();
        card
    });
    question.answer(card).await
}

#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::phase"] phase: Option<String>,
    state: Option<StateChoice>,
    late: Option<LateChoice>,
    query: Option<String>,
) -> Result<(), Error> {
    let state = state.map(StateChoice::state);
    let late = late.map(LateChoice::late);
    let asked = ListAsked { mine: false, unit, phase, state, late, text: query, page: 0 };
    Question::of(ctx).await?.list(asked).await
}

#[poise::command(slash_command, guild_only)]
async fn receive(ctx: Context<'_>, #[autocomplete = "complete::task"] code: String) -> Result<(), Error> {
    submit(ctx, Request::ReceiveTask(TaskRef { task: code })).await
}

#[poise::command(slash_command, guild_only)]
async fn done(ctx: Context<'_>, #[autocomplete = "complete::task"] code: String) -> Result<(), Error> {
    submit(ctx, Request::FinishTask(TaskRef { task: code })).await
}
