//! Messages: history, sending with a nonce, editing, deleting.

use std::collections::BTreeMap;
use std::ops::Bound;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, draft};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Message, Reference, flags, kinds};
use crate::permissions::Permissions;
use crate::state::{Draft, NONCE_WINDOW, Scope, State, UsedNonce};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/channels/{channel_id}/messages", list),
    Endpoint::new(Method::POST, "/channels/{channel_id}/messages", create),
    Endpoint::new(Method::POST, "/channels/{channel_id}/messages/bulk-delete", bulk_delete),
    Endpoint::new(Method::GET, "/channels/{channel_id}/messages/{message_id}", get),
    Endpoint::new(Method::PATCH, "/channels/{channel_id}/messages/{message_id}", edit),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/messages/{message_id}", delete),
    Endpoint::new(Method::POST, "/channels/{channel_id}/typing", typing),
];

const MESSAGE_DELETE: u16 = 72;
const MESSAGE_BULK_DELETE: u16 = 73;

/// Bulk deletion does not reach further back.
const BULK_DELETE_AGE: TimeDelta = TimeDelta::days(14);

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    let limit = request.limit(50, 100)?;
    // Without this permission the history is empty, not refused.
    if !state.permissions_in(request.actor, channel).contains(Permissions::READ_MESSAGE_HISTORY) {
        return Reply::ok(&json!([]));
    }
    let page = page(
        &channel.messages,
        request.query_id("before")?,
        request.query_id("after")?,
        request.query_id("around")?,
        limit,
    );
    Reply::ok(&page.into_iter().map(|message| state.history_view(message, request.actor)).collect::<Vec<_>>())
}

/// A page of history, newest first.
fn page(
    messages: &BTreeMap<Id, Message>,
    before: Option<Id>,
    after: Option<Id>,
    around: Option<Id>,
    limit: usize,
) -> Vec<&Message> {
    let older = |id: Id, count: usize| messages.range(..id).rev().map(|(_, message)| message).take(count);
    let newer = |id: Id, count: usize| {
        messages.range((Bound::Excluded(id), Bound::Unbounded)).map(|(_, message)| message).take(count)
    };
    if let Some(around) = around {
        let half = limit / 2;
        let mut page: Vec<&Message> = newer(around, half).collect();
        page.reverse();
        page.extend(messages.get(&around));
        page.extend(older(around, limit - page.len()));
        page
    } else if let Some(after) = after {
        let mut page: Vec<&Message> = newer(after, limit).collect();
        page.reverse();
        page
    } else if let Some(before) = before {
        older(before, limit).collect()
    } else {
        messages.values().rev().take(limit).collect()
    }
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (_, message) = find(state, request, Permissions::READ_MESSAGE_HISTORY)?;
    Reply::ok(&state.history_view(message, request.actor))
}

/// The channel and message of the path, if the caller has `permissions` there.
pub(super) fn find<'a>(
    state: &'a State,
    request: &Request,
    permissions: Permissions,
) -> Result<(&'a Channel, &'a Message), ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, channel, permissions)?;
    let message = channel.messages.get(&request.id("message_id")?).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    Ok((channel, message))
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (author, channel_id) = (request.actor, request.id("channel_id")?);
    may_write(state, author, channel_id)?;
    state.keep_pace(author, state.visible(author, channel_id)?)?;
    let mut draft = draft::read(state, request, &request.body, channel_id, None)?;
    may_enclose(state, author, channel_id, &draft)?;
    if let Some(reference) = request.body.get("message_reference").filter(|reference| !reference.is_null()) {
        draft.reference = read_reference(state, author, channel_id, reference)?;
        draft.kind = if draft.reference.is_some() { kinds::REPLY } else { kinds::DEFAULT };
    }
    if draft.flags.is_some() {
        let may_set = flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::IS_COMPONENTS_V2;
        draft.flags = draft.flags.map(|given| given & may_set);
    }
    if draft.is_empty() {
        return Err(ApiError::EMPTY_MESSAGE);
    }

    let enforced = request.body["enforce_nonce"].as_bool().unwrap_or(false);
    let key = draft.nonce.as_ref().filter(|_| enforced).map(|nonce| (author, nonce.to_string()));
    if let Some(used) = key.as_ref().and_then(|key| state.nonces.get(key))
        && state.now() - used.at < NONCE_WINDOW
    {
        // Deleted in the meantime: unknown, and by design nothing new is made.
        let message = state.message(used.channel, used.message).ok_or(ApiError::UNKNOWN_MESSAGE)?;
        return Reply::ok(&with_nonce(state, message));
    }
    let id = state.post(author, channel_id, draft)?;
    if let Some(key) = key {
        let used = UsedNonce { message: id, channel: channel_id, at: state.now() };
        state.nonces.insert(key, used);
    }
    let message = state.message(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    Reply::ok(&with_nonce(state, message))
}

