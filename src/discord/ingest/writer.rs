//! The writer: whatever waits when the previous commit is done goes into the next one.

use super::news::{News, What};
use super::{Shared, Work};
use crate::domain::exchange::{Deletion, Event, Exchange, Via};
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::store::StoreError;
use crate::store::exchange::Author;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// How many pieces of work one commit takes.
const BATCH: usize = 1000;
/// How long a live message is in the log before the watermark may move to it; see [`super::watches`].
const TICK: Duration = Duration::from_secs(2);
/// How long a person's name and unit are taken as known.
const AUTHOR_KNOWN: Duration = Duration::from_secs(60);
/// The longest wait between tries to reach the database.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a commit is tried while the bot is stopping.
const LAST_TRIES: u32 = 5;

type Authors = HashMap<(GuildId, UserId), (Author, Instant)>;

/// Logs what comes until the bot stops, then what is left.
pub(super) async fn write(shared: Arc<Shared>, mut queue: mpsc::Receiver<Work>) {
    let mut authors = Authors::new();
    let mut work = Vec::with_capacity(BATCH);
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let mut read = Vec::new();
        tokio::select! {
            taken = queue.recv_many(&mut work, BATCH) => if taken == 0 { return },
            () = shared.stopping.cancelled(), if !queue.is_closed() => queue.close(),
            _ = tick.tick() => read = shared.watches().tick(),
        }
        metrics::gauge!("liaison_ingest_queue").set(queue.len() as f64);
        metrics::gauge!("liaison_ingest_threads_behind").set(shared.watches().behind() as f64);
        if (work.is_empty() && read.is_empty())
            || commit(&shared, &mut authors, &mut work, read).await.is_ok()
        {
            continue;
        }
        tracing::error!(
            lost = queue.len(),
            "the exchange log stops with work left; it is read back after the next start"
        );
        return;
    }
}

/// Makes all of `work` durable, however often the database has to be asked.
async fn commit(
    shared: &Shared,
    authors: &mut Authors,
    work: &mut Vec<Work>,
    mut read: Vec<(ChannelId, MessageId)>,
) -> Result<(), StoreError> {
    let (mut news, mut told) = (Vec::with_capacity(work.len()), Vec::new());
    for one in work.drain(..) {
        match one {
            Work::Live(one) => news.push(one),
            Work::Page(page) => {
                news.extend(page.news);
                read.extend(page.read);
                told.push(page.logged);
            }
        }
    }
    let mut tries = 0;
    let new = loop {
        match log(shared, authors, &news, &read).await {
            Ok(new) => break new,
            Err(error) => {
                tries += 1;
                tracing::error!(%error, tries, waiting = news.len(), "the exchange log cannot be written");
                if shared.stopping.is_cancelled() && tries >= LAST_TRIES {
                    return Err(error);
                }
                sleep((Duration::from_millis(100) * tries).min(PATIENCE)).await;
            }
        }
    };
    metrics::counter!("liaison_exchanges_logged_total").increment(new as u64);
    metrics::histogram!("liaison_ingest_batch").record(news.len() as f64);
    let mut watches = shared.watches();
    for one in news.iter().filter(|one| one.via == Via::Gateway && matches!(one.what, What::Said(_))) {
        watches.logged(one.channel, one.message());
    }
    drop(watches);
    for told in told {
        // Who waited for the page may be gone: the bot is stopping.
        told.send(()).ok();
    }
    Ok(())
}

async fn log(
    shared: &Shared,
    authors: &mut Authors,
    news: &[News],
    read: &[(ChannelId, MessageId)],
) -> Result<usize, StoreError> {
    let now = Instant::now();
    authors.retain(|_, (_, since)| now.duration_since(*since) < AUTHOR_KNOWN);
    let seen = shared.clock.now();
    let mut events = Vec::with_capacity(news.len());
    for News { guild, channel, via, what } in news {
        let (guild, channel, via) = (*guild, *channel, *via);
        events.push(match what {
            What::Deleted(message) => {
                Event::Deleted(Deletion { message: *message, guild, channel, via, seen })
            }
            What::Said(said) => {
                let (author, _) = match authors.entry((guild, said.author)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(free) => free.insert((shared.store.author(guild, said.author).await?, now)),
                };
                Event::Said(Exchange {
                    message: said.id,
                    version: said.version,
                    guild,
                    channel,
                    author: said.author,
                    author_name: author.name.clone().unwrap_or_else(|| said.author_name.clone()),
                    unit: author.unit.clone(),
                    content: said.content.clone(),
                    attachments: said.attachments.clone(),
                    reply_to: said.reply_to,
                    via,
                    seen,
                })
            }
        });
    }
    shared.store.log(&events, read).await
}
