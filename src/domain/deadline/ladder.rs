//! The ladder of reminders of one task, and what to do about it now.

use super::profile::Mark;
use super::rules::{Receipt, Rules};
use super::working_days;
use crate::domain::calendar::Calendar;
use crate::domain::task::Urgency;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// When the reminders of a day go out, local time: half an hour after the office opened.
const REMIND_AT: NaiveTime = match NaiveTime::from_hms_opt(8, 30, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// A reminder sent this long after its time is late: it should say so.
pub(super) const PUNCTUAL: TimeDelta = TimeDelta::minutes(15);

/// What is late waits for the next reminder when that comes within this time, and is told with it.
const SOON: TimeDelta = TimeDelta::hours(1);

/// Where a reminder stands in the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// So many working days before the due date.
    Before(u8),
    /// The due date.
    OnDay,
    /// So many hours before the deadline itself.
    Hours(u8),
    /// So many working days after it; at least one.
    Overdue(u32),
    /// Units have not confirmed receipt.
    Receipt,
    /// One of those that come every few hours.
    Pulse,
}

/// One reminder of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Where it stands.
    pub step: Step,
    /// When it goes out.
    pub at: DateTime<Utc>,
    /// The local date and time it goes out on.
    pub date: NaiveDate,
    /// The local time.
    pub time: NaiveTime,
    /// The due date it belongs to, as the task has it.
    pub due: NaiveDate,
}

impl Rung {
    /// The idempotency key of this reminder within its task, such as `before-3:2023-03-21:2023-03-24`. A moved
    /// deadline has other keys.
    pub fn key(&self) -> String {
        let (date, due) = (self.date, self.due);
        let time = self.time.format("%H%M");
        match self.step {
            Step::Before(days) => format!("before-{days}:{date}:{due}"),
            Step::OnDay => format!("on-day:{date}:{due}"),
            Step::Overdue(days) => format!("overdue-{days}:{date}:{due}"),
            Step::Receipt => format!("receipt:{date}:{due}"),
            Step::Hours(hours) => format!("hours-{hours}:{date}T{time}:{due}"),
            Step::Pulse => format!("pulse:{date}T{time}:{due}"),
        }
    }
}

/// All that decides when a task is reminded of.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    /// By when it is to be done.
    pub due: DateTime<Utc>,
    /// When it was given.
    pub given: DateTime<Utc>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whether the lead has the task before its eyes. Until then flash wakes people at night.
    pub received: bool,
    /// Whether any unit is still to confirm receipt.
    pub awaited: bool,
    /// How its lead is reminded.
    pub rules: &'a Rules,
    /// The office's days.
    pub calendar: &'a Calendar,
}

/// What to do about a task's deadline now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing; ask again at `until`, which is always later than now.
    Wait {
        /// When to ask again.
        until: DateTime<Utc>,
    },
    /// Remind now.
    Ping {
        /// The newest rung that is due.
        rung: Rung,
        /// How many older rungs nobody was reminded of; this reminder stands for them too.
        missed: usize,
        /// Whether the rung's time has passed by more than a few minutes, so the reminder should say so.
        late: bool,
        /// Whether the supporters are reminded as well: this is, or stands for, the first of the due date.
        supporters: bool,
        /// When to ask again.
        next: DateTime<Utc>,
    },
}

