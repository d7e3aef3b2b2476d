//! Components of a message: held against the limits, numbered, and completed as Discord does it. Rows with buttons and
//! selections, or the newer layout (Components V2), in which the words are components too.

use serde_json::{Value, json};

use crate::error::Form;
use crate::model::Attachment;
use crate::state::State;

const ROWS: usize = 5;
const V2_COMPONENTS: usize = 40;
/// Characters of all the words of a message with Components V2.
const V2_TEXT: usize = 4000;

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const CHANNEL_SELECT: u64 = 8;
const SECTION: u64 = 9;
const TEXT_DISPLAY: u64 = 10;
const THUMBNAIL: u64 = 11;
const MEDIA_GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;

/// A button's style.
const LINK_BUTTON: u64 = 5;

/// Checks components and numbers them.
pub(super) fn read_components(mut components: Vec<Value>, v2: bool, form: &mut Form) -> Vec<Value> {
    let mut seen: Vec<String> = Vec::new();
    if v2 {
        let mut words = 0;
        for (at, part) in components.iter().enumerate() {
            check_part(part, &format!("components.{at}"), true, &mut words, &mut seen, form);
        }
        if words > V2_TEXT {
            form.fault("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Must be 4000 or fewer.");
        }
    } else {
        form.count("components", components.len(), ROWS);
        for (at, row) in components.iter().enumerate() {
            check_row(row, &format!("components.{at}"), false, &mut seen, form);
        }
    }
    let mut next = 1;
    components.iter_mut().for_each(|component| number(component, &mut next));
    if v2 {
        form.count("components", usize::try_from(next - 1).unwrap_or(usize::MAX), V2_COMPONENTS);
    }
    components
}

/// A part of the newer layout; a container is not in another one.
fn check_part(
    part: &Value,
    path: &str,
    outermost: bool,
    words: &mut usize,
    seen: &mut Vec<String>,
    form: &mut Form,
) {
    let inside = part["components"].as_array().map_or(&[][..], Vec::as_slice);
    match part["type"].as_u64() {
        Some(ACTION_ROW) => check_row(part, path, false, seen, form),
        Some(TEXT_DISPLAY) => {
            let content = part["content"].as_str().unwrap_or_default();
            form.length(&format!("{path}.content"), content, 1, V2_TEXT);
            *words += content.chars().count();
        }
        Some(SECTION) => {
            let only_words = inside.iter().all(|one| one["type"].as_u64() == Some(TEXT_DISPLAY));
            if inside.is_empty() || inside.len() > 3 || !only_words {
                let message = "Must be between 1 and 3 text displays.";
                form.fault(&format!("{path}.components"), "BASE_TYPE_BAD_LENGTH", message);
            }
            for (at, one) in inside.iter().enumerate() {
                check_part(one, &format!("{path}.components.{at}"), false, words, seen, form);
            }
            let path = format!("{path}.accessory");
            match part["accessory"]["type"].as_u64() {
                Some(BUTTON) => check_component(&part["accessory"], &path, seen, form),
                Some(THUMBNAIL) => {}
                _ => form.choice(&format!("{path}.type"), "(2, 11)"),
            }
        }
        Some(MEDIA_GALLERY) => {
            let items = part["items"].as_array().map_or(0, Vec::len);
            if items == 0 || items > 10 {
                let message = "Must be between 1 and 10 in length.";
                form.fault(&format!("{path}.items"), "BASE_TYPE_BAD_LENGTH", message);
            }
        }
        Some(FILE | SEPARATOR) => {}
        Some(CONTAINER) if outermost => {
            for (at, one) in inside.iter().enumerate() {
                check_part(one, &format!("{path}.components.{at}"), false, words, seen, form);
            }
        }
        _ => form.choice(&format!("{path}.type"), "(1, 9, 10, 12, 13, 14, 17)"),
    }
}

