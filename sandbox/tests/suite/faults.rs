//! What goes wrong on purpose.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use discord_sandbox::{Effect, Fault, LimitScope, Limits, Moment, Options, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Office};

const MESSAGES: &str = "/channels/*/messages";

fn contents(page: &Value) -> Vec<&str> {
    page.as_array().unwrap().iter().rev().map(|message| message["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn answers_go_wrong() {
    let office = Office::new().await;
    let bot = office.bot();
    let path = format!("/channels/{}/messages", office.channel("general"));
    let send = || bot.request(Method::POST, &path).json(&json!({"content": "x"})).send();

    office.sandbox.add_fault(Fault::rest(
        "POST",
        MESSAGES,
        Effect::Status { status: 502, body: "<h1>Bad</h1>".into() },
    ));
    let bad = send().await.unwrap();
    assert_eq!(bad.status(), 502);
    assert_eq!(bad.text().await.unwrap(), "<h1>Bad</h1>");

    let limit = Effect::RateLimit { scope: LimitScope::Shared, retry_after: 0.25, code: None };
    office.sandbox.add_fault(Fault::rest("POST", MESSAGES, limit));
    let limited = send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["x-ratelimit-scope"]),
        (429, &"shared".parse().unwrap())
    );
    assert_eq!(limited.headers()["retry-after"], "1");
    assert_eq!(limited.headers()["via"], "1.1 google");
    let body: Value = limited.json().await.unwrap();
    assert_eq!(
        (&body["retry_after"], &body["global"], body.get("code")),
        (&json!(0.25), &json!(false), None)
    );

    office.sandbox.add_fault(Fault::rest("POST", MESSAGES, Effect::Delay { millis: 100 }));
    let began = Instant::now();
    let fine = send().await.unwrap();
    assert_eq!(fine.status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(100));
    assert_eq!(fine.headers()["x-ratelimit-limit"], "1000");
    assert_eq!(contents(&bot.get(&path).await), ["x"]);
    let statuses: Vec<_> = office.sandbox.requests().iter().map(|logged| logged.status).collect();
    assert_eq!(statuses, [Some(502), Some(429), Some(200), Some(200)]);
}

#[tokio::test]
async fn a_broken_line_says_nothing_of_what_was_done() {
    let office = Office::new().await;
    let bot = office.bot();
    let path = format!("/channels/{}/messages", office.channel("general"));
    for (text, effect) in
        [("lost", Effect::Reset), ("done", Effect::CommitThenDrop), ("hung", Effect::Hang { seconds: 0 })]
    {
        office.sandbox.add_fault(Fault::rest("POST", MESSAGES, effect));
        let answer = bot.request(Method::POST, &path).json(&json!({"content": text})).send().await;
        assert!(answer.is_err(), "{text}: {answer:?}");
    }
    assert_eq!(contents(&bot.get(&path).await), ["done"]);
    let statuses: Vec<_> = office.sandbox.requests().iter().map(|logged| logged.status).collect();
    assert_eq!(statuses, [None, Some(200), None, Some(200)]);
}

#[tokio::test]
async fn what_was_begun_is_done_though_the_client_goes_away() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    office.sandbox.add_fault(Fault::rest("POST", MESSAGES, Effect::Delay { millis: 200 }));
    let request = bot.request(Method::POST, &format!("/channels/{general}/messages"));
    let impatient = request.json(&json!({"content": "x"})).timeout(Duration::from_millis(50)).send().await;
    assert!(impatient.is_err_and(|error| error.is_timeout()));
    assert!(office.seen_by("An", &general).is_empty());
    office.until("the message", |_| (!office.seen_by("An", &general).is_empty()).then_some(())).await;
}

#[tokio::test]
async fn faults_of_people_are_not_ordered() {
    let office = Office::new().await;
    office.sandbox.add_fault(Fault::new(Effect::Reset));
    office.person("An").say(&office.channel("general"), "people are safe").await;
    let faults = office.bot().get("/sandbox/faults").await;
    assert_eq!((&faults[0]["effect"], &faults[0]["hits"]), (&json!("reset"), &json!(0)));
    office.bot().ok(Method::DELETE, "/sandbox/faults", None).await;
    office.bot().say(&office.channel("general"), "so is the bot now").await;
}

