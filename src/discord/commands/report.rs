//! `/report`: statistics of the units, shown to everybody.

use super::{Context, Error, Question, complete};
use crate::discord::paging::Paged;
use crate::service::report::{OnTimeAsked, WorkloadAsked};

#[poise::command(slash_command, guild_only, subcommands("ontime", "workload"), subcommand_required)]
pub(super) async fn report(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn ontime(
    ctx: Context<'_>,
    #[autocomplete = "complete::date"] date: Option<String>,
    #[autocomplete = "complete::date"] until: Option<String>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::phase"] phase: Option<String>,
) -> Result<(), Error> {
    let asked = OnTimeAsked { date, until, unit, phase, page: 0 };
    Question::of(ctx).await?.paged(Paged::OnTime(asked)).await
}

#[poise::command(slash_command, guild_only)]
async fn workload(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    #[autocomplete = "complete::phase"] phase: Option<String>,
) -> Result<(), Error> {
    let asked = WorkloadAsked { unit, phase, page: 0 };
    Question::of(ctx).await?.paged(Paged::Workload(asked)).await
}
