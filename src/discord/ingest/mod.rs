//! From Discord's events to the exchange log.
//!
//! ```text
//! gateway --hear--> bounded queue --writer--> log      many messages, one commit
//!    |                  ^
//!  READY --> history ---'                              pages, until nothing is missing
//! ```
//!
//! Events come never, once, twice or out of order. The log does not mind order and repetition; what did not come at all is
//! a gap, and each READY is one. A gap is read back from history through the same queue, and only then do live messages
//! move the thread's watermark again.

pub(in crate::discord) mod news;
mod watches;
mod writer;

pub(in crate::discord) use watches::Gap;

use crate::discord::history;
use crate::discord::rest::Rest;
use crate::domain::calendar::Calendar;
use crate::domain::clock::Clock;
use crate::domain::exchange::{Thread, Via};
use crate::domain::ids::{ChannelId, GuildId, MessageId};
use crate::store::{Store, StoreError};
use news::{Message, News, What, snowflake};
use serde_json::Value;
use serenity::all::Event;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use watches::Watches;

/// How many events may wait for the writer, some hundred bytes each: more than half a second of the fastest gateway. What
/// comes on top is read back later, a hundred at a time, which is many times slower.
const QUEUE: usize = 32_768;

/// The way of events into the exchange log. Clones are the same way.
#[derive(Clone)]
pub struct Ingest(Arc<Shared>);

pub(in crate::discord) struct Shared {
    pub(in crate::discord) store: Store,
    pub(in crate::discord) rest: Rest,
    clock: Clock,
    /// What may be said when.
    calendar: Arc<Calendar>,
    watches: Mutex<Watches>,
    queue: mpsc::Sender<Work>,
    /// Rung when a thread may have to be read back.
    pub(in crate::discord) behind: Notify,
    /// Rung when a thread was read back, or cannot be.
    closed: Notify,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

/// What the writer is given.
enum Work {
    Live(News),
    Page(Page),
}

/// A piece of history.
struct Page {
    news: Vec<News>,
    /// Up to where the thread has been read without a gap once this is in the log.
    read: Option<(ChannelId, MessageId)>,
    /// Told when it is.
    logged: oneshot::Sender<()>,
}

/// The bot is stopping; what was not logged is read back after the next start.
#[derive(Debug)]
pub(in crate::discord) struct Stopping;

impl Ingest {
    /// Starts logging: loads the threads and starts the writer and the reader of history, which waits for the first READY.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start(
        store: Store,
        clock: Clock,
        calendar: Arc<Calendar>,
        rest: Rest,
    ) -> Result<Self, StoreError> {
        Self::start_with_queue(store, clock, calendar, rest, QUEUE).await
    }

