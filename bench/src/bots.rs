//! The bots that are measured, each the whole of a child process.

use anyhow::{Context, bail};
use liaison::charters;
use liaison::discord::rest::DEADLINE;
use liaison::discord::{self, Connection, Settings};
use liaison::domain::calendar::Calendar;
use liaison::domain::charter::Charters;
use liaison::domain::clock::Clock;
use liaison::http;
use liaison::service::Office;
use liaison::store::Store;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use serenity::all::{ClientBuilder, Event, GatewayIntents, Http, HttpBuilder, Interaction, RawEventHandler};
use serenity::async_trait;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Where the bot finds what it connects to.
pub(crate) const API: &str = "LIAISON_DISCORD_API";
pub(crate) const TOKEN: &str = "DISCORD_TOKEN";
pub(crate) const DATABASE: &str = "DATABASE_URL";

/// The bare bot says how many messages it has seen whenever it is a multiple of this.
pub(crate) const TELL_EVERY: u64 = 1_000;

/// The charter, the working days, and the moment at which the office's clock stands: a working day on which they hold.
pub(crate) fn office() -> anyhow::Result<(Charters, Calendar, Clock)> {
    let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 1).context("a day")?;
    let charter = charters::load("tctk-2023", day)?;
    let Ok(calendar) = Calendar::parse(charter.calendar_toml()) else { bail!("the calendar has faults") };
    let clock = Clock::simulated(calendar.at(day, chrono::NaiveTime::MIN + chrono::TimeDelta::hours(8)));
    Ok((charter.into(), calendar, clock))
}

/// Liaison with the parts of `liaison run`.
pub(crate) async fn liaison() -> anyhow::Result<()> {
    let (settings, database) = (settings()?, std::env::var(DATABASE)?);
    let filter = tracing_subscriber::EnvFilter::new("warn");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    http::record_metrics();
    let (charter, calendar, clock) = office()?;
    let store = Store::connect(&database).await?;
    store.migrate().await?;
    let office = Office::new(store.clone(), clock, charter, calendar);
    let (connection, stop) = (Connection::default(), CancellationToken::new());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    tokio::spawn(http::serve(listener, store, connection.clone(), stop.clone()));
    Ok(discord::run(office, &settings, connection, stop).await?)
}

/// A bot that drops every message and answers every command with a fixed text: what serenity alone costs.
pub(crate) async fn bare() -> anyhow::Result<()> {
    let settings = settings()?;
    let http = HttpBuilder::new(settings.token.expose_secret())
        .proxy(settings.api)
        .ratelimiter_disabled(true)
        .build();
    let application = http.get_current_application_info().await?;
    http.set_application_id(application.id);
    http.create_global_commands(&commands()).await?;
    let intents = GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MEMBERS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT;
    let mut client = ClientBuilder::new_with_http(http, intents).raw_event_handler(Bare::default()).await?;
    Ok(client.start().await?)
}

fn settings() -> anyhow::Result<Settings> {
    Ok(Settings {
        api: std::env::var(API)?,
        token: SecretString::from(std::env::var(TOKEN)?),
        deadline: DEADLINE,
    })
}

/// As much of Liaison's commands as the people of the benchmark type.
fn commands() -> serde_json::Value {
    let text = |name: &str| json!({ "type": 3, "name": name, "description": name, "required": true });
    json!([
        { "type": 1, "name": "who", "description": "who", "options": [text("phase")] },
        { "type": 1, "name": "task", "description": "task", "options": [{
            "type": 1, "name": "create", "description": "create",
            "options": [text("title"), text("phase"), text("due")],
        }] },
    ])
}

#[derive(Default)]
struct Bare {
    seen: AtomicU64,
}

#[async_trait]
impl RawEventHandler for Bare {
    async fn raw_event(&self, context: serenity::all::Context, event: Event) {
        let failed = match event {
            Event::MessageCreate(event) if !event.message.author.bot => self.count(),
            Event::InteractionCreate(event) => answer(&context.http, &event.interaction).await,
            _ => Ok(()),
        };
        if let Err(error) = failed {
            eprintln!("The bare bot fails: {error:#}.");
        }
    }
}

impl Bare {
    fn count(&self) -> anyhow::Result<()> {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed) + 1;
        if seen.is_multiple_of(TELL_EVERY) {
            writeln!(std::io::stdout(), "{seen}")?;
        }
        Ok(())
    }
}

async fn answer(http: &Http, interaction: &Interaction) -> anyhow::Result<()> {
    let answer = json!({ "type": 4, "data": { "content": "TTDL", "flags": 64 } });
    http.create_interaction_response(interaction.id(), interaction.token(), &answer, Vec::new()).await?;
    Ok(())
}
