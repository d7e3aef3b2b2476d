//! Carries out the faults of calls.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::limits::SCOPE;
use super::pipeline::act;
use super::{Endpoint, Reply, Request, endpoints};
use crate::error::ApiError;
use crate::faults::{Effect, LimitScope};
use crate::id::Id;
use crate::server::App;
use crate::wire::Cut;

/// Carries out a fault; what comes back is sent instead of doing what was asked.
pub(super) async fn strike(effect: &Effect, cut: &Cut) -> Option<Response> {
    match effect {
        Effect::Delay { millis } => {
            tokio::time::sleep(Duration::from_millis(*millis)).await;
            None
        }
        Effect::Hang { seconds } => {
            tokio::time::sleep(Duration::from_secs(*seconds)).await;
            cut.cut();
            Some(StatusCode::GATEWAY_TIMEOUT.into_response())
        }
        Effect::Reset => {
            cut.cut();
            Some(StatusCode::BAD_GATEWAY.into_response())
        }
        Effect::Status { status, body } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some(match body {
                Value::Null => status.into_response(),
                Value::String(html) => (status, axum::response::Html(html.clone())).into_response(),
                body => (status, axum::Json(body)).into_response(),
            })
        }
        Effect::RateLimit { scope, retry_after, code } => Some(rate_limited(*scope, *retry_after, *code)),
        _ => None,
    }
}

/// Lets the guild's owner do something in the middle of a call of the bot.
pub(super) fn meanwhile(app: &App, during: &Request, call: &str, body: &Value) {
    let Some((method, path)) = call.split_once(' ') else {
        tracing::error!(call, "a fault's call is a method, a space and a path");
        return;
    };
    let (owner, mut path) = {
        let state = app.state();
        let path = path.replace("{guild_id}", &state.guild.id.to_string());
        (state.guild.owner_id, path.replace("{application_id}", &state.application.id.to_string()))
    };
    for (name, value) in &during.params {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    let Some((endpoint, params)) = find(method, &path) else {
        tracing::error!(call, "a fault's call has no route");
        return;
    };
    let request = Request {
        actor: owner,
        params,
        query: HashMap::new(),
        pairs: Vec::new(),
        body: body.clone(),
        files: Vec::new(),
        reason: None,
    };
    let reply = act(app, endpoint, &request);
    if reply.status >= 400 {
        tracing::error!(call, status = reply.status, "a fault's call was refused");
    }
}

/// Whether something like `DELETE /channels/{channel_id}` is a call at all.
pub(crate) fn is_call(call: &str) -> bool {
    call.split_once(' ').is_some_and(|(method, path)| find(method, path).is_some())
}

/// The route of a path, with its parameters; the one that says most of it literally.
fn find(method: &str, path: &str) -> Option<(&'static Endpoint, HashMap<String, String>)> {
    endpoints()
        .filter(|endpoint| endpoint.method.as_str() == method)
        .filter_map(|endpoint| Some((endpoint, endpoint.parameters(path)?)))
        .min_by_key(|(_, params)| params.len())
}

impl Endpoint {
    /// What the names of its path stand for in this one; none when it is another's.
    fn parameters(&self, path: &str) -> Option<HashMap<String, String>> {
        let (mut params, mut given) = (HashMap::new(), path.split('/'));
        for segment in self.path.split('/') {
            let value = given.next()?;
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    params.insert(name.to_owned(), value.to_owned());
                }
                None if segment == value => {}
                None => return None,
            }
        }
        given.next().is_none().then_some(params)
    }
}

/// The answer as it was before `since`.
pub(super) fn without_latest(endpoint: &Endpoint, reply: Reply, since: DateTime<Utc>) -> Reply {
    let body = reply.body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
    let (&Method::GET, Some(mut body)) = (&endpoint.method, body) else { return reply };
    let is_new =
        |one: &Value| serde_json::from_value(one["id"].clone()).is_ok_and(|id: Id| id.time() > since);
    match &mut body {
        Value::Array(list) => list.retain(|one| !is_new(one)),
        one if is_new(one) => {
            let unknown = if endpoint.path.contains("{message_id}") {
                ApiError::UNKNOWN_MESSAGE
            } else if endpoint.path.contains("scheduled-events") {
                ApiError::UNKNOWN_SCHEDULED_EVENT
            } else {
                ApiError::UNKNOWN_CHANNEL
            };
            return Reply::json(unknown.status, &unknown.body());
        }
        Value::Object(map) => {
            for list in map.values_mut().filter_map(Value::as_array_mut) {
                list.retain(|one| !is_new(one));
            }
        }
        _ => {}
    }
    Reply::json(reply.status, &body)
}

pub(super) fn rate_limited(scope: LimitScope, retry_after: f64, code: Option<u32>) -> Response {
    let global = scope == LimitScope::Global;
    let mut body =
        json!({"message": "You are being rate limited.", "retry_after": retry_after, "global": global});
    if let Some(code) = code {
        body["code"] = code.into();
    }
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    let name = match scope {
        LimitScope::User => "user",
        LimitScope::Shared => "shared",
        LimitScope::Global => "global",
    };
    headers.insert(SCOPE, HeaderValue::from_static(name));
    if global {
        headers.insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
    // By this client libraries know Discord's own 429 from one of the proxies before it, which bans.
    headers.insert(header::VIA, HeaderValue::from_static("1.1 google"));
    // Whole seconds, rounded up, as HTTP wants it; the body has the fraction.
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after.ceil() as u64));
    response
}
