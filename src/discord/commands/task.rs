//! `/task`: give, see, receive and finish tasks.

use super::{Context, Error, actor, answer, complete, refuse, submit};
use crate::discord::render;
use crate::discord::words::Voice;
use crate::domain::task::{Urgency, Visibility};
use crate::service::board::LIST_MAX;
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
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    match office.task_shown(&actor, &code).await? {
        Ok(task) => {
            let known = office.recognition(actor.guild).await?;
            let voice = Voice { office, lang: actor.lang, known: &known };
            let mut card = voice.task_card(&task, &task.code);
            card["content"] = task.thread.map(|thread| format!("<#{thread}>")).unwrap_or_default().into();
            answer(ctx, card).await
        }
        Err(refusal) => refuse(ctx, &actor, &refusal).await,
    }
}

#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::phase"] phase: Option<String>,
) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    match office.list_tasks(&actor, unit.as_deref(), phase.as_deref()).await? {
        Ok(tasks) => {
            let known = office.recognition(actor.guild).await?;
            let voice = Voice { office, lang: actor.lang, known: &known };
            let lines: Vec<String> = tasks.iter().map(|task| voice.task_line(task)).collect();
            let cut = (tasks.len() as i64 == LIST_MAX).then(|| voice.list_cut());
            answer(ctx, render::list(&voice.task_list_heading(tasks.len()), &lines, cut)).await
        }
        Err(refusal) => refuse(ctx, &actor, &refusal).await,
    }
}

#[poise::command(slash_command, guild_only)]
async fn receive(ctx: Context<'_>, #[autocomplete = "complete::task"] code: String) -> Result<(), Error> {
    submit(ctx, Request::ReceiveTask(TaskRef { task: code })).await
}

#[poise::command(slash_command, guild_only)]
async fn done(ctx: Context<'_>, #[autocomplete = "complete::task"] code: String) -> Result<(), Error> {
    submit(ctx, Request::FinishTask(TaskRef { task: code })).await
}
