//! The routes under `/sandbox`: what no client of Discord can do.

use std::collections::HashMap;
use std::time::Duration;

mod flood;
mod host;
mod live;
mod views;

use axum::extract::{DefaultBodyLimit, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::faults::{Effect, Fault};
use crate::model::Interaction;
use crate::rest;
use crate::server::App;
use crate::state::Snapshot;
use crate::world::Person;

pub(crate) use host::Host;
pub use host::{Lever, Milestone, Pace};
pub(crate) use views::{channel_as_seen, interactions_view, state_view};
use views::{channels_as_seen, clock_view, interaction_view};

/// Real time between two steps of a clock that is moved in steps, for those who follow it.
const STEP_PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/sandbox/state", get(state))
        .route("/sandbox/clock", get(clock).post(move_clock))
        .route("/sandbox/live", get(live::live))
        .route("/sandbox/host", get(host::host))
        .route("/sandbox/host/milestones", post(host::set_milestones))
        .route("/sandbox/host/levers/{id}", post(host::pull))
        .route("/sandbox/requests", get(requests))
        .route("/sandbox/violations", get(violations))
        .route("/sandbox/interactions", get(interactions))
        .route("/sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/sandbox/people", post(welcome))
        .route("/sandbox/flood", post(flood::flood))
        .route("/sandbox/view", get(view))
        .route("/sandbox/snapshot", get(snapshot).put(restore).layer(DefaultBodyLimit::disable()))
}

async fn state(Extract(app): Extract<App>) -> Json<Value> {
    Json(state_view(&app.state()))
}

async fn clock(Extract(app): Extract<App>) -> Json<Value> {
    Json(clock_view(&app.state()))
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
    let start = app.state().clock.told();
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
        walk(&app, start, target, TimeDelta::seconds(step)).await;
    }
    let mut state = app.state();
    state.set_now(target);
    if let Some(running) = wanted.running {
        state.clock.run(running);
    }
    Json(clock_view(&state)).into_response()
}

/// Moves the clock step by step, and stops where the program around wants it to.
async fn walk(app: &App, start: DateTime<Utc>, target: DateTime<Utc>, step: TimeDelta) {
    let pace = app.state().host.pace.clone();
    let mut now = start;
    while now < target {
        let mut next = (now + step).min(target);
        if let Some(Pace(pace)) = &pace {
            let stop = pace(now, target).await;
            if stop > now {
                next = next.min(stop);
            }
        }
        app.state().set_now(next);
        tokio::time::sleep(STEP_PAUSE).await;
        now = next;
    }
    if let Some(Pace(pace)) = &pace {
        pace(target, target).await;
    }
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
    let state = app.state();
    let Some(nonce) = query.get("nonce") else { return Json(interactions_view(&state)) };
    let wanted = |interaction: &&Interaction| match &interaction.nonce {
        Some(Value::String(text)) => text == nonce,
        Some(Value::Number(number)) => {
            nonce.parse().is_ok_and(|wanted: serde_json::Number| wanted == *number)
        }
        _ => false,
    };
    // Chosen before anything is built: a client asks again and again until its answer is there.
    let chosen = state.interactions.values().filter(wanted);
    Json(chosen.map(|interaction| interaction_view(&state, interaction)).collect())
}

async fn faults(Extract(app): Extract<App>) -> Json<Value> {
    Json(json!(app.state().faults.list()))
}

async fn add_fault(Extract(app): Extract<App>, Json(fault): Json<Fault>) -> Response {
    if let Effect::Meanwhile { call, .. } = &fault.effect
        && !rest::is_call(call)
    {
        return refuse("the call is a method, a space and the path of a route");
    }
    app.add_fault(fault);
    StatusCode::NO_CONTENT.into_response()
}

async fn clear_faults(Extract(app): Extract<App>) -> StatusCode {
    app.clear_faults();
    StatusCode::NO_CONTENT
}

/// Somebody new joins, described as in a world; they leave by being kicked.
async fn welcome(Extract(app): Extract<App>, Json(person): Json<Person>) -> Response {
    let mut state = app.state();
    match state.welcome(&person) {
        Ok(id) => Json(json!({"id": id, "token": state.user(id).token})).into_response(),
        Err(error) => refuse(&error.to_string()),
    }
}

async fn view(Extract(app): Extract<App>, Query(query): Query<HashMap<String, String>>) -> Response {
    let state = app.state();
    let token = query.get("token").map_or("", String::as_str);
    let Some(user) = state.users.values().find(|user| user.token == token).map(|user| user.id) else {
        return (StatusCode::UNAUTHORIZED, Json(ApiError::UNAUTHORIZED.body())).into_response();
    };
    let Some(channel) = query.get("channel_id") else {
        return Json(channels_as_seen(&state, user)).into_response();
    };
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let before = query.get("before").and_then(|before| before.parse().ok());
    match channel.parse().ok().and_then(|channel| channel_as_seen(&state, user, channel, before, limit)) {
        Some(view) => Json(view).into_response(),
        None => (StatusCode::NOT_FOUND, Json(ApiError::UNKNOWN_CHANNEL.body())).into_response(),
    }
}

async fn snapshot(Extract(app): Extract<App>) -> Json<Snapshot> {
    Json(app.state().snapshot())
}

async fn restore(Extract(app): Extract<App>, Json(snapshot): Json<Snapshot>) -> Response {
    match app.state().restore(snapshot) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&error.to_string()),
    }
}

fn refuse(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response()
}

#[cfg(test)]
mod tests {
    /// What is told of these routes stands in the README, so it has to tell of all.
    #[test]
    fn every_route_is_in_the_readme() {
        let readme = include_str!("../../README.md");
        let source = include_str!("mod.rs");
        let routes = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let routes: Vec<&str> = routes.filter(|route| route.starts_with("/sandbox/")).collect();
        assert!(routes.len() > 10, "{routes:?}");
        for route in routes {
            assert!(readme.contains(route), "{route} is not in the README");
        }
    }
}
