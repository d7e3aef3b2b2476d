//! The guild itself and its audit log.

use axum::http::Method;
use serde_json::json;

use super::{Endpoint, Reply, Request};
use crate::error::ApiError;
use crate::permissions::Permissions;
use crate::state::{AuditEntry, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}", get),
    Endpoint::new(Method::GET, "/guilds/{guild_id}/audit-logs", audit_log),
];

fn get(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    let mut guild = state.guild_view();
    if request.query_flag("with_counts") {
        guild["approximate_member_count"] = state.members.len().into();
        guild["approximate_presence_count"] = state.members.len().into();
    }
    Reply::ok(&guild)
}

fn audit_log(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    state.require_in_guild(request.actor, Permissions::VIEW_AUDIT_LOG)?;
    let (user, before, after) =
        (request.query_id("user_id")?, request.query_id("before")?, request.query_id("after")?);
    let action: Option<u16> = request.query.get("action_type").and_then(|action| action.parse().ok());
    let limit = request.limit(50, 100)?;
    let wanted = |entry: &&AuditEntry| {
        user.is_none_or(|user| entry.user == user)
            && action.is_none_or(|action| entry.action == action)
            && before.is_none_or(|before| entry.id < before)
            && after.is_none_or(|after| entry.id > after)
    };
    let found = state.audit.iter().filter(wanted);
    // With `after` the oldest come first.
    let entries: Vec<&AuditEntry> =
        if after.is_some() { found.take(limit).collect() } else { found.rev().take(limit).collect() };
    let users: Vec<_> =
        state.users.values().filter(|user| entries.iter().any(|entry| entry.user == user.id)).collect();
    let threads: Vec<_> = entries
        .iter()
        .filter_map(|entry| state.channels.get(&entry.target?))
        .filter(|channel| channel.thread.is_some())
        .map(|channel| state.channel_view(channel))
        .collect();
    Reply::ok(&json!({
        "audit_log_entries": entries.iter().map(|entry| entry.wire()).collect::<Vec<_>>(),
        "users": users,
        "threads": threads,
        "integrations": [],
        "webhooks": [],
        "guild_scheduled_events": [],
        "application_commands": [],
        "auto_moderation_rules": [],
    }))
}
