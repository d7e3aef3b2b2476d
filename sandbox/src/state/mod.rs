//! Everything the sandbox knows, behind one lock.
//!
//! `genesis` builds it from a [`World`](crate::World), `emit` tells the gateway sessions what changed, `views`
//! joins records into their wire forms, `messages` and `threads` hold the rules that several routes share.

mod audit;
mod emit;
mod genesis;
mod links;
mod mentions;
mod messages;
mod snapshot;
mod sweep;
mod threads;
mod views;

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::control::Host;
use crate::faults::Faults;
use crate::gateway::{Session, Starts};
use crate::id::{Id, Ids};
use crate::log::RequestLog;
use crate::model::{Channel, File, Interaction, Member, Message, Role, ScheduledEvent, User};

use crate::options::{Keep, Limits};

pub(crate) use audit::{AuditEntry, Deed};
pub(crate) use emit::write;
pub(crate) use emit::{Scope, intents};
pub(crate) use links::{Signature, resolve};
pub(crate) use mentions::AllowedMentions;
pub(crate) use messages::Draft;
pub(crate) use snapshot::Snapshot;
pub(crate) use sweep::NONCE_WINDOW;
pub(crate) use threads::MAX_ACTIVE;

/// The guild itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Guild {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) preferred_locale: String,
    pub(crate) owner_id: Id,
    pub(crate) created_at: DateTime<Utc>,
}

/// The application of the bot; its id is the bot user's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) id: Id,
    pub(crate) name: String,
    /// Its flags: which privileged intents it may ask for.
    pub(crate) flags: u64,
    /// The person in charge of it.
    pub(crate) owner: Id,
    pub(crate) role_mention_adds_members: bool,
}

impl Application {
    // Small applications carry the higher of two flags each, verified ones the lower.

    pub(crate) const fn may_read_members(&self) -> bool {
        self.flags & (1 << 14 | 1 << 15) != 0
    }

    pub(crate) const fn may_read_presences(&self) -> bool {
        self.flags & (1 << 12 | 1 << 13) != 0
    }

    pub(crate) const fn may_read_content(&self) -> bool {
        self.flags & (1 << 18 | 1 << 19) != 0
    }
}

/// A slash command as it was registered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Command {
    pub(crate) id: Id,
    /// None for a global one.
    pub(crate) guild_id: Option<Id>,
    /// The wire form.
    pub(crate) body: Value,
}

/// A message that was sent with a nonce that is to be unique.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UsedNonce {
    pub(crate) message: Id,
    pub(crate) channel: Id,
    pub(crate) at: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) base_url: String,
    pub(crate) guild: Guild,
    pub(crate) application: Application,
    pub(crate) roles: BTreeMap<Id, Role>,
    pub(crate) users: BTreeMap<Id, User>,
    pub(crate) members: BTreeMap<Id, Member>,
    pub(crate) channels: BTreeMap<Id, Channel>,
    pub(crate) ephemeral: BTreeMap<Id, Message>,
    /// Polls that are not over, by channel and message.
    pub(crate) open_polls: Vec<(Id, Id)>,
    /// Links to attachments are signed with it; those of earlier series are expired.
    pub(crate) link_series: u64,
    /// What was uploaded, by attachment id.
    pub(crate) files: HashMap<Id, File>,
    pub(crate) commands: Vec<Command>,
    /// New commands by guild, none for global ones, and since when they are counted.
    pub(crate) command_creates: HashMap<Option<Id>, (DateTime<Utc>, usize)>,
    pub(crate) interactions: BTreeMap<Id, Interaction>,
    /// Interactions whose three seconds have not begun to run.
    pub(crate) begun: Vec<Id>,
    pub(crate) events: BTreeMap<Id, ScheduledEvent>,
    pub(crate) audit: VecDeque<AuditEntry>,
    pub(crate) keep: Keep,
    pub(crate) nonces: HashMap<(Id, String), UsedNonce>,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) starts: Starts,
    pub(crate) limits: Limits,
    /// Edits of old messages by channel, and since when they are counted.
    pub(crate) old_edits: HashMap<Id, (DateTime<Utc>, u32)>,
    /// What `GET /gateway/bot` recommends.
    pub(crate) shards: u32,
    /// Whether the guild is away for the bot.
    pub(crate) outage: bool,
    pub(crate) faults: Faults,
    /// What the program around added.
    pub(crate) host: Host,
    pub(crate) log: RequestLog,
    /// Rises with every change that somebody may wait for.
    pub(crate) revision: watch::Sender<u64>,
}

impl State {
    /// Discord's time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn next_id(&mut self) -> Id {
        self.ids.next(self.clock.now())
    }

    /// The bot's user id.
    pub(crate) const fn bot(&self) -> Id {
        self.application.id
    }

    /// Tells those who wait that something changed.
    pub(crate) fn touch(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }
}
