//! `/task`: give and see tasks; what is done to them stands in `life` and `parts`.

mod life;
mod parts;

use super::{Context, Error, Question, complete, submit};
use crate::domain::lateness::Lateness;
use crate::domain::task::{TaskState, Urgency, Visibility};
use crate::service::lists::ListAsked;
use crate::service::request::{GiveTask, Request};

/// How urgent, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
pub(super) enum UrgencyChoice {
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
    #[name = "in_progress"]
    InProgress,
    #[name = "blocked"]
    Blocked,
    #[name = "awaiting_extension"]
    AwaitingExtension,
    #[name = "done"]
    Done,
    #[name = "accepted"]
    Accepted,
    #[name = "cancelled"]
    Cancelled,
    #[name = "reopened"]
    Reopened,
}

impl StateChoice {
    pub(super) fn state(self) -> TaskState {
        match self {
            Self::Given => TaskState::Given,
            Self::Received => TaskState::Received,
            Self::InProgress => TaskState::InProgress,
            Self::Blocked => TaskState::Blocked,
            Self::AwaitingExtension => TaskState::AwaitingExtension,
            Self::Done => TaskState::Done,
            Self::Accepted => TaskState::Accepted,
            Self::Cancelled => TaskState::Cancelled,
            Self::Reopened => TaskState::Reopened,
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
    subcommands(
        "create",
        "show",
        "list",
        "life::receive",
        "life::report",
        "life::block",
        "life::extend",
        "life::decide",
        "parts::reassign",
        "life::done",
        "life::accept",
        "life::reopen",
        "life::cancel",
        "life::urge",
        "parts::part",
        "parts::check",
        "parts::link",
        "parts::handover"
    ),
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
    let card = match found {
        Err(refusal) => Err(refusal),
        Ok(task) => {
            let voice = question.voice().of(&task);
            Ok(voice.task_file(&question.office.dossier(task).await?))
        }
    };
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
