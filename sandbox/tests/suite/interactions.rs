//! Interactions as a person begins them and a bot answers them, on the wire.

use std::time::Duration;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::scene::{Scene, titled};

#[tokio::test]
async fn the_bot_hears_everything_about_a_command() {
    let mut scene = Scene::new().await;
    let (binh, role, channel) =
        (scene.office.id_of("Binh"), scene.office.role("TTDL"), scene.office.channel("general"));
    let options = json!([
        {"name": "title", "value": "t"}, {"name": "who", "value": binh},
        {"name": "role", "value": role}, {"name": "where", "value": channel},
    ]);
    let heard = scene.run("n", options).await;
    assert_eq!(
        (&heard["type"], &heard["locale"], &heard["guild_locale"]),
        (&json!(2), &json!("vi"), &json!("vi"))
    );
    assert_eq!(heard["member"]["user"]["id"], scene.office.id_of("An"));
    assert!(heard["member"]["permissions"].as_str().unwrap().parse::<u64>().unwrap() & 1024 != 0);
    let resolved = &heard["data"]["resolved"];
    assert_eq!(resolved["users"][&binh]["username"], "binh");
    assert_eq!(resolved["members"][&binh]["roles"][0], role.as_str());
    assert_eq!(resolved["roles"][&role]["name"], "TTDL");
    assert_eq!(resolved["channels"][&channel]["name"], "general");
}

#[tokio::test]
async fn peoples_clients_hear_of_other_commands_and_of_their_own_language() {
    let scene = Scene::new().await;
    let mut person = scene.an.connect(0).await;
    let commands = format!("/applications/{}/commands", scene.office.application());
    scene.bot.ok(Method::PUT, &commands, Some(json!([{"name": "one", "description": "d"}]))).await;
    person.event("GUILD_APPLICATION_COMMAND_INDEX_UPDATE").await;
    scene.an.ok(Method::PATCH, "/users/@me/settings", Some(json!({"locale": "en-GB"}))).await;
    assert_eq!(person.event("USER_SETTINGS_UPDATE").await["locale"], "en-GB");
}

#[tokio::test]
async fn deferred_then_edited_then_followed_up() {
    let mut scene = Scene::new().await;
    let mut person = scene.an.connect(0).await;
    let heard = scene.run("n", titled()).await;
    let (callback, webhook) = (scene.callback(&heard), scene.webhook(&heard));
    // No webhook before the first answer.
    let early = Some(json!({"content": "?"}));
    assert_eq!(scene.bot.refused(Method::POST, &webhook, early).await, (404, 10015));
    let defer = json!({"type": 5, "data": {}});
    scene.bot.post(&callback, defer.clone()).await;
    assert_eq!(person.event("INTERACTION_CREATE").await["nonce"], "n");
    assert_eq!(person.event("INTERACTION_SUCCESS").await["nonce"], "n");
    assert_eq!(scene.bot.refused(Method::POST, &callback, Some(defer)).await, (400, 40060));
    let original = format!("{webhook}/messages/@original");
    assert_eq!(scene.bot.get(&original).await["flags"], 128);
    let edited = scene.bot.ok(Method::PATCH, &original, Some(json!({"content": "done"}))).await;
    assert_eq!(
        (&edited["content"], &edited["flags"], &edited["type"]),
        (&json!("done"), &json!(0), &json!(20))
    );
    assert_eq!(edited["interaction_metadata"]["user"]["id"], scene.office.id_of("An"));
    let more = scene.bot.post(&webhook, json!({"content": "and", "flags": 64})).await;
    assert_eq!(more["flags"], 64);
    assert_eq!(scene.office.seen_by("An", &scene.channel).len(), 2);
    assert_eq!(scene.office.seen_by("Binh", &scene.channel).len(), 1);
    let follow_up = format!("{webhook}/messages/{}", more["id"].as_str().unwrap());
    scene.bot.ok(Method::PATCH, &follow_up, Some(json!({"content": "or"}))).await;
    scene.bot.ok(Method::DELETE, &follow_up, None).await;
    scene.bot.ok(Method::DELETE, &original, None).await;
    assert_eq!(scene.bot.refused(Method::GET, &original, None).await, (404, 10008));

    scene.office.sandbox.advance(TimeDelta::minutes(15));
    assert_eq!(scene.bot.refused(Method::GET, &original, None).await, (401, 50027));
    scene.office.conforms();
}

#[tokio::test]
async fn an_address_may_be_percent_encoded() {
    let mut scene = Scene::new().await;
    let heard = scene.run("n", titled()).await;
    scene.bot.post(&scene.callback(&heard), json!({"type": 5})).await;
    let original = format!("{}/messages/%40original", scene.webhook(&heard));
    scene.bot.ok(Method::PATCH, &original, Some(json!({"content": "done"}))).await;
    assert_eq!(scene.office.seen_by("An", &scene.channel)[0]["content"], "done");
    assert_eq!(scene.bot.get("/users/%40me").await["id"], scene.office.application());
    let routes = scene.office.sandbox.requests();
    assert_eq!(routes.last().unwrap().call.route, "/users/@me");
}

#[tokio::test]
async fn three_seconds_are_real_and_final() {
    let mut scene = Scene::new().await;
    let mut person = scene.an.connect(0).await;
    let heard = scene.run("late", titled()).await;
    tokio::time::sleep(Duration::from_millis(3050)).await;
    let answer = Some(json!({"type": 4, "data": {"content": "sorry"}}));
    assert_eq!(scene.bot.refused(Method::POST, &scene.callback(&heard), answer).await, (404, 10062));
    assert_eq!(person.event("INTERACTION_FAILURE").await["nonce"], "late");
    assert_eq!(scene.office.outcome("late").await["status"], "failed");
}

