//! Interactions: what a person did with a command, a button or a form, and what the bot made of it.

use std::time::Instant;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::Id;

/// What the person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub(crate) enum InteractionKind {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    Modal = 5,
}

/// How far the answer has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Nothing yet.
    Waiting,
    /// "The bot is thinking".
    Deferred,
    /// A deferred button: the message stays as it is.
    DeferredUpdate,
    /// A message was written, or the button's message changed.
    Message,
    /// Choices for what is being typed.
    Choices { choices: Vec<Value> },
    /// A form was opened.
    Modal { modal: Value },
    /// Nothing came within three seconds.
    Failed,
}

/// One interaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Interaction {
    pub(crate) id: Id,
    pub(crate) token: String,
    pub(crate) kind: InteractionKind,
    pub(crate) user: Id,
    pub(crate) channel_id: Id,
    /// Command name or `custom_id`.
    pub(crate) name: String,
    /// Whether the command was chosen from the menu of a person or a message.
    #[serde(default)]
    pub(crate) from_menu: bool,
    /// The client's own mark.
    pub(crate) nonce: Option<Value>,
    /// Real time: a client waits three real seconds, whatever the simulated clock does.
    #[serde(skip, default = "Instant::now")]
    pub(crate) sent: Instant,
    /// When the token ends.
    pub(crate) expires: DateTime<Utc>,
    pub(crate) answer: Answer,
    /// The message with the button.
    pub(crate) source: Option<Id>,
    /// What `@original` stands for.
    pub(crate) original: Option<Id>,
}
