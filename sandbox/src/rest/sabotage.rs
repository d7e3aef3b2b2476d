//! Carries out the faults of calls.

use std::time::Duration;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Endpoint, Reply};
use crate::error::ApiError;
use crate::faults::{Effect, LimitScope};
use crate::id::Id;
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
    headers.insert("x-ratelimit-scope", HeaderValue::from_static(name));
    if global {
        headers.insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
    // Whole seconds, rounded up, as HTTP wants it; the body has the fraction.
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after.ceil() as u64));
    response
}
