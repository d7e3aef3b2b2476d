//! Gateway: sessions, intents, RESUME, close codes.

use std::time::Duration;

use chrono::TimeDelta;
use discord_sandbox::{Effect, Fault, Limits};
use reqwest::Method;
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

#[tokio::test]
async fn what_a_client_must_not_do_closes_the_connection() {
    let office = Office::new().await;
    let bot = office.bot();
    let unfit = bot.dial_with("v=9").await;
    assert_eq!(unfit.err(), Some(Some(4012)));
    let mut undecodable = bot.dial().await;
    undecodable.send_text("{").await;
    assert_eq!(undecodable.frame().await.unwrap_err(), Some(4002));
    let mut large = bot.dial().await;
    large.send(json!({"op": 1, "d": null, "pad": "x".repeat(4096)})).await;
    assert_eq!(large.frame().await.unwrap_err(), Some(4002));
    let mut unknown = bot.connect(GUILDS).await;
    unknown.send(json!({"op": 99, "d": null})).await;
    assert_eq!(unknown.end().await, Some(4001));
    let mut twice = bot.connect(GUILDS).await;
    twice.send(json!({"op": 2, "d": {"token": office.sandbox.bot_token(), "intents": 1}})).await;
    assert_eq!(twice.end().await, Some(4005));
    let mut eager = bot.connect(GUILDS).await;
    for _ in 0..120 {
        eager.send(json!({"op": 1, "d": null})).await;
    }
    assert_eq!(eager.end().await, Some(4008), "IDENTIFY was the first of 120");
    let mut unheard_of = bot.dial().await;
    let identify = json!({"token": office.sandbox.bot_token(), "intents": 1_u64 << 40});
    unheard_of.send(json!({"op": 2, "d": identify})).await;
    assert_eq!(unheard_of.frame().await.unwrap_err(), Some(4013));
    // What the client claims to have was never sent.
    let session = bot.connect(GUILDS).await.session;
    assert_eq!(bot.resume(&session, 1000).await.frame().await.unwrap_err(), Some(4007));
}

#[tokio::test]
async fn a_client_without_a_pulse_is_let_go() {
    let office = Office::with(|options| options.heartbeat = Duration::from_millis(40)).await;
    let mut gateway = office.bot().connect(GUILDS).await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        gateway.send(json!({"op": 1, "d": gateway.seq})).await;
        while gateway.frame().await.unwrap()["op"] != 11 {}
    }
    assert_eq!(gateway.end().await, Some(4009));
}

#[tokio::test]
async fn sessions_started_are_counted_and_one_too_many_costs_the_token() {
    let office = Office::validated().await;
    let bot = office.bot();
    let left = async || bot.get("/gateway/bot").await["session_start_limit"].clone();
    assert_eq!(
        left().await,
        json!({"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1})
    );
    let mut first = bot.connect(GUILDS).await;
    office.sandbox.advance(TimeDelta::hours(1));
    assert_eq!((&left().await["remaining"], &left().await["reset_after"]), (&json!(999), &json!(82_800_000)));
    office.sandbox.advance(TimeDelta::hours(23));
    assert_eq!(left().await["remaining"], 1000);

    office.sandbox.add_fault(Fault::new(Effect::IdentifyLimit { remaining: 1 }));
    let _second = bot.connect(GUILDS).await;
    let mut third = bot.dial().await;
    let old = office.sandbox.bot_token();
    third.send(json!({"op": 2, "d": {"token": old, "intents": 1}})).await;
    assert_eq!(third.frame().await.unwrap_err(), Some(4004));
    assert_eq!(first.end().await, Some(4004));
    assert_ne!(office.sandbox.bot_token(), old);
    assert_eq!(bot.send(Method::GET, "/users/@me", None).await.0, 401);
    office.bot().get("/users/@me").await;
}

#[tokio::test]
async fn one_session_at_a_time_where_limits_are_enforced() {
    let office = Office::with(|options| options.limits = Limits { concurrency: 2, ..Limits::STRICT }).await;
    let bot = office.bot();
    for shard in [0, 1] {
        bot.connect_shard(GUILDS, shard, 3).await;
    }
    let mut third = bot.dial().await;
    let identify = json!({"token": office.sandbox.bot_token(), "intents": 1, "shard": [2, 3]});
    third.send(json!({"op": 2, "d": identify})).await;
    let refusal = third.frame().await.unwrap();
    assert_eq!((&refusal["op"], &refusal["d"]), (&json!(9), &json!(false)));
    // It was counted for nothing.
    assert_eq!(bot.get("/gateway/bot").await["session_start_limit"]["remaining"], 998);
}

#[tokio::test]
async fn shards_are_recommended_and_hear_what_is_theirs() {
    let office = Office::with(|options| options.shards = 2).await;
    let bot = office.bot();
    assert_eq!(bot.get("/gateway/bot").await["shards"], 2);
    let home = (office.sandbox.guild_id().0 >> 22) % 2;
    let mut here = bot.connect_shard(ALL_INTENTS, home, 2).await;
    assert_eq!(here.event("GUILD_CREATE").await["id"], office.guild());
    let mut first = bot.connect_shard(ALL_INTENTS, 0, 2).await;
    let dm =
        office.person("An").post("/users/@me/channels", json!({"recipient_id": office.application()})).await;
    office.person("An").say(dm["id"].as_str().unwrap(), "psst").await;
    assert_eq!(first.event("MESSAGE_CREATE").await["content"], "psst", "shard 0 has the direct messages");
}

#[tokio::test]
async fn both_kinds_of_zlib_carry_the_same_events() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let said = "dài ".repeat(400);
    let mut stream = bot.dial_with("v=10&compress=zlib-stream").await.unwrap();
    let mut payload = bot.dial().await;
    for (gateway, compress) in [(&mut stream, false), (&mut payload, true)] {
        let identify =
            json!({"token": office.sandbox.bot_token(), "intents": ALL_INTENTS, "compress": compress});
        gateway.send(json!({"op": 2, "d": identify})).await;
        assert_eq!(gateway.event("GUILD_CREATE").await["id"], office.guild());
    }
    bot.say(&general, &said).await;
    for gateway in [&mut stream, &mut payload] {
        assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], said.trim());
        assert!(gateway.packed > 0, "something came as a binary frame");
    }
}

