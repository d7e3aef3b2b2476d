//! Tells those who watch that something changed, so that they need not ask again and again.
//!
//! A WebSocket rather than server-sent events: browsers allow a page and its other tabs only a handful of open HTTP
//! requests to one host, and each tab would hold one for ever.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};

use super::views::clock_view;
use crate::server::App;
use crate::state::State;

/// The least time between two signals: a flood of messages is one change to who watches.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn live(upgrade: WebSocketUpgrade, Extract(app): Extract<App>) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        // It fails when the watcher goes away; nobody is left to be told.
        drop(watch(app, socket).await);
    })
}

async fn watch(app: App, mut socket: WebSocket) -> Result<(), axum::Error> {
    let mut revision = app.state().revision.subscribe();
    loop {
        revision.mark_unchanged();
        let signal = signal(&app.state()).to_string();
        socket.send(Message::Text(signal.into())).await?;
        tokio::time::sleep(PAUSE).await;
        tokio::select! {
            changed = revision.changed() => if changed.is_err() { return Ok(()) },
            heard = socket.recv() => match heard {
                None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(()),
                Some(Ok(_)) => {}
            },
            () = app.shutdown.cancelled() => return Ok(()),
        }
    }
}

/// What `GET /sandbox/clock` gives, with what else changes often.
fn signal(state: &State) -> Value {
    let bot = state.bot();
    let mut signal = clock_view(state);
    signal["connected"] =
        state.sessions.values().any(|session| session.user == bot && session.is_attached()).into();
    signal["calls"] = state.log.total().into();
    signal["host"] = json!(state.host);
    signal
}
