//! One gateway connection.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State as Extract};
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::session::{Order, Session};
use crate::faults::Effect;
use crate::id::Id;
use crate::server::App;
use crate::state::{Scope, State, intents};
use crate::wire::Cut;

/// Where the gateway is.
pub(crate) const PATH: &str = "/gateway";

/// How many events are written between two looks at what the client says.
const BATCH: usize = 256;

/// How long a client may take to identify itself.
const PATIENCE: Duration = Duration::from_secs(30);

mod close {
    pub(super) const UNKNOWN_OPCODE: u16 = 4001;
    pub(super) const DECODE_ERROR: u16 = 4002;
    pub(super) const NOT_AUTHENTICATED: u16 = 4003;
    pub(super) const AUTHENTICATION_FAILED: u16 = 4004;
    pub(super) const ALREADY_AUTHENTICATED: u16 = 4005;
    pub(super) const TIMED_OUT: u16 = 4009;
    pub(super) const INVALID_SHARD: u16 = 4010;
    pub(super) const INVALID_INTENTS: u16 = 4013;
    pub(super) const DISALLOWED_INTENTS: u16 = 4014;
}

/// How a connection ended.
enum End {
    /// The client or the network went away; the session may be resumed.
    Lost,
    /// The client closed with 1000 or 1001, which ends the session.
    Closed,
    /// We close.
    Close(Option<u16>),
    /// We cut the line.
    Cut,
}

/// Upgrades a request for the gateway.
pub(crate) async fn connect(
    upgrade: WebSocketUpgrade,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Extract(app): Extract<App>,
) -> Response {
    upgrade.on_upgrade(move |socket| Connection::new(app, cut).serve(socket))
}

struct Connection {
    app: App,
    cut: Cut,
    id: u64,
    wake: Arc<Notify>,
    session: Option<String>,
}

