//! A sandbox and the clients that the tests act with.

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, Utc};
use discord_sandbox::world::{Channel, Overwrite, Person, Role};
use discord_sandbox::{ChannelKind, Options, Permissions, Sandbox, Side, World};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub(crate) use crate::socket::Gateway;

/// Whatever a test waits for comes within this time or not at all.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// Every intent that the tests look at, privileged ones included.
pub(crate) const ALL_INTENTS: u64 = 1 | 1 << 1 | 1 << 2 | 1 << 9 | 1 << 12 | 1 << 15 | 1 << 16;

pub(crate) struct Office {
    pub(crate) sandbox: Sandbox,
    state: Value,
    /// Whether its bot may break Discord's document.
    pardoned: Cell<bool>,
}

pub(crate) fn start_time() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn small_office() -> World {
    let person = |name: &str, roles: &[&str]| Person {
        name: name.into(),
        roles: roles.iter().copied().map(String::from).collect(),
        ..Person::default()
    };
    World {
        name: "Office".into(),
        preferred_locale: "vi".into(),
        roles: vec![
            Role { name: "TTDL".into(), mentionable: true, ..Role::default() },
            Role { name: "Quiet".into(), ..Role::default() },
        ],
        people: vec![
            Person { owner: true, bot_owner: true, ..person("Owner", &[]) },
            person("An", &["TTDL"]),
            Person { locale: Some("en-US".into()), ..person("Binh", &["TTDL", "Quiet"]) },
            person("Outsider", &[]),
            Person { admin: true, ..person("Admin", &[]) },
        ],
        channels: vec![
            Channel { kind: ChannelKind::Category, ..Channel::text("Work") },
            Channel { parent: Some("Work".into()), ..Channel::text("general") },
            Channel {
                overwrites: vec![
                    Overwrite {
                        role: "@everyone".into(),
                        allow: Permissions::NONE,
                        deny: Permissions::VIEW_CHANNEL,
                    },
                    Overwrite {
                        role: "TTDL".into(),
                        allow: Permissions::VIEW_CHANNEL,
                        deny: Permissions::NONE,
                    },
                    Overwrite {
                        role: "Bot".into(),
                        allow: Permissions::VIEW_CHANNEL,
                        deny: Permissions::NONE,
                    },
                ],
                ..Channel::text("secret")
            },
            Channel { kind: ChannelKind::Voice, ..Channel::text("meeting") },
        ],
        ..World::default()
    }
}

impl Office {
    /// An office whose clock stands still.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// Where the bot too says only what Discord's document has.
    pub(crate) async fn validated() -> Self {
        Self::validated_with(|_| {}).await
    }

    pub(crate) async fn validated_with(change: impl FnOnce(&mut Options)) -> Self {
        let office = Self::with(change).await;
        office.pardoned.set(false);
        office
    }