    /// As [`Ingest::start`], with room for `room` events.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn start_with_queue(
        store: Store,
        clock: Clock,
        calendar: Arc<Calendar>,
        rest: Rest,
        room: usize,
    ) -> Result<Self, StoreError> {
        let (queue, work) = mpsc::channel(room);
        let shared = Arc::new(Shared {
            store,
            rest,
            clock,
            calendar,
            watches: Mutex::default(),
            queue,
            behind: Notify::new(),
            closed: Notify::new(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        shared.adopt().await?;
        shared.tasks.spawn(writer::write(shared.clone(), work));
        let stopping = shared.stopping.clone();
        let history = history::keep_up(shared.clone());
        shared.tasks.spawn(async move { stopping.run_until_cancelled_owned(history).await });
        shared.tasks.close();
        Ok(Self(shared))
    }

    /// Logs a thread from its first message on, whatever was said in it already. May be repeated.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn register_thread(&self, thread: Thread) -> Result<(), StoreError> {
        self.0.store.register_thread(&thread, self.0.clock.now()).await?;
        self.0.watches().add(thread);
        self.0.behind.notify_one();
        Ok(())
    }

    /// The gateway began a new session: anything may have been missed, and every thread is read back.
    pub fn on_ready(&self) {
        self.0.watches().missed_all();
        self.0.behind.notify_one();
    }

    /// A server is there. If Discord had lost it before, nobody was told what was said meanwhile, and there is no READY.
    pub fn on_server(&self, guild: GuildId) {
        self.0.watches().found(guild);
        self.0.behind.notify_one();
    }

    /// Waits until no thread that Discord lets us read has a gap.
    pub async fn caught_up(&self) {
        loop {
            let closed = self.0.closed.notified();
            if self.behind() == 0 {
                return;
            }
            closed.await;
        }
    }

    /// How many threads are yet to be read back.
    pub fn behind(&self) -> usize {
        self.0.watches().behind()
    }

    /// Takes nothing more, logs what has been taken, and ends.
    pub async fn drain(&self) {
        self.0.stopping.cancel();
        self.0.tasks.wait().await;
    }

    /// Takes one event. Waits only when the queue is full and the event is one that history cannot tell again.
    pub async fn hear(&self, event: Event) {
        match event {
            Event::Ready(_) => self.on_ready(),
            Event::MessageCreate(event) => {
                let channel = ChannelId(event.message.channel_id.get());
                match (self.0.logs(channel), Message::typed(event.message)) {
                    (None, _) => {}
                    (Some(guild), Some(message)) => {
                        let what = What::Said(message);
                        self.0.queue_or_miss(News { guild, channel, via: Via::Gateway, what });
                    }
                    (Some(_), None) => self.0.missed(channel),
                }
            }
            // An update may lack anything, so it is read from its JSON like what serenity does not understand.
            Event::MessageUpdate(event) if self.0.logs(ChannelId(event.channel_id.get())).is_some() => {
                self.said("MESSAGE_UPDATE", serde_json::to_value(event).unwrap_or_default()).await;
            }
            Event::MessageDelete(event) => {
                self.deleted(event.channel_id.get(), [event.message_id.get()]).await;
            }
            Event::MessageDeleteBulk(event) => {
                self.deleted(event.channel_id.get(), event.ids.into_iter().map(|id| id.get())).await;
            }
            Event::GuildDelete(event) if event.guild.unavailable => {
                self.0.watches().lost(GuildId(event.guild.id.get()));
            }
            Event::Unknown(event) => self.unparsed(&event.kind, event.value).await,
            _ => {}
        }
    }

    /// An event that serenity does not understand, as a message with parts that are newer than serenity.
    async fn unparsed(&self, kind: &str, json: Value) {
        if !kind.starts_with("MESSAGE_") {
            return;
        }
        let Some(channel) = snowflake(&json["channel_id"]) else {
            tracing::warn!(kind, "an event does not say where it happened; every thread is read back");
            self.on_ready();
            return;
        };
        match kind {
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" => self.said(kind, json).await,
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => {
                let ids =
                    json["ids"].as_array().map_or_else(|| vec![&json["id"]], |ids| ids.iter().collect());
                let ids: Vec<u64> = ids.into_iter().filter_map(snowflake).collect();
                self.deleted(channel, ids).await;
            }
            // Reactions and votes are not logged.
            _ => {}
        }
    }

    async fn said(&self, kind: &str, json: Value) {
        let channel = ChannelId(snowflake(&json["channel_id"]).unwrap_or_default());
        let Some(guild) = self.0.logs(channel) else { return };
        let Some(message) = Message::read(&json) else {
            // An update may hold the changed fields only. Without an edit there is nothing new in it.
            if kind == "MESSAGE_CREATE" || json["edited_timestamp"].is_string() {
                tracing::warn!(kind, %channel, "a message cannot be read; its thread is read back");
                self.0.missed(channel);
            }
            return;
        };
        let news = News { guild, channel, via: Via::Gateway, what: What::Said(message) };
        if kind == "MESSAGE_UPDATE" {
            self.0.wait_and_queue(news).await;
        } else {
            self.0.queue_or_miss(news);
        }
    }

    async fn deleted(&self, channel: u64, messages: impl IntoIterator<Item = u64>) {
        let channel = ChannelId(channel);
        let Some(guild) = self.0.logs(channel) else { return };
        for message in messages {
            let what = What::Deleted(MessageId(message));
            self.0.wait_and_queue(News { guild, channel, via: Via::Gateway, what }).await;
        }
    }
}

impl Shared {
    fn watches(&self) -> MutexGuard<'_, Watches> {
        // Nobody panics while holding it half changed.
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The office of a thread that is logged.
    fn logs(&self, channel: ChannelId) -> Option<GuildId> {
        self.watches().thread(channel).map(|thread| thread.guild)
    }

    /// Takes in threads that other replicas have registered.
    pub(in crate::discord) async fn adopt(&self) -> Result<(), StoreError> {
        let threads = self.store.threads().await?;
        let mut watches = self.watches();
        threads.into_iter().for_each(|(thread, _)| watches.add(thread));
        Ok(())
    }

    /// Something of a thread was missed; it is read back as soon as possible.
    fn missed(&self, channel: ChannelId) {
        metrics::counter!("liaison_ingest_gaps_total").increment(1);
        self.watches().missed(channel);
        self.behind.notify_one();
    }

    /// A new message is in history too: when there is no room, it is read from there later.
    fn queue_or_miss(&self, news: News) {
        let channel = news.channel;
        if let Err(TrySendError::Full(_)) = self.queue.try_send(Work::Live(news)) {
            self.missed(channel);
        }
    }

    /// History shows neither what an edit replaced nor, far back, what was deleted: these wait for room.
    async fn wait_and_queue(&self, news: News) {
        // Closed means stopping: the next start finds it in history as far as that goes.
        self.queue.send(Work::Live(news)).await.ok();
    }

    /// Logs a piece of history and waits until it is durable.
    pub(in crate::discord) async fn log_page(
        &self,
        news: Vec<News>,
        read: Option<(ChannelId, MessageId)>,
    ) -> Result<(), Stopping> {
        let (logged, done) = oneshot::channel();
        self.queue.send(Work::Page(Page { news, read, logged })).await.map_err(|_| Stopping)?;
        done.await.map_err(|_| Stopping)
    }

    /// The threads that are to be read back now.
    pub(in crate::discord) fn due(&self) -> Vec<Gap> {
        self.watches().due()
    }

    /// A gap was read back to its end.
    pub(in crate::discord) fn gap_closed(&self, gap: &Gap) {
        self.watches().closed(gap);
        self.closed.notify_waiters();
    }

    /// A gap cannot be read back now.
    pub(in crate::discord) fn gap_postponed(&self, gap: &Gap, after: std::time::Duration, allowed: bool) {
        self.watches().postponed(gap, after, allowed);
        self.closed.notify_waiters();
    }
}
