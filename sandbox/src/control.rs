//! The routes under `/sandbox`: what no client of Discord can do.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::faults::Fault;
use crate::id::Id;
use crate::model::{Interaction, Message};
use crate::server::App;
use crate::state::{AllowedMentions, Draft, State};

/// Real time between two steps of a clock that is moved in steps, for those who follow it.
const STEP_PAUSE: Duration = Duration::from_millis(20);

/// Messages that a flood writes before it lets others have the lock.
const FLOOD_BATCH: u64 = 200;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/sandbox/state", get(state))
        .route("/sandbox/clock", get(clock).post(move_clock))
        .route("/sandbox/requests", get(requests))
        .route("/sandbox/violations", get(violations))
        .route("/sandbox/interactions", get(interactions))
        .route("/sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/sandbox/flood", post(flood))
        .route("/sandbox/view", get(view))
        .route("/attachments/{channel_id}/{attachment_id}/{filename}", get(attachment))
}

async fn state(Extract(app): Extract<App>) -> Json<Value> {
    Json(state_view(&app.state()))
}

/// Everything that a test or the page wants to know, tokens included.
pub(crate) fn state_view(state: &State) -> Value {
    let bot = state.user(state.bot());
    let person = |user: &crate::model::User| {
        let member = state.members.get(&user.id);
        json!({
            "id": user.id,
            "username": user.username,
            "name": user.display_name(),
            "locale": user.locale,
            "token": user.token,
            "roles": member.map(|member| &member.roles),
            "member": member.is_some(),
            "owner": user.id == state.guild.owner_id,
        })
    };
    let channels = state.channels.values();
    json!({
        "now": state.now(),
        "running": state.clock.is_running(),
        "base_url": state.base_url,
        "gateway_url": state.gateway_url(),
        "guild": {
            "id": state.guild.id,
            "name": state.guild.name,
            "preferred_locale": state.guild.preferred_locale,
            "owner_id": state.guild.owner_id,
            "created_at": state.guild.created_at,
        },
        "bot": {
            "id": bot.id,
            "username": bot.username,
            "name": state.application.name,
            "token": bot.token.strip_prefix("Bot ").unwrap_or(&bot.token),
            "application_id": state.application.id,
            "sessions": state.sessions.values().filter(|session| session.user == bot.id).count(),
        },
        "users": state.users.values().filter(|user| !user.bot).map(person).collect::<Vec<_>>(),
        "roles": state.roles.values().collect::<Vec<_>>(),
        "channels": channels
            .clone()
            .filter(|channel| channel.thread.is_none())
            .map(|channel| state.channel_view_for(channel, state.bot()))
            .collect::<Vec<_>>(),
        "threads": channels
            .filter(|channel| channel.thread.is_some())
            .map(|channel| {
                let mut view = json!(state.channel_view(channel));
                view["members"] = json!(channel.thread.as_ref().map(|thread| thread.members.keys().collect::<Vec<_>>()));
                view
            })
            .collect::<Vec<_>>(),
        "events": state.events.values().map(|event| state.event_view(event, true)).collect::<Vec<_>>(),
        "commands": state.commands.iter().map(|command| &command.body).collect::<Vec<_>>(),
    })
}

