//! How punctual units are: one formula, the same for all of them, in working days. `docs/on-time.md` says it in words.
//!
//! Whether a unit was on time is decided by the deadline alone. That it waited for somebody else ([`waits`]) takes days off
//! how late it was, never the lateness itself: who needs more time asks for it.

#[cfg(test)]
mod tests;

use super::calendar::Calendar;
use super::ids::UnitCode;
use super::note::TaskNote;
use super::task::Part;
use chrono::{DateTime, NaiveDate, Utc};
use std::ops::AddAssign;

/// Of fewer measured items than this a rate says little.
pub const FEW: u64 = 5;

/// What a unit owed: a task as its lead, or its part in a task as a supporter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// When it became the unit's.
    pub since: DateTime<Utc>,
    /// The deadline as it was finally agreed.
    pub due: DateTime<Utc>,
    /// When the unit was done with it: the task was reported done, the part was sent.
    pub done: Option<DateTime<Utc>>,
    /// When the task as a whole was done, after which no part of it can be sent any more.
    pub closed: Option<DateTime<Utc>>,
}

/// How a unit stood to what it owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Done before any working day had passed after the deadline's.
    OnTime,
    /// Done later, by so much.
    Late(Days),
    /// Not done yet, for so long.
    Overdue(Days),
}

/// Working days after a deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Those that are the unit's own.
    pub own: i64,
    /// Those on which it waited for somebody else.
    pub waited: i64,
}

/// The working days after `from` up to and with `to`, on which a unit waited for somebody else. As with every period, the
/// first day is not counted (Civil Code, article 147): what is asked and answered on one day is no wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When it asked.
    pub from: NaiveDate,
    /// When it was answered, or went on without an answer.
    pub to: NaiveDate,
}

/// The last due date that can be judged on `today`: a working day has begun after it.
pub fn last_judged(today: NaiveDate, calendar: &Calendar) -> NaiveDate {
    calendar.previous_working_day(calendar.working_day_until(today))
}

/// How many working days after the deadline `end` lies; zero when it is not late. A deadline that has become a day off means
/// the next working day (Civil Code, article 148).
pub fn days_late(due: DateTime<Utc>, end: NaiveDate, calendar: &Calendar) -> i64 {
    let day = calendar.working_day_from(calendar.local_date(due));
    calendar.working_days_between(day, end).max(0)
}

/// How a unit stands on `today` to what it owed; nothing when that is not to be judged:
///
/// - the deadline has not passed ([`last_judged`]);
/// - it became the unit's after its deadline, which nobody could have kept;
/// - it is a part that was not sent, and the task was done in time without it.
///
/// A part that the task was done without is late up to that day, because it cannot be sent any more.
pub fn judge(owed: &Owed, waits: &[Wait], today: NaiveDate, calendar: &Calendar) -> Option<Verdict> {
    if calendar.local_date(owed.due) > last_judged(today, calendar) || owed.since > owed.due {
        return None;
    }
    let end = owed.done.or(owed.closed).map(|end| calendar.local_date(end));
    let until = end.unwrap_or(today);
    if days_late(owed.due, until, calendar) == 0 {
        return owed.done.map(|_| Verdict::OnTime);
    }
    let waited = |day: NaiveDate| waits.iter().any(|wait| wait.from < day && day <= wait.to);
    let day = calendar.working_day_from(calendar.local_date(owed.due));
    let after = day.iter_days().skip(1).take_while(|day| *day <= until);
    let mut days = Days::default();
    for day in after.filter(|day| calendar.is_working(*day)) {
        *(if waited(day) { &mut days.waited } else { &mut days.own }) += 1;
    }
    Some(if end.is_some() { Verdict::Late(days) } else { Verdict::Overdue(days) })
}

