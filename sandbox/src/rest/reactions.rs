//! Reactions to messages.

use axum::http::Method;
use serde_json::{Value, json};

use super::messages::{find, not_archived};
use super::{Endpoint, Reply, Request};
use crate::error::ApiError;
use crate::id::Id;
use crate::model::{Message, Reaction};
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::DELETE, "/channels/{channel_id}/messages/{message_id}/reactions", clear),
    Endpoint::new(Method::GET, "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}", who),
    Endpoint::new(
        Method::DELETE,
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
        clear_one,
    ),
    Endpoint::new(
        Method::PUT,
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
        react,
    ),
    Endpoint::new(
        Method::DELETE,
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
        withdraw,
    ),
    Endpoint::new(
        Method::DELETE,
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}",
        withdraw,
    ),
];

/// Different ones on one message.
const REACTIONS: usize = 20;

/// The emoji of the path. The guild has none of its own.
fn emoji(request: &Request) -> Result<&str, ApiError> {
    let emoji = request.param("emoji_name");
    let is_known = !emoji.is_empty() && !emoji.chars().any(|letter| letter.is_alphabetic() || letter == ':');
    if is_known { Ok(emoji) } else { Err(ApiError::UNKNOWN_EMOJI) }
}

fn of<'a>(message: &'a Message, emoji: &str) -> Option<&'a Reaction> {
    message.reactions.iter().find(|reaction| reaction.emoji == emoji)
}

fn react(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let emoji = emoji(request)?.to_owned();
    let (channel, message) = find(state, request, Permissions::READ_MESSAGE_HISTORY)?;
    not_archived(channel)?;
    let known = of(message, &emoji);
    if known.is_none() {
        state.require(request.actor, channel, Permissions::ADD_REACTIONS)?;
        if message.reactions.len() >= REACTIONS {
            return Err(ApiError::MAX_REACTIONS);
        }
    }
    if known.is_some_and(|reaction| reaction.users.contains(&request.actor)) {
        return Ok(Reply::NO_CONTENT);
    }
    let author = message.author;
    change(state, request, |reactions| {
        match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => drop(reaction.users.insert(request.actor)),
            None => reactions.push(Reaction { emoji: emoji.clone(), users: [request.actor].into() }),
        }
    })?;
    let mut data = told(state, request, request.actor, &emoji)?;
    data["message_author_id"] = json!(author);
    if let Some(member) = state.members.get(&request.actor) {
        data["member"] = json!(state.member_view(member));
    }
    tell(state, request, "MESSAGE_REACTION_ADD", &data)
}

fn withdraw(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let emoji = emoji(request)?.to_owned();
    let (channel, message) = find(state, request, Permissions::READ_MESSAGE_HISTORY)?;
    not_archived(channel)?;
    let user = if request.params.contains_key("user_id") { request.id("user_id")? } else { request.actor };
    if user != request.actor {
        state.require(request.actor, channel, Permissions::MANAGE_MESSAGES)?;
    }
    if !of(message, &emoji).is_some_and(|reaction| reaction.users.contains(&user)) {
        return Ok(Reply::NO_CONTENT);
    }
    change(state, request, |reactions| {
        for reaction in reactions.iter_mut().filter(|reaction| reaction.emoji == emoji) {
            reaction.users.remove(&user);
        }
        reactions.retain(|reaction| !reaction.users.is_empty());
    })?;
    let data = told(state, request, user, &emoji)?;
    tell(state, request, "MESSAGE_REACTION_REMOVE", &data)
}

fn clear(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (channel, _) = find(state, request, Permissions::MANAGE_MESSAGES)?;
    not_archived(channel)?;
    change(state, request, Vec::clear)?;
    let data = place(state, request)?;
    tell(state, request, "MESSAGE_REACTION_REMOVE_ALL", &data)
}

fn clear_one(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let emoji = emoji(request)?.to_owned();
    let (channel, _) = find(state, request, Permissions::MANAGE_MESSAGES)?;
    not_archived(channel)?;
    change(state, request, |reactions| reactions.retain(|reaction| reaction.emoji != emoji))?;
    let mut data = place(state, request)?;
    data["emoji"] = json!({"id": null, "name": emoji});
    tell(state, request, "MESSAGE_REACTION_REMOVE_EMOJI", &data)
}

fn who(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let emoji = emoji(request)?;
    let (_, message) = find(state, request, Permissions::READ_MESSAGE_HISTORY)?;
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let limit = request.limit(25, 100)?;
    let users = of(message, emoji).into_iter().flat_map(|reaction| &reaction.users);
    let page = users.filter(|user| **user > after).take(limit);
    Reply::ok(&page.map(|user| state.user(*user)).collect::<Vec<_>>())
}

fn change(
    state: &mut State,
    request: &Request,
    change: impl FnOnce(&mut Vec<Reaction>),
) -> Result<(), ApiError> {
    let (channel, id) = (request.id("channel_id")?, request.id("message_id")?);
    change(&mut state.message_mut(channel, id).ok_or(ApiError::UNKNOWN_MESSAGE)?.reactions);
    Ok(())
}

/// Which message an event is about.
fn place(state: &State, request: &Request) -> Result<Value, ApiError> {
    let channel = request.id("channel_id")?;
    let mut data = json!({"channel_id": channel, "message_id": request.id("message_id")?});
    if state.channels.get(&channel).is_some_and(|channel| !channel.is_dm()) {
        data["guild_id"] = json!(state.guild.id);
    }
    Ok(data)
}

fn told(state: &State, request: &Request, user: Id, emoji: &str) -> Result<Value, ApiError> {
    let mut data = place(state, request)?;
    data["user_id"] = json!(user);
    data["emoji"] = json!({"id": null, "name": emoji});
    data["burst"] = false.into();
    data["type"] = 0.into();
    Ok(data)
}

fn tell(state: &mut State, request: &Request, event: &'static str, data: &Value) -> Result<Reply, ApiError> {
    state.emit(event, Scope::Channel(request.id("channel_id")?), data);
    Ok(Reply::NO_CONTENT)
}
