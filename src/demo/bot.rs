//! The demo's bot: it runs in a runtime of its own, so that it can be killed in the middle of whatever it does, as a
//! process is, and started again.

use crate::discord::{self, Connection, NotReady, Settings};
use crate::service::Office;
use anyhow::Context;
use discord_sandbox::{Lever, Sandbox};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long it stays dead: as long as a supervisor takes, and long enough to be seen.
const DEAD_FOR: Duration = Duration::from_secs(3);

/// Lets the page kill the bot.
pub(super) fn offer(sandbox: &Sandbox) -> Arc<Notify> {
    let kill = Arc::new(Notify::new());
    let killer = Arc::clone(&kill);
    sandbox.add_lever(Lever {
        id: "kill".into(),
        name: "Kill the bot now".into(),
        name_localizations: [("vi".to_owned(), "Tắt đột ngột bot ngay bây giờ".to_owned())].into(),
        pull: Arc::new(move || killer.notify_one()),
    });
    kill
}

/// Runs the bot until `stop`; whenever it is killed, it is started again.
///
/// # Errors
/// When the bot cannot start or ends by itself.
pub(super) async fn run(
    office: Office,
    settings: Settings,
    kill: Arc<Notify>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let settings = Arc::new(settings);
    loop {
        let life = Life(Some(Builder::new_multi_thread().worker_threads(2).enable_all().build()?));
        let bot = life.spawn(office.clone(), Arc::clone(&settings), stop.clone());
        tokio::select! {
            ended = bot => return Ok(ended.context("the bot ended in a panic")??),
            () = kill.notified() => {}
        }
        // Nothing is finished, nothing is said; what is open in the database is rolled back.
        drop(life);
        tracing::warn!("the bot was killed");
        tokio::select! {
            () = tokio::time::sleep(DEAD_FOR) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// A runtime that ends all its tasks where they stand.
struct Life(Option<Runtime>);

impl Life {
    fn spawn(
        &self,
        office: Office,
        settings: Arc<Settings>,
        stop: CancellationToken,
    ) -> tokio::task::JoinHandle<Result<(), NotReady>> {
        let work = async move { discord::run(office, &settings, Connection::default(), stop).await };
        match &self.0 {
            Some(runtime) => runtime.spawn(work),
            None => unreachable!("it is taken only by drop"),
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // A runtime must not be dropped within another one; this way it may.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
