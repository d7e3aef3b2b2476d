//! Scheduled events.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, recurrence};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{ChannelKind, ScheduledEvent, Time};
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/scheduled-events", list),
    Endpoint::new(Method::POST, "/guilds/{guild_id}/scheduled-events", create),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", get),
    Endpoint::new(Method::PATCH, "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", edit),
    Endpoint::new(Method::DELETE, "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", delete),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users", users),
    // What a person's client does with "Interested"; not in the document for bots.
    Endpoint::new(
        Method::PUT,
        "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/@me",
        subscribe,
    ),
    Endpoint::new(
        Method::DELETE,
        "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users/@me",
        unsubscribe,
    ),
];

/// Events that are not over.
const OPEN: usize = 100;
const EVENT_CREATE: u16 = 100;
const EVENT_UPDATE: u16 = 101;
const EVENT_DELETE: u16 = 102;

const STAGE: u8 = 1;
const VOICE: u8 = 2;
const EXTERNAL: u8 = 3;

const SCHEDULED: u8 = 1;
const ACTIVE: u8 = 2;
const COMPLETED: u8 = 3;
const CANCELED: u8 = 4;

fn list(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let count = request.query_flag("with_user_count");
    let open = state.events.values().filter(|event| matches!(event.status, SCHEDULED | ACTIVE));
    Reply::ok(&open.map(|event| state.event_view(event, count)).collect::<Vec<_>>())
}

fn find<'a>(state: &'a State, request: &Request) -> Result<&'a ScheduledEvent, ApiError> {
    state.enter_guild(request)?;
    let id = request.id("guild_scheduled_event_id")?;
    state.events.get(&id).ok_or(ApiError::UNKNOWN_SCHEDULED_EVENT)
}

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let event = find(state, request)?;
    Reply::ok(&state.event_view(event, request.query_flag("with_user_count")))
}

/// Takes over what the body says and checks the whole.
fn apply(state: &State, event: &mut ScheduledEvent, body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    let time = |key: &str, form: &mut Form| {
        let text = body[key].as_str()?;
        let time: Option<DateTime<Utc>> = text.parse().ok();
        if time.is_none() {
            form.fault(key, "DATE_TIME_TYPE_PARSE", format!("Could not parse {text}. Should be ISO8601."));
        }
        time.map(Time)
    };
    if let Some(name) = body["name"].as_str() {
        event.name = name.to_owned();
    }
    form.length("name", &event.name, 1, 100);
    if let Some(description) = body.get("description") {
        event.description = description.as_str().map(String::from);
    }
    form.length("description", event.description.as_deref().unwrap_or_default(), 0, 1000);
    let moved = !body["scheduled_start_time"].is_null();
    if let Some(start) = time("scheduled_start_time", &mut form) {
        event.start = start;
    }
    if body.get("scheduled_end_time").is_some() {
        event.end = time("scheduled_end_time", &mut form);
    }
    if moved && event.start.0 <= state.now() {
        form.fault(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        );
    }
    if event.end.is_some_and(|end| end <= event.start) {
        form.fault(
            "scheduled_end_time",
            "GUILD_SCHEDULED_EVENT_END_BEFORE_START",
            "Cannot schedule event to end before starting.",
        );
    }
    if let Some(kind) = body["entity_type"].as_u64() {
        event.entity_type = u8::try_from(kind).unwrap_or(0);
    }
    if body.get("channel_id").is_some() {
        event.channel_id = serde_json::from_value(body["channel_id"].clone()).ok();
    }
    if let Some(location) = body["entity_metadata"]["location"].as_str() {
        form.length("entity_metadata.location", location, 1, 100);
        event.location = Some(location.to_owned());
    }
    if let Some(rule) = body.get("recurrence_rule") {
        event.recurrence_rule = recurrence::read(rule, &mut form);
    }
    match event.entity_type {
        EXTERNAL => {
            event.channel_id = None;
            if event.location.is_none() {
                form.required("entity_metadata.location");
            }
            if event.end.is_none() {
                form.required("scheduled_end_time");
            }
        }
        STAGE | VOICE => {
            event.location = None;
            let wanted = if event.entity_type == VOICE { ChannelKind::Voice } else { ChannelKind::Stage };
            let channel = event.channel_id.and_then(|id| state.channels.get(&id));
            if channel.is_none_or(|channel| channel.kind != wanted) {
                form.fault(
                    "channel_id",
                    "GUILD_SCHEDULED_EVENT_CHANNEL_INVALID",
                    "Unknown or unfit channel.",
                );
            }
        }
        _ => form.choice("entity_type", "(1, 2, 3)"),
    }
    form.check()
}

fn may_hold(state: &State, user: Id, event: &ScheduledEvent, needed: Permissions) -> Result<(), ApiError> {
    match event.channel_id.and_then(|id| state.channels.get(&id)) {
        Some(channel) => {
            state.require(user, channel, needed | Permissions::VIEW_CHANNEL | Permissions::CONNECT)
        }
        None => state.require_in_guild(user, needed),
    }
}

