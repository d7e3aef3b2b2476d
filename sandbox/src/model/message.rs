//! Messages.

use std::borrow::Cow;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ChannelView, PartialMemberView, Poll, Reaction, Time, User};
use crate::id::Id;

/// Message types.
pub(crate) mod kinds {
    pub(crate) const DEFAULT: u8 = 0;
    pub(crate) const PINNED: u8 = 6;
    pub(crate) const THREAD_CREATED: u8 = 18;
    pub(crate) const REPLY: u8 = 19;
    pub(crate) const COMMAND: u8 = 20;
    pub(crate) const THREAD_STARTER: u8 = 21;
    pub(crate) const MENU_COMMAND: u8 = 23;
}

/// Bits of a message's `flags`.
pub(crate) mod flags {
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    pub(crate) const LOADING: u64 = 1 << 7;
    pub(crate) const FAILED_TO_MENTION_SOME_ROLES_IN_THREAD: u64 = 1 << 8;
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub(crate) const IS_COMPONENTS_V2: u64 = 1 << 15;
}

/// A message as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    pub(crate) kind: u8,
    pub(crate) author: Id,
    pub(crate) content: String,
    pub(crate) sent_at: Time,
    pub(crate) edited_at: Option<Time>,
    pub(crate) mentions: Vec<Id>,
    pub(crate) mention_roles: Vec<Id>,
    pub(crate) mention_everyone: bool,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) embeds: Vec<Value>,
    pub(crate) components: Vec<Value>,
    pub(crate) flags: u64,
    pub(crate) pinned_at: Option<DateTime<Utc>>,
    pub(crate) nonce: Option<Value>,
    pub(crate) reference: Option<Reference>,
    pub(crate) invocation: Option<Invocation>,
    /// Its place in a thread.
    pub(crate) position: Option<u64>,
    /// Who alone sees it.
    pub(crate) ephemeral_to: Option<Id>,
    /// Who was really pinged by it; not part of Discord's message.
    pub(crate) notified: Vec<Id>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) poll: Option<Poll>,
}

impl Message {
    pub(crate) const fn new(id: Id, channel_id: Id, author: Id, sent_at: Time) -> Self {
        Self {
            id,
            channel_id,
            kind: kinds::DEFAULT,
            author,
            content: String::new(),
            sent_at,
            edited_at: None,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            attachments: Vec::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            flags: 0,
            pinned_at: None,
            nonce: None,
            reference: None,
            invocation: None,
            position: None,
            ephemeral_to: None,
            notified: Vec::new(),
            reactions: Vec::new(),
            poll: None,
        }
    }

    pub(crate) const fn has(&self, flag: u64) -> bool {
        self.flags & flag != 0
    }

    /// Whether there is anything to read in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.content.is_empty()
            && self.embeds.is_empty()
            && self.attachments.is_empty()
            && self.components.is_empty()
            && self.poll.is_none()
    }
}

/// A file on a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    pub(crate) filename: String,
    pub(crate) description: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) size: usize,
    pub(crate) ephemeral: bool,
}

/// What was uploaded.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) content_type: Option<String>,
    pub(crate) data: Bytes,
}

/// An attachment on the wire, with links that are good for a time.
#[derive(Debug, Serialize)]
pub(crate) struct AttachmentView<'a> {
    pub(crate) id: Id,
    pub(crate) filename: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<&'a str>,
    pub(crate) size: usize,
    pub(crate) url: String,
    pub(crate) proxy_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ephemeral: Option<bool>,
}

/// The message that a reply or a thread's first line points at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) channel_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guild_id: Option<Id>,
}

/// The interaction that a message answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Invocation {
    pub(crate) interaction: Id,
    /// The interaction's type.
    pub(crate) kind: u8,
    pub(crate) user: Id,
    /// The command's name.
    pub(crate) name: String,
    /// The first answer, when this message is a later one.
    pub(crate) original: Option<Id>,
    /// The message whose button was pressed.
    pub(crate) source: Option<Id>,
}

/// A message on the wire.
#[derive(Debug, Serialize)]
pub(crate) struct MessageView<'a> {
    pub(crate) id: Id,
    pub(crate) channel_id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) author: &'a User,
    pub(crate) content: &'a str,
    pub(crate) timestamp: Time,
    pub(crate) edited_timestamp: Option<Time>,
    pub(crate) tts: bool,
    pub(crate) mention_everyone: bool,
    pub(crate) mentions: Vec<&'a User>,
    pub(crate) mention_roles: &'a [Id],
    pub(crate) attachments: Vec<AttachmentView<'a>>,
    pub(crate) embeds: Cow<'a, [Value]>,
    pub(crate) components: Cow<'a, [Value]>,
    pub(crate) pinned: bool,
    pub(crate) flags: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) webhook_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) application_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interaction_metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interaction: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_reference: Option<&'a Reference>,
    /// Present with null when the message replied to is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referenced_message: Option<Option<Box<MessageView<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread: Option<Box<ChannelView<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reactions: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) poll: Option<Value>,
    /// In gateway events only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guild_id: Option<Id>,
    /// In gateway events only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<PartialMemberView<'a>>,
}

impl MessageView<'_> {
    /// Takes out what a bot without the MESSAGE_CONTENT intent does not get.
    pub(crate) fn redact(&mut self) {
        self.content = "";
        self.attachments = Vec::new();
        self.embeds = Cow::Borrowed(&[]);
        self.components = Cow::Borrowed(&[]);
        self.poll = None;
        if let Some(Some(referenced)) = &mut self.referenced_message {
            referenced.redact();
        }
    }
}
