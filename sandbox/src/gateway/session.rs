//! A gateway session: the numbered events that one client gets, and where it is in them.
//!
//! One list serves both for sending and for RESUME: a socket sends what lies behind its mark, and a resumed
//! one sets the mark back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::Notify;

use crate::faults::Effect;
use crate::id::Id;

/// How long a session outlives its connection.
const LOST_AFTER: Duration = Duration::from_secs(120);

/// What the server does to a connection besides sending events.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    /// Cut the TCP connection.
    Drop,
    /// Close the WebSocket; without a code as serenity's "Close(None)".
    Close(Option<u16>),
    /// Op 7.
    Reconnect,
    /// Op 9.
    Invalidate { resumable: bool },
}

/// One event as it was numbered.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    pub(crate) seq: u64,
    pub(crate) name: &'static str,
    pub(crate) data: Arc<str>,
    /// Held up until then.
    not_before: Option<Instant>,
}

impl Dispatch {
    pub(crate) fn frame(&self) -> String {
        format!(r#"{{"t":"{}","s":{},"op":0,"d":{}}}"#, self.name, self.seq, self.data)
    }
}

#[derive(Debug)]
pub(crate) struct Session {
    /// How many events are kept for a client that does not say what it has (heartbeats do say it).
    kept: usize,
    pub(crate) user: Id,
    intents: u64,
    shard: (u64, u64),
    seq: u64,
    /// The highest number that was handed to the present connection.
    sent: u64,
    log: VecDeque<Dispatch>,
    pub(crate) orders: VecDeque<Order>,
    /// Wakes the present connection.
    wake: Arc<Notify>,
    /// Which connection it belongs to; a newer one takes it over.
    connection: Option<u64>,
    detached: Option<Instant>,
    fault: Option<Effect>,
    held_back: Option<(&'static str, Arc<str>)>,
}

impl Session {
    pub(crate) fn new(
        user: Id,
        intents: u64,
        shard: (u64, u64),
        connection: u64,
        wake: Arc<Notify>,
        kept: usize,
    ) -> Self {
        Self {
            kept,
            user,
            intents,
            shard,
            seq: 0,
            sent: 0,
            log: VecDeque::new(),
            orders: VecDeque::new(),
            wake,
            connection: Some(connection),
            detached: None,
            fault: None,
            held_back: None,
        }
    }

    /// The number of its latest event.
    pub(crate) const fn seq(&self) -> u64 {
        self.seq
    }

    pub(crate) const fn has(&self, intents: u64) -> bool {
        self.intents & intents != 0
    }

    /// Guild events go to the guild's shard, direct messages to the first.
    pub(crate) const fn is_shard_of(&self, guild: Id, dm: bool) -> bool {
        let (index, count) = self.shard;
        if dm { index == 0 } else { (guild.0 >> 22) % count == index }
    }

    /// Whether nobody came back for it.
    pub(crate) fn is_lost(&self) -> bool {
        self.detached.is_some_and(|since| since.elapsed() > LOST_AFTER)
    }

    /// What is to go wrong with the next event.
    pub(crate) fn expect_fault(&mut self, fault: Option<Effect>) {
        self.fault = fault;
    }

