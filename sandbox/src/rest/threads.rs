//! Threads: making them, listing them, and who is in them. Editing and deleting are in `channels`.

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, draft};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind, Reference, Thread, Time, flags, kinds};
use crate::permissions::Permissions;
use crate::state::{Draft, MAX_ACTIVE, Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::POST, "/channels/{channel_id}/messages/{message_id}/threads", create_from_message),
    Endpoint::new(Method::POST, "/channels/{channel_id}/threads", create),
    Endpoint::new(Method::GET, "/channels/{channel_id}/thread-members", members),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/thread-members/@me", join),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/thread-members/@me", leave),
    Endpoint::new(Method::GET, "/channels/{channel_id}/thread-members/{user_id}", member),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/thread-members/{user_id}", add),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/thread-members/{user_id}", remove),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/threads/active", active),
    Endpoint::new(Method::GET, "/channels/{channel_id}/threads/archived/public", archived_public),
    Endpoint::new(Method::GET, "/channels/{channel_id}/threads/archived/private", archived_private),
    Endpoint::new(Method::GET, "/channels/{channel_id}/users/@me/threads/archived/private", archived_own),
];

const THREAD_CREATE: u16 = 110;

/// Minutes after which a thread may be archived by itself.
pub(super) const ARCHIVE_AFTER: [u64; 4] = [60, 1440, 4320, 10_080];

fn read_archive_after(body: &Value, form: &mut Form) -> u32 {
    let minutes = body["auto_archive_duration"].as_u64().unwrap_or(4320);
    if !ARCHIVE_AFTER.contains(&minutes) {
        form.choice("auto_archive_duration", "(60, 1440, 4320, 10080)");
    }
    u32::try_from(minutes).unwrap_or(4320)
}

/// A thread that is not yet anywhere.
fn plan(
    state: &State,
    request: &Request,
    id: Id,
    kind: ChannelKind,
    parent: Id,
) -> Result<Channel, ApiError> {
    let mut form = Form::default();
    let name = request.body["name"].as_str().unwrap_or_default().trim();
    form.length("name", name, 1, 100);
    let auto_archive_duration = read_archive_after(&request.body, &mut form);
    form.check()?;
    if state.active_threads().count() >= MAX_ACTIVE {
        return Err(ApiError::MAX_THREADS);
    }
    let now = Time(state.now());
    let mut channel = Channel::new(id, kind, name);
    channel.parent_id = Some(parent);
    channel.thread = Some(Thread {
        owner_id: request.actor,
        archived: false,
        locked: false,
        auto_archive_duration,
        archive_timestamp: now,
        create_timestamp: now,
        invitable: request.body["invitable"].as_bool().unwrap_or(true),
        members: [(request.actor, now)].into(),
        message_count: 0,
        total_message_sent: 0,
    });
    Ok(channel)
}

impl State {
    /// Puts a new thread into its place and tells everybody.
    fn open_thread(&mut self, channel: Channel, request: &Request) {
        let (id, owner) = (channel.id, request.actor);
        self.channels.insert(id, channel);
        let mut view = json!(self.channel_view(&self.channels[&id]));
        view["newly_created"] = true.into();
        self.emit("THREAD_CREATE", Scope::Channel(id), &view);
        let own = json!(self.thread_member_view(id, owner, Time(self.now()), false));
        let mut own = own;
        own["guild_id"] = json!(self.guild.id);
        self.emit("THREAD_MEMBER_UPDATE", Scope::User(owner), &own);
        self.record(THREAD_CREATE, owner, Some(id), request.reason());
    }
}

