//! `/who`: who leads and supports a phase, as of a date.

use super::{Context, Error, Question, complete};

#[poise::command(slash_command, guild_only)]
pub(super) async fn who(
    ctx: Context<'_>,
    #[autocomplete = "complete::phase"] phase: String,
    #[autocomplete = "complete::activity"] activity: Option<String>,
    #[autocomplete = "complete::date"] date: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = question.office.who(&question.actor, &phase, activity.as_deref(), date.as_deref()).await?;
    question.answer(found.map(|found| question.voice().on(found.on).who_card(&found, &question.actor))).await
}
