//! How far away the deadlines are that somebody asks a list for.

use super::calendar::Calendar;
use super::task::coded;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Within how many working days a deadline comes near: the first reminder goes out then.
const SOON: i64 = 3;

coded! {
    /// Where a deadline lies.
    Lateness {
        /// Quá hạn: it has passed.
        Overdue = "overdue",
        /// Sắp đến hạn: it comes within three working days.
        Soon = "soon",
        /// Trong hạn: it has not passed.
        OnTime = "on_time",
    }
}

impl Lateness {
    /// From when on, and before when, the deadlines lie that are meant at the moment `now`.
    pub fn span(
        self,
        now: DateTime<Utc>,
        calendar: &Calendar,
    ) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        match self {
            Self::Overdue => (None, Some(now)),
            Self::Soon => {
                let last = calendar.add_working_days(calendar.local_date(now), SOON);
                let after = calendar.at(last.succ_opt().unwrap_or(last), chrono::NaiveTime::MIN);
                (Some(now), Some(after))
            }
            Self::OnTime => (Some(now), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample;
    use chrono::NaiveDate;

    #[test]
    fn soon_is_three_working_days() {
        let calendar = sample::hanoi();
        let day = |day| NaiveDate::from_ymd_opt(2023, 4, day).expect("a day");
        let now = calendar.day_end(day(27));
        let (from, before) = Lateness::Soon.span(now, &calendar);
        // 29/04 to 03/05 are off: the third working day is 05/05.
        assert_eq!(from, Some(now));
        let last = calendar.day_end(NaiveDate::from_ymd_opt(2023, 5, 5).expect("a day"));
        assert!(before.is_some_and(|before| before > last && before < last + chrono::TimeDelta::hours(8)));
        assert_eq!(Lateness::Overdue.span(now, &calendar), (None, Some(now)));
        assert_eq!(Lateness::OnTime.span(now, &calendar), (Some(now), None));
    }
}
