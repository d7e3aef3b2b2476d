//! What is there for those who look on: signs of change, the calls with their faults, what the host program adds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use discord_sandbox::{Effect, Fault, Lever, Milestone};
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use crate::harness::{ALL_INTENTS, Office, SOON, start_time};

/// Signs of change, one after another.
struct Watch(tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>);

impl Watch {
    async fn on(office: &Office) -> Self {
        let url = format!("{}/sandbox/live", office.sandbox.base_url().replacen("http", "ws", 1));
        Self(connect_async(url).await.unwrap().0)
    }

    /// The first sign for which `holds`.
    async fn until(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let text = self.0.next().await.expect("the line holds").unwrap().into_text().unwrap();
                let signal: Value = serde_json::from_str(&text).unwrap();
                if holds(&signal) {
                    return signal;
                }
            }
        };
        tokio::time::timeout(SOON, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }
}

#[tokio::test]
async fn a_change_is_told_without_being_asked_for() {
    let office = Office::new().await;
    let mut watch = Watch::on(&office).await;
    let first = watch.until("the present", |_| true).await;
    assert_eq!((&first["connected"], &first["calls"]), (&json!(false), &json!(0)));
    let mut gateway = office.bot().connect(ALL_INTENTS).await;
    watch.until("the bot's arrival", |signal| signal["connected"] == true).await;
    office.sandbox.advance(chrono::TimeDelta::hours(1));
    watch.until("the later hour", |signal| signal["now"] == "2026-03-02T02:00:00Z").await;
    let calls = first["calls"].as_u64().unwrap();
    office.bot().say(&office.channel("general"), "a").await;
    watch.until("a call", |signal| signal["calls"].as_u64().unwrap() > calls).await;
    office.sandbox.add_fault(Fault::new(Effect::GatewayDrop));
    watch.until("the bot's end", |signal| signal["connected"] == false).await;
    while gateway.frame().await.is_ok() {}
}

#[tokio::test]
async fn the_host_names_moments_and_offers_levers() {
    let office = Office::new().await;
    let client = office.bot();
    let mut watch = Watch::on(&office).await;
    let milestone =
        json!({"name": "Deadline", "name_localizations": {"vi": "Hạn"}, "at": "2026-03-05T10:00:00Z"});
    client.send(Method::POST, "/sandbox/host/milestones", Some(json!([milestone]))).await;
    let signal =
        watch.until("it", |signal| !signal["host"]["milestones"].as_array().unwrap().is_empty()).await;
    assert_eq!(signal["host"]["milestones"][0], milestone);
    let other = Milestone { name: "B".into(), name_localizations: [].into(), at: start_time() };
    office.sandbox.set_milestones(vec![other]);
    let shown = client.get("/sandbox/host").await;
    assert_eq!(shown["milestones"].as_array().unwrap().len(), 1);
    assert_eq!(shown["milestones"][0]["name"], "B");

    let pulled = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&pulled);
    office.sandbox.add_lever(Lever {
        id: "kill".into(),
        name: "Kill the bot".into(),
        name_localizations: [("vi".to_owned(), "Tắt bot".to_owned())].into(),
        pull: Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        }),
    });
    let levers = client.get("/sandbox/host").await["levers"].clone();
    let expected = json!([{"id": "kill", "name": "Kill the bot", "name_localizations": {"vi": "Tắt bot"}}]);
    assert_eq!(levers, expected);
    assert_eq!(client.send(Method::POST, "/sandbox/host/levers/kill", None).await.0, 204);
    assert_eq!(client.send(Method::POST, "/sandbox/host/levers/none", None).await.0, 400);
    assert_eq!(pulled.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_log_tells_what_was_done_and_what_the_bot_did_not_hear() {
    let office = Office::new().await;
    let (bot, channel) = (office.bot(), office.channel("general"));
    let path = format!("/channels/{channel}/messages");
    office.sandbox.add_fault(Fault::rest("POST", "/channels/*/messages", Effect::CommitThenDrop));
    office.sandbox.add_fault(Fault::rest("POST", "/channels/*/messages", Effect::Reset).after(1));
    for _ in 0..2 {
        let sent = bot.request(Method::POST, &path).json(&json!({"content": "a"})).send().await;
        assert!(sent.is_err(), "the line is cut");
    }
    bot.say(&channel, "b").await;
    let calls = office.sandbox.requests();
    let shown: Vec<_> = calls.iter().map(|logged| (logged.status, logged.faults.clone())).collect();
    assert_eq!(
        shown,
        [(Some(200), vec![Effect::CommitThenDrop]), (None, vec![Effect::Reset]), (Some(200), vec![])]
    );
    assert_eq!(office.seen_by("An", &channel).len(), 2);
}

#[tokio::test]
async fn a_channel_is_read_back_page_by_page() {
    let office = Office::new().await;
    let (bot, channel) = (office.bot(), office.channel("general"));
    for number in 0..5 {
        bot.say(&channel, &number.to_string()).await;
    }
    let token = office.token("An");
    let page = async |before: &str| {
        let path = format!("/sandbox/view?token={token}&channel_id={channel}&limit=2{before}");
        let view = bot.get(&path).await;
        let messages = view["messages"].as_array().unwrap().clone();
        let contents: Vec<String> =
            messages.iter().map(|one| one["content"].as_str().unwrap().to_owned()).collect();
        (contents, messages[0]["id"].as_str().unwrap().to_owned())
    };
    let (last, first_of_last) = page("").await;
    assert_eq!(last, ["3", "4"]);
    let (before, _) = page(&format!("&before={first_of_last}")).await;
    assert_eq!(before, ["1", "2"]);
}
