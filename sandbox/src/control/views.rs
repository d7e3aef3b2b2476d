//! What tests and the page are shown of the state.

use serde_json::{Value, json};

use crate::id::Id;
use crate::model::{Channel, Interaction, Message};
use crate::state::State;

/// Everything that a test or the page wants to know, tokens included.
pub(crate) fn state_view(state: &State) -> Value {
    let bot = state.user(state.bot());
    let person = |user: &crate::model::User| {
        let member = state.members.get(&user.id);
        json!({
            "id": user.id,
            "username": user.username,
            "name": user.display_name(),
            "locale": user.locale,
            "token": user.token,
            "roles": member.map(|member| &member.roles),
            "member": member.is_some(),
            "owner": user.id == state.guild.owner_id,
        })
    };
    let channels = state.channels.values();
    json!({
        "now": state.clock.told(),
        "running": state.clock.is_running(),
        "base_url": state.base_url,
        "gateway_url": state.gateway_url(),
        "guild": {
            "id": state.guild.id,
            "name": state.guild.name,
            "preferred_locale": state.guild.preferred_locale,
            "owner_id": state.guild.owner_id,
            "created_at": state.guild.created_at,
        },
        "bot": {
            "id": bot.id,
            "username": bot.username,
            "name": state.application.name,
            "token": bot.token.strip_prefix("Bot ").unwrap_or(&bot.token),
            "application_id": state.application.id,
            "sessions": state.sessions.values().filter(|session| session.user == bot.id).count(),
        },
        "users": state.users.values().filter(|user| !user.bot).map(person).collect::<Vec<_>>(),
        "roles": state.roles.values().collect::<Vec<_>>(),
        "channels": channels
            .clone()
            .filter(|channel| channel.thread.is_none())
            .map(|channel| state.channel_view_for(channel, state.bot()))
            .collect::<Vec<_>>(),
        "threads": channels
            .filter(|channel| channel.thread.is_some())
            .map(|channel| {
                let mut view = json!(state.channel_view(channel));
                view["members"] = json!(channel.thread.as_ref().map(|thread| thread.members.keys().collect::<Vec<_>>()));
                view
            })
            .collect::<Vec<_>>(),
        "events": state.events.values().map(|event| state.event_view(event, true)).collect::<Vec<_>>(),
        "commands": state.commands.iter().map(|command| &command.body).collect::<Vec<_>>(),
    })
}

/// Every interaction with what came of it.
pub(crate) fn interactions_view(state: &State) -> Value {
    state.interactions.values().map(|interaction| interaction_view(state, interaction)).collect()
}

pub(super) fn interaction_view(state: &State, interaction: &Interaction) -> Value {
    let mut shown = json!({
        "id": interaction.id,
        "kind": interaction.kind,
        "user_id": interaction.user,
        "channel_id": interaction.channel_id,
        "name": interaction.name,
        "nonce": interaction.nonce,
        "message_id": interaction.original,
    });
    if let (Value::Object(shown), Value::Object(answer)) = (&mut shown, json!(interaction.answer)) {
        shown.extend(answer);
    }
    let message = interaction.original.and_then(|id| state.any_message(interaction.channel_id, id));
    if let Some(message) = message {
        shown["message"] = json!(state.message_view(message));
    }
    shown
}

/// Small enough to be asked for again and again: the revision tells whether anything else is worth asking for.
pub(super) fn clock_view(state: &State) -> Value {
    json!({"now": state.clock.told(), "running": state.clock.is_running(), "revision": *state.revision.borrow()})
}

/// The channels that one user sees, each with how many messages it holds and how many of them pinged the user.
pub(super) fn channels_as_seen(state: &State, user: Id) -> Value {
    let show = |channel: &Channel| {
        let pings = channel.messages.values().filter(|message| message.notified.contains(&user)).count();
        json!({
            "channel": state.channel_view_for(channel, user),
            "messages": channel.messages.len(),
            "pings": pings,
        })
    };
    state.channels.values().filter(|channel| state.can_view(user, channel)).map(show).collect()
}

/// A channel with its last messages (before one of them), oldest first, as one user sees it: ephemeral answers to them
/// are among them.
pub(crate) fn channel_as_seen(
    state: &State,
    user: Id,
    channel: Id,
    before: Option<Id>,
    limit: usize,
) -> Option<Value> {
    let channel = state.channels.get(&channel).filter(|channel| state.can_view(user, channel))?;
    let own = state
        .ephemeral
        .values()
        .filter(|message| message.channel_id == channel.id && message.ephemeral_to == Some(user));
    let mut messages: Vec<&Message> = channel.messages.values().chain(own).collect();
    messages.retain(|message| before.is_none_or(|before| message.id < before));
    messages.sort_by_key(|message| message.id);
    messages.drain(..messages.len().saturating_sub(limit));
    let show = |message: &&Message| {
        let mut shown = json!(state.history_view(message, user));
        shown["notified"] = json!(message.notified);
        shown
    };
    let mut view = json!({
        "channel": state.channel_view_for(channel, user),
        "messages": messages.iter().map(show).collect::<Vec<_>>(),
    });
    if let Some(thread) = &channel.thread {
        view["members"] = json!(thread.members.keys().collect::<Vec<_>>());
    }
    Some(view)
}
