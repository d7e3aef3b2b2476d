//! Messages: sending, nonces, mentions, history, limits, pins.

use chrono::TimeDelta;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Office};

#[tokio::test]
async fn a_nonce_makes_one_message_for_five_minutes() {
    let office = Office::validated().await;
    let bot = office.bot();
    let path = format!("/channels/{}/messages", office.channel("general"));
    let body = json!({"content": "once", "nonce": "abc", "enforce_nonce": true});
    let first = bot.post(&path, body.clone()).await;
    assert_eq!(first["nonce"], "abc");
    assert_eq!(bot.post(&path, body.clone()).await["id"], first["id"]);

    // Deleted meanwhile: unknown, and nothing new.
    bot.ok(Method::DELETE, &format!("{path}/{}", first["id"].as_str().unwrap()), None).await;
    assert_eq!(bot.refused(Method::POST, &path, Some(body.clone())).await, (404, 10008));
    assert_eq!(bot.get(&path).await, json!([]));

    office.sandbox.advance(TimeDelta::minutes(5));
    assert_ne!(bot.post(&path, body).await["id"], first["id"]);
    // Without enforcement a nonce is only an echo.
    let loose = json!({"content": "twice", "nonce": "def"});
    assert_ne!(bot.post(&path, loose.clone()).await["id"], bot.post(&path, loose).await["id"]);
    office.conforms();
}

#[tokio::test]
async fn allowed_mentions_decide_who_is_pinged() {
    let office = Office::validated().await;
    let bot = office.bot();
    let (an, binh, ttdl, quiet) =
        (office.id_of("An"), office.id_of("Binh"), office.role("TTDL"), office.role("Quiet"));
    let path = format!("/channels/{}/messages", office.channel("general"));
    let content = format!("<@{an}> <@&{ttdl}> <@&{quiet}> @everyone");

    let none = bot.post(&path, json!({"content": content, "allowed_mentions": {"parse": []}})).await;
    assert_eq!(
        (&none["mentions"], &none["mention_roles"], &none["mention_everyone"]),
        (&json!([]), &json!([]), &json!(false))
    );

    let one = bot.post(&path, json!({"content": content, "allowed_mentions": {"roles": [ttdl]}})).await;
    assert_eq!(one["mention_roles"], json!([ttdl]));
    let last = office.seen_by("An", &office.channel("general")).pop().unwrap();
    assert_eq!(last["notified"], json!([an, binh]));

    // The bot may mention everyone; a person without the permission pings only what is mentionable.
    let all = bot.post(&path, json!({"content": content})).await;
    assert_eq!(all["mention_roles"], json!([ttdl, quiet]));
    assert_eq!(all["mention_everyone"], true);
    let person = office.person("Outsider").post(&path, json!({"content": content})).await;
    assert_eq!((&person["mention_roles"], &person["mention_everyone"]), (&json!([ttdl]), &json!(false)));

    let both = json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": [an]}});
    assert_eq!(bot.refused(Method::POST, &path, Some(both)).await, (400, 50035));
}

#[tokio::test]
async fn nobody_is_pinged_where_they_cannot_look() {
    let office = Office::new().await;
    let secret = office.channel("secret");
    let content = format!("<@{}> <@{}>", office.id_of("An"), office.id_of("Outsider"));
    office.bot().say(&secret, &content).await;
    assert_eq!(office.seen_by("An", &secret)[0]["notified"], json!([office.id_of("An")]));
    assert!(office.seen_by("Outsider", &secret).is_empty());
    let path = format!("/channels/{secret}/messages");
    assert_eq!(office.person("Outsider").refused(Method::GET, &path, None).await, (403, 50001));
}