fn create_from_message(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let parent = state.visible(request.actor, request.id("channel_id")?)?;
    let (parent_id, id) = (parent.id, request.id("message_id")?);
    let kind = match parent.kind {
        ChannelKind::Text | ChannelKind::Voice => ChannelKind::PublicThread,
        ChannelKind::Announcement => ChannelKind::AnnouncementThread,
        _ => return Err(ApiError::WRONG_CHANNEL_TYPE),
    };
    state.require(
        request.actor,
        parent,
        Permissions::CREATE_PUBLIC_THREADS | Permissions::READ_MESSAGE_HISTORY,
    )?;
    if state.channels.contains_key(&id) {
        return Err(ApiError::THREAD_EXISTS);
    }
    let message = parent.messages.get(&id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    if !matches!(message.kind, kinds::DEFAULT | kinds::REPLY | kinds::COMMAND) {
        return Err(ApiError::SYSTEM_MESSAGE);
    }
    // The thread has the message's id.
    let channel = plan(state, request, id, kind, parent_id)?;
    state.open_thread(channel, request);
    if let Some(message) = state.message_mut(parent_id, id) {
        message.flags |= flags::HAS_THREAD;
        let message = message.clone();
        state.emit_message("MESSAGE_UPDATE", &message);
    }
    let guild_id = Some(state.guild.id);
    let reference = Reference { kind: 0, channel_id: parent_id, message_id: Some(id), guild_id };
    let first = Draft { kind: kinds::THREAD_STARTER, reference: Some(reference), ..Draft::default() };
    state.post(request.actor, id, first)?;
    answer(state, id, request.actor, None)
}

fn answer(state: &State, id: Id, user: Id, first: Option<Value>) -> Result<Reply, ApiError> {
    let channel = state.channels.get(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    let mut view = json!(state.channel_view_for(channel, user));
    if let Some(first) = first {
        view["message"] = first;
    }
    Ok(Reply::json(201, &view))
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let parent = state.visible(request.actor, request.id("channel_id")?)?;
    if parent.kind == ChannelKind::Forum {
        return create_post(state, request);
    }
    // Without a type Discord makes a private one.
    let private = ChannelKind::PrivateThread.number().into();
    let kind = ChannelKind::from_number(request.body["type"].as_u64().unwrap_or(private));
    let (kind, needed) = match (parent.kind, kind) {
        (ChannelKind::Text, Some(ChannelKind::PrivateThread)) => {
            (ChannelKind::PrivateThread, Permissions::CREATE_PRIVATE_THREADS)
        }
        (ChannelKind::Text, Some(ChannelKind::PublicThread)) => {
            (ChannelKind::PublicThread, Permissions::CREATE_PUBLIC_THREADS)
        }
        (ChannelKind::Announcement, Some(ChannelKind::AnnouncementThread)) => {
            (ChannelKind::AnnouncementThread, Permissions::CREATE_PUBLIC_THREADS)
        }
        _ => return Err(ApiError::WRONG_CHANNEL_TYPE),
    };
    state.require(request.actor, parent, needed)?;
    let parent_id = parent.id;
    let id = state.next_id();
    let channel = plan(state, request, id, kind, parent_id)?;
    let name = channel.name.clone();
    state.open_thread(channel, request);
    if kind != ChannelKind::PrivateThread {
        let reference =
            Reference { kind: 0, channel_id: id, message_id: None, guild_id: Some(state.guild.id) };
        let notice = Draft {
            kind: kinds::THREAD_CREATED,
            content: Some(name),
            reference: Some(reference),
            ..Draft::default()
        };
        state.post(request.actor, parent_id, notice)?;
    }
    answer(state, id, request.actor, None)
}

/// A forum's thread comes with its first message, whose id it has.
fn create_post(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let parent = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, parent, Permissions::SEND_MESSAGES)?;
    let parent_id = parent.id;
    let tags: Vec<Id> = serde_json::from_value(request.body["applied_tags"].clone()).unwrap_or_default();
    let known = |tag: &Id| parent.available_tags.iter().any(|one| one["id"] == json!(tag));
    if tags.len() > 5 || !tags.iter().all(known) {
        return Err(Form::refuse("applied_tags", "BASE_TYPE_CHOICES", "Unknown or too many tags."));
    }
    let id = state.next_id();
    let mut channel = plan(state, request, id, ChannelKind::PublicThread, parent_id)?;
    channel.applied_tags = tags;
    let mut first = draft::read(state, request, &request.body["message"], id)?;
    first.nonce = None;
    state.open_thread(channel, request);
    let message = state.post(request.actor, id, first)?;
    let view = state.message(id, message).map(|message| json!(state.message_view(message)));
    answer(state, id, request.actor, view)
}

/// The thread of the path, if the caller may see it.
fn thread<'a>(state: &'a State, request: &Request) -> Result<(&'a Channel, &'a Thread), ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    let thread = channel.thread.as_ref().ok_or(ApiError::WRONG_CHANNEL_TYPE)?;
    Ok((channel, thread))
}

fn members(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    let full = request.query_flag("with_member");
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let limit = if full { request.limit(100, 100)? } else { usize::MAX };
    let listed: Vec<_> = thread
        .members
        .iter()
        .filter(|(user, _)| **user > after)
        .take(limit)
        .map(|(user, joined)| state.thread_member_view(channel.id, *user, *joined, full))
        .collect();
    Reply::ok(&listed)
}

fn member(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    let user = request.id("user_id")?;
    let joined = *thread.members.get(&user).ok_or(ApiError::UNKNOWN_MEMBER)?;
    Reply::ok(&state.thread_member_view(channel.id, user, joined, request.query_flag("with_member")))
}

