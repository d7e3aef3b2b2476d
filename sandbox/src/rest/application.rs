//! The gateway's address, the login's own user, and the application.

use axum::http::Method;
use serde_json::json;

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind};
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::open(Method::GET, "/gateway", gateway),
    Endpoint::new(Method::GET, "/gateway/bot", gateway_bot),
    Endpoint::new(Method::GET, "/users/@me", me),
    Endpoint::new(Method::PATCH, "/users/@me/settings", set_language),
    Endpoint::new(Method::GET, "/users/{user_id}", user),
    Endpoint::new(Method::GET, "/users/@me/guilds", my_guilds),
    Endpoint::new(Method::POST, "/users/@me/channels", open_dm),
    Endpoint::new(Method::GET, "/applications/@me", application),
    Endpoint::new(Method::GET, "/oauth2/applications/@me", application),
];

fn gateway(state: &mut State, _: &Request) -> Result<Reply, ApiError> {
    Reply::ok(&json!({"url": state.gateway_url()}))
}

fn gateway_bot(state: &mut State, _: &Request) -> Result<Reply, ApiError> {
    let now = state.now();
    let start = state.starts.wire(now);
    Reply::ok(&json!({"url": state.gateway_url(), "shards": state.shards, "session_start_limit": start}))
}

fn me(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let user = state.user(request.actor);
    let mut me = json!(user);
    me["locale"] = user.locale.as_str().into();
    me["mfa_enabled"] = false.into();
    me["verified"] = true.into();
    me["email"] = json!(null);
    Reply::ok(&me)
}

/// What a client calls when a person chooses another language; every later interaction carries it.
fn set_language(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let locale = request.body["locale"]
        .as_str()
        .ok_or_else(|| Form::refuse("locale", "BASE_TYPE_REQUIRED", "This field is required"))?;
    if request.actor == state.bot() {
        return Err(ApiError::BOTS_CANNOT);
    }
    if let Some(user) = state.users.get_mut(&request.actor) {
        user.locale = locale.to_owned();
    }
    let settings = json!({"locale": locale});
    state.tell_user(request.actor, "USER_SETTINGS_UPDATE", &settings);
    Reply::ok(&settings)
}

fn user(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    Reply::ok(state.users.get(&request.id("user_id")?).ok_or(ApiError::UNKNOWN_USER)?)
}

fn my_guilds(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let guild = json!({
        "id": state.guild.id,
        "name": state.guild.name,
        "icon": null,
        "banner": null,
        "owner": state.guild.owner_id == request.actor,
        "permissions": state.guild_permissions(request.actor),
        "features": [],
    });
    Reply::ok(&[guild])
}

fn application(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    if request.actor != state.bot() {
        return Err(ApiError::ONLY_BOTS);
    }
    Reply::ok(&state.application_view())
}

fn open_dm(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let other: Id = serde_json::from_value(request.body["recipient_id"].clone()).map_err(|_| {
        crate::error::Form::refuse("recipient_id", "BASE_TYPE_REQUIRED", "This field is required")
    })?;
    if !state.users.contains_key(&other) {
        return Err(ApiError::UNKNOWN_USER);
    }
    // Bots cannot write to each other, nor anybody to themselves.
    if other == request.actor {
        return Err(ApiError::CANNOT_MESSAGE_USER);
    }
    let pair = |channel: &&Channel| {
        channel.is_dm() && channel.recipients.contains(&other) && channel.recipients.contains(&request.actor)
    };
    let id = match state.channels.values().find(pair) {
        Some(channel) => channel.id,
        None => {
            let id = state.next_id();
            let mut channel = Channel::new(id, ChannelKind::Dm, "");
            channel.recipients = vec![request.actor, other];
            state.channels.insert(id, channel);
            // Bots are not told of direct messages before the first comes.
            let bot = state.bot();
            for user in [request.actor, other].into_iter().filter(|user| *user != bot) {
                let view = json!(state.channel_view_for(&state.channels[&id], user));
                state.emit("CHANNEL_CREATE", Scope::Direct(user), &view);
            }
            id
        }
    };
    Reply::ok(&state.channel_view_for(&state.channels[&id], request.actor))
}
