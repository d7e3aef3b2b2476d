//! Recurrence rules: Discord takes the few that its own form can make.

use serde_json::Value;

use crate::error::Form;
use crate::model::frequency::{DAILY, MONTHLY, WEEKLY, YEARLY};

/// Sets of days that a daily event can have, Monday being 0.
const DAYS: [&[u64]; 6] = [&[0, 1, 2, 3, 4], &[1, 2, 3, 4, 5], &[6, 0, 1, 2, 3], &[4, 5], &[5, 6], &[6, 0]];

const KEYS: [&str; 10] = [
    "start",
    "end",
    "frequency",
    "interval",
    "by_weekday",
    "by_n_weekday",
    "by_month",
    "by_month_day",
    "by_year_day",
    "count",
];

/// A rule as it comes back, every key there; what is wrong with it goes to the form.
pub(super) fn read(given: &Value, form: &mut Form) -> Value {
    if given.is_null() {
        return Value::Null;
    }
    let mut wrong = |key: &str, message: &str| {
        form.fault(
            &format!("recurrence_rule.{key}"),
            "GUILD_SCHEDULED_EVENT_RECURRENCE_RULE_INVALID",
            message,
        );
    };
    for key in ["end", "by_year_day", "count"] {
        if !given[key].is_null() {
            wrong(key, "Cannot be set.");
        }
    }
    let numbers = |key: &str| -> Vec<u64> {
        given[key].as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
    };
    let (weekdays, months, days) = (numbers("by_weekday"), numbers("by_month"), numbers("by_month_day"));
    let interval = given["interval"].as_u64().unwrap_or(1);
    let frequency = given["frequency"].as_u64();
    let own: &[&str] = match frequency {
        Some(WEEKLY) => {
            if weekdays.len() != 1 {
                wrong("by_weekday", "A weekly event has exactly one day.");
            }
            &["by_weekday"]
        }
        Some(DAILY) => {
            if !given["by_weekday"].is_null() && !DAYS.contains(&weekdays.as_slice()) {
                wrong("by_weekday", "Not one of the sets of days that there are.");
            }
            &["by_weekday"]
        }
        Some(MONTHLY) => {
            let one = &given["by_n_weekday"][0];
            let fits = one["n"].as_u64().is_some_and(|week| (1..=5).contains(&week))
                && one["day"].as_u64().is_some_and(|day| day < 7);
            if !fits || given["by_n_weekday"].as_array().is_none_or(|list| list.len() != 1) {
                wrong("by_n_weekday", "A monthly event has exactly one day of one week.");
            }
            &["by_n_weekday"]
        }
        Some(YEARLY) => {
            if months.len() != 1 || days.len() != 1 {
                wrong("by_month", "A yearly event has exactly one month and one day of it.");
            }
            &["by_month", "by_month_day"]
        }
        _ => {
            wrong("frequency", "Value must be one of (0, 1, 2, 3).");
            &[]
        }
    };
    if interval != 1 && !(interval == 2 && frequency == Some(WEEKLY)) {
        wrong("interval", "Only a weekly event has an interval of 2, and none a higher one.");
    }
    for key in ["by_weekday", "by_n_weekday", "by_month", "by_month_day"] {
        if !own.contains(&key) && !given[key].is_null() {
            wrong(key, "Does not go with this frequency.");
        }
    }
    KEYS.into_iter().map(|key| (key.to_owned(), given[key].clone())).collect::<serde_json::Map<_, _>>().into()
}
