//! How fast we may speak: Discord's limits per bucket and for the whole bot, and a stop well before a ban.
//!
//! A *lane* is what a caller can name: method, route and major id (the channel, guild or webhook). A *window* is what
//! Discord counts: its bucket (learnt from the answers) and the major id. Calls of a lane go in the order of their
//! tickets; a call that met a 429 keeps its ticket and so goes first. Time is tokio's monotonic time: limits are real
//! even when the office's clock is simulated. A third of this file are its tests, which
//! give the state its `now` and so need no sleep.
//!
//! Why not `twilight-http-ratelimiting` 0.18: it lets one call at a time into a bucket, and until a bucket is known
//! into a whole channel, so one hanging call holds its neighbours; it has no answer to a global 429; and it keeps the
//! provisional queue of every channel for ever.

use super::report::{Report, Scope};
use reqwest::Method;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Calls per second over all routes. Discord allows 50; arrival times jitter.
const GLOBAL_PER_SECOND: usize = 48;
/// 401, 403 and 429 answers after which nothing is sent. Discord bans the address at 10,000 within [`INVALID_SPAN`].
const INVALID_STOP: usize = 2_000;
/// The span over which invalid requests count.
const INVALID_SPAN: Duration = Duration::from_secs(600);
/// When to come back if nothing better is known.
const SOON: Duration = Duration::from_secs(1);
/// Windows kept before the idle ones are first looked for.
const FIRST_PRUNE: usize = 256;

/// The calls that keep an order among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub(super) method: Method,
    pub(super) template: &'static str,
    pub(super) major: String,
}

impl Lane {
    /// Webhook and interaction routes do not count to the global limit, and are not held by it.
    fn is_exempt(&self) -> bool {
        self.template.starts_with("/webhooks/") || self.template.starts_with("/interactions/")
    }
}

/// A bucket, under Discord's name for it or, until that is learnt, under our name of the route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Bucket {
    Learnt(Arc<str>),
    Assumed(Method, &'static str),
}

type WindowKey = (Bucket, String);

/// What is left of a bucket. Until an answer tells more, one call at a time finds out.
#[derive(Debug)]
struct Window {
    limit: u32,
    remaining: u32,
    resets: Option<Instant>,
    in_flight: u32,
}

impl Default for Window {
    fn default() -> Self {
        Self { limit: 1, remaining: 1, resets: None, in_flight: 0 }
    }
}

impl Window {
    /// Starts the next period when the last is over, or when no call of it was ever answered.
    fn refresh(&mut self, now: Instant) {
        if self.resets.map_or(self.in_flight == 0, |at| at <= now) {
            self.remaining = self.limit;
            self.resets = None;
        }
    }

    fn take(&mut self, now: Instant) -> Result<(), Held> {
        self.refresh(now);
        if self.remaining == 0 {
            return Err(self.resets.map_or(Held::UntilChange, Held::Until));
        }
        self.remaining -= 1;
        self.in_flight += 1;
        Ok(())
    }

    fn is_idle(&self, now: Instant) -> bool {
        self.in_flight == 0 && self.resets.is_none_or(|at| at <= now)
    }
}

/// Why a call may not go yet.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    Until(Instant),
    UntilChange,
}

#[derive(Debug, Default)]
struct State {
    last_ticket: u64,
    waiting: HashMap<Lane, BTreeSet<u64>>,
    buckets: HashMap<(Method, &'static str), Arc<str>>,
    windows: HashMap<WindowKey, Window>,
    prune_at: usize,
    sent: VecDeque<Instant>,
    global_until: Option<Instant>,
    invalid: VecDeque<Instant>,
}

impl State {
    fn window_key(&self, lane: &Lane) -> WindowKey {
        let bucket = match self.buckets.get(&(lane.method.clone(), lane.template)) {
            Some(name) => Bucket::Learnt(name.clone()),
            None => Bucket::Assumed(lane.method.clone(), lane.template),
        };
        (bucket, lane.major.clone())
    }

    fn take(&mut self, lane: &Lane, ticket: u64, now: Instant) -> Result<WindowKey, Held> {
        if let Some(at) = self.stopped_until(now) {
            return Err(Held::Until(at));
        }
        if self.waiting.get(lane).and_then(|tickets| tickets.first()) != Some(&ticket) {
            return Err(Held::UntilChange);
        }
        let counts = !lane.is_exempt();
        if let Some(at) = self.globally_held_until(now).filter(|_| counts) {
            return Err(Held::Until(at));
        }
        self.prune(now);
        let key = self.window_key(lane);
        self.windows.entry(key.clone()).or_default().take(now)?;
        if counts {
            self.sent.push_back(now);
        }
        Ok(key)
    }

    fn stopped_until(&mut self, now: Instant) -> Option<Instant> {
        drop_before(&mut self.invalid, now, INVALID_SPAN);
        let oldest = self.invalid.front().filter(|_| self.invalid.len() >= INVALID_STOP);
        oldest.map(|oldest| *oldest + INVALID_SPAN)
    }

