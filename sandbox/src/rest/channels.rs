//! Channels of the guild, with their permission overwrites; threads are edited and deleted here too.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, threads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind, Overwrite, OverwriteKind, Thread, Time};
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/channels", list),
    Endpoint::new(Method::POST, "/guilds/{guild_id}/channels", create),
    Endpoint::new(Method::GET, "/channels/{channel_id}", get),
    Endpoint::new(Method::PATCH, "/channels/{channel_id}", edit),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}", delete),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/permissions/{overwrite_id}", put_overwrite),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/permissions/{overwrite_id}", delete_overwrite),
];

const CHANNELS: usize = 500;
const CHANNEL_CREATE: u16 = 10;
const CHANNEL_UPDATE: u16 = 11;
const CHANNEL_DELETE: u16 = 12;
const OVERWRITE_CREATE: u16 = 13;
const OVERWRITE_UPDATE: u16 = 14;
const OVERWRITE_DELETE: u16 = 15;
const THREAD_UPDATE: u16 = 111;
const THREAD_DELETE: u16 = 112;

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let channels = state.channels.values().filter(|channel| !channel.is_dm() && channel.thread.is_none());
    Reply::ok(&channels.map(|channel| state.channel_view(channel)).collect::<Vec<_>>())
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    Reply::ok(&state.channel_view_for(channel, request.actor))
}

fn read_overwrites(body: &Value) -> Result<Option<Vec<Overwrite>>, ApiError> {
    let Some(given) = body.get("permission_overwrites").and_then(Value::as_array) else { return Ok(None) };
    given.iter().map(read_overwrite).collect::<Result<_, _>>().map(Some)
}

fn read_overwrite(given: &Value) -> Result<Overwrite, ApiError> {
    let wrong = || Form::refuse("permission_overwrites", "BASE_TYPE_REQUIRED", "This field is required");
    let bits = |key: &str| match &given[key] {
        Value::Null => Ok(Permissions::NONE),
        value => serde_json::from_value(value.clone()).map_err(|_| wrong()),
    };
    Ok(Overwrite {
        id: serde_json::from_value(given["id"].clone()).map_err(|_| wrong())?,
        kind: if given["type"].as_u64() == Some(1) { OverwriteKind::Member } else { OverwriteKind::Role },
        allow: bits("allow")?,
        deny: bits("deny")?,
    })
}

