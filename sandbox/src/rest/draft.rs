//! Reads a message body and holds it against Discord's limits.

use serde_json::{Map, Value, json};

use super::{Request, polls, uploads};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::flags;
use crate::state::{AllowedMentions, Draft, State, resolve};

const CONTENT: usize = 2000;
const EMBEDS: usize = 10;
const EMBED_TOTAL: usize = 6000;
const ROWS: usize = 5;
const V2_COMPONENTS: usize = 40;
const NONCE: usize = 25;

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const LINK_BUTTON: u64 = 5;

/// Reads `body`, the message part of a call, with the call's files.
pub(super) fn read(
    state: &mut State,
    request: &Request,
    body: &Value,
    channel: Id,
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
    let v2 = message_flags.is_some_and(|given| given & flags::IS_COMPONENTS_V2 != 0);
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

/// Checks components and numbers them.
fn read_components(mut components: Vec<Value>, v2: bool, form: &mut Form) -> Vec<Value> {
    if v2 {
        let mut next = 1;
        components.iter_mut().for_each(|component| number(component, &mut next));
        form.count("components", usize::try_from(next - 1).unwrap_or(usize::MAX), V2_COMPONENTS);
        return components;
    }
    form.count("components", components.len(), ROWS);
    let mut seen: Vec<String> = Vec::new();
    for (at, row) in components.iter().enumerate() {
        check_row(row, &format!("components.{at}"), false, &mut seen, form);
    }
    let mut next = 1;
    components.iter_mut().for_each(|component| number(component, &mut next));
    components
}

/// A row of buttons or one selection; in a form of one text input.
pub(super) fn check_row(row: &Value, path: &str, modal: bool, seen: &mut Vec<String>, form: &mut Form) {
    if row["type"].as_u64() != Some(ACTION_ROW) {
        form.choice(&format!("{path}.type"), "(1,)");
        return;
    }
    let inside = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    let max = if inside.iter().any(|one| one["type"].as_u64() != Some(BUTTON)) { 1 } else { 5 };
    if inside.is_empty() || inside.len() > max {
        form.fault(
            &format!("{path}.components"),
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between 1 and {max} in length."),
        );
    }
    for (number, one) in inside.iter().enumerate() {
        let path = format!("{path}.components.{number}");
        if modal != (one["type"].as_u64() == Some(TEXT_INPUT)) {
            form.choice(&format!("{path}.type"), if modal { "(4,)" } else { "(2, 3, 5, 6, 7, 8)" });
        }
        check_component(one, &path, seen, form);
    }
}

fn check_component(component: &Value, path: &str, seen: &mut Vec<String>, form: &mut Form) {
    let kind = component["type"].as_u64();
    let is_link = kind == Some(BUTTON) && component["style"].as_u64() == Some(LINK_BUTTON);
    if is_link {
        form.length(&format!("{path}.url"), component["url"].as_str().unwrap_or_default(), 1, 512);
    } else {
        let custom_id = component["custom_id"].as_str().unwrap_or_default();
        form.length(&format!("{path}.custom_id"), custom_id, 1, 100);
        if seen.iter().any(|known| known == custom_id) {
            form.fault(
                &format!("{path}.custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        }
        seen.push(custom_id.to_owned());
    }
    match kind {
        Some(BUTTON) => {
            let label = component["label"].as_str().unwrap_or_default();
            form.length(&format!("{path}.label"), label, 0, 80);
            if label.is_empty() && component["emoji"].is_null() {
                form.required(&format!("{path}.label"));
            }
        }
        Some(STRING_SELECT) => {
            let options = component["options"].as_array().map_or(&[][..], Vec::as_slice);
            if options.is_empty() || options.len() > 25 {
                form.fault(
                    &format!("{path}.options"),
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 25 in length.",
                );
            }
            for (at, option) in options.iter().enumerate() {
                for key in ["label", "value"] {
                    let text = option[key].as_str().unwrap_or_default();
                    form.length(&format!("{path}.options.{at}.{key}"), text, 1, 100);
                }
            }
        }
        Some(TEXT_INPUT) => {
            form.length(&format!("{path}.label"), component["label"].as_str().unwrap_or_default(), 1, 45);
            let placeholder = component["placeholder"].as_str().unwrap_or_default();
            form.length(&format!("{path}.placeholder"), placeholder, 0, 100);
            form.length(&format!("{path}.value"), component["value"].as_str().unwrap_or_default(), 0, 4000);
        }
        _ => {}
    }
}

/// Gives each component without an id the next free number, parents first, and fills in defaults.
pub(super) fn number(component: &mut Value, next: &mut u64) {
    let Value::Object(map) = component else { return };
    map.retain(|_, value| !value.is_null());
    if !map.contains_key("id") {
        map.insert("id".into(), (*next).into());
    }
    *next += 1;
    if map.get("type").and_then(Value::as_u64).is_some_and(|kind| matches!(kind, STRING_SELECT | 5..=8)) {
        map.entry("min_values").or_insert(1.into());
        map.entry("max_values").or_insert(1.into());
        map.entry("disabled").or_insert(false.into());
    }
    for key in ["components", "accessory", "component"] {
        match map.get_mut(key) {
            Some(Value::Array(inside)) => inside.iter_mut().for_each(|one| number(one, next)),
            Some(one) => number(one, next),
            None => {}
        }
    }
}
