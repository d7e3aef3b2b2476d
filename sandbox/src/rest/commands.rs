//! Registration of application commands.

use axum::http::Method;
use serde_json::{Map, Value, json};

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
const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const LIST: usize = 25;
const COMMANDS: usize = 100;
const MENU_COMMANDS: usize = 15;
const COMMAND_SIZE: usize = 8000;

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
    state.touch();
    Ok(Reply::NO_CONTENT)
}

fn kind(body: &Value) -> u64 {
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
    for (wanted, max) in [(CHAT_INPUT, COMMANDS), (2, MENU_COMMANDS), (3, MENU_COMMANDS)] {
        if given.iter().filter(|body| kind(body) == wanted).count() > max {
            return Err(ApiError::MAX_COMMANDS);
        }
    }
    let made: Vec<Command> = given.iter().map(|body| make(state, guild, body)).collect();
    state.commands.retain(|command| command.guild_id != guild);
    state.commands.extend(made);
    state.touch();
    Reply::ok(&listed(state, guild, true))
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let guild = scope(state, request)?;
    let mut form = Form::default();
    check(&request.body, "", &mut form);
    form.check()?;
    let command = make(state, guild, &request.body);
    let same = state.commands.iter().position(|old| old.id == command.id);
    let status = if same.is_some() { 200 } else { 201 };
    let reply = Reply::json(status, &command.body);
    match same {
        Some(at) => state.commands[at] = command,
        None => state.commands.push(command),
    }
    state.touch();
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
    state.touch();
    Reply::ok(&state.commands[at].body)
}

/// A command with what Discord adds. One of the same name keeps its id.
fn make(state: &mut State, guild_id: Option<Id>, given: &Value) -> Command {
    let same = |command: &&Command| {
        command.guild_id == guild_id
            && command.body["name"] == given["name"]
            && kind(&command.body) == kind(given)
    };
    let id = match state.commands.iter().find(same) {
        Some(old) => old.id,
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

fn check(body: &Value, path: &str, form: &mut Form) {
    let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    check_name(body, &at("name"), kind(body) == CHAT_INPUT, form);
    if kind(body) != CHAT_INPUT {
        return;
    }
    check_description(body, path, form);
    check_options(&body["options"], &at("options"), form);
    if size(body) > COMMAND_SIZE {
        form.fault(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
    }
}

/// Letters and digits of any script, `-`, `_`, `'`; lower case; composed (NFC), since combining marks are no letters.
fn check_name(body: &Value, path: &str, strict: bool, form: &mut Form) {
    let name = body["name"].as_str().unwrap_or_default();
    let mut one = |name: &str, path: &str| {
        form.length(path, name, 1, 32);
        let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '\'');
        if strict && (!name.chars().all(fits) || name != name.to_lowercase()) {
            form.fault(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
    };
    one(name, path);
    for (locale, name) in body["name_localizations"].as_object().into_iter().flatten() {
        one(name.as_str().unwrap_or_default(), &format!("{path}_localizations.{locale}"));
    }
}

fn check_description(body: &Value, path: &str, form: &mut Form) {
    let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    form.length(&at("description"), body["description"].as_str().unwrap_or_default(), 1, 100);
    for (locale, text) in body["description_localizations"].as_object().into_iter().flatten() {
        let path = at(&format!("description_localizations.{locale}"));
        form.length(&path, text.as_str().unwrap_or_default(), 1, 100);
    }
}

fn check_options(options: &Value, path: &str, form: &mut Form) {
    let Some(options) = options.as_array() else { return };
    form.count(path, options.len(), LIST);
    let mut optional_seen = false;
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.{at}");
        check_name(option, &format!("{path}.name"), true, form);
        check_description(option, &path, form);
        if options[..at].iter().any(|other| other["name"] == option["name"]) {
            form.fault(
                &path,
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        if matches!(option["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP)) {
            check_options(&option["options"], &format!("{path}.options"), form);
            continue;
        }
        let required = option["required"].as_bool().unwrap_or(false);
        if required && optional_seen {
            form.fault(
                &path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required;
        let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
        form.count(&format!("{path}.choices"), choices.len(), LIST);
        if !choices.is_empty() && option["autocomplete"].as_bool() == Some(true) {
            form.fault(
                &path,
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
                "Choices or autocomplete, not both",
            );
        }
        for (number, choice) in choices.iter().enumerate() {
            let path = format!("{path}.choices.{number}");
            form.length(&format!("{path}.name"), choice["name"].as_str().unwrap_or_default(), 1, 100);
        }
    }
}

/// Characters of names, descriptions and values; of translations the longest counts.
fn size(body: &Value) -> usize {
    let longest = |key: &str| {
        let own = body[key].as_str().map_or(0, |text| text.chars().count());
        let others = body[format!("{key}_localizations").as_str()].as_object();
        let translated = others.into_iter().flatten().filter_map(|(_, text)| text.as_str());
        translated.map(|text| text.chars().count()).max().unwrap_or(0).max(own)
    };
    let value = body["value"].as_str().map_or(0, |text| text.chars().count());
    let below = ["options", "choices"].iter().filter_map(|key| body[*key].as_array()).flatten();
    longest("name") + longest("description") + value + below.map(size).sum::<usize>()
}