/// The keys that making and editing have in common.
fn apply(channel: &mut Channel, body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    if let Some(name) = body.get("name") {
        let name = name.as_str().unwrap_or_default();
        form.length("name", name, 1, 100);
        // Text channels are written in lower case with hyphens, as Discord does it.
        channel.name = match channel.kind {
            ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum => {
                name.to_lowercase().replace(' ', "-")
            }
            _ => name.to_owned(),
        };
    }
    if let Some(topic) = body.get("topic") {
        channel.topic = topic.as_str().map(String::from);
        form.length("topic", topic.as_str().unwrap_or_default(), 0, 1024);
    }
    if let Some(parent) = body.get("parent_id") {
        channel.parent_id = serde_json::from_value(parent.clone()).ok();
    }
    if let Some(position) = body.get("position").and_then(Value::as_u64) {
        channel.position = u16::try_from(position).unwrap_or(u16::MAX);
    }
    if let Some(seconds) = body.get("rate_limit_per_user").and_then(Value::as_u64) {
        if seconds > 21_600 {
            form.fault("rate_limit_per_user", "NUMBER_TYPE_MAX", "int value should be between 0 and 21600.");
        }
        channel.rate_limit_per_user = u32::try_from(seconds).unwrap_or(0);
    }
    if let Some(nsfw) = body.get("nsfw").and_then(Value::as_bool) {
        channel.nsfw = nsfw;
    }
    if let Some(tags) = body.get("available_tags").and_then(Value::as_array) {
        form.count("available_tags", tags.len(), 20);
        let tag = |(at, given): (u64, &Value)| {
            let id =
                if given["id"].is_null() { json!(Id(channel.id.0 + 1 + at)) } else { given["id"].clone() };
            json!({
                "id": id,
                "name": given["name"],
                "moderated": given["moderated"].as_bool().unwrap_or(false),
                "emoji_id": given["emoji_id"],
                "emoji_name": given["emoji_name"],
            })
        };
        channel.available_tags = (0..).zip(tags).map(tag).collect();
    }
    if let Some(overwrites) = read_overwrites(body)? {
        form.count("permission_overwrites", overwrites.len(), 100);
        channel.overwrites = overwrites;
    }
    form.check()
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    state.require_in_guild(request.actor, Permissions::MANAGE_CHANNELS)?;
    if state.channels.values().filter(|channel| channel.thread.is_none()).count() >= CHANNELS {
        return Err(ApiError::MAX_CHANNELS);
    }
    let kind = request.body["type"].as_u64().unwrap_or(0);
    let kind = ChannelKind::from_number(kind)
        .filter(|kind| {
            !matches!(
                kind,
                ChannelKind::Dm
                    | ChannelKind::AnnouncementThread
                    | ChannelKind::PublicThread
                    | ChannelKind::PrivateThread
            )
        })
        .ok_or_else(|| {
            Form::refuse("type", "BASE_TYPE_CHOICES", "Value must be one of (0, 2, 4, 5, 13, 15).")
        })?;
    if request.body.get("name").is_none() {
        return Err(Form::refuse("name", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    let id = state.next_id();
    let mut channel = Channel::new(id, kind, "");
    let position = state.channels.values().map(|channel| channel.position).max().unwrap_or(0);
    channel.position = position.saturating_add(1);
    apply(&mut channel, &request.body)?;
    if let Some(parent) = channel.parent_id {
        let parent = state.channels.get(&parent).filter(|parent| parent.kind == ChannelKind::Category);
        let Some(parent) = parent else {
            return Err(Form::refuse("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist"));
        };
        // A new channel starts with its category's exceptions.
        if request.body["permission_overwrites"].is_null() {
            channel.overwrites.clone_from(&parent.overwrites);
        }
    }
    state.channels.insert(id, channel);
    state.tell_channel("CHANNEL_CREATE", id);
    state.record(CHANNEL_CREATE, request.actor, Some(id), request.reason());
    Ok(Reply::json(201, &state.channel_view(&state.channels[&id])))
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let id = request.id("channel_id")?;
    let channel = state.visible(request.actor, id)?;
    if channel.is_dm() {
        return Err(ApiError::NOT_IN_DM);
    }
    let (event, action) = if let Some(thread) = &channel.thread {
        may_edit_thread(state, request, channel, thread)?;
        edit_thread(state, request, id)?;
        ("THREAD_UPDATE", THREAD_UPDATE)
    } else {
        state.require(request.actor, channel, Permissions::MANAGE_CHANNELS)?;
        if request.body.get("permission_overwrites").is_some() {
            state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
        }
        let mut changed = channel.clone();
        apply(&mut changed, &request.body)?;
        state.channels.insert(id, changed);
        ("CHANNEL_UPDATE", CHANNEL_UPDATE)
    };
    state.tell_channel(event, id);
    state.record(action, request.actor, Some(id), request.reason());
    Reply::ok(&state.channel_view_for(&state.channels[&id], request.actor))
}

fn may_edit_thread(
    state: &State,
    request: &Request,
    channel: &Channel,
    thread: &Thread,
) -> Result<(), ApiError> {
    let body = &request.body;
    let permissions = state.permissions_in(request.actor, channel);
    let manages = permissions.contains(Permissions::MANAGE_THREADS);
    let opens = body["archived"].as_bool() == Some(false);
    let changes_more = body
        .as_object()
        .is_some_and(|body| body.keys().any(|key| !matches!(key.as_str(), "archived" | "locked")));
    if thread.archived && !opens && changes_more {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    if manages {
        return Ok(());
    }
    let unlocks = thread.locked && body["locked"].as_bool() == Some(false);
    let restricted = body.get("locked").is_some() || body.get("rate_limit_per_user").is_some() || unlocks;
    if restricted || thread.locked {
        return Err(ApiError::MISSING_PERMISSIONS);
    }
    let only_opens = opens && body.as_object().is_some_and(|body| body.keys().all(|key| key == "archived"));
    let may_talk = permissions.contains(Permissions::SEND_MESSAGES_IN_THREADS);
    if thread.owner_id == request.actor || (only_opens && may_talk) {
        return Ok(());
    }
    Err(ApiError::MISSING_PERMISSIONS)
}

fn edit_thread(state: &mut State, request: &Request, id: Id) -> Result<(), ApiError> {
    let now = Time(state.now());
    let body = &request.body;
    let mut form = Form::default();
    if let Some(name) = body.get("name") {
        form.length("name", name.as_str().unwrap_or_default(), 1, 100);
    }
    let minutes = body["auto_archive_duration"].as_u64();
    if minutes.is_some_and(|minutes| !threads::ARCHIVE_AFTER.contains(&minutes)) {
        form.choice("auto_archive_duration", "(60, 1440, 4320, 10080)");
    }
    form.check()?;
    let channel = state.channels.get_mut(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    if let Some(name) = body["name"].as_str() {
        channel.name = name.to_owned();
    }
    if let Some(tags) = body.get("applied_tags") {
        channel.applied_tags = serde_json::from_value(tags.clone()).unwrap_or_default();
    }
    if let Some(seconds) = body["rate_limit_per_user"].as_u64() {
        channel.rate_limit_per_user = u32::try_from(seconds).unwrap_or(0);
    }
    let thread = channel.thread.as_mut().ok_or(ApiError::WRONG_CHANNEL_TYPE)?;
    if let Some(archived) = body["archived"].as_bool().filter(|archived| *archived != thread.archived) {
        thread.archived = archived;
        thread.archive_timestamp = now;
    }
    if let Some(locked) = body["locked"].as_bool() {
        thread.locked = locked;
    }
    if let Some(minutes) = minutes {
        thread.auto_archive_duration = u32::try_from(minutes).unwrap_or(4320);
    }
    if let Some(invitable) = body["invitable"].as_bool() {
        thread.invitable = invitable;
    }
    Ok(())
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let id = request.id("channel_id")?;
    let channel = state.visible(request.actor, id)?;
    if channel.is_dm() {
        let view = Reply::ok(&state.channel_view_for(channel, request.actor));
        return view;
    }
    let is_thread = channel.thread.is_some();
    let needed = if is_thread { Permissions::MANAGE_THREADS } else { Permissions::MANAGE_CHANNELS };
    state.require(request.actor, channel, needed)?;
    let reply = Reply::ok(&state.channel_view(channel));
    if is_thread {
        let gone = json!({
            "id": id, "guild_id": state.guild.id, "parent_id": channel.parent_id, "type": channel.kind.number(),
        });
        state.emit("THREAD_DELETE", Scope::Channel(id), &gone);
        state.channels.remove(&id);
    } else {
        state.tell_channel("CHANNEL_DELETE", id);
        state.channels.remove(&id);
        // Its threads go with it, and nobody is told of them one by one; channels under a category stay.
        state.channels.retain(|_, other| other.thread.is_none() || other.parent_id != Some(id));
        for other in state.channels.values_mut().filter(|other| other.parent_id == Some(id)) {
            other.parent_id = None;
        }
    }
    let action = if is_thread { THREAD_DELETE } else { CHANNEL_DELETE };
    state.record(action, request.actor, Some(id), request.reason());
    reply
}

fn put_overwrite(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (id, target) = (request.id("channel_id")?, request.id("overwrite_id")?);
    let channel = state.visible(request.actor, id)?;
    state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
    let mut given = request.body.clone();
    given["id"] = json!(target);
    let overwrite = read_overwrite(&given)?;
    let known = channel.overwrites.iter().any(|old| old.id == target);
    let channel = state.channels.get_mut(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    channel.overwrites.retain(|old| old.id != target);
    channel.overwrites.push(overwrite);
    state.tell_channel("CHANNEL_UPDATE", id);
    let action = if known { OVERWRITE_UPDATE } else { OVERWRITE_CREATE };
    state.record(action, request.actor, Some(id), request.reason());
    Ok(Reply::NO_CONTENT)
}

fn delete_overwrite(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (id, target) = (request.id("channel_id")?, request.id("overwrite_id")?);
    let channel = state.visible(request.actor, id)?;
    state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
    let channel = state.channels.get_mut(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    channel.overwrites.retain(|old| old.id != target);
    state.tell_channel("CHANNEL_UPDATE", id);
    state.record(OVERWRITE_DELETE, request.actor, Some(id), request.reason());
    Ok(Reply::NO_CONTENT)
}
