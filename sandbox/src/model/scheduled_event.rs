//! Scheduled events of the guild.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Time, User};
use crate::id::Id;

/// A meeting in the guild's calendar.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScheduledEvent {
    pub(crate) id: Id,
    pub(crate) creator: Id,
    pub(crate) channel_id: Option<Id>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) start: Time,
    pub(crate) end: Option<Time>,
    /// 1 scheduled, 2 active, 3 completed, 4 cancelled.
    pub(crate) status: u8,
    /// 1 stage, 2 voice, 3 external.
    pub(crate) entity_type: u8,
    pub(crate) location: Option<String>,
    pub(crate) recurrence_rule: Value,
    pub(crate) users: BTreeSet<Id>,
}

impl ScheduledEvent {
    /// An event that recurs and is over is scheduled for the next time.
    pub(crate) fn recur(&mut self) {
        const SCHEDULED: u8 = 1;
        let Some(next) = super::next(&self.recurrence_rule, self.start.0) else { return };
        let moved = next - self.start.0;
        self.start = Time(next);
        self.end = self.end.map(|end| Time(end.0 + moved));
        self.status = SCHEDULED;
    }
}

/// A scheduled event on the wire.
#[derive(Debug, Serialize)]
pub(crate) struct ScheduledEventView<'a> {
    pub(crate) id: Id,
    pub(crate) guild_id: Id,
    pub(crate) channel_id: Option<Id>,
    pub(crate) creator_id: Id,
    pub(crate) creator: &'a User,
    pub(crate) name: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) image: (),
    pub(crate) scheduled_start_time: Time,
    pub(crate) scheduled_end_time: Option<Time>,
    /// 2, guild only; there is no other.
    pub(crate) privacy_level: u8,
    pub(crate) status: u8,
    pub(crate) entity_type: u8,
    pub(crate) entity_id: (),
    pub(crate) entity_metadata: Option<Value>,
    pub(crate) recurrence_rule: &'a Value,
    pub(crate) guild_scheduled_event_exceptions: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_count: Option<usize>,
}
