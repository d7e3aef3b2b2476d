//! The audit log: who did what, why, and what changed by it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Scope, State};
use crate::id::Id;
use crate::log::bound;

/// What is no change of somebody's doing.
const COUNTED: [&str; 14] = [
    "id",
    "guild_id",
    "creator",
    "creator_id",
    "owner_id",
    "last_message_id",
    "last_pin_timestamp",
    "message_count",
    "total_message_sent",
    "member_count",
    "user_count",
    "member",
    "archive_timestamp",
    "create_timestamp",
];

/// A line of the audit log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuditEntry {
    pub(crate) id: Id,
    pub(crate) action: u16,
    pub(crate) user: Id,
    pub(crate) target: Option<Id>,
    pub(crate) reason: Option<String>,
    options: Value,
    changes: Vec<Value>,
}

/// Something that is to stand in the audit log.
#[derive(Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) action: u16,
    pub(crate) user: Id,
    pub(crate) target: Id,
    pub(crate) reason: Option<&'a str>,
    pub(crate) options: Value,
    pub(crate) changes: Vec<Value>,
}

impl Deed<'_> {
    /// With what makes the action plain; all values are texts.
    pub(crate) fn with(self, options: Value) -> Self {
        Self { options, ..self }
    }

    /// With every key that differs between two views of a thing; null is the view of what is not there.
    pub(crate) fn changed(mut self, before: &Value, after: &Value) -> Self {
        let (before, after) = (flat(before), flat(after));
        let none = Value::Null;
        let mut keys: Vec<&String> =
            before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))).collect();
        keys.retain(|key| !COUNTED.contains(&key.as_str()));
        for key in keys {
            let (old, new) = (before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none));
            if old == new {
                continue;
            }
            let mut change = json!({"key": key});
            for (name, value) in [("old_value", old), ("new_value", new)] {
                if !value.is_null() {
                    change[name] = value.clone();
                }
            }
            self.changes.push(change);
        }
        self
    }

    /// With roles that were given and taken.
    pub(crate) fn roles(mut self, state: &State, before: &[Id], after: &[Id]) -> Self {
        let named = |roles: Vec<&Id>| -> Vec<Value> {
            let known = roles.into_iter().filter_map(|id| state.roles.get(id));
            known.map(|role| json!({"id": role.id, "name": role.name})).collect()
        };
        let added = named(after.iter().filter(|role| !before.contains(role)).collect());
        let removed = named(before.iter().filter(|role| !after.contains(role)).collect());
        for (key, roles) in [("$add", added), ("$remove", removed)] {
            if !roles.is_empty() {
                self.changes.push(json!({"key": key, "new_value": roles}));
            }
        }
        self
    }
}

/// A view with what lies in `thread_metadata` and `entity_metadata` beside the rest.
fn flat(view: &Value) -> Map<String, Value> {
    let mut flat = Map::new();
    for (key, value) in view.as_object().into_iter().flatten() {
        match value {
            Value::Object(inside) if key.ends_with("_metadata") => flat.extend(inside.clone()),
            value => drop(flat.insert(key.clone(), value.clone())),
        }
    }
    flat
}

impl State {
    /// Writes a line of the audit log and shows it to who may see it.
    pub(crate) fn record(&mut self, deed: Deed<'_>) {
        let entry = AuditEntry {
            id: self.next_id(),
            action: deed.action,
            user: deed.user,
            target: Some(deed.target),
            reason: deed.reason.map(String::from),
            options: deed.options,
            changes: deed.changes,
        };
        let mut shown = entry.wire();
        shown["guild_id"] = json!(self.guild.id);
        self.audit.push_back(entry);
        bound(&mut self.audit, self.keep.rows);
        self.emit("GUILD_AUDIT_LOG_ENTRY_CREATE", Scope::Auditors, &shown);
    }
}

impl AuditEntry {
    pub(crate) fn wire(&self) -> Value {
        let mut wire = json!({
            "id": self.id, "action_type": self.action, "user_id": self.user, "target_id": self.target,
        });
        if let Some(reason) = &self.reason {
            wire["reason"] = reason.as_str().into();
        }
        if !self.options.is_null() {
            wire["options"] = self.options.clone();
        }
        if !self.changes.is_empty() {
            wire["changes"] = self.changes.clone().into();
        }
        wire
    }
}
