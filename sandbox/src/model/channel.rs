//! Channels, threads and direct messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Message, Thread, Time, User};
use crate::id::Id;
use crate::permissions::Permissions;

/// Discord's channel types, as far as the sandbox has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ChannelKind {
    /// A channel to write in.
    #[default]
    Text = 0,
    /// A direct message between two users.
    Dm = 1,
    /// A channel to talk in; it has a text side too.
    Voice = 2,
    /// A heading with channels under it.
    Category = 4,
    /// A channel whose messages can be followed.
    Announcement = 5,
    /// A thread in an announcement channel.
    AnnouncementThread = 10,
    /// A thread that everybody who sees the parent may read.
    PublicThread = 11,
    /// A thread for those who were invited.
    PrivateThread = 12,
    /// A stage.
    Stage = 13,
    /// A channel made of threads only.
    Forum = 15,
}

impl ChannelKind {
    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_number(number: u64) -> Option<Self> {
        [
            Self::Text,
            Self::Dm,
            Self::Voice,
            Self::Category,
            Self::Announcement,
            Self::AnnouncementThread,
            Self::PublicThread,
            Self::PrivateThread,
            Self::Stage,
            Self::Forum,
        ]
        .into_iter()
        .find(|kind| u64::from(kind.number()) == number)
    }

    pub(crate) const fn is_private(self) -> bool {
        matches!(self, Self::PrivateThread)
    }

    /// Whether messages can be written into it.
    pub(crate) const fn holds_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum)
    }
}

/// Bits of a channel's `flags`.
pub(crate) mod channel_flags {
    /// Of a forum post: it stands at the top.
    pub(crate) const PINNED: u64 = 1 << 1;
    /// Of a forum: a post has to have a tag.
    pub(crate) const REQUIRE_TAG: u64 = 1 << 4;
}

/// Whom an overwrite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OverwriteKind {
    Role,
    Member,
}

/// An exception to the roles in one channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Overwrite {
    pub(crate) id: Id,
    pub(crate) kind: OverwriteKind,
    pub(crate) allow: Permissions,
    pub(crate) deny: Permissions,
}

/// Anything that has a channel id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: Id,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
    pub(crate) topic: Option<String>,
    pub(crate) parent_id: Option<Id>,
    pub(crate) position: u16,
    pub(crate) overwrites: Vec<Overwrite>,
    pub(crate) nsfw: bool,
    pub(crate) rate_limit_per_user: u32,
    pub(crate) last_message_id: Option<Id>,
    pub(crate) last_pin: Option<Time>,
    pub(crate) flags: u64,
    pub(crate) available_tags: Vec<Value>,
    pub(crate) applied_tags: Vec<Id>,
    /// Of a forum: the emoji to react with, and how its posts are sorted and shown.
    pub(crate) default_reaction_emoji: Value,
    pub(crate) default_sort_order: Option<u8>,
    pub(crate) default_forum_layout: u8,
    /// What new threads start with.
    pub(crate) default_thread_rate_limit_per_user: u32,
    pub(crate) default_auto_archive_duration: Option<u32>,
    /// Of a direct message: the two who write to each other.
    pub(crate) recipients: Vec<Id>,
    pub(crate) thread: Option<Thread>,
    pub(crate) messages: BTreeMap<Id, Message>,
}

impl Channel {
    pub(crate) fn new(id: Id, kind: ChannelKind, name: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            name: name.into(),
            topic: None,
            parent_id: None,
            position: 0,
            overwrites: Vec::new(),
            nsfw: false,
            rate_limit_per_user: 0,
            last_message_id: None,
            last_pin: None,
            flags: 0,
            available_tags: Vec::new(),
            applied_tags: Vec::new(),
            default_reaction_emoji: Value::Null,
            default_sort_order: None,
            default_forum_layout: 0,
            default_thread_rate_limit_per_user: 0,
            default_auto_archive_duration: None,
            recipients: Vec::new(),
            thread: None,
            messages: BTreeMap::new(),
        }
    }

    pub(crate) fn is_dm(&self) -> bool {
        self.kind == ChannelKind::Dm
    }
}

/// A channel on the wire; which keys it has depends on what it is.
#[derive(Debug, Serialize)]
pub(crate) struct ChannelView<'a> {
    pub(crate) id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guild_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    pub(crate) last_message_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_pin_timestamp: Option<Time>,
    pub(crate) flags: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent_id: Option<Option<Id>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limit_per_user: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permission_overwrites: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nsfw: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bitrate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rtc_region: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) available_tags: Option<&'a [Value]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_reaction_emoji: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_sort_order: Option<Option<u8>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_forum_layout: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_thread_rate_limit_per_user: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_auto_archive_duration: Option<u32>,
    #[serde(skip_serializing_if = "<[Id]>::is_empty")]
    pub(crate) applied_tags: &'a [Id],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recipients: Option<Vec<&'a User>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_message_sent: Option<u64>,
    /// The receiver's own membership of the thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) newly_created: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Permissions>,
}

impl<'a> ChannelView<'a> {
    pub(crate) fn of(channel: &'a Channel, guild_id: Id) -> Self {
        let (thread, dm) = (channel.thread.as_ref(), channel.is_dm());
        let in_guild = !dm && thread.is_none();
        let forum = channel.kind == ChannelKind::Forum;
        let spoken = matches!(channel.kind, ChannelKind::Voice | ChannelKind::Stage);
        Self {
            id: channel.id,
            kind: channel.kind.number(),
            guild_id: (!dm).then_some(guild_id),
            name: (!dm).then_some(&channel.name),
            last_message_id: channel.last_message_id,
            last_pin_timestamp: channel.last_pin,
            flags: channel.flags,
            parent_id: (!dm).then_some(channel.parent_id),
            rate_limit_per_user: (!dm).then_some(channel.rate_limit_per_user),
            topic: in_guild.then_some(channel.topic.as_deref()),
            position: in_guild.then_some(channel.position),
            permission_overwrites: in_guild.then(|| channel.overwrites.iter().map(Overwrite::wire).collect()),
            nsfw: in_guild.then_some(channel.nsfw),
            bitrate: spoken.then_some(64_000),
            user_limit: spoken.then_some(0),
            rtc_region: spoken.then_some(()),
            available_tags: forum.then_some(&channel.available_tags),
            default_reaction_emoji: forum.then_some(&channel.default_reaction_emoji),
            default_sort_order: forum.then_some(channel.default_sort_order),
            default_forum_layout: forum.then_some(channel.default_forum_layout),
            default_thread_rate_limit_per_user: forum.then_some(channel.default_thread_rate_limit_per_user),
            default_auto_archive_duration: channel.default_auto_archive_duration,
            applied_tags: &channel.applied_tags,
            recipients: None,
            owner_id: thread.map(|thread| thread.owner_id),
            thread_metadata: thread.map(|thread| thread.metadata(channel.kind)),
            message_count: thread.map(|thread| thread.message_count),
            member_count: thread.map(|thread| thread.members.len()),
            total_message_sent: thread.map(|thread| thread.total_message_sent),
            member: None,
            newly_created: None,
            permissions: None,
        }
    }
}

impl Overwrite {
    pub(crate) fn wire(&self) -> Value {
        let kind = u8::from(self.kind == OverwriteKind::Member);
        json!({"id": self.id, "type": kind, "allow": self.allow, "deny": self.deny})
    }
}