impl Ladder<'_> {
    /// The due date as the ladder goes: the next working day where a holiday was announced over it later.
    pub fn day(&self) -> NaiveDate {
        self.calendar.working_day_from(self.calendar.local_date(self.due))
    }

    /// The first rung strictly after `after`. There always is one: an overdue task is reminded for ever.
    pub fn next_rung(&self, after: DateTime<Utc>) -> Rung {
        let profile = self.rules.profile(self.urgency);
        let marks = profile.marks().filter_map(|mark| self.mark(mark)).filter(|(at, _)| *at > after);
        let pulse = profile.every().and_then(|hours| self.pulse(hours, after)).map(|at| (at, Step::Pulse));
        let (overdue, receipt) = (self.overdue(after), self.receipt(after));
        // Of two at the same moment the one that says more stands.
        let all = marks.chain([overdue]).chain(receipt).chain(pulse);
        let (at, step) = all.min_by_key(|(at, _)| *at).unwrap_or(overdue);
        let wall = self.calendar.local(at);
        let due = self.calendar.local_date(self.due);
        Rung { step, at, date: wall.date(), time: wall.time(), due }
    }

    /// The rungs after `since` that are due at `now`, in order.
    pub fn due_rungs(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Rung> {
        std::iter::successors(Some(self.next_rung(since)), |rung| Some(self.next_rung(rung.at)))
            .take_while(|rung| rung.at <= now)
            .collect()
    }

    /// Decides whether to remind at `now`.
    ///
    /// `since` is the last reminder's moment; before the first, the task's creation, so a task created with one day
    /// to go starts with what is still ahead. (Who announces a moved deadline may pass the moment of the move, so
    /// that the new ladder's past rungs are not made up for.)
    ///
    /// But for flash, a reminder goes out in office hours that are not quiet. What was missed is told in one reminder,
    /// with the next where that comes within the hour.
    pub fn decide(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Decision {
        // A clock that was put back must not climb rungs again.
        let next = self.next_rung(now.max(since)).at;
        let mut pending = self.due_rungs(since, now);
        let Some(rung) = pending.pop() else { return Decision::Wait { until: next } };
        let open = self.open_from(now);
        let late = now - rung.at > PUNCTUAL;
        if (late || open > now) && next - open <= SOON {
            Decision::Wait { until: next }
        } else if open > now {
            Decision::Wait { until: open }
        } else {
            let supporters = std::iter::once(&rung).chain(&pending).any(|rung| self.opens_the_due_date(rung));
            Decision::Ping { late, missed: pending.len(), supporters, next, rung }
        }
    }

    /// What would be decided from now on up to and with `until`, if nothing changed: each reminder with its moment.
    pub fn ahead(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, Decision)> {
        let (mut since, mut now, mut pings) = (since, now, Vec::new());
        while now <= until {
            let decision = self.decide(since, now);
            let next = match &decision {
                Decision::Wait { until } => *until,
                Decision::Ping { next, .. } => *next,
            };
            if let Decision::Ping { .. } = decision {
                pings.push((now, decision));
                since = now;
            }
            now = next;
        }
        pings
    }

    /// Whether what was put out at `since` is told by a later reminder: one that has come, or comes so soon that a late
    /// one is not worth a message.
    pub fn overtaken(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let next = self.next_rung(since).at;
        next <= now || self.open_from(now) == now && now - since > PUNCTUAL && next - now <= SOON
    }

    /// `now` itself when people may be reminded, else the next moment when they may.
    pub fn open_from(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match (self.urgency, self.received) {
            (Urgency::Flash, false) => now,
            (Urgency::Flash, true) => self.calendar.next_office_moment(now),
            _ => self.rules.quiet.over_from(now, self.calendar),
        }
    }

    /// Whether no other rung of the due date comes before this one.
    fn opens_the_due_date(&self, rung: &Rung) -> bool {
        let midnight = self.calendar.at(self.day(), NaiveTime::MIN) - TimeDelta::milliseconds(1);
        rung.date == self.day() && self.next_rung(midnight.max(self.given)).at == rung.at
    }

    /// The morning's moment of a day, later where that hour is quiet.
    fn morning(&self, date: NaiveDate) -> DateTime<Utc> {
        let time = self.morning_time();
        let quiet = match self.urgency {
            Urgency::Flash => None,
            _ => self.rules.quiet.over_on(date, time, self.calendar),
        };
        quiet.unwrap_or_else(|| self.calendar.at(date, time))
    }

    fn morning_time(&self) -> NaiveTime {
        if self.calendar.opens_at(REMIND_AT) { REMIND_AT } else { self.calendar.opening() }
    }

    fn mark(&self, mark: Mark) -> Option<(DateTime<Utc>, Step)> {
        match mark {
            Mark::Days(0) => Some((self.morning(self.day()), Step::OnDay)),
            Mark::Days(days) => {
                let date = self.calendar.add_working_days(self.day(), -i64::from(days));
                Some((self.morning(date), Step::Before(days)))
            }
            Mark::Hours(hours) => {
                let deadline = self.calendar.at(self.day(), self.calendar.local(self.due).time());
                // Before the office opens is as good as when it opens, and after the deadline there is no use in it.
                let at = self.rules.quiet.over_from(deadline - TimeDelta::hours(hours.into()), self.calendar);
                (at < deadline).then_some((at, Step::Hours(hours)))
            }
        }
    }

    /// The next morning on which the task is overdue.
    fn overdue(&self, after: DateTime<Utc>) -> (DateTime<Utc>, Step) {
        let first = self.calendar.next_working_day(self.day());
        let date = self.next_date(first, after, |date| self.late_from(date));
        (self.late_from(date), Step::Overdue(working_days(self.day(), date, self.calendar)))
    }

    /// When a day is begun on which the task is late: in the morning, with the first of the reminders that come every few hours
    /// where they come at other times.
    fn late_from(&self, date: NaiveDate) -> DateTime<Utc> {
        let opening = self.calendar.at(date, self.calendar.opening());
        match (self.urgency, self.rules.profile(self.urgency).every()) {
            (Urgency::Flash, Some(hours)) => self
                .pulse(hours, opening - TimeDelta::milliseconds(1))
                .filter(|at| self.calendar.local_date(*at) == date && self.calendar.in_office_hours(*at))
                .unwrap_or(opening),
            _ => self.morning(date),
        }
    }

    /// The next morning on which units are asked for their receipt.
    fn receipt(&self, after: DateTime<Utc>) -> Option<(DateTime<Utc>, Step)> {
        if !self.awaited || self.rules.receipt(self.urgency) != Receipt::Morning {
            return None;
        }
        let first = self.calendar.next_working_day(self.calendar.local_date(self.given));
        Some((self.morning(self.next_date(first, after, |date| self.morning(date))), Step::Receipt))
    }

    /// The first working day from `first` on whose moment comes after `after`.
    fn next_date(
        &self,
        first: NaiveDate,
        after: DateTime<Utc>,
        moment: impl Fn(NaiveDate) -> DateTime<Utc>,
    ) -> NaiveDate {
        let today = self.calendar.local_date(after).max(first);
        if self.calendar.is_working(today) && moment(today) > after {
            today
        } else {
            self.calendar.next_working_day(today)
        }
    }

    /// The next of those that come every few hours. Until it is received flash counts from giving, at any hour. All else counts
    /// from the morning's reminder, in office hours that are not quiet; flash from when the office opens, quiet or not.
    fn pulse(&self, hours: u8, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let step = TimeDelta::hours(hours.into());
        let flash = self.urgency == Urgency::Flash;
        if flash && !self.received {
            let passed = (after - self.given).num_milliseconds().div_euclid(step.num_milliseconds());
            return Some(self.given + step * i32::try_from(passed.max(0) + 1).unwrap_or(i32::MAX));
        }
        let (first, quiet) = if flash {
            (self.calendar.opening(), None)
        } else {
            (self.morning_time(), Some(&self.rules.quiet))
        };
        let open = |moment| match quiet {
            Some(quiet) => quiet.is_over(moment, self.calendar),
            None => self.calendar.in_office_hours(moment),
        };
        let from = self.calendar.working_day_from(self.calendar.local_date(after));
        // The same hours every day: what is in none of two days is in no other.
        [from, self.calendar.next_working_day(from)].into_iter().find_map(|date| {
            let end = self.calendar.day_end(date);
            std::iter::successors(Some(self.calendar.at(date, first)), |moment| Some(*moment + step))
                .take_while(|moment| *moment < end)
                .find(|moment| *moment > after && open(*moment))
        })
    }
}
