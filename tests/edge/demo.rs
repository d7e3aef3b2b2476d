//! The demo as whoever opens its page meets it.
#![cfg(unix)]

use super::{HANGS, command};
use chrono::{DateTime, Utc};
use liaison::demo::people;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

const POLL: Duration = Duration::from_millis(20);

async fn get(base: &str, path: &str) -> Value {
    reqwest::get(format!("{base}{path}")).await.unwrap().json().await.unwrap()
}

/// How often the bot has started: each start asks who it is.
async fn starts(base: &str) -> usize {
    let calls = get(base, "/sandbox/requests").await;
    calls.as_array().unwrap().iter().filter(|call| call["route"] == "/users/@me").count()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(HANGS, wait).await.unwrap_or_else(|_| panic!("waited in vain until {what}"));
}

/// A demo with an empty office, and the address of its page.
async fn demo() -> (tokio::process::Child, String) {
    let mut demo = command("demo --port 0 --no-scenario", &[]).spawn().unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    let base = loop {
        let line = lines.next_line().await.unwrap().expect("the demo names its page");
        if let Some(page) = line.strip_prefix("Page: ") {
            break page.trim_end_matches('/').to_owned();
        }
    };
    // What it says from here on is read by nobody, and must not stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    until("the bot has registered its commands", async || {
        get(&base, "/sandbox/state").await["commands"].as_array().is_some_and(|all| !all.is_empty())
    })
    .await;
    until("the next working day is offered", async || {
        let host = get(&base, "/sandbox/host").await;
        host["milestones"].as_array().is_some_and(|all| !all.is_empty())
    })
    .await;
    (demo, base)
}

#[tokio::test]
async fn reminders_come_when_they_are_due_however_far_the_clock_is_moved() {
    let (mut demo, base) = demo().await;
    let office = people::Office::at(&base);
    let coordinator = office.person("Điều phối TTDL").await.unwrap();
    let room = office.channel("phong-hop-chung").await.unwrap().unwrap();
    let line = "/nhiem-vu giao tieu-de:Rà soát phiếu giai-doan:P3 han:17/02/2023";
    until("the task is given", async || {
        coordinator.types(room, line).await.is_ok_and(|answer| answer.text().contains("NV-2023-001"))
    })
    .await;
    let body = serde_json::json!({ "now": "2023-02-21T03:00:00Z", "step_seconds": 900 });
    let moved =
        reqwest::Client::new().post(format!("{base}/sandbox/clock")).json(&body).send().await.unwrap();
    assert!(moved.status().is_success());
    let thread = office.channel("[NV-2023-001]").await.unwrap().unwrap();
    let said = coordinator.sees(thread).await.unwrap();
    let reminders: Vec<(String, bool)> = said
        .iter()
        .filter(|message| people::read(message).contains("Nhắc việc"))
        .map(|message| {
            let at: DateTime<Utc> = serde_json::from_value(message["timestamp"].clone()).unwrap();
            let local = at + chrono::TimeDelta::hours(7);
            (local.format("%d/%m %H:%M").to_string(), people::read(message).contains("Gửi muộn"))
        })
        .collect();
    let days = ["14/02", "16/02", "17/02", "20/02", "21/02"];
    assert_eq!(reminders, days.map(|day| (format!("{day} 08:30"), false)));
    demo.kill().await.unwrap();
}

#[tokio::test]
async fn the_demos_bot_is_killed_from_the_page_and_comes_back() {
    let (mut demo, base) = demo().await;
    let host = get(&base, "/sandbox/host").await;
    let day = &host["milestones"][0];
    assert_eq!(day["name_localizations"]["vi"], "Ngày làm việc tới");
    let now: DateTime<Utc> =
        serde_json::from_value(get(&base, "/sandbox/clock").await["now"].clone()).unwrap();
    let at: DateTime<Utc> = serde_json::from_value(day["at"].clone()).unwrap();
    assert!(at > now && at - now <= chrono::TimeDelta::days(12), "{at} after {now}");

    let before = starts(&base).await;
    let kill = format!("{base}/sandbox/host/levers/{}", host["levers"][0]["id"].as_str().unwrap());
    let pulled = reqwest::Client::new().post(kill).send().await.unwrap();
    assert_eq!(pulled.status(), 204);
    until("the bot has started again", async || starts(&base).await > before).await;

    let office = people::Office::at(&base);
    let person = office.person("Điều phối TTDL").await.unwrap();
    let room = office.channel("phong-hop-chung").await.unwrap().unwrap();
    until("it answers again", async || {
        person.types(room, "/help").await.is_ok_and(|answer| answer.status == "message")
    })
    .await;
    demo.kill().await.unwrap();
}
