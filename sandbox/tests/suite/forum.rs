//! Forums: tags, posts, and what is asked of both.

use discord_sandbox::world::{Channel, Tag};
use discord_sandbox::{ChannelKind, World};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Office};

async fn office() -> Office {
    Office::validated_with(|options| {
        let tag = |name: &str, moderated: bool| Tag { name: name.into(), moderated, emoji: None };
        options.world.channels.push(Channel {
            kind: ChannelKind::Forum,
            tags: vec![tag("question", false), tag("answered", true)],
            require_tag: true,
            ..Channel::text("board")
        });
    })
    .await
}

fn tag(forum: &Value, name: &str) -> String {
    let tags = forum["available_tags"].as_array().unwrap();
    tags.iter().find(|tag| tag["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_post_is_a_thread_with_a_first_message_and_tags() {
    let office = office().await;
    let (bot, board) = (office.bot(), office.channel("board"));
    let forum = bot.get(&format!("/channels/{board}")).await;
    let (question, answered) = (tag(&forum, "question"), tag(&forum, "answered"));
    let path = format!("/channels/{board}/threads");
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let body = |tags: Value| json!({"name": "How?", "message": {"content": "tell me"}, "applied_tags": tags});

    let post = bot.post(&path, body(json!([question]))).await;
    assert_eq!((&post["type"], &post["applied_tags"]), (&json!(11), &json!([question])));
    assert_eq!(post["message"]["id"], post["id"], "the first message has the thread's id");
    assert_eq!(gateway.event("THREAD_CREATE").await["id"], post["id"]);
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "tell me");
    let id = post["id"].as_str().unwrap();
    bot.say(id, "more").await;
    let thread = bot.get(&format!("/channels/{id}")).await;
    assert_eq!((&thread["message_count"], &thread["total_message_sent"]), (&json!(1), &json!(1)));
    assert_eq!(bot.get(&format!("/channels/{board}")).await["last_message_id"], post["id"]);

    // A forum itself holds no messages, and a post needs a tag that is there.
    let words = Some(json!({"content": "x"}));
    assert_eq!(bot.refused(Method::POST, &format!("/channels/{board}/messages"), words).await, (400, 50008));
    assert_eq!(bot.refused(Method::POST, &path, Some(body(json!([])))).await, (400, 40067));
    assert_eq!(bot.refused(Method::POST, &path, Some(body(json!(["1"])))).await, (400, 50035));
    // Only who manages threads gives a moderated tag.
    let an = office.person("An");
    assert_eq!(an.refused(Method::POST, &path, Some(body(json!([answered])))).await, (403, 50013));
    let one = format!("/channels/{id}");
    let both = bot.ok(Method::PATCH, &one, Some(json!({"applied_tags": [question, answered]}))).await;
    assert_eq!(both["applied_tags"], json!([question, answered]));
    assert_eq!(bot.refused(Method::PATCH, &one, Some(json!({"applied_tags": ["1"]}))).await, (400, 50035));
    assert_eq!(bot.refused(Method::PATCH, &one, Some(json!({"applied_tags": []}))).await, (400, 40067));
}

#[tokio::test]
async fn a_post_may_come_with_files() {
    let office = office().await;
    let (bot, board) = (office.bot(), office.channel("board"));
    let question = tag(&bot.get(&format!("/channels/{board}")).await, "question");
    let words = json!({
        "name": "Look", "applied_tags": [question],
        "message": {"content": "see", "attachments": [{"id": "0", "description": "d"}]},
    });
    let form = Form::new()
        .text("payload_json", words.to_string())
        .part("files[0]", Part::text("hello").file_name("a.txt").mime_str("text/plain").unwrap());
    let request = bot.request(Method::POST, &format!("/channels/{board}/threads")).multipart(form);
    let post: Value = request.send().await.unwrap().json().await.unwrap();
    let file = &post["message"]["attachments"][0];
    assert_eq!((&file["filename"], &file["description"]), (&json!("a.txt"), &json!("d")));
}

#[tokio::test]
async fn a_forum_is_made_and_its_tags_change() {
    let office = Office::validated().await;
    let admin = office.person("Admin");
    let body = json!({
        "name": "board", "type": 15, "flags": 16, "available_tags": [{"name": "one"}, {"name": "two", "moderated": true}],
        "default_reaction_emoji": {"emoji_name": "👍"}, "default_sort_order": 1, "default_forum_layout": 2,
        "default_thread_rate_limit_per_user": 5, "default_auto_archive_duration": 60,
    });
    let forum = admin.post(&format!("/guilds/{}/channels", office.guild()), body).await;
    let path = format!("/channels/{}", forum["id"].as_str().unwrap());
    assert_eq!((&forum["flags"], &forum["default_sort_order"]), (&json!(16), &json!(1)));
    let (one, two) = (tag(&forum, "one"), tag(&forum, "two"));
    assert_ne!(one, two);
    let renamed = json!({"available_tags": [{"id": one, "name": "first"}, {"name": "third"}]});
    let changed = admin.ok(Method::PATCH, &path, Some(renamed)).await;
    assert_eq!((tag(&changed, "first"), changed["available_tags"].as_array().unwrap().len()), (one, 2));
    let gone = Some(json!({"available_tags": [{"id": two, "name": "back"}]}));
    assert_eq!(admin.refused(Method::PATCH, &path, gone).await, (404, 10087));
    let many: Vec<Value> = (0..21).map(|number| json!({"name": number.to_string()})).collect();
    let many = Some(json!({"available_tags": many}));
    office.pardon();
    assert_eq!(admin.refused(Method::PATCH, &path, many).await, (400, 50035));

    let long = Some(json!({"available_tags": [{"name": "x".repeat(21)}]}));
    assert_eq!(admin.refused(Method::PATCH, &path, long).await, (400, 50035));

    let first = tag(&changed, "first");
    let post = json!({"name": "n", "message": {"content": "c"}, "applied_tags": [first]});
    let post = office.bot().post(&format!("{path}/threads"), post).await;
    assert_eq!(
        (&post["rate_limit_per_user"], &post["thread_metadata"]["auto_archive_duration"]),
        (&json!(5), &json!(60))
    );
    // One post at a time stands at the top.
    let other = json!({"name": "m", "message": {"content": "c"}, "applied_tags": [first]});
    let other = office.bot().post(&format!("{path}/threads"), other).await;
    let pin = async |post: &Value| {
        let path = format!("/channels/{}", post["id"].as_str().unwrap());
        admin.send(Method::PATCH, &path, Some(json!({"flags": 2}))).await
    };
    assert_eq!(pin(&post).await.1["flags"], 2);
    assert_eq!(pin(&other).await.1["code"], 30047);
}

#[tokio::test]
async fn a_world_has_forums() {
    let world = World::from_toml(
        r#"
        name = "Office"
        people = [{ name = "An" }]
        channels = [{ name = "board", kind = "forum", require_tag = true, tags = [{ name = "a", emoji = "❓" }] }]
        "#,
    )
    .unwrap();
    let office = Office::with(|options| options.world = world).await;
    let board = office.bot().get(&format!("/channels/{}", office.channel("board"))).await;
    assert_eq!((&board["available_tags"][0]["emoji_name"], &board["flags"]), (&json!("❓"), &json!(16)));
}

#[tokio::test]
async fn slowmode_holds_people_and_not_bots() {
    let office = Office::validated().await;
    let (bot, an, general) = (office.bot(), office.person("An"), office.channel("general"));
    office
        .person("Admin")
        .ok(Method::PATCH, &format!("/channels/{general}"), Some(json!({"rate_limit_per_user": 30})))
        .await;
    let path = format!("/channels/{general}/messages");
    for _ in 0..2 {
        bot.say(&general, "x").await;
        office.person("Admin").say(&general, "x").await;
    }
    an.say(&general, "x").await;
    office.sandbox.advance(chrono::TimeDelta::seconds(10));
    let (status, refusal) = an.send(Method::POST, &path, Some(json!({"content": "y"}))).await;
    assert_eq!(
        (status.as_u16(), &refusal["code"], &refusal["retry_after"]),
        (429, &json!(20016), &json!(20.0))
    );
    office.sandbox.advance(chrono::TimeDelta::seconds(20));
    an.say(&general, "y").await;
}
