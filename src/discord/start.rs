//! Connecting: what is checked before, and what runs while connected.

use super::commands;
use super::connection::Connection;
use super::front::{Front, Listener};
use super::ingest::Ingest;
use super::manifest::{self, Manifest, Problems};
use super::outbound::Outbound;
use super::permissions::Standing;
use super::places::NoPlace;
use super::rest::{Failure, Rest, Unusable};
use super::survey::Survey;
use super::words::Voice;
use super::{Desk, roster};
use crate::domain::charter::Charters;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::lang::Lang;
use crate::jobs;
use crate::service::Office;
use crate::service::directory::Recognition;
use crate::store::StoreError;
use chrono::NaiveDate;
use poise::serenity_prelude as serenity;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use serenity::GatewayIntents;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// `GATEWAY_GUILD_MEMBERS` and its variant for small bots, of the application's flags.
const MEMBERS_FLAGS: u64 = 1 << 14 | 1 << 15;
/// `GATEWAY_MESSAGE_CONTENT` and its variant for small bots.
const CONTENT_FLAGS: u64 = 1 << 18 | 1 << 19;

/// What is needed to connect.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Discord is: `https://discord.com`, or a sandbox.
    pub api: String,
    /// The bot's token.
    pub token: SecretString,
    /// How long one call may wait for its turn, and again for its answer: [`DEADLINE`](super::rest::DEADLINE).
    pub deadline: Duration,
}

/// Why the bot cannot start. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The settings do not even describe a client.
    #[error(transparent)]
    Settings(#[from] Unusable),
    /// The words in `commands/` and the code disagree.
    #[error("{0}")]
    Commands(#[from] Problems),
    /// Nothing answers at the address, or not like Discord.
    #[error(
        "Discord cannot be reached at {api}: {why}. Check LIAISON_DISCORD_API and the network, then start again."
    )]
    Unreachable {
        /// The address.
        api: String,
        /// What happened.
        why: String,
    },
    /// The token is refused.
    #[error(
        "Discord does not accept the bot token. Copy it anew from the Developer Portal (Bot > Reset Token) into DISCORD_TOKEN."
    )]
    Token,
    /// A privileged intent is switched off.
    #[error(
        "The application lacks the {0} intent. Switch it on in the Developer Portal (Bot > Privileged Gateway Intents), then start again."
    )]
    Intent(&'static str),
    /// A permission is missing on a server.
    #[error(
        "On the server \"{guild}\" the bot lacks: {missing}. Give its role these permissions (Server Settings > Roles), then start again."
    )]
    Permission {
        /// The server's name.
        guild: String,
        /// What is missing.
        missing: String,
    },
    /// The database refuses.
    #[error("The database is not usable: {0}")]
    Store(#[from] StoreError),
    /// The gateway gave up.
    #[error("The connection to Discord ended: {0}")]
    Gateway(String),
}

/// Connects, works, and returns once `stop` is given and all that had begun has ended. Meanwhile `connection` says how it
/// stands.
///
/// # Errors
/// [`NotReady`], in a sentence, when it cannot start or the connection ends for good.
pub async fn run(
    office: Office,
    settings: &Settings,
    connection: Connection,
    stop: CancellationToken,
) -> Result<(), NotReady> {
    let rest = Rest::new(&settings.api, &settings.token)?.within(settings.deadline, settings.deadline);
    let manifest = Manifest::built_in()?;
    let commands = manifest.dress(commands::all())?;
    let (application, bot) = identify(&rest, &settings.api).await?;
    let registration = manifest.with_menus(manifest::registration(&commands));
    register(&office, &rest, application, registration).await?;

    let calendar = office.calendar.clone();
    let ingest = Ingest::start(office.store.clone(), office.clock.clone(), calendar, rest.clone()).await?;
    let outbound = Outbound::new(office.clone(), rest.clone(), bot, ingest.clone());
    let failed: Arc<Mutex<Option<NotReady>>> = Arc::default();
    let desk = Desk {
        office: office.clone(),
        manifest: Arc::new(manifest),
        rest,
        seen: Arc::default(),
        stop: stop.clone(),
        failed: Arc::clone(&failed),
    };
    let front = Arc::new(Front::new(desk, commands, bot, ingest.clone()));
    let mut client = client(settings, front).await?;

    office.handle_open().await?;
    let jobs = [
        tokio::spawn(jobs::outbox::run(office.clone(), Arc::new(outbound), stop.clone())),
        tokio::spawn(jobs::timers::run(office.clone(), stop.clone())),
        tokio::spawn(connection.follow(Arc::clone(&client.shard_manager), stop.clone())),
    ];
    let shards = Arc::clone(&client.shard_manager);
    let ended = tokio::select! {
        ended = client.start() => ended.map_err(explain),
        () = stop.cancelled() => Ok(()),
    };
    stop.cancel();
    // Some states make serenity wait for seconds here; a stop must not.
    let _ = tokio::time::timeout(Duration::from_secs(1), shards.shutdown_all()).await;
    for job in jobs {
        if let Err(error) = job.await {
            tracing::error!(%error, "a job ended in a panic");
        }
    }
    ingest.drain().await;
    let why = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
    why.map_or(ended, Err)
}

/// A server as [`check`] finds it.
#[derive(Debug)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Which units and tiers its roles stand for.
    pub known: Recognition,
    /// What the bot is not allowed there and cannot do without.
    pub lacks: Option<NotReady>,
    /// What else a person should know or mend, in sentences; nothing when there is no office to ask.
    pub notices: Vec<String>,
}