    fn globally_held_until(&mut self, now: Instant) -> Option<Instant> {
        let second = Duration::from_secs(1);
        drop_before(&mut self.sent, now, second);
        let full = self.sent.front().filter(|_| self.sent.len() >= GLOBAL_PER_SECOND).map(|at| *at + second);
        full.max(self.global_until.filter(|at| *at > now))
    }

    /// Forgets idle windows, or the map would grow with every thread. Looked for only when the map has doubled.
    fn prune(&mut self, now: Instant) {
        if self.windows.len() >= self.prune_at.max(FIRST_PRUNE) {
            self.windows.retain(|_, window| !window.is_idle(now));
            self.prune_at = self.windows.len() * 2;
        }
    }

    fn report(&mut self, lane: &Lane, report: Report, now: Instant) {
        if report.is_invalid() {
            self.invalid.push_back(now);
        }
        if let Some(name) = &report.bucket {
            self.buckets.insert((lane.method.clone(), lane.template), name.clone());
        }
        let window = self.windows.entry(self.window_key(lane)).or_default();
        window.refresh(now);
        match report.window {
            Some((limit, remaining, reset_after)) => {
                // Calls that are still under way are in our own count and not yet in Discord's.
                let found_out = window.limit > 1;
                window.remaining = if found_out { remaining.min(window.remaining) } else { remaining };
                window.limit = limit.max(1);
                window.resets = Some(now + reset_after);
            }
            None if report.status < 429 && report.bucket.is_none() => {
                (window.limit, window.remaining) = (u32::MAX, u32::MAX);
            }
            None => {}
        }
        match report.limited {
            Some((after, Scope::Global)) if !lane.is_exempt() => {
                self.global_until = self.global_until.max(Some(now + after));
            }
            Some((after, _)) => {
                window.remaining = 0;
                window.resets = Some(now + after);
            }
            None => {}
        }
    }
}

fn drop_before(times: &mut VecDeque<Instant>, now: Instant, span: Duration) {
    while times.front().is_some_and(|at| *at + span <= now) {
        times.pop_front();
    }
}

/// All limits of one token.
#[derive(Debug, Default)]
pub(super) struct Limits {
    state: Mutex<State>,
    changed: Notify,
}

impl Limits {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is consistent between any two statements, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the order of calls.
    pub(super) fn ticket(&self) -> u64 {
        let mut state = self.state();
        state.last_ticket += 1;
        state.last_ticket
    }

    /// Waits for the call's turn, at most until `give_up`.
    ///
    /// # Errors
    /// How long from now it is worth coming back, when the turn does not come in time. Said at once if it is known.
    pub(super) async fn acquire(
        &self,
        lane: &Lane,
        ticket: u64,
        give_up: Instant,
    ) -> Result<Permit<'_>, Duration> {
        self.state().waiting.entry(lane.clone()).or_default().insert(ticket);
        let _place = Place { limits: self, lane, ticket };
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            let taken = self.state().take(lane, ticket, now);
            let wake = match taken {
                Ok(window) => return Ok(Permit { limits: self, lane: lane.clone(), window }),
                Err(Held::Until(at)) if at > give_up => return Err(at - now),
                Err(Held::Until(at)) => at,
                Err(Held::UntilChange) if now >= give_up => return Err(SOON),
                Err(Held::UntilChange) => give_up,
            };
            tokio::select! {
                () = sleep_until(wake) => {}
                () = changed => {}
            }
        }
    }
}

/// A place in a lane's queue, given up when the wait ends, however it ends.
struct Place<'a> {
    limits: &'a Limits,
    lane: &'a Lane,
    ticket: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limits.state();
        if let Some(tickets) = state.waiting.get_mut(self.lane) {
            tickets.remove(&self.ticket);
            if tickets.is_empty() {
                state.waiting.remove(self.lane);
            }
        }
        drop(state);
        self.limits.changed.notify_waiters();
    }
}

/// Leave to send one call. Dropped without a report it counts as sent and never answered.
#[must_use]
pub(super) struct Permit<'a> {
    limits: &'a Limits,
    lane: Lane,
    window: WindowKey,
}