    /// Numbers an event and wakes the connection.
    pub(crate) fn push(&mut self, name: &'static str, data: &Arc<str>) {
        match self.fault.take() {
            Some(Effect::Swallow) => return,
            // One that is held back waits for this event, so this one goes.
            Some(Effect::Reorder) if self.held_back.is_none() => {
                self.held_back = Some((name, Arc::clone(data)));
                return;
            }
            Some(Effect::Duplicate) => {
                self.append(name, Arc::clone(data));
                if let Some(last) = self.log.back().cloned() {
                    self.log.push_back(last);
                }
            }
            Some(Effect::Malformed) => self.append(name, r#"{"malformed":true}"#.into()),
            Some(Effect::UnknownEvent) => self.append("SANDBOX_UNHEARD_OF", Arc::clone(data)),
            Some(Effect::UnknownEnum) => self.append(name, with_unknown_type(data)),
            Some(Effect::GatewayDelay { millis }) => {
                self.append(name, Arc::clone(data));
                if let Some(last) = self.log.back_mut() {
                    last.not_before = Some(Instant::now() + Duration::from_millis(millis));
                }
            }
            Some(Effect::SkipSequence) => {
                self.seq += 1;
                self.append(name, Arc::clone(data));
            }
            Some(other) => {
                self.append(name, Arc::clone(data));
                self.orders.extend(other.order());
            }
            None => self.append(name, Arc::clone(data)),
        }
        if let Some((name, data)) = self.held_back.take() {
            self.append(name, data);
        }
        self.wake.notify_one();
    }

    fn append(&mut self, name: &'static str, data: Arc<str>) {
        self.seq += 1;
        self.log.push_back(Dispatch { seq: self.seq, name, data, not_before: None });
        if self.log.len() > self.kept {
            if self.log.front().is_some_and(|oldest| oldest.seq <= self.sent) {
                self.log.pop_front();
            } else if self.orders.is_empty() {
                // So much was not even sent yet: the client does not read, or too slowly.
                self.log.clear();
                self.orders.push_back(Order::Invalidate { resumable: false });
            }
        }
    }

    pub(crate) fn order(&mut self, order: Order) {
        self.orders.push_back(order);
        self.wake.notify_one();
    }

    /// The client says that it has everything up to `seq`.
    pub(crate) fn acknowledge(&mut self, seq: u64) {
        while self.log.front().is_some_and(|oldest| oldest.seq <= seq && oldest.seq <= self.sent) {
            self.log.pop_front();
        }
    }

    /// The next events to send, no more than `limit`.
    pub(crate) fn take_unsent(&mut self, limit: usize) -> Vec<Dispatch> {
        let start = self.log.partition_point(|event| event.seq <= self.sent);
        let now = Instant::now();
        let is_due = |event: &&Dispatch| event.not_before.is_none_or(|time| time <= now);
        let mut batch: Vec<Dispatch> =
            self.log.range(start..).take_while(is_due).take(limit).cloned().collect();
        // A doubled event must not be torn apart: the mark knows numbers only.
        if let Some(last) = batch.last().map(|event| event.seq) {
            let rest = self.log.range(start + batch.len()..).take_while(|event| event.seq == last);
            batch.extend(rest.cloned());
            self.sent = last;
        }
        batch
    }

    /// Until when the next event is held up.
    pub(crate) fn held_up(&self) -> Option<Instant> {
        self.log.get(self.log.partition_point(|event| event.seq <= self.sent))?.not_before
    }

    pub(crate) fn belongs_to(&self, connection: u64) -> bool {
        self.connection == Some(connection)
    }

    /// Goes over to a new connection that has everything up to `seq`. False when what lies behind is gone.
    pub(crate) fn resume(&mut self, seq: u64, connection: u64, wake: Arc<Notify>) -> bool {
        let oldest = self.log.front().map_or(self.seq + 1, |event| event.seq);
        if seq + 1 < oldest {
            return false;
        }
        self.sent = seq;
        self.orders.clear();
        self.connection = Some(connection);
        self.detached = None;
        // An earlier connection, if it is still there, finds out that it lost the session.
        self.wake.notify_one();
        self.wake = wake;
        true
    }

    pub(crate) const fn is_attached(&self) -> bool {
        self.connection.is_some()
    }

    pub(crate) fn detach(&mut self) {
        self.connection = None;
        self.detached = Some(Instant::now());
    }
}

/// The event with a `type` beyond all that are known.
fn with_unknown_type(data: &str) -> Arc<str> {
    const UNKNOWN: u8 = 250;
    let Ok(mut event) = serde_json::from_str::<Value>(data) else { return data.into() };
    event["type"] = UNKNOWN.into();
    event.to_string().into()
}
