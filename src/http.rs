//! Health, readiness and metrics, for whatever watches over the process.
//!
//! `/healthz` says that the process lives, `/readyz` that it can work: the database answers and Discord is connected.
//! `/metrics` is in Prometheus' text format. Nothing here asks who is calling, so the address should not be a public one.

use crate::discord::Connection;
use crate::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the database may take to answer `/readyz`.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often old samples are folded away, so that memory stays flat when nobody reads the metrics.
const UPKEEP: Duration = Duration::from_secs(5);
/// The states of an outbox row, so that one without rows is seen as 0 and not as missing.
const OUTBOX_STATES: [&str; 5] = ["ready", "sending", "unknown", "done", "rejected"];
/// Upper bounds of Discord's answering times, in seconds; our own deadline is the last one.
const SECONDS: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Upper bounds of how many messages were written in one go.
const BATCH: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];

/// The one recorder of the process: metrics are global.
static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let recorder = PrometheusBuilder::new();
    let recorder = recorder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS);
    let recorder = recorder
        .and_then(|it| it.set_buckets_for_metric(Matcher::Suffix("_batch".into()), &BATCH))
        .unwrap_or_default()
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("somebody else records the metrics, /metrics stays empty");
    }
    describe();
    handle
});

/// Begins to count. What happened before is not in the metrics.
pub fn record_metrics() {
    LazyLock::force(&RECORDER);
}

/// What `/readyz` and `/metrics` look at.
#[derive(Clone)]
struct Watched {
    store: Store,
    connection: Connection,
}

/// Answers on `listener` until `stop`, then lets running answers end.
///
/// # Errors
/// When the system takes the listener away.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    connection: Connection,
    stop: CancellationToken,
) -> std::io::Result<()> {
    record_metrics();
    let router = Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(Watched { store, connection });
    let upkeep = async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            RECORDER.run_upkeep();
        }
    };
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    tokio::select! {
        ended = server => ended,
        () = upkeep => Ok(()),
    }
}

async fn ready(State(watched): State<Watched>) -> Response {
    let mut lacks = Vec::new();
    match tokio::time::timeout(PATIENCE, watched.store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            lacks.push("the database refuses\n");
        }
        Err(_) => lacks.push("the database does not answer\n"),
    }
    if !watched.connection.is_up() {
        lacks.push("not connected to Discord\n");
    }
    if lacks.is_empty() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, lacks.concat()).into_response()
    }
}

async fn render(State(watched): State<Watched>) -> Response {
    gauge!("liaison_discord_connected").set(u8::from(watched.connection.is_up()));
    let counts = tokio::time::timeout(PATIENCE, watched.store.outbox_counts()).await;
    match counts {
        Ok(Ok(counts)) => {
            let counts: HashMap<String, i64> = counts.into_iter().collect();
            for state in OUTBOX_STATES {
                let rows = counts.get(state).copied().unwrap_or_default();
                gauge!("liaison_outbox_rows", "state" => state).set(rows as f64);
            }
        }
        Ok(Err(error)) => tracing::warn!(%error, "the outbox cannot be counted"),
        Err(_) => tracing::warn!("the outbox cannot be counted: the database does not answer"),
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], RECORDER.render()).into_response()
}