/// The sender alone gets the nonce back; history does not have it.
fn with_nonce<'a>(state: &'a State, message: &'a Message) -> crate::model::MessageView<'a> {
    let mut view = state.message_view(message);
    view.nonce = message.nonce.as_ref();
    view
}

/// Whether somebody may write into a channel at all.
pub(super) fn may_write(state: &State, author: Id, channel_id: Id) -> Result<(), ApiError> {
    let channel = state.visible(author, channel_id)?;
    if !channel.kind.holds_messages() {
        return Err(ApiError::NOT_A_TEXT_CHANNEL);
    }
    let permissions = state.permissions_in(author, channel);
    match &channel.thread {
        Some(thread) => {
            if thread.locked && !permissions.contains(Permissions::MANAGE_THREADS) {
                return Err(ApiError::THREAD_LOCKED);
            }
            state.require(author, channel, Permissions::SEND_MESSAGES_IN_THREADS)
        }
        None => state.require(author, channel, Permissions::SEND_MESSAGES),
    }
}

/// Whether somebody may put embeds and files on a message.
pub(super) fn may_enclose(state: &State, author: Id, channel_id: Id, draft: &Draft) -> Result<(), ApiError> {
    let channel = state.visible(author, channel_id)?;
    if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
        state.require(author, channel, Permissions::EMBED_LINKS)?;
    }
    if !draft.uploads.is_empty() {
        state.require(author, channel, Permissions::ATTACH_FILES)?;
    }
    if draft.poll.is_some() {
        state.require(author, channel, Permissions::SEND_POLLS)?;
    }
    Ok(())
}

fn read_reference(
    state: &State,
    author: Id,
    channel_id: Id,
    given: &Value,
) -> Result<Option<Reference>, ApiError> {
    let message_id: Option<Id> = serde_json::from_value(given["message_id"].clone()).ok();
    let channel = state.visible(author, channel_id)?;
    if !state.permissions_in(author, channel).contains(Permissions::READ_MESSAGE_HISTORY) {
        return Err(ApiError::REPLY_WITHOUT_HISTORY);
    }
    let known = message_id.is_some_and(|id| state.message(channel_id, id).is_some());
    if !known {
        if given["fail_if_not_exists"].as_bool() == Some(false) {
            return Ok(None);
        }
        return Err(Form::refuse("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"));
    }
    Ok(Some(Reference { kind: 0, channel_id, message_id, guild_id: Some(state.guild.id) }))
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, message) = find(state, request, Permissions::VIEW_CHANNEL)?;
    let (channel_id, id) = (channel.id, message.id);
    if message.author != request.actor {
        let flags_only = request.body.as_object().is_some_and(|body| body.keys().all(|key| key == "flags"));
        if !flags_only {
            return Err(ApiError::NOT_YOURS);
        }
        state.require(request.actor, channel, Permissions::MANAGE_MESSAGES)?;
    }
    not_archived(channel)?;
    let sent_at = message.sent_at.0;
    state.count_old_edit(channel_id, sent_at)?;
    let before = state.message(channel_id, id).cloned();
    let draft = draft::read(state, request, &request.body, channel_id, before.as_ref())?;
    may_enclose(state, request.actor, channel_id, &draft)?;
    state.edit(channel_id, id, draft)?;
    let message = state.message(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    Reply::ok(&state.message_view(message))
}

