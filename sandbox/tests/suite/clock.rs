//! The clock, and the routes that no client has.

use chrono::{TimeDelta, Utc};
use discord_sandbox::{Id, Options, Sandbox, World};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Office, start_time};

#[tokio::test]
async fn time_stands_until_it_is_moved_and_ids_carry_it() {
    let office = Office::new().await;
    let bot = office.bot();
    let mut clock = office.sandbox.clock();
    let first = bot.say(&office.channel("general"), "a").await;
    assert_eq!(first["timestamp"], "2026-03-02T01:00:00.000000+00:00");
    let id: Id = first["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.time(), start_time());

    let moved = bot.post("/sandbox/clock", json!({"advance_seconds": 3600, "step_seconds": 600})).await;
    assert_eq!(moved["now"], "2026-03-02T02:00:00Z");
    assert!(clock.has_changed().unwrap());
    assert_eq!(*clock.borrow_and_update(), start_time() + TimeDelta::hours(1));
    bot.post("/sandbox/clock", json!({"now": "2026-03-05T00:00:00Z"})).await;
    assert_eq!(office.sandbox.now().to_rfc3339(), "2026-03-05T00:00:00+00:00");
    let (status, _) = bot.send(Method::POST, "/sandbox/clock", Some(json!({}))).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn steps_are_seen_one_by_one() {
    let office = Office::new().await;
    let mut clock = office.sandbox.clock();
    clock.mark_unchanged();
    let bot = office.bot();
    let moving = tokio::spawn(async move {
        bot.post("/sandbox/clock", json!({"advance_seconds": 180, "step_seconds": 60})).await;
    });
    for minute in 1..=3 {
        clock.changed().await.unwrap();
        assert_eq!(*clock.borrow_and_update(), start_time() + TimeDelta::minutes(minute));
    }
    moving.await.unwrap();
}

#[tokio::test]
async fn without_a_start_the_machines_time_holds() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    assert!((Utc::now() - sandbox.now()).abs() < TimeDelta::seconds(5));
    sandbox.advance(TimeDelta::days(1));
    let ahead = sandbox.now() - Utc::now();
    assert!(ahead > TimeDelta::hours(23) && ahead < TimeDelta::hours(25));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_stopped_sandbox_answers_no_more() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let url = format!("{}/api/v10/gateway", sandbox.base_url());
    assert!(reqwest::get(&url).await.is_ok());
    drop(sandbox);
    // Dropping only begins it; the port is closed a moment later.
    while reqwest::get(&url).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_world_is_read_or_its_faults_are_told() {
    let world = World::from_toml(
        r##"
        name = "Office"
        preferred_locale = "vi"
        bot = { name = "Liaison", permissions = ["SEND_MESSAGES"] }
        roles = [{ name = "TTDL", mentionable = true }]
        people = [{ name = "An", roles = ["TTDL"], owner = true }]
        channels = [
            { name = "Work", kind = "category" },
            { name = "general", parent = "Work", overwrites = [{ role = "@everyone", deny = ["VIEW_CHANNEL"] }] },
        ]
        "##,
    )
    .unwrap();
    let sandbox = Sandbox::start(Options { world, ..Options::default() }).await.unwrap();
    assert_eq!(sandbox.state()["channels"][1]["permission_overwrites"][0]["deny"], "1024");

    let wrong = World::from_toml(
        r#"
        name = "Office"
        people = [{ name = "An", roles = ["NOWHERE"] }]
        channels = [{ name = "general", parent = "Nothing" }]
        "#,
    );
    let told = wrong.unwrap_err().to_string();
    assert!(told.contains("NOWHERE") && told.contains("Nothing"), "{told}");
}

#[tokio::test]
async fn the_page_and_the_state_are_there() {
    let office = Office::new().await;
    let page = reqwest::get(office.sandbox.base_url()).await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let state = office.bot().get("/sandbox/state").await;
    assert_eq!(state["now"], "2026-03-02T01:00:00Z");
    assert_eq!(state["bot"]["token"], office.sandbox.bot_token());
    let general = office.channel("general");
    office.bot().say(&general, &format!("<@{}>", office.id_of("An"))).await;
    let token = state["users"][1]["token"].as_str().unwrap();
    let view = office.bot().get(&format!("/sandbox/view?token={token}&channel_id={general}")).await;
    assert_eq!(view["messages"][0]["notified"], json!([office.id_of("An")]));
}
