//! Rate-limit headers. The limits are generous and never enforced: a 429 comes only from a fault.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::Utc;

use super::{Endpoint, Request};

/// Calls per window.
const LIMIT: u32 = 1000;
const WINDOW: Duration = Duration::from_secs(1);

/// How many buckets are remembered before those whose window is over are dropped.
const REMEMBERED: usize = 1024;

#[derive(Debug)]
struct Window {
    since: Instant,
    used: u32,
}

/// The counters, one for each route and channel, guild or webhook.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    windows: Mutex<HashMap<u64, Window>>,
}

impl Buckets {
    /// Counts a call and writes where its bucket stands.
    pub(crate) fn count(&self, endpoint: &Endpoint, request: &Request, headers: &mut HeaderMap) {
        let mut hasher = DefaultHasher::new();
        (endpoint.method.as_str(), endpoint.path).hash(&mut hasher);
        let bucket = hasher.finish();
        for major in ["channel_id", "guild_id", "webhook_id", "webhook_token"] {
            request.params.get(major).hash(&mut hasher);
        }

        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > REMEMBERED {
            windows.retain(|_, window| window.since.elapsed() < WINDOW);
        }
        let window =
            windows.entry(hasher.finish()).or_insert_with(|| Window { since: Instant::now(), used: 0 });
        if window.since.elapsed() >= WINDOW {
            *window = Window { since: Instant::now(), used: 0 };
        }
        window.used += 1;
        let left = WINDOW.saturating_sub(window.since.elapsed()).as_secs_f64();
        let reset = Utc::now().timestamp_micros() as f64 / 1e6 + left;
        let lines = [
            ("x-ratelimit-limit", LIMIT.to_string()),
            ("x-ratelimit-remaining", LIMIT.saturating_sub(window.used).to_string()),
            ("x-ratelimit-reset", format!("{reset:.3}")),
            ("x-ratelimit-reset-after", format!("{left:.3}")),
            ("x-ratelimit-bucket", format!("{bucket:016x}")),
        ];
        for (name, value) in lines {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