#[tokio::test]
async fn a_button_updates_its_message() {
    let mut scene = Scene::new().await;
    let row = |disabled: bool| {
        json!([{"type": 1, "components": [
            {"type": 2, "style": 1, "label": "Receive", "custom_id": "v1:task:receive:1", "disabled": disabled},
        ]}])
    };
    let path = format!("/channels/{}/messages", scene.channel);
    let card = scene.bot.post(&path, json!({"content": "card", "components": row(false)})).await;
    let press = json!({
        "type": 3, "nonce": "p", "channel_id": scene.channel, "message_id": card["id"],
        "data": {"component_type": 2, "custom_id": "v1:task:receive:1"},
    });
    scene.an.post("/interactions", press.clone()).await;
    let heard = scene.gateway.event("INTERACTION_CREATE").await;
    assert_eq!(heard["message"]["id"], card["id"]);
    let update = json!({"type": 7, "data": {"content": "received", "components": row(true)}});
    scene.bot.post(&scene.callback(&heard), update).await;
    assert_eq!(scene.office.seen_by("An", &scene.channel)[0]["content"], "received");
    // What is disabled cannot be pressed again.
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(press)).await, (400, 50035));
    scene.office.conforms();
}

#[tokio::test]
async fn forms_are_checked_as_the_client_does() {
    let mut scene = Scene::new().await;
    let heard = scene.run("n", titled()).await;
    let input = json!({
        "type": 4, "style": 1, "label": "Why", "custom_id": "why", "min_length": 3, "required": true,
    });
    let modal = json!({"title": "T", "custom_id": "m", "components": [{"type": 1, "components": [input]}]});
    scene.bot.post(&scene.callback(&heard), json!({"type": 9, "data": modal})).await;
    let filled = |text: &str| {
        json!({
            "id": heard["id"], "custom_id": "m",
            "components": [{"type": 1, "components": [{"type": 4, "custom_id": "why", "value": text}]}],
        })
    };
    let short = json!({"type": 5, "channel_id": scene.channel, "data": filled("x")});
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(short)).await, (400, 50035));
    let heard = scene.begin("m", 5, filled("because")).await;
    assert_eq!(heard["data"]["components"][0]["components"][0]["value"], "because");
    let refused = Some(json!({"type": 9, "data": modal}));
    assert_eq!(scene.bot.refused(Method::POST, &scene.callback(&heard), refused).await, (400, 50035));
}

#[tokio::test]
async fn choices_are_at_most_twenty_five() {
    let mut scene = Scene::new().await;
    let typing = json!({"name": "task", "options": [{"name": "title", "value": "x", "focused": true}]});
    let heard = scene.begin("t", 4, typing.clone()).await;
    assert_eq!(heard["data"]["options"][0]["focused"], true);
    let choices = |count: usize| -> Vec<Value> {
        (0..count).map(|number| json!({"name": format!("c{number}"), "value": "v"})).collect()
    };
    let body = |count| json!({"type": 8, "data": {"choices": choices(count)}});
    scene.office.pardon();
    assert_eq!(scene.bot.refused(Method::POST, &scene.callback(&heard), Some(body(26))).await, (400, 50035));
    scene.bot.post(&scene.callback(&heard), body(25)).await;
    assert_eq!(scene.office.outcome("t").await["choices"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn unfit_commands_are_not_even_sent() {
    let scene = Scene::new().await;
    let run = |data: Value| json!({"type": 2, "channel_id": scene.channel, "data": data});
    let missing = run(json!({"name": "task", "options": []}));
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(missing)).await, (400, 50035));
    let unknown = run(json!({"name": "nothing"}));
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(unknown)).await, (404, 10063));
    let admins = run(json!({"name": "admin"}));
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(admins.clone())).await, (403, 50013));
    scene.office.person("Admin").post("/interactions", admins).await;
    let kind = run(
        json!({"name": "task", "options": [{"name": "title", "value": "t"}, {"name": "where", "value": scene.office.channel("meeting")}]}),
    );
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(kind)).await, (400, 50035));
}

#[tokio::test]
async fn a_first_answer_can_be_had_at_once() {
    let mut scene = Scene::new().await;
    let heard = scene.run("n", titled()).await;
    let path = format!("{}?with_response=true", scene.callback(&heard));
    let answer = scene.bot.post(&path, json!({"type": 4, "data": {"content": "here", "flags": 64}})).await;
    assert_eq!(answer["resource"]["message"]["content"], "here");
    assert_eq!(answer["interaction"]["response_message_ephemeral"], true);

    let heard = scene.run("late", titled()).await;
    let path = format!("{}?with_response=true", scene.callback(&heard));
    let answer = scene.bot.post(&path, json!({"type": 5})).await;
    assert_eq!(
        (&answer["interaction"]["response_message_loading"], answer.get("resource")),
        (&json!(true), None)
    );
    scene.office.conforms();
}

#[tokio::test]
async fn the_first_follow_up_takes_the_place_of_the_thinking() {
    let mut scene = Scene::new().await;
    let heard = scene.run("n", titled()).await;
    scene.bot.post(&scene.callback(&heard), json!({"type": 5})).await;
    let first = scene.bot.post(&scene.webhook(&heard), json!({"content": "first"})).await;
    let second = scene.bot.post(&scene.webhook(&heard), json!({"content": "second"})).await;
    assert_ne!(first["id"], second["id"]);
    let seen = scene.office.seen_by("Binh", &scene.channel);
    let contents: Vec<_> = seen.iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(contents, ["first", "second"]);
    scene.office.conforms();
}
