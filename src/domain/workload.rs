//! How much work a unit has: what is open now, and what came and went lately. Counts only; nobody's hours are guessed.

use std::ops::AddAssign;

/// Over how many working days, today with them, it is counted what came and what was finished.
pub const LATELY: i64 = 20;

/// The work of a unit, of a phase, or of the office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// The open tasks that it leads.
    pub leads: u64,
    /// Of them, how many are overdue.
    pub overdue: u64,
    /// Of them, how many are due within three working days.
    pub soon: u64,
    /// Of them, how many are blocked.
    pub blocked: u64,
    /// Of them, how many wait for the decision on a new deadline.
    pub awaiting: u64,
    /// Its parts in open tasks that are still to be sent.
    pub parts: u64,
    /// Of them, how many are overdue.
    pub parts_overdue: u64,
    /// What became its own lately, as lead or supporter, and was not cancelled.
    pub came: u64,
    /// What it finished lately: tasks that it led, parts that it sent.
    pub finished: u64,
}

impl AddAssign for Workload {
    fn add_assign(&mut self, other: Self) {
        self.leads += other.leads;
        self.overdue += other.overdue;
        self.soon += other.soon;
        self.blocked += other.blocked;
        self.awaiting += other.awaiting;
        self.parts += other.parts;
        self.parts_overdue += other.parts_overdue;
        self.came += other.came;
        self.finished += other.finished;
    }
}
