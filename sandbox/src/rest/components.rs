//! Buttons and selections: holds what a person did against what the bot had sent.

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
        let component = find(components, custom_id).ok_or_else(|| refuse("Component not found"))?;
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
pub(super) fn find<'a>(components: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    components.iter().find_map(|component| {
        if component["custom_id"].as_str() == Some(custom_id) {
            return Some(component);
        }
        let inside = component["components"].as_array().and_then(|inside| find(inside, custom_id));
        let single = ["accessory", "component"].iter().filter_map(|key| component.get(*key));
        inside.or_else(|| single.map(std::slice::from_ref).find_map(|one| find(one, custom_id)))
    })
}
