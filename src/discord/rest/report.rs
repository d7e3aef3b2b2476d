//! What an answer says about limits, wherever Discord put it.

use reqwest::header::HeaderMap;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How long a 429 is taken to last that does not say it.
const UNTOLD: Duration = Duration::from_secs(1);

/// Who met a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    User,
    Shared,
    Global,
}

impl Scope {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Global => "global",
        }
    }
}

/// What an answer says about limits.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) status: u16,
    pub(super) bucket: Option<Arc<str>>,
    /// Limit, remaining, and when it resets.
    pub(super) window: Option<(u32, u32, Duration)>,
    /// Present on a 429: how long to wait, and who met the limit.
    pub(super) limited: Option<(Duration, Scope)>,
}

impl Report {
    /// Reads an answer's headers, and the body of a 429.
    pub(super) fn read(status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let number = |name: &str| text(name)?.parse().ok();
        let window = || {
            let reset_after = text("x-ratelimit-reset-after").and_then(seconds)?;
            Some((number("x-ratelimit-limit")?, number("x-ratelimit-remaining")?, reset_after))
        };
        let limited = (status == 429).then(|| {
            let body = serde_json::from_slice::<Value>(body).ok();
            let after = body
                .as_ref()
                .and_then(|body| seconds(&body.get("retry_after")?.to_string()))
                .or_else(|| text("retry-after").and_then(seconds))
                .unwrap_or(UNTOLD);
            // A 429 without a JSON body comes from Discord's front door and concerns the whole address.
            let global = body.map_or(text("x-ratelimit-bucket").is_none(), |body| body["global"] == true);
            let scope = match text("x-ratelimit-scope") {
                Some("shared") => Scope::Shared,
                Some("global") => Scope::Global,
                _ if global || text("x-ratelimit-global") == Some("true") => Scope::Global,
                _ => Scope::User,
            };
            (after, scope)
        });
        Self { status, bucket: text("x-ratelimit-bucket").map(Arc::from), window: window(), limited }
    }

    /// Whether Discord counts the call towards a ban.
    pub(super) fn is_invalid(&self) -> bool {
        matches!(self.status, 401 | 403)
            || self.limited.as_ref().is_some_and(|(_, scope)| *scope != Scope::Shared)
    }
}

/// A number of seconds, maybe with a fraction; nonsense is nothing.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_from_wherever_discord_put_it() {
        let read = |headers: &[(&'static str, &'static str)], body: &str| {
            let headers = headers.iter().map(|(name, value)| {
                (name.parse().unwrap(), reqwest::header::HeaderValue::from_static(value))
            });
            Report::read(429, &headers.collect(), body.as_bytes()).limited.unwrap()
        };
        let ms = Duration::from_millis;
        let bucket = ("x-ratelimit-bucket", "b");
        assert_eq!(read(&[bucket], r#"{"retry_after":0.25,"global":false}"#), (ms(250), Scope::User));
        assert_eq!(read(&[bucket], r#"{"retry_after":2,"code":20028}"#), (ms(2000), Scope::User));
        assert_eq!(read(&[bucket, ("retry-after", "3")], "{}"), (ms(3000), Scope::User));
        assert_eq!(read(&[], r#"{"retry_after":0.5,"global":true}"#), (ms(500), Scope::Global));
        assert_eq!(
            read(&[("x-ratelimit-scope", "shared"), bucket], r#"{"retry_after":1}"#),
            (ms(1000), Scope::Shared)
        );
        assert_eq!(read(&[("retry-after", "7")], "<html>error code: 1015</html>"), (ms(7000), Scope::Global));
        assert_eq!(read(&[bucket], "{\"retry_after\":-1}"), (UNTOLD, Scope::User));
    }
}
