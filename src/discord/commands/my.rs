//! `/my`: the open tasks of the person's units.

use super::{Context, Error, Question};
use crate::discord::render;

#[poise::command(slash_command, guild_only)]
pub(super) async fn my(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let tasks = question.office.my_tasks(&question.actor).await?;
    let voice = question.voice();
    let heading = voice.my_heading(&question.actor, &tasks);
    question.answer(Ok(render::list(&heading, &voice.task_lines(&tasks), voice.list_cut(&tasks)))).await
}
