//! Scheduled events that recur.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Office;

fn weekly() -> Value {
    json!({
        "name": "Briefing", "privacy_level": 2, "entity_type": 3, "entity_metadata": {"location": "Hall"},
        "scheduled_start_time": "2026-03-02T02:00:00Z", "scheduled_end_time": "2026-03-02T03:00:00Z",
        "recurrence_rule": {"start": "2026-03-02T02:00:00Z", "frequency": 2, "interval": 1, "by_weekday": [0]},
    })
}

#[tokio::test]
async fn an_event_that_recurs_is_scheduled_again_when_it_is_over() {
    let office = Office::validated().await;
    let bot = office.bot();
    let path = format!("/guilds/{}/scheduled-events", office.guild());
    let event = bot.post(&path, weekly()).await;
    assert_eq!(event["recurrence_rule"]["by_weekday"], json!([0]));
    office.sandbox.advance(TimeDelta::hours(2));
    let next = bot.get(&format!("{path}/{}", event["id"].as_str().unwrap())).await;
    assert_eq!(
        (&next["status"], &next["scheduled_start_time"], &next["scheduled_end_time"]),
        (&json!(1), &json!("2026-03-09T02:00:00.000000+00:00"), &json!("2026-03-09T03:00:00.000000+00:00"))
    );
}

#[tokio::test]
async fn only_some_rules_are_taken() {
    let office = Office::new().await;
    let bot = office.bot();
    let path = format!("/guilds/{}/scheduled-events", office.guild());
    let with = |changes: Value| {
        let mut body = weekly();
        body["recurrence_rule"].as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (changes, at) in [
        (json!({"count": 3}), "count"),
        (json!({"by_weekday": [0, 1]}), "by_weekday"),
        (json!({"interval": 3}), "interval"),
        (json!({"frequency": 3, "by_weekday": [0, 2]}), "by_weekday"),
        (json!({"frequency": 1, "by_weekday": null}), "by_n_weekday"),
        (json!({"frequency": 1, "by_n_weekday": [{"n": 1, "day": 0}]}), "by_weekday"),
        (json!({"frequency": 0, "by_weekday": null, "by_month": [3]}), "by_month"),
        (json!({"frequency": 7}), "frequency"),
    ] {
        let (status, answer) = bot.send(Method::POST, &path, Some(with(changes.clone()))).await;
        assert_eq!(status, 400, "{changes}");
        assert!(answer["errors"]["recurrence_rule"][at]["_errors"].is_array(), "{changes}: {answer}");
    }
    for changes in [
        json!({"interval": 2}),
        json!({"frequency": 3, "by_weekday": [0, 1, 2, 3, 4]}),
        json!({"frequency": 1, "by_weekday": null, "by_n_weekday": [{"n": 2, "day": 3}]}),
        json!({"frequency": 0, "by_weekday": null, "by_month": [3], "by_month_day": [2]}),
    ] {
        bot.post(&path, with(changes)).await;
    }
}
