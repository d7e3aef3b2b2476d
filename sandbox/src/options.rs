//! How a sandbox is started.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::world::World;

/// Settings of one sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// None follows the machine's time; Some is a simulated time that stands still until it is moved.
    pub start: Option<DateTime<Utc>>,
    /// Who and what is there.
    pub world: World,
    /// A file that [`Sandbox::save`](crate::Sandbox::save) wrote, to go on from; when it is there, the world and the start
    /// count for nothing.
    pub snapshot: Option<PathBuf>,
    /// How much is kept.
    pub keep: Keep,
    /// Discord's OpenAPI document, to hold bodies against.
    pub openapi: Option<PathBuf>,
    /// How many calls the bot may make.
    pub limits: Limits,
    /// How often gateway clients are to send a heartbeat.
    pub heartbeat: Duration,
    /// How many shards `GET /gateway/bot` recommends; any other number is served too.
    pub shards: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            start: None,
            world: World::default(),
            snapshot: None,
            keep: Keep::default(),
            openapi: None,
            limits: Limits::GENEROUS,
            heartbeat: Duration::from_millis(41_250),
            shards: 1,
        }
    }
}

/// How much is kept; of what is more the oldest is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Messages of one channel, with their files.
    pub messages: usize,
    /// Rows of each log: the bot's calls, violations, audit log, interactions, ephemeral messages.
    pub rows: usize,
    /// Events of one session that were sent and not yet acknowledged by a heartbeat. A session that is so far behind
    /// with reading is ended.
    pub events: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { messages: 100_000, rows: 100_000, events: 500_000 }
    }
}

/// Rate limits, counted in real time. The headers always tell where a bucket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls of one route to one channel, guild or webhook in one window.
    pub calls: u32,
    /// How long a window is.
    pub window: Duration,
    /// Calls of all routes in a second; answers to interactions do not count.
    pub global: u32,
    /// Whether more is refused with 429, or only the headers say so.
    pub enforced: bool,
    /// IDENTIFYs in a day of the sandbox's clock, refused beyond whether `enforced` or not: the bot's sessions end and
    /// its token is reset.
    pub identifies: u32,
    /// Shards that may identify within the same five seconds; when `enforced`, more are sent away with op 9.
    pub concurrency: u32,
    /// Edits of messages older than an hour, in one channel and hour of the sandbox's clock. Discord does not tell its
    /// number; this one is for meeting the refusal at all.
    pub old_edits: u32,
    /// Answers 401, 403 and 429 in ten minutes; beyond them everything is refused with a page of HTML, as Discord's front
    /// does it.
    pub invalid: u32,
}

impl Limits {
    /// So much that nobody meets it, and no refusals: a 429 comes from faults only.
    pub const GENEROUS: Self = Self {
        calls: 1000,
        window: Duration::from_secs(1),
        global: 1000,
        enforced: false,
        identifies: 1000,
        concurrency: 1,
        old_edits: 30,
        invalid: 10_000,
    };

    /// What bots commonly meet: 5 messages in 5 seconds into one channel, 50 calls a second in all.
    pub const STRICT: Self =
        Self { calls: 5, window: Duration::from_secs(5), global: 50, enforced: true, ..Self::GENEROUS };
}