impl Permit<'_> {
    /// Takes in what the answer says.
    pub(super) fn report(self, report: Report) {
        self.limits.state().report(&self.lane, report, Instant::now());
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(window) = self.limits.state().windows.get_mut(&self.window) {
            window.in_flight = window.in_flight.saturating_sub(1);
        }
        self.limits.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(channel: u64) -> Lane {
        let template = "/channels/{channel}/messages";
        Lane { method: Method::POST, template, major: channel.to_string() }
    }

    fn reply() -> Lane {
        let template = "/webhooks/{application}/{token}/messages/@original";
        Lane { method: Method::PATCH, template, major: "1/t".into() }
    }

    fn go(state: &mut State, lane: &Lane, ticket: u64, now: Instant) -> Result<WindowKey, Held> {
        state.waiting.entry(lane.clone()).or_default().insert(ticket);
        let taken = state.take(lane, ticket, now);
        if taken.is_ok() {
            state.waiting.remove(lane);
        }
        taken
    }

    fn answer(state: &mut State, lane: &Lane, taken: &WindowKey, report: Report, now: Instant) {
        state.report(lane, report, now);
        state.windows.get_mut(taken).unwrap().in_flight -= 1;
    }

    fn counted(limit: u32, remaining: u32, reset_after: u64) -> Report {
        Report {
            status: 200,
            bucket: Some("abcd".into()),
            window: Some((limit, remaining, Duration::from_secs(reset_after))),
            limited: None,
        }
    }

    #[test]
    fn one_call_finds_out_and_then_the_whole_window_is_used() {
        let (mut state, lane, now) = (State::default(), lane(1), Instant::now());
        let first = go(&mut state, &lane, 1, now).unwrap();
        assert_eq!(go(&mut state, &lane, 2, now), Err(Held::UntilChange));
        answer(&mut state, &lane, &first, counted(5, 4, 5), now);
        let rest: Vec<_> = (2..6).map(|ticket| go(&mut state, &lane, ticket, now).unwrap()).collect();
        let reset = now + Duration::from_secs(5);
        assert_eq!(go(&mut state, &lane, 6, now), Err(Held::Until(reset)));
        // An early answer does not yet know of the calls behind it, and gives nothing back.
        answer(&mut state, &lane, &rest[0], counted(5, 3, 5), now);
        assert_eq!(go(&mut state, &lane, 6, now), Err(Held::Until(reset)));
        assert!(go(&mut state, &lane, 6, reset).is_ok());
    }

    #[test]
    fn the_order_of_the_tickets_is_the_order_of_a_lane() {
        let (mut state, lane, now) = (State::default(), lane(1), Instant::now());
        state.waiting.insert(lane.clone(), [3, 4].into());
        assert_eq!(state.take(&lane, 4, now), Err(Held::UntilChange));
        // A call that was turned back by a 429 comes again with its old ticket.
        state.waiting.entry(lane.clone()).or_default().insert(2);
        assert_eq!(state.take(&lane, 3, now), Err(Held::UntilChange));
        assert!(state.take(&lane, 2, now).is_ok());
    }

    #[test]
    fn a_window_whose_calls_were_never_answered_opens_again() {
        let (mut state, lane, now) = (State::default(), lane(1), Instant::now());
        let first = go(&mut state, &lane, 1, now).unwrap();
        state.windows.get_mut(&first).unwrap().in_flight -= 1;
        assert!(go(&mut state, &lane, 2, now).is_ok());
    }

    #[test]
    fn the_bot_as_a_whole_stays_below_fifty_a_second_and_replies_do_not_count() {
        let (mut state, now) = (State::default(), Instant::now());
        for channel in 0..GLOBAL_PER_SECOND as u64 {
            assert!(go(&mut state, &lane(channel), channel, now).is_ok());
        }
        let second = now + Duration::from_secs(1);
        assert_eq!(go(&mut state, &lane(999), 999, now), Err(Held::Until(second)));
        assert!(go(&mut state, &reply(), 1000, now).is_ok());
        assert!(go(&mut state, &lane(999), 999, second).is_ok());
    }

    #[test]
    fn it_falls_silent_long_before_a_ban() {
        let (mut state, lane, now) = (State::default(), reply(), Instant::now());
        for (status, scope) in [(429, Scope::Shared), (403, Scope::User), (429, Scope::User)] {
            for ticket in 0..INVALID_STOP as u64 / 2 {
                let taken = go(&mut state, &lane, ticket, now).unwrap();
                let limited = (status == 429).then_some((Duration::ZERO, scope));
                answer(&mut state, &lane, &taken, Report { status, limited, ..Report::default() }, now);
            }
        }
        let over = now + INVALID_SPAN;
        assert_eq!(go(&mut state, &lane, 2, now + Duration::from_secs(60)), Err(Held::Until(over)));
        assert!(go(&mut state, &lane, 2, over).is_ok());
    }

    #[test]
    fn ten_thousand_threads_leave_no_trace() {
        let (mut state, mut now) = (State::default(), Instant::now());
        for channel in 0..10_000 {
            now += Duration::from_millis(50);
            let lane = lane(channel);
            let taken = go(&mut state, &lane, channel, now).unwrap();
            answer(&mut state, &lane, &taken, counted(5, 4, 1), now);
        }
        assert!(state.windows.len() <= FIRST_PRUNE, "{} windows", state.windows.len());
        assert!(state.waiting.is_empty());
        assert_eq!(state.buckets.len(), 1);
    }
}
