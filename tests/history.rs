//! A model of Discord as the exchange log sees it: messages in channels over REST, and the events that tell of them.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use liaison::discord::rest::Rest;
use liaison::domain::clock::from_ms;
use liaison::domain::ids::{ChannelId, MessageId};
use secrecy::SecretString;
use serde_json::{Value, json};
use serenity::all::Event;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

/// How Discord treats the bot in a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may not see the channel.
    Forbidden,
    /// It may see the channel and not what was said before: lists are empty, single messages are refused.
    WithoutHistory,
}

#[derive(Default)]
struct Model {
    messages: HashMap<u64, BTreeMap<u64, Value>>,
    access: HashMap<u64, Access>,
}

/// Discord's history. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct History(Arc<Mutex<Model>>);

impl History {
    /// Serves the model on loopback and gives a client for it.
    pub(crate) async fn serve(&self) -> Rest {
        let router = Router::new()
            .route("/api/v10/channels/{channel}/messages", get(list))
            .route("/api/v10/channels/{channel}/messages/{message}", get(one))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Rest::new(&url, &SecretString::from("token")).unwrap()
    }

    pub(crate) fn access(&self, channel: ChannelId, access: Option<Access>) {
        let mut model = self.0.lock().unwrap();
        match access {
            Some(access) => model.access.insert(channel.0, access),
            None => model.access.remove(&channel.0),
        };
    }

    /// Somebody says something; the event that tells of it.
    pub(crate) fn say(&self, channel: ChannelId, id: MessageId, content: &str) -> Value {
        let message = json!({
            "id": id.0.to_string(), "channel_id": channel.0.to_string(), "guild_id": "1", "type": 0,
            "author": {"id": "7", "username": "binh", "global_name": "Bình", "discriminator": "0", "avatar": null},
            "content": content, "timestamp": from_ms(id.created_ms()).to_rfc3339(), "edited_timestamp": null,
            "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": false,
        });
        self.put(channel, id, message.clone());
        json!({"t": "MESSAGE_CREATE", "d": message})
    }

    /// They change it `after_ms` after it was said.
    pub(crate) fn edit(
        &self,
        channel: ChannelId,
        id: MessageId,
        after_ms: i64,
        content: &str,
    ) -> Option<Value> {
        let mut message = self.0.lock().unwrap().messages.get(&channel.0)?.get(&id.0)?.clone();
        message["content"] = content.into();
        message["edited_timestamp"] = from_ms(id.created_ms() + after_ms).to_rfc3339().into();
        self.put(channel, id, message.clone());
        Some(json!({"t": "MESSAGE_UPDATE", "d": message}))
    }

    /// They take it back.
    pub(crate) fn delete(&self, channel: ChannelId, id: MessageId) -> Option<Value> {
        self.0.lock().unwrap().messages.get_mut(&channel.0)?.remove(&id.0)?;
        let gone = json!({"id": id.0.to_string(), "channel_id": channel.0.to_string(), "guild_id": "1"});
        Some(json!({"t": "MESSAGE_DELETE", "d": gone}))
    }

    /// What each message says that is still there.
    pub(crate) fn contents(&self, channel: ChannelId) -> BTreeMap<MessageId, String> {
        let model = self.0.lock().unwrap();
        let messages = model.messages.get(&channel.0).cloned().unwrap_or_default();
        let text = |message: &Value| message["content"].as_str().unwrap().to_owned();
        messages.iter().map(|(id, message)| (MessageId(*id), text(message))).collect()
    }

    fn put(&self, channel: ChannelId, id: MessageId, message: Value) {
        self.0.lock().unwrap().messages.entry(channel.0).or_default().insert(id.0, message);
    }
}

/// The event as serenity reads it off the gateway.
pub(crate) fn event(json: &Value) -> Event {
    serde_json::from_value(json.clone()).unwrap()
}

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refused(status: StatusCode, code: i64) -> (StatusCode, Json<Value>) {
    (status, Json(json!({"code": code, "message": "refused"})))
}

async fn list(
    State(History(model)): State<History>,
    Path(channel): Path<u64>,
    Query(query): Query<HashMap<String, u64>>,
) -> Answer {
    let model = model.lock().unwrap();
    match model.access.get(&channel) {
        Some(Access::Forbidden) => return Err(refused(StatusCode::FORBIDDEN, 50001)),
        Some(Access::WithoutHistory) => return Ok(Json(json!([]))),
        None => {}
    }
    let messages = model.messages.get(&channel).cloned().unwrap_or_default();
    let limit = query["limit"] as usize;
    // Newest first within a page, whichever end it is taken from.
    let page: Vec<Value> = if let Some(after) = query.get("after") {
        let page: Vec<Value> =
            messages.range(after + 1..).take(limit).map(|(_, message)| message.clone()).collect();
        page.into_iter().rev().collect()
    } else {
        messages.range(..query["before"]).rev().take(limit).map(|(_, message)| message.clone()).collect()
    };
    Ok(Json(page.into()))
}

async fn one(State(History(model)): State<History>, Path((channel, message)): Path<(u64, u64)>) -> Answer {
    let model = model.lock().unwrap();
    if model.access.contains_key(&channel) {
        return Err(refused(StatusCode::FORBIDDEN, 50001));
    }
    let message = model.messages.get(&channel).and_then(|messages| messages.get(&message));
    message.cloned().map(Json).ok_or_else(|| refused(StatusCode::NOT_FOUND, 10008))
}
