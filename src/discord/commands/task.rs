//! `/task`: give and see tasks; what is done to them stands in `life` and `parts`.

mod life;
mod parts;

use super::{Context, Error, Question, complete, submit};
use crate::discord::render;
use crate::domain::task::{Urgency, Visibility};
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
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.list_tasks(&question.actor, unit.as_deref(), phase.as_deref()).await?;
    let voice = question.voice();
    let list = found.map(|tasks| {
        render::list(&voice.task_list_heading(&tasks), &voice.task_lines(&tasks), voice.list_cut(&tasks))
    });
    question.answer(list).await
}
