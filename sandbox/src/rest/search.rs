//! Searches: for messages of the guild, for threads of a channel.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind, Message};
use crate::permissions::Permissions;
use crate::state::State;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/guilds/{guild_id}/messages/search", messages),
    Endpoint::new(Method::GET, "/channels/{channel_id}/threads/search", threads),
];

const PAGE: usize = 25;
const OFFSET: usize = 9975;

fn offset(request: &Request) -> Result<usize, ApiError> {
    let Some(text) = request.query.get("offset") else { return Ok(0) };
    match text.parse() {
        Ok(offset) if offset <= OFFSET => Ok(offset),
        _ => Err(Form::refuse("offset", "NUMBER_TYPE_MAX", "int value should be between 0 and 9975.")),
    }
}

/// Whether an id lies where `min_id` and `max_id` allow.
fn bounds(request: &Request) -> Result<impl Fn(Id) -> bool + use<>, ApiError> {
    let (min, max) = (request.query_id("min_id")?, request.query_id("max_id")?);
    Ok(move |id| min.is_none_or(|min| id > min) && max.is_none_or(|max| id < max))
}

fn messages(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    state.enter_guild(request)?;
    if request.actor == state.bot() && !state.application.may_read_content() {
        return Err(ApiError::MISSING_ACCESS);
    }
    let (limit, offset, within) = (request.limit(PAGE, PAGE)?, offset(request)?, bounds(request)?);
    let (authors, mentions, channels) =
        (request.query_ids("author_id")?, request.query_ids("mentions")?, request.query_ids("channel_id")?);
    let words = request.query.get("content").map(|text| text.to_lowercase()).unwrap_or_default();
    let wanted = |message: &&Message| {
        let text = message.content.to_lowercase();
        within(message.id)
            && words.split_whitespace().all(|word| text.contains(word))
            && (authors.is_empty() || authors.contains(&message.author))
            && (mentions.is_empty() || message.mentions.iter().any(|user| mentions.contains(user)))
    };
    let open = |channel: &&Channel| {
        let needed = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
        !channel.is_dm()
            && (channels.is_empty() || channels.contains(&channel.id))
            && state.permissions_in(request.actor, channel).contains(needed)
    };
    let mut found: Vec<&Message> = state
        .channels
        .values()
        .filter(open)
        .flat_map(|channel| channel.messages.values())
        .filter(wanted)
        .collect();
    found.sort_by_key(|message| message.id);
    if request.query.get("sort_order").is_none_or(|order| order != "asc") {
        found.reverse();
    }
    let show = |message: &&Message| {
        let mut shown = json!(state.history_view(message, request.actor));
        shown["hit"] = true.into();
        json!([shown])
    };
    Reply::ok(&json!({
        "messages": found.iter().skip(offset).take(limit).map(show).collect::<Vec<Value>>(),
        "doing_deep_historical_index": false,
        "total_results": found.len(),
    }))
}

fn threads(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let parent = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, parent, Permissions::READ_MESSAGE_HISTORY)?;
    if !matches!(parent.kind, ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Forum) {
        return Err(ApiError::WRONG_CHANNEL_TYPE);
    }
    let (limit, offset, within) = (request.limit(PAGE, PAGE)?, offset(request)?, bounds(request)?);
    let name = request.query.get("name").map(|name| name.to_lowercase()).unwrap_or_default();
    let archived = request.query.get("archived").map(|archived| archived == "true");
    let tags = request.query_ids("tag")?;
    let every_tag = request.query.get("tag_setting").is_some_and(|setting| setting == "match_all");
    let has_tags = |channel: &Channel| {
        let has = |tag: &Id| channel.applied_tags.contains(tag);
        tags.is_empty() || if every_tag { tags.iter().all(has) } else { tags.iter().any(has) }
    };
    let wanted = |channel: &&Channel| {
        channel.parent_id == Some(parent.id)
            && channel
                .thread
                .as_ref()
                .is_some_and(|thread| archived.is_none_or(|wanted| wanted == thread.archived))
            && within(channel.id)
            && name.split_whitespace().all(|word| channel.name.to_lowercase().contains(word))
            && has_tags(channel)
            && state.can_view(request.actor, channel)
    };
    let mut found: Vec<&Channel> = state.channels.values().filter(wanted).collect();
    if request.query.get("sort_order").is_none_or(|order| order != "asc") {
        found.reverse();
    }
    let page: Vec<&Channel> = found.iter().copied().skip(offset).take(limit).collect();
    let own = |channel: &&Channel| {
        let joined = *channel.thread.as_ref()?.members.get(&request.actor)?;
        Some(state.thread_member_view(channel.id, request.actor, joined, false))
    };
    Reply::ok(&json!({
        "threads": page.iter().map(|channel| state.channel_view_for(channel, request.actor)).collect::<Vec<_>>(),
        "members": page.iter().filter_map(own).collect::<Vec<_>>(),
        "has_more": found.len() > offset + page.len(),
        "total_results": found.len(),
    }))
}