#[tokio::test]
async fn a_thread_s_members_are_told_to_those_with_the_intent() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut blind = bot.connect(GUILDS).await;
    let mut seeing = bot.connect(GUILDS | GUILD_MEMBERS).await;
    let thread = bot.post(&format!("/channels/{general}/threads"), json!({"name": "t", "type": 11})).await;
    let path = format!("/channels/{}/thread-members", thread["id"].as_str().unwrap());
    office.person("An").ok(Method::PUT, &format!("{path}/@me"), None).await;
    assert_eq!(
        seeing.event("THREAD_MEMBERS_UPDATE").await["added_members"][0]["user_id"],
        office.id_of("An")
    );
    bot.ok(Method::DELETE, &format!("{path}/@me"), None).await;
    assert_eq!(
        blind.event("THREAD_MEMBERS_UPDATE").await["removed_member_ids"],
        json!([office.application()])
    );
}

#[tokio::test]
async fn members_are_asked_for_and_all_of_them_not_too_often() {
    let office = Office::new().await;
    let mut gateway = office.bot().connect(ALL_INTENTS).await;
    let mut ask = async |wanted: serde_json::Value| {
        let mut data = json!({"guild_id": office.guild(), "nonce": "n"});
        data.as_object_mut().unwrap().extend(wanted.as_object().unwrap().clone());
        gateway.send(json!({"op": 8, "d": data})).await;
        loop {
            let frame = gateway.frame().await.unwrap();
            if frame["t"] == "GUILD_MEMBERS_CHUNK" || frame["t"] == "RATE_LIMITED" {
                return frame;
            }
        }
    };
    let count = |frame: &serde_json::Value| frame["d"]["members"].as_array().unwrap().len();
    assert_eq!(count(&ask(json!({"query": "b", "limit": 5})).await), 2, "Binh and the bot");
    let by_id = ask(json!({"user_ids": [office.id_of("An"), "1"]})).await;
    assert_eq!((count(&by_id), &by_id["d"]["not_found"]), (1, &json!(["1"])));
    assert_eq!(count(&ask(json!({"query": "", "limit": 0})).await), 6);
    let again = ask(json!({"query": "", "limit": 0})).await;
    assert_eq!((&again["t"], &again["d"]["meta"]["nonce"]), (&json!("RATE_LIMITED"), &json!("n")));
}

#[tokio::test]
async fn direct_messages_have_their_content_without_the_intent() {
    const DIRECT_MESSAGES: u64 = 1 << 12;
    let office = Office::new().await;
    let (an, bot) = (office.person("An"), office.bot());
    let mut gateway = bot.connect(DIRECT_MESSAGES).await;
    let dm = an.post("/users/@me/channels", json!({"recipient_id": office.application()})).await;
    an.say(&office.channel("general"), "not direct").await;
    an.say(dm["id"].as_str().unwrap(), "for you").await;
    let first = gateway.frame().await.unwrap();
    assert_eq!((&first["t"], &first["d"]["content"]), (&json!("MESSAGE_CREATE"), &json!("for you")));
}

#[tokio::test]
async fn a_session_may_be_resumed_where_it_was_invalidated() {
    let office = Office::new().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    gateway.event("GUILD_CREATE").await;
    office.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: true }));
    let invalid = gateway.frame().await.unwrap();
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(true)));
    an.say(&general, "meanwhile").await;
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    let resume = json!({"token": office.sandbox.bot_token(), "session_id": session, "seq": seq});
    gateway.send(json!({"op": 6, "d": resume})).await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "meanwhile");
    assert_eq!(gateway.frame().await.unwrap()["t"], "RESUMED");
}
