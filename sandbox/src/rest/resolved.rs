//! The objects that go with the ids a person gave.

use serde_json::{Map, Value, json};

use super::payload::partial_channel;
use super::uploads::{Uploaded, is_index};
use crate::id::Id;
use crate::model::PartialMemberView;
use crate::state::State;

/// The objects that ids in options stand for.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    users: Map<String, Value>,
    members: Map<String, Value>,
    roles: Map<String, Value>,
    channels: Map<String, Value>,
    messages: Map<String, Value>,
    attachments: Map<String, Value>,
}

impl Resolved {
    pub(super) fn wire(self) -> Option<Value> {
        let mut all = Map::new();
        for (key, map) in [
            ("users", self.users),
            ("members", self.members),
            ("roles", self.roles),
            ("channels", self.channels),
            ("messages", self.messages),
            ("attachments", self.attachments),
        ] {
            if !map.is_empty() {
                all.insert(key.into(), map.into());
            }
        }
        (!all.is_empty()).then(|| all.into())
    }

    pub(super) fn user(&mut self, state: &State, id: Id) -> bool {
        let Some(user) = state.users.get(&id) else { return false };
        self.users.insert(id.to_string(), json!(user));
        if let Some(member) = state.members.get(&id) {
            let mut view = json!(PartialMemberView::of(member));
            view["permissions"] = json!(state.guild_permissions(id));
            self.members.insert(id.to_string(), view);
        }
        true
    }

    pub(super) fn role(&mut self, state: &State, id: Id) -> bool {
        let Some(role) = state.roles.get(&id) else { return false };
        self.roles.insert(id.to_string(), json!(role));
        true
    }

    pub(super) fn channel(&mut self, state: &State, id: Id, user: Id) -> bool {
        let Some(channel) = state.channels.get(&id).filter(|channel| state.can_view(user, channel)) else {
            return false;
        };
        self.channels.insert(id.to_string(), partial_channel(state, channel, user));
        true
    }

    pub(super) fn message(&mut self, state: &State, channel: Id, id: Id) -> bool {
        let Some(message) = state.message(channel, id) else { return false };
        self.messages.insert(id.to_string(), json!(state.message_view(message)));
        true
    }

    /// The attachment that a number among the call's files stands for.
    pub(super) fn attachment(&mut self, state: &State, files: &[Uploaded], value: &Value) -> Option<Id> {
        let file = files.iter().find(|file| is_index(value, file.index))?;
        let id = file.attachment.id;
        self.attachments.insert(id.to_string(), json!(state.attachment_view(&file.attachment)));
        Some(id)
    }
}
