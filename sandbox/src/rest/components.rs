//! Buttons, selections and forms: holds what a person did against what the bot had sent.

use serde_json::{Value, json};

use super::resolved::Resolved;
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::state::State;

impl State {
    /// The data of a pressed button or a chosen entry, checked against the message.
    pub(super) fn component_data(
        &self,
        components: &[Value],
        given: &Value,
        user: Id,
    ) -> Result<Value, ApiError> {
        let refuse = |message: &str| Form::refuse("data", "COMPONENT_VALIDATION_FAILED", message);
        let custom_id = given["custom_id"].as_str().unwrap_or_default();
        let component = find_component(components, custom_id).ok_or_else(|| refuse("Component not found"))?;
        if component["disabled"].as_bool() == Some(true) {
            return Err(refuse("Component is disabled"));
        }
        let kind = component["type"].as_u64().unwrap_or(0);
        let mut data = json!({"custom_id": custom_id, "component_type": kind, "id": component["id"]});
        if kind == 2 {
            return Ok(data);
        }
        let values = given["values"].as_array().cloned().unwrap_or_default();
        let count = values.len() as u64;
        let (min, max) =
            (component["min_values"].as_u64().unwrap_or(1), component["max_values"].as_u64().unwrap_or(1));
        if count < min || count > max {
            return Err(refuse("Too few or too many values"));
        }
        let mut resolved = Resolved::default();
        let fits = |value: &Value, resolved: &mut Resolved| {
            let id = || serde_json::from_value::<Id>(value.clone()).ok();
            match kind {
                3 => component["options"]
                    .as_array()
                    .is_some_and(|options| options.iter().any(|option| option["value"] == *value)),
                5 => id().is_some_and(|id| resolved.user(self, id)),
                6 => id().is_some_and(|id| resolved.role(self, id)),
                7 => id().is_some_and(|id| resolved.role(self, id) || resolved.user(self, id)),
                _ => id().is_some_and(|id| resolved.channel(self, id, user)),
            }
        };
        if !values.iter().all(|value| fits(value, &mut resolved)) {
            return Err(refuse("Unknown value"));
        }
        data["values"] = values.into();
        if let Some(resolved) = resolved.wire() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }
}

/// The component with a `custom_id`, however deep it lies.
fn find_component<'a>(components: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    components.iter().find_map(|component| {
        if component["custom_id"].as_str() == Some(custom_id) {
            return Some(component);
        }
        let inside = component["components"].as_array().and_then(|inside| find_component(inside, custom_id));
        let accessory = component.get("accessory").map(std::slice::from_ref);
        inside.or_else(|| accessory.and_then(|accessory| find_component(accessory, custom_id)))
    })
}

/// The data of a submitted form, checked against the form that was opened.
pub(super) fn modal_data(modal: &Value, given: &Value) -> Result<Value, ApiError> {
    let mut form = Form::default();
    let filled = given["components"].as_array().map_or(&[][..], Vec::as_slice);
    let mut rows = Vec::new();
    for (at, row) in modal["components"].as_array().into_iter().flatten().enumerate() {
        let mut inputs = Vec::new();
        for input in row["components"].as_array().into_iter().flatten() {
            let custom_id = input["custom_id"].as_str().unwrap_or_default();
            let answer = find_component(filled, custom_id).and_then(|answer| answer["value"].as_str());
            let value = answer.or_else(|| input["value"].as_str()).unwrap_or_default();
            let path = format!("data.components.{at}.components.0.value");
            let required = input["required"].as_bool().unwrap_or(true);
            if required && value.is_empty() {
                form.required(&path);
            } else if !value.is_empty() {
                let bound = |key: &str, default: u64| {
                    usize::try_from(input[key].as_u64().unwrap_or(default)).unwrap_or(usize::MAX)
                };
                form.length(&path, value, bound("min_length", 0), bound("max_length", 4000));
            }
            inputs.push(json!({"type": 4, "id": input["id"], "custom_id": custom_id, "value": value}));
        }
        rows.push(json!({"type": 1, "id": row["id"], "components": inputs}));
    }
    form.check()?;
    Ok(json!({"custom_id": modal["custom_id"], "components": rows}))
}
