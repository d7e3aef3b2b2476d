//! Moving the clock of an office, and waiting until its bot has come to rest.

use super::people;
use crate::service::Office;
use anyhow::ensure;
use chrono::{DateTime, Utc};
use discord_sandbox::{Pace, Sandbox};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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

/// How long the clock of the page waits at a timer: while Discord fails, a reminder may take its time.
const STOP_FOR: Duration = Duration::from_secs(2);

/// The pace of a clock that is moved on the page: it stops where a timer is due, as [`pass_until`] does.
pub fn pace(office: &Office) -> Pace {
    let office = office.clone();
    // How many effects were waited for in vain: a night's reminders stay open until the office opens.
    let stuck = Arc::new(AtomicI64::new(0));
    Pace(Arc::new(move |now, target| {
        let (office, stuck) = (office.clone(), Arc::clone(&stuck));
        Box::pin(async move {
            office.clock.set(now);
            let next = async {
                let due = !office.store.due_timers(now, 1).await?.is_empty();
                if due || office.store.open_outbox().await? > stuck.load(Ordering::Relaxed) {
                    // What is not done by then is done a little later on the clock.
                    if let Ok(rested) = tokio::time::timeout(STOP_FOR, rest(&office)).await {
                        rested?;
                    }
                    stuck.store(office.store.open_outbox().await?, Ordering::Relaxed);
                }
                anyhow::Ok(office.store.next_timer().await?.filter(|next| *next < target).unwrap_or(target))
            };
            next.await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the clock moves on without regard to what is due");
                target
            })
        })
    }))
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
