//! One gateway connection.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Query, State as Extract};
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::packing::Packing;
use super::session::Order;
use crate::server::App;
use crate::wire::Cut;

/// Where the gateway is.
pub(crate) const PATH: &str = "/gateway";

/// How many events are written between two looks at what the client says.
const BATCH: usize = 256;

/// How long a client may take to identify itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest frame that a client may send, in bytes.
const PAYLOAD: usize = 4096;

/// Opcodes of what is sent besides events.
const RECONNECT: u64 = 7;
const INVALID_SESSION: u64 = 9;
const HELLO: u64 = 10;
const HEARTBEAT_ACK: u64 = 11;

/// So many frames a client may send in a minute.
const SENDS: u32 = 120;
const MINUTE: Duration = Duration::from_secs(60);

pub(super) mod close {
    pub(in crate::gateway) const UNKNOWN_OPCODE: u16 = 4001;
    pub(in crate::gateway) const DECODE_ERROR: u16 = 4002;
    pub(in crate::gateway) const NOT_AUTHENTICATED: u16 = 4003;
    pub(in crate::gateway) const AUTHENTICATION_FAILED: u16 = 4004;
    pub(in crate::gateway) const ALREADY_AUTHENTICATED: u16 = 4005;
    pub(in crate::gateway) const INVALID_SEQUENCE: u16 = 4007;
    pub(in crate::gateway) const RATE_LIMITED: u16 = 4008;
    pub(in crate::gateway) const TIMED_OUT: u16 = 4009;
    pub(in crate::gateway) const INVALID_SHARD: u16 = 4010;
    pub(in crate::gateway) const INVALID_VERSION: u16 = 4012;
    pub(in crate::gateway) const INVALID_INTENTS: u16 = 4013;
    pub(in crate::gateway) const DISALLOWED_INTENTS: u16 = 4014;
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
    Query(asked): Query<HashMap<String, String>>,
    Extract(app): Extract<App>,
) -> Response {
    upgrade.on_upgrade(move |socket| Connection::new(app, cut, &asked).serve(socket))
}

pub(super) struct Connection {
    pub(super) app: App,
    pub(super) cut: Cut,
    pub(super) id: u64,
    pub(super) wake: Arc<Notify>,
    pub(super) session: Option<String>,
    pub(super) packing: Packing,
    /// Why it is closed as soon as it is open.
    unfit: Option<u16>,
    /// When the client's present minute began, and what it sent in it.
    minute: (Instant, u32),
    /// When the client last sent a heartbeat.
    pulse: Instant,
    /// When the next event may be sent that is held up.
    due: Option<Instant>,
    /// When the client last asked for all members.
    pub(super) asked: Option<std::time::Instant>,
}

