//! Changing a thread: name, tags, archived, locked, slowmode. `channels` has the route.

use super::{Request, forum, threads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Thread, Time, channel_flags};
use crate::permissions::Permissions;
use crate::state::{MAX_ACTIVE, State};

pub(super) fn may_edit(
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
    let restricted = ["locked", "rate_limit_per_user", "flags"].iter().any(|key| body.get(*key).is_some());
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

pub(super) fn edit(state: &mut State, request: &Request, id: Id) -> Result<(), ApiError> {
    let body = &request.body;
    let mut form = Form::default();
    if let Some(name) = body.get("name") {
        form.length("name", name.as_str().unwrap_or_default(), 1, 100);
    }
    let minutes = body["auto_archive_duration"].as_u64();
    if minutes.is_some_and(|minutes| !threads::ARCHIVE_AFTER.contains(&minutes)) {
        form.choice("auto_archive_duration", "(60, 1440, 4320, 10080)");
    }
    let slow = threads::read_slowmode(body, &mut form);
    form.check()?;

    let mut channel = state.channels.get(&id).cloned().ok_or(ApiError::UNKNOWN_CHANNEL)?;
    let forum = channel.parent_id.and_then(|forum| state.channels.get(&forum));
    if let (Some(tags), Some(forum)) = (body.get("applied_tags"), forum) {
        let tags = forum::read_applied(state, request.actor, forum, tags, &channel.applied_tags)?;
        channel.applied_tags = tags;
    }
    if let Some(flags) = body["flags"].as_u64() {
        let pins = flags & channel_flags::PINNED;
        let others = state.channels.values().filter(|other| {
            other.id != id && other.parent_id == channel.parent_id && other.flags & channel_flags::PINNED != 0
        });
        if pins != 0 && others.count() > 0 {
            return Err(ApiError::MAX_PINNED_THREADS);
        }
        channel.flags = pins;
    }
    if let Some(name) = body["name"].as_str() {
        channel.name = name.to_owned();
    }
    if let Some(slow) = slow {
        channel.rate_limit_per_user = slow;
    }
    let now = Time(state.now());
    let thread = channel.thread.as_mut().ok_or(ApiError::WRONG_CHANNEL_TYPE)?;
    if let Some(archived) = body["archived"].as_bool().filter(|archived| *archived != thread.archived) {
        if !archived && state.active_threads().count() >= MAX_ACTIVE {
            return Err(ApiError::MAX_THREADS);
        }
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
    state.channels.insert(id, channel);
    Ok(())
}
