//! Gateway: sessions, intents, RESUME, close codes.

use serde_json::json;

use crate::harness::{ALL_INTENTS, Office};

const GUILDS: u64 = 1;
const GUILD_MEMBERS: u64 = 1 << 1;
const GUILD_MESSAGES: u64 = 1 << 9;
const MESSAGE_CONTENT: u64 = 1 << 15;

#[tokio::test]
async fn ready_and_the_whole_guild_come_first() {
    let office = Office::new().await;
    let mut gateway = office.bot().dial().await;
    let identify = json!({"op": 2, "d": {"token": office.sandbox.bot_token(), "intents": ALL_INTENTS, "properties": {}}});
    gateway.send(identify).await;
    let ready = gateway.frame().await.unwrap();
    assert_eq!((&ready["t"], &ready["s"]), (&json!("READY"), &json!(1)));
    let guild = gateway.frame().await.unwrap();
    assert_eq!(guild["t"], "GUILD_CREATE");
    assert_eq!(guild["d"]["members"].as_array().unwrap().len(), 6);
    assert_eq!(guild["d"]["channels"].as_array().unwrap().len(), 4);
    gateway.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(gateway.frame().await.unwrap()["op"], 11);
}

#[tokio::test]
async fn wrong_logins_are_closed_with_their_codes() {
    let office = Office::with(|options| options.world.bot.members_intent = false).await;
    let token = office.sandbox.bot_token();
    let cases = [
        (json!({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}}), 4004),
        (json!({"op": 2, "d": {"token": token, "intents": GUILD_MEMBERS, "properties": {}}}), 4014),
        (json!({"op": 2, "d": {"token": token, "properties": {}}}), 4013),
        (json!({"op": 2, "d": {"token": token, "intents": 1, "shard": [1, 1], "properties": {}}}), 4010),
        (json!({"op": 8, "d": {}}), 4003),
    ];
    for (frame, code) in cases {
        let mut gateway = office.bot().dial().await;
        gateway.send(frame).await;
        assert_eq!(gateway.frame().await.unwrap_err(), Some(code));
    }
}

#[tokio::test]
async fn content_is_for_those_with_the_intent() {
    let office = Office::new().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut blind = bot.connect(GUILDS | GUILD_MESSAGES).await;
    let mut seeing = bot.connect(GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT).await;
    let mut deaf = bot.connect(GUILDS).await;
    an.say(&general, "plain").await;
    an.say(&general, &format!("hello <@{}>", office.application())).await;
    bot.say(&general, "own").await;
    assert_eq!(seeing.event("MESSAGE_CREATE").await["content"], "plain");
    assert_eq!(blind.event("MESSAGE_CREATE").await["content"], "");
    assert!(blind.event("MESSAGE_CREATE").await["content"].as_str().unwrap().starts_with("hello"));
    assert_eq!(blind.event("MESSAGE_CREATE").await["content"], "own");
    // The next thing that the third hears is no message.
    let path = format!("/channels/{general}/threads");
    bot.post(&path, json!({"name": "t", "type": 12})).await;
    assert_eq!(deaf.frame().await.unwrap()["t"], "GUILD_CREATE");
    assert_eq!(deaf.frame().await.unwrap()["t"], "THREAD_CREATE");
}

#[tokio::test]
async fn people_hear_what_they_may_see() {
    let office = Office::new().await;
    let mut an = office.person("An").connect(0).await;
    let mut outsider = office.person("Outsider").connect(0).await;
    office.bot().say(&office.channel("secret"), "for few").await;
    office.bot().say(&office.channel("general"), "for all").await;
    assert_eq!(an.event("MESSAGE_CREATE").await["content"], "for few");
    assert_eq!(outsider.event("MESSAGE_CREATE").await["content"], "for all");
}

#[tokio::test]
async fn a_resumed_session_hears_what_it_missed_in_order() {
    let office = Office::new().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    an.say(&general, "0").await;
    gateway.event("MESSAGE_CREATE").await;
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    drop(gateway);
    for number in 1..4 {
        an.say(&general, &number.to_string()).await;
    }
    let mut resumed = bot.resume(&session, seq).await;
    for number in 1..4 {
        assert_eq!(resumed.event("MESSAGE_CREATE").await["content"], number.to_string());
    }
    assert_eq!(resumed.frame().await.unwrap()["t"], "RESUMED");
    an.say(&general, "4").await;
    assert_eq!(resumed.event("MESSAGE_CREATE").await["content"], "4");

    let mut stranger = bot.resume("nonsense", 1).await;
    let refusal = stranger.frame().await.unwrap();
    assert_eq!((&refusal["op"], &refusal["d"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn a_flood_reaches_everybody_whole() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let answer = bot.post("/sandbox/flood", json!({"channel_id": general, "count": 1000})).await;
    assert_eq!(answer["count"], 1000);
    for number in 1..=1000 {
        let message = gateway.event("MESSAGE_CREATE").await;
        assert_eq!(message["content"], format!("Message {number} of a flood of 1000."));
    }
}

#[tokio::test]
async fn history_has_no_content_either_without_the_intent() {
    let office = Office::with(|options| options.world.bot.message_content_intent = false).await;
    let (bot, general) = (office.bot(), office.channel("general"));
    office.person("An").say(&general, "plain").await;
    bot.say(&general, "own").await;
    let history = bot.get(&format!("/channels/{general}/messages")).await;
    assert_eq!((&history[0]["content"], &history[1]["content"]), (&json!("own"), &json!("")));
}

#[tokio::test]
async fn a_session_has_one_connection_at_a_time() {
    let office = Office::new().await;
    let bot = office.bot();
    let mut first = bot.connect(ALL_INTENTS).await;
    first.event("GUILD_CREATE").await;
    let mut second = bot.resume(&first.session, first.seq).await;
    assert_eq!(second.frame().await.unwrap()["t"], "RESUMED");
    assert_eq!(first.frame().await.unwrap_err(), Some(4009));
    office.person("An").say(&office.channel("general"), "to the second").await;
    assert_eq!(second.event("MESSAGE_CREATE").await["content"], "to the second");
}

#[tokio::test]
async fn every_session_and_the_right_shard_hear() {
    let office = Office::new().await;
    let bot = office.bot();
    let shard = (office.sandbox.guild_id().0 >> 22) % 2;
    let mut twins =
        [bot.connect_shard(ALL_INTENTS, shard, 2).await, bot.connect_shard(ALL_INTENTS, shard, 2).await];
    let mut other = bot.connect_shard(ALL_INTENTS, 1 - shard, 2).await;
    let general = office.channel("general");
    office.person("An").say(&general, "to both").await;
    for twin in &mut twins {
        assert_eq!(twin.event("MESSAGE_CREATE").await["content"], "to both");
    }
    other.send(serde_json::json!({"op": 1, "d": 1})).await;
    assert_eq!(other.frame().await.unwrap()["op"], 11, "the other shard hears nothing of the guild");
}
