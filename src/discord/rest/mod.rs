//! Our own way out to Discord, for everything that must not be lost, doubled or left hanging.
//!
//! serenity's HTTP has no deadline and no usable answer to a 429. Here every call ends in time, in one of four ways:
//! done, or a [`Failure`] that says whether Discord refused, whether the call was never sent, or whether nobody knows.
//! Nothing is sent twice on its own but a call that Discord itself turned back with a 429.

mod call;
pub mod codes;
mod endpoints;
mod limits;
mod report;
#[cfg(test)]
mod tests;

pub use call::Call;
pub use endpoints::{Archived, ArchivedThreads, Overwrite};
pub use reqwest::Method;

use limits::Limits;
use report::Report;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::fmt::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How a call may last by default: to wait for its turn, and again from sending to the last byte of the answer.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// The part of the deadline in which the connection must stand; a failure until then has changed nothing.
const CONNECT: Duration = Duration::from_secs(5);
/// When to try again after Discord could not be reached.
const UNREACHABLE: Duration = Duration::from_secs(1);
/// What became of a call.
pub type Outcome<T = Value> = Result<T, Failure>;

/// Why a call is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Discord said no; nothing was changed, and asking again in the same way is useless.
    #[error("Discord refused ({status}, code {}): {message}", code.map_or("none".into(), |code| code.to_string()))]
    Rejected {
        /// The HTTP status, 3xx or 4xx.
        status: u16,
        /// Discord's own code, see [`codes`].
        code: Option<i64>,
        /// Discord's words, for the log.
        message: String,
    },
    /// Sent, and no usable answer: it may be done or not. Look before doing it again.
    #[error("it is not known whether Discord did it: {0}")]
    Unknown(String),
    /// Not sent, or turned back by a rate limit; nothing was changed, and it is worth trying again after a while.
    #[error("not done yet, try again in {after:?}: {why}")]
    Later {
        /// From when on trying makes sense.
        after: Duration,
        /// What stood in the way, for the log.
        why: String,
    },
}

impl Failure {
    /// Discord's code, if it refused with one.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Rejected { code, .. } => *code,
            _ => None,
        }
    }
}

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The base URL does not read as one.
    #[error("the address of Discord's API must be an http or https URL, such as https://discord.com")]
    Address,
    /// The token cannot stand in a header.
    #[error("the bot token holds characters that no token has")]
    Token,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Client(#[source] reqwest::Error),
}

/// Discord's REST API. Clones share connections and limits.
#[derive(Clone)]
pub struct Rest {
    inner: Arc<Inner>,
    patience: Duration,
    timeout: Duration,
}

struct Inner {
    base: String,
    http: reqwest::Client,
    authorization: HeaderValue,
    limits: Limits,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("base", &self.inner.base).finish_non_exhaustive()
    }
}

impl Rest {
    /// A client for the API under `base_url`: `https://discord.com`, or a sandbox on loopback.
    ///
    /// # Errors
    /// [`Unusable`], which never shows the token.
    pub fn new(base_url: &str, token: &SecretString) -> Result<Self, Unusable> {
        let url = reqwest::Url::parse(base_url).map_err(|_| Unusable::Address)?;
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"));
        let host = host.ok_or(Unusable::Address)?.trim_matches(['[', ']']);
        let mut authorization = HeaderValue::from_str(&format!("Bot {}", token.expose_secret().trim()))
            .map_err(|_| Unusable::Token)?;
        authorization.set_sensitive(true);
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("DiscordBot (liaison, ", env!("CARGO_PKG_VERSION"), ")"))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT);
        if host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
            http = http.no_proxy();
        }
        let inner = Inner {
            base: base_url.trim_end_matches('/').to_owned(),
            http: http.build().map_err(Unusable::Client)?,
            authorization,
            limits: Limits::default(),
        };
        Ok(Self { inner: Arc::new(inner), patience: DEADLINE, timeout: DEADLINE })
    }

    /// The same client with other deadlines: a call that has waited `patience` for its turn is [`Failure::Later`],
    /// and one whose answer is not there `timeout` after sending is [`Failure::Unknown`].
    pub fn within(&self, patience: Duration, timeout: Duration) -> Self {
        Self { inner: self.inner.clone(), patience, timeout }
    }

    /// Makes one call and says what became of it. A 204 is `Value::Null`.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn call(&self, call: Call) -> Outcome {
        let give_up = Instant::now() + self.patience;
        let ticket = self.inner.limits.ticket();
        loop {
            let permit = self
                .inner
                .limits
                .acquire(&call.lane, ticket, give_up)
                .await
                .map_err(|after| Failure::Later { after, why: format!("the rate limit holds {call}") })?;
            let started = Instant::now();
            let answer = self.send(&call).await;
            let status = answer.as_ref().map_or(0, |answer| answer.status);
            measure(&call, status, started.elapsed());
            let answer = answer?;
            let report = Report::read(answer.status, &answer.headers, &answer.body);
            let limited = report.limited;
            permit.report(report);
            let Some((after, scope)) = limited else { return answer.read() };
            tracing::warn!(route = %call, scope = scope.code(), ?after, "Discord's rate limit is met");
            metrics::counter!("liaison_discord_limited_total", "route" => call.to_string(), "scope" => scope.code())
                .increment(1);
        }
    }

    async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        let url = format!("{}{}", self.inner.base, call.path);
        let mut request = self.inner.http.request(call.lane.method.clone(), url).timeout(self.timeout);
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if !call.anonymous {
            request = request.header(AUTHORIZATION, self.inner.authorization.clone());
        }
        if let Some(reason) = &call.reason {
            request = request.header("X-Audit-Log-Reason", reason);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| {
            let never_sent = error.is_connect() || error.is_builder();
            let why = explain(error);
            tracing::warn!(route = %call, why, "no answer from Discord");
            if never_sent { Failure::Later { after: UNREACHABLE, why } } else { Failure::Unknown(why) }
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = match response.bytes().await {
            Ok(body) => body.to_vec(),
            // The status alone is a clear answer; what was done with a broken body is not.
            Err(_) if (300..500).contains(&status) => Vec::new(),
            Err(error) => return Err(Failure::Unknown(explain(error))),
        };
        Ok(Answer { status, headers, body })
    }
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn read(self) -> Outcome {
        let status = self.status;
        let body = serde_json::from_slice::<Value>(&self.body);
        match status {
            200..300 if self.body.is_empty() => Ok(Value::Null),
            200..300 => {
                body.map_err(|_| Failure::Unknown(format!("the answer with status {status} is not JSON")))
            }
            300..500 => {
                let body = body.unwrap_or_default();
                let mut message = body["message"].as_str().unwrap_or_default().to_owned();
                if let Some(errors) = body.get("errors") {
                    let _ = write!(message, " {errors}");
                }
                Err(Failure::Rejected { status, code: body["code"].as_i64(), message })
            }
            _ => Err(Failure::Unknown(format!("status {status}"))),
        }
    }
}

/// The whole chain of causes, without the URL: it may carry an interaction's token.
fn explain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        let _ = write!(words, ": {error}");
        cause = error.source();
    }
    words
}

/// Counts per route, never per path: the number of series must not grow with the number of threads.
fn measure(call: &Call, status: u16, took: Duration) {
    let route = call.to_string();
    tracing::debug!(route, status, ?took, "asked Discord");
    metrics::histogram!("liaison_discord_request_seconds", "route" => route.clone())
        .record(took.as_secs_f64());
    let status = if status == 0 { "none".to_owned() } else { status.to_string() };
    metrics::counter!("liaison_discord_requests_total", "route" => route, "status" => status).increment(1);
}
