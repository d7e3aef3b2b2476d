//! Who has which part: another lead, the supporters' own deadlines, the steps, the ties to other tasks.

use super::super::{Context, Error, complete, submit};
use crate::service::request::{CheckStep, HandOver, LinkTask, ReassignTask, Request, SetPart};

#[poise::command(slash_command, guild_only)]
pub(super) async fn reassign(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::unit"] lead: String,
    reason: String,
) -> Result<(), Error> {
    submit(ctx, Request::ReassignTask(ReassignTask { task: code, lead, reason })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn part(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::unit"] unit: String,
    #[autocomplete = "complete::date"] due: String,
) -> Result<(), Error> {
    submit(ctx, Request::SetPart(SetPart { task: code, unit, due })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn check(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::step"] step: String,
) -> Result<(), Error> {
    submit(ctx, Request::CheckStep(CheckStep { task: code, step })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn link(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::task"] other: String,
    follows: Option<bool>,
) -> Result<(), Error> {
    let follows = follows == Some(true);
    submit(ctx, Request::LinkTask(LinkTask { task: code, other, follows })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn handover(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::date"] due: String,
    #[autocomplete = "complete::phase"] phase: Option<String>,
    #[autocomplete = "complete::unit"] lead: Option<String>,
    title: Option<String>,
    reason: Option<String>,
) -> Result<(), Error> {
    submit(ctx, Request::HandOver(HandOver { task: code, due, phase, lead, title, reason })).await
}
