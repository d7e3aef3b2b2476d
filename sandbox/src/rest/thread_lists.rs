//! Lists of threads: the open ones of the guild, the archived ones of a channel.

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::ApiError;
use crate::id::Id;
use crate::model::{Channel, Thread};
use crate::permissions::Permissions;
use crate::state::State;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/threads/active", active),
    Endpoint::new(Method::GET, "/channels/{channel_id}/threads/archived/public", archived_public),
    Endpoint::new(Method::GET, "/channels/{channel_id}/threads/archived/private", archived_private),
    Endpoint::new(Method::GET, "/channels/{channel_id}/users/@me/threads/archived/private", archived_own),
];

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
