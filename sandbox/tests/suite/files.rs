//! Attachments: links that expire and are refreshed, sizes, names.

use chrono::TimeDelta;
use discord_sandbox::{Effect, Fault};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{Client, Office};

async fn upload(client: &Client, channel: &str, words: Value, files: Vec<Part>) -> (u16, Value) {
    let mut form = Form::new().text("payload_json", words.to_string());
    for (number, file) in files.into_iter().enumerate() {
        form = form.part(format!("files[{number}]"), file);
    }
    let request = client.request(Method::POST, &format!("/channels/{channel}/messages")).multipart(form);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn text(name: &str) -> Part {
    Part::text("hello").file_name(name.to_owned()).mime_str("text/plain").unwrap()
}

#[tokio::test]
async fn links_expire_by_the_sandbox_s_clock_and_are_fresh_when_fetched_again() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let (_, message) = upload(&bot, &general, json!({"content": "c"}), vec![text("Báo cáo 1.txt")]).await;
    assert_eq!(message["attachments"][0]["filename"], "Báo_cáo_1.txt");
    let link = |message: &Value| message["attachments"][0]["url"].as_str().unwrap().to_owned();
    let first = link(&message);
    let fetch = async |link: &str| {
        let answer = reqwest::get(link).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(fetch(&first).await, (200, "hello".to_owned()));
    for forged in
        [first.replace("hm=", "hm=0"), first.replace("ex=", "ex=f"), first[..first.len() / 2].to_owned()]
    {
        assert_eq!(fetch(&forged).await.0, 404, "{forged}");
    }

    office.sandbox.advance(TimeDelta::hours(24));
    let gone = (404, "This content is no longer available.".to_owned());
    assert_eq!(fetch(&first).await, gone);
    let again = bot.get(&format!("/channels/{general}/messages")).await[0].clone();
    let second = link(&again);
    assert_eq!(fetch(&second).await.0, 200);

    office.sandbox.add_fault(Fault::new(Effect::ExpireAttachments));
    assert_eq!(fetch(&second).await, gone);
    let other = "http://example.org/a.txt";
    let answer = bot.post("/attachments/refresh-urls", json!({"attachment_urls": [first, other]})).await;
    assert_eq!(answer["refreshed_urls"][1], json!({"original": other, "refreshed": null}));
    assert_eq!(answer["refreshed_urls"][0]["original"], first);
    assert_eq!(fetch(answer["refreshed_urls"][0]["refreshed"].as_str().unwrap()).await.0, 200);
}

#[tokio::test]
async fn a_picture_in_an_embed_is_the_message_s_own_file() {
    let office = Office::validated().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let picture = Part::bytes(vec![0x89, b'P', b'N', b'G']).file_name("a.png").mime_str("image/png").unwrap();
    let words = json!({"embeds": [{"title": "t", "image": {"url": "attachment://a.png"}}]});
    upload(&bot, &general, words, vec![picture]).await;
    office.sandbox.advance(TimeDelta::hours(30));
    let read = bot.get(&format!("/channels/{general}/messages")).await[0].clone();
    let link = read["embeds"][0]["image"]["url"].as_str().unwrap().to_owned();
    let fetched = reqwest::get(link).await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "image/png");
    assert!(fetched.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
}

#[tokio::test]
async fn too_many_and_too_large_files_are_refused() {
    let office = Office::new().await;
    let (bot, general) = (office.bot(), office.channel("general"));
    let large = Part::bytes(vec![0; (10 << 20) + 1]).file_name("a.bin");
    let (status, refusal) = upload(&bot, &general, json!({}), vec![large]).await;
    assert_eq!((status, &refusal["code"]), (413, &json!(40005)));
    let many = (0..11).map(|number| text(&format!("{number}.txt"))).collect();
    let (status, refusal) = upload(&bot, &general, json!({}), many).await;
    assert_eq!((status, &refusal["code"]), (400, &json!(50035)));
    // Each within its limit, all together beyond that of a request.
    let parts = (0..3).map(|_| Part::bytes(vec![0; 9 << 20]).file_name("a.bin")).collect();
    assert_eq!(upload(&bot, &general, json!({}), parts).await.0, 413);
}
