//! What time does by itself: threads that nobody writes in are archived, external events begin and end, lost
//! sessions and old nonces are forgotten.

use chrono::TimeDelta;
use serde_json::json;

use super::{Scope, State};
use crate::id::Id;
use crate::model::Time;

/// How long a nonce is remembered.
pub(crate) const NONCE_WINDOW: TimeDelta = TimeDelta::minutes(5);

impl State {
    /// To be called when the clock was moved, and every second when it runs.
    pub(crate) fn sweep(&mut self) {
        let now = self.now();
        self.nonces.retain(|_, used| now - used.at < NONCE_WINDOW);
        self.sessions.retain(|_, session| !session.is_lost());
        for id in self.idle_threads() {
            if let Some(thread) = self.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) {
                thread.archived = true;
                thread.archive_timestamp = Time(now);
            }
            self.tell_channel("THREAD_UPDATE", id);
        }
        self.advance_events();
        for (channel, id) in self.due_polls() {
            self.close_poll(channel, id);
        }
        self.clock.tell();
        self.touch();
    }

    fn idle_threads(&self) -> Vec<Id> {
        let now = self.now();
        let idle = |id: Id, channel: &crate::model::Channel| {
            let thread = channel.thread.as_ref().filter(|thread| !thread.archived)?;
            let last = channel.last_message_id.map_or(id.time(), Id::time).max(thread.archive_timestamp.0);
            (now - last >= TimeDelta::minutes(thread.auto_archive_duration.into())).then_some(id)
        };
        self.channels.iter().filter_map(|(id, channel)| idle(*id, channel)).collect()
    }

    /// External events follow the clock; those in a voice channel wait for somebody to begin them.
    fn advance_events(&mut self) {
        const EXTERNAL: u8 = 3;
        const SCHEDULED: u8 = 1;
        const ACTIVE: u8 = 2;
        const COMPLETED: u8 = 3;
        let now = Time(self.now());
        let mut changed = Vec::new();
        for event in self.events.values_mut().filter(|event| event.entity_type == EXTERNAL) {
            let over = event.end.is_some_and(|end| end <= now);
            let due = match event.status {
                SCHEDULED | ACTIVE if over => COMPLETED,
                SCHEDULED if event.start <= now => ACTIVE,
                same => same,
            };
            if due != event.status {
                event.status = due;
                if due == COMPLETED {
                    event.recur();
                }
                changed.push(event.id);
            }
        }
        for id in changed {
            if let Some(event) = self.events.get(&id) {
                let view = json!(self.event_view(event, false));
                self.emit("GUILD_SCHEDULED_EVENT_UPDATE", Scope::Guild, &view);
            }
        }
    }

    fn due_polls(&self) -> Vec<(Id, Id)> {
        let now = Time(self.now());
        let due = |(channel, id): &&(Id, Id)| {
            let poll = self.message(*channel, *id).and_then(|message| message.poll.as_ref());
            poll.is_none_or(|poll| poll.expiry <= now)
        };
        self.open_polls.iter().filter(due).copied().collect()
    }

    /// Ends a poll: the counts are final.
    pub(crate) fn close_poll(&mut self, channel: Id, id: Id) {
        let now = Time(self.now());
        self.open_polls.retain(|open| *open != (channel, id));
        let Some(message) = self.message_mut(channel, id) else { return };
        if let Some(poll) = &mut message.poll {
            poll.is_finalized = true;
            poll.expiry = poll.expiry.min(now);
            let message = message.clone();
            self.emit_message("MESSAGE_UPDATE", &message);
        }
    }
}
