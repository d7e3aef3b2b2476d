//! Rate limits, in real time: the headers always, refusals when they are wanted.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{TimeDelta, Utc};

use super::{Endpoint, Request};
use crate::faults::LimitScope;
use crate::options::Limits;

const SECOND: Duration = Duration::from_secs(1);

/// How many buckets are remembered before those whose window is over are dropped.
const REMEMBERED: usize = 1024;

/// Over which time refusals are counted, in real time.
const INVALID_WINDOW: Duration = Duration::from_secs(600);

/// Whose limit was met.
pub(super) const SCOPE: &str = "x-ratelimit-scope";

const BANNED: &str = "<!doctype html><html><head><title>Access denied | error 1015</title></head>\
    <body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>";

#[derive(Debug)]
struct Window {
    since: Instant,
    used: u32,
}

impl Window {
    fn new() -> Self {
        Self { since: Instant::now(), used: 0 }
    }

    /// Counts a call; gives the time that is left of the window.
    fn count(&mut self, length: Duration) -> Duration {
        if self.since.elapsed() >= length {
            *self = Self::new();
        }
        self.used = self.used.saturating_add(1);
        length.saturating_sub(self.since.elapsed())
    }
}

/// Where a call's bucket stands.
#[derive(Debug)]
pub(super) struct Standing {
    bucket: u64,
    limit: u32,
    remaining: u32,
    reset_after: Duration,
    /// How far Discord's clock is ahead of the machine's.
    skew: TimeDelta,
    /// Whose limit the call exceeds.
    pub(super) exceeds: Option<LimitScope>,
}

/// The counters: one for each route and channel, guild or webhook, and one for all.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: Limits,
    windows: Mutex<HashMap<u64, Window>>,
    all: Mutex<Window>,
    /// Calls that were refused as 401, 403 and 429.
    invalid: Mutex<Window>,
}

impl Buckets {
    pub(crate) fn new(limits: Limits) -> Self {
        let window = || Mutex::new(Window::new());
        Self { limits, windows: Mutex::default(), all: window(), invalid: window() }
    }

    /// What meets a bot that was refused too often: not Discord's own answer any more, but that of the front before it.
    pub(super) fn ban(&self) -> Option<Response> {
        let invalid = self.invalid.lock().unwrap_or_else(PoisonError::into_inner);
        let left = INVALID_WINDOW.checked_sub(invalid.since.elapsed())?;
        if !self.limits.enforced || invalid.used < self.limits.invalid {
            return None;
        }
        let headers =
            [(header::SERVER, "cloudflare".to_owned()), (header::RETRY_AFTER, left.as_secs().to_string())];
        Some((StatusCode::TOO_MANY_REQUESTS, headers, Html(BANNED)).into_response())
    }

    /// Counts an answer, if it is one of those that Discord counts. Who meets a limit that is shared is not to blame.
    pub(super) fn watch(&self, response: &Response) {
        let shared = response.headers().get(SCOPE).is_some_and(|scope| scope == "shared");
        if matches!(response.status().as_u16(), 401 | 403 | 429) && !shared {
            self.invalid.lock().unwrap_or_else(PoisonError::into_inner).count(INVALID_WINDOW);
        }
    }

    /// Counts a call.
    pub(super) fn count(&self, endpoint: &Endpoint, request: &Request, skew: TimeDelta) -> Standing {
        let mut hasher = DefaultHasher::new();
        (endpoint.method.as_str(), endpoint.path).hash(&mut hasher);
        let bucket = hasher.finish();
        let majors =
            ["channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id", "interaction_token"];
        for major in majors {
            request.params.get(major).hash(&mut hasher);
        }
        let limits = &self.limits;
        let (used, mut reset_after) = {
            let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
            if windows.len() > REMEMBERED {
                windows.retain(|_, window| window.since.elapsed() < limits.window);
            }
            let window = windows.entry(hasher.finish()).or_insert_with(Window::new);
            let left = window.count(limits.window);
            (window.used, left)
        };
        let mut exceeds = (limits.enforced && used > limits.calls).then_some(LimitScope::User);
        // Answers to interactions do not count against the bot as a whole.
        if limits.enforced && !endpoint.open {
            let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
            let left = all.count(SECOND);
            if all.used > limits.global {
                exceeds = Some(LimitScope::Global);
                reset_after = left;
            }
        }
        let remaining = limits.calls.saturating_sub(used);
        Standing { bucket, limit: limits.calls, remaining, reset_after, skew, exceeds }
    }
}

impl Standing {
    /// Seconds until the bucket is empty again.
    pub(super) fn retry_after(&self) -> f64 {
        self.reset_after.as_secs_f64()
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let left = self.retry_after();
        let reset = (Utc::now() + self.skew).timestamp_micros() as f64 / 1e6 + left;
        let lines = [
            ("x-ratelimit-limit", self.limit.to_string()),
            ("x-ratelimit-remaining", self.remaining.to_string()),
            ("x-ratelimit-reset", format!("{reset:.3}")),
            ("x-ratelimit-reset-after", format!("{left:.3}")),
            ("x-ratelimit-bucket", format!("{:016x}", self.bucket)),
        ];
        for (name, value) in lines {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
