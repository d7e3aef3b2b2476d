//! Threads: making, joining, archiving, locking, listing.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Client, Office};

async fn thread_from_message(bot: &Client, channel: &str) -> String {
    let starter = bot.say(channel, "task").await["id"].as_str().unwrap().to_owned();
    let path = format!("/channels/{channel}/messages/{starter}/threads");
    let thread = bot.post(&path, json!({"name": "NV-2026-001", "auto_archive_duration": 1440})).await;
    assert_eq!(thread["id"], starter.as_str());
    assert_eq!(bot.refused(Method::POST, &path, Some(json!({"name": "again"}))).await, (400, 160_004));
    starter
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_thread_has_its_messages_id_and_is_told() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let thread = thread_from_message(&bot, &general).await;
    let created = gateway.event("THREAD_CREATE").await;
    assert_eq!((&created["newly_created"], &created["parent_id"]), (&json!(true), &json!(general)));
    bot.say(&thread, "in it").await;
    let shown = bot.get(&format!("/channels/{thread}")).await;
    assert_eq!((&shown["message_count"], &shown["total_message_sent"]), (&json!(1), &json!(1)));
    let starter = bot.get(&format!("/channels/{general}/messages/{thread}")).await;
    assert_eq!(starter["thread"]["id"], thread.as_str());
    let active = bot.get(&format!("/guilds/{}/threads/active", office.guild())).await;
    assert_eq!(ids(&active["threads"]), [thread.as_str()]);
    office.conforms();
}

#[tokio::test]
async fn a_role_mention_brings_members_in_or_says_that_it_did_not() {
    for brings in [true, false] {
        let office = Office::with(|options| options.world.bot.role_mention_adds_members = brings).await;
        let bot = office.bot();
        let mut gateway = bot.connect(ALL_INTENTS).await;
        let thread = thread_from_message(&bot, &office.channel("general")).await;
        let message = bot.say(&thread, &format!("<@&{}>", office.role("TTDL"))).await;
        let failed = message["flags"].as_u64().unwrap() & (1 << 8) != 0;
        assert_eq!(failed, !brings);
        let members = bot.get(&format!("/channels/{thread}/thread-members")).await;
        assert_eq!(members.as_array().unwrap().len(), if brings { 3 } else { 1 });
        if brings {
            let update = gateway.event("THREAD_MEMBERS_UPDATE").await;
            assert_eq!(update["added_members"].as_array().unwrap().len(), 2);
            assert_eq!(update["added_members"][0]["member"]["user"]["id"], office.id_of("An"));
        }
    }
}

#[tokio::test]
async fn members_come_and_go() {
    let office = Office::validated().await;
    let (bot, an) = (office.bot(), office.id_of("An"));
    let thread = thread_from_message(&bot, &office.channel("general")).await;
    let member = format!("/channels/{thread}/thread-members/{an}");
    assert_eq!(bot.refused(Method::GET, &member, None).await, (404, 10007));
    for _ in 0..2 {
        let (status, _) = bot.send(Method::PUT, &member, None).await;
        assert_eq!(status, 204, "adding is idempotent");
    }
    assert_eq!(bot.get(&member).await["user_id"], an.as_str());
    let full = bot.get(&format!("/channels/{thread}/thread-members?with_member=true")).await;
    assert_eq!(full.as_array().unwrap().len(), 2);
    assert!(full[0]["member"]["user"]["id"].is_string());
    bot.ok(Method::DELETE, &member, None).await;
    office.person("Binh").ok(Method::PUT, &format!("/channels/{thread}/thread-members/@me"), None).await;
    let left = bot.get(&format!("/channels/{thread}/thread-members")).await;
    assert_eq!(left.as_array().unwrap().len(), 2);
    office.conforms();
}