/// Gives pictures and files what Discord knows of them.
pub(super) fn finish_media(state: &mut State, part: &mut Value, uploads: &[Attachment]) {
    let mut media = |given: &Value| {
        let url = given["url"].as_str().unwrap_or_default().to_owned();
        json!({"id": state.next_id(), "url": url, "proxy_url": url})
    };
    match part["type"].as_u64() {
        Some(THUMBNAIL) => part["media"] = media(&part["media"]),
        Some(MEDIA_GALLERY) => {
            for item in part["items"].as_array_mut().into_iter().flatten() {
                item["media"] = media(&item["media"]);
                item["description"] = item["description"].take();
                item["spoiler"] = item["spoiler"].as_bool().unwrap_or(false).into();
            }
        }
        Some(FILE) => {
            let name = part["file"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
            let file = uploads.iter().find(|file| Some(file.filename.as_str()) == name);
            part["name"] = file.map_or("", |file| &file.filename).into();
            part["size"] = file.map_or(0, |file| file.size).into();
            part["file"] = media(&part["file"]);
        }
        _ => {}
    }
    for key in ["components", "accessory"] {
        match part.get_mut(key) {
            Some(Value::Array(inside)) => inside.iter_mut().for_each(|one| finish_media(state, one, uploads)),
            Some(one) => finish_media(state, one, uploads),
            None => {}
        }
    }
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

/// A `custom_id` has its bounds, and is the only one of its message or form.
pub(super) fn check_custom_id(custom_id: &str, path: &str, seen: &mut Vec<String>, form: &mut Form) {
    let path = format!("{path}.custom_id");
    form.length(&path, custom_id, 1, 100);
    if seen.iter().any(|known| known == custom_id) {
        form.fault(&path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }
    seen.push(custom_id.to_owned());
}

fn check_component(component: &Value, path: &str, seen: &mut Vec<String>, form: &mut Form) {
    let kind = component["type"].as_u64();
    let is_link = kind == Some(BUTTON) && component["style"].as_u64() == Some(LINK_BUTTON);
    if is_link {
        form.length(&format!("{path}.url"), component["url"].as_str().unwrap_or_default(), 1, 512);
    } else {
        let custom_id = component["custom_id"].as_str().unwrap_or_default();
        check_custom_id(custom_id, path, seen, form);
    }
    match kind {
        Some(BUTTON) => {
            let label = component["label"].as_str().unwrap_or_default();
            form.length(&format!("{path}.label"), label, 0, 80);
            if label.is_empty() && component["emoji"].is_null() {
                form.required(&format!("{path}.label"));
            }
        }
        Some(kind @ STRING_SELECT..=CHANNEL_SELECT) if kind != TEXT_INPUT => {
            let placeholder = component["placeholder"].as_str().unwrap_or_default();
            form.length(&format!("{path}.placeholder"), placeholder, 0, 150);
            if kind == STRING_SELECT {
                check_options(component, path, form);
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

fn check_options(component: &Value, path: &str, form: &mut Form) {
    let options = component["options"].as_array().map_or(&[][..], Vec::as_slice);
    if options.is_empty() || options.len() > 25 {
        form.fault(&format!("{path}.options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    for (at, option) in options.iter().enumerate() {
        for (key, min) in [("label", 1), ("value", 1), ("description", 0)] {
            let text = option[key].as_str().unwrap_or_default();
            form.length(&format!("{path}.options.{at}.{key}"), text, min, 100);
        }
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
    let defaults: &[(&str, Value)] = match map.get("type").and_then(Value::as_u64) {
        Some(CONTAINER) => &[("accent_color", Value::Null), ("spoiler", Value::Bool(false))],
        Some(THUMBNAIL) => &[("description", Value::Null), ("spoiler", Value::Bool(false))],
        Some(FILE) => &[("spoiler", Value::Bool(false))],
        Some(SEPARATOR) => &[("divider", Value::Bool(true))],
        _ => &[],
    };
    for (key, value) in defaults {
        map.entry(*key).or_insert(value.clone());
    }
    if map.get("type").and_then(Value::as_u64) == Some(SEPARATOR) {
        map.entry("spacing").or_insert(1.into());
    }
    for key in ["components", "accessory", "component"] {
        match map.get_mut(key) {
            Some(Value::Array(inside)) => inside.iter_mut().for_each(|one| number(one, next)),
            Some(one) => number(one, next),
            None => {}
        }
    }
}
