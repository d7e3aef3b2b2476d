//! Channels of the guild; threads are edited and deleted here too.

use axum::http::Method;
use serde_json::{Value, json};

use super::overwrites::{may_set, read_overwrites};
use super::{Endpoint, Reply, Request, forum, thread_edit, threads};
use crate::error::{ApiError, Form};
use crate::model::{Channel, ChannelKind, channel_flags};
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/channels", list),
    Endpoint::new(Method::POST, "/guilds/{guild_id}/channels", create),
    Endpoint::new(Method::GET, "/channels/{channel_id}", get),
    Endpoint::new(Method::PATCH, "/channels/{channel_id}", edit),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}", delete),
];

const CHANNELS: usize = 500;
const CHANNEL_CREATE: u16 = 10;
const CHANNEL_UPDATE: u16 = 11;
const CHANNEL_DELETE: u16 = 12;
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
    if let Some(slow) = threads::read_slowmode(body, &mut form) {
        channel.rate_limit_per_user = slow;
    }
    if let Some(nsfw) = body.get("nsfw").and_then(Value::as_bool) {
        channel.nsfw = nsfw;
    }
    apply_defaults(channel, body, &mut form);
    if let Some(overwrites) = read_overwrites(body)? {
        form.count("permission_overwrites", overwrites.len(), 100);
        channel.overwrites = overwrites;
    }
    form.check()
}

/// What a channel gives its threads, and how a forum shows them.
fn apply_defaults(channel: &mut Channel, body: &Value, form: &mut Form) {
    if let Some(flags) = body["flags"].as_u64() {
        channel.flags = flags & channel_flags::REQUIRE_TAG;
    }
    if let Some(emoji) = body.get("default_reaction_emoji") {
        let part = |key: &str| emoji[key].clone();
        channel.default_reaction_emoji = match emoji {
            Value::Null => Value::Null,
            _ => json!({"emoji_id": part("emoji_id"), "emoji_name": part("emoji_name")}),
        };
    }
    if let Some(order) = body.get("default_sort_order") {
        channel.default_sort_order = order.as_u64().and_then(|order| u8::try_from(order).ok());
        if channel.default_sort_order.is_some_and(|order| order > 1) {
            form.choice("default_sort_order", "(0, 1)");
        }
    }
    if let Some(layout) = body["default_forum_layout"].as_u64() {
        channel.default_forum_layout = u8::try_from(layout).unwrap_or(u8::MAX);
        if layout > 2 {
            form.choice("default_forum_layout", "(0, 1, 2)");
        }
    }
    if let Some(minutes) = body["default_auto_archive_duration"].as_u64() {
        channel.default_auto_archive_duration = u32::try_from(minutes).ok();
        if !threads::ARCHIVE_AFTER.contains(&minutes) {
            form.choice("default_auto_archive_duration", "(60, 1440, 4320, 10080)");
        }
    }
    if let Some(seconds) = body["default_thread_rate_limit_per_user"].as_u64() {
        channel.default_thread_rate_limit_per_user = u32::try_from(seconds).unwrap_or(0);
    }
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
    may_set(
        state,
        request.actor,
        &Channel { overwrites: Vec::new(), ..channel.clone() },
        &channel.overwrites,
    )?;
    channel.available_tags = forum::read_tags(state, &request.body, &[])?.unwrap_or_default();
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
    let view = json!(state.channel_view(&state.channels[&id]));
    state.record(request.deed(CHANNEL_CREATE, id).changed(&Value::Null, &view));
    Ok(Reply::json(201, &view))
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let id = request.id("channel_id")?;
    let channel = state.visible(request.actor, id)?;
    if channel.is_dm() {
        return Err(ApiError::NOT_IN_DM);
    }
    let earlier = json!(state.channel_view(channel));
    let (event, action) = if let Some(thread) = &channel.thread {
        thread_edit::may_edit(state, request, channel, thread)?;
        thread_edit::edit(state, request, id)?;
        ("THREAD_UPDATE", THREAD_UPDATE)
    } else {
        state.require(request.actor, channel, Permissions::MANAGE_CHANNELS)?;
        if request.body.get("permission_overwrites").is_some() {
            state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
        }
        let (mut changed, before) = (channel.clone(), state.sights());
        apply(&mut changed, &request.body)?;
        if let Some(tags) = forum::read_tags(state, &request.body, &changed.available_tags)? {
            changed.available_tags = tags;
        }
        state.channels.insert(id, changed);
        state.sync_threads(&before);
        ("CHANNEL_UPDATE", CHANNEL_UPDATE)
    };
    state.tell_channel(event, id);
    let view = json!(state.channel_view(&state.channels[&id]));
    state.record(request.deed(action, id).changed(&earlier, &view));
    Reply::ok(&state.channel_view_for(&state.channels[&id], request.actor))
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
    let view = json!(state.channel_view(channel));
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
    state.record(request.deed(action, id).changed(&view, &Value::Null));
    Reply::ok(&view)
}