fn join(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    if thread.archived {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let id = channel.id;
    state.join_thread(id, &[request.actor])?;
    Ok(Reply::NO_CONTENT)
}

fn leave(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    if thread.archived {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let id = channel.id;
    state.leave_thread(id, request.actor);
    Ok(Reply::NO_CONTENT)
}

fn add(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    let (id, user) = (channel.id, request.id("user_id")?);
    if thread.archived {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    state.require(request.actor, channel, Permissions::SEND_MESSAGES_IN_THREADS)?;
    let manages = state.permissions_in(request.actor, channel).contains(Permissions::MANAGE_THREADS);
    let invites = manages || thread.invitable || thread.owner_id == request.actor;
    if channel.kind.is_private() && !invites {
        return Err(ApiError::MISSING_PERMISSIONS);
    }
    if !state.members.contains_key(&user) {
        return Err(ApiError::UNKNOWN_MEMBER);
    }
    let parent = channel.parent_id.and_then(|parent| state.channels.get(&parent));
    if !parent.is_some_and(|parent| state.can_view(user, parent)) {
        return Err(ApiError::MISSING_ACCESS);
    }
    state.join_thread(id, &[user])?;
    Ok(Reply::NO_CONTENT)
}

fn remove(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    let (id, user) = (channel.id, request.id("user_id")?);
    if thread.archived {
        return Err(ApiError::THREAD_ARCHIVED);
    }
    let own_private = channel.kind.is_private() && thread.owner_id == request.actor;
    if !own_private {
        state.require(request.actor, channel, Permissions::MANAGE_THREADS)?;
    }
    state.leave_thread(id, user);
    Ok(Reply::NO_CONTENT)
}

/// Threads with the caller's memberships, as all the lists have them.
fn listed(state: &State, threads: &[&Channel], user: Id, has_more: bool) -> Value {
    let own = |channel: &&Channel| {
        let joined = *channel.thread.as_ref()?.members.get(&user)?;
        Some(state.thread_member_view(channel.id, user, joined, false))
    };
    json!({
        "threads": threads.iter().map(|channel| state.channel_view_for(channel, user)).collect::<Vec<_>>(),
        "members": threads.iter().filter_map(own).collect::<Vec<_>>(),
        "has_more": has_more,
    })
}

fn active(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let mut threads: Vec<&Channel> =
        state.active_threads().filter(|channel| state.can_view(request.actor, channel)).collect();
    threads.reverse();
    Reply::ok(&listed(state, &threads, request.actor, false))
}

fn archived_public(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    archived(state, request, |channel| !channel.kind.is_private(), Permissions::NONE)
}

fn archived_private(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    archived(state, request, |channel| channel.kind.is_private(), Permissions::MANAGE_THREADS)
}

fn archived_own(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let user = request.actor;
    let own = |channel: &Channel| {
        channel.kind.is_private()
            && channel.thread.as_ref().is_some_and(|thread| thread.members.contains_key(&user))
    };
    archived(state, request, own, Permissions::NONE)
}

/// Archived threads of a channel, latest archived first; `before` is a time, or for one's own an id.
fn archived(
    state: &State,
    request: &Request,
    wanted: impl Fn(&Channel) -> bool,
    needed: Permissions,
) -> Result<Reply, ApiError> {
    let parent = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, parent, Permissions::READ_MESSAGE_HISTORY | needed)?;
    let limit = request.limit(50, 100)?;
    let before = request.query.get("before");
    let before_time: Option<DateTime<Utc>> = before.and_then(|text| text.parse().ok());
    let before_id: Option<Id> = before.and_then(|text| text.parse().ok());
    let is_earlier = |channel: &Channel, thread: &Thread| {
        before_time.is_none_or(|time| thread.archive_timestamp.0 < time)
            && before_id.is_none_or(|id| channel.id < id)
    };
    let mut found: Vec<(&Channel, &Thread)> = state
        .channels
        .values()
        .filter(|channel| channel.parent_id == Some(parent.id) && wanted(channel))
        .filter_map(|channel| Some((channel, channel.thread.as_ref().filter(|thread| thread.archived)?)))
        .filter(|(channel, thread)| is_earlier(channel, thread))
        .collect();
    found.sort_by_key(|(channel, thread)| std::cmp::Reverse((thread.archive_timestamp, channel.id)));
    let has_more = found.len() > limit;
    let threads: Vec<&Channel> = found.into_iter().take(limit).map(|(channel, _)| channel).collect();
    Reply::ok(&listed(state, &threads, request.actor, has_more))
}
