//! Registration of commands.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Office;

fn task() -> Value {
    json!({
        "name": "task", "name_localizations": {"vi": "nhiem-vu"},
        "description": "Tasks", "description_localizations": {"vi": "Nhiệm vụ"},
        "options": [{
            "type": 1, "name": "create", "name_localizations": {"vi": "giao"}, "description": "Give one",
            "options": [
                {"type": 3, "name": "title", "description": "What", "required": true, "max_length": 100},
                {"type": 6, "name": "lead", "description": "Who", "min_value": null, "choices": []},
                {"type": 3, "name": "unit", "description": "Unit", "autocomplete": true},
                {"type": 4, "name": "urgency", "description": "How", "choices": [{"name": "High", "value": 1}]},
            ],
        }],
    })
}

#[tokio::test]
async fn commands_are_registered_and_keep_their_ids() {
    let office = Office::validated().await;
    let bot = office.bot();
    let path = format!("/applications/{}/commands", office.application());
    let first =
        bot.ok(Method::PUT, &path, Some(json!([task(), {"name": "my", "description": "Mine"}]))).await;
    assert_eq!(first.as_array().unwrap().len(), 2);
    let second = bot.ok(Method::PUT, &path, Some(json!([task()]))).await;
    assert_eq!(second[0]["id"], first[0]["id"]);
    assert_ne!(second[0]["version"], first[0]["version"]);
    let plain = bot.get(&path).await;
    assert_eq!(plain[0]["options"][0]["name_localizations"], Value::Null);
    let full = bot.get(&format!("{path}?with_localizations=true")).await;
    assert_eq!(full[0]["options"][0]["name_localizations"]["vi"], "giao");

    let guild = format!("/applications/{}/guilds/{}/commands", office.application(), office.guild());
    let own = bot.post(&guild, json!({"name": "help", "description": "Help"})).await;
    let one = format!("{guild}/{}", own["id"].as_str().unwrap());
    assert_eq!(
        bot.ok(Method::PATCH, &one, Some(json!({"description": "Hulp"}))).await["description"],
        "Hulp"
    );
    bot.ok(Method::DELETE, &one, None).await;
    assert_eq!(bot.refused(Method::GET, &one, None).await, (404, 10063));
    office.conforms();
}

#[tokio::test]
async fn unfit_commands_are_refused() {
    let office = Office::new().await;
    let bot = office.bot();
    let path = format!("/applications/{}/commands", office.application());
    let fault = async |body: Value, at: &str| {
        let (status, answer) = bot.send(Method::POST, &path, Some(body)).await;
        assert_eq!(status, 400);
        let pointer = format!("/errors/{at}/_errors/0/code");
        answer.pointer(&pointer).unwrap_or_else(|| panic!("{at}: {answer}")).clone()
    };
    let named = |name: &str| json!({"name": name, "description": "d"});
    assert_eq!(fault(named("Upper"), "name").await, "APPLICATION_COMMAND_INVALID_NAME");
    // The same word composed is fine, decomposed it is not.
    assert_eq!(fault(named("nhie\u{323}\u{302}m-vu"), "name").await, "APPLICATION_COMMAND_INVALID_NAME");
    bot.post(&path, named("nhiệm-vụ")).await;
    assert_eq!(fault(json!({"name": "x", "description": ""}), "description").await, "BASE_TYPE_BAD_LENGTH");
    let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
    let late = json!({"name": "x", "description": "d", "options": [option("a", false), option("b", true)]});
    assert_eq!(fault(late, "options/1").await, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID");
    let many: Vec<Value> = (0..26).map(|number| option(&format!("o{number}"), false)).collect();
    let many = json!({"name": "x", "description": "d", "options": many});
    assert_eq!(fault(many, "options").await, "BASE_TYPE_MAX_LENGTH");
    let sub = json!({"type": 1, "name": "s", "description": "d"});
    let mixed = json!({"name": "x", "description": "d", "options": [sub, option("a", false)]});
    assert_eq!(fault(mixed, "options").await, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID");
    let deep = json!({"type": 2, "name": "g", "description": "d", "options": [option("a", false)]});
    let deep = json!({"name": "x", "description": "d", "options": [deep]});
    assert_eq!(fault(deep, "options/0/options/0/type").await, "BASE_TYPE_CHOICES");
    let klingon = json!({"name": "x", "description": "d", "name_localizations": {"tlh": "x"}});
    assert_eq!(fault(klingon, "name_localizations/tlh").await, "BASE_TYPE_CHOICES");
    let menu = json!({"name": "Any Name", "type": 2, "description": "d"});
    assert_eq!(fault(menu, "description").await, "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED");
    let choice =
        json!({"type": 4, "name": "a", "description": "d", "choices": [{"name": "n", "value": "text"}]});
    let choice = json!({"name": "x", "description": "d", "options": [choice]});
    assert_eq!(fault(choice, "options/0/choices/0/value").await, "BASE_TYPE_INVALID");
    // Of translations the longest counts, all together no more than 8000 characters.
    let long = |number: usize| {
        let mut one = option(&format!("o{number}"), false);
        one["choices"] =
            (0..25).map(|n| json!({"name": format!("{n:0>90}"), "value": n.to_string()})).collect();
        one
    };
    let large = json!({"name": "x", "description": "d", "options": (0..4).map(long).collect::<Vec<_>>()});
    let (_, answer) = bot.send(Method::POST, &path, Some(large)).await;
    assert_eq!(answer["errors"]["_errors"][0]["code"], "APPLICATION_COMMAND_TOO_LARGE");
    assert_eq!(office.person("An").refused(Method::GET, &path, None).await, (403, 20002));
}

#[tokio::test]
async fn commands_are_counted_by_kind_and_by_day() {
    let office = Office::new().await;
    let bot = office.bot();
    let path = format!("/applications/{}/commands", office.application());
    let many = |count: usize, start: &str, kind: u64| -> Vec<Value> {
        let described = |number| match kind {
            1 => json!({"name": format!("{start}{number}"), "description": "d"}),
            _ => json!({"name": format!("{start}{number}"), "type": kind}),
        };
        (0..count).map(described).collect()
    };
    let put = async |commands: Vec<Value>| bot.send(Method::PUT, &path, Some(json!(commands))).await;
    assert_eq!(put(many(101, "a", 1)).await.1["code"], 30032);
    assert_eq!(put(many(16, "Menu ", 3)).await.1["code"], 30032);
    assert_eq!(put(many(100, "a", 1)).await.0, 200);
    let one_more = Some(json!({"name": "z", "description": "d"}));
    assert_eq!(bot.refused(Method::POST, &path, one_more).await, (400, 30032));
    // The same again creates nothing.
    assert_eq!(put(many(100, "a", 1)).await.0, 200);
    assert_eq!(put(many(100, "b", 1)).await.0, 200);
    assert_eq!(put(many(1, "c", 1)).await.1["code"], 30034);
    office.sandbox.advance(chrono::TimeDelta::hours(24));
    assert_eq!(put(many(1, "c", 1)).await.0, 200);
}
