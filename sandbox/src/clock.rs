//! The sandbox's time: the machine's, or a simulated one that stands still until it is moved.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How the time goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pace {
    /// Runs as the machine's clock does, so much ahead of it.
    Running {
        #[serde(with = "millis")]
        ahead: TimeDelta,
    },
    Standing {
        at: DateTime<Utc>,
    },
}

/// A time span as a snapshot keeps it.
mod millis {
    use chrono::TimeDelta;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(span: &TimeDelta, serializer: S) -> Result<S::Ok, S::Error> {
        span.num_milliseconds().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeDelta, D::Error> {
        i64::deserialize(deserializer).map(TimeDelta::milliseconds)
    }
}

/// A clock that tells its followers when it was moved.
#[derive(Debug)]
pub(crate) struct Clock {
    pace: Pace,
    /// How far Discord is ahead of everybody else.
    skew: TimeDelta,
    followers: watch::Sender<DateTime<Utc>>,
}

impl Clock {
    pub(crate) fn new(start: Option<DateTime<Utc>>) -> Self {
        let pace = match start {
            Some(at) => Pace::Standing { at },
            None => Pace::Running { ahead: TimeDelta::zero() },
        };
        Self { pace, skew: TimeDelta::zero(), followers: watch::Sender::new(start.unwrap_or_else(Utc::now)) }
    }

    pub(crate) const fn pace(&self) -> Pace {
        self.pace
    }

    /// Goes on as another clock did.
    pub(crate) fn take_over(&mut self, pace: Pace) {
        self.pace = pace;
        self.tell();
    }

    /// Discord's time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.told() + self.skew
    }

    /// Lets Discord's time be ahead of what everybody is told.
    pub(crate) const fn skew(&mut self, ahead: TimeDelta) {
        self.skew = ahead;
    }

    /// How far Discord's time is ahead.
    pub(crate) const fn ahead(&self) -> TimeDelta {
        self.skew
    }

    /// Everybody else's time.
    pub(crate) fn told(&self) -> DateTime<Utc> {
        match self.pace {
            Pace::Running { ahead } => Utc::now() + ahead,
            Pace::Standing { at } => at,
        }
    }

    pub(crate) const fn is_running(&self) -> bool {
        matches!(self.pace, Pace::Running { .. })
    }

    /// Moves the clock; it goes on standing or running as before.
    pub(crate) fn set(&mut self, now: DateTime<Utc>) {
        self.pace = match self.pace {
            Pace::Running { .. } => Pace::Running { ahead: now - Utc::now() },
            Pace::Standing { .. } => Pace::Standing { at: now },
        };
        self.tell();
    }

    /// Lets the clock run on from now, or stops it.
    pub(crate) fn run(&mut self, running: bool) {
        let now = self.told();
        self.pace =
            if running { Pace::Running { ahead: now - Utc::now() } } else { Pace::Standing { at: now } };
        self.tell();
    }

    /// Shows the followers the time it is now.
    pub(crate) fn tell(&self) {
        self.followers.send_replace(self.told());
    }

    pub(crate) fn follow(&self) -> watch::Receiver<DateTime<Utc>> {
        self.followers.subscribe()
    }
}
