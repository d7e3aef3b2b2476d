//! Registration of application commands; `command_form` holds them against the limits.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::command_form::check;
use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::state::{Command, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/applications/{application_id}/commands", list),
    Endpoint::new(Method::PUT, "/applications/{application_id}/commands", replace),
    Endpoint::new(Method::POST, "/applications/{application_id}/commands", create),
    Endpoint::new(Method::GET, "/applications/{application_id}/commands/{command_id}", get),
    Endpoint::new(Method::PATCH, "/applications/{application_id}/commands/{command_id}", edit),
    Endpoint::new(Method::DELETE, "/applications/{application_id}/commands/{command_id}", delete),
    Endpoint::new(Method::GET, "/applications/{application_id}/guilds/{guild_id}/commands", list),
    Endpoint::new(Method::PUT, "/applications/{application_id}/guilds/{guild_id}/commands", replace),
    Endpoint::new(Method::POST, "/applications/{application_id}/guilds/{guild_id}/commands", create),
    Endpoint::new(Method::GET, "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", get),
    Endpoint::new(
        Method::PATCH,
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}",
        edit,
    ),
    Endpoint::new(
        Method::DELETE,
        "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}",
        delete,
    ),
];

const CHAT_INPUT: u64 = 1;
const USER_MENU: u64 = 2;
const MESSAGE_MENU: u64 = 3;
const COMMANDS: usize = 100;
const MENU_COMMANDS: usize = 15;

/// New commands of one guild, or global ones, in a day of the sandbox's clock.
const CREATES: usize = 200;
const DAY: TimeDelta = TimeDelta::hours(24);

/// The guild of the path, none for global commands.
fn scope(state: &State, request: &Request) -> Result<Option<Id>, ApiError> {
    if request.id("application_id")? != state.application.id {
        return Err(ApiError::UNKNOWN_APPLICATION);
    }
    if request.actor != state.bot() {
        return Err(ApiError::ONLY_BOTS);
    }
    if !request.params.contains_key("guild_id") {
        return Ok(None);
    }
    state.enter_guild(request)?;
    Ok(Some(state.guild.id))
}

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let guild = scope(state, request)?;
    Reply::ok(&listed(state, guild, request.query_flag("with_localizations")))
}

fn listed(state: &State, guild: Option<Id>, localized: bool) -> Vec<Value> {
    let show = |command: &Command| {
        let mut body = command.body.clone();
        if !localized {
            strip_localizations(&mut body);
        }
        body
    };
    state.commands.iter().filter(|command| command.guild_id == guild).map(show).collect()
}

fn strip_localizations(body: &mut Value) {
    match body {
        Value::Object(map) => {
            map.retain(|key, _| !key.ends_with("_localizations"));
            map.values_mut().for_each(strip_localizations);
        }
        Value::Array(list) => list.iter_mut().for_each(strip_localizations),
        _ => {}
    }
}

fn find(state: &State, request: &Request) -> Result<usize, ApiError> {
    let guild = scope(state, request)?;
    let id = request.id("command_id")?;
    let is_it = |command: &Command| command.id == id && command.guild_id == guild;
    state.commands.iter().position(is_it).ok_or(ApiError::UNKNOWN_COMMAND)
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    Reply::ok(&state.commands[find(state, request)?].body)
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let at = find(state, request)?;
    state.commands.remove(at);
    state.tell_clients();
    Ok(Reply::NO_CONTENT)
}

impl State {
    /// People's clients are told that the commands are others now; bots are not.
    fn tell_clients(&mut self) {
        let people: Vec<Id> = self.users.values().filter(|user| !user.bot).map(|user| user.id).collect();
        let update = json!({"guild_id": self.guild.id});
        for user in people {
            self.tell_user(user, "GUILD_APPLICATION_COMMAND_INDEX_UPDATE", &update);
        }
    }
}

pub(super) fn kind(body: &Value) -> u64 {
    body["type"].as_u64().unwrap_or(CHAT_INPUT)
}

