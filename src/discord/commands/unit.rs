//! `/unit`: the units in scope, their roles and people.

use super::{Context, Error, Question, complete};
use crate::discord::render;

#[poise::command(slash_command, guild_only, subcommands("list", "show"), subcommand_required)]
pub(super) async fn unit(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let voice = question.voice();
    question.answer(Ok(render::list(&voice.unit_list_heading(), &voice.unit_list(), None))).await
}

#[poise::command(slash_command, guild_only)]
async fn show(ctx: Context<'_>, #[autocomplete = "complete::unit"] unit: String) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.unit_shown(&question.actor, &unit).await?;
    question.answer(found.map(|found| question.voice().unit_card(&found))).await
}
