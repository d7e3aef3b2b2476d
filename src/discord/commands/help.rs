//! `/help`: what can be typed, with one example each, from the manifest.

use super::{Context, Error, Question};
use crate::discord::render;

#[poise::command(slash_command, guild_only)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let voice = question.voice();
    let policies = ctx.data().manifest.policies();
    let lines: Vec<String> = policies.map(|policy| voice.help_line(policy, &question.actor)).collect();
    let lines: Vec<String> = lines.into_iter().chain(voice.menu_lines(&ctx.data().manifest)).collect();
    question.answer(Ok(render::list(voice.help_heading(), &lines, None))).await
}
