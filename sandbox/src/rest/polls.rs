//! Polls on messages: reading one, voting, closing.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::messages::find;
use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Poll, PollAnswer, Time};
use crate::permissions::Permissions;
use crate::state::{Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::GET, "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}", voters),
    Endpoint::new(Method::POST, "/channels/{channel_id}/polls/{message_id}/expire", expire),
    // What a person's client does; bots cannot vote.
    Endpoint::new(Method::PUT, "/channels/{channel_id}/polls/{message_id}/answers/@me", vote),
];

const ANSWERS: usize = 10;
const HOURS: u64 = 768;

/// The poll of a message that is to be sent.
pub(super) fn read(state: &State, given: &Value, form: &mut Form) -> Poll {
    let text = |media: &Value| media["text"].as_str().unwrap_or_default().to_owned();
    let question = text(&given["question"]);
    form.length("poll.question.text", &question, 1, 300);
    let listed = given["answers"].as_array().map_or(&[][..], Vec::as_slice);
    if listed.is_empty() || listed.len() > ANSWERS {
        form.fault("poll.answers", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.");
    }
    let mut answers = Vec::new();
    for (at, answer) in (0..).zip(listed) {
        let media = &answer["poll_media"];
        form.length(&format!("poll.answers.{at}.poll_media.text"), &text(media), 1, 55);
        let emoji = media["emoji"]["name"].as_str().map(String::from);
        answers.push(PollAnswer { id: at + 1, text: text(media), emoji, voters: BTreeSet::new() });
    }
    let hours = given["duration"].as_u64().unwrap_or(24);
    if !(1..=HOURS).contains(&hours) {
        form.fault("poll.duration", "NUMBER_TYPE_MAX", "int value should be between 1 and 768.");
    }
    let hours = TimeDelta::hours(i64::try_from(hours.min(HOURS)).unwrap_or(24));
    Poll {
        question,
        answers,
        expiry: Time(state.now() + hours),
        allow_multiselect: given["allow_multiselect"].as_bool().unwrap_or(false),
        is_finalized: false,
    }
}

/// The poll of the path.
fn poll<'a>(state: &'a State, request: &Request) -> Result<&'a Poll, ApiError> {
    let (_, message) = find(state, request, Permissions::READ_MESSAGE_HISTORY)?;
    message.poll.as_ref().ok_or(ApiError::UNKNOWN_MESSAGE)
}

fn voters(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let poll = poll(state, request)?;
    let answer = poll.answers.iter().find(|answer| request.param("answer_id").parse() == Ok(answer.id));
    let answer = answer.ok_or(ApiError::POLL_ANSWER_UNKNOWN)?;
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let limit = request.limit(25, 100)?;
    let page = answer.voters.iter().filter(|user| **user > after).take(limit);
    Reply::ok(&json!({"users": page.map(|user| state.user(*user)).collect::<Vec<_>>()}))
}

fn vote(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let poll = poll(state, request)?;
    let user = request.actor;
    if user == state.bot() {
        return Err(ApiError::BOTS_CANNOT);
    }
    if poll.is_finalized {
        return Err(ApiError::POLL_EXPIRED);
    }
    let wanted: Vec<u32> = request.body["answer_ids"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| match id {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        })
        .collect();
    if wanted.iter().any(|id| !poll.answers.iter().any(|answer| answer.id == *id)) {
        return Err(ApiError::POLL_ANSWER_UNKNOWN);
    }
    if wanted.len() > 1 && !poll.allow_multiselect {
        return Err(Form::refuse("answer_ids", "BASE_TYPE_MAX_LENGTH", "Must be 1 or fewer in length."));
    }
    let (channel, id) = (request.id("channel_id")?, request.id("message_id")?);
    let mut changes = Vec::new();
    let message = state.message_mut(channel, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    for answer in message.poll.iter_mut().flat_map(|poll| &mut poll.answers) {
        let wanted = wanted.contains(&answer.id);
        let changed = if wanted { answer.voters.insert(user) } else { answer.voters.remove(&user) };
        if changed {
            changes.push((wanted, answer.id));
        }
    }
    for (added, answer) in changes {
        let mut data = json!({"user_id": user, "channel_id": channel, "message_id": id, "answer_id": answer});
        if state.channels.get(&channel).is_some_and(|channel| !channel.is_dm()) {
            data["guild_id"] = json!(state.guild.id);
        }
        let event = if added { "MESSAGE_POLL_VOTE_ADD" } else { "MESSAGE_POLL_VOTE_REMOVE" };
        state.emit(event, Scope::Channel(channel), &data);
    }
    Ok(Reply::NO_CONTENT)
}

fn expire(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let (_, message) = find(state, request, Permissions::VIEW_CHANNEL)?;
    if message.author != request.actor {
        return Err(ApiError::NOT_YOURS);
    }
    let poll = message.poll.as_ref().ok_or(ApiError::UNKNOWN_MESSAGE)?;
    if poll.is_finalized {
        return Err(ApiError::POLL_EXPIRED);
    }
    let (channel, id) = (message.channel_id, message.id);
    state.close_poll(channel, id);
    let message = state.message(channel, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    Reply::ok(&state.message_view(message))
}
