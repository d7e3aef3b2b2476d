//! `/log`: find what was said in the coordination threads.

use super::{Context, Error, Question, complete};
use crate::discord::visibility::visible_threads;
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
    let question = Question::of(ctx).await?;
    let (office, actor) = (question.office, &question.actor);
    let threads = match office.exchange_threads(actor, code.as_deref()).await? {
        Ok(threads) => threads,
        Err(refusal) => return question.answer(Err(refusal)).await,
    };
    let Some(member) = &ctx.interaction.member else { anyhow::bail!("a search from outside a server") };
    let cache = &ctx.serenity_context().cache;
    let visible = visible_threads(cache, &ctx.data().rest, member, &threads).await?;
    let asked = ExchangeQuery { query, unit, date, until };
    let found = office.search_exchanges(actor, &asked, &visible).await?;
    question.answer(found.map(|hits| question.voice().hits(&asked.query, &hits))).await
}
