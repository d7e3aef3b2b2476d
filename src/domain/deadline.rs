//! The reminder ladder of a task: when to remind, and how the task stands.
//!
//! The rungs are those of the task's urgency ([`Profile`]), as the office or the lead has set them ([`Rules`]), and then
//! every working day while the task is overdue, in the morning at 08:30. Until every unit has confirmed receipt they ask for that
//! ([`Receipt`]). Nothing but what the task is and the moment of the last reminder decides the next one, so a deadline that
//! moved has nothing to cancel: ask [`Ladder::decide`] again.
//!
//! | Urgency | Reminds | When people may be woken |
//! |---|---|---|
//! | thường | 3 and 1 working days before, on the day | office hours that are not quiet |
//! | khẩn | 1 working day before, on the day, 4 hours before; each morning until it is received | the same |
//! | thượng khẩn | every 2 hours from 08:30 on, from giving until it is done | the same |
//! | hỏa tốc | every hour: from giving at any hour until the lead has received it, then from the opening of the office until it is done | office hours, once it is received |
//!
//! A due date is a working day when it is set. Where a holiday is announced over it later, the ladder and the
//! standing go by the next working day, as article 148 of the Civil Code has it.

mod ladder;
mod profile;
mod quiet;
mod rules;
#[cfg(test)]
mod tests;

pub use ladder::{Decision, Ladder, Rung, Step};
pub use profile::{Mark, NoProfile, Profile};
pub use quiet::{NoHours, Quiet};
pub use rules::{BadRule, LIMIT_MAX, Receipt, Rule, Rules};

use super::calendar::Calendar;
use super::lang::Lang;
use super::when::format_working_days;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

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
