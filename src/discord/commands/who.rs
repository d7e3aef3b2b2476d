//! `/who`: who leads and supports a phase, as of a date.

use super::{Context, Error, actor, answer, complete, refuse};
use crate::discord::words::Voice;

#[poise::command(slash_command, guild_only)]
pub(super) async fn who(
    ctx: Context<'_>,
    #[autocomplete = "complete::phase"] phase: String,
    #[autocomplete = "complete::activity"] activity: Option<String>,
    #[autocomplete = "complete::date"] date: Option<String>,
) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    match office.who(&actor, &phase, activity.as_deref(), date.as_deref()).await? {
        Ok(found) => {
            let known = office.recognition(actor.guild).await?;
            let voice = Voice { office, lang: actor.lang, known: &known };
            answer(ctx, voice.who_card(&found, activity.as_deref())).await
        }
        Err(refusal) => refuse(ctx, &actor, &refusal).await,
    }
}
