//! The reminder ladder of a task: when to remind, and how the task stands.
//!
//! The rungs are three working days before the due date, one working day before, the due date itself, and then
//! every working day while the task is overdue, each at 08:30. Nothing but the due date and the moment of the
//! last reminder decides the next one, so a deadline that moved has nothing to cancel: ask [`decide`] again.
//!
//! A due date is a working day when it is set. Where a holiday is announced over it later, the ladder and the
//! standing go by the next working day, as article 148 of the Civil Code has it.

#[cfg(test)]
mod tests;

use super::calendar::Calendar;
use super::lang::Lang;
use super::when::format_working_days;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// Working days before the due date on which a reminder goes out, the earliest first.
const BEFORE: [u8; 2] = [3, 1];

/// When reminders go out, local time: half an hour after the office opened.
const REMIND_AT: NaiveTime = match NaiveTime::from_hms_opt(8, 30, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// A reminder sent this long after its time is late: it should say so.
const PUNCTUAL: TimeDelta = TimeDelta::minutes(15);

/// Where a reminder stands in the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// So many working days before the due date.
    Before(u8),
    /// The due date.
    OnDay,
    /// So many working days after it; at least one.
    Overdue(u32),
}

/// One reminder of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Where it stands.
    pub step: Step,
    /// When it goes out.
    pub at: DateTime<Utc>,
    /// The local date it goes out on.
    pub date: NaiveDate,
    /// The due date it belongs to, as the task has it.
    pub due: NaiveDate,
}

impl Rung {
    /// The idempotency key of this reminder within its task, such as `before-3:2023-03-21:2023-03-24`. A moved
    /// deadline has other keys.
    pub fn key(&self) -> String {
        let step = match self.step {
            Step::Before(days) => format!("before-{days}"),
            Step::OnDay => "on-day".to_owned(),
            Step::Overdue(days) => format!("overdue-{days}"),
        };
        format!("{step}:{}:{}", self.date, self.due)
    }
}

/// The first rung strictly after `after`. There always is one: an overdue task is reminded for ever.
pub fn next_rung(due: NaiveDate, after: DateTime<Utc>, calendar: &Calendar) -> Rung {
    let time = if calendar.opens_at(REMIND_AT) { REMIND_AT } else { calendar.opening() };
    let rung = |step, date| Rung { step, at: calendar.at(date, time), date, due };
    let day = calendar.working_day_from(due);
    let before =
        BEFORE.map(|days| rung(Step::Before(days), calendar.add_working_days(day, -i64::from(days))));
    if let Some(ahead) =
        before.into_iter().chain([rung(Step::OnDay, day)]).find(|candidate| candidate.at > after)
    {
        return ahead;
    }
    let today = calendar.local_date(after);
    let overdue_on = if calendar.is_working(today) && calendar.at(today, time) > after {
        today
    } else {
        calendar.next_working_day(today)
    };
    rung(Step::Overdue(working_days(day, overdue_on, calendar)), overdue_on)
}

/// The rungs after `since` that are due at `now`, in order.
pub fn due_rungs(due: NaiveDate, since: DateTime<Utc>, now: DateTime<Utc>, calendar: &Calendar) -> Vec<Rung> {
    let first = next_rung(due, since, calendar);
    std::iter::successors(Some(first), |rung| Some(next_rung(due, rung.at, calendar)))
        .take_while(|rung| rung.at <= now)
        .collect()
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
        /// When to ask again.
        next: DateTime<Utc>,
    },
}

/// Decides whether to remind at `now`.
///
/// `since` is the last reminder's moment; before the first, the task's creation, so a task created with one day
/// to go starts with what is still ahead. (Who announces a moved deadline may pass the moment of the move, so
/// that the new ladder's past rungs are not made up for.)
///
/// A reminder goes out in office hours only, and never twice a day: what was missed waits for the day's own
/// 08:30 where there is one, and is told in one reminder.
pub fn decide(due: NaiveDate, since: DateTime<Utc>, now: DateTime<Utc>, calendar: &Calendar) -> Decision {
    // A clock that was put back must not climb rungs again.
    let next = next_rung(due, now.max(since), calendar);
    let mut pending = due_rungs(due, since, now, calendar);
    let Some(rung) = pending.pop() else { return Decision::Wait { until: next.at } };
    let open = calendar.next_office_moment(now);
    if calendar.local_date(open) == next.date {
        Decision::Wait { until: next.at }
    } else if open > now {
        Decision::Wait { until: open }
    } else {
        Decision::Ping { late: now - rung.at > PUNCTUAL, missed: pending.len(), next: next.at, rung }
    }
}

/// How a task stands against its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// So many working days are left, today not counted; at least one.
    Left(u32),
    /// It is due today.
    Today,
    /// The deadline passed so many working days ago; zero until the next working day begins.
    Overdue(u32),
}

/// How a task due at `due` (local; [`Calendar::closing`] is the usual time) stands at `now`.
pub fn status(due: NaiveDateTime, now: DateTime<Utc>, calendar: &Calendar) -> Standing {
    let (wall, day) = (calendar.local(now), calendar.working_day_from(due.date()));
    let today = wall.date();
    if wall > day.and_time(due.time()) {
        Standing::Overdue(working_days(day, today, calendar))
    } else if today == day {
        Standing::Today
    } else {
        Standing::Left(working_days(today, day, calendar))
    }
}

impl Standing {
    /// As the office says it: "còn 02 ngày làm việc", "2 working days left".
    pub fn words(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Left(days), Lang::Vi) => format!("còn {}", format_working_days(days, lang)),
            (Self::Left(days), Lang::En) => format!("{} left", format_working_days(days, lang)),
            (Self::Today, Lang::Vi) => "đến hạn hôm nay".to_owned(),
            (Self::Today, Lang::En) => "due today".to_owned(),
            (Self::Overdue(0), Lang::Vi) => "đã quá hạn".to_owned(),
            (Self::Overdue(0), Lang::En) => "overdue".to_owned(),
            (Self::Overdue(days), Lang::Vi) => format!("quá hạn {}", format_working_days(days, lang)),
            (Self::Overdue(days), Lang::En) => format!("overdue by {}", format_working_days(days, lang)),
        }
    }
}

fn working_days(from: NaiveDate, to: NaiveDate, calendar: &Calendar) -> u32 {
    u32::try_from(calendar.working_days_between(from, to)).unwrap_or(0)
}
