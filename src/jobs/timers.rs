//! The timer loop: looks often, because the clock may jump, and fires what is due.

use crate::service::Office;
use std::collections::HashSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the clock is looked at. A clock that was moved, or a machine that slept, is noticed this fast.
const TICK: Duration = Duration::from_millis(200);
/// How many ticks pass between two looks for requests that somebody began to decide and did not finish.
const SWEEP_EVERY: u32 = 50;

/// Runs until `stop`.
pub async fn run(office: Office, stop: CancellationToken) {
    let mut tick: u32 = 0;
    let mut open = HashSet::new();
    if let Err(error) = office.plan_mornings().await {
        tracing::error!(%error, "the mornings cannot be planned before the next task is given");
    }
    loop {
        if let Err(error) = office.fire_due().await {
            tracing::error!(%error, "timers could not be fired; tried again");
        }
        if tick.is_multiple_of(SWEEP_EVERY)
            && let Err(error) = office.handle_left(&mut open).await
        {
            tracing::error!(%error, "open requests could not be decided; tried again");
        }
        tick = tick.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = stop.cancelled() => return,
        }
    }
}
