//! `/settings`: how the office works on this server.

use super::task::UrgencyChoice;
use super::{Context, Error, Question, complete, server, submit};
use crate::discord::render;
use crate::service::reminders::SetReminders;
use crate::service::request::Request;

#[poise::command(
    slash_command,
    guild_only,
    subcommands("server::setup", "server::channels", "server::language", "reminders"),
    subcommand_required
)]
pub(super) async fn settings(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only, subcommands("show", "set", "simulate"), subcommand_required)]
async fn reminders(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.rules_shown(&question.actor, unit.as_deref()).await?;
    let voice = question.voice();
    let list = found.map(|shown| {
        render::list(&voice.rules_heading(shown.unit.as_ref()), &voice.rules_lines(&shown), None)
    });
    question.answer(list).await
}

#[poise::command(slash_command, guild_only)]
async fn set(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    urgency: Option<UrgencyChoice>,
    moments: Option<String>,
    quiet: Option<String>,
    limit: Option<String>,
) -> Result<(), Error> {
    let set = SetReminders { unit, urgency: urgency.map(Into::into), moments, quiet, limit };
    submit(ctx, Request::SetReminders(set)).await
}

#[poise::command(slash_command, guild_only)]
async fn simulate(
    ctx: Context<'_>,
    #[autocomplete = "complete::date"] date: Option<String>,
    #[autocomplete = "complete::date"] until: Option<String>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let (date, until, unit) = (date.as_deref(), until.as_deref(), unit.as_deref());
    let found = question.office.simulate_reminders(&question.actor, date, until, unit).await?;
    let voice = question.voice();
    let list = found.map(|foretold| {
        render::list(&voice.simulation_heading(&foretold), &voice.simulation_lines(&foretold), None)
    });
    question.answer(list).await
}
