//! Commands from the menus of users and messages, and files given to commands.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::scene::Scene;

#[tokio::test]
async fn a_menu_command_comes_with_its_target() {
    let mut scene = Scene::new().await;
    let binh = scene.office.id_of("Binh");
    let of_user = json!({"name": "Về người này", "type": 2, "target_id": binh});
    let heard = scene.begin("u", 2, of_user).await;
    let data = &heard["data"];
    assert_eq!((&data["type"], &data["target_id"]), (&json!(2), &json!(binh)));
    assert_eq!(data["resolved"]["users"][&binh]["username"], "binh");
    assert_eq!(data["resolved"]["members"][&binh]["roles"][0], scene.office.role("TTDL").as_str());

    let message = scene.an.say(&scene.channel.clone(), "do this").await["id"].as_str().unwrap().to_owned();
    let of_message = json!({"name": "Làm việc này", "type": 3, "target_id": message});
    let heard = scene.begin("m", 2, of_message).await;
    assert_eq!(heard["data"]["resolved"]["messages"][&message]["content"], "do this");
    scene.bot.post(&scene.callback(&heard), json!({"type": 4, "data": {"content": "done"}})).await;
    let said = scene.an.get(&format!("/channels/{}/messages?limit=1", scene.channel)).await;
    assert_eq!((&said[0]["content"], &said[0]["type"]), (&json!("done"), &json!(23)));

    let nobody = json!({"name": "Về người này", "type": 2, "target_id": "1"});
    let body = json!({"type": 2, "channel_id": scene.channel, "data": nobody});
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(body)).await, (400, 50035));
}

#[tokio::test]
async fn a_command_takes_a_file() {
    let mut scene = Scene::new().await;
    let body = json!({
        "type": 2, "channel_id": scene.channel,
        "data": {
            "name": "file", "options": [{"name": "paper", "type": 11, "value": 0}],
            "attachments": [{"id": "0", "filename": "plan.txt"}],
        },
    });
    let form = Form::new()
        .text("payload_json", body.to_string())
        .part("files[0]", Part::text("hello").file_name("plan.txt").mime_str("text/plain").unwrap());
    let answer = scene.an.request(Method::POST, "/interactions").multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let heard = scene.gateway.event("INTERACTION_CREATE").await;
    let id = heard["data"]["options"][0]["value"].as_str().unwrap();
    let file = &heard["data"]["resolved"]["attachments"][id];
    assert_eq!(file["filename"], "plan.txt");
    let fetched = reqwest::get(file["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(fetched.text().await.unwrap(), "hello");

    let without = json!({"type": 2, "channel_id": scene.channel, "data": {"name": "file", "options": []}});
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(without)).await, (400, 50035));
    let missing: Value = json!({
        "type": 2, "channel_id": scene.channel,
        "data": {"name": "file", "options": [{"name": "paper", "type": 11, "value": 3}]},
    });
    assert_eq!(scene.an.refused(Method::POST, "/interactions", Some(missing)).await, (400, 50035));
}
