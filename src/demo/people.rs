//! People at their keyboards: they type slash commands and messages, press buttons and read what they may see, through
//! the same routes that a client uses. The demo's scenario and the tests are played by them.

use super::line::{Line, Typed};
use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest that a person looks at "thinking…".
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(10);
/// Discord's message flag for "thinking…".
const LOADING: u64 = 1 << 7;

/// A sandbox with its people.
#[derive(Clone)]
pub struct Office {
    http: reqwest::Client,
    base: Arc<str>,
    nonce: Arc<AtomicU64>,
}

/// One of them.
#[derive(Clone)]
pub struct Person {
    office: Office,
    /// Their account.
    pub id: u64,
    /// Their name.
    pub name: String,
    token: String,
    locale: String,
}

/// What came back to who asked.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `message`, `failed`, `choices` …
    pub status: String,
    /// The message, when there is one.
    pub message: Value,
    /// The choices of an autocomplete: what is shown, and what is sent.
    pub choices: Vec<(String, String)>,
    /// The form that opened, when one did.
    pub form: Value,
}

impl Answer {
    /// All that a person reads in it, line by line.
    pub fn text(&self) -> String {
        read(&self.message)
    }
}

/// All that a person reads in a message: text, embeds, buttons.
pub fn read(message: &Value) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add =
        |text: &Value| lines.extend(text.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
    add(&message["content"]);
    for embed in message["embeds"].as_array().into_iter().flatten() {
        add(&embed["title"]);
        add(&embed["description"]);
        for field in embed["fields"].as_array().into_iter().flatten() {
            let (name, value) = (field["name"].as_str().unwrap_or(""), field["value"].as_str().unwrap_or(""));
            add(&format!("{name}: {value}").into());
        }
    }
    for row in message["components"].as_array().into_iter().flatten() {
        let labels: Vec<String> = row["components"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|button| format!("[{}]", button["label"].as_str().unwrap_or_default()))
            .collect();
        add(&labels.join(" ").into());
    }
    lines.join("\n")
}

impl Office {
    /// The people of the sandbox at `base_url`.
    pub fn at(base_url: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap_or_default();
        Self { http, base: base_url.trim_end_matches('/').into(), nonce: Arc::default() }
    }

    /// Everything about the sandbox, as `GET /sandbox/state` tells it.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn state(&self) -> anyhow::Result<Value> {
        let url = format!("{}/sandbox/state", self.base);
        Ok(self.http.get(url).send().await?.error_for_status()?.json().await?)
    }

    /// The person called `name`.
    ///
    /// # Errors
    /// When nobody is called that.
    pub async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let state = self.state().await?;
        let users = state["users"].as_array().cloned().unwrap_or_default();
        let user = users
            .iter()
            .find(|user| user["name"] == name)
            .ok_or_else(|| anyhow!("nobody is called {name:?}"))?;
        let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
        Ok(Person {
            office: self.clone(),
            id: text("id").parse()?,
            name: name.to_owned(),
            token: text("token"),
            locale: text("locale"),
        })
    }

    /// The channel or thread whose name is `name` or begins with it.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn channel(&self, name: &str) -> anyhow::Result<Option<u64>> {
        let state = self.state().await?;
        let all = [&state["channels"], &state["threads"]].into_iter().filter_map(Value::as_array).flatten();
        let named: Vec<&Value> =
            all.filter(|channel| channel["name"].as_str().is_some_and(|n| n.starts_with(name))).collect();
        let exact = named.iter().find(|channel| channel["name"] == name).or(named.first());
        Ok(exact.and_then(|channel| channel["id"].as_str()).and_then(|id| id.parse().ok()))
    }

    /// Moves the clock there.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn set_clock(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let url = format!("{}/sandbox/clock", self.base);
        self.http.post(url).json(&json!({ "now": now })).send().await?.error_for_status()?;
        Ok(())
    }
}

impl Person {
    /// Types a slash command, in either language, and waits for the answer: `/task create title:… phase:P3 due:+5`.
    ///
    /// # Errors
    /// When there is no such command or option, or nothing comes back.
    pub async fn types(&self, channel: u64, line: &str) -> anyhow::Result<Answer> {
        let typed = self.read_line(line).await?;
        self.interact(json!({ "type": 2, "channel_id": channel.to_string(), "data": typed.data })).await
    }

    /// Types a slash command up to its last option and reads what is offered for it.
    ///
    /// # Errors
    /// When there is no such command or option, or nothing comes back.
    pub async fn completes(&self, channel: u64, line: &str) -> anyhow::Result<Vec<(String, String)>> {
        let mut typed = self.read_line(line).await?;
        typed.focus_last();
        let body = json!({ "type": 4, "channel_id": channel.to_string(), "data": typed.data });
        Ok(self.interact(body).await?.choices)
    }

    /// Presses the button that is labelled `label` on a message.
    ///
    /// # Errors
    /// When there is no such button, or nothing comes back.
    pub async fn presses(&self, channel: u64, message: &Value, label: &str) -> anyhow::Result<Answer> {
        let rows = message["components"].as_array().into_iter().flatten();
        let mut buttons = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        let button = buttons
            .find(|button| button["label"] == label)
            .ok_or_else(|| anyhow!("no button {label:?} on this message:\n{}", read(message)))?;
        let body = json!({
            "type": 3,
            "channel_id": channel.to_string(),
            "message_id": message["id"],
            "message_flags": 0,
            "data": { "component_type": 2, "custom_id": button["custom_id"] },
        });
        self.interact(body).await
    }

