//! A person in front of a bot that has some commands.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ALL_INTENTS, Client, Gateway, Office};

pub(crate) struct Scene {
    pub(crate) office: Office,
    pub(crate) bot: Client,
    pub(crate) an: Client,
    pub(crate) gateway: Gateway,
    pub(crate) channel: String,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let office = Office::validated().await;
        let (bot, an) = (office.bot(), office.person("An"));
        let commands = json!([{
            "name": "task", "description": "d",
            "options": [
                {"type": 3, "name": "title", "description": "d", "required": true, "autocomplete": true},
                {"type": 6, "name": "who", "description": "d"},
                {"type": 8, "name": "role", "description": "d"},
                {"type": 7, "name": "where", "description": "d", "channel_types": [0]},
            ],
        }, {"name": "admin", "description": "d", "default_member_permissions": "0"},
            {"name": "Về người này", "type": 2}, {"name": "Làm việc này", "type": 3},
            {"name": "file", "description": "d", "options": [
                {"type": 11, "name": "paper", "description": "d", "required": true},
            ]}]);
        bot.ok(Method::PUT, &format!("/applications/{}/commands", office.application()), Some(commands))
            .await;
        let gateway = bot.connect(ALL_INTENTS).await;
        let channel = office.channel("general");
        Self { office, bot, an, gateway, channel }
    }

    /// An runs /task; gives what the bot hears.
    pub(crate) async fn run(&mut self, nonce: &str, options: Value) -> Value {
        let data = json!({"name": "task", "options": options});
        self.begin(nonce, 2, data).await
    }

    pub(crate) async fn begin(&mut self, nonce: &str, kind: u64, data: Value) -> Value {
        let body = json!({"type": kind, "nonce": nonce, "channel_id": self.channel, "data": data});
        self.an.post("/interactions", body).await;
        self.gateway.event("INTERACTION_CREATE").await
    }

    pub(crate) fn callback(&self, heard: &Value) -> String {
        format!(
            "/interactions/{}/{}/callback",
            heard["id"].as_str().unwrap(),
            heard["token"].as_str().unwrap()
        )
    }

    pub(crate) fn webhook(&self, heard: &Value) -> String {
        format!("/webhooks/{}/{}", self.office.application(), heard["token"].as_str().unwrap())
    }
}

pub(crate) fn titled() -> Value {
    json!([{"name": "title", "value": "t"}])
}
