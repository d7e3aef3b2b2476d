//! Tells the gateway sessions what changed. An event is serialised once, however many sessions get it.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::State;
use crate::gateway::Session;
use crate::id::Id;
use crate::model::{Message, PartialMemberView};
use crate::permissions::Permissions;

/// Gateway intents.
pub(crate) mod intents {
    pub(crate) const GUILDS: u64 = 1 << 0;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_MODERATION: u64 = 1 << 2;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub(crate) const GUILD_MESSAGE_TYPING: u64 = 1 << 11;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub(crate) const DIRECT_MESSAGE_TYPING: u64 = 1 << 14;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const GUILD_SCHEDULED_EVENTS: u64 = 1 << 16;
    pub(crate) const GUILD_MESSAGE_POLLS: u64 = 1 << 24;
    pub(crate) const DIRECT_MESSAGE_POLLS: u64 = 1 << 25;

    /// Every bit that stands for an intent.
    pub(crate) const KNOWN: u64 = ((1 << 17) - 1) | (0b11 << 20) | (0b11 << 24);

    /// The intent that an event needs; 0 when it comes to everybody.
    pub(super) fn needed(event: &str, dm: bool) -> u64 {
        let of = |in_guild: u64, direct: u64| if dm { direct } else { in_guild };
        match event {
            "TYPING_START" => of(GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING),
            "GUILD_AUDIT_LOG_ENTRY_CREATE" => GUILD_MODERATION,
            "CHANNEL_PINS_UPDATE" => of(GUILDS, DIRECT_MESSAGES),
            _ if event.starts_with("MESSAGE_REACTION_") => {
                of(GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS)
            }
            _ if event.starts_with("MESSAGE_POLL_") => of(GUILD_MESSAGE_POLLS, DIRECT_MESSAGE_POLLS),
            _ if event.starts_with("MESSAGE_") => of(GUILD_MESSAGES, DIRECT_MESSAGES),
            _ if event.starts_with("GUILD_SCHEDULED_EVENT_") => GUILD_SCHEDULED_EVENTS,
            _ if event.starts_with("GUILD_MEMBER_") => GUILD_MEMBERS,
            _ if event.starts_with("GUILD_")
                || event.starts_with("CHANNEL_")
                || event.starts_with("THREAD_") =>
            {
                of(GUILDS, 0)
            }
            _ => 0,
        }
    }
}

/// Who gets an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// Every member of the guild.
    Guild,
    /// Who may see the channel, which must still be there.
    Channel(Id),
    /// One user, wherever logged in.
    User(Id),
    /// One user, on the shard of direct messages.
    Direct(Id),
    /// Who may read the audit log.
    Auditors,
}

impl State {
    /// Sends an event to everybody whom it concerns.
    pub(crate) fn emit(&mut self, name: &'static str, scope: Scope, data: &impl Serialize) {
        let mut written: Option<Arc<str>> = None;
        self.each_session(name, scope, |_, session| {
            let data = written.get_or_insert_with(|| write(data));
            session.push(name, data);
        });
    }

    /// Sends MESSAGE_CREATE or MESSAGE_UPDATE. A bot without the MESSAGE_CONTENT intent gets the contents only of
    /// its own messages, of those that mention it, and of direct ones.
    pub(crate) fn emit_message(&mut self, name: &'static str, message: &Message) {
        let dm = self.channels.get(&message.channel_id).is_some_and(|channel| channel.is_dm());
        let alone = if dm { Scope::Direct } else { Scope::User };
        let scope = message.ephemeral_to.map_or(Scope::Channel(message.channel_id), alone);
        let (mut full, mut redacted): (Option<Arc<str>>, Option<Arc<str>>) = (None, None);
        self.each_session(name, scope, |state, session| {
            let open = dm
                || session.has(intents::MESSAGE_CONTENT)
                || message.author == session.user
                || message.mentions.contains(&session.user);
            let slot = if open { &mut full } else { &mut redacted };
            let data = slot.get_or_insert_with(|| {
                let mut view = state.message_view(message);
                if name == "MESSAGE_CREATE" {
                    view.nonce = message.nonce.as_ref();
                }
                if !dm {
                    view.guild_id = Some(state.guild.id);
                    view.member = state.members.get(&message.author).map(PartialMemberView::of);
                }
                if !open {
                    view.redact();
                }
                write(&view)
            });
            session.push(name, data);
        });
    }

    /// Sends THREAD_MEMBERS_UPDATE. Without the GUILD_MEMBERS intent a bot hears only of its own coming and going.
    pub(crate) fn emit_membership(&mut self, thread: Id, concerned: &[Id], data: &impl Serialize) {
        let mut written: Option<Arc<str>> = None;
        let name = "THREAD_MEMBERS_UPDATE";
        self.each_session(name, Scope::Channel(thread), |_, session| {
            if session.has(intents::GUILD_MEMBERS) || concerned.contains(&session.user) {
                session.push(name, written.get_or_insert_with(|| write(data)));
            }
        });
    }

    fn each_session(&mut self, name: &str, scope: Scope, mut send: impl FnMut(&Self, &mut Session)) {
        // Taken out for the time of the loop, so that the views can borrow the rest.
        let mut sessions: HashMap<String, Session> = std::mem::take(&mut self.sessions);
        let dm = match scope {
            Scope::Channel(id) => self.channels.get(&id).is_some_and(|channel| channel.is_dm()),
            Scope::Direct(_) => true,
            _ => false,
        };
        let needed = intents::needed(name, dm);
        // What happens in a guild that is away is not heard of.
        let away = self.outage && !dm && !matches!(scope, Scope::User(_));
        for session in sessions.values_mut() {
            let wanted = (needed == 0 || session.has(needed)) && !(away && session.user == self.bot());
            if wanted && session.is_shard_of(self.guild.id, dm) && self.concerns(session.user, scope) {
                let fault = (session.user == self.bot()).then(|| self.faults.at_event(name)).flatten();
                session.expect_fault(fault);
                send(self, session);
            }
        }
        self.sessions = sessions;
        self.touch();
    }

    fn concerns(&self, user: Id, scope: Scope) -> bool {
        match scope {
            Scope::Guild => self.members.contains_key(&user),
            Scope::User(id) | Scope::Direct(id) => id == user,
            Scope::Auditors => self.guild_permissions(user).contains(Permissions::VIEW_AUDIT_LOG),
            Scope::Channel(id) => self.channels.get(&id).is_some_and(|channel| self.can_view(user, channel)),
        }
    }
}

/// The records serialise without fail: string keys and plain values only.
pub(crate) fn write(data: &impl Serialize) -> Arc<str> {
    serde_json::to_string(data)
        .unwrap_or_else(|error| unreachable!("a record is always JSON: {error}"))
        .into()
}