#[tokio::test]
async fn hooks_see_before_and_after() {
    let office = Office::new().await;
    let seen: Arc<Mutex<Vec<(Moment, String)>>> = Arc::default();
    let in_hook = Arc::clone(&seen);
    office.sandbox.set_hook(move |call, moment| {
        assert_eq!(call.route, "/channels/{channel_id}/messages");
        in_hook.lock().unwrap().push((moment, call.body["content"].to_string()));
    });
    office.person("An").say(&office.channel("general"), "not a call of the bot").await;
    office.bot().say(&office.channel("general"), "x").await;
    let expected = [(Moment::Before, "\"x\"".to_owned()), (Moment::After, "\"x\"".to_owned())];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn events_go_wrong() {
    let office = Office::new().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    gateway.event("GUILD_CREATE").await;
    let add = |effect| office.sandbox.add_fault(Fault::event("MESSAGE_CREATE", effect));

    add(Effect::Duplicate);
    an.say(&general, "twice").await;
    let (first, second) = (gateway.frame().await.unwrap(), gateway.frame().await.unwrap());
    assert_eq!(first, second);

    add(Effect::Swallow);
    an.say(&general, "swallowed").await;
    add(Effect::Reorder);
    an.say(&general, "early").await;
    an.say(&general, "late").await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "late");
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "early");

    add(Effect::Malformed);
    an.say(&general, "broken").await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["id"], Value::Null);
    add(Effect::UnknownEvent);
    an.say(&general, "strange").await;
    assert_eq!(gateway.frame().await.unwrap()["t"], "SANDBOX_UNHEARD_OF");
    let before = gateway.seq;
    add(Effect::SkipSequence);
    an.say(&general, "gap").await;
    assert_eq!(gateway.frame().await.unwrap()["s"], before + 2);

    office.sandbox.add_fault(Fault::new(Effect::NoHeartbeatAck));
    gateway.send(json!({"op": 1, "d": gateway.seq})).await;
    gateway.send(json!({"op": 1, "d": gateway.seq})).await;
    assert_eq!(gateway.frame().await.unwrap()["op"], 11);
    an.say(&general, "only one was answered").await;
    assert_eq!(gateway.frame().await.unwrap()["t"], "MESSAGE_CREATE");
}

#[tokio::test]
async fn connections_go_wrong() {
    let office = Office::new().await;
    let bot = office.bot();
    let order = |effect| office.sandbox.add_fault(Fault::new(effect));

    let mut gateway = bot.connect(ALL_INTENTS).await;
    gateway.event("GUILD_CREATE").await;
    order(Effect::GatewayReconnect);
    assert_eq!(gateway.frame().await.unwrap()["op"], 7);
    order(Effect::GatewayInvalidSession { resumable: true });
    assert_eq!(gateway.frame().await.unwrap()["d"], true);
    let mut gateway = bot.resume(&gateway.session, gateway.seq).await;
    assert_eq!(gateway.frame().await.unwrap()["t"], "RESUMED");
    order(Effect::GatewayClose { code: Some(4000) });
    assert_eq!(gateway.frame().await.unwrap_err(), Some(4000));
    let mut gateway = bot.resume(&gateway.session, gateway.seq).await;
    assert_eq!(gateway.frame().await.unwrap()["t"], "RESUMED");
    order(Effect::GatewayDrop);
    assert_eq!(gateway.frame().await.unwrap_err(), None);
    let mut gateway = bot.resume(&gateway.session, gateway.seq).await;
    assert_eq!(gateway.frame().await.unwrap()["t"], "RESUMED");
    order(Effect::GatewayInvalidSession { resumable: false });
    assert_eq!(gateway.frame().await.unwrap()["d"], false);
    let mut gateway = bot.resume(&gateway.session, gateway.seq).await;
    assert_eq!(gateway.frame().await.unwrap()["op"], 9);
}

#[tokio::test]
async fn a_hook_can_keep_its_own_call_from_being_done() {
    let mut office = Office::new().await;
    let path = format!("/channels/{}/messages", office.channel("general"));
    let bot = office.bot();
    let sandbox =
        Arc::new(std::mem::replace(&mut office.sandbox, Sandbox::start(Options::default()).await.unwrap()));
    let in_hook = Arc::downgrade(&sandbox);
    sandbox.set_hook(move |call, moment| {
        if moment == Moment::Before && call.method == "POST" {
            in_hook.upgrade().unwrap().add_fault(Fault::new(Effect::Reset));
        }
    });
    let answer = bot.request(Method::POST, &path).json(&json!({"content": "x"})).send().await;
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(bot.get(&path).await, json!([]));
}

