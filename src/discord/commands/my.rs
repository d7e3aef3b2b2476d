//! `/my`: the open tasks of the person's units.

use super::{Context, Error, actor, answer};
use crate::discord::render;
use crate::discord::words::Voice;

#[poise::command(slash_command, guild_only)]
pub(super) async fn my(ctx: Context<'_>) -> Result<(), Error> {
    let actor = actor(ctx).await?;
    let office = &ctx.data().office;
    let tasks = office.my_tasks(&actor).await?;
    let known = office.recognition(actor.guild).await?;
    let voice = Voice { office, lang: actor.lang, known: &known };
    let lines: Vec<String> = tasks.iter().map(|task| voice.task_line(task)).collect();
    answer(ctx, render::list(&voice.my_heading(&actor, tasks.len()), &lines, None)).await
}