#[tokio::test]
async fn archived_and_locked_threads_behave() {
    let office = Office::validated().await;
    let (bot, an, admin) = (office.bot(), office.person("An"), office.person("Admin"));
    let general = office.channel("general");
    let thread = thread_from_message(&bot, &general).await;
    let path = format!("/channels/{thread}");
    let note = bot.say(&thread, "note").await["id"].as_str().unwrap().to_owned();

    admin.ok(Method::PATCH, &path, Some(json!({"archived": true}))).await;
    let archived = bot.get(&format!("/channels/{general}/threads/archived/public")).await;
    assert_eq!(ids(&archived["threads"]), [thread.as_str()]);
    let edit = Some(json!({"content": "other"}));
    assert_eq!(bot.refused(Method::PATCH, &format!("{path}/messages/{note}"), edit).await, (400, 50083));
    assert_eq!(bot.refused(Method::PATCH, &path, Some(json!({"name": "n"}))).await, (400, 50083));
    // Writing opens it again.
    an.say(&thread, "hello").await;
    assert_eq!(bot.get(&path).await["thread_metadata"]["archived"], false);

    assert_eq!(an.refused(Method::PATCH, &path, Some(json!({"locked": true}))).await, (403, 50013));
    admin.ok(Method::PATCH, &path, Some(json!({"locked": true}))).await;
    let words = Some(json!({"content": "?"}));
    assert_eq!(an.refused(Method::POST, &format!("{path}/messages"), words).await, (400, 160_005));
    // The bot manages threads.
    bot.say(&thread, "still here").await;
    admin.ok(Method::DELETE, &path, None).await;
    assert_eq!(bot.refused(Method::GET, &path, None).await, (404, 10003));
    office.conforms();
}

#[tokio::test]
async fn nobody_writes_and_time_archives() {
    let office = Office::new().await;
    let bot = office.bot();
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let thread = thread_from_message(&bot, &office.channel("general")).await;
    office.sandbox.advance(TimeDelta::hours(23));
    assert_eq!(bot.get(&format!("/channels/{thread}")).await["thread_metadata"]["archived"], false);
    office.sandbox.advance(TimeDelta::hours(1));
    assert_eq!(gateway.event("THREAD_UPDATE").await["thread_metadata"]["archived"], true);
}

#[tokio::test]
async fn private_threads_are_seen_by_the_invited() {
    let office = Office::validated().await;
    let (bot, an, binh) = (office.bot(), office.person("An"), office.person("Binh"));
    let general = office.channel("general");
    // Without a type it is a private one.
    let made =
        bot.post(&format!("/channels/{general}/threads"), json!({"name": "[NV-2026-002] quiet"})).await;
    assert_eq!(made["type"], 12);
    let thread = made["id"].as_str().unwrap();
    let messages = format!("/channels/{thread}/messages");
    assert_eq!(an.refused(Method::GET, &messages, None).await, (403, 50001));
    let mut gateway = an.connect(0).await;
    bot.say(thread, &format!("<@{}>", office.id_of("An"))).await;
    assert_eq!(gateway.event("THREAD_CREATE").await["id"], thread);
    assert_eq!(an.get(&messages).await.as_array().unwrap().len(), 1);
    assert_eq!(binh.refused(Method::GET, &messages, None).await, (403, 50001));

    bot.ok(Method::PATCH, &format!("/channels/{thread}"), Some(json!({"archived": true}))).await;
    let list = async |client: &Client, which: &str| {
        let list = client.get(&format!("/channels/{general}/{which}")).await;
        list["threads"].as_array().unwrap().len()
    };
    assert_eq!(list(&bot, "threads/archived/private").await, 1);
    assert_eq!(list(&an, "users/@me/threads/archived/private").await, 1);
    assert_eq!(list(&binh, "users/@me/threads/archived/private").await, 0);
    assert_eq!(
        an.refused(Method::GET, &format!("/channels/{general}/threads/archived/private"), None).await,
        (403, 50013)
    );
    office.conforms();
}

#[tokio::test]
async fn a_public_thread_without_a_message_announces_itself() {
    let office = Office::validated().await;
    let bot = office.bot();
    let general = office.channel("general");
    let thread = bot.post(&format!("/channels/{general}/threads"), json!({"name": "open", "type": 11})).await;
    let notice = bot.get(&format!("/channels/{general}/messages")).await[0].clone();
    assert_eq!((&notice["type"], &notice["content"]), (&json!(18), &json!("open")));
    assert_eq!(notice["message_reference"]["channel_id"], thread["id"]);
    let wrong = Some(json!({"name": "x", "type": 11}));
    let meeting = format!("/channels/{}/threads", office.channel("meeting"));
    assert_eq!(bot.refused(Method::POST, &meeting, wrong).await, (400, 50024));
    office.conforms();
}

