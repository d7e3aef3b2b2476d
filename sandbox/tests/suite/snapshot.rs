//! A sandbox that is started again goes on where it was; what is kept has bounds.

use std::path::Path;
use std::process::Stdio;

use discord_sandbox::{Keep, Options, Sandbox};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::harness::{ALL_INTENTS, Office};

fn without_address(sandbox: &Sandbox) -> Value {
    let mut state = sandbox.state();
    state["base_url"].take();
    state["gateway_url"].take();
    state["bot"]["sessions"].take();
    state
}

#[tokio::test]
async fn a_restarted_sandbox_goes_on_where_it_was() {
    let office = Office::validated().await;
    let (bot, owner, general) = (office.bot(), office.person("Owner"), office.channel("general"));
    let path = format!("/channels/{general}/messages");
    let once = json!({"content": "once", "nonce": "n", "enforce_nonce": true});
    let first = bot.post(&path, once.clone()).await;
    let form = Form::new()
        .text("payload_json", json!({"embeds": [{"image": {"url": "attachment://a.txt"}}]}).to_string())
        .part("files[0]", Part::text("hello").file_name("a.txt"));
    assert_eq!(bot.request(Method::POST, &path).multipart(form).send().await.unwrap().status(), 200);
    let thread = format!("{path}/{}/threads", first["id"].as_str().unwrap());
    bot.post(&thread, json!({"name": "t"})).await;
    bot.say(first["id"].as_str().unwrap(), &format!("<@{}>", office.id_of("An"))).await;
    owner.post(&format!("/guilds/{}/roles", office.guild()), json!({"name": "new"})).await;
    let event = json!({
        "name": "m", "privacy_level": 2, "entity_type": 2, "channel_id": office.channel("meeting"),
        "scheduled_start_time": "2026-04-01T01:00:00Z",
    });
    bot.post(&format!("/guilds/{}/scheduled-events", office.guild()), event).await;
    let commands = format!("/applications/{}/commands", office.application());
    bot.ok(Method::PUT, &commands, Some(json!([{"name": "task", "description": "d"}]))).await;
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let run = json!({"type": 2, "channel_id": general, "data": {"name": "task"}});
    office.person("An").post("/interactions", run).await;
    let heard = gateway.event("INTERACTION_CREATE").await;
    let token = heard["token"].as_str().unwrap();
    bot.post(
        &format!("/interactions/{}/{token}/callback", heard["id"].as_str().unwrap()),
        json!({"type": 5}),
    )
    .await;
    office.sandbox.advance(chrono::TimeDelta::minutes(2));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.json");
    office.sandbox.save(&file).unwrap();
    let before = (without_address(&office.sandbox), bot.get(&path).await);
    drop(office);

    let office = Office::with(|options| options.snapshot = Some(file)).await;
    let bot = office.bot();
    assert_eq!(without_address(&office.sandbox), before.0);
    let links = |history: &mut Value| {
        let message = &mut history[1];
        (message["attachments"].take(), message["embeds"].take())
    };
    let (mut then, mut now) = (before.1, bot.get(&path).await);
    links(&mut then);
    let (attachments, embeds) = links(&mut now);
    assert_eq!(now, then);
    for link in [&attachments[0]["url"], &embeds[0]["image"]["url"]] {
        let fetched = reqwest::get(link.as_str().unwrap()).await.unwrap();
        assert_eq!(fetched.text().await.unwrap(), "hello");
    }
    assert_eq!(bot.post(&path, once).await["id"], first["id"], "the nonce is remembered");
    let webhook = format!("/webhooks/{}/{token}/messages/@original", office.application());
    bot.ok(Method::PATCH, &webhook, Some(json!({"content": "late but there"}))).await;
    let next = bot.say(&general, "new").await;
    assert!(next["id"].as_str().unwrap() > heard["id"].as_str().unwrap());
}

#[tokio::test]
async fn a_running_sandbox_is_set_back() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    bot.say(&general, "kept").await;
    let snapshot = bot.get("/sandbox/snapshot").await;
    let mut gateway = bot.connect(ALL_INTENTS).await;
    bot.say(&general, "undone").await;
    bot.ok(Method::PUT, "/sandbox/snapshot", Some(snapshot.clone())).await;
    let history = bot.get(&format!("/channels/{general}/messages")).await;
    assert_eq!((history.as_array().unwrap().len(), &history[0]["content"]), (1, &json!("kept")));
    loop {
        // Whoever was connected has to begin anew.
        let frame = gateway.frame().await.unwrap();
        if frame["op"] == 9 {
            assert_eq!(frame["d"], false);
            break;
        }
    }
    let mut other = snapshot;
    other["version"] = 0.into();
    let (status, told) = bot.send(Method::PUT, "/sandbox/snapshot", Some(other)).await;
    assert_eq!(status, 400);
    assert!(told["message"].as_str().unwrap().contains("version"), "{told}");
}

#[tokio::test]
async fn what_is_kept_has_bounds() {
    let keep = Keep { messages: 10, rows: 5, events: 20 };
    let office = Office::with(|options: &mut Options| options.keep = keep).await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    gateway.event("GUILD_CREATE").await;
    for number in 1..=30 {
        bot.say(&general, &number.to_string()).await;
        gateway.event("MESSAGE_CREATE").await;
    }
    let history = bot.get(&format!("/channels/{general}/messages")).await;
    assert_eq!((history.as_array().unwrap().len(), &history[9]["content"]), (10, &json!("21")));
    let calls = office.sandbox.requests();
    assert_eq!(calls.len(), 5);
    assert!(calls.iter().all(|call| call.status == Some(200)), "the answers find their calls");
    // What is no longer kept cannot be resumed from.
    let mut resumed = bot.resume(&gateway.session, 3).await;
    assert_eq!(resumed.frame().await.unwrap()["op"], 9);
    // Faster than anybody could read: the session ends instead of growing.
    let mut slow = bot.connect(ALL_INTENTS).await;
    bot.post("/sandbox/flood", json!({"channel_id": general, "count": 200})).await;
    while slow.frame().await.unwrap()["op"] != 9 {}
}

/// The program itself, with what it prints of its address and the bot's token.
async fn program(snapshot: &Path) -> (Child, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_discord-sandbox"))
        .args(["--port", "0", "--start", "2026-03-02T01:00:00Z", "--snapshot"])
        .arg(snapshot)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = async || {
        let line = lines.next_line().await.unwrap().expect("a line with an address or a token");
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (address, token, _everybody) = (told().await, told().await, told().await);
    (child, address, token)
}

#[tokio::test]
async fn the_program_saves_itself_when_it_is_ended_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.json");
    let http = reqwest::Client::new();
    let (mut first, address, token) = program(&file).await;
    let state: Value = reqwest::get(format!("{address}/sandbox/state")).await.unwrap().json().await.unwrap();
    let messages = |address: &str| {
        format!("{address}/api/v10/channels/{}/messages", state["channels"][0]["id"].as_str().unwrap())
    };
    let bot = format!("Bot {token}");
    let words = http.post(messages(&address)).header("Authorization", &bot).json(&json!({"content": "kept"}));
    assert_eq!(words.send().await.unwrap().status(), 200);
    let end = format!("kill {}", first.id().unwrap());
    let ended = Command::new("sh").args(["-c", &end]).status().await.unwrap();
    assert!(ended.success());
    assert!(first.wait().await.unwrap().success());

    let (_second, address, again) = program(&file).await;
    assert_eq!(again, token);
    let history = http.get(messages(&address)).header("Authorization", &bot).send().await.unwrap();
    assert_eq!(history.json::<Value>().await.unwrap()[0]["content"], "kept");
}
