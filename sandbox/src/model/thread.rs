//! What a thread has beyond a channel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ChannelKind, MemberView, Time};
use crate::id::Id;

/// A channel's side as a thread.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Thread {
    pub(crate) owner_id: Id,
    pub(crate) archived: bool,
    pub(crate) locked: bool,
    /// Minutes without a message after which it is archived.
    pub(crate) auto_archive_duration: u32,
    pub(crate) archive_timestamp: Time,
    pub(crate) create_timestamp: Time,
    pub(crate) invitable: bool,
    /// Since when each is in it.
    pub(crate) members: BTreeMap<Id, Time>,
    pub(crate) message_count: u64,
    pub(crate) total_message_sent: u64,
}

impl Thread {
    pub(crate) fn metadata(&self, kind: ChannelKind) -> Value {
        let mut metadata = json!({
            "archived": self.archived,
            "archive_timestamp": self.archive_timestamp,
            "auto_archive_duration": self.auto_archive_duration,
            "locked": self.locked,
            "create_timestamp": self.create_timestamp,
        });
        if kind.is_private() {
            metadata["invitable"] = self.invitable.into();
        }
        metadata
    }
}

/// Somebody's membership of a thread.
#[derive(Debug, Serialize)]
pub(crate) struct ThreadMemberView<'a> {
    /// The thread.
    pub(crate) id: Id,
    pub(crate) user_id: Id,
    pub(crate) join_timestamp: Time,
    pub(crate) flags: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<MemberView<'a>>,
}
