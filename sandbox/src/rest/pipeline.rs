//! What happens to every REST call around its handler.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Query, RawPathParams, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Method, Request as HttpRequest, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use chrono::TimeDelta;
use serde_json::Value;

use super::{Endpoint, Reply, Request, body, sabotage};
use crate::error::ApiError;
use crate::faults::Effect;
use crate::id::Id;
use crate::log::{Call, Moment, Side};
use crate::server::App;
use crate::state::State;
use crate::wire::Cut;

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
            let actor = login(&app.state(), endpoint, http.headers());
            let of_bot = actor.is_none_or(|actor| actor == app.bot);
            if of_bot && let Some(ban) = app.buckets.ban() {
                return ban;
            }
            let answered = answer(Arc::clone(&app), endpoint, actor, cut, params, http);
            let mut response = tokio::spawn(answered).await.unwrap_or_else(|error| {
                tracing::error!(%error, route = endpoint.path, "a handler failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            });
            if of_bot {
                app.buckets.watch(&response);
            }
            let date = app.state().now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            if let Ok(date) = HeaderValue::from_str(&date) {
                response.headers_mut().insert(header::DATE, date);
            }
            response
        },
    )
}

async fn answer(
    app: App,
    endpoint: &'static Endpoint,
    actor: Option<Id>,
    cut: Cut,
    params: HashMap<String, String>,
    http: HttpRequest<Body>,
) -> Response {
    let Some(actor) = actor else { return refuse(&ApiError::UNAUTHORIZED) };
    let (parts, body) = http.into_parts();
    let parsed = match body::parse(&parts.headers, body).await {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error),
    };
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).unwrap_or_default();
    let query = pairs.iter().cloned().collect();
    let reason = parts.headers.get("x-audit-log-reason").and_then(|reason| {
        let decoded = percent_encoding::percent_decode(reason.as_bytes()).decode_utf8().ok()?;
        Some(decoded.into_owned())
    });
    let request = Request { actor, params, query, pairs, body: parsed.0, files: parsed.1, reason };
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str()).to_owned();

    if actor != app.bot {
        return respond(act(&app, endpoint, &request));
    }

    let call = log(&mut app.state(), endpoint, &request, path);
    app.tell_hook(&call, Moment::Before);
    // After the hook, which may have ordered a fault for this very call.
    let effects = app.state().faults.at_call(&call.method, &call.route);
    app.state().log.struck(call.number, &effects);
    for effect in &effects {
        if let Some(response) = sabotage::strike(effect, &cut).await {
            let mut state = app.state();
            if !cut.is_cut() {
                state.log.answered(call.number, response.status().as_u16(), None);
            }
            state.touch();
            return response;
        }
    }
    let skew = app.state().clock.ahead();
    let standing = app.buckets.count(endpoint, &request, skew);
    if let Some(scope) = standing.exceeds {
        let mut response = sabotage::rate_limited(scope, standing.retry_after(), None);
        standing.write(response.headers_mut());
        let mut state = app.state();
        state.log.answered(call.number, response.status().as_u16(), None);
        state.touch();
        return response;
    }
    app.validate_request(endpoint, &request.body);
    for effect in &effects {
        if let Effect::Meanwhile { call, body } = effect {
            sabotage::meanwhile(&app, &request, call, body);
        }
    }
    let mut reply = act(&app, endpoint, &request);
    for effect in &effects {
        if let Effect::Stale { seconds } = effect {
            let since = app.state().now() - TimeDelta::seconds((*seconds).into());
            reply = sabotage::without_latest(endpoint, reply, since);
        }
    }
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
    standing.write(response.headers_mut());
    response
}

pub(super) fn act(app: &App, endpoint: &Endpoint, request: &Request) -> Reply {
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
    state.log.push(call.clone());
    state.touch();
    call
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