impl Connection {
    fn new(app: App, cut: Cut, asked: &HashMap<String, String>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let is = |key: &str, wanted: &str| asked.get(key).is_none_or(|given| given == wanted);
        let unfit = if !is("v", "10") {
            Some(close::INVALID_VERSION)
        } else if !is("encoding", "json") {
            Some(close::DECODE_ERROR)
        } else {
            None
        };
        let packing = match asked.get("compress").map(String::as_str) {
            Some("zlib-stream") => Packing::stream(),
            _ => Packing::Plain,
        };
        let now = Instant::now();
        Self {
            app,
            cut,
            id,
            wake: Arc::new(Notify::new()),
            session: None,
            packing,
            unfit,
            minute: (now, 0),
            pulse: now,
            due: None,
            asked: None,
        }
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
        if self.unfit.is_some() {
            return Ok(End::Close(self.unfit));
        }
        let interval = u64::try_from(self.app.heartbeat.as_millis()).unwrap_or(u64::MAX);
        self.send(socket, HELLO, &json!({"heartbeat_interval": interval})).await?;
        let shutdown = self.app.shutdown.clone();
        let mut patience = pin!(tokio::time::sleep(PATIENCE));
        loop {
            let heard = tokio::select! {
                heard = socket.next() => heard,
                () = self.wake.notified() => {
                    let had_session = self.session.is_some();
                    if let Some(end) = self.flush(socket).await? {
                        return Ok(end);
                    }
                    if had_session && self.session.is_none() {
                        patience.as_mut().reset(Instant::now() + PATIENCE);
                    }
                    continue;
                }
                () = sleep_until(self.due.unwrap_or(self.pulse)), if self.due.is_some() => {
                    self.wake.notify_one();
                    self.due = None;
                    continue;
                }
                // Late by a whole interval: the client is taken for dead.
                () = sleep_until(self.pulse + 2 * self.app.heartbeat) => {
                    return Ok(End::Close(Some(close::TIMED_OUT)));
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
            if text.len() > PAYLOAD {
                return Ok(End::Close(Some(close::DECODE_ERROR)));
            }
            if self.sends_too_much() {
                return Ok(End::Close(Some(close::RATE_LIMITED)));
            }
            let Ok(said) = serde_json::from_str::<Value>(&text) else {
                return Ok(End::Close(Some(close::DECODE_ERROR)));
            };
            if let Some(end) = self.hear(socket, &said).await? {
                return Ok(end);
            }
        }
    }

    /// Counts a frame of the client.
    fn sends_too_much(&mut self) -> bool {
        if self.minute.0.elapsed() >= MINUTE {
            self.minute = (Instant::now(), 0);
        }
        self.minute.1 += 1;
        self.minute.1 > SENDS
    }

    /// Sends what is no event.
    async fn send(&mut self, socket: &mut WebSocket, op: u64, data: &Value) -> Result<(), axum::Error> {
        let frame = json!({"op": op, "d": data, "s": null, "t": null}).to_string();
        let packed = self.packing.pack(frame).map_err(axum::Error::new)?;
        socket.send(packed).await
    }

    /// Sends what has come up, then carries out what was ordered.
    async fn flush(&mut self, socket: &mut WebSocket) -> Result<Option<End>, axum::Error> {
        let Some(id) = self.session.clone() else { return Ok(None) };
        let (batch, orders) = {
            let mut state = self.app.state();
            match state.sessions.get_mut(&id) {
                Some(session) if session.belongs_to(self.id) => {
                    let batch = session.take_unsent(BATCH);
                    self.due = session.held_up().map(Instant::from_std);
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
            let packed = self.packing.pack(event.frame()).map_err(axum::Error::new)?;
            socket.feed(packed).await?;
        }
        socket.flush().await?;
        for order in orders {
            match order {
                Order::Drop => return Ok(Some(End::Cut)),
                Order::Close(code) => return Ok(Some(End::Close(code))),
                Order::Reconnect => self.send(socket, RECONNECT, &Value::Null).await?,
                Order::Invalidate { resumable } => {
                    // The connection is free again: some clients resume on it, others on a new one.
                    self.session = None;
                    self.app.state().invalidate(&id, resumable);
                    self.send(socket, INVALID_SESSION, &resumable.into()).await?;
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
                self.pulse = Instant::now();
                if self.heartbeat(data.as_u64()) {
                    self.send(socket, HEARTBEAT_ACK, &Value::Null).await?;
                }
                Ok(None)
            }
            Some(IDENTIFY | RESUME) if self.session.is_some() => {
                Ok(Some(End::Close(Some(close::ALREADY_AUTHENTICATED))))
            }
            Some(op @ (IDENTIFY | RESUME)) => {
                let begun = if op == IDENTIFY { self.identify(data) } else { self.resume(data) };
                match begun {
                    Ok(true) => {}
                    Ok(false) => self.send(socket, INVALID_SESSION, &false.into()).await?,
                    Err(code) => return Ok(Some(End::Close(Some(code)))),
                }
                Ok(None)
            }
            Some(_) if self.session.is_none() => Ok(Some(End::Close(Some(close::NOT_AUTHENTICATED)))),
            Some(PRESENCE | VOICE_STATE) => Ok(None),
            Some(REQUEST_MEMBERS) => Ok(self.send_members(data).err().map(|code| End::Close(Some(code)))),
            _ => Ok(Some(End::Close(Some(close::UNKNOWN_OPCODE)))),
        }
    }
}