async fn clock(Extract(app): Extract<App>) -> Json<Value> {
    let state = app.state();
    Json(json!({"now": state.now(), "running": state.clock.is_running()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    now: Option<DateTime<Utc>>,
    advance_seconds: Option<i64>,
    /// Move in steps of so many seconds, with a short pause between them.
    step_seconds: Option<i64>,
    /// Let the time run from here, or stand still.
    running: Option<bool>,
}

async fn move_clock(Extract(app): Extract<App>, Json(wanted): Json<Move>) -> Response {
    let start = app.state().now();
    let target = match (wanted.now, wanted.advance_seconds) {
        (Some(now), None) => now,
        (None, Some(seconds)) => start + TimeDelta::seconds(seconds),
        (None, None) if wanted.running.is_some() => start,
        _ => return refuse("give either now or advance_seconds"),
    };
    if let Some(step) = wanted.step_seconds {
        if step <= 0 {
            return refuse("step_seconds must be above 0");
        }
        let step = TimeDelta::seconds(step);
        let mut now = start + step;
        while now < target {
            app.state().set_now(now);
            tokio::time::sleep(STEP_PAUSE).await;
            now += step;
        }
    }
    let mut state = app.state();
    state.set_now(target);
    if let Some(running) = wanted.running {
        state.clock.run(running);
    }
    Json(json!({"now": state.now(), "running": state.clock.is_running()})).into_response()
}

async fn requests(Extract(app): Extract<App>, Query(query): Query<HashMap<String, u64>>) -> Json<Value> {
    let after = query.get("after").copied().unwrap_or(0);
    let state = app.state();
    let calls: Vec<_> = state.log.calls.iter().filter(|logged| logged.call.number > after).collect();
    Json(json!(calls))
}

async fn violations(Extract(app): Extract<App>) -> Json<Value> {
    Json(json!(app.state().log.violations))
}

async fn interactions(
    Extract(app): Extract<App>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let all = interactions_view(&app.state());
    let Some(nonce) = query.get("nonce") else { return Json(all) };
    let wanted = |one: &&Value| match &one["nonce"] {
        Value::String(text) => text == nonce,
        Value::Number(number) => nonce.parse().is_ok_and(|wanted: serde_json::Number| wanted == *number),
        _ => false,
    };
    Json(json!(all.as_array().into_iter().flatten().filter(wanted).collect::<Vec<_>>()))
}

/// Every interaction with what came of it.
pub(crate) fn interactions_view(state: &State) -> Value {
    let show = |interaction: &Interaction| {
        let mut shown = json!({
            "id": interaction.id,
            "kind": interaction.kind,
            "user_id": interaction.user,
            "channel_id": interaction.channel_id,
            "name": interaction.name,
            "nonce": interaction.nonce,
            "message_id": interaction.original,
        });
        if let (Value::Object(shown), Value::Object(answer)) = (&mut shown, json!(interaction.answer)) {
            shown.extend(answer);
        }
        let message = interaction.original.and_then(|id| state.any_message(interaction.channel_id, id));
        if let Some(message) = message {
            shown["message"] = json!(state.message_view(message));
        }
        shown
    };
    state.interactions.values().map(show).collect()
}

async fn faults(Extract(app): Extract<App>) -> Json<Value> {
    Json(json!(app.state().faults.list()))
}

async fn add_fault(Extract(app): Extract<App>, Json(fault): Json<Fault>) -> StatusCode {
    app.state().add_fault(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(Extract(app): Extract<App>) -> StatusCode {
    app.state().faults.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flood {
    channel_id: Id,
    /// Who writes; the people take turns when absent.
    user_id: Option<Id>,
    count: u64,
    /// As fast as possible when absent.
    per_second: Option<u32>,
}

async fn flood(Extract(app): Extract<App>, Json(flood): Json<Flood>) -> Response {
    let writers: Vec<Id> = {
        let state = app.state();
        let Some(channel) = state.channels.get(&flood.channel_id) else {
            return refuse("there is no such channel");
        };
        let may_write = |user: &Id| *user != state.bot() && state.can_view(*user, channel);
        match flood.user_id {
            Some(user) => Some(user).into_iter().filter(may_write).collect(),
            None => state.members.keys().copied().filter(may_write).collect(),
        }
    };
    if writers.is_empty() {
        return refuse("nobody can write there");
    }
    let began = std::time::Instant::now();
    let mut written = 0;
    while written < flood.count {
        let due = match flood.per_second {
            None => FLOOD_BATCH,
            Some(rate) => {
                let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as u64;
                due.saturating_sub(written).min(FLOOD_BATCH)
            }
        };
        {
            let mut state = app.state();
            for _ in 0..due.min(flood.count - written) {
                written += 1;
                let author = writers[(written as usize) % writers.len()];
                let draft = Draft {
                    content: Some(format!("Message {written} of a flood of {}.", flood.count)),
                    allowed: Some(AllowedMentions::USERS),
                    ..Draft::default()
                };
                if let Err(error) = state.post(author, flood.channel_id, draft) {
                    return refuse(&error.message);
                }
            }
        }
        if flood.per_second.is_some() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        } else {
            tokio::task::yield_now().await;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    Json(json!({"count": written, "seconds": seconds, "per_second": written as f64 / seconds}))
        .into_response()
}

async fn view(Extract(app): Extract<App>, Query(query): Query<HashMap<String, String>>) -> Response {
    let state = app.state();
    let token = query.get("token").map_or("", String::as_str);
    let Some(user) = state.users.values().find(|user| user.token == token).map(|user| user.id) else {
        return (StatusCode::UNAUTHORIZED, Json(ApiError::UNAUTHORIZED.body())).into_response();
    };
    let channel = query.get("channel_id").and_then(|id| id.parse().ok());
    match channel.and_then(|channel| channel_as_seen(&state, user, channel)) {
        Some(view) => Json(view).into_response(),
        None => (StatusCode::NOT_FOUND, Json(ApiError::UNKNOWN_CHANNEL.body())).into_response(),
    }
}

/// A channel with its messages, oldest first, as one user sees it: ephemeral answers to them are among them.
pub(crate) fn channel_as_seen(state: &State, user: Id, channel: Id) -> Option<Value> {
    let channel = state.channels.get(&channel).filter(|channel| state.can_view(user, channel))?;
    let own = state
        .ephemeral
        .values()
        .filter(|message| message.channel_id == channel.id && message.ephemeral_to == Some(user));
    let mut messages: Vec<&Message> = channel.messages.values().chain(own).collect();
    messages.sort_by_key(|message| message.id);
    let show = |message: &&Message| {
        let mut shown = json!(state.message_view(message));
        shown["notified"] = json!(message.notified);
        shown
    };
    let mut view = json!({
        "channel": state.channel_view_for(channel, user),
        "messages": messages.iter().map(show).collect::<Vec<_>>(),
    });
    if let Some(thread) = &channel.thread {
        view["members"] = json!(thread.members.keys().collect::<Vec<_>>());
    }
    Some(view)
}

async fn attachment(
    Extract(app): Extract<App>,
    Path((_, id, _)): Path<(String, String, String)>,
) -> Response {
    let state = app.state();
    let file: Option<&Bytes> = id.parse().ok().and_then(|id: Id| state.files.get(&id));
    match file {
        Some(data) => ([(header::CONTENT_TYPE, "application/octet-stream")], data.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn refuse(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response()
}
