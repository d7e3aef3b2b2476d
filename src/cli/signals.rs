//! Ending in order, and ending at all.

use super::Stop;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long everything that runs may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Does `work` until it ends by itself, or until the process is asked to stop; then `work` has [`GRACE`] to end.
pub(crate) async fn until_asked_to_stop<W: Future>(
    work: impl FnOnce(CancellationToken) -> W,
) -> Result<W::Output, Stop> {
    let stop = CancellationToken::new();
    let too_late = async {
        tokio::select! {
            heard = signal() => match heard {
                Ok(()) => tracing::info!("asked to stop"),
                Err(error) => tracing::error!(%error, "signals cannot be heard; stopping"),
            },
            // The work itself may find that it has to end.
            () = stop.cancelled() => {}
        }
        stop.cancel();
        tokio::time::sleep(GRACE).await;
    };
    let work = work(stop.clone());
    tokio::select! {
        output = work => Ok(output),
        () = too_late => {
            tracing::error!(grace = ?GRACE, "not everything has ended in time; what is left is cut off");
            Err(Stop::Said)
        }
    }
}

/// Waits for SIGINT or SIGTERM.
#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
