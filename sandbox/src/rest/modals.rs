//! Forms: what a bot may ask for in one, and what a person filled in, held against what was asked. Both in the old shape,
//! text inputs in rows, and in the new one, all kinds of inputs under labels.

use serde_json::{Value, json};

use super::component_form::{check_custom_id, check_row, number};
use super::components::find;

use super::resolved::Resolved;
use super::uploads::Uploaded;
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::state::State;

const ROW: u64 = 1;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const USER_SELECT: u64 = 5;
const ROLE_SELECT: u64 = 6;
const MENTIONABLE_SELECT: u64 = 7;
const CHANNEL_SELECT: u64 = 8;
const TEXT_DISPLAY: u64 = 10;
const LABEL: u64 = 18;
const FILE_UPLOAD: u64 = 19;
const RADIO_GROUP: u64 = 21;
const CHECKBOX_GROUP: u64 = 22;
const CHECKBOX: u64 = 23;

/// Rows and labels of a form.
const PARTS: usize = 5;

/// Reads the form that a bot answers with.
pub(super) fn read(data: &Value) -> Result<Value, ApiError> {
    let mut form = Form::default();
    form.length("data.title", text(data, "title"), 1, 45);
    form.length("data.custom_id", text(data, "custom_id"), 1, 100);
    let mut parts = data["components"].as_array().cloned().unwrap_or_default();
    if parts.is_empty() {
        form.required("data.components");
    }
    form.count("data.components", parts.len(), PARTS);
    let mut seen = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let path = format!("data.components.{at}");
        match part["type"].as_u64() {
            Some(ROW) => check_row(part, &path, true, &mut seen, &mut form),
            Some(TEXT_DISPLAY) => form.length(&format!("{path}.content"), text(part, "content"), 1, 4000),
            Some(LABEL) => check_label(part, &path, &mut seen, &mut form),
            _ => form.choice(&format!("{path}.type"), "(1, 10, 18)"),
        }
    }
    form.check()?;
    let mut next = 1;
    parts.iter_mut().for_each(|part| number(part, &mut next));
    Ok(json!({"title": data["title"], "custom_id": data["custom_id"], "components": parts}))
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_default()
}

fn options(input: &Value) -> &[Value] {
    input["options"].as_array().map_or(&[][..], Vec::as_slice)
}

fn check_label(label: &Value, path: &str, seen: &mut Vec<String>, form: &mut Form) {
    form.length(&format!("{path}.label"), text(label, "label"), 1, 45);
    form.length(&format!("{path}.description"), text(label, "description"), 0, 100);
    let (input, path) = (&label["component"], format!("{path}.component"));
    let custom_id = text(input, "custom_id");
    check_custom_id(custom_id, &path, seen, form);
    let mut counted = |min: usize, max: usize| {
        let count = options(input).len();
        if count < min || count > max {
            let message = format!("Must be between {min} and {max} in length.");
            form.fault(&format!("{path}.options"), "BASE_TYPE_BAD_LENGTH", message);
        }
    };
    match input["type"].as_u64() {
        Some(STRING_SELECT) => counted(1, 25),
        Some(RADIO_GROUP) => counted(2, 10),
        Some(CHECKBOX_GROUP) => counted(1, 10),
        Some(TEXT_INPUT) => {
            form.length(&format!("{path}.placeholder"), text(input, "placeholder"), 0, 100);
            form.length(&format!("{path}.value"), text(input, "value"), 0, 4000);
        }
        Some(FILE_UPLOAD) => {
            if input["max_values"].as_u64().is_some_and(|max| !(1..=10).contains(&max)) {
                form.fault(
                    &format!("{path}.max_values"),
                    "NUMBER_TYPE_MAX",
                    "int value should be between 1 and 10.",
                );
            }
        }
        Some(USER_SELECT | ROLE_SELECT | MENTIONABLE_SELECT | CHANNEL_SELECT | CHECKBOX) => {}
        _ => form.choice(&format!("{path}.type"), "(3, 4, 5, 6, 7, 8, 19, 21, 22, 23)"),
    }
}

/// Who filled a form in, and with which files.
pub(super) struct Filled<'a> {
    pub(super) state: &'a State,
    pub(super) user: Id,
    pub(super) files: &'a [Uploaded],
}

