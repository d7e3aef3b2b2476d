//! The time of a sandbox, for a bot that runs beside it in a process of its own.

use super::Stop;
use chrono::{DateTime, Utc};
use liaison::domain::clock::Clock;
use serde::Deserialize;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the sandbox is asked.
const EVERY: Duration = Duration::from_millis(50);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Answer {
    now: DateTime<Utc>,
}

/// A sandbox whose time is followed.
pub(crate) struct Followed {
    http: reqwest::Client,
    url: String,
    /// Its time, as of the last answer.
    pub(crate) clock: Clock,
}

impl Followed {
    /// Takes the time from the sandbox at `base`.
    pub(crate) async fn new(base: &str) -> Result<Self, Stop> {
        let url = format!("{}/sandbox/clock", base.trim_end_matches('/'));
        let failed = |error| Stop::failed(format!("The clock at {url} cannot be followed: {error}."));
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().map_err(failed)?;
        let clock = Clock::simulated(ask(&http, &url).await.map_err(failed)?);
        Ok(Self { http, url, clock })
    }

    /// Keeps the clock with the sandbox's until `stop`.
    pub(crate) async fn follow(self, stop: CancellationToken) {
        let mut lost = false;
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            match ask(&self.http, &self.url).await {
                Ok(now) => {
                    self.clock.set(now);
                    lost = false;
                }
                Err(error) if !lost => {
                    tracing::warn!(%error, "the followed clock does not answer; time stands still");
                    lost = true;
                }
                Err(_) => {}
            }
        }
    }
}

async fn ask(http: &reqwest::Client, url: &str) -> reqwest::Result<DateTime<Utc>> {
    let answer: Answer = http.get(url).send().await?.error_for_status()?.json().await?;
    Ok(answer.now)
}