/// When `unit` waited for somebody else, from what happened to the task, oldest first; a wait that goes on lasts until `today`.
///
/// It waits from its report of an obstacle that names another unit to help, until it reports again. The lead waits besides
/// from asking for a new deadline until that is decided: a supporter can send its part meanwhile. An obstacle for which nobody
/// is named is the unit's own to remove. Done, cancelled, reopened, or led by another unit, a task is waited for no longer.
pub fn waits<'n>(
    unit: &UnitCode,
    part: Part,
    events: impl IntoIterator<Item = (DateTime<Utc>, &'n TaskNote)>,
    today: NaiveDate,
    calendar: &Calendar,
) -> Vec<Wait> {
    let (mut help, mut decision, mut waits) = (None::<NaiveDate>, None::<NaiveDate>, Vec::new());
    let mut end =
        |begun: &mut Option<NaiveDate>, to| waits.extend(begun.take().map(|from| Wait { from, to }));
    for (at, note) in events {
        let day = calendar.local_date(at);
        match note {
            TaskNote::Blocked { unit: by, help: Some(asked), .. } if by == unit && asked != unit => {
                help.get_or_insert(day);
            }
            TaskNote::Blocked { unit: by, .. }
            | TaskNote::Reported { unit: by, .. }
            | TaskNote::PartDone { unit: by }
                if by == unit =>
            {
                end(&mut help, day);
            }
            TaskNote::ExtensionAsked { .. } if part == Part::Lead => {
                decision.get_or_insert(day);
            }
            TaskNote::ExtensionGranted { .. } | TaskNote::ExtensionRefused { .. } => end(&mut decision, day),
            TaskNote::Reassigned { .. }
            | TaskNote::CharterMoved { lead: Some(_), .. }
            | TaskNote::Done { .. }
            | TaskNote::Cancelled { .. }
            | TaskNote::Reopened { .. } => {
                end(&mut help, day);
                end(&mut decision, day);
            }
            _ => {}
        }
    }
    end(&mut help, today);
    end(&mut decision, today);
    waits
}

/// What the audit trail calls that of which [`waits`] are made.
pub const OF_WAITS: [&str; 11] = [
    "task.block",
    "task.report",
    "task.part.done",
    "task.extend.ask",
    "task.extend.grant",
    "task.extend.refuse",
    "task.reassign",
    "task.charter.move",
    "task.done",
    "task.cancel",
    "task.reopen",
];

/// Verdicts, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were done on time.
    pub on_time: u64,
    /// How many were done later.
    pub late: u64,
    /// How many are not done.
    pub overdue: u64,
    /// The working days of their own by which those two are late, added up.
    pub days: i64,
    /// How often their deadlines were extended.
    pub extended: u64,
}

impl Tally {
    /// Counts one.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::OnTime => self.on_time += 1,
            Verdict::Late(days) => (self.late, self.days) = (self.late + 1, self.days + days.own),
            Verdict::Overdue(days) => (self.overdue, self.days) = (self.overdue + 1, self.days + days.own),
        }
    }

    /// How many there are in all.
    pub fn measured(&self) -> u64 {
        self.on_time + self.late + self.overdue
    }

    /// How many of a hundred were done on time; none when nothing is measured. Only all of them are 100, only none is 0.
    pub fn rate(&self) -> Option<u64> {
        match (self.on_time, self.measured()) {
            (_, 0) => None,
            (0, _) => Some(0),
            (on_time, all) if on_time == all => Some(100),
            (on_time, all) => Some(((on_time * 200 + all) / (all * 2)).clamp(1, 99)),
        }
    }

    /// Whether there are so few of them that the rate says little.
    pub fn is_few(&self) -> bool {
        (1..FEW).contains(&self.measured())
    }

    /// How late those are on average that are, in tenths of a working day; nothing when none is.
    pub fn mean_tenths(&self) -> Option<u64> {
        let (late, days) = (self.late + self.overdue, u64::try_from(self.days).unwrap_or_default());
        (late > 0).then(|| (days * 20 + late) / (late * 2))
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.on_time += other.on_time;
        self.late += other.late;
        self.overdue += other.overdue;
        self.days += other.days;
        self.extended += other.extended;
    }
}

/// The figures of a unit, a phase, or the office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Of what it leads.
    pub lead: Tally,
    /// Of its parts in what others lead.
    pub support: Tally,
}

impl Figures {
    /// Both together.
    pub fn total(&self) -> Tally {
        let mut total = self.lead;
        total += self.support;
        total
    }

    /// The tally of one of the two.
    pub fn of(&mut self, part: Part) -> &mut Tally {
        match part {
            Part::Lead => &mut self.lead,
            Part::Support => &mut self.support,
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.lead += other.lead;
        self.support += other.support;
    }
}
