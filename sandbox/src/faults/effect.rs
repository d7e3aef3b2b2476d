//! What can go wrong, and when each kind strikes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gateway::Order;

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Answers without doing anything. A text as body goes out as HTML, as from a proxy that lost its server.
    Status {
        /// HTTP status.
        status: u16,
        /// JSON, or a text for HTML.
        #[serde(default)]
        body: Value,
    },
    /// 429.
    RateLimit {
        /// Whose limit it is.
        scope: LimitScope,
        /// Seconds.
        retry_after: f64,
        /// Discord's code; usually there is none.
        #[serde(default)]
        code: Option<u32>,
    },
    /// Waits, then goes on as usual.
    Delay {
        /// Milliseconds.
        millis: u64,
    },
    /// Says nothing for a time, then cuts the connection. Nothing was done.
    Hang {
        /// Seconds.
        seconds: u64,
    },
    /// Cuts the connection before anything is done.
    Reset,
    /// Does what was asked, then cuts the connection instead of answering.
    CommitThenDrop,
    /// A GET that has not heard of the latest: lists leave out what was made within the last `seconds` of the
    /// sandbox's clock, and a single such thing is not found.
    Stale {
        /// How far behind the answer is.
        seconds: u32,
    },
    /// The guild's owner does something at the very moment of the call, just before it is carried out: locks the thread,
    /// deletes the role, takes the permission away.
    Meanwhile {
        /// Method and path below `/api/v10`, for instance `DELETE /channels/{channel_id}`. Names in braces stand for
        /// the parameters of the bot's call; `{guild_id}` and `{application_id}` are always there.
        call: String,
        /// What is sent with it.
        #[serde(default)]
        body: Value,
    },
    /// A message of a person is written with Components V2: its text is in a component, its content empty.
    ComponentsV2,
    /// Every link to an attachment that was given out so far is expired; who fetches the message again gets a good one.
    /// At once.
    ExpireAttachments,
    /// Discord's clock is ahead of everybody else's by so much, or behind; 0 sets it right. At once.
    ClockSkew {
        /// Seconds.
        seconds: i64,
    },
    /// So many IDENTIFYs are left of the day; one more ends the bot's sessions and resets its token. At once.
    IdentifyLimit {
        /// What is left.
        remaining: u32,
    },
    /// The guild is unavailable for a time: GUILD_DELETE, no events, then GUILD_CREATE. At once.
    GuildUnavailable {
        /// Real seconds.
        seconds: f64,
    },
    /// Answers RESUME with op 9: the session is gone.
    RefuseResume,
    /// Cuts the gateway connection.
    GatewayDrop,
    /// Closes the gateway connection, with a code or without.
    GatewayClose {
        /// Close code.
        #[serde(default)]
        code: Option<u16>,
    },
    /// Op 7: asks the client to reconnect.
    GatewayReconnect,
    /// Op 9: tells the client that its session is gone.
    GatewayInvalidSession {
        /// Whether RESUME is worth trying.
        resumable: bool,
    },
    /// Leaves a heartbeat unanswered.
    NoHeartbeatAck,
    /// Sends an event twice with the same number.
    Duplicate,
    /// Sends an event after the one that follows it.
    Reorder,
    /// Does not send an event.
    Swallow,
    /// Leaves out a sequence number.
    SkipSequence,
    /// Sends an event whose payload does not parse.
    Malformed,
    /// Sends an event under a name that nobody knows.
    UnknownEvent,
    /// Sends an event whose `type` is a number that nobody knows.
    UnknownEnum,
    /// Holds an event up, and all that come after it.
    GatewayDelay {
        /// Real milliseconds.
        millis: u64,
    },
}

/// When a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// As soon as it is ordered.
    Once,
    /// At a REST call of the bot.
    Call,
    /// At a message of a person.
    Message,
    /// At an event to the bot.
    Event,
    /// At a heartbeat of the bot.
    Heartbeat,
    /// At a RESUME of the bot.
    Resume,
}

/// Whose rate limit was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// The bot's for this route.
    User,
    /// The resource's, whoever asks.
    Shared,
    /// The bot's for everything.
    Global,
}

impl Effect {
    /// When it strikes.
    pub(crate) const fn point(&self) -> Point {
        match self {
            Self::Status { .. }
            | Self::RateLimit { .. }
            | Self::Delay { .. }
            | Self::Hang { .. }
            | Self::Reset
            | Self::CommitThenDrop
            | Self::Stale { .. }
            | Self::Meanwhile { .. } => Point::Call,
            Self::ExpireAttachments
            | Self::ClockSkew { .. }
            | Self::IdentifyLimit { .. }
            | Self::GuildUnavailable { .. } => Point::Once,
            Self::ComponentsV2 => Point::Message,
            Self::NoHeartbeatAck => Point::Heartbeat,
            Self::RefuseResume => Point::Resume,
            Self::GatewayDrop
            | Self::GatewayClose { .. }
            | Self::GatewayReconnect
            | Self::GatewayInvalidSession { .. }
            | Self::Duplicate
            | Self::Reorder
            | Self::Swallow
            | Self::SkipSequence
            | Self::Malformed
            | Self::UnknownEvent
            | Self::UnknownEnum
            | Self::GatewayDelay { .. } => Point::Event,
        }
    }

    /// What it does to the connection, if it is that kind.
    pub(crate) const fn order(&self) -> Option<Order> {
        match self {
            Self::GatewayDrop => Some(Order::Drop),
            Self::GatewayClose { code } => Some(Order::Close(*code)),
            Self::GatewayReconnect => Some(Order::Reconnect),
            Self::GatewayInvalidSession { resumable } => Some(Order::Invalidate { resumable: *resumable }),
            _ => None,
        }
    }
}
