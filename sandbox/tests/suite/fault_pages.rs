//! The documented faults are the faults there are, and those that strike elsewhere than at calls and events.

use std::collections::BTreeSet;
use std::time::Duration;

use discord_sandbox::{Effect, Fault};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Office};

const PAGE: &str = include_str!("../../docs/faults.md");

fn examples() -> Vec<Value> {
    let blocks = PAGE.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks
        .map(|block| serde_json::from_str(block).unwrap_or_else(|error| panic!("{error}: {block}")))
        .collect()
}

#[tokio::test]
async fn every_documented_example_is_taken() {
    for example in examples() {
        let office = Office::new().await;
        let (status, answer) =
            office.bot().send(Method::POST, "/sandbox/faults", Some(example.clone())).await;
        assert_eq!(status, 204, "{example}: {answer}");
    }
}

#[tokio::test]
async fn every_effect_has_an_example() {
    let office = Office::new().await;
    // The refusal of one that is not there lists those that are.
    let request = office.bot().request(Method::POST, "/sandbox/faults").json(&json!({"effect": "?"}));
    let refusal = request.send().await.unwrap().text().await.unwrap();
    let (_, listed) = refusal.split_once("expected one of ").unwrap_or_else(|| panic!("{refusal}"));
    let known: BTreeSet<&str> = listed.split('`').skip(1).step_by(2).collect();
    let examples = examples();
    let shown: BTreeSet<&str> = examples.iter().map(|example| example["effect"].as_str().unwrap()).collect();
    assert!(known.len() > 20, "{refusal}");
    assert_eq!(shown, known);
}

#[tokio::test]
async fn the_owner_gets_in_the_way_of_a_call() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let path = format!("/channels/{general}/messages");
    let deny = json!({
        "method": "POST", "route": "/channels/*/messages", "effect": "meanwhile",
        "call": "PUT /channels/{channel_id}/permissions/{application_id}",
        "body": {"type": 1, "allow": "0", "deny": "2048"},
    });
    bot.post("/sandbox/faults", deny).await;
    bot.get(&path).await;
    let words = Some(json!({"content": "x"}));
    assert_eq!(bot.refused(Method::POST, &path, words.clone()).await, (403, 50013));
    let nonsense = json!({"effect": "meanwhile", "call": "BURN /channels/1"});
    assert_eq!(bot.send(Method::POST, "/sandbox/faults", Some(nonsense)).await.0, 400);
    let delete = Effect::Meanwhile { call: "DELETE /channels/{channel_id}".into(), body: Value::Null };
    office.sandbox.add_fault(Fault::rest("GET", "/channels/*/messages", delete));
    assert_eq!(bot.refused(Method::GET, &path, None).await, (404, 10003));
}

#[tokio::test]
async fn a_session_is_refused_a_guild_goes_away_and_an_event_is_late() {
    let office = Office::new().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    gateway.event("GUILD_CREATE").await;
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    office.sandbox.add_fault(Fault::new(Effect::RefuseResume));
    assert_eq!(bot.resume(&session, seq).await.frame().await.unwrap()["op"], 9);

    office.sandbox.add_fault(Fault::new(Effect::GuildUnavailable { seconds: 0.2 }));
    an.say(&general, "unheard").await;
    let gone = gateway.frame().await.unwrap();
    assert_eq!((&gone["t"], &gone["d"]["unavailable"]), (&json!("GUILD_DELETE"), &json!(true)));
    assert_eq!(gateway.frame().await.unwrap()["t"], "GUILD_CREATE");

    office.sandbox.add_fault(Fault::event("MESSAGE_CREATE", Effect::GatewayDelay { millis: 150 }));
    let began = std::time::Instant::now();
    an.say(&general, "late").await;
    an.say(&general, "behind it").await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "late");
    assert!(began.elapsed() >= Duration::from_millis(150));
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "behind it");
    office.sandbox.add_fault(Fault::event("MESSAGE_CREATE", Effect::UnknownEnum));
    an.say(&general, "strange").await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["type"], 250);
}

#[tokio::test]
async fn a_person_writes_with_components() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    office.sandbox.add_fault(Fault::new(Effect::ComponentsV2));
    bot.say(&general, "the bot's own stay as they are").await;
    office.person("An").say(&general, "words").await;
    gateway.event("MESSAGE_CREATE").await;
    let heard = gateway.event("MESSAGE_CREATE").await;
    assert_eq!((&heard["content"], &heard["flags"]), (&json!(""), &json!(1 << 15)));
    let read = bot.get(&format!("/channels/{general}/messages")).await[0].clone();
    assert_eq!(
        (&heard["components"][0]["content"], &read["components"][0]["content"]),
        (&json!("words"), &json!("words"))
    );
}

#[tokio::test]
async fn discord_s_clock_goes_wrong_alone() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    office.sandbox.add_fault(Fault::new(Effect::ClockSkew { seconds: 90 }));
    let told = office.sandbox.now();
    let message = bot.say(&general, "ahead").await;
    assert_eq!(message["timestamp"], "2026-03-02T01:01:30.000000+00:00");
    assert_eq!(told.to_rfc3339(), "2026-03-02T01:00:00+00:00");
    let answer = bot.request(Method::GET, "/users/@me").send().await.unwrap();
    assert_eq!(answer.headers()["date"], "Mon, 02 Mar 2026 01:01:30 GMT");
    bot.ok(Method::DELETE, "/sandbox/faults", None).await;
    assert_eq!(bot.say(&general, "right").await["timestamp"], "2026-03-02T01:00:00.000000+00:00");
}
