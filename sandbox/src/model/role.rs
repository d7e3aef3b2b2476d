//! Roles.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::id::Id;
use crate::permissions::Permissions;

/// A role; the one with the guild's id is everybody's.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    pub(crate) position: u16,
    pub(crate) color: u32,
    pub(crate) hoist: bool,
    pub(crate) mentionable: bool,
    /// The bot whose own role this is; such a role can be neither given nor deleted.
    pub(crate) bot_id: Option<Id>,
}

/// A role as a snapshot keeps it; on the wire it is another thing.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Role")]
pub(crate) struct RoleRecord {
    id: Id,
    name: String,
    permissions: Permissions,
    position: u16,
    color: u32,
    hoist: bool,
    mentionable: bool,
    bot_id: Option<Id>,
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            id: Id,
            name: &'a str,
            description: (),
            permissions: Permissions,
            position: u16,
            color: u32,
            colors: Value,
            hoist: bool,
            managed: bool,
            mentionable: bool,
            icon: (),
            unicode_emoji: (),
            flags: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            tags: Option<Value>,
        }
        Wire {
            id: self.id,
            name: &self.name,
            description: (),
            permissions: self.permissions,
            position: self.position,
            color: self.color,
            colors: json!({"primary_color": self.color, "secondary_color": null, "tertiary_color": null}),
            hoist: self.hoist,
            managed: self.bot_id.is_some(),
            mentionable: self.mentionable,
            icon: (),
            unicode_emoji: (),
            flags: 0,
            tags: self.bot_id.map(|id| json!({"bot_id": id})),
        }
        .serialize(serializer)
    }
}
