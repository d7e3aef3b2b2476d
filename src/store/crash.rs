//! Dying on purpose. The proof that a killed bot says everything once kills it at every commit, and no signal from
//! outside can be aimed so well: `LIAISON_CRASH_AT_WRITE=7:before` aborts the process at its seventh commit, just before
//! it (or `:after`, just after it). Without the variable it costs nothing that can be measured.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// On which side of the commit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Before,
    After,
}

static AT: LazyLock<Option<(u64, Moment)>> = LazyLock::new(|| {
    let text = std::env::var("LIAISON_CRASH_AT_WRITE").ok()?;
    let (number, side) = text.split_once(':')?;
    let moment = if side == "before" { Moment::Before } else { Moment::After };
    Some((number.parse().ok()?, moment))
});
static WRITES: AtomicU64 = AtomicU64::new(0);

/// A commit that is about to be made: its number, from 1.
pub(super) fn next_write() -> u64 {
    WRITES.fetch_add(1, Ordering::Relaxed) + 1
}

/// Dies if this is the moment.
pub(super) fn at_write(number: u64, moment: Moment) {
    if *AT == Some((number, moment)) {
        // No destructor runs and nothing is flushed: for the database this is a SIGKILL.
        std::process::abort();
    }
}
