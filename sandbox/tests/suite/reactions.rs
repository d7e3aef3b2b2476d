//! Reactions and polls.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Office};

const REACTIONS: u64 = 1 << 10;
const POLLS: u64 = 1 << 24;

#[tokio::test]
async fn reactions_come_and_go() {
    let office = Office::validated().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(1 | REACTIONS).await;
    let message = bot.say(&general, "like it?").await;
    let path = format!("/channels/{general}/messages/{}", message["id"].as_str().unwrap());
    let thumb = format!("{path}/reactions/%F0%9F%91%8D");
    for _ in 0..2 {
        an.ok(Method::PUT, &format!("{thumb}/@me"), None).await;
    }
    bot.ok(Method::PUT, &format!("{thumb}/@me"), None).await;
    let heard = gateway.event("MESSAGE_REACTION_ADD").await;
    assert_eq!((&heard["emoji"]["name"], &heard["user_id"]), (&json!("👍"), &json!(office.id_of("An"))));
    assert_eq!(gateway.event("MESSAGE_REACTION_ADD").await["user_id"], office.application());
    let shown = bot.get(&path).await["reactions"][0].clone();
    assert_eq!((&shown["count"], &shown["me"]), (&json!(2), &json!(true)));
    assert_eq!(bot.get(&format!("{thumb}?limit=1")).await.as_array().unwrap().len(), 1);
    bot.ok(Method::DELETE, &format!("{thumb}/@me"), None).await;
    assert_eq!(gateway.event("MESSAGE_REACTION_REMOVE").await["user_id"], office.application());
    let others = format!("{thumb}/{}", office.id_of("An"));
    assert_eq!(bot.refused(Method::DELETE, &others, None).await, (403, 50013));
    assert_eq!(bot.refused(Method::PUT, &format!("{path}/reactions/nothing/@me"), None).await, (400, 10014));
    office.person("Admin").ok(Method::DELETE, &format!("{path}/reactions"), None).await;
    gateway.event("MESSAGE_REACTION_REMOVE_ALL").await;
    for number in 0..20 {
        let emoji = char::from_u32(0x1F600 + number).unwrap();
        bot.ok(Method::PUT, &format!("{path}/reactions/{emoji}/@me"), None).await;
    }
    assert_eq!(bot.refused(Method::PUT, &format!("{thumb}/@me"), None).await, (403, 30010));
}

#[tokio::test]
async fn a_poll_is_voted_on_and_ends() {
    let office = Office::validated().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS | POLLS).await;
    let answers: Value = ["Yes", "No"].iter().map(|text| json!({"poll_media": {"text": text}})).collect();
    let poll = json!({"question": {"text": "Ready?"}, "answers": answers, "duration": 2});
    let path = format!("/channels/{general}");
    let message = bot.post(&format!("{path}/messages"), json!({"poll": poll})).await;
    let id = message["id"].as_str().unwrap();
    assert_eq!(message["poll"]["expiry"], "2026-03-02T03:00:00.000000+00:00");
    let votes = format!("{path}/polls/{id}/answers/@me");
    an.ok(Method::PUT, &votes, Some(json!({"answer_ids": [1]}))).await;
    assert_eq!(gateway.event("MESSAGE_POLL_VOTE_ADD").await["answer_id"], 1);
    an.ok(Method::PUT, &votes, Some(json!({"answer_ids": ["2"]}))).await;
    assert_eq!(gateway.event("MESSAGE_POLL_VOTE_REMOVE").await["answer_id"], 1);
    let two = Some(json!({"answer_ids": [1, 2]}));
    assert_eq!(an.refused(Method::PUT, &votes, two).await, (400, 50035));
    let voters = bot.get(&format!("{path}/polls/{id}/answers/2")).await;
    assert_eq!(voters["users"][0]["id"], office.id_of("An"));
    assert_eq!(bot.refused(Method::GET, &format!("{path}/polls/{id}/answers/3"), None).await, (400, 520_000));

    office.sandbox.advance(TimeDelta::hours(2));
    let ended = gateway.event("MESSAGE_UPDATE").await;
    let results = &ended["poll"]["results"];
    assert_eq!((&results["is_finalized"], &results["answer_counts"][1]["count"]), (&json!(true), &json!(1)));
    let again = Some(json!({"answer_ids": [1]}));
    assert_eq!(an.refused(Method::PUT, &votes, again).await, (400, 520_001));
    assert_eq!(bot.refused(Method::POST, &format!("{path}/polls/{id}/expire"), None).await, (400, 520_001));
    office.pardon();
    let wrong = json!({"poll": {"question": {"text": ""}, "answers": [], "duration": 769}});
    let (_, refusal) = bot.send(Method::POST, &format!("{path}/messages"), Some(wrong)).await;
    let errors = &refusal["errors"]["poll"];
    for part in [&errors["question"]["text"], &errors["answers"], &errors["duration"]] {
        assert!(part["_errors"].is_array(), "{refusal}");
    }
}
