//! `/my`: the tasks of the person's units.

use super::task::{LateChoice, StateChoice};
use super::{Context, Error, Question, complete};
use crate::service::lists::ListAsked;

#[poise::command(slash_command, guild_only)]
pub(super) async fn my(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::phase"] phase: Option<String>,
    state: Option<StateChoice>,
    late: Option<LateChoice>,
    query: Option<String>,
) -> Result<(), Error> {
    let state = state.map(StateChoice::state);
    let late = late.map(LateChoice::late);
    let asked = ListAsked { mine: true, unit, phase, state, late, text: query, page: 0 };
    Question::of(ctx).await?.list(asked).await
}
