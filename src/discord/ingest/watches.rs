//! What is known of each logged thread while the process runs: whether it has been read without a gap, and how far.

use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, GuildId, MessageId};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::time::Instant;

/// All logged threads.
#[derive(Default)]
pub(super) struct Watches {
    threads: HashMap<ChannelId, Watch>,
    /// Whether the gateway has spoken. Before that, reading back would only have to be done again.
    ready: bool,
    /// Servers of which Discord says that they are not available now.
    lost: HashSet<GuildId>,
}

struct Watch {
    thread: Thread,
    /// Grows with each gap, so that reading back one gap does not hide the next.
    gap: u64,
    state: State,
    /// The newest message that was logged live since the last tick, and the newest until then.
    fresh: Option<MessageId>,
    ripe: Option<MessageId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is missing: live messages move the watermark.
    CaughtUp,
    /// Something may be missing: history is to be read, not before that moment.
    Behind(Instant),
    /// Something may be missing and Discord does not let us read it; tried again at that moment.
    Unreadable(Instant),
}

/// How far a thread may be in the past.
#[derive(Clone, Debug)]
pub(in crate::discord) struct Gap {
    pub(in crate::discord) thread: Thread,
    number: u64,
}

impl Watches {
    /// Adds a thread that is not known yet; it has to be read from the start.
    pub(super) fn add(&mut self, thread: Thread) {
        self.threads.entry(thread.channel).or_insert_with(|| Watch {
            thread,
            gap: 0,
            state: State::Behind(Instant::now()),
            fresh: None,
            ripe: None,
        });
    }

    pub(super) fn thread(&self, channel: ChannelId) -> Option<&Thread> {
        self.threads.get(&channel).map(|watch| &watch.thread)
    }

    /// Something of this thread was missed.
    pub(super) fn missed(&mut self, channel: ChannelId) {
        if let Some(watch) = self.threads.get_mut(&channel) {
            watch.gap += 1;
            watch.state = State::Behind(Instant::now());
            (watch.fresh, watch.ripe) = (None, None);
        }
    }

    /// Anything may have been missed.
    pub(super) fn missed_all(&mut self) {
        self.ready = true;
        let channels: Vec<ChannelId> = self.threads.keys().copied().collect();
        for channel in channels {
            self.missed(channel);
        }
    }

    /// A server is not available for a time.
    pub(super) fn lost(&mut self, guild: GuildId) {
        self.lost.insert(guild);
    }

    /// A server is there. If it was lost before, its threads have a gap.
    pub(super) fn found(&mut self, guild: GuildId) {
        if self.lost.remove(&guild) {
            let of_guild =
                self.threads.values().map(|watch| &watch.thread).filter(|thread| thread.guild == guild);
            let channels: Vec<ChannelId> = of_guild.map(|thread| thread.channel).collect();
            for channel in channels {
                self.missed(channel);
            }
        }
    }

    /// The threads whose history is to be read now.
    pub(super) fn due(&self) -> Vec<Gap> {
        let now = Instant::now();
        let due = |watch: &&Watch| match watch.state {
            State::CaughtUp => false,
            State::Behind(at) | State::Unreadable(at) => at <= now,
        };
        let threads = self.threads.values().filter(|_| self.ready).filter(due);
        threads.map(|watch| Gap { thread: watch.thread.clone(), number: watch.gap }).collect()
    }

    /// The gap has been read back; from now on live messages move the watermark, unless there is a newer gap.
    pub(super) fn closed(&mut self, gap: &Gap) {
        if let Some(watch) = self.watch_of(gap) {
            watch.state = State::CaughtUp;
        }
    }

    /// The gap cannot be read now. `allowed` is whether Discord lets us read at all.
    pub(super) fn postponed(&mut self, gap: &Gap, after: Duration, allowed: bool) {
        if let Some(watch) = self.watch_of(gap) {
            let at = Instant::now() + after;
            watch.state = if allowed { State::Behind(at) } else { State::Unreadable(at) };
        }
    }

    fn watch_of(&mut self, gap: &Gap) -> Option<&mut Watch> {
        self.threads.get_mut(&gap.thread.channel).filter(|watch| watch.gap == gap.number)
    }

    /// A live message is in the log.
    pub(super) fn logged(&mut self, channel: ChannelId, message: MessageId) {
        if let Some(watch) = self.threads.get_mut(&channel)
            && watch.state == State::CaughtUp
        {
            watch.fresh = watch.fresh.max(Some(message));
        }
    }

    /// The watermarks that may move now: to messages that were logged at least one tick ago. Handlers run out of order, so
    /// a message may be in the log before the one that came first, or before the READY that tells of a gap; within a tick
    /// all of them have run.
    pub(super) fn tick(&mut self) -> Vec<(ChannelId, MessageId)> {
        let mut moved = Vec::new();
        for (channel, watch) in &mut self.threads {
            moved.extend(watch.ripe.take().map(|until| (*channel, until)));
            watch.ripe = watch.fresh.take();
        }
        moved
    }

    /// How many threads wait to be read back, those that Discord keeps from us not counted.
    pub(super) fn behind(&self) -> usize {
        self.threads.values().filter(|watch| matches!(watch.state, State::Behind(_))).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::task::Visibility;

    const CHANNEL: ChannelId = ChannelId(2);

    fn watches() -> Watches {
        let mut watches = Watches::default();
        watches.add(Thread {
            channel: CHANNEL,
            guild: GuildId(1),
            parent: ChannelId(9),
            subject: "task:1".to_owned(),
            visibility: Visibility::Public,
        });
        watches
    }

    #[test]
    fn a_watermark_moves_a_tick_later_and_never_over_a_gap() {
        let mut watches = watches();
        watches.logged(CHANNEL, MessageId(5));
        watches.tick();
        assert_eq!(watches.tick(), [], "nothing moves before the history was read");

        watches.missed_all();
        let gap = watches.due().remove(0);
        watches.closed(&gap);
        watches.logged(CHANNEL, MessageId(7));
        watches.logged(CHANNEL, MessageId(6));
        assert_eq!(watches.tick(), []);
        assert_eq!(watches.tick(), [(CHANNEL, MessageId(7))]);

        watches.logged(CHANNEL, MessageId(9));
        watches.tick();
        watches.missed(CHANNEL);
        assert_eq!(watches.tick(), [], "9 may have come after the gap");
    }

    #[test]
    fn a_server_that_was_away_left_a_gap() {
        let mut watches = watches();
        watches.missed_all();
        let gap = watches.due().remove(0);
        watches.closed(&gap);
        watches.found(GuildId(1));
        watches.lost(GuildId(3));
        watches.found(GuildId(3));
        assert_eq!(watches.behind(), 0);
        watches.lost(GuildId(1));
        watches.found(GuildId(1));
        assert_eq!(watches.behind(), 1);
    }

    #[test]
    fn reading_back_one_gap_does_not_hide_the_next() {
        let mut watches = watches();
        assert!(watches.due().is_empty(), "not before READY");
        watches.missed_all();
        let first = watches.due().remove(0);
        watches.missed(CHANNEL);
        watches.closed(&first);
        assert_eq!((watches.behind(), watches.due().len()), (1, 1));
        let second = watches.due().remove(0);
        watches.closed(&second);
        assert_eq!((watches.behind(), watches.due().len()), (0, 0));
    }
}
