//! What a bot does with an interaction's token: its first answer again, and further messages.

use axum::http::Method;

use super::{Endpoint, Reply, Request, draft, interactions};
use crate::error::ApiError;
use crate::id::Id;
use crate::model::{Answer, Interaction, InteractionKind, Message, flags};
use crate::state::State;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::open(Method::POST, "/webhooks/{webhook_id}/{webhook_token}", follow_up),
    Endpoint::open(Method::GET, "/webhooks/{webhook_id}/{webhook_token}/messages/@original", get),
    Endpoint::open(Method::PATCH, "/webhooks/{webhook_id}/{webhook_token}/messages/@original", edit),
    Endpoint::open(Method::DELETE, "/webhooks/{webhook_id}/{webhook_token}/messages/@original", delete),
    Endpoint::open(Method::GET, "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", get),
    Endpoint::open(Method::PATCH, "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", edit),
    Endpoint::open(Method::DELETE, "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", delete),
];

/// The interaction whose token is in the path.
fn interaction<'a>(state: &'a State, request: &Request) -> Result<&'a Interaction, ApiError> {
    if request.id("webhook_id")? != state.application.id {
        return Err(ApiError::UNKNOWN_WEBHOOK);
    }
    let token = request.param("webhook_token");
    let known = state.interactions.values().rev().find(|interaction| interaction.token == token);
    let interaction = known.ok_or(ApiError::UNKNOWN_WEBHOOK)?;
    if interaction.expires <= state.now() {
        return Err(ApiError::INVALID_WEBHOOK_TOKEN);
    }
    // The webhook comes into being with the first answer.
    let answered = !matches!(interaction.answer, Answer::Waiting | Answer::Failed);
    if answered && interaction.kind != InteractionKind::Autocomplete {
        Ok(interaction)
    } else {
        Err(ApiError::UNKNOWN_WEBHOOK)
    }
}

/// The message of the path: `@original`, or one that this interaction made.
fn message<'a>(state: &'a State, request: &Request) -> Result<&'a Message, ApiError> {
    let interaction = interaction(state, request)?;
    let id = match request.params.get("message_id") {
        Some(_) => request.id("message_id")?,
        None => interaction.original.ok_or(ApiError::UNKNOWN_MESSAGE)?,
    };
    let message = state.any_message(interaction.channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    let made_here = message.invocation.as_ref().is_some_and(|made| made.interaction == interaction.id);
    if made_here || interaction.source == Some(id) { Ok(message) } else { Err(ApiError::UNKNOWN_MESSAGE) }
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    Reply::ok(&state.message_view(message(state, request)?))
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let found = message(state, request)?;
    let (channel_id, id) = (found.channel_id, found.id);
    edit_message(state, request, channel_id, id)
}

fn edit_message(state: &mut State, request: &Request, channel_id: Id, id: Id) -> Result<Reply, ApiError> {
    let before = state.any_message(channel_id, id).cloned();
    let draft = draft::read(state, request, &request.body, channel_id, before.as_ref())?;
    state.edit(channel_id, id, draft)?;
    Reply::ok(&state.message_view(state.any_message(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?))
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let found = message(state, request)?;
    let (channel_id, id) = (found.channel_id, found.id);
    state.delete_message(channel_id, id);
    Ok(Reply::NO_CONTENT)
}

fn follow_up(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let interaction = interaction(state, request)?.clone();
    let channel_id = interaction.channel_id;
    // The first follow-up to "the bot is thinking" takes its place; an ephemeral flag is then ignored.
    let loading = interaction
        .original
        .and_then(|id| state.any_message(channel_id, id))
        .filter(|message| message.has(flags::LOADING));
    if let Some(id) = loading.map(|message| message.id) {
        return edit_message(state, request, channel_id, id);
    }
    let draft = draft::read(state, request, &request.body, channel_id, None)?;
    let id = interactions::write(state, &interaction, draft, interaction.original)?;
    Reply::ok(&state.message_view(state.any_message(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?))
}
