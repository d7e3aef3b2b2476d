//! Roles.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::Role;
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/roles", list),
    Endpoint::new(Method::POST, "/guilds/{guild_id}/roles", create),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/roles/member-counts", member_counts),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/roles/{role_id}", get),
    Endpoint::new(Method::PATCH, "/guilds/{guild_id}/roles", reorder),
    Endpoint::new(Method::PATCH, "/guilds/{guild_id}/roles/{role_id}", edit),
    Endpoint::new(Method::DELETE, "/guilds/{guild_id}/roles/{role_id}", delete),
];

const ROLES: usize = 250;
const ROLE_CREATE: u16 = 30;
const ROLE_UPDATE: u16 = 31;
const ROLE_DELETE: u16 = 32;

impl State {
    /// Checks that the caller may manage roles, and this one stands below the caller's highest.
    pub(super) fn require_above(&self, user: Id, role: &Role) -> Result<(), ApiError> {
        self.require_in_guild(user, Permissions::MANAGE_ROLES)?;
        if user == self.guild.owner_id {
            return Ok(());
        }
        let held = self.members.get(&user).map_or(&[][..], |member| &member.roles);
        let highest = held.iter().filter_map(|id| self.roles.get(id)).map(|role| role.position).max();
        if highest.is_some_and(|highest| highest > role.position) {
            Ok(())
        } else {
            Err(ApiError::MISSING_PERMISSIONS)
        }
    }

    /// Nobody gives away what they do not have.
    fn may_allow(&self, user: Id, permissions: Permissions) -> Result<(), ApiError> {
        self.require_in_guild(user, permissions & Permissions::ALL)
    }

    fn tell_role(&mut self, event: &'static str, id: Id) {
        if let Some(role) = self.roles.get(&id) {
            let data = json!({"guild_id": self.guild.id, "role": role});
            self.emit(event, Scope::Guild, &data);
        }
    }
}

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    Reply::ok(&state.roles.values().collect::<Vec<_>>())
}

fn find<'a>(state: &'a State, request: &Request) -> Result<&'a Role, ApiError> {
    state.enter_guild(request)?;
    state.roles.get(&request.id("role_id")?).ok_or(ApiError::UNKNOWN_ROLE)
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    Reply::ok(find(state, request)?)
}

fn member_counts(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let count = |role: &Role| {
        let members = state.members.values().filter(|member| member.roles.contains(&role.id)).count();
        (role.id.to_string(), Value::from(members))
    };
    let counted = state.roles.values().filter(|role| role.id != state.guild.id);
    Reply::ok(&counted.map(count).collect::<Map<_, _>>())
}

fn apply(role: &mut Role, body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    if let Some(name) = body["name"].as_str() {
        form.length("name", name, 0, 100);
        role.name = name.to_owned();
    }
    if let Some(permissions) = body.get("permissions").filter(|given| !given.is_null()) {
        match serde_json::from_value(permissions.clone()) {
            Ok(permissions) => role.permissions = permissions,
            Err(_) => form.fault("permissions", "NUMBER_TYPE_COERCE", "Value is not a set of permissions."),
        }
    }
    let color = body["color"].as_u64().or_else(|| body["colors"]["primary_color"].as_u64());
    if let Some(color) = color {
        role.color = u32::try_from(color).unwrap_or(0);
    }
    if let Some(hoist) = body["hoist"].as_bool() {
        role.hoist = hoist;
    }
    if let Some(mentionable) = body["mentionable"].as_bool() {
        role.mentionable = mentionable;
    }
    form.check()
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    state.require_in_guild(request.actor, Permissions::MANAGE_ROLES)?;
    if state.roles.len() >= ROLES {
        return Err(ApiError::MAX_ROLES);
    }
    let id = state.next_id();
    // New roles stand at the bottom, right above everybody's.
    let mut role = Role {
        id,
        name: "new role".into(),
        permissions: state.roles.get(&state.guild.id).map_or(Permissions::NONE, |role| role.permissions),
        position: 1,
        color: 0,
        hoist: false,
        mentionable: false,
        bot_id: None,
    };
    apply(&mut role, &request.body)?;
    state.may_allow(request.actor, role.permissions)?;
    for other in state.roles.values_mut().filter(|other| other.position > 0) {
        other.position += 1;
    }
    state.roles.insert(id, role);
    state.tell_role("GUILD_ROLE_CREATE", id);
    let view = json!(state.roles[&id]);
    state.record(request.deed(ROLE_CREATE, id).changed(&Value::Null, &view));
    Reply::ok(&state.roles[&id])
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let role = find(state, request)?;
    state.require_above(request.actor, role)?;
    let (id, mut role, earlier) = (role.id, role.clone(), json!(role));
    apply(&mut role, &request.body)?;
    state.may_allow(request.actor, role.permissions)?;
    let before = state.sights();
    state.roles.insert(id, role);
    state.tell_role("GUILD_ROLE_UPDATE", id);
    state.sync_threads(&before);
    let view = json!(state.roles[&id]);
    state.record(request.deed(ROLE_UPDATE, id).changed(&earlier, &view));
    Reply::ok(&state.roles[&id])
}

/// Moves roles up and down; nobody moves what stands above them, nor anything above themselves.
fn reorder(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let mut moved: Vec<(Role, u16)> = Vec::new();
    for one in request.body.as_array().into_iter().flatten() {
        let id: Id = serde_json::from_value(one["id"].clone()).map_err(|_| ApiError::UNKNOWN_ROLE)?;
        let role = state.roles.get(&id).ok_or(ApiError::UNKNOWN_ROLE)?;
        state.require_above(request.actor, role)?;
        let position =
            one["position"].as_u64().and_then(|to| u16::try_from(to).ok()).unwrap_or(role.position);
        let there = Role { position, ..role.clone() };
        state.require_above(request.actor, &there)?;
        moved.push((there, role.position));
    }
    for (role, before) in moved {
        let id = role.id;
        let earlier = json!(Role { position: before, ..role.clone() });
        state.roles.insert(id, role);
        state.tell_role("GUILD_ROLE_UPDATE", id);
        let view = json!(state.roles[&id]);
        state.record(request.deed(ROLE_UPDATE, id).changed(&earlier, &view));
    }
    Reply::ok(&state.roles.values().collect::<Vec<_>>())
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let role = find(state, request)?;
    state.require_above(request.actor, role)?;
    if role.bot_id.is_some() || role.id == state.guild.id {
        return Err(ApiError::INVALID_ROLE);
    }
    let (id, earlier) = (role.id, json!(role));
    state.roles.remove(&id);
    for member in state.members.values_mut() {
        member.roles.retain(|role| *role != id);
    }
    for channel in state.channels.values_mut() {
        channel.overwrites.retain(|overwrite| overwrite.id != id);
    }
    let data = json!({"guild_id": state.guild.id, "role_id": id});
    state.emit("GUILD_ROLE_DELETE", Scope::Guild, &data);
    state.record(request.deed(ROLE_DELETE, id).changed(&earlier, &Value::Null));
    Ok(Reply::NO_CONTENT)
}
