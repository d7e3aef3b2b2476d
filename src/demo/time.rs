//! Moving the clock of an office, and waiting until its bot has come to rest.

use super::people;
use crate::service::Office;
use anyhow::ensure;
use chrono::{DateTime, Utc};
use discord_sandbox::Sandbox;
use std::time::{Duration, Instant};

/// The longest that the bot may take.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);

/// Lets the time pass, stopping where a timer is due, so that reminders go out when they should.
///
/// # Errors
/// When the bot does not come to rest.
pub async fn pass_until(
    sandbox: &Sandbox,
    office: &Office,
    until: DateTime<Utc>,
    mut stopped: impl FnMut(DateTime<Utc>),
) -> anyhow::Result<()> {
    while let Some(next) = office.store.next_timer().await?.filter(|next| *next <= until) {
        if next > office.clock.now() {
            set_clock(sandbox, office, next);
        }
        rest(office).await?;
        stopped(next);
    }
    set_clock(sandbox, office, until.max(sandbox.now()));
    rest(office).await
}

/// Both clocks at once: the bot's would follow by itself, but a moment later.
pub fn set_clock(sandbox: &Sandbox, office: &Office, now: DateTime<Utc>) {
    sandbox.set_now(now);
    office.clock.set(now);
}

/// Waits until the bot has done all that is due.
///
/// # Errors
/// When that takes too long.
pub async fn rest(office: &Office) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let now = office.clock.now();
        if office.store.due_timers(now, 1).await?.is_empty()
            && office.store.open_requests().await?.is_empty()
            && office.store.open_outbox().await? == 0
        {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the bot did not come to rest within {PATIENCE:?}");
        tokio::time::sleep(POLL).await;
    }
}

/// Waits until the bot is connected and its commands can be typed.
///
/// # Errors
/// When that takes too long.
pub async fn connected(people: &people::Office) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let state = people.state().await?;
        let there = state["commands"].as_array().is_some_and(|commands| !commands.is_empty());
        if there && state["bot"]["sessions"].as_u64().unwrap_or_default() > 0 {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the bot did not connect within {PATIENCE:?}");
        tokio::time::sleep(POLL).await;
    }
}
