//! Pinned messages, by the present routes and by the old ones.

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::messages::{find, not_archived};
use super::{Endpoint, Reply, Request};
use crate::error::ApiError;
use crate::model::{Channel, Message, Reference, Time, kinds};
use crate::permissions::Permissions;
use crate::state::{Draft, Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/channels/{channel_id}/messages/pins", pins),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/messages/pins/{message_id}", pin),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/messages/pins/{message_id}", unpin),
    Endpoint::new(Method::GET, "/channels/{channel_id}/pins", old_pins),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/pins/{message_id}", pin),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/pins/{message_id}", unpin),
];

/// Per channel.
const PINS: usize = 250;
const MESSAGE_PIN: u16 = 74;
const MESSAGE_UNPIN: u16 = 75;

fn pinned(channel: &Channel) -> Vec<&Message> {
    let mut pinned: Vec<&Message> =
        channel.messages.values().filter(|message| message.pinned_at.is_some()).collect();
    pinned.sort_by_key(|message| std::cmp::Reverse(message.pinned_at));
    pinned
}

fn pins(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, channel, Permissions::READ_MESSAGE_HISTORY)?;
    let item = |message: &Message| json!({"pinned_at": message.pinned_at.map(Time), "message": state.message_view(message)});
    let limit = request.limit(50, 50)?;
    let before: Option<DateTime<Utc>> = request.query.get("before").and_then(|time| time.parse().ok());
    let mut found = pinned(channel);
    found.retain(|message| before.is_none_or(|before| message.pinned_at < Some(before)));
    let has_more = found.len() > limit;
    let items: Vec<Value> = found.into_iter().take(limit).map(item).collect();
    Reply::ok(&json!({"items": items, "has_more": has_more}))
}

fn old_pins(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, channel, Permissions::READ_MESSAGE_HISTORY)?;
    let views: Vec<_> = pinned(channel).into_iter().map(|message| state.message_view(message)).collect();
    Reply::ok(&views)
}

fn pin(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, message) = find(state, request, Permissions::PIN_MESSAGES)?;
    not_archived(channel)?;
    if message.pinned_at.is_none() && pinned(channel).len() >= PINS {
        return Err(ApiError::MAX_PINS);
    }
    let newly = message.pinned_at.is_none();
    set_pin(state, request, true)?;
    if newly {
        let channel_id = request.id("channel_id")?;
        let reference = Reference {
            kind: 0,
            channel_id,
            message_id: Some(request.id("message_id")?),
            guild_id: Some(state.guild.id),
        };
        let notice = Draft { kind: kinds::PINNED, reference: Some(reference), ..Draft::default() };
        state.post(request.actor, channel_id, notice)?;
    }
    Ok(Reply::NO_CONTENT)
}

fn unpin(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, _) = find(state, request, Permissions::PIN_MESSAGES)?;
    not_archived(channel)?;
    set_pin(state, request, false)?;
    Ok(Reply::NO_CONTENT)
}

fn set_pin(state: &mut State, request: &Request, pinned: bool) -> Result<(), ApiError> {
    let (channel_id, id, now) = (request.id("channel_id")?, request.id("message_id")?, state.now());
    let message = state.message_mut(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    message.pinned_at = pinned.then_some(now);
    let (message, author) = (message.clone(), message.author);
    if let Some(channel) = state.channels.get_mut(&channel_id) {
        channel.last_pin = pinned.then_some(Time(now)).or(channel.last_pin);
    }
    state.emit_message("MESSAGE_UPDATE", &message);
    let data = json!({"channel_id": channel_id, "guild_id": state.guild.id, "last_pin_timestamp": Time(now)});
    state.emit("CHANNEL_PINS_UPDATE", Scope::Channel(channel_id), &data);
    let action = if pinned { MESSAGE_PIN } else { MESSAGE_UNPIN };
    let options = json!({"channel_id": channel_id, "message_id": id});
    state.record(request.deed(action, author).with(options));
    Ok(())
}