/// Asks Discord all that can be known before connecting, and changes nothing: how each server stands on `date`. With an
/// office, also how its channels are.
///
/// # Errors
/// The first thing that would keep the bot from starting: unreachable, the token, the intents, the database.
pub async fn check(
    settings: &Settings,
    charters: Option<&Charters>,
    date: NaiveDate,
    office: Option<(&Office, Lang)>,
) -> Result<Vec<Checked>, NotReady> {
    let rest = Rest::new(&settings.api, &settings.token)?;
    let (_, bot) = identify(&rest, &settings.api).await?;
    let Some(charters) = charters else { return Ok(Vec::new()) };
    let unreachable =
        |failure: Failure| NotReady::Unreachable { api: settings.api.clone(), why: failure.to_string() };
    let mut servers = Vec::new();
    for guild in rest.guilds().await.map_err(unreachable)? {
        let name = guild["name"].as_str().unwrap_or_default().to_owned();
        let Some(id) = guild["id"].as_str().and_then(|id| id.parse().ok()).map(GuildId) else { continue };
        let roles = rest.roles(id).await.map_err(unreachable)?;
        let standing = Standing::of(id, bot, &roles, &rest.member(id, bot).await.map_err(unreachable)?);
        let missing = standing.lacks_for_work();
        let lacks = (!missing.is_empty())
            .then(|| NotReady::Permission { guild: name.clone(), missing: missing.join(", ") });
        let known = Recognition::of(charters, date, roster::office_roles(charters, date, id, &roles));
        let mut notices = Vec::new();
        if let Some((office, lang)) = office {
            let plan = Survey { office, rest: &rest, bot }.plan(id, None).await.map_err(|no| match no {
                NoPlace::Store(error) => NotReady::Store(error),
                NoPlace::Rest(failure) => unreachable(failure),
            })?;
            let voice = Voice::new(office, lang, &known);
            notices = plan.notices.iter().map(|notice| voice.setup_notice(notice)).collect();
        }
        servers.push(Checked { name, known, lacks, notices });
    }
    Ok(servers)
}

/// What can be known before connecting: that Discord answers, who we are, and that the intents are switched on.
async fn identify(rest: &Rest, api: &str) -> Result<(u64, UserId), NotReady> {
    let unreachable = |failure: Failure| match failure {
        Failure::Rejected { status: 401, .. } => NotReady::Token,
        other => NotReady::Unreachable { api: api.to_owned(), why: other.to_string() },
    };
    // serenity falls back to Discord's public gateway when this call fails, so we ask first.
    rest.gateway().await.map_err(unreachable)?;
    let user = rest.current_user().await.map_err(unreachable)?;
    let application = rest.current_application().await.map_err(unreachable)?;
    let id = |value: &Value| value["id"].as_str().and_then(|id| id.parse::<u64>().ok());
    let (Some(user), Some(id)) = (id(&user), id(&application)) else {
        return Err(NotReady::Unreachable { api: api.to_owned(), why: "the answer is not Discord's".into() });
    };
    let flags = application["flags"].as_u64().unwrap_or_default();
    match (flags & MEMBERS_FLAGS != 0, flags & CONTENT_FLAGS != 0) {
        (true, true) => Ok((id, UserId(user))),
        (false, true) => Err(NotReady::Intent("Server Members")),
        (true, false) => Err(NotReady::Intent("Message Content")),
        (false, false) => Err(NotReady::Intent("Server Members and Message Content")),
    }
}

/// Registers the commands, if they changed since the last time: Discord counts.
async fn register(
    office: &Office,
    rest: &Rest,
    application: u64,
    registration: Value,
) -> Result<(), NotReady> {
    let print = manifest::fingerprint(&registration);
    let key = format!("commands:{application}");
    if office.store.remembered(&key).await?.as_ref() == Some(&print) {
        return Ok(());
    }
    rest.set_commands(application, registration)
        .await
        .map_err(|failure| NotReady::Gateway(format!("the commands could not be registered: {failure}")))?;
    let mut tx = office.store.begin().await?;
    tx.remember(&key, &print).await?;
    tx.commit().await?;
    Ok(())
}

async fn client(settings: &Settings, front: Arc<Front>) -> Result<serenity::Client, NotReady> {
    let web = reqwest::Client::builder()
        // serenity sets no limit of its own.
        .timeout(settings.deadline)
        .no_proxy()
        .build()
        .map_err(|error| NotReady::Gateway(error.to_string()))?;
    // With its limiter on, serenity ignores the proxy and sends the token to the real Discord.
    let http = serenity::HttpBuilder::new(settings.token.expose_secret())
        .client(web)
        .proxy(settings.api.trim_end_matches('/'))
        .ratelimiter_disabled(true)
        .build();
    let client = serenity::ClientBuilder::new_with_http(http, intents())
        .raw_event_handler(Listener(Arc::clone(&front)))
        .await
        .map_err(explain)?;
    front.opens(Arc::clone(&client.shard_manager));
    Ok(client)
}

fn intents() -> GatewayIntents {
    GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MEMBERS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT
}

fn explain(error: serenity::Error) -> NotReady {
    use serenity::GatewayError as G;
    match error {
        serenity::Error::Gateway(G::InvalidAuthentication) => NotReady::Token,
        serenity::Error::Gateway(G::DisallowedGatewayIntents) => {
            NotReady::Intent("Server Members or Message Content")
        }
        other => NotReady::Gateway(other.to_string()),
    }
}