    /// Chooses a command in the menu of a message.
    ///
    /// # Errors
    /// When there is no such command, or nothing comes back.
    pub async fn chooses(&self, channel: u64, message: u64, name: &str) -> anyhow::Result<Answer> {
        let data = json!({ "type": 3, "name": name, "target_id": message.to_string() });
        self.interact(json!({ "type": 2, "channel_id": channel.to_string(), "data": data })).await
    }

    /// Fills in the form that opened, field by field, and sends it.
    ///
    /// # Errors
    /// When no form opened, or nothing comes back.
    pub async fn fills(&self, channel: u64, form: &Value, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        if form.is_null() {
            bail!("no form opened for {}", self.name);
        }
        let rows: Vec<Value> = form["components"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| {
                let id = row["components"][0]["custom_id"].as_str().unwrap_or_default();
                let given = row["components"][0]["value"].as_str().unwrap_or_default();
                let value = fields.iter().find(|(name, _)| *name == id).map_or(given, |(_, text)| *text);
                json!({ "type": 1, "components": [{ "type": 4, "custom_id": id, "value": value }] })
            })
            .collect();
        let data = json!({ "id": form["id"], "custom_id": form["custom_id"], "components": rows });
        self.interact(json!({ "type": 5, "channel_id": channel.to_string(), "data": data })).await
    }

    /// Writes a message; its id.
    ///
    /// # Errors
    /// When the person may not write there.
    pub async fn says(&self, channel: u64, text: &str) -> anyhow::Result<u64> {
        let path = format!("/api/v10/channels/{channel}/messages");
        let message = self.call(reqwest::Method::POST, &path, Some(json!({ "content": text }))).await?;
        Ok(message["id"].as_str().unwrap_or_default().parse()?)
    }

    /// Edits an own message.
    ///
    /// # Errors
    /// When it is not theirs.
    pub async fn edits(&self, channel: u64, message: u64, text: &str) -> anyhow::Result<()> {
        let path = format!("/api/v10/channels/{channel}/messages/{message}");
        self.call(reqwest::Method::PATCH, &path, Some(json!({ "content": text }))).await.map(drop)
    }

    /// Deletes an own message.
    ///
    /// # Errors
    /// When it is not theirs.
    pub async fn deletes(&self, channel: u64, message: u64) -> anyhow::Result<()> {
        let path = format!("/api/v10/channels/{channel}/messages/{message}");
        self.call(reqwest::Method::DELETE, &path, None).await.map(drop)
    }

    /// The messages of a channel as this person sees them, oldest first, each with `notified`: who was really pinged.
    ///
    /// # Errors
    /// When they may not see it.
    pub async fn sees(&self, channel: u64) -> anyhow::Result<Vec<Value>> {
        let path = format!("/sandbox/view?token={}&channel_id={channel}", self.token);
        let view = self.call(reqwest::Method::GET, &path, None).await?;
        Ok(view["messages"].as_array().cloned().unwrap_or_default())
    }

    async fn read_line(&self, line: &str) -> anyhow::Result<Typed> {
        let state = self.office.state().await?;
        let commands = state["commands"].as_array().cloned().unwrap_or_default();
        Line::of(&commands).read(line).with_context(|| format!("{} typed {line:?}", self.name))
    }

    async fn interact(&self, mut body: Value) -> anyhow::Result<Answer> {
        let state = self.office.state().await?;
        let number = self.office.nonce.fetch_add(1, Ordering::Relaxed);
        let nonce = format!("{}-{number}", self.id);
        body["nonce"] = nonce.clone().into();
        body["application_id"] = state["bot"]["application_id"].clone();
        body["guild_id"] = state["guild"]["id"].clone();
        body["session_id"] = "liaison-demo".into();
        body["locale"] = self.locale.clone().into();
        self.call(reqwest::Method::POST, "/api/v10/interactions", Some(body)).await?;
        let path = format!("/sandbox/interactions?nonce={nonce}");
        let began = std::time::Instant::now();
        loop {
            let seen = self.call(reqwest::Method::GET, &path, None).await?;
            if let Some(answer) = settled(&seen[0]) {
                return Ok(answer);
            }
            if began.elapsed() > PATIENCE {
                bail!("no answer to {} after {PATIENCE:?}: {}", self.name, seen[0]);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let mut request = self.office.http.request(method, format!("{}{path}", self.office.base));
        request = request.header("Authorization", &self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{} is refused ({status}): {text}", self.name);
        }
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}

/// The answer of an interaction, once nothing more is awaited.
fn settled(seen: &Value) -> Option<Answer> {
    let status = seen["status"].as_str()?;
    let message = &seen["message"];
    let thinking = message["flags"].as_u64().unwrap_or_default() & LOADING != 0;
    if status == "waiting" || thinking || status == "deferred" && message.is_null() {
        return None;
    }
    let text = |choice: &Value, key: &str| match &choice[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let choices = seen["choices"].as_array().into_iter().flatten();
    Some(Answer {
        status: status.to_owned(),
        message: message.clone(),
        choices: choices.map(|choice| (text(choice, "name"), text(choice, "value"))).collect(),
        form: seen["modal"].clone(),
    })
}
