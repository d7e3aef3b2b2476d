//! Reading gaps back from Discord's history, thread by thread, archived or not.
//!
//! First the page before the watermark, for edits and deletions that happened meanwhile, then everything after it. A
//! message that we know and history does not show is asked for by itself: only "unknown message" is a deletion, for a
//! bot that lost the permission to read sees an empty history. What cannot be recovered: the text before an edit that
//! nobody saw, a message both sent and deleted in the gap, and edits and deletions further back than one page.

use super::ingest::news::{Message, News, What, message_id};
use super::ingest::{Gap, Shared, Stopping};
use super::rest::{Failure, codes};
use crate::domain::exchange::Via;
use crate::domain::ids::MessageId;
use crate::store::StoreError;
use futures::StreamExt;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The largest page that Discord gives.
const PAGE: usize = 100;
/// How many threads are read at the same time.
const AT_ONCE: usize = 4;
/// How often it is looked for threads of other replicas, and for those whose time to be tried again has come.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// When to try again after an answer that said nothing.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// When to try again after Discord did not let us read.
const ASK_AGAIN: Duration = Duration::from_secs(600);
/// The last id that fits the database.
const LAST: MessageId = MessageId(i64::MAX as u64);

/// Why a thread could not be read back.
#[derive(Debug)]
enum Trouble {
    Discord(Failure),
    Store(StoreError),
    Stopping,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Discord(failure)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Stopping> for Trouble {
    fn from(_: Stopping) -> Self {
        Self::Stopping
    }
}

/// Reads back every gap, now and whenever there is a new one.
pub(super) async fn keep_up(shared: Arc<Shared>) {
    loop {
        // Either is a reason to look, so it does not matter which it was.
        timeout(LOOK_AGAIN, shared.behind.notified()).await.ok();
        if let Err(error) = shared.adopt().await {
            tracing::error!(%error, "the threads cannot be read from the database");
        }
        let gaps = futures::stream::iter(shared.due());
        gaps.for_each_concurrent(AT_ONCE, |gap| close(&shared, gap)).await;
    }
}

async fn close(shared: &Shared, gap: Gap) {
    let (channel, subject) = (gap.thread.channel, gap.thread.subject.as_str());
    match read_back(shared, &gap).await {
        Ok(()) => shared.gap_closed(&gap),
        Err(Trouble::Discord(failure @ Failure::Rejected { .. })) => {
            tracing::error!(%channel, subject, %failure, "a thread cannot be read; what is said there may be missing in the log");
            metrics::counter!("liaison_history_refused_total").increment(1);
            shared.gap_postponed(&gap, ASK_AGAIN, false);
        }
        Err(Trouble::Discord(Failure::Later { after, why })) => {
            tracing::warn!(%channel, subject, why, ?after, "a thread is read back later");
            shared.gap_postponed(&gap, after, true);
        }
        Err(Trouble::Discord(Failure::Unknown(why))) => {
            tracing::warn!(%channel, subject, why, "a thread is read back later");
            shared.gap_postponed(&gap, TRY_AGAIN, true);
        }
        Err(Trouble::Store(error)) => {
            tracing::error!(%channel, subject, %error, "a thread is read back later");
            shared.gap_postponed(&gap, TRY_AGAIN, true);
        }
        Err(Trouble::Stopping) => {}
    }
}

async fn read_back(shared: &Shared, gap: &Gap) -> Result<(), Trouble> {
    let channel = gap.thread.channel;
    // What was heard before the gap must be in the log: else its deletion in the gap would not be missed there.
    shared.log_page(Vec::new(), None).await?;
    let mut until = shared.store.read_until(channel).await?.unwrap_or(MessageId(0));
    if until > MessageId(0) {
        let page = shared.rest.messages_before(channel, MessageId(until.0 + 1), PAGE).await?;
        let whole = page.len() < PAGE;
        let first = if whole { None } else { page.first().and_then(message_id) };
        take(shared, gap, &page, first.unwrap_or(MessageId(0)), until, None).await?;
    }
    loop {
        let page = shared.rest.messages_after(channel, until, PAGE).await?;
        let last = page.last().and_then(message_id);
        let first = MessageId(until.0 + 1);
        take(shared, gap, &page, first, last.unwrap_or(LAST), last).await?;
        match last {
            Some(last) => until = last,
            None => return Ok(()),
        }
    }
}

/// Logs a page, which shows all that there is from `first` to `last`, and what is no longer there.
async fn take(
    shared: &Shared,
    gap: &Gap,
    page: &[Value],
    first: MessageId,
    last: MessageId,
    read: Option<MessageId>,
) -> Result<(), Trouble> {
    let channel = gap.thread.channel;
    let news = |what| News { guild: gap.thread.guild, channel, via: Via::History, what };
    let shown: HashSet<MessageId> = page.iter().filter_map(message_id).collect();
    let mut all: Vec<News> = page.iter().filter_map(readable).map(What::Said).map(news).collect();
    for message in shared.store.known_messages(channel, first, last).await? {
        if shown.contains(&message) {
            continue;
        }
        match shared.rest.get_message(channel, message).await {
            Ok(json) => all.extend(readable(&json).map(What::Said).map(news)),
            Err(failure) if failure.code() == Some(codes::UNKNOWN_MESSAGE) => {
                all.push(news(What::Deleted(message)));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    if !all.is_empty() || read.is_some() {
        shared.log_page(all, read.map(|read| (channel, read))).await?;
    }
    Ok(())
}

/// One message that cannot be read must not hold up those after it, but somebody has to know.
fn readable(json: &Value) -> Option<Message> {
    let message = Message::read(json);
    if message.is_none() {
        metrics::counter!("liaison_history_unreadable_total").increment(1);
        tracing::error!(message = ?message_id(json), "a message of history cannot be read and is not in the log");
    }
    message
}
