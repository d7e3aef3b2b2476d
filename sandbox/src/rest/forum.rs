//! Forums: their tags, and the posts they are made of.

use serde_json::{Value, json};

use super::messages::may_enclose;
use super::{Reply, Request, draft, threads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, ChannelKind, channel_flags};
use crate::permissions::Permissions;
use crate::state::State;

/// Tags that a forum can have, the characters of a tag's name, and tags that a post can carry.
const TAGS: usize = 20;
const TAG_NAME: usize = 20;
const APPLIED: usize = 5;

/// The tags that a forum is to have; new ones get ids. None when the body says nothing about them.
pub(super) fn read_tags(
    state: &mut State,
    body: &Value,
    before: &[Value],
) -> Result<Option<Vec<Value>>, ApiError> {
    let Some(given) = body.get("available_tags").and_then(Value::as_array) else { return Ok(None) };
    let mut form = Form::default();
    form.count("available_tags", given.len(), TAGS);
    for (at, tag) in given.iter().enumerate() {
        form.length(
            &format!("available_tags.{at}.name"),
            tag["name"].as_str().unwrap_or_default(),
            1,
            TAG_NAME,
        );
    }
    form.check()?;
    let mut tags = Vec::new();
    for tag in given {
        let known = before.iter().find(|old| !tag["id"].is_null() && old["id"] == tag["id"]);
        let id = match known {
            Some(old) => old["id"].clone(),
            None if tag["id"].is_null() => json!(state.next_id()),
            None => return Err(ApiError::UNKNOWN_TAG),
        };
        tags.push(json!({
            "id": id,
            "name": tag["name"],
            "moderated": tag["moderated"].as_bool().unwrap_or(false),
            "emoji_id": tag["emoji_id"],
            "emoji_name": tag["emoji_name"],
        }));
    }
    Ok(Some(tags))
}

/// The tags that a post is to carry, held against what the forum offers and the caller may do.
pub(super) fn read_applied(
    state: &State,
    actor: Id,
    forum: &Channel,
    given: &Value,
    before: &[Id],
) -> Result<Vec<Id>, ApiError> {
    let mut form = Form::default();
    let mut tags: Vec<Id> = Vec::new();
    for (at, tag) in given.as_array().into_iter().flatten().enumerate() {
        let path = format!("applied_tags.{at}");
        match serde_json::from_value::<Id>(tag.clone()) {
            Ok(tag) if !forum.available_tags.iter().any(|one| one["id"] == json!(tag)) => {
                form.fault(&path, "FORUM_TAG_UNKNOWN", "Unknown tag");
            }
            Ok(tag) if tags.contains(&tag) => {}
            Ok(tag) => tags.push(tag),
            Err(_) => form.fault(&path, "NUMBER_TYPE_COERCE", format!("Value {tag} is not snowflake.")),
        }
    }
    form.count("applied_tags", tags.len(), APPLIED);
    form.check()?;
    if tags.is_empty() && forum.flags & channel_flags::REQUIRE_TAG != 0 {
        return Err(ApiError::TAG_REQUIRED);
    }
    let is_moderated = |tag: &Id| {
        let tag = json!(tag);
        forum.available_tags.iter().any(|one| one["id"] == tag && one["moderated"] == true)
    };
    let added = tags.iter().filter(|tag| !before.contains(tag));
    let removed = before.iter().filter(|tag| !tags.contains(tag));
    if added.chain(removed).any(is_moderated) {
        state.require(actor, forum, Permissions::MANAGE_THREADS)?;
    }
    Ok(tags)
}

/// A forum's thread comes with its first message, whose id it has.
pub(super) fn create_post(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let forum = state.visible(request.actor, request.id("channel_id")?)?;
    state.require(request.actor, forum, Permissions::SEND_MESSAGES)?;
    if request.body["message"].is_null() {
        return Err(Form::refuse("message", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    state.keep_pace(request.actor, forum)?;
    let forum_id = forum.id;
    let slow = forum.default_thread_rate_limit_per_user;
    let tags = read_applied(state, request.actor, forum, &request.body["applied_tags"], &[])?;
    let id = state.next_id();
    let mut channel = threads::plan(state, request, id, ChannelKind::PublicThread, forum_id)?;
    channel.applied_tags = tags;
    if request.body["rate_limit_per_user"].is_null() {
        channel.rate_limit_per_user = slow;
    }
    let mut first = draft::read(state, request, &request.body["message"], id, None)?;
    first.nonce = None;
    if first.is_empty() {
        return Err(ApiError::EMPTY_MESSAGE);
    }
    may_enclose(state, request.actor, forum_id, &first)?;
    state.open_thread(channel, request);
    state.post_as(id, request.actor, id, first)?;
    if let Some(forum) = state.channels.get_mut(&forum_id) {
        forum.last_message_id = Some(id);
    }
    let view = state.message(id, id).map(|message| json!(state.message_view(message)));
    threads::answer(state, id, request.actor, view)
}
