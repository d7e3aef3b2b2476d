//! The one clock that everything asks.

use chrono::{DateTime, TimeZone, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// What time it is: the machine's time, or a simulated one that tests and the demo move.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own time.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::set`] moves it. Clones move together.
    pub fn simulated(now: DateTime<Utc>) -> Self {
        Self(Source::Simulated(Arc::new(AtomicI64::new(now.timestamp_millis()))))
    }

    /// The time now, to the millisecond.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => from_ms(Utc::now().timestamp_millis()),
            Source::Simulated(ms) => from_ms(ms.load(Ordering::SeqCst)),
        }
    }

    /// The time now in Unix milliseconds, as the database keeps it.
    pub fn now_ms(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// Moves a simulated clock; the machine's clock is not ours to move, so there it does nothing.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Source::Simulated(ms) = &self.0 {
            ms.store(now.timestamp_millis(), Ordering::SeqCst);
        }
    }
}

/// The machine's own time in Unix milliseconds, for what concerns the network and other replicas rather than the
/// office: how long a claim holds, when a failed call is tried again. A simulated clock that stands still must not stop
/// a retry.
pub fn machine_ms() -> i64 {
    Utc::now().timestamp_millis()
}

/// A moment from the Unix milliseconds that the database keeps.
pub fn from_ms(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or(DateTime::<Utc>::MIN_UTC)
}
