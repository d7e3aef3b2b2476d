//! Reads a message body and holds it against Discord's limits.

use serde_json::{Map, Value, json};

use super::component_form::{finish_media, read_components};
use super::{Request, polls, uploads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Message, flags};
use crate::state::{AllowedMentions, Draft, State, resolve};

const CONTENT: usize = 2000;
const EMBEDS: usize = 10;
const EMBED_TOTAL: usize = 6000;
const NONCE: usize = 25;

/// Reads `body`, the message part of a call, with the call's files; `before` is the message that it changes.
pub(super) fn read(
    state: &mut State,
    request: &Request,
    body: &Value,
    channel: Id,
    before: Option<&Message>,
) -> Result<Draft, ApiError> {
    let mut form = Form::default();
    let given = |key: &str| body.get(key).filter(|value| !value.is_null());
    let mut draft = Draft::default();

    if let Some(content) = body.get("content") {
        let content = content.as_str().unwrap_or_default();
        form.length("content", content, 0, CONTENT);
        draft.content = Some(content.trim().to_owned());
    }
    if let Some(embeds) = body.get("embeds") {
        let embeds = embeds.as_array().cloned().unwrap_or_default();
        form.count("embeds", embeds.len(), EMBEDS);
        let total: usize =
            embeds.iter().enumerate().map(|(at, embed)| check_embed(embed, at, &mut form)).sum();
        if total > EMBED_TOTAL {
            form.fault("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
        }
        draft.embeds = Some(embeds.into_iter().map(finish_embed).collect());
    }
    let message_flags = given("flags").and_then(Value::as_u64);
    draft.flags = message_flags;
    // A message that was made with Components V2 stays so.
    let v2 = message_flags.is_some_and(|given| given & flags::IS_COMPONENTS_V2 != 0)
        || before.is_some_and(|message| message.has(flags::IS_COMPONENTS_V2));
    if let Some(components) = body.get("components") {
        let components = components.as_array().cloned().unwrap_or_default();
        draft.components = Some(read_components(components, v2, &mut form));
    }
    if v2
        && (draft.content.as_ref().is_some_and(|content| !content.is_empty())
            || draft.embeds.is_some()
            || !body["poll"].is_null())
    {
        form.fault(
            "flags",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        );
    }
    if let Some(poll) = given("poll") {
        draft.poll = Some(polls::read(state, poll, &mut form));
    }
    if let Some(allowed) = given("allowed_mentions") {
        draft.allowed = Some(AllowedMentions::parse(allowed, &mut form));
    }
    if let Some(nonce) = given("nonce") {
        if let Some(text) = nonce.as_str() {
            form.length("nonce", text, 0, NONCE);
        }
        draft.nonce = Some(nonce.clone());
    }
    uploads::check(request, &mut form)?;
    form.check()?;
    read_attachments(state, request, body, channel, &mut draft);
    Ok(draft)
}

/// New files become attachments; old ones are kept when they are listed.
fn read_attachments(state: &mut State, request: &Request, body: &Value, channel: Id, draft: &mut Draft) {
    let listed = body.get("attachments").and_then(Value::as_array);
    draft.kept = listed.map(|listed| {
        listed.iter().filter_map(|one| serde_json::from_value(one["id"].clone()).ok()).collect()
    });
    let kept = uploads::keep(state, request, &body["attachments"], channel);
    draft.uploads = kept.into_iter().map(|kept| kept.attachment).collect();
    // Pictures in embeds may be the message's own files.
    draft.components.iter_mut().flatten().for_each(|part| finish_media(state, part, &draft.uploads));
    for parts in [&mut draft.embeds, &mut draft.components].into_iter().flatten() {
        resolve(parts, &draft.uploads);
    }
}

/// Checks one embed and gives the number of characters that count.
fn check_embed(embed: &Value, at: usize, form: &mut Form) -> usize {
    let mut total = 0;
    let mut text = |value: &Value, path: String, min: usize, max: usize| {
        let text = value.as_str().unwrap_or_default();
        form.length(&format!("embeds.{at}.{path}"), text, min, max);
        total += text.chars().count();
    };
    text(&embed["title"], "title".into(), 0, 256);
    text(&embed["description"], "description".into(), 0, 4096);
    text(&embed["footer"]["text"], "footer.text".into(), 0, 2048);
    text(&embed["author"]["name"], "author.name".into(), 0, 256);
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    for (number, field) in fields.iter().enumerate() {
        text(&field["name"], format!("fields.{number}.name"), 1, 256);
        text(&field["value"], format!("fields.{number}.value"), 1, 1024);
    }
    form.count(&format!("embeds.{at}.fields"), fields.len(), 25);
    total
}

/// Gives an embed what Discord adds to it.
fn finish_embed(embed: Value) -> Value {
    let Value::Object(given) = embed else { return json!({"type": "rich"}) };
    let mut finished = Map::new();
    finished.insert("type".into(), "rich".into());
    for (key, value) in given {
        let value = match (key.as_str(), value) {
            ("type", _) | (_, Value::Null) => continue,
            ("fields", Value::Array(fields)) => fields
                .into_iter()
                .map(|mut field| {
                    if !field["inline"].is_boolean() {
                        field["inline"] = false.into();
                    }
                    field
                })
                .collect(),
            (_, value) => value,
        };
        finished.insert(key, value);
    }
    Value::Object(finished)
}