impl Connection {
    fn new(app: App, cut: Cut) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { app, cut, id, wake: Arc::new(Notify::new()), session: None }
    }

    async fn serve(mut self, mut socket: WebSocket) {
        let end = self.talk(&mut socket).await.unwrap_or(End::Lost);
        if let Some(id) = &self.session {
            let mut state = self.app.state();
            if state.sessions.get(id).is_some_and(|session| session.belongs_to(self.id)) {
                if matches!(end, End::Closed) {
                    state.sessions.remove(id);
                } else if let Some(session) = state.sessions.get_mut(id) {
                    session.detach();
                }
                state.touch();
            }
        }
        match end {
            End::Close(code) => {
                let frame = code.map(|code| CloseFrame { code, reason: "".into() });
                // The client may be gone already; then there is nobody left to tell.
                drop(socket.send(Message::Close(frame)).await);
            }
            End::Cut => self.cut.cut(),
            End::Lost | End::Closed => {}
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> Result<End, axum::Error> {
        let interval = u64::try_from(self.app.heartbeat.as_millis()).unwrap_or(u64::MAX);
        send(socket, &json!({"op": 10, "d": {"heartbeat_interval": interval}, "s": null, "t": null})).await?;
        let shutdown = self.app.shutdown.clone();
        let mut patience = pin!(tokio::time::sleep(PATIENCE));
        loop {
            let heard = tokio::select! {
                heard = socket.next() => heard,
                () = self.wake.notified() => {
                    if let Some(end) = self.flush(socket).await? {
                        return Ok(end);
                    }
                    continue;
                }
                () = &mut patience, if self.session.is_none() => return Ok(End::Close(Some(close::TIMED_OUT))),
                () = shutdown.cancelled() => return Ok(End::Close(Some(1001))),
            };
            let text = match heard {
                None | Some(Err(_)) => return Ok(End::Lost),
                Some(Ok(Message::Close(frame))) => {
                    let final_code = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                    return Ok(if final_code { End::Closed } else { End::Lost });
                }
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(_))) => return Ok(End::Close(Some(close::DECODE_ERROR))),
            };
            let Ok(said) = serde_json::from_str::<Value>(&text) else {
                return Ok(End::Close(Some(close::DECODE_ERROR)));
            };
            if let Some(end) = self.hear(socket, &said).await? {
                return Ok(end);
            }
        }
    }

    /// Sends what has come up, then carries out what was ordered.
    async fn flush(&mut self, socket: &mut WebSocket) -> Result<Option<End>, axum::Error> {
        let Some(id) = self.session.clone() else { return Ok(None) };
        let (batch, orders) = {
            let mut state = self.app.state();
            match state.sessions.get_mut(&id) {
                Some(session) if session.belongs_to(self.id) => {
                    let batch = session.take_unsent(BATCH);
                    let orders: Vec<Order> =
                        if batch.len() < BATCH { session.orders.drain(..).collect() } else { Vec::new() };
                    (batch, orders)
                }
                // Another connection took the session over, or it was invalidated.
                _ => return Ok(Some(End::Close(Some(close::TIMED_OUT)))),
            }
        };
        if batch.len() >= BATCH {
            self.wake.notify_one();
        }
        for event in batch {
            socket.feed(Message::Text(event.frame().into())).await?;
        }
        socket.flush().await?;
        for order in orders {
            match order {
                Order::Drop => return Ok(Some(End::Cut)),
                Order::Close(code) => return Ok(Some(End::Close(code))),
                Order::Reconnect => send(socket, &json!({"op": 7, "d": null, "s": null, "t": null})).await?,
                Order::Invalidate { resumable } => {
                    if !resumable {
                        self.app.state().sessions.remove(&id);
                        self.session = None;
                    }
                    send(socket, &json!({"op": 9, "d": resumable, "s": null, "t": null})).await?;
                }
            }
        }
        Ok(None)
    }

    async fn hear(&mut self, socket: &mut WebSocket, said: &Value) -> Result<Option<End>, axum::Error> {
        const HEARTBEAT: u64 = 1;
        const IDENTIFY: u64 = 2;
        const PRESENCE: u64 = 3;
        const VOICE_STATE: u64 = 4;
        const RESUME: u64 = 6;
        const REQUEST_MEMBERS: u64 = 8;
        let data = &said["d"];
        match said["op"].as_u64() {
            Some(HEARTBEAT) => {
                if self.heartbeat(data.as_u64()) {
                    send(socket, &json!({"op": 11, "d": null, "s": null, "t": null})).await?;
                }
                Ok(None)
            }
            Some(IDENTIFY | RESUME) if self.session.is_some() => {
                Ok(Some(End::Close(Some(close::ALREADY_AUTHENTICATED))))
            }
            Some(IDENTIFY) => Ok(self.identify(data).err().map(|code| End::Close(Some(code)))),
            Some(RESUME) => {
                match self.resume(data) {
                    Ok(true) => {}
                    Ok(false) => send(socket, &json!({"op": 9, "d": false, "s": null, "t": null})).await?,
                    Err(code) => return Ok(Some(End::Close(Some(code)))),
                }
                Ok(None)
            }
            Some(_) if self.session.is_none() => Ok(Some(End::Close(Some(close::NOT_AUTHENTICATED)))),
            Some(PRESENCE | VOICE_STATE) => Ok(None),
            Some(REQUEST_MEMBERS) => {
                self.send_members(data);
                Ok(None)
            }
            _ => Ok(Some(End::Close(Some(close::UNKNOWN_OPCODE)))),
        }
    }

    /// Whether it is to be acknowledged.
    fn heartbeat(&self, seq: Option<u64>) -> bool {
        let mut state = self.app.state();
        let Some(id) = &self.session else { return true };
        let bot = state.bot();
        let Some(session) = state.sessions.get_mut(id) else { return true };
        if let Some(seq) = seq {
            session.acknowledge(seq);
        }
        let of_bot = session.user == bot;
        !(of_bot && state.faults.at_heartbeat() == Some(Effect::NoHeartbeatAck))
    }

    fn identify(&mut self, data: &Value) -> Result<(), u16> {
        let mut state = self.app.state();
        let user = login(&state, data)?;
        let is_bot = user == state.bot();
        let intents = if is_bot { data["intents"].as_u64().ok_or(close::INVALID_INTENTS)? } else { u64::MAX };
        if is_bot {
            let application = &state.application;
            let privileged = [
                (intents::GUILD_MEMBERS, application.may_read_members()),
                (intents::GUILD_PRESENCES, application.may_read_presences()),
                (intents::MESSAGE_CONTENT, application.may_read_content()),
            ];
            if privileged.into_iter().any(|(intent, allowed)| intents & intent != 0 && !allowed) {
                return Err(close::DISALLOWED_INTENTS);
            }
        }
        let shard = match data["shard"].as_array().map(Vec::as_slice) {
            Some([index, count]) => (index.as_u64().unwrap_or(0), count.as_u64().unwrap_or(0)),
            _ => (0, 1),
        };
        if shard.0 >= shard.1 {
            return Err(close::INVALID_SHARD);
        }

        let id = format!("{:x}", state.next_id().0);
        let session = Session::new(user, intents, shard, self.id, Arc::clone(&self.wake));
        let has_guild = session.is_shard_of(state.guild.id, false);
        state.sessions.insert(id.clone(), session);
        let mut me = json!(state.user(user));
        me["verified"] = true.into();
        me["mfa_enabled"] = true.into();
        me["email"] = Value::Null;
        let guilds = if has_guild { json!([{"id": state.guild.id, "unavailable": true}]) } else { json!([]) };
        let mut ready = json!({
            "v": 10,
            "user": me,
            "guilds": guilds,
            "session_id": id,
            "resume_gateway_url": state.gateway_url(),
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
        });
        if is_bot {
            ready["shard"] = json!([shard.0, shard.1]);
            ready["application"] = json!({"id": state.application.id, "flags": state.application.flags});
        }
        state.tell_session(&id, "READY", &ready);
        let wants_guild = !is_bot || intents & intents::GUILDS != 0;
        if has_guild && wants_guild {
            let all_members = !is_bot || intents & intents::GUILD_MEMBERS != 0;
            let guild = state.guild_create(user, all_members);
            state.tell_session(&id, "GUILD_CREATE", &guild);
        }
        state.touch();
        self.session = Some(id);
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<bool, u16> {
        let mut state = self.app.state();
        let user = login(&state, data)?;
        let (Some(id), Some(seq)) = (data["session_id"].as_str(), data["seq"].as_u64()) else {
            return Ok(false);
        };
        let Some(session) = state.sessions.get_mut(id).filter(|session| session.user == user) else {
            return Ok(false);
        };
        if !session.resume(seq, self.id, Arc::clone(&self.wake)) {
            return Ok(false);
        }
        state.tell_session(id, "RESUMED", &json!({}));
        state.touch();
        self.session = Some(id.to_owned());
        Ok(true)
    }

    fn send_members(&self, data: &Value) {
        let mut state = self.app.state();
        let Some(id) = &self.session else { return };
        let wanted: Option<Vec<Id>> = match &data["user_ids"] {
            Value::Null => None,
            Value::Array(_) => serde_json::from_value(data["user_ids"].clone()).ok(),
            one => serde_json::from_value(one.clone()).ok().map(|id| vec![id]),
        };
        let query = data["query"].as_str().unwrap_or("").to_lowercase();
        let found: Vec<_> = state
            .members
            .values()
            .filter(|member| wanted.as_ref().is_none_or(|wanted| wanted.contains(&member.user_id)))
            .filter(|member| state.user(member.user_id).display_name().to_lowercase().starts_with(&query))
            .map(|member| state.member_view(member))
            .collect();
        let mut chunk = json!({
            "guild_id": state.guild.id, "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": [],
        });
        if let Some(nonce) = data.get("nonce") {
            chunk["nonce"] = nonce.clone();
        }
        state.tell_session(id, "GUILD_MEMBERS_CHUNK", &chunk);
    }
}