#[tokio::test]
async fn enforced_limits_refuse_what_is_too_much() {
    let window = Duration::from_secs(2);
    let office = Office::with(|options| options.limits = Limits { window, ..Limits::STRICT }).await;
    let bot = office.bot();
    let path = format!("/channels/{}/messages", office.channel("general"));
    let send = || bot.request(Method::POST, &path).json(&json!({"content": "x"})).send();
    for left in ["4", "3", "2", "1", "0"] {
        assert_eq!(send().await.unwrap().headers()["x-ratelimit-remaining"], left);
    }
    let refused = send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["x-ratelimit-scope"]),
        (429, &"user".parse().unwrap())
    );
    let body: Value = refused.json().await.unwrap();
    let wait = body["retry_after"].as_f64().unwrap();
    assert!(wait > 0.0 && wait <= 2.0, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait) + Duration::from_millis(5)).await;
    assert_eq!(send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn stale_reads_do_not_know_the_latest() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let path = format!("/channels/{general}/messages");
    bot.say(&general, "old").await;
    office.sandbox.advance(chrono::TimeDelta::seconds(10));
    let new = bot.say(&general, "new").await;
    let one = format!("{path}/{}", new["id"].as_str().unwrap());
    let thread = bot.post(&format!("{one}/threads"), json!({"name": "t"})).await;
    office.sandbox.add_fault(Fault::rest("GET", "/**", Effect::Stale { seconds: 5 }).times(4));
    assert_eq!(contents(&bot.get(&path).await), ["old"]);
    assert_eq!(bot.refused(Method::GET, &one, None).await, (404, 10008));
    let threads = format!("/guilds/{}/threads/active", office.guild());
    assert_eq!(bot.get(&threads).await["threads"], json!([]));
    let thread = format!("/channels/{}", thread["id"].as_str().unwrap());
    assert_eq!(bot.refused(Method::GET, &thread, None).await, (404, 10003));
    // Spent: now everything is there.
    assert_eq!(contents(&bot.get(&path).await), ["old", "new"]);
}

#[tokio::test]
async fn who_is_refused_too_often_is_shut_out() {
    let limits = Limits { invalid: 3, calls: 1000, ..Limits::STRICT };
    let office = Office::with(|options| options.limits = limits).await;
    let bot = office.bot();
    let stranger = reqwest::Client::new();
    let url = format!("{}/api/v10/users/@me", office.sandbox.base_url());
    assert_eq!(stranger.get(&url).send().await.unwrap().status(), 401);
    let roles = format!("/guilds/{}/roles", office.guild());
    assert_eq!(bot.refused(Method::POST, &roles, Some(json!({"name": "r"}))).await, (403, 50013));
    // One that is shared is nobody's fault.
    let limit = |scope| Effect::RateLimit { scope, retry_after: 0.1, code: None };
    office.sandbox.add_fault(Fault::rest("GET", "/users/@me", limit(LimitScope::Shared)));
    office.sandbox.add_fault(Fault::rest("GET", "/users/@me", limit(LimitScope::User)));
    let me = async || bot.request(Method::GET, "/users/@me").send().await.unwrap();
    assert_eq!(me().await.status(), 429);
    office.sandbox.clear_faults();
    assert_eq!(me().await.status(), 200);
    office.sandbox.add_fault(Fault::rest("GET", "/users/@me", limit(LimitScope::User)));
    assert_eq!(me().await.status(), 429);
    let shut = me().await;
    assert_eq!((shut.status().as_u16(), &shut.headers()["server"]), (429, &"cloudflare".parse().unwrap()));
    assert!(shut.text().await.unwrap().starts_with("<!doctype html>"));
    office.person("An").get("/users/@me").await;
}

#[tokio::test]
async fn old_messages_are_not_edited_for_ever() {
    let limits = Limits { old_edits: 2, calls: 1000, ..Limits::STRICT };
    let office = Office::with(|options| options.limits = limits).await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let board = bot.say(&general, "0").await;
    let path = format!("/channels/{general}/messages/{}", board["id"].as_str().unwrap());
    let edit = async |text: &str| bot.send(Method::PATCH, &path, Some(json!({"content": text}))).await;
    for number in 1..5 {
        assert_eq!(edit(&number.to_string()).await.0, 200, "it is young");
    }
    office.sandbox.advance(chrono::TimeDelta::minutes(61));
    assert_eq!((edit("a").await.0, edit("b").await.0), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    assert_eq!(edit("c").await.1["code"], 30046);
    office.sandbox.advance(chrono::TimeDelta::minutes(60));
    assert_eq!(edit("d").await.0, 200);
}

#[tokio::test]
async fn all_calls_together_have_a_limit_but_for_answers_to_interactions() {
    let limits = Limits { global: 3, calls: 1000, ..Limits::STRICT };
    let office = Office::with(|options| options.limits = limits).await;
    let bot = office.bot();
    let get = async |path: &str| bot.request(Method::GET, path).send().await.unwrap();
    // Each its own bucket; they may lie on both sides of a second's end, hence more than one round.
    let mut refused = None;
    for path in
        ["/users/@me", "/gateway/bot", "/applications/@me", "/users/@me/guilds"].iter().cycle().take(16)
    {
        let answer = get(path).await;
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the fourth call within a second");
    assert_eq!(refused.headers()["x-ratelimit-scope"], "global");
    assert_eq!(refused.headers()["x-ratelimit-global"], "true");
    assert_eq!(refused.json::<Value>().await.unwrap()["global"], true);
    let callback = bot.send(Method::POST, "/interactions/1/token/callback", Some(json!({"type": 5}))).await;
    assert_eq!(callback.1["code"], 10062, "unknown, but not refused for its number");
}
