//! Making threads. Who is in them is in `thread_members`, lists are in `thread_lists`, editing is in `channels`.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, forum};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind, Reference, Thread, Time, flags, kinds};
use crate::permissions::Permissions;
use crate::state::{Draft, MAX_ACTIVE, Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::POST, "/channels/{channel_id}/messages/{message_id}/threads", create_from_message),
    Endpoint::new(Method::POST, "/channels/{channel_id}/threads", create),
];

const THREAD_CREATE: u16 = 110;

/// Minutes after which a thread may be archived by itself.
pub(super) const ARCHIVE_AFTER: [u64; 4] = [60, 1440, 4320, 10_080];

/// Seconds between two messages of one person.
pub(super) fn read_slowmode(body: &Value, form: &mut Form) -> Option<u32> {
    let seconds = body["rate_limit_per_user"].as_u64()?;
    if seconds > 21_600 {
        form.fault("rate_limit_per_user", "NUMBER_TYPE_MAX", "int value should be between 0 and 21600.");
    }
    u32::try_from(seconds).ok()
}

fn read_archive_after(body: &Value, default: Option<u32>, form: &mut Form) -> u32 {
    let minutes = body["auto_archive_duration"].as_u64().unwrap_or(default.unwrap_or(4320).into());
    if !ARCHIVE_AFTER.contains(&minutes) {
        form.choice("auto_archive_duration", "(60, 1440, 4320, 10080)");
    }
    u32::try_from(minutes).unwrap_or(4320)
}

/// A thread that is not yet anywhere.
pub(super) fn plan(
    state: &State,
    request: &Request,
    id: Id,
    kind: ChannelKind,
    parent: Id,
) -> Result<Channel, ApiError> {
    let mut form = Form::default();
    let name = request.body["name"].as_str().unwrap_or_default().trim();
    form.length("name", name, 1, 100);
    let default = state.channels.get(&parent).and_then(|parent| parent.default_auto_archive_duration);
    let auto_archive_duration = read_archive_after(&request.body, default, &mut form);
    let slow = read_slowmode(&request.body, &mut form);
    form.check()?;
    if state.active_threads().count() >= MAX_ACTIVE {
        return Err(ApiError::MAX_THREADS);
    }
    let now = Time(state.now());
    let mut channel = Channel::new(id, kind, name);
    channel.parent_id = Some(parent);
    channel.rate_limit_per_user = slow.unwrap_or(0);
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
    pub(super) fn open_thread(&mut self, channel: Channel, request: &Request) {
        let (id, owner) = (channel.id, request.actor);
        self.channels.insert(id, channel);
        let mut view = json!(self.channel_view(&self.channels[&id]));
        view["newly_created"] = true.into();
        self.emit("THREAD_CREATE", Scope::Channel(id), &view);
        let own = json!(self.thread_member_view(id, owner, Time(self.now()), false));
        let mut own = own;
        own["guild_id"] = json!(self.guild.id);
        self.emit("THREAD_MEMBER_UPDATE", Scope::User(owner), &own);
        self.record(request.deed(THREAD_CREATE, id).changed(&Value::Null, &view));
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
    if !matches!(message.kind, kinds::DEFAULT | kinds::REPLY | kinds::COMMAND | kinds::MENU_COMMAND) {
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

pub(super) fn answer(state: &State, id: Id, user: Id, first: Option<Value>) -> Result<Reply, ApiError> {
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
        return forum::create_post(state, request);
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
