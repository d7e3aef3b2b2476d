//! The two reminders of a meeting.

use crate::domain::calendar::Calendar;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// When people are reminded on the day before, local time: early enough to change a plan.
const DAY_BEFORE_AT: NaiveTime = match NaiveTime::from_hms_opt(15, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Which reminder of a meeting it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingReminder {
    /// At 15:00 on the working day before.
    DayBefore,
    /// One hour before.
    HourBefore,
}

impl MeetingReminder {
    /// As keys in the database write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::DayBefore => "day_before",
            Self::HourBefore => "hour_before",
        }
    }
}

/// When to remind of a meeting that starts at `starts_at`, in order. For a meeting called at short notice they may
/// lie in the past, and for one before the morning outside office hours.
pub fn meeting_reminders(
    starts_at: DateTime<Utc>,
    calendar: &Calendar,
) -> [(MeetingReminder, DateTime<Utc>); 2] {
    let day_before = calendar.previous_working_day(calendar.local_date(starts_at));
    [
        (MeetingReminder::DayBefore, calendar.at(day_before, DAY_BEFORE_AT)),
        (MeetingReminder::HourBefore, starts_at - TimeDelta::hours(1)),
    ]
}
