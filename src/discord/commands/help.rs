//! `/help`: what can be typed, from the manifest: all commands by name, or those of one with an example each.

use super::{Context, Error, Question, complete};
use crate::discord::render;
use crate::domain::fold::fold;

#[poise::command(slash_command, guild_only)]
pub(super) async fn help(
    ctx: Context<'_>,
    #[autocomplete = "complete::command"] command: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let voice = question.voice();
    let manifest = &ctx.data().manifest;
    let wanted = command.as_deref().map(|typed| fold(typed.trim().trim_start_matches('/')));
    let of = |name: &str| {
        wanted.as_deref().is_some_and(|wanted| fold(name).split(' ').next() == wanted.split(' ').next())
    };
    let mut lines: Vec<String> = manifest
        .policies()
        .filter(|policy| of(&policy.name.en) || of(&policy.name.vi))
        .map(|policy| voice.help_line(policy, &question.actor))
        .collect();
    if lines.is_empty() {
        lines = voice.help_overview(manifest);
    }
    question.answer(Ok(render::list(voice.help_heading(), &lines, None))).await
}
