//! The outbox worker: claims what is put out, lets it be shown, and records how it ended.

use crate::domain::clock::machine_ms;
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, MessageId, UnitCode};
use crate::service::Office;
use crate::store::outbox::{Delivery, LEASE, OutboxRow};
use crate::store::presence::Presence;
use crate::store::reminder::Owed;
use crate::store::{StoreError, new_id};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many lanes are worked on at the same time.
const LANES: i64 = 16;
/// How long the worker sleeps when nobody rings; also how late another replica's rows are noticed.
const IDLE: Duration = Duration::from_millis(200);
/// How often it shows that it lives and looks for the claims of dead workers.
const LOOK: Duration = Duration::from_secs(1);
/// How long it waits after the database failed.
const DATABASE_BACKOFF: Duration = Duration::from_secs(2);

/// Something that is now on Discord and must be remembered with the row that put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields of variants are named for what they hold")]
pub enum Placed {
    /// A task's card.
    Card { task: String, channel: ChannelId, message: MessageId },
    /// A task's thread.
    Thread { task: String, thread: Thread },
    /// A task's post in a forum: its card and its thread at once, and what its tags say.
    Post { task: String, thread: Thread, tags: Vec<String> },
    /// A reminder, by which those are told whom one that was left out would have told.
    Reminded { task: String, part: Option<UnitCode> },
    /// Nothing: a reminder was left out, and these are to be told by the next one of the same deadline.
    LeftOut { task: String, part: Option<UnitCode>, due: DateTime<Utc>, who: Vec<Owed> },
    /// The announcement of one holding of a meeting.
    Announcement { occurrence: String, channel: ChannelId, message: MessageId },
}

/// Shows effects. Discord's side of the house implements it; this side never learns what Discord is.
pub trait Deliver: Send + Sync + 'static {
    /// Shows one effect, or finds that it is shown already.
    fn deliver(&self, row: &OutboxRow) -> impl Future<Output = (Delivery, Option<Placed>)> + Send;

    /// Called once what was placed is recorded.
    fn recorded(&self, placed: &Placed) -> impl Future<Output = ()> + Send;
}

/// Runs until `stop`; then finishes what it has begun.
pub async fn run<D: Deliver>(office: Office, deliver: Arc<D>, stop: CancellationToken) {
    let worker = new_id();
    let mut presence = Presence::new(&office.store, &worker);
    let mut next_look = Instant::now();
    let busy: Arc<Mutex<HashSet<String>>> = Arc::default();
    let tracker = TaskTracker::new();
    while !stop.is_cancelled() {
        let claimable = async {
            if next_look <= Instant::now() {
                let freed = presence.look().await?;
                if freed > 0 {
                    tracing::info!(freed, "rows that a dead worker had claimed are free again");
                }
                next_look = Instant::now() + LOOK;
            }
            office.store.claimable(machine_ms(), LANES).await
        };
        let started = match claimable.await {
            Ok(ids) => start(&office, &deliver, &worker, &busy, &tracker, ids),
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                tokio::time::sleep(DATABASE_BACKOFF).await;
                0
            }
        };
        metrics::gauge!("liaison_outbox_lanes_busy").set(tracker.len() as f64);
        if started == 0 {
            tokio::select! {
                () = office.put_out.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    tracker.close();
    tracker.wait().await;
}

/// Starts a task for each row that is not being worked on yet; returns how many.
fn start<D: Deliver>(
    office: &Office,
    deliver: &Arc<D>,
    worker: &str,
    busy: &Arc<Mutex<HashSet<String>>>,
    tracker: &TaskTracker,
    ids: Vec<String>,
) -> usize {
    let mut started = 0;
    for id in ids {
        if !lock(busy).insert(id.clone()) {
            continue;
        }
        started += 1;
        let (office, deliver, worker, busy) =
            (office.clone(), Arc::clone(deliver), worker.to_owned(), Arc::clone(busy));
        tracker.spawn(async move {
            if let Err(error) = show(&office, &*deliver, &id, &worker).await {
                tracing::error!(%error, row = id, "an outbox row could not be settled; its lease will end");
                tokio::time::sleep(DATABASE_BACKOFF).await;
            }
            lock(&busy).remove(&id);
            // The next row of the lane may go now.
            office.put_out.notify_one();
        });
    }
    started
}

async fn show<D: Deliver>(office: &Office, deliver: &D, id: &str, worker: &str) -> Result<(), StoreError> {
    let Some(row) = office.store.claim(id, worker, machine_ms()).await? else { return Ok(()) };
    let (delivery, placed) = deliver_and_renew(office, deliver, &row).await;
    match &delivery {
        Delivery::Done(_) => tracing::debug!(key = row.key, "shown"),
        Delivery::Rejected(why) => tracing::error!(key = row.key, why, "Discord refuses for good"),
        Delivery::Unknown(why, _) => tracing::warn!(key = row.key, why, "not known whether it happened"),
        // What comes again within a minute is waited for; what takes longer, somebody must mend.
        Delivery::Later(why, wait) if wait.as_secs() < 60 => {
            tracing::debug!(key = row.key, why, "tried again soon")
        }
        Delivery::Later(why, _) => tracing::warn!(key = row.key, why, "tried again later"),
    }
    let outcome = match &delivery {
        Delivery::Done(_) => "done",
        Delivery::Rejected(_) => "rejected",
        Delivery::Unknown(..) => "unknown",
        Delivery::Later(..) => "later",
    };
    metrics::counter!("liaison_outbox_deliveries_total", "outcome" => outcome).increment(1);
    let mut tx = office.store.begin().await?;
    match &placed {
        Some(Placed::Card { task, channel, message }) => tx.set_task_card(task, *channel, *message).await?,
        Some(Placed::Thread { task, thread }) => {
            tx.set_task_thread(task, thread.parent, thread.channel).await?;
            tx.register_thread(thread, office.clock.now()).await?;
        }
        Some(Placed::Post { task, thread, tags }) => {
            tx.set_task_card(task, thread.parent, MessageId(thread.channel.0)).await?;
            tx.set_task_thread(task, thread.parent, thread.channel).await?;
            tx.set_post_tags(task, tags).await?;
            tx.register_thread(thread, office.clock.now()).await?;
        }
        Some(Placed::Reminded { task, part }) => tx.pay_reminders(task, part.as_ref()).await?,
        Some(Placed::LeftOut { task, part, due, who }) => {
            tx.owe_reminder(task, part.as_ref(), *due, who).await?
        }
        Some(Placed::Announcement { occurrence, channel, message }) => {
            tx.set_occurrence_message(occurrence, *channel, *message).await?;
        }
        None => {}
    }
    tx.settle(&row, &delivery, office.clock.now(), machine_ms()).await?;
    tx.commit().await?;
    if let Some(placed) = &placed {
        deliver.recorded(placed).await;
    }
    Ok(())
}

/// Keeps the claim while the row is delivered: many people may have to be brought in, or a long history read.
async fn deliver_and_renew<D: Deliver>(
    office: &Office,
    deliver: &D,
    row: &OutboxRow,
) -> (Delivery, Option<Placed>) {
    let mut delivering = pin!(deliver.deliver(row));
    loop {
        tokio::select! {
            delivered = &mut delivering => return delivered,
            () = tokio::time::sleep(LEASE / 3) => {
                if let Err(error) = office.store.renew(row, machine_ms()).await {
                    tracing::warn!(%error, key = row.key, "the claim could not be renewed");
                }
            }
        }
    }
}

fn lock(busy: &Mutex<HashSet<String>>) -> std::sync::MutexGuard<'_, HashSet<String>> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}