pub(super) fn not_archived(channel: &Channel) -> Result<(), ApiError> {
    match &channel.thread {
        Some(thread) if thread.archived => Err(ApiError::THREAD_ARCHIVED),
        _ => Ok(()),
    }
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, message) = find(state, request, Permissions::VIEW_CHANNEL)?;
    let (channel_id, id, author) = (channel.id, message.id, message.author);
    if author != request.actor {
        state.require(request.actor, channel, Permissions::MANAGE_MESSAGES)?;
    }
    not_archived(channel)?;
    state.delete_message(channel_id, id);
    if author != request.actor {
        let options = json!({"channel_id": channel_id, "count": "1"});
        state.record(request.deed(MESSAGE_DELETE, author).with(options));
    }
    Ok(Reply::NO_CONTENT)
}

impl State {
    /// Takes a message away and tells everybody.
    pub(crate) fn delete_message(&mut self, channel_id: Id, id: Id) {
        if let Some(gone) = self.ephemeral.remove(&id) {
            if let Some(user) = gone.ephemeral_to {
                let data = json!({"id": id, "channel_id": channel_id, "guild_id": self.guild.id});
                self.emit("MESSAGE_DELETE", Scope::User(user), &data);
            }
            return;
        }
        let Some(channel) = self.channels.get_mut(&channel_id) else { return };
        let Some(gone) = channel.messages.remove(&id) else { return };
        gone.attachments.iter().for_each(|file| drop(self.files.remove(&file.id)));
        // `last_message_id` keeps pointing at it, and `total_message_sent` keeps counting it, as with Discord.
        if let Some(thread) = &mut channel.thread {
            thread.message_count = thread.message_count.saturating_sub(1);
        }
        let mut data = json!({"id": id, "channel_id": channel_id});
        if !channel.is_dm() {
            data["guild_id"] = json!(self.guild.id);
        }
        self.emit("MESSAGE_DELETE", Scope::Channel(channel_id), &data);
    }
}

fn bulk_delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    if channel.is_dm() {
        return Err(ApiError::NOT_IN_DM);
    }
    state.require(request.actor, channel, Permissions::MANAGE_MESSAGES)?;
    let ids: Vec<Id> = serde_json::from_value(request.body["messages"].clone())
        .map_err(|_| Form::refuse("messages", "BASE_TYPE_REQUIRED", "This field is required"))?;
    if !(2..=100).contains(&ids.len()) {
        return Err(ApiError::BULK_DELETE_COUNT);
    }
    let channel_id = channel.id;
    let oldest = Id::at(state.now() - BULK_DELETE_AGE);
    if ids.iter().any(|id| *id < oldest) {
        return Err(ApiError::TOO_OLD_TO_DELETE);
    }
    let Some(channel) = state.channels.get_mut(&channel_id) else { return Err(ApiError::UNKNOWN_CHANNEL) };
    let gone: Vec<Id> = ids.into_iter().filter(|id| channel.messages.remove(id).is_some()).collect();
    if let Some(thread) = &mut channel.thread {
        thread.message_count = thread.message_count.saturating_sub(gone.len() as u64);
    }
    let data = json!({"ids": gone, "channel_id": channel_id, "guild_id": state.guild.id});
    state.emit("MESSAGE_DELETE_BULK", Scope::Channel(channel_id), &data);
    let options = json!({"count": gone.len().to_string()});
    state.record(request.deed(MESSAGE_BULK_DELETE, channel_id).with(options));
    Ok(Reply::NO_CONTENT)
}

fn typing(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel_id = request.id("channel_id")?;
    may_write(state, request.actor, channel_id)?;
    let data = json!({
        "channel_id": channel_id,
        "guild_id": state.guild.id,
        "user_id": request.actor,
        "timestamp": state.now().timestamp(),
    });
    state.emit("TYPING_START", Scope::Channel(channel_id), &data);
    Ok(Reply::NO_CONTENT)
}
