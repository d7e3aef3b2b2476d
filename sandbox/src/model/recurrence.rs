//! When an event that recurs comes next.

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc, Weekday};
use serde_json::Value;

/// Frequencies of a recurrence rule.
pub(crate) mod frequency {
    pub(crate) const YEARLY: u64 = 0;
    pub(crate) const MONTHLY: u64 = 1;
    pub(crate) const WEEKLY: u64 = 2;
    pub(crate) const DAILY: u64 = 3;
}

/// The next start after `start`, by a rule that was found to be in order. None for what does not recur.
pub(crate) fn next(rule: &Value, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let interval = rule["interval"].as_u64().unwrap_or(1).max(1);
    match rule["frequency"].as_u64()? {
        frequency::YEARLY => start.checked_add_months(Months::new(12)),
        frequency::WEEKLY => Some(start + TimeDelta::days(i64::try_from(7 * interval).ok()?)),
        frequency::DAILY => {
            let days: Vec<u64> =
                rule["by_weekday"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            (1..=7).map(|ahead| start + TimeDelta::days(ahead)).find(|day| {
                days.is_empty() || days.contains(&u64::from(day.weekday().num_days_from_monday()))
            })
        }
        frequency::MONTHLY => {
            let rule = &rule["by_n_weekday"][0];
            let week = u8::try_from(rule["n"].as_u64()?).ok()?;
            let day = Weekday::try_from(u8::try_from(rule["day"].as_u64()?).ok()?).ok()?;
            // A fifth Monday is not in every month.
            (1..=12).find_map(|ahead| {
                let month = start.with_day(1)?.checked_add_months(Months::new(ahead))?;
                let before = i64::from(day.days_since(month.weekday())) + 7 * i64::from(week - 1);
                let found = month + TimeDelta::days(before);
                (found.month() == month.month()).then_some(found)
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_frequency_finds_its_next_day() {
        let next_of = |rule: Value, start: &str| {
            next(&rule, start.parse().unwrap()).unwrap().format("%Y-%m-%d %H").to_string()
        };
        let weekdays = json!({"frequency": 3, "interval": 1, "by_weekday": [0, 1, 2, 3, 4]});
        assert_eq!(next_of(weekdays, "2026-03-06T08:00:00Z"), "2026-03-09 08", "Friday, then Monday");
        let fortnight = json!({"frequency": 2, "interval": 2, "by_weekday": [0]});
        assert_eq!(next_of(fortnight, "2026-03-02T08:00:00Z"), "2026-03-16 08");
        let fifth = json!({"frequency": 1, "interval": 1, "by_n_weekday": [{"n": 5, "day": 0}]});
        assert_eq!(
            next_of(fifth, "2026-03-30T08:00:00Z"),
            "2026-06-29 08",
            "April and May have four Mondays"
        );
        let yearly = json!({"frequency": 0, "interval": 1, "by_month": [2], "by_month_day": [29]});
        assert_eq!(next_of(yearly, "2028-02-29T08:00:00Z"), "2029-02-28 08");
    }
}
