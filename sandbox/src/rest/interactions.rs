//! Interactions: a person begins one as a client does, the bot answers it.

use std::time::{Duration, Instant};

use axum::http::Method;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::modals::Filled;
use super::payload::{Run, may_use};
use super::uploads::Uploaded;
use super::{Endpoint, Reply, Request, draft, modals, uploads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Answer, Channel, Interaction, InteractionKind, Invocation, Message, flags, kinds};
use crate::state::{Draft, Scope, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Method::POST, "/interactions", begin),
    Endpoint::open(Method::POST, "/interactions/{interaction_id}/{interaction_token}/callback", respond),
];

/// The first answer has to come within this real time.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Then the token is good for this time of the sandbox's clock.
const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// What a person began, ready to be told to the bot.
struct Begun {
    kind: InteractionKind,
    name: String,
    data: Value,
    /// The message with the button.
    source: Option<Id>,
}

fn begin(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let body = &request.body;
    if request.actor == state.bot() {
        return Err(ApiError::BOTS_CANNOT);
    }
    if let Ok(application) = serde_json::from_value::<Id>(body["application_id"].clone())
        && application != state.application.id
    {
        return Err(ApiError::UNKNOWN_APPLICATION);
    }
    let channel_id: Id = serde_json::from_value(body["channel_id"].clone())
        .map_err(|_| Form::refuse("channel_id", "BASE_TYPE_REQUIRED", "This field is required"))?;
    state.visible(request.actor, channel_id)?;
    let mut form = Form::default();
    uploads::check(request, &mut form)?;
    form.check()?;
    let files = uploads::keep(state, request, &body["data"]["attachments"], channel_id);
    let begun = match body["type"].as_u64() {
        Some(2) => begin_command(state, request, channel_id, InteractionKind::Command, &files)?,
        Some(4) => begin_command(state, request, channel_id, InteractionKind::Autocomplete, &files)?,
        Some(3) => begin_component(state, request, channel_id)?,
        Some(5) => begin_modal(state, request, &files)?,
        _ => return Err(Form::refuse("type", "BASE_TYPE_CHOICES", "Value must be one of (2, 3, 4, 5).")),
    };

    let id = state.next_id();
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    let interaction = Interaction {
        id,
        token: BASE64_URL_SAFE_NO_PAD.encode(format!("interaction:{id}:{:016x}", fastrand::u64(..))),
        kind: begun.kind,
        user: request.actor,
        channel_id,
        name: begun.name,
        from_menu: begun.kind == InteractionKind::Command
            && matches!(begun.data["type"].as_u64(), Some(2 | 3)),
        nonce: nonce.clone(),
        sent: Instant::now(),
        expires: state.now() + TOKEN_LIFE,
        answer: Answer::Waiting,
        source: begun.source,
        original: None,
    };
    let mut payload = state.interaction_payload(&interaction, begun.data);
    if let Some(message) = begun.source.and_then(|source| state.any_message(channel_id, source)) {
        payload["message"] = json!(state.message_view(message));
    }
    state.interactions.insert(id, interaction);
    while state.interactions.len() > state.keep.rows {
        state.interactions.pop_first();
    }
    state.begun.push(id);
    state.tell_user(request.actor, "INTERACTION_CREATE", &json!({"id": id, "nonce": nonce}));
    let dm = state.channels.get(&channel_id).is_some_and(Channel::is_dm);
    let bot = if dm { Scope::Direct(state.bot()) } else { Scope::User(state.bot()) };
    state.emit("INTERACTION_CREATE", bot, &payload);
    Ok(Reply::NO_CONTENT)
}

fn begin_command(
    state: &State,
    request: &Request,
    channel_id: Id,
    kind: InteractionKind,
    files: &[Uploaded],
) -> Result<Begun, ApiError> {
    const CHAT_INPUT: u64 = 1;
    let given = &request.body["data"];
    let id: Option<Id> = serde_json::from_value(given["id"].clone()).ok();
    let wanted = given["type"].as_u64().unwrap_or(CHAT_INPUT);
    // The client knows ids; a name alone will do here. A guild's own command hides the global one.
    let command = state
        .commands
        .iter()
        .filter(|command| match id {
            Some(id) => command.id == id,
            None => command.body["name"] == given["name"] && command.body["type"] == wanted,
        })
        .max_by_key(|command| command.guild_id.is_some())
        .ok_or(ApiError::UNKNOWN_COMMAND)?;
    let channel = state.visible(request.actor, channel_id)?;
    if !may_use(state, command, request.actor, channel) {
        return Err(ApiError::MISSING_PERMISSIONS);
    }
    let typing = kind == InteractionKind::Autocomplete;
    let run = Run { user: request.actor, channel: channel_id, typing, files };
    let data = state.command_data(command, given, &run)?;
    let name = command.body["name"].as_str().unwrap_or_default().to_owned();
    Ok(Begun { kind, name, data, source: None })
}

