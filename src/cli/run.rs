//! `liaison run`: the parts of the bot, wired together.

use super::follow::Followed;
use super::{Stop, charter, database, lang, logging, say, signals, words};
use liaison::config::Config;
use liaison::discord::{self, Connection, Settings};
use liaison::domain::clock::Clock;
use liaison::http;
use liaison::service::Office;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Works until asked to stop.
pub(crate) async fn run(follow_clock: Option<&str>) -> Result<(), Stop> {
    let (config, settings) = Config::load_for_discord()?;
    logging::init(&config.log, config.secrets());
    let followed = match follow_clock {
        Some(url) => Some(Followed::new(url).await?),
        None => None,
    };
    let clock = followed.as_ref().map_or_else(Clock::system, |followed| followed.clock.clone());
    let (charters, calendar) = charter::load(&config.charters, clock.now().date_naive())?;
    signals::until_asked_to_stop(async |stop| {
        // Counted from here on, so that nothing of the start is missing in the metrics.
        http::record_metrics();
        let store = database::open(&config).await?;
        store.migrate().await.map_err(database::refused)?;
        let office = Office::new(store, clock, charters, calendar);
        if let Some(followed) = followed {
            tokio::spawn(followed.follow(stop.clone()));
        }
        work(office, &config, &settings, stop).await
    })
    .await?
}

async fn work(
    office: Office,
    config: &Config,
    settings: &Settings,
    stop: CancellationToken,
) -> Result<(), Stop> {
    let taken = |error| {
        let what = say("Không mở được địa chỉ", "Health and metrics cannot be served at");
        let then = say("hãy đổi LIAISON_HTTP", "choose another LIAISON_HTTP");
        Stop::failed(format!("{what} {} ({error}); {then}.", config.http))
    };
    let listener = TcpListener::bind(config.http).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    tracing::info!(%address, "serving health and metrics");

    let connection = Connection::default();
    let store = office.store.clone();
    let server = tokio::spawn(http::serve(listener, store.clone(), connection.clone(), stop.clone()));
    let ended = discord::run(office, settings, connection, stop.clone()).await;
    stop.cancel();
    match server.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "health and metrics were not served to the end"),
        Err(error) => tracing::error!(%error, "health and metrics ended in a panic"),
    }
    store.close().await;
    ended.map_err(|error| Stop::failed(words::not_ready(&error, lang())))
}
