//! The writer: whatever waits when the previous commit is done goes into the next one.

use super::news::{Message, News, What};
use super::{Shared, Work};
use crate::domain::calendar::Calendar;
use crate::domain::clock::from_ms;
use crate::domain::exchange::{Deletion, Event, Exchange, Via, Withheld};
use crate::domain::guard::{
    Embargo, WITHHELD, declared_until, embargoed_until, forbidden_under, has_figures,
};
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::service::embargo::of_thread;
use crate::store::StoreError;
use crate::store::embargo::DeclaredEmbargo;
use crate::store::exchange::Author;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

/// How many pieces of work one commit takes.
const BATCH: usize = 512;
/// How long a live message is in the log before the watermark may move to it; see [`super::watches`].
const TICK: Duration = Duration::from_secs(2);
/// How long a person's name and unit are taken as known.
const AUTHOR_KNOWN: Duration = Duration::from_secs(60);
/// The longest wait between tries to reach the database.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often a commit is tried while the bot is stopping.
const LAST_TRIES: u32 = 5;

/// What was said about the figures of each thread.
type Embargoes = HashMap<ChannelId, Vec<Embargo>>;
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
    let live: Vec<(ChannelId, MessageId)> =
        news.iter().filter(|one| one.via == Via::Gateway).filter_map(News::said).collect();
    metrics::histogram!("liaison_ingest_batch").record(news.len() as f64);
    let mut patience = Patience::default();
    while let Err(error) = know(shared, authors, &news).await {
        patience.wait(shared, error).await?;
    }
    let seen = shared.clock.now();
    let declared: Vec<DeclaredEmbargo> =
        news.iter().filter_map(|one| declared(one, &shared.calendar)).collect();
    while let Err(error) = shared.store.note_embargoes(&declared).await {
        patience.wait(shared, error).await?;
    }
    let embargoes = loop {
        match embargoes(shared, &news).await {
            Ok(embargoes) => break embargoes,
            Err(error) => patience.wait(shared, error).await?,
        }
    };
    let withheld: Vec<Withheld> =
        news.iter_mut().filter_map(|one| withhold(one, seen, &shared.calendar, &embargoes)).collect();
    while let Err(error) = shared.store.put_out_withheld(&withheld, seen).await {
        patience.wait(shared, error).await?;
    }
    let events: Vec<Event> = news.into_iter().map(|one| row(one, authors, seen)).collect();
    let new = loop {
        match shared.store.log(&events, &read).await {
            Ok(new) => break new,
            Err(error) => patience.wait(shared, error).await?,
        }
    };
    metrics::counter!("liaison_exchanges_logged_total").increment(new as u64);
    let mut watches = shared.watches();
    for (channel, message) in live {
        watches.logged(channel, message);
    }
    drop(watches);
    for told in told {
        // Who waited for the page may be gone: the bot is stopping.
        told.send(()).ok();
    }
    Ok(())
}

/// How often the database has failed for one piece of work.
#[derive(Default)]
struct Patience {
    tries: u32,
}

impl Patience {
    /// Waits before the next try. Gives up only while the bot is stopping.
    async fn wait(&mut self, shared: &Shared, error: StoreError) -> Result<(), StoreError> {
        self.tries += 1;
        tracing::error!(%error, tries = self.tries, "the exchange log cannot be written");
        if shared.stopping.is_cancelled() && self.tries >= LAST_TRIES {
            return Err(error);
        }
        sleep((Duration::from_millis(100) * self.tries).min(LONGEST_WAIT)).await;
        Ok(())
    }
}

/// Looks up under which names and units the authors of these messages are logged.
async fn know(shared: &Shared, authors: &mut Authors, news: &[News]) -> Result<(), StoreError> {
    let now = Instant::now();
    authors.retain(|_, (_, since)| now.duration_since(*since) < AUTHOR_KNOWN);
    for one in news {
        let What::Said(said) = &one.what else { continue };
        if let Entry::Vacant(free) = authors.entry((one.guild, said.author)) {
            free.insert((shared.store.author(one.guild, said.author).await?, now));
        }
    }
    Ok(())
}

/// Until when the figures of its thread may not be made public, if a message says so.
fn declared(news: &News, calendar: &Calendar) -> Option<DeclaredEmbargo> {
    let What::Said(said) = &news.what else { return None };
    let until = declared_until(&said.content, from_ms(said.version), calendar)?;
    Some(DeclaredEmbargo { channel: news.channel, message: said.id, version: said.version, until })
}

/// What a message says by its words and the names of its files.
fn texts(said: &Message) -> impl Iterator<Item = &str> {
    said.attachments.iter().map(|file| file.name.as_str()).chain([said.content.as_str()])
}

/// What was said about the figures of the threads in which figures stand: few messages hold any.
async fn embargoes(shared: &Shared, news: &[News]) -> Result<Embargoes, StoreError> {
    let mut all = Embargoes::new();
    for one in news {
        let What::Said(said) = &one.what else { continue };
        if texts(said).any(has_figures)
            && let Entry::Vacant(free) = all.entry(one.channel)
        {
            free.insert(of_thread(&shared.store, &shared.calendar, one.channel).await?);
        }
    }
    Ok(all)
}

/// Takes out of a message what must not be kept; whom to tell.
fn withhold(
    news: &mut News,
    now: DateTime<Utc>,
    calendar: &Calendar,
    embargoes: &Embargoes,
) -> Option<Withheld> {
    let What::Said(said) = &mut news.what else { return None };
    let embargoes = embargoes.get(&news.channel).map(Vec::as_slice).unwrap_or_default();
    let around = embargoed_until(embargoes, from_ms(said.version));
    let what = texts(said).find_map(|text| forbidden_under(text, now, calendar, around))?;
    said.content = WITHHELD.to_owned();
    said.attachments.clear();
    metrics::counter!("liaison_messages_withheld_total").increment(1);
    Some(Withheld {
        guild: news.guild,
        channel: news.channel,
        message: said.id,
        version: said.version,
        author: said.author,
        what,
    })
}

/// What is logged of one piece of news.
fn row(news: News, authors: &Authors, seen: DateTime<Utc>) -> Event {
    let News { guild, channel, via, what } = news;
    let said = match what {
        What::Deleted(message) => return Event::Deleted(Deletion { message, guild, channel, via, seen }),
        What::Said(said) => said,
    };
    let author = authors.get(&(guild, said.author)).map(|(author, _)| author);
    Event::Said(Exchange {
        message: said.id,
        version: said.version,
        guild,
        channel,
        author: said.author,
        author_name: author.and_then(|author| author.name.clone()).unwrap_or(said.author_name),
        unit: author.and_then(|author| author.unit.clone()),
        content: said.content,
        attachments: said.attachments,
        reply_to: said.reply_to,
        via,
        seen,
    })
}
