//! Forms with labels: every kind of input, filled in and checked.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::scene::{Scene, titled};

fn label(component: Value) -> Value {
    json!({"type": 18, "label": "L", "description": "D", "component": component})
}

fn choices(values: &[&str]) -> Value {
    values.iter().map(|value| json!({"label": value, "value": value})).collect()
}

async fn open(scene: &mut Scene, parts: Value) -> Value {
    let heard = scene.run("open", titled()).await;
    let modal = json!({"title": "T", "custom_id": "m", "components": parts});
    scene.bot.post(&scene.callback(&heard), json!({"type": 9, "data": modal})).await;
    heard
}

fn filled(heard: &Value, parts: &Value) -> Value {
    json!({"id": heard["id"], "custom_id": "m", "components": parts})
}

fn answer(kind: u64, custom_id: &str, key: &str, value: &Value) -> Value {
    let mut component = json!({"type": kind, "custom_id": custom_id});
    component[key] = value.clone();
    json!({"type": 18, "component": component})
}

#[tokio::test]
async fn every_kind_of_input_comes_back_under_its_label() {
    let mut scene = Scene::new().await;
    let binh = scene.office.id_of("Binh");
    let parts = json!([
        label(json!({"type": 4, "style": 2, "custom_id": "text", "max_length": 10})),
        label(json!({"type": 3, "custom_id": "one", "options": choices(&["a", "b"])})),
        label(json!({"type": 5, "custom_id": "who", "max_values": 2})),
        label(json!({"type": 21, "custom_id": "radio", "options": choices(&["x", "y"])})),
        label(json!({"type": 22, "custom_id": "checks", "options": choices(&["p", "q"]), "min_values": 1})),
    ]);
    let heard = open(&mut scene, parts).await;
    let answers = json!([
        answer(4, "text", "value", &json!("words")),
        answer(3, "one", "values", &json!(["b"])),
        answer(5, "who", "values", &json!([binh])),
        answer(21, "radio", "value", &json!("y")),
        answer(22, "checks", "values", &json!(["p", "q"])),
    ]);
    let submitted = scene.begin("m", 5, filled(&heard, &answers)).await;
    let data = &submitted["data"];
    let back = |at: usize| &data["components"][at]["component"];
    assert_eq!((&data["components"][0]["type"], &back(0)["value"]), (&json!(18), &json!("words")));
    assert_eq!(back(1)["values"], json!(["b"]));
    assert_eq!(data["resolved"]["users"][&binh]["username"], "binh");
    assert_eq!((&back(3)["value"], &back(4)["values"]), (&json!("y"), &json!(["p", "q"])));

    for (at, key, wrong) in [
        (0, "value", json!("much too long")),
        (1, "values", json!(["c"])),
        (2, "values", json!([])),
        (3, "value", Value::Null),
        (4, "values", json!(["p", "q", "r"])),
    ] {
        let mut answers = answers.clone();
        answers[at]["component"][key] = wrong;
        let body = json!({"type": 5, "channel_id": scene.channel, "data": filled(&heard, &answers)});
        let refused = scene.an.refused(Method::POST, "/interactions", Some(body)).await;
        assert_eq!(refused, (400, 50035), "input {at}");
    }
}

#[tokio::test]
async fn a_form_takes_files_a_tick_and_may_explain_itself() {
    let mut scene = Scene::new().await;
    let parts = json!([
        {"type": 10, "content": "Read this first."},
        label(json!({"type": 19, "custom_id": "files", "max_values": 2})),
        label(json!({"type": 23, "custom_id": "tick"})),
    ]);
    let heard = open(&mut scene, parts).await;
    let answers =
        json!([answer(19, "files", "values", &json!(["0"])), answer(23, "tick", "value", &json!(true)),]);
    let mut data = filled(&heard, &answers);
    data["attachments"] = json!([{"id": "0", "filename": "a.txt"}]);
    let body = json!({"type": 5, "channel_id": scene.channel, "data": data});
    let form = Form::new()
        .text("payload_json", body.to_string())
        .part("files[0]", Part::text("hello").file_name("a.txt"));
    scene.an.request(Method::POST, "/interactions").multipart(form).send().await.unwrap();
    let data = scene.gateway.event("INTERACTION_CREATE").await["data"].clone();
    assert_eq!(data["components"][0]["type"], 10);
    let file = data["components"][1]["component"]["values"][0].as_str().unwrap();
    assert_eq!(data["resolved"]["attachments"][file]["filename"], "a.txt");
    assert_eq!(data["components"][2]["component"]["value"], true);
}

#[tokio::test]
async fn unfit_forms_are_refused() {
    let mut scene = Scene::new().await;
    scene.office.pardon();
    let heard = scene.run("n", titled()).await;
    let radio = |options: &[&str]| label(json!({"type": 21, "custom_id": "r", "options": choices(options)}));
    for parts in [
        json!([]),
        json!([radio(&["one"])]),
        json!([radio(&["a", "b"]), radio(&["a", "b"])]),
        json!([label(json!({"type": 2, "custom_id": "b", "style": 1, "label": "no button"}))]),
        json!([{"type": 4, "custom_id": "bare", "style": 1, "label": "no row"}]),
    ] {
        let modal = json!({"type": 9, "data": {"title": "T", "custom_id": "m", "components": parts}});
        let refused = scene.bot.refused(Method::POST, &scene.callback(&heard), Some(modal)).await;
        assert_eq!(refused, (400, 50035), "{parts}");
    }
}
