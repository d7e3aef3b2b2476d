//! The things Discord knows, and how they look on the wire.
//!
//! Each file has the record that the state keeps and, where the wire form joins several records, a `…View`
//! that borrows them; a view is serialised once for everybody who gets it.

mod channel;
mod interaction;
mod message;
mod poll;
mod recurrence;
mod role;
mod scheduled_event;
mod thread;
mod user;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};

pub use channel::ChannelKind;
pub(crate) use channel::{Channel, ChannelView, Overwrite, OverwriteKind, channel_flags};
pub(crate) use interaction::{Answer, Interaction, InteractionKind};
pub(crate) use message::{
    Attachment, AttachmentView, File, Invocation, Message, MessageView, Reference, flags, kinds,
};
pub(crate) use poll::{Poll, PollAnswer, Reaction};
pub(crate) use recurrence::{frequency, next};
pub(crate) use role::{Role, RoleRecord};
pub(crate) use scheduled_event::{ScheduledEvent, ScheduledEventView};
pub(crate) use thread::{Thread, ThreadMemberView};
pub(crate) use user::{Member, MemberView, PartialMemberView, User, UserRecord};

/// A time as Discord writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Time(pub(crate) DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, false))
    }
}