impl State {
    /// Where clients find the gateway.
    pub(crate) fn gateway_url(&self) -> String {
        format!("{}{PATH}", self.base_url.replacen("http", "ws", 1))
    }

    /// Sends an event to one session alone.
    fn tell_session(&mut self, id: &str, name: &'static str, data: &Value) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.push(name, &data.to_string().into());
        }
    }

    /// Does something to the connections of the bot.
    pub(crate) fn order_bot(&mut self, order: &Order) {
        let bot = self.bot();
        for session in self.sessions.values_mut().filter(|session| session.user == bot) {
            session.order(order.clone());
        }
    }

    /// Sends an event to the sessions of one user.
    pub(crate) fn tell_user(&mut self, user: Id, name: &'static str, data: &Value) {
        self.emit(name, Scope::User(user), data);
    }
}

/// Who logs in. Bots identify with the bare token.
fn login(state: &State, data: &Value) -> Result<Id, u16> {
    let token = data["token"].as_str().ok_or(close::AUTHENTICATION_FAILED)?;
    let bare = token.strip_prefix("Bot ").unwrap_or(token);
    let known = |user: &&crate::model::User| user.token.strip_prefix("Bot ").unwrap_or(&user.token) == bare;
    state.users.values().find(known).map(|user| user.id).ok_or(close::AUTHENTICATION_FAILED)
}

async fn send(socket: &mut WebSocket, frame: &Value) -> Result<(), axum::Error> {
    socket.send(Message::Text(frame.to_string().into())).await
}
