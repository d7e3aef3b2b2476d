//! `/log`: find what was said in the coordination threads.

use super::{Context, Error, actor, answer, complete, refuse};
use crate::discord::visibility::visible_threads;
use crate::discord::words::Voice;
use crate::service::exchanges::ExchangeQuery;

#[poise::command(slash_command, guild_only, subcommands("search"), subcommand_required)]
pub(super) async fn log(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn search(
    ctx: Context<'_>,
    query: String,
    #[autocomplete = "complete::task"] code: Option<String>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::date"] date: Option<String>,
    #[autocomplete = "complete::date"] until: Option<String>,
) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let desk = ctx.data();
    let office = &desk.office;
    let threads = match office.exchange_threads(&actor, code.as_deref()).await? {
        Ok(threads) => threads,
        Err(refusal) => return refuse(ctx, &actor, &refusal).await,
    };
    let Some(member) = &ctx.interaction.member else { anyhow::bail!("a search from outside a server") };
    let cache = &ctx.serenity_context().cache;
    let visible = visible_threads(cache, &desk.rest, member, &threads).await?;
    let asked = ExchangeQuery { query, unit, date, until };
    match office.search_exchanges(&actor, &asked, &visible).await? {
        Ok(hits) => {
            let known = office.recognition(actor.guild).await?;
            let voice = Voice { office, lang: actor.lang, known: &known };
            answer(ctx, voice.hits(&asked.query, &hits)).await
        }
        Err(refusal) => refuse(ctx, &actor, &refusal).await,
    }
}