    /// Every answer is held against Discord's document, where `DISCORD_OPENAPI` says that there is one.
    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options {
            start: Some(start_time()),
            world: small_office(),
            openapi: std::env::var_os("DISCORD_OPENAPI").map(Into::into),
            ..Options::default()
        };
        change(&mut options);
        let sandbox = Sandbox::start(options).await.unwrap();
        let state = sandbox.state();
        Self { sandbox, state, pardoned: Cell::new(true) }
    }

    /// From here on the bot may say what the document does not have, to be refused.
    pub(crate) fn pardon(&self) {
        self.conforms();
        self.pardoned.set(true);
    }

    pub(crate) fn bot(&self) -> Client {
        Client::new(self, &format!("Bot {}", self.sandbox.bot_token()))
    }

    pub(crate) fn person(&self, name: &str) -> Client {
        Client::new(self, self.user(name)["token"].as_str().unwrap())
    }

    fn user(&self, name: &str) -> &Value {
        let users = self.state["users"].as_array().unwrap();
        users.iter().find(|user| user["name"] == name).unwrap_or_else(|| panic!("there is no {name}"))
    }

    pub(crate) fn id_of(&self, name: &str) -> String {
        self.user(name)["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn token(&self, name: &str) -> String {
        self.user(name)["token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn channel(&self, name: &str) -> String {
        let channels = self.state["channels"].as_array().unwrap();
        let channel = channels.iter().find(|channel| channel["name"] == name);
        channel.unwrap_or_else(|| panic!("there is no #{name}"))["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn role(&self, name: &str) -> String {
        let roles = self.state["roles"].as_array().unwrap();
        let role = roles.iter().find(|role| role["name"] == name);
        role.unwrap_or_else(|| panic!("there is no role {name}"))["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn guild(&self) -> String {
        self.sandbox.guild_id().to_string()
    }

    pub(crate) fn application(&self) -> String {
        self.sandbox.application_id().to_string()
    }
}

/// Somebody who calls the REST API.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    fn new(world: &Office, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: world.sandbox.base_url().to_owned(),
            token: token.to_owned(),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = if path.starts_with("/sandbox") { path.to_owned() } else { format!("/api/v10{path}") };
        self.http.request(method, format!("{}{path}", self.base)).header("Authorization", &self.token)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }

    /// Must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ok(Method::GET, path, None).await
    }

    /// Must succeed.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.ok(Method::POST, path, Some(body)).await
    }

    /// Must succeed.
    pub(crate) async fn ok(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.send(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// Must be refused; gives status and code.
    pub(crate) async fn refused(&self, method: Method, path: &str, body: Option<Value>) -> (u16, u64) {
        let (status, answer) = self.send(method.clone(), path, body).await;
        assert!(!status.is_success(), "{method} {path} went through: {answer}");
        (status.as_u16(), answer["code"].as_u64().unwrap())
    }

    pub(crate) async fn say(&self, channel: &str, text: &str) -> Value {
        self.post(&format!("/channels/{channel}/messages"), json!({"content": text})).await
    }

    /// Connects to the gateway and identifies.
    pub(crate) async fn connect(&self, intents: u64) -> Gateway {
        self.connect_shard(intents, 0, 1).await
    }

    pub(crate) async fn connect_shard(&self, intents: u64, shard: u64, of: u64) -> Gateway {
        let mut gateway = self.dial().await;
        let identify = json!({
            "token": self.bare(), "intents": intents, "shard": [shard, of], "properties": {},
        });
        gateway.send(json!({"op": 2, "d": identify})).await;
        let ready = gateway.event("READY").await;
        gateway.session = ready["session_id"].as_str().unwrap().to_owned();
        gateway
    }

    /// Connects and resumes.
    pub(crate) async fn resume(&self, session: &str, seq: u64) -> Gateway {
        let mut gateway = self.dial().await;
        gateway.session = session.to_owned();
        gateway.send(json!({"op": 6, "d": {"token": self.bare(), "session_id": session, "seq": seq}})).await;
        gateway
    }

    fn bare(&self) -> &str {
        self.token.trim_start_matches("Bot ")
    }

    /// Connects and hears HELLO.
    pub(crate) async fn dial(&self) -> Gateway {
        self.dial_with("v=10&encoding=json").await.unwrap()
    }

    /// Connects with a query of one's own; when there is no HELLO, gives the close code.
    pub(crate) async fn dial_with(&self, query: &str) -> Result<Gateway, Option<u16>> {
        let answer = self.get("/gateway").await;
        let url = format!("{}?{query}", answer["url"].as_str().unwrap());
        Gateway::dial(&url).await
    }
}

impl Office {
    /// Nothing that went over the wire broke Discord's document.
    pub(crate) fn conforms(&self) {
        let violations = self.sandbox.violations();
        let pardoned = self.pardoned.get();
        let lines: Vec<String> = violations
            .iter()
            .filter(|one| !pardoned || one.side == Side::Response)
            .map(|one| {
                format!(
                    "{:?} of {} {} at {:?}: {}",
                    one.side, one.method, one.route, one.pointer, one.message
                )
            })
            .collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    /// Waits until an interaction got its final answer.
    pub(crate) async fn outcome(&self, nonce: &str) -> Value {
        self.until(nonce, |sandbox| {
            let all = sandbox.interactions();
            let found = all.as_array().unwrap().iter().find(|one| one["nonce"] == nonce)?;
            let thinking = found["message"]["flags"].as_u64().unwrap_or(0) & (1 << 7) != 0;
            (found["status"] != "waiting" && !thinking).then(|| found.clone())
        })
        .await
    }

    /// Waits for something that some change brings about.
    pub(crate) async fn until<T>(&self, what: &str, mut found: impl FnMut(&Sandbox) -> Option<T>) -> T {
        let mut revision = self.sandbox.revision();
        let wait = async {
            loop {
                if let Some(found) = found(&self.sandbox) {
                    return found;
                }
                revision.changed().await.unwrap();
            }
        };
        tokio::time::timeout(SOON, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    /// A channel's messages as somebody sees them.
    pub(crate) fn seen_by(&self, name: &str, channel: &str) -> Vec<Value> {
        let user = self.id_of(name).parse().unwrap();
        let view = self.sandbox.view(user, channel.parse().unwrap());
        view.map_or_else(Vec::new, |mut view| serde_json::from_value(view["messages"].take()).unwrap())
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.conforms();
        }
    }
}