fn replace(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let guild = scope(state, request)?;
    let given = request.body.as_array().ok_or(ApiError::INVALID_FORM_BODY)?;
    let mut form = Form::default();
    for (at, body) in given.iter().enumerate() {
        check(body, &at.to_string(), &mut form);
        let twice =
            given[..at].iter().any(|other| other["name"] == body["name"] && kind(other) == kind(body));
        if twice {
            form.fault(
                &at.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    form.check()?;
    check_counts(given.iter())?;
    let new = given.iter().filter(|body| same(state, guild, body).is_none()).count();
    count_creates(state, guild, new)?;
    let made: Vec<Command> = given.iter().map(|body| make(state, guild, body)).collect();
    state.commands.retain(|command| command.guild_id != guild);
    state.commands.extend(made);
    state.tell_clients();
    Reply::ok(&listed(state, guild, true))
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let guild = scope(state, request)?;
    let mut form = Form::default();
    check(&request.body, "", &mut form);
    form.check()?;
    let known = same(state, guild, &request.body);
    if known.is_none() {
        let there = state.commands.iter().filter(|command| command.guild_id == guild);
        check_counts(there.map(|command| &command.body).chain([&request.body]))?;
        count_creates(state, guild, 1)?;
    }
    let command = make(state, guild, &request.body);
    let status = if known.is_some() { 200 } else { 201 };
    let reply = Reply::json(status, &command.body);
    match known {
        Some(at) => state.commands[at] = command,
        None => state.commands.push(command),
    }
    state.tell_clients();
    Ok(reply)
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let at = find(state, request)?;
    let mut body = state.commands[at].body.clone();
    if let (Value::Object(body), Value::Object(changes)) = (&mut body, &request.body) {
        body.extend(changes.clone());
    }
    let mut form = Form::default();
    check(&body, "", &mut form);
    form.check()?;
    let (id, guild_id) = (state.commands[at].id, state.commands[at].guild_id);
    let version = state.next_id();
    body["version"] = json!(version);
    state.commands[at] = Command { id, guild_id, body };
    state.tell_clients();
    Reply::ok(&state.commands[at].body)
}

/// Where the command of the same name and kind is.
fn same(state: &State, guild: Option<Id>, given: &Value) -> Option<usize> {
    state.commands.iter().position(|command| {
        command.guild_id == guild
            && command.body["name"] == given["name"]
            && kind(&command.body) == kind(given)
    })
}

/// A command with what Discord adds. One of the same name keeps its id.
fn make(state: &mut State, guild_id: Option<Id>, given: &Value) -> Command {
    let id = match same(state, guild_id, given) {
        Some(at) => state.commands[at].id,
        None => state.next_id(),
    };
    let version = state.next_id();
    let mut body = json!({
        "id": id,
        "application_id": state.application.id,
        "version": version,
        "default_member_permissions": null,
        "type": CHAT_INPUT,
        "name": "",
        "name_localizations": null,
        "description": "",
        "description_localizations": null,
        "nsfw": false,
    });
    match guild_id {
        Some(guild) => body["guild_id"] = json!(guild),
        None => {
            body["dm_permission"] = true.into();
            body["contexts"] = Value::Null;
            body["integration_types"] = json!([0]);
        }
    }
    if let (Value::Object(body), Value::Object(given)) = (&mut body, given) {
        let given = given.iter().filter(|(key, value)| {
            let has_default = key.ends_with("_localizations") || *key == "default_member_permissions";
            !value.is_null() || has_default
        });
        body.extend(given.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>());
        body.get_mut("options").into_iter().for_each(tidy);
    }
    Command { id, guild_id, body }
}

/// Options come back without what was said to be nothing.
fn tidy(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        option.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
        option.get_mut("options").into_iter().for_each(tidy);
    }
}

/// Counts commands that are new; changed ones are free.
fn count_creates(state: &mut State, guild: Option<Id>, new: usize) -> Result<(), ApiError> {
    let now = state.now();
    let (since, count) = state.command_creates.entry(guild).or_insert((now, 0));
    if now - *since >= DAY {
        (*since, *count) = (now, 0);
    }
    if *count + new > CREATES {
        return Err(ApiError::MAX_COMMAND_CREATES);
    }
    *count += new;
    Ok(())
}

/// Whether there would be room for so many commands of each kind.
fn check_counts<'a>(bodies: impl Iterator<Item = &'a Value> + Clone) -> Result<(), ApiError> {
    for (wanted, max) in [(CHAT_INPUT, COMMANDS), (USER_MENU, MENU_COMMANDS), (MESSAGE_MENU, MENU_COMMANDS)] {
        if bodies.clone().filter(|body| kind(body) == wanted).count() > max {
            return Err(ApiError::MAX_COMMANDS);
        }
    }
    Ok(())
}