fn begin_component(state: &State, request: &Request, channel_id: Id) -> Result<Begun, ApiError> {
    let body = &request.body;
    let id: Id = serde_json::from_value(body["message_id"].clone()).map_err(|_| ApiError::UNKNOWN_MESSAGE)?;
    let seen = |message: &&Message| message.ephemeral_to.is_none_or(|user| user == request.actor);
    let message = state.any_message(channel_id, id).filter(seen).ok_or(ApiError::UNKNOWN_MESSAGE)?;
    let data = state.component_data(&message.components, &body["data"], request.actor)?;
    let name = data["custom_id"].as_str().unwrap_or_default().to_owned();
    Ok(Begun { kind: InteractionKind::Component, name, data, source: Some(id) })
}

fn begin_modal(state: &State, request: &Request, files: &[Uploaded]) -> Result<Begun, ApiError> {
    let given = &request.body["data"];
    let id: Option<Id> = serde_json::from_value(given["id"].clone()).ok();
    let opened = state.interactions.values().rev().find_map(|interaction| match &interaction.answer {
        Answer::Modal { modal }
            if interaction.user == request.actor
                && id.is_none_or(|id| id == interaction.id)
                && modal["custom_id"] == given["custom_id"] =>
        {
            Some((modal, interaction.source))
        }
        _ => None,
    });
    let (modal, source) = opened.ok_or(ApiError::UNKNOWN_INTERACTION)?;
    let data = Filled { state, user: request.actor, files }.data(modal, given)?;
    let name = data["custom_id"].as_str().unwrap_or_default().to_owned();
    Ok(Begun { kind: InteractionKind::Modal, name, data, source })
}

/// The bot's first answer.
fn respond(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    const MESSAGE: u64 = 4;
    const DEFERRED: u64 = 5;
    const DEFERRED_UPDATE: u64 = 6;
    const UPDATE: u64 = 7;
    const CHOICES: u64 = 8;
    const MODAL: u64 = 9;

    let id = request.id("interaction_id")?;
    let interaction = state.interactions.get(&id).ok_or(ApiError::UNKNOWN_INTERACTION)?;
    let late = interaction.answer == Answer::Waiting && interaction.sent.elapsed() > ANSWER_WITHIN;
    if interaction.token != request.param("interaction_token") || interaction.answer == Answer::Failed || late
    {
        return Err(ApiError::UNKNOWN_INTERACTION);
    }
    if interaction.answer != Answer::Waiting {
        return Err(ApiError::ALREADY_ACKNOWLEDGED);
    }
    let interaction = interaction.clone();
    let kind = request.body["type"].as_u64().unwrap_or(0);
    let typing = interaction.kind == InteractionKind::Autocomplete;
    let has_source = interaction.source.is_some();
    let fits = match kind {
        MESSAGE | DEFERRED => !typing,
        DEFERRED_UPDATE | UPDATE => has_source,
        CHOICES => typing,
        MODAL => matches!(interaction.kind, InteractionKind::Command | InteractionKind::Component),
        _ => false,
    };
    if !fits {
        return Err(Form::refuse(
            "type",
            "INTERACTION_TYPE_INVALID",
            "This response type does not fit the interaction.",
        ));
    }
    let data = &request.body["data"];
    let (answer, original) = match kind {
        MESSAGE => {
            let draft = draft::read(state, request, data, interaction.channel_id, None)?;
            let message = write(state, &interaction, draft, None)?;
            (Answer::Message, Some(message))
        }
        DEFERRED => {
            let ephemeral = data["flags"].as_u64().unwrap_or(0) & flags::EPHEMERAL;
            let draft = Draft { flags: Some(flags::LOADING | ephemeral), ..Draft::default() };
            let message = write(state, &interaction, draft, None)?;
            (Answer::Deferred, Some(message))
        }
        DEFERRED_UPDATE => (Answer::DeferredUpdate, interaction.source),
        UPDATE => {
            let source = interaction.source.ok_or(ApiError::UNKNOWN_MESSAGE)?;
            let before = state.any_message(interaction.channel_id, source).cloned();
            let draft = draft::read(state, request, data, interaction.channel_id, before.as_ref())?;
            state.edit(interaction.channel_id, source, draft)?;
            (Answer::Message, Some(source))
        }
        CHOICES => (Answer::Choices { choices: read_choices(data)? }, None),
        _ => (Answer::Modal { modal: modals::read(data)? }, None),
    };
    settle(state, &interaction, answer, original);
    if request.query_flag("with_response") {
        return Reply::ok(&callback_view(state, id, kind));
    }
    Ok(Reply::NO_CONTENT)
}

