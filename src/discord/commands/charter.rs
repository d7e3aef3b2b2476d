//! `/charter`: the text of the regulation, its versions, what differs between them, what is lacking.

mod complete;

use super::complete::{date as a_date, phase as a_phase, task as a_task};
use super::{Context, Error, Question, submit};
use crate::domain::task::Choice;
use crate::service::request::{ConfirmCharter, Request};

/// What becomes of a task, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum ChoiceChoice {
    #[name = "keep"]
    Keep,
    #[name = "move"]
    Move,
}

#[poise::command(
    slash_command,
    guild_only,
    subcommands("show", "article", "phase", "check", "history", "diff", "confirm"),
    subcommand_required
)]
pub(super) async fn charter(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn show(ctx: Context<'_>, #[autocomplete = "a_date"] date: Option<String>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.charter_asked(date.as_deref());
    question.answer(found.map(|(_, day)| question.voice().on(day).charter_card())).await
}

#[poise::command(slash_command, guild_only)]
async fn article(
    ctx: Context<'_>,
    #[autocomplete = "complete::article"] article: String,
    #[autocomplete = "a_date"] date: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.charter_asked(date.as_deref()).and_then(|(charter, day)| {
        let citation = question.office.cited(charter, &article)?;
        Ok(question.voice().on(day).citation_card(&citation))
    });
    question.answer(found).await
}

#[poise::command(slash_command, guild_only)]
async fn phase(
    ctx: Context<'_>,
    #[autocomplete = "a_phase"] phase: String,
    #[autocomplete = "complete::step"] step: Option<String>,
    #[autocomplete = "a_date"] date: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.procedure(&phase, step.as_deref(), date.as_deref());
    question.answer(found.map(|found| question.voice().on(found.day).procedure_card(&found))).await
}

#[poise::command(slash_command, guild_only)]
async fn check(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let gaps = question.office.gaps(question.actor.guild).await?;
    question.answer(Ok(question.voice().gaps_card(&gaps))).await
}

#[poise::command(slash_command, guild_only)]
async fn history(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    question.answer(Ok(question.voice().versions_card())).await
}

#[poise::command(slash_command, guild_only)]
async fn diff(
    ctx: Context<'_>,
    #[autocomplete = "complete::version"] version: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.compared(&question.actor, version.as_deref()).await?;
    question.answer(found.map(|found| question.voice().compared_card(&question.actor, &found))).await
}

#[poise::command(slash_command, guild_only)]
async fn confirm(
    ctx: Context<'_>,
    #[autocomplete = "a_task"] code: String,
    choice: ChoiceChoice,
    reason: Option<String>,
) -> Result<(), Error> {
    let choice = match choice {
        ChoiceChoice::Keep => Choice::Keep,
        ChoiceChoice::Move => Choice::Move,
    };
    submit(ctx, Request::ConfirmCharter(ConfirmCharter { task: code, choice, version: None, reason })).await
}
