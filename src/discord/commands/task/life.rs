//! What the units, and who gave the task, do to it. Where a text is not typed, a form asks for it.

use super::super::{Context, Error, actor, complete, submit};
use crate::discord::forms::{self, Asked, Form};
use crate::service::request::{
    AcceptTask, AskExtension, BlockTask, CancelTask, DecideExtension, ReopenTask, ReportTask, Request,
    TaskRef, UrgeTask,
};

/// Granted or refused, as a choice.
#[derive(Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum Decision {
    #[name = "grant"]
    Grant,
    #[name = "refuse"]
    Refuse,
}

async fn open(ctx: Context<'_>, form: Form, task: &str, given: &[(&str, String)]) -> Result<(), Error> {
    let interaction = ctx.interaction;
    let http = &ctx.serenity_context().http;
    let asked = Asked { desk: ctx.data(), http, id: interaction.id, token: &interaction.token };
    forms::open(asked, &actor(ctx).await?, form, task, given).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn receive(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
) -> Result<(), Error> {
    submit(ctx, Request::ReceiveTask(TaskRef { task: code })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn report(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    text: Option<String>,
) -> Result<(), Error> {
    match text {
        Some(text) => submit(ctx, Request::ReportTask(ReportTask { task: code, text })).await,
        None => open(ctx, Form::Report, &code, &[]).await,
    }
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn block(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    reason: Option<String>,
    #[autocomplete = "complete::unit"] help: Option<String>,
) -> Result<(), Error> {
    match reason {
        Some(reason) => submit(ctx, Request::BlockTask(BlockTask { task: code, reason, help })).await,
        None => {
            let given: Vec<(&str, String)> = help.map(|help| ("help", help)).into_iter().collect();
            open(ctx, Form::Block, &code, &given).await
        }
    }
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn extend(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::date"] due: Option<String>,
    reason: Option<String>,
) -> Result<(), Error> {
    match (due, reason) {
        (Some(due), Some(reason)) => {
            submit(ctx, Request::AskExtension(AskExtension { task: code, due, reason })).await
        }
        (due, reason) => {
            let given = [due.map(|due| ("due", due)), reason.map(|reason| ("text", reason))];
            let given: Vec<(&str, String)> = given.into_iter().flatten().collect();
            open(ctx, Form::Extend, &code, &given).await
        }
    }
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn decide(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    decision: Decision,
    reason: Option<String>,
) -> Result<(), Error> {
    if decision == Decision::Refuse && reason.is_none() {
        return open(ctx, Form::Refuse, &code, &[]).await;
    }
    let grant = decision == Decision::Grant;
    submit(ctx, Request::DecideExtension(DecideExtension { task: code, grant, answer: reason })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn done(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
) -> Result<(), Error> {
    submit(ctx, Request::FinishTask(TaskRef { task: code })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn accept(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    remark: Option<String>,
) -> Result<(), Error> {
    submit(ctx, Request::AcceptTask(AcceptTask { task: code, remark })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn reopen(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    reason: String,
    #[autocomplete = "complete::date"] due: Option<String>,
) -> Result<(), Error> {
    submit(ctx, Request::ReopenTask(ReopenTask { task: code, reason, due })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn cancel(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    reason: String,
) -> Result<(), Error> {
    submit(ctx, Request::CancelTask(CancelTask { task: code, reason })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn urge(
    ctx: Context<'_>,
    #[autocomplete = "complete::task"] code: String,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    text: Option<String>,
) -> Result<(), Error> {
    submit(ctx, Request::UrgeTask(UrgeTask { task: code, unit, text })).await
}