fn settle(state: &mut State, interaction: &Interaction, answer: Answer, original: Option<Id>) {
    let (id, nonce, user) = (interaction.id, &interaction.nonce, interaction.user);
    match &answer {
        Answer::Choices { choices } => {
            let data = json!({"nonce": nonce, "choices": choices});
            state.tell_user(user, "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE", &data);
        }
        Answer::Modal { modal } => {
            let mut data = modal.clone();
            data["id"] = json!(id);
            data["nonce"] = json!(nonce);
            data["channel_id"] = json!(interaction.channel_id);
            data["application"] = json!({"id": state.application.id, "name": state.application.name});
            state.tell_user(user, "INTERACTION_MODAL_CREATE", &data);
        }
        _ => state.tell_user(user, "INTERACTION_SUCCESS", &json!({"id": id, "nonce": nonce})),
    }
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.answer = answer;
        interaction.original = original;
    }
    state.touch();
}

/// Writes a message in the name of the bot that belongs to an interaction.
pub(super) fn write(
    state: &mut State,
    interaction: &Interaction,
    mut draft: Draft,
    original: Option<Id>,
) -> Result<Id, ApiError> {
    let flags = draft.flags.unwrap_or(0);
    if draft.is_empty() && flags & flags::LOADING == 0 {
        return Err(ApiError::EMPTY_MESSAGE);
    }
    draft.nonce = None;
    draft.kind = match interaction.kind {
        InteractionKind::Command if interaction.from_menu => kinds::MENU_COMMAND,
        InteractionKind::Command => kinds::COMMAND,
        _ => kinds::DEFAULT,
    };
    draft.ephemeral_to = (flags & flags::EPHEMERAL != 0).then_some(interaction.user);
    draft.invocation = Some(Invocation {
        interaction: interaction.id,
        kind: interaction.kind as u8,
        user: interaction.user,
        name: interaction.name.clone(),
        original,
        source: interaction.source,
    });
    let bot = state.bot();
    state.post(bot, interaction.channel_id, draft)
}

fn read_choices(data: &Value) -> Result<Vec<Value>, ApiError> {
    let choices = data["choices"].as_array().cloned().unwrap_or_default();
    let mut form = Form::default();
    form.count("data.choices", choices.len(), 25);
    for (at, choice) in choices.iter().enumerate() {
        let path = format!("data.choices.{at}");
        form.length(&format!("{path}.name"), choice["name"].as_str().unwrap_or_default(), 1, 100);
        match &choice["value"] {
            Value::String(text) => form.length(&format!("{path}.value"), text, 0, 100),
            Value::Number(_) => {}
            _ => form.required(&format!("{path}.value")),
        }
    }
    form.check()?;
    Ok(choices)
}

/// What the bot gets when it asks for the outcome.
fn callback_view(state: &State, id: Id, kind: u64) -> Value {
    let Some(interaction) = state.interactions.get(&id) else { return Value::Null };
    let mut view = json!({"interaction": {"id": id, "type": interaction.kind as u8}});
    let message = interaction.original.and_then(|id| state.any_message(interaction.channel_id, id));
    if let Some(message) = message {
        view["interaction"]["response_message_id"] = json!(message.id);
        view["interaction"]["response_message_loading"] = message.has(flags::LOADING).into();
        view["interaction"]["response_message_ephemeral"] = message.ephemeral_to.is_some().into();
        // What is only announced is no resource yet.
        if interaction.answer == Answer::Message {
            view["resource"] = json!({"type": kind, "message": state.message_view(message)});
        }
    }
    view
}
