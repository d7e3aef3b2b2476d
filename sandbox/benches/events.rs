//! How fast MESSAGE_CREATE reaches one real WebSocket connection: `cargo bench -p discord-sandbox --bench events`.
//!
//! Two servers push to the same client. The baseline is axum alone, sending frames of the same size without making
//! them; the sandbox writes every message, stores it, and tells it to the session. Figures are printed and not
//! judged. The rounds after the first show what stays: with a bounded history memory does not grow with what was said.

use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::extract::ws::{Message as Frame, WebSocketUpgrade};
use axum::routing::get;
use discord_sandbox::{Keep, Options, Sandbox};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Messages of one round.
const MESSAGES: usize = 100_000;
const ROUNDS: usize = 4;

/// Guilds, their messages, contents.
const INTENTS: u64 = 1 | 1 << 9 | 1 << 15;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let keep = Keep { messages: 10_000, rows: 10_000, events: 200_000 };
    let sandbox = Sandbox::start(Options { keep, ..Options::default() }).await?;
    let state = sandbox.state();
    let channel = state["channels"][0]["id"].as_str().context("a channel")?.to_owned();
    let mut session = identify(&sandbox).await?;

    println!("{MESSAGES} messages a round to one connection\n");
    println!(
        "| round | baseline messages/s | sandbox messages/s | ratio | sandbox bytes/message | memory MiB |"
    );
    println!("|---|---|---|---|---|---|");
    for round in 1..=ROUNDS {
        let (took, bytes) = flood(&sandbox, &channel, &mut session).await?;
        let size = bytes / MESSAGES;
        let bare = baseline(size).await?;
        let (ours, theirs) = (per_second(took), per_second(bare));
        println!("| {round} | {theirs:.0} | {ours:.0} | {:.2} | {size} | {} |", ours / theirs, memory_mib()?);
    }
    sandbox.stop().await;
    Ok(())
}

fn per_second(took: Duration) -> f64 {
    MESSAGES as f64 / took.as_secs_f64()
}

/// Logs the bot in and waits until the guild is there.
async fn identify(sandbox: &Sandbox) -> anyhow::Result<Socket> {
    let url = sandbox.state()["gateway_url"].as_str().context("a gateway")?.to_owned();
    let (mut socket, _) = connect_async(format!("{url}?v=10&encoding=json")).await?;
    let data = json!({"token": sandbox.bot_token(), "intents": INTENTS, "properties": {}});
    socket.send(Message::text(json!({"op": 2, "d": data}).to_string())).await?;
    loop {
        let frame = socket.next().await.context("the gateway closed")??;
        if frame.is_text() && serde_json::from_str::<Value>(frame.to_text()?)?["t"] == "GUILD_CREATE" {
            return Ok(socket);
        }
    }
}

/// Lets the people of the sandbox write; gives the time until the last message came, and the bytes of all.
async fn flood(sandbox: &Sandbox, channel: &str, socket: &mut Socket) -> anyhow::Result<(Duration, usize)> {
    let order = json!({"channel_id": channel, "count": MESSAGES});
    let request = reqwest::Client::new().post(format!("{}/sandbox/flood", sandbox.base_url())).json(&order);
    let began = Instant::now();
    let writing = tokio::spawn(request.send());
    let (mut heard, mut bytes) = (0, 0);
    while heard < MESSAGES {
        let frame = socket.next().await.context("the gateway closed")??;
        let text = frame.to_text()?;
        if let Some(rest) = text.strip_prefix(r#"{"t":"MESSAGE_CREATE","s":"#) {
            heard += 1;
            bytes += text.len();
            // Every so often a client says what it has; the sandbox keeps the rest for RESUME.
            if heard % 10_000 == 0 {
                let (number, _) = rest.split_once(',').context("a numbered event")?;
                let seq: u64 = number.parse()?;
                socket.send(Message::text(json!({"op": 1, "d": seq}).to_string())).await?;
            }
        }
    }
    let took = began.elapsed();
    writing.await??.error_for_status()?;
    Ok((took, bytes))
}

/// The same number of frames of the same size from a server that does nothing else.
async fn baseline(size: usize) -> anyhow::Result<Duration> {
    let frame =
        format!(r#"{{"t":"MESSAGE_CREATE","s":1,"op":0,"d":"{}"}}"#, "x".repeat(size.saturating_sub(45)));
    let push = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |mut socket| async move {
            for sent in 0..MESSAGES {
                if socket.feed(Frame::Text(frame.clone().into())).await.is_err() {
                    return;
                }
                if sent % 256 == 0 && socket.flush().await.is_err() {
                    return;
                }
            }
            // The client hangs up when it has all.
            if socket.flush().await.is_ok() {
                socket.recv().await;
            }
        })
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(push))).await });
    let began = Instant::now();
    let (mut socket, _) = connect_async(format!("ws://{address}/")).await?;
    for _ in 0..MESSAGES {
        socket.next().await.context("the baseline closed")??;
    }
    let took = began.elapsed();
    server.abort();
    Ok(took)
}

/// What this process holds in memory, client and baseline included.
fn memory_mib() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024)
}