#[tokio::test]
async fn archiving_twice_is_archiving_once() {
    let office = Office::new().await;
    let bot = office.bot();
    let thread = thread_from_message(&bot, &office.channel("general")).await;
    let path = format!("/channels/{thread}");
    for _ in 0..2 {
        let done = bot.ok(Method::PATCH, &path, Some(json!({"archived": true, "locked": true}))).await;
        assert_eq!(
            (&done["thread_metadata"]["archived"], &done["thread_metadata"]["locked"]),
            (&json!(true), &json!(true))
        );
    }
}

#[tokio::test]
async fn whoever_gets_to_see_a_channel_hears_of_its_threads() {
    let office = Office::new().await;
    let (admin, secret) = (office.person("Admin"), office.channel("secret"));
    let thread = admin.post(&format!("/channels/{secret}/threads"), json!({"name": "t", "type": 11})).await;
    let mut outsider = office.person("Outsider").connect(0).await;
    outsider.event("GUILD_CREATE").await;
    let role = format!(
        "/guilds/{}/members/{}/roles/{}",
        office.guild(),
        office.id_of("Outsider"),
        office.role("TTDL")
    );
    admin.ok(Method::PUT, &role, None).await;
    let sync = outsider.event("THREAD_LIST_SYNC").await;
    assert_eq!(
        (&sync["channel_ids"], ids(&sync["threads"])),
        (&json!([secret]), vec![thread["id"].as_str().unwrap()])
    );
}

#[tokio::test]
async fn a_full_thread_takes_nobody_more() {
    let office = Office::with(|options| {
        for number in 0..1000 {
            let name = format!("Person {number}");
            options.world.people.push(discord_sandbox::Person {
                name,
                roles: vec!["Quiet".into()],
                ..Default::default()
            });
        }
    })
    .await;
    let bot = office.bot();
    let thread = thread_from_message(&bot, &office.channel("general")).await;
    // 1001 hold the role: too many, so none come in, and the message says so.
    let message = bot.say(&thread, &format!("<@&{}>", office.role("Quiet"))).await;
    assert!(message["flags"].as_u64().unwrap() & (1 << 8) != 0);
    let members = format!("/channels/{thread}/thread-members");
    assert_eq!(bot.get(&members).await.as_array().unwrap().len(), 1);
    for number in 0..999 {
        let who = office.id_of(&format!("Person {number}"));
        assert_eq!(bot.send(Method::PUT, &format!("{members}/{who}"), None).await.0, 204);
    }
    let late = format!("{members}/{}", office.id_of("Person 999"));
    assert_eq!(bot.refused(Method::PUT, &late, None).await, (400, 30033));
    let mut seen = Vec::new();
    while let Some(page) = {
        let after = seen.last().cloned().unwrap_or_else(|| "0".to_owned());
        let page = bot.get(&format!("{members}?with_member=true&limit=100&after={after}")).await;
        Some(page).filter(|page| !page.as_array().unwrap().is_empty())
    } {
        seen.extend(page.as_array().unwrap().iter().map(|one| one["user_id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), 1000);
}

#[tokio::test]
async fn archived_threads_are_paged_from_the_latest() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let mut made = Vec::new();
    for _ in 0..3 {
        office.sandbox.advance(TimeDelta::minutes(1));
        let thread = thread_from_message(&bot, &general).await;
        bot.ok(Method::PATCH, &format!("/channels/{thread}"), Some(json!({"archived": true}))).await;
        made.insert(0, thread);
    }
    let path = format!("/channels/{general}/threads/archived/public?limit=2");
    let first = bot.get(&path).await;
    assert_eq!((ids(&first["threads"]), &first["has_more"]), (vec![&*made[0], &*made[1]], &json!(true)));
    let before = first["threads"][1]["thread_metadata"]["archive_timestamp"].as_str().unwrap();
    let before = before.replace('+', "%2B");
    let second = bot.get(&format!("{path}&before={before}")).await;
    assert_eq!((ids(&second["threads"]), &second["has_more"]), (vec![&*made[2]], &json!(false)));
}
