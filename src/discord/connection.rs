//! Whether we are connected, for those outside who wait for it.

use poise::serenity_prelude as serenity;
use serenity::{ConnectionStage, ShardManager};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often serenity is asked: it announces that a connection stands, but not every way in which one ends. When the session
/// is lost with it, serenity itself takes five seconds to say so.
const LOOK: Duration = Duration::from_millis(250);

/// Whether the gateway is connected. Clones are the same connection.
#[derive(Clone, Debug, Default)]
pub struct Connection(Arc<AtomicBool>);

impl Connection {
    /// Whether every shard is connected and has been told who it is.
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, up: bool) {
        if self.0.swap(up, Ordering::Relaxed) != up {
            tracing::info!(up, "{}", if up { "connected to Discord" } else { "not connected to Discord" });
        }
    }

    /// Keeps it true to what `shards` says until `stop`; after that nobody is connected.
    pub(super) async fn follow(self, shards: Arc<ShardManager>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            let runners = shards.runners.lock().await;
            let connected = runners.values().all(|shard| shard.stage == ConnectionStage::Connected);
            self.set(connected && !runners.is_empty());
        }
        self.set(false);
    }
}
