//! Members of the guild and their roles.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::Member;
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/members", list),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/members/search", search),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/members/{user_id}", get),
    Endpoint::new(Method::PATCH, "/guilds/{guild_id}/members/{user_id}", edit),
    Endpoint::new(Method::DELETE, "/guilds/{guild_id}/members/{user_id}", kick),
    Endpoint::new(Method::PUT, "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", add_role),
    Endpoint::new(Method::DELETE, "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", remove_role),
];

const MEMBER_KICK: u16 = 20;
const MEMBER_UPDATE: u16 = 24;
const MEMBER_ROLE_UPDATE: u16 = 25;

impl State {
    fn tell_member(&mut self, user: Id) {
        if let Some(member) = self.members.get(&user) {
            let mut view = self.member_view(member);
            view.guild_id = Some(self.guild.id);
            let view = json!(view);
            self.emit("GUILD_MEMBER_UPDATE", Scope::Guild, &view);
        }
    }
}

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    // Bots need the GUILD_MEMBERS intent for the list.
    if request.actor == state.bot() && !state.application.may_read_members() {
        return Err(ApiError::MISSING_ACCESS);
    }
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let limit = request.limit(1, 1000)?;
    let members = state.members.values().filter(|member| member.user_id > after).take(limit);
    Reply::ok(&members.map(|member| state.member_view(member)).collect::<Vec<_>>())
}

fn search(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let query = request.query.get("query").map(|query| query.to_lowercase()).unwrap_or_default();
    if query.is_empty() {
        return Err(Form::refuse("query", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    let limit = request.limit(1, 1000)?;
    let starts = |name: &str| name.to_lowercase().starts_with(&query);
    let wanted = |member: &&Member| {
        let user = state.user(member.user_id);
        starts(&user.username)
            || user.global_name.as_deref().is_some_and(starts)
            || member.nick.as_deref().is_some_and(starts)
    };
    let members = state.members.values().filter(wanted).take(limit);
    Reply::ok(&members.map(|member| state.member_view(member)).collect::<Vec<_>>())
}

fn find<'a>(state: &'a State, request: &Request) -> Result<&'a Member, ApiError> {
    state.enter_guild(request)?;
    let id = if request.param("user_id") == "@me" { request.actor } else { request.id("user_id")? };
    state.members.get(&id).ok_or(ApiError::UNKNOWN_MEMBER)
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    Reply::ok(&state.member_view(find(state, request)?))
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let earlier = find(state, request)?.clone();
    let (mut member, user) = (earlier.clone(), earlier.user_id);
    let mut action = MEMBER_UPDATE;
    if let Some(nick) = request.body.get("nick") {
        let needed =
            if user == request.actor { Permissions::CHANGE_NICKNAME } else { Permissions::MANAGE_NICKNAMES };
        state.require_in_guild(request.actor, needed)?;
        member.nick = nick.as_str().filter(|nick| !nick.is_empty()).map(String::from);
        let mut form = Form::default();
        form.length("nick", member.nick.as_deref().unwrap_or_default(), 0, 32);
        form.check()?;
    }
    if let Some(roles) = request.body.get("roles").filter(|roles| !roles.is_null()) {
        let roles: Vec<Id> = serde_json::from_value(roles.clone())
            .map_err(|_| Form::refuse("roles", "BASE_TYPE_CHOICES", "Value is not a list of roles."))?;
        let changed = roles.iter().filter(|role| !member.roles.contains(role));
        for role in changed.chain(member.roles.iter().filter(|role| !roles.contains(role))) {
            let role = state.roles.get(role).ok_or(ApiError::UNKNOWN_ROLE)?;
            state.require_above(request.actor, role)?;
        }
        member.roles = roles;
        action = MEMBER_ROLE_UPDATE;
    }
    let before = state.sights();
    state.members.insert(user, member);
    state.tell_member(user);
    state.sync_threads(&before);
    let member = &state.members[&user];
    let nick = |member: &Member| json!({"nick": member.nick});
    let deed = request.deed(action, user).changed(&nick(&earlier), &nick(member));
    let deed = deed.roles(state, &earlier.roles, &member.roles);
    state.record(deed);
    Reply::ok(&state.member_view(&state.members[&user]))
}

fn kick(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let user = find(state, request)?.user_id;
    state.require_in_guild(request.actor, Permissions::KICK_MEMBERS)?;
    if user == state.guild.owner_id {
        return Err(ApiError::MISSING_PERMISSIONS);
    }
    state.members.remove(&user);
    let data: Value = json!({"guild_id": state.guild.id, "user": state.user(user)});
    state.emit("GUILD_MEMBER_REMOVE", Scope::Guild, &data);
    // Whoever is thrown out loses the whole guild.
    let gone = json!({"id": state.guild.id});
    state.emit("GUILD_DELETE", Scope::User(user), &gone);
    state.record(request.deed(MEMBER_KICK, user));
    Ok(Reply::NO_CONTENT)
}

fn add_role(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    set_role(state, request, true)
}

fn remove_role(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    set_role(state, request, false)
}

fn set_role(state: &mut State, request: &Request, held: bool) -> Result<Reply, ApiError> {
    let user = find(state, request)?.user_id;
    let role = state.roles.get(&request.id("role_id")?).ok_or(ApiError::UNKNOWN_ROLE)?;
    state.require_above(request.actor, role)?;
    if role.bot_id.is_some() || role.id == state.guild.id {
        return Err(ApiError::INVALID_ROLE);
    }
    let (role, sights) = (role.id, state.sights());
    let member = state.members.get_mut(&user).ok_or(ApiError::UNKNOWN_MEMBER)?;
    let before = member.roles.clone();
    member.roles.retain(|other| *other != role);
    if held {
        member.roles.push(role);
    }
    let after = member.roles.clone();
    if after.len() != before.len() {
        state.tell_member(user);
        state.sync_threads(&sights);
        let deed = request.deed(MEMBER_ROLE_UPDATE, user).roles(state, &before, &after);
        state.record(deed);
    }
    Ok(Reply::NO_CONTENT)
}