fn create(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let body = &request.body;
    let mut form = Form::default();
    for key in ["name", "scheduled_start_time", "entity_type", "privacy_level"] {
        if body[key].is_null() {
            form.required(key);
        }
    }
    form.check()?;
    let id = state.next_id();
    let mut event = ScheduledEvent {
        id,
        creator: request.actor,
        channel_id: None,
        name: String::new(),
        description: None,
        start: Time(state.now()),
        end: None,
        status: SCHEDULED,
        entity_type: 0,
        location: None,
        recurrence_rule: Value::Null,
        users: BTreeSet::new(),
    };
    apply(state, &mut event, body)?;
    may_hold(state, request.actor, &event, Permissions::CREATE_EVENTS)?;
    let open = state.events.values().filter(|event| matches!(event.status, SCHEDULED | ACTIVE)).count();
    if open >= OPEN {
        return Err(ApiError::MAX_EVENTS);
    }
    state.events.insert(id, event);
    state.tell_event("GUILD_SCHEDULED_EVENT_CREATE", id);
    let view = json!(state.event_view(&state.events[&id], false));
    state.record(request.deed(EVENT_CREATE, id).changed(&Value::Null, &view));
    Reply::ok(&state.event_view(&state.events[&id], false))
}

impl State {
    fn tell_event(&mut self, name: &'static str, id: Id) {
        if let Some(event) = self.events.get(&id) {
            let view = json!(self.event_view(event, false));
            self.emit(name, Scope::Guild, &view);
        }
    }
}

/// One's own events need the right to make them, others' the right to manage them.
fn may_change(state: &State, user: Id, event: &ScheduledEvent) -> Result<(), ApiError> {
    let own = event.creator == user && may_hold(state, user, event, Permissions::CREATE_EVENTS).is_ok();
    if own { Ok(()) } else { may_hold(state, user, event, Permissions::MANAGE_EVENTS) }
}

fn edit(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let event = find(state, request)?;
    may_change(state, request.actor, event)?;
    let earlier = json!(state.event_view(event, false));
    let (id, mut event) = (event.id, event.clone());
    if matches!(event.status, COMPLETED | CANCELED) {
        return Err(ApiError::INVALID_EVENT_STATUS);
    }
    if let Some(status) = request.body["status"].as_u64() {
        event.status = match (event.status, u8::try_from(status).unwrap_or(0)) {
            (SCHEDULED, next @ (ACTIVE | CANCELED)) | (ACTIVE, next @ COMPLETED) => next,
            (same, next) if same == next => same,
            _ => {
                return Err(Form::refuse(
                    "status",
                    "GUILD_SCHEDULED_EVENT_INVALID_STATUS",
                    "Invalid Guild Scheduled Event Status Transition",
                ));
            }
        };
    }
    apply(state, &mut event, &request.body)?;
    if event.status == COMPLETED {
        event.recur();
    }
    state.events.insert(id, event);
    state.tell_event("GUILD_SCHEDULED_EVENT_UPDATE", id);
    let view = json!(state.event_view(&state.events[&id], false));
    state.record(request.deed(EVENT_UPDATE, id).changed(&earlier, &view));
    Reply::ok(&state.event_view(&state.events[&id], false))
}

fn delete(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let event = find(state, request)?;
    may_change(state, request.actor, event)?;
    let (id, earlier) = (event.id, json!(state.event_view(event, false)));
    state.tell_event("GUILD_SCHEDULED_EVENT_DELETE", id);
    state.events.remove(&id);
    state.record(request.deed(EVENT_DELETE, id).changed(&earlier, &Value::Null));
    Ok(Reply::NO_CONTENT)
}

fn users(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let event = find(state, request)?;
    let limit = request.limit(100, 100)?;
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let with_member = request.query_flag("with_member");
    let show = |user: &Id| {
        let mut shown = json!({
            "guild_scheduled_event_id": event.id, "user_id": user, "user": state.user(*user), "response": 1,
        });
        if let Some(member) = state.members.get(user).filter(|_| with_member) {
            shown["member"] = json!(state.member_view(member));
        }
        shown
    };
    Reply::ok(&event.users.iter().filter(|user| **user > after).take(limit).map(show).collect::<Vec<_>>())
}

fn subscribe(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    set_interest(state, request, true)
}

fn unsubscribe(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    set_interest(state, request, false)
}

fn set_interest(state: &mut State, request: &Request, interested: bool) -> Result<Reply, ApiError> {
    let id = find(state, request)?.id;
    let event = state.events.get_mut(&id).ok_or(ApiError::UNKNOWN_SCHEDULED_EVENT)?;
    let (changed, name) = if interested {
        (event.users.insert(request.actor), "GUILD_SCHEDULED_EVENT_USER_ADD")
    } else {
        (event.users.remove(&request.actor), "GUILD_SCHEDULED_EVENT_USER_REMOVE")
    };
    if changed {
        let data =
            json!({"guild_scheduled_event_id": id, "user_id": request.actor, "guild_id": state.guild.id});
        state.emit(name, Scope::Guild, &data);
    }
    Ok(Reply::NO_CONTENT)
}
