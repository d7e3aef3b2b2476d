//! Permission overwrites: what one role or one member may and may not do in a channel.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Overwrite, OverwriteKind};
use crate::permissions::Permissions;
use crate::state::State;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::PUT, "/channels/{channel_id}/permissions/{overwrite_id}", put),
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/permissions/{overwrite_id}", delete),
];

const OVERWRITE_CREATE: u16 = 13;
const OVERWRITE_UPDATE: u16 = 14;
const OVERWRITE_DELETE: u16 = 15;

/// The exceptions that a channel is to have. None when the body says nothing about them.
pub(super) fn read_overwrites(body: &Value) -> Result<Option<Vec<Overwrite>>, ApiError> {
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

/// Whose exception an entry of the audit log is about.
fn overwrite_options(state: &State, target: Id) -> Value {
    match state.roles.get(&target) {
        Some(role) => json!({"id": target, "type": "0", "role_name": role.name}),
        None => json!({"id": target, "type": "1"}),
    }
}

/// Nobody allows or denies in a channel what they may not do themselves, on the server or in its category; but who was
/// given the roles' management in the channel itself.
pub(super) fn may_set(
    state: &State,
    actor: Id,
    channel: &Channel,
    overwrites: &[Overwrite],
) -> Result<(), ApiError> {
    let held = state.members.get(&actor).map_or(&[][..], |member| &member.roles);
    let concerned = |one: &&Overwrite| one.id == actor || held.contains(&one.id);
    let mut own = channel.overwrites.iter().filter(concerned);
    if own.any(|one| one.allow.contains(Permissions::MANAGE_ROLES)) {
        return Ok(());
    }
    let parent = channel.parent_id.and_then(|parent| state.channels.get(&parent));
    let above = parent.map_or(Permissions::NONE, |parent| state.permissions_in(actor, parent));
    let may = state.guild_permissions(actor) | above;
    let bits = overwrites.iter().fold(Permissions::NONE, |all, one| all | one.allow | one.deny);
    // The management of roles in a channel is an administrator's to give.
    let roles = bits.contains(Permissions::MANAGE_ROLES) && !may.contains(Permissions::ADMINISTRATOR);
    if roles || !may.contains(bits & Permissions::ALL) { Err(ApiError::MISSING_PERMISSIONS) } else { Ok(()) }
}

fn put(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (id, target) = (request.id("channel_id")?, request.id("overwrite_id")?);
    let channel = state.visible(request.actor, id)?;
    state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
    let mut given = request.body.clone();
    given["id"] = json!(target);
    let overwrite = read_overwrite(&given)?;
    may_set(state, request.actor, channel, std::slice::from_ref(&overwrite))?;
    let known = channel.overwrites.iter().any(|old| old.id == target);
    let before = state.sights();
    let channel = state.channels.get_mut(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    channel.overwrites.retain(|old| old.id != target);
    channel.overwrites.push(overwrite);
    state.tell_channel("CHANNEL_UPDATE", id);
    state.sync_threads(&before);
    let action = if known { OVERWRITE_UPDATE } else { OVERWRITE_CREATE };
    let options = overwrite_options(state, target);
    state.record(request.deed(action, id).with(options));
    Ok(Reply::NO_CONTENT)
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (id, target) = (request.id("channel_id")?, request.id("overwrite_id")?);
    let channel = state.visible(request.actor, id)?;
    state.require(request.actor, channel, Permissions::MANAGE_ROLES)?;
    let before = state.sights();
    let channel = state.channels.get_mut(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
    channel.overwrites.retain(|old| old.id != target);
    state.tell_channel("CHANNEL_UPDATE", id);
    state.sync_threads(&before);
    let options = overwrite_options(state, target);
    state.record(request.deed(OVERWRITE_DELETE, id).with(options));
    Ok(Reply::NO_CONTENT)
}