impl Filled<'_> {
    /// The data of a submitted form, checked against the form that was opened.
    pub(super) fn data(&self, modal: &Value, given: &Value) -> Result<Value, ApiError> {
        let mut form = Form::default();
        let mut resolved = Resolved::default();
        let filled = given["components"].as_array().map_or(&[][..], Vec::as_slice);
        let mut parts = Vec::new();
        for (at, part) in modal["components"].as_array().into_iter().flatten().enumerate() {
            let path = format!("data.components.{at}");
            match part["type"].as_u64() {
                Some(ROW) => {
                    let inputs = part["components"].as_array().map_or(&[][..], Vec::as_slice);
                    let path = format!("{path}.components.0");
                    let read =
                        inputs.iter().map(|input| self.input(input, filled, &path, &mut resolved, &mut form));
                    let read: Vec<Value> = read.collect();
                    parts.push(json!({"type": ROW, "id": part["id"], "components": read}));
                }
                Some(LABEL) => {
                    let path = format!("{path}.component");
                    let read = self.input(&part["component"], filled, &path, &mut resolved, &mut form);
                    parts.push(json!({"type": LABEL, "id": part["id"], "component": read}));
                }
                kind => parts.push(json!({"type": kind, "id": part["id"]})),
            }
        }
        form.check()?;
        let mut data = json!({"custom_id": modal["custom_id"], "components": parts});
        if let Some(resolved) = resolved.wire() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }

    /// What was made of one input.
    fn input(
        &self,
        input: &Value,
        filled: &[Value],
        path: &str,
        resolved: &mut Resolved,
        form: &mut Form,
    ) -> Value {
        let custom_id = text(input, "custom_id");
        let answer = find(filled, custom_id).unwrap_or(&Value::Null);
        let kind = input["type"].as_u64().unwrap_or(0);
        let mut read = json!({"type": kind, "id": input["id"], "custom_id": custom_id});
        match kind {
            TEXT_INPUT => read["value"] = written(input, answer, path, form).into(),
            CHECKBOX => read["value"] = answer["value"].as_bool().unwrap_or(false).into(),
            RADIO_GROUP => {
                let chosen = &answer["value"];
                if chosen.is_null() && input["required"].as_bool().unwrap_or(true) {
                    form.required(&format!("{path}.value"));
                } else if !chosen.is_null() && !options(input).iter().any(|one| one["value"] == *chosen) {
                    form.fault(&format!("{path}.value"), "BASE_TYPE_CHOICES", "Unknown value.");
                }
                read["value"] = chosen.clone();
            }
            _ => read["values"] = self.chosen(input, kind, answer, path, resolved, form).into(),
        }
        read
    }

    /// The values of an input that takes several.
    fn chosen(
        &self,
        input: &Value,
        kind: u64,
        answer: &Value,
        path: &str,
        resolved: &mut Resolved,
        form: &mut Form,
    ) -> Vec<Value> {
        let path = format!("{path}.values");
        let given = answer["values"].as_array().cloned().unwrap_or_default();
        let required = input["required"].as_bool().unwrap_or(true);
        let every = options(input).len() as u64;
        let most = if kind == CHECKBOX_GROUP { every } else { 1 };
        let min = input["min_values"].as_u64().unwrap_or(1);
        let max = input["max_values"].as_u64().unwrap_or(most);
        let count = given.len() as u64;
        if given.is_empty() && required && min > 0 {
            form.required(&path);
        } else if !given.is_empty() && (count < min || count > max) {
            form.fault(&path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
        }
        let mut read = |value: &Value| {
            let id = || serde_json::from_value::<Id>(value.clone()).ok();
            let state = self.state;
            let known = match kind {
                USER_SELECT => id().is_some_and(|id| resolved.user(state, id)),
                ROLE_SELECT => id().is_some_and(|id| resolved.role(state, id)),
                MENTIONABLE_SELECT => {
                    id().is_some_and(|id| resolved.role(state, id) || resolved.user(state, id))
                }
                CHANNEL_SELECT => id().is_some_and(|id| resolved.channel(state, id, self.user)),
                FILE_UPLOAD => return resolved.attachment(state, self.files, value).map(|id| json!(id)),
                _ => options(input).iter().any(|option| option["value"] == *value),
            };
            known.then(|| value.clone())
        };
        let values: Vec<Value> = given.iter().filter_map(&mut read).collect();
        if values.len() < given.len() {
            form.fault(&path, "BASE_TYPE_CHOICES", "Unknown value.");
        }
        values
    }
}

/// What was written into a text input.
fn written(input: &Value, answer: &Value, path: &str, form: &mut Form) -> String {
    let path = format!("{path}.value");
    let value = answer["value"].as_str().or_else(|| input["value"].as_str()).unwrap_or_default();
    if value.is_empty() && input["required"].as_bool().unwrap_or(true) {
        form.required(&path);
    } else if !value.is_empty() {
        let bound = |key: &str, default: u64| {
            usize::try_from(input[key].as_u64().unwrap_or(default)).unwrap_or(usize::MAX)
        };
        form.length(&path, value, bound("min_length", 0), bound("max_length", 4000));
    }
    value.to_owned()
}
