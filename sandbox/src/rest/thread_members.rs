//! Who is in a thread.

use axum::http::Method;

use super::{Endpoint, Reply, Request};
use crate::error::ApiError;
use crate::id::Id;
use crate::model::{Channel, Thread};
use crate::permissions::Permissions;
use crate::state::State;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/channels/{channel_id}/thread-members", members),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/thread-members/@me", join),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/thread-members/@me", leave),
    Endpoint::new(Method::GET, "/channels/{channel_id}/thread-members/{user_id}", member),
    Endpoint::new(Method::PUT, "/channels/{channel_id}/thread-members/{user_id}", add),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/thread-members/{user_id}", remove),
];

/// The thread of the path, if the caller may see it.
fn thread<'a>(state: &'a State, request: &Request) -> Result<(&'a Channel, &'a Thread), ApiError> {
    let channel = state.visible(request.actor, request.id("channel_id")?)?;
    let thread = channel.thread.as_ref().ok_or(ApiError::WRONG_CHANNEL_TYPE)?;
    Ok((channel, thread))
}

fn members(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, thread) = thread(state, request)?;
    if request.actor == state.bot() && !state.application.may_read_members() {
        return Err(ApiError::MISSING_ACCESS);
    }
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
