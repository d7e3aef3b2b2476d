//! `/unit`: the units in scope, their roles and people.

use super::{Context, Error, actor, answer, complete, refuse};
use crate::discord::render;
use crate::discord::words::Voice;

#[poise::command(slash_command, guild_only, subcommands("list", "show"), subcommand_required)]
pub(super) async fn unit(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    let known = office.recognition(actor.guild).await?;
    let voice = Voice { office, lang: actor.lang, known: &known };
    answer(ctx, render::list(&voice.unit_list_heading(), &voice.unit_list(), None)).await
}

#[poise::command(slash_command, guild_only)]
async fn show(ctx: Context<'_>, #[autocomplete = "complete::unit"] unit: String) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    match office.unit_shown(&actor, &unit).await? {
        Ok(found) => {
            let known = office.recognition(actor.guild).await?;
            let voice = Voice { office, lang: actor.lang, known: &known };
            answer(ctx, voice.unit_card(&found)).await
        }
        Err(refusal) => refuse(ctx, &actor, &refusal).await,
    }
}
