//! How many sessions a bot may start: so many a day by the sandbox's clock, and few at a time in real time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::options::Limits;

const DAY: TimeDelta = TimeDelta::hours(24);

/// Shards with the same remainder wait so long for each other.
const APART: Duration = Duration::from_secs(5);

/// What becomes of an IDENTIFY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Granted,
    /// Another shard identified a moment ago.
    TooSoon,
    /// The day's number is used up.
    Exhausted,
}

/// The sessions that were started.
#[derive(Debug)]
pub(crate) struct Starts {
    limits: Limits,
    used: u32,
    /// The first start that counts.
    since: Option<DateTime<Utc>>,
    latest: HashMap<u64, Instant>,
}

impl Starts {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, used: 0, since: None, latest: HashMap::new() }
    }

    /// Begins a new day when the old one is over.
    fn turn(&mut self, now: DateTime<Utc>) {
        if self.since.is_some_and(|since| now - since >= DAY) {
            self.since = None;
            self.used = 0;
        }
    }

    pub(super) fn take(&mut self, now: DateTime<Utc>, shard: u64) -> Verdict {
        self.turn(now);
        let key = shard % u64::from(self.limits.concurrency.max(1));
        if self.limits.enforced && self.latest.get(&key).is_some_and(|latest| latest.elapsed() < APART) {
            return Verdict::TooSoon;
        }
        if self.used >= self.limits.identifies {
            return Verdict::Exhausted;
        }
        self.used += 1;
        self.since.get_or_insert(now);
        self.latest.insert(key, Instant::now());
        Verdict::Granted
    }

    /// Uses up all but so many.
    pub(crate) fn leave(&mut self, remaining: u32, now: DateTime<Utc>) {
        self.used = self.limits.identifies.saturating_sub(remaining);
        self.since = Some(now);
    }

    /// `session_start_limit` of `GET /gateway/bot`.
    pub(crate) fn wire(&mut self, now: DateTime<Utc>) -> Value {
        self.turn(now);
        let left = self.since.map_or(0, |since| (since + DAY - now).num_milliseconds());
        json!({
            "total": self.limits.identifies,
            "remaining": self.limits.identifies.saturating_sub(self.used),
            "reset_after": left,
            "max_concurrency": self.limits.concurrency,
        })
    }
}