fn describe() {
    describe_gauge!("liaison_discord_connected", "1 while the gateway is connected");
    describe_histogram!("liaison_discord_request_seconds", "How long Discord took to answer, by route");
    describe_counter!("liaison_discord_requests_total", "Calls to Discord, by route and HTTP status");
    describe_counter!("liaison_discord_limited_total", "Calls that Discord's rate limit turned back");
    describe_gauge!("liaison_outbox_rows", "Rows of the outbox, by state");
    describe_gauge!("liaison_outbox_lanes_busy", "Lanes of the outbox that are being worked on");
    describe_counter!("liaison_outbox_deliveries_total", "Attempts to show something, by outcome");
    describe_gauge!("liaison_ingest_queue", "Events that wait to be logged");
    describe_gauge!("liaison_ingest_threads_behind", "Threads whose history is yet to be read back");
    describe_counter!("liaison_ingest_gaps_total", "Times that a thread was found to have a gap");
    describe_histogram!("liaison_ingest_batch", "Events logged in one transaction");
    describe_counter!("liaison_exchanges_logged_total", "Rows added to the exchange log");
    describe_counter!("liaison_messages_withheld_total", "Messages that bore the mark of a state secret");
    describe_counter!("liaison_history_refused_total", "Pages of history that Discord refused");
    describe_counter!("liaison_history_unreadable_total", "Messages of the history that cannot be read");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        base: String,
        store: Store,
        connection: Connection,
        stop: CancellationToken,
        server: tokio::task::JoinHandle<std::io::Result<()>>,
        _folder: tempfile::TempDir,
    }

    impl World {
        async fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite://{}", folder.path().join("test.db").display());
            let store = Store::connect(&url).await.expect("a database");
            store.migrate().await.expect("migrated");
            let (connection, stop) = (Connection::default(), CancellationToken::new());
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let base = format!("http://{}", listener.local_addr().expect("an address"));
            let server = tokio::spawn(serve(listener, store.clone(), connection.clone(), stop.clone()));
            Self { base, store, connection, stop, server, _folder: folder }
        }

        async fn get(&self, path: &str) -> (u16, String) {
            let http = reqwest::Client::builder().no_proxy().build().expect("a client");
            let answer = http.get(format!("{}{path}", self.base)).send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("a body"))
        }
    }

    #[tokio::test]
    async fn ready_is_who_has_a_database_and_discord_and_alive_is_everybody() {
        let world = World::new().await;
        assert_eq!(world.get("/readyz").await, (503, "not connected to Discord\n".to_owned()));
        world.connection.set(true);
        assert_eq!(world.get("/readyz").await, (200, "ready\n".to_owned()));
        world.store.close().await;
        assert_eq!(world.get("/readyz").await, (503, "the database refuses\n".to_owned()));
        assert_eq!(world.get("/healthz").await.0, 200);
        assert_eq!(world.get("/metrics").await.0, 200);
    }

    #[tokio::test]
    async fn metrics_count_the_outbox_and_have_buckets() {
        record_metrics();
        let world = World::new().await;
        metrics::histogram!("liaison_discord_request_seconds", "route" => "GET /x").record(0.02);
        let (_, metrics) = world.get("/metrics").await;
        for line in [
            "liaison_outbox_rows{state=\"ready\"} 0",
            "liaison_discord_request_seconds_bucket{route=\"GET /x\",le=\"0.025\"} 1",
            "# HELP liaison_outbox_rows Rows of the outbox, by state",
        ] {
            assert!(metrics.lines().any(|it| it == line), "{line} is not in\n{metrics}");
        }
    }

    #[tokio::test]
    async fn it_ends_when_asked_to() {
        let world = World::new().await;
        world.get("/healthz").await;
        world.stop.cancel();
        world.server.await.expect("no panic").expect("an orderly end");
    }

    #[test]
    fn every_metric_of_the_code_is_described() {
        let described = include_str!("http.rs");
        let sources = [
            include_str!("jobs/outbox.rs"),
            include_str!("discord/rest/mod.rs"),
            include_str!("discord/history.rs"),
            include_str!("discord/ingest/mod.rs"),
            include_str!("discord/ingest/writer.rs"),
        ];
        let used: Vec<&str> = sources
            .iter()
            .flat_map(|source| source.split("!(\"liaison_").skip(1))
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(used.len() > 5);
        for name in used {
            let is_described = described.lines().any(|line| {
                line.trim_start().starts_with("describe_") && line.contains(&format!("liaison_{name}\""))
            });
            assert!(is_described, "liaison_{name} is not described");
        }
    }
}