#[tokio::test]
async fn limits_are_told_as_a_tree() {
    let office = Office::new().await;
    let path = format!("/channels/{}/messages", office.channel("general"));
    let body = json!({
        "content": "x".repeat(2001),
        "embeds": [{"title": "t".repeat(257), "fields": [{"name": "", "value": "v"}]}],
        "nonce": "n".repeat(26),
        "components": [{"type": 1, "components": [
            {"type": 2, "style": 1, "label": "a", "custom_id": "same"},
            {"type": 2, "style": 1, "label": "b", "custom_id": "same"},
        ]}],
    });
    let (status, answer) = office.bot().send(Method::POST, &path, Some(body)).await;
    assert_eq!((status.as_u16(), &answer["code"]), (400, &json!(50035)));
    let errors = &answer["errors"];
    assert_eq!(errors["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
    assert_eq!(errors["embeds"]["0"]["title"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
    assert_eq!(errors["embeds"]["0"]["fields"]["0"]["name"]["_errors"][0]["code"], "BASE_TYPE_BAD_LENGTH");
    assert_eq!(errors["nonce"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
    let button = &errors["components"]["0"]["components"]["1"]["custom_id"]["_errors"][0];
    assert_eq!(button["code"], "COMPONENT_CUSTOM_ID_DUPLICATED");

    let long: Vec<Value> = (0..2).map(|_| json!({"description": "d".repeat(3001)})).collect();
    let (_, answer) = office.bot().send(Method::POST, &path, Some(json!({"embeds": long}))).await;
    assert_eq!(answer["errors"]["embeds"]["_errors"][0]["code"], "MAX_EMBED_SIZE_EXCEEDED");
    assert_eq!(office.bot().refused(Method::POST, &path, Some(json!({"content": " "}))).await, (400, 50006));
}

#[tokio::test]
async fn history_is_paged_from_both_ends() {
    let office = Office::validated().await;
    let bot = office.bot();
    let channel = office.channel("general");
    let path = format!("/channels/{channel}/messages");
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(bot.say(&channel, &number.to_string()).await["id"].as_str().unwrap().to_owned());
    }
    let page = async |query: String| -> Vec<String> {
        let page = bot.get(&format!("{path}?{query}")).await;
        page.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap().into()).collect()
    };
    assert_eq!(page("limit=2".into()).await, ["5", "4"]);
    assert_eq!(page(format!("after={}&limit=2", ids[1])).await, ["3", "2"]);
    assert_eq!(page(format!("before={}&limit=2", ids[4])).await, ["3", "2"]);
    assert_eq!(page(format!("around={}&limit=3", ids[2])).await, ["3", "2", "1"]);
    assert_eq!(bot.refused(Method::GET, &format!("{path}?limit=101"), None).await, (400, 50035));
    office.conforms();
}

#[tokio::test]
async fn edits_and_deletions_are_told() {
    let office = Office::validated().await;
    let (bot, an) = (office.bot(), office.person("An"));
    let channel = office.channel("general");
    let mut gateway = bot.connect(ALL_INTENTS).await;
    let message = an.say(&channel, "first").await;
    let path = format!("/channels/{channel}/messages/{}", message["id"].as_str().unwrap());
    let created = gateway.event("MESSAGE_CREATE").await;
    assert_eq!(created["member"]["roles"], json!([office.role("TTDL")]));
    assert_eq!(created["guild_id"], office.guild());

    let change = json!({"content": "second"});
    assert_eq!(bot.refused(Method::PATCH, &path, Some(change.clone())).await, (403, 50005));
    an.ok(Method::PATCH, &path, Some(change)).await;
    let updated = gateway.event("MESSAGE_UPDATE").await;
    assert_eq!(updated["content"], "second");
    assert!(updated["edited_timestamp"].is_string());

    assert_eq!(bot.refused(Method::DELETE, &path, None).await, (403, 50013));
    an.ok(Method::DELETE, &path, None).await;
    assert_eq!(gateway.event("MESSAGE_DELETE").await["id"], message["id"]);
    assert_eq!(bot.refused(Method::GET, &path, None).await, (404, 10008));
}

#[tokio::test]
async fn files_come_and_can_be_fetched() {
    let office = Office::validated().await;
    let channel = office.channel("general");
    let words = json!({"content": "see", "attachments": [
        {"id": "0", "filename": "a.txt", "description": "d"}, {"id": 1, "filename": "b.txt"},
    ]});
    let form = Form::new()
        .text("payload_json", words.to_string())
        .part("files[0]", Part::text("hello").file_name("a.txt").mime_str("text/plain").unwrap())
        .part("files[1]", Part::text("world").file_name("c.txt"));
    let request =
        office.bot().request(Method::POST, &format!("/channels/{channel}/messages")).multipart(form);
    let message: Value = request.send().await.unwrap().json().await.unwrap();
    let file = &message["attachments"][0];
    assert_eq!(
        (&file["filename"], &file["size"], &file["description"]),
        (&json!("a.txt"), &json!(5), &json!("d"))
    );
    assert_eq!(message["attachments"][1]["filename"], "b.txt");
    let fetched = reqwest::get(file["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(fetched.text().await.unwrap(), "hello");
    assert_eq!(office.sandbox.requests()[0].call.files, ["a.txt", "c.txt"]);
    office.conforms();
}

#[tokio::test]
async fn replies_embeds_components_and_pins_conform() {
    let office = Office::validated().await;
    let bot = office.bot();
    let channel = office.channel("general");
    let path = format!("/channels/{channel}/messages");
    let question = office.person("An").say(&channel, "?").await;
    let reply = bot
        .post(
            &path,
            json!({
                "content": "!",
                "message_reference": {"message_id": question["id"]},
                "embeds": [{
                    "title": "t", "description": "d", "url": "https://example.org/", "color": 255,
                    "timestamp": "2026-03-02T01:00:00Z", "footer": {"text": "f"}, "author": {"name": "a"},
                    "fields": [{"name": "n", "value": "v"}],
                }],
                "components": [
                    {"type": 1, "components": [
                        {"type": 2, "style": 1, "label": "Press", "custom_id": "p"},
                        {"type": 2, "style": 5, "label": "Look", "url": "https://example.org/"},
                    ]},
                    {"type": 1, "components": [{
                        "type": 3, "custom_id": "s", "options": [{"label": "one", "value": "1"}],
                    }]},
                ],
            }),
        )
        .await;
    assert_eq!((&reply["type"], &reply["referenced_message"]["id"]), (&json!(19), &question["id"]));
    assert_eq!(reply["mentions"][0]["id"], office.id_of("An"));
    let id = reply["id"].as_str().unwrap();
    bot.ok(Method::PUT, &format!("{path}/pins/{id}"), None).await;
    assert_eq!(bot.get(&format!("{path}/pins")).await["items"][0]["message"]["id"], reply["id"]);
    assert_eq!(bot.get(&format!("/channels/{channel}/pins")).await[0]["pinned"], true);
    assert_eq!(bot.get(&path).await[0]["type"], 6);
    bot.ok(Method::DELETE, &format!("/channels/{channel}/pins/{id}"), None).await;
    bot.get(&format!("{path}/{id}")).await;
    office.conforms();
}

#[tokio::test]
async fn direct_messages_stay_between_two() {
    let office = Office::validated().await;
    let (bot, an) = (office.bot(), office.person("An"));
    let mut gateway = an.connect(0).await;
    let dm = bot.post("/users/@me/channels", json!({"recipient_id": office.id_of("An")})).await;
    assert_eq!(dm["recipients"][0]["id"], office.id_of("An"));
    let again = bot.post("/users/@me/channels", json!({"recipient_id": office.id_of("An")})).await;
    assert_eq!(again["id"], dm["id"]);
    let channel = dm["id"].as_str().unwrap();
    bot.say(channel, "psst").await;
    let heard = gateway.event("MESSAGE_CREATE").await;
    assert_eq!((&heard["content"], &heard["guild_id"]), (&json!("psst"), &Value::Null));
    let path = format!("/channels/{channel}/messages");
    assert_eq!(office.person("Binh").refused(Method::GET, &path, None).await, (403, 50001));
    bot.get(&format!("/channels/{channel}")).await;
    office.conforms();
}

#[tokio::test]
async fn what_the_role_does_not_allow_is_refused() {
    let office = Office::with(|options| {
        options.world.bot.permissions = discord_sandbox::Permissions::VIEW_CHANNEL;
        let mut everyone = discord_sandbox::Permissions::EVERYONE;
        everyone.0 &= !(discord_sandbox::Permissions::EMBED_LINKS.0
            | discord_sandbox::Permissions::READ_MESSAGE_HISTORY.0);
        let role = discord_sandbox::world::Role {
            name: "@everyone".into(),
            permissions: everyone,
            ..Default::default()
        };
        options.world.roles.push(role);
    })
    .await;
    let bot = office.bot();
    let path = format!("/channels/{}/messages", office.channel("general"));
    bot.post(&path, json!({"content": "fine"})).await;
    let embed = json!({"embeds": [{"title": "t"}]});
    assert_eq!(bot.refused(Method::POST, &path, Some(embed)).await, (403, 50013));
    // Without the history permission the list is empty, and a single message refused.
    assert_eq!(bot.get(&path).await, json!([]));
    let guild = format!("/guilds/{}/roles", office.guild());
    assert_eq!(bot.refused(Method::POST, &guild, Some(json!({"name": "r"}))).await, (403, 50013));
    let unknown = bot.refused(Method::GET, "/channels/1/messages", None).await;
    assert_eq!(unknown, (404, 10003));
}

#[tokio::test]
async fn words_may_be_components() {
    let office = Office::validated().await;
    let (bot, an, general) = (office.bot(), office.id_of("An"), office.channel("general"));
    let path = format!("/channels/{general}/messages");
    let words = |text: &str| json!({"type": 10, "content": text});
    let body = json!({"flags": 1 << 15, "components": [
        {"type": 17, "components": [
            words(&format!("<@{an}> look")),
            {"type": 14},
            {"type": 9, "components": [words("aside")], "accessory":
                {"type": 2, "style": 1, "label": "Press", "custom_id": "p"}},
            {"type": 12, "items": [{"media": {"url": "https://example.org/a.png"}}]},
            {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
        ]},
    ]});
    let message = bot.post(&path, body).await;
    assert_eq!((&message["content"], &message["mentions"][0]["id"]), (&json!(""), &json!(an)));
    let inside = &message["components"][0]["components"];
    assert_eq!((&inside[1]["spacing"], &inside[3]["items"][0]["spoiler"]), (&json!(1), &json!(false)));
    // It stays what it is.
    let one = format!("{path}/{}", message["id"].as_str().unwrap());
    let edited = bot.ok(Method::PATCH, &one, Some(json!({"components": [words("new")]}))).await;
    assert_eq!((&edited["flags"], &edited["components"][0]["content"]), (&json!(1 << 15), &json!("new")));

    office.pardon();
    let refused = async |components: Value, flags: u64| {
        let body = json!({"components": components, "flags": flags});
        let (_, answer) = bot.send(Method::POST, &path, Some(body)).await;
        assert_eq!(answer["code"], 50035, "{answer}");
    };
    refused(json!([words("without the flag")]), 0).await;
    refused(json!([words(&"x".repeat(2001)), words(&"x".repeat(2000))]), 1 << 15).await;
    refused((0..41).map(|_| words("x")).collect(), 1 << 15).await;
    refused(json!([{"type": 17, "components": [{"type": 17, "components": []}]}]), 1 << 15).await;
    let options: Vec<Value> = (0..26).map(|n| json!({"label": "l", "value": n.to_string()})).collect();
    refused(json!([{"type": 1, "components": [{"type": 3, "custom_id": "s", "options": options}]}]), 0).await;
    let select = json!({"type": 6, "custom_id": "s", "placeholder": "p".repeat(151)});
    refused(json!([{"type": 1, "components": [select]}]), 0).await;
}

#[tokio::test]
async fn a_channel_has_room_for_so_many_pins() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let path = format!("/channels/{general}/messages");
    let mut pin = String::new();
    for number in 0..=250 {
        let message = bot.say(&general, &number.to_string()).await;
        pin = format!("{path}/pins/{}", message["id"].as_str().unwrap());
        if number < 250 {
            office.sandbox.advance(TimeDelta::seconds(1));
            bot.ok(Method::PUT, &pin, None).await;
        }
    }
    assert_eq!(bot.refused(Method::PUT, &pin, None).await, (400, 30003));
    let first = bot.get(&format!("{path}/pins")).await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["has_more"]), (50, &json!(true)));
    let before = first["items"][49]["pinned_at"].as_str().unwrap().replace('+', "%2B");
    let second = bot.get(&format!("{path}/pins?before={before}&limit=1")).await;
    assert_eq!(second["items"][0]["message"]["content"], "199");
}
