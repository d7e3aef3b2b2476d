//! What happens to every REST call around its handler.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, FromRequest, Multipart, Query, RawPathParams, State as Extract,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request as HttpRequest, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request, Upload};
use crate::error::ApiError;
use crate::faults::{Effect, LimitScope};
use crate::id::Id;
use crate::log::{Call, LoggedCall, Moment, Side};
use crate::server::App;
use crate::state::State;
use crate::wire::Cut;

/// The largest body: 25 MiB of files and some room around them.
const MAX_BODY: usize = 26 << 20;

pub(super) fn route(endpoint: &'static Endpoint) -> MethodRouter<App> {
    let filter = match endpoint.method {
        Method::POST => MethodFilter::POST,
        Method::PUT => MethodFilter::PUT,
        Method::PATCH => MethodFilter::PATCH,
        Method::DELETE => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    };
    on(
        filter,
        move |Extract(app): Extract<App>,
              ConnectInfo(cut): ConnectInfo<Cut>,
              params: RawPathParams,
              http: HttpRequest<Body>| async move {
            let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            // A task of its own: when the client goes away, what was begun is finished all the same.
            match tokio::spawn(answer(app, endpoint, cut, params, http)).await {
                Ok(response) => response,
                Err(error) => {
                    tracing::error!(%error, route = endpoint.path, "a handler failed");
                    StatusCode::INTERNAL_SERVER_ERROR.into_response()
                }
            }
        },
    )
}

async fn answer(
    app: App,
    endpoint: &'static Endpoint,
    cut: Cut,
    params: HashMap<String, String>,
    http: HttpRequest<Body>,
) -> Response {
    let (parts, body) = http.into_parts();
    let Some(actor) = login(&app.state(), endpoint, &parts.headers) else {
        return refuse(&ApiError::UNAUTHORIZED);
    };
    let parsed = match parse(&parts.headers, body).await {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error),
    };
    let Query(query) = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let reason = parts.headers.get("x-audit-log-reason").and_then(|reason| {
        let decoded = percent_encoding::percent_decode(reason.as_bytes()).decode_utf8().ok()?;
        Some(decoded.into_owned())
    });
    let request = Request { actor, params, query, body: parsed.0, files: parsed.1, reason };
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str()).to_owned();

    if actor != app.bot {
        return respond(act(&app, endpoint, &request));
    }

    let call = log(&mut app.state(), endpoint, &request, path);
    app.tell_hook(&call, Moment::Before);
    // After the hook, which may have ordered a fault for this very call.
    let effects = app.state().faults.at_call(&call.method, &call.route);
    for effect in &effects {
        if let Some(response) = strike(effect, &cut).await {
            app.state().log.answered(call.number, response.status().as_u16(), None);
            return response;
        }
    }
    app.validate_request(endpoint, &request.body);
    let reply = act(&app, endpoint, &request);
    let body = reply.body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
    let code = body.as_ref().filter(|_| reply.status >= 400).and_then(|body| body["code"].as_u64());
    app.validate_response(endpoint, reply.status, body.as_ref());
    app.state().log.answered(call.number, reply.status, code);
    app.state().touch();
    app.tell_hook(&call, Moment::After);
    if effects.contains(&Effect::CommitThenDrop) {
        cut.cut();
    }
    let mut response = respond(reply);
    app.buckets.count(endpoint, &request, response.headers_mut());
    response
}

fn act(app: &App, endpoint: &Endpoint, request: &Request) -> Reply {
    let result = (endpoint.handler)(&mut app.state(), request);
    app.run_timers();
    result.unwrap_or_else(|error| Reply::json(error.status, &error.body()))
}

/// Who calls. Where no login is needed a call without one is the bot's.
fn login(state: &State, endpoint: &Endpoint, headers: &HeaderMap) -> Option<Id> {
    let token = headers.get(header::AUTHORIZATION).and_then(|token| token.to_str().ok());
    let known = token.and_then(|token| state.users.values().find(|user| user.token == token));
    known.map(|user| user.id).or_else(|| endpoint.open.then_some(state.bot()))
}

fn log(state: &mut State, endpoint: &Endpoint, request: &Request, path: String) -> Call {
    let call = Call {
        number: state.log.next_number(),
        method: endpoint.method.to_string(),
        route: endpoint.path.into(),
        path,
        body: request.body.clone(),
        files: request.files.iter().map(|file| file.filename.clone()).collect(),
        reason: request.reason.clone(),
        at: state.now(),
    };
    state.log.calls.push(LoggedCall { call: call.clone(), status: None, code: None });
    call
}

/// Carries out a fault; what comes back is sent instead of doing what was asked.
async fn strike(effect: &Effect, cut: &Cut) -> Option<Response> {
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

fn rate_limited(scope: LimitScope, retry_after: f64, code: Option<u32>) -> Response {
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

/// JSON, or `payload_json` and files.
async fn parse(headers: &HeaderMap, body: Body) -> Result<(Value, Vec<Upload>), ApiError> {
    const TOO_LARGE: ApiError = ApiError {
        status: 413,
        code: 40005,
        message: std::borrow::Cow::Borrowed("Request entity too large"),
        errors: None,
    };
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| TOO_LARGE)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if content_type.starts_with("multipart/form-data") {
        return parse_multipart(content_type, bytes).await;
    }
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    let body = serde_json::from_slice(&bytes).map_err(|_| ApiError::INVALID_JSON)?;
    Ok((body, Vec::new()))
}

async fn parse_multipart(content_type: &str, bytes: Bytes) -> Result<(Value, Vec<Upload>), ApiError> {
    let mut http = HttpRequest::new(Body::from(bytes));
    let kind = HeaderValue::from_str(content_type).map_err(|_| ApiError::INVALID_FORM_BODY)?;
    http.headers_mut().insert(header::CONTENT_TYPE, kind);
    DefaultBodyLimit::disable().apply(&mut http);
    let mut form = Multipart::from_request(http, &()).await.map_err(|_| ApiError::INVALID_FORM_BODY)?;
    let (mut body, mut files) = (json!({}), Vec::new());
    while let Some(field) = form.next_field().await.map_err(|_| ApiError::INVALID_FORM_BODY)? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(String::from);
        let content_type = field.content_type().map(String::from);
        let data = field.bytes().await.map_err(|_| ApiError::INVALID_FORM_BODY)?;
        if name == "payload_json" {
            body = serde_json::from_slice(&data).map_err(|_| ApiError::INVALID_JSON)?;
        } else if let Some(filename) = filename {
            let index = name.trim_start_matches("files[").trim_end_matches(']').parse().unwrap_or(0);
            files.push(Upload { index, filename, content_type, data });
        } else if let Value::Object(body) = &mut body {
            body.insert(name, String::from_utf8_lossy(&data).into());
        }
    }
    Ok((body, files))
}

fn respond(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    match reply.body {
        Some(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        None => status.into_response(),
    }
}

fn refuse(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, axum::Json(error.body())).into_response()
}

impl crate::server::Server {
    fn validate_request(&self, endpoint: &Endpoint, body: &Value) {
        if let Some(validator) = &self.validator
            && !body.is_null()
        {
            self.report(endpoint, Side::Request, validator.request(&endpoint.method, endpoint.path, body));
        }
    }

    fn validate_response(&self, endpoint: &Endpoint, status: u16, body: Option<&Value>) {
        if let (Some(validator), Some(body)) = (&self.validator, body) {
            self.report(
                endpoint,
                Side::Response,
                validator.response(&endpoint.method, endpoint.path, status, body),
            );
        }
    }
}
