//! Connecting: what is checked before, and what runs while connected.

use super::commands::{self, Error};
use super::connection::Connection;
use super::ingest::Ingest;
use super::manifest::{self, Manifest, Problems};
use super::outbound::Outbound;
use super::rest::{Failure, Rest, Unusable};
use super::{Desk, buttons, roster};
use crate::domain::charter::Charter;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::lang::Lang;
use crate::jobs;
use crate::service::Office;
use crate::service::directory::Recognition;
use crate::store::StoreError;
use poise::serenity_prelude as serenity;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use serenity::{FullEvent, GatewayIntents};
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

/// What the bot must be allowed to do.
fn needed() -> serenity::Permissions {
    use serenity::Permissions as P;
    P::VIEW_CHANNEL
        | P::SEND_MESSAGES
        | P::SEND_MESSAGES_IN_THREADS
        | P::CREATE_PUBLIC_THREADS
        | P::CREATE_PRIVATE_THREADS
        | P::MANAGE_THREADS
        | P::MANAGE_CHANNELS
        | P::READ_MESSAGE_HISTORY
        | P::EMBED_LINKS
        | P::MENTION_EVERYONE
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
    register(&office, &rest, application, &commands).await?;

    let ingest = Ingest::start(office.store.clone(), office.clock.clone(), rest.clone()).await?;
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
    let mut client = client(settings, desk, commands, ingest.raw_handler()).await?;

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

/// Asks Discord all that can be known before connecting, and changes nothing: for each server its name, and which units
/// and tiers its roles stand for.
///
/// # Errors
/// The first thing that would keep the bot from starting: unreachable, the token, the intents.
pub async fn check(
    settings: &Settings,
    charter: Option<&Charter>,
) -> Result<Vec<(String, Recognition)>, NotReady> {
    let rest = Rest::new(&settings.api, &settings.token)?;
    identify(&rest, &settings.api).await?;
    let Some(charter) = charter else { return Ok(Vec::new()) };
    let unreachable =
        |failure: Failure| NotReady::Unreachable { api: settings.api.clone(), why: failure.to_string() };
    let mut servers = Vec::new();
    for guild in rest.guilds().await.map_err(unreachable)? {
        let name = guild["name"].as_str().unwrap_or_default().to_owned();
        let Some(id) = guild["id"].as_str().and_then(|id| id.parse().ok()).map(GuildId) else { continue };
        let roles = roster::office_roles(charter, id, &rest.roles(id).await.map_err(unreachable)?);
        servers.push((name, Recognition::of(charter, roles)));
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
    commands: &[poise::Command<Desk, Error>],
) -> Result<(), NotReady> {
    let registration = manifest::registration(commands);
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

async fn client(
    settings: &Settings,
    desk: Desk,
    commands: Vec<poise::Command<Desk, Error>>,
    ingest: Ingest,
) -> Result<serenity::Client, NotReady> {
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
    let options = poise::FrameworkOptions {
        commands,
        on_error: |error| Box::pin(on_error(error)),
        event_handler: |framework, event| Box::pin(on_event(framework, event)),
        initialize_owners: false,
        ..Default::default()
    };
    let framework = poise::Framework::builder()
        .options(options)
        // What can fail is done before: after an error in here every event would wait for ever.
        .setup(move |_, _, _| Box::pin(async move { Ok(desk) }))
        .build();
    serenity::ClientBuilder::new_with_http(http, intents())
        .framework(framework)
        .raw_event_handler(ingest)
        .await
        .map_err(explain)
}

fn intents() -> GatewayIntents {
    GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MEMBERS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT
}

async fn on_event(
    framework: poise::FrameworkContext<'_, Desk, Error>,
    event: &FullEvent,
) -> Result<(), Error> {
    let desk = framework.user_data;
    match event {
        FullEvent::InteractionCreate { interaction: serenity::Interaction::Component(press) } => {
            let http = &framework.serenity_context.http;
            if let Err(error) = buttons::pressed(desk, http, press).await {
                let code = incident(&error, &press.data.custom_id);
                tell(http, press.id, &press.token, Lang::of_locale(&press.locale), &code).await;
            }
        }
        FullEvent::GuildCreate { guild, .. } => {
            may_work(desk, framework.bot_id(), guild);
            roster::take_in(desk, event).await?;
        }
        _ => roster::take_in(desk, event).await?,
    }
    Ok(())
}

/// Ends the start when the bot may not do its work on a server.
fn may_work(desk: &Desk, bot: serenity::UserId, guild: &serenity::Guild) {
    let Some(member) = guild.members.get(&bot) else { return };
    let missing = needed() - guild.member_permissions(member);
    if !missing.is_empty() {
        let missing = missing.get_permission_names().join(", ");
        let why = NotReady::Permission { guild: guild.name.clone(), missing };
        desk.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        desk.stop.cancel();
    }
}

/// Every fault of ours ends here: logged with a code, and the code told to the person, never the error.
async fn on_error(error: poise::FrameworkError<'_, Desk, Error>) {
    let ctx = error.ctx();
    let (what, error) = match error {
        poise::FrameworkError::Command { error, ctx, .. } => {
            (ctx.command().qualified_name.to_string(), error)
        }
        other => ("an event".to_owned(), anyhow::anyhow!("{other}")),
    };
    let code = incident(&error, &what);
    if let Some(poise::Context::Application(ctx)) = ctx {
        let (id, token) = (ctx.interaction.id, &ctx.interaction.token);
        tell(&ctx.serenity_context().http, id, token, Lang::of_locale(&ctx.interaction.locale), &code).await;
    }
}

/// Logs an error under a code that a person can quote.
pub(super) fn incident(error: &Error, what: &str) -> String {
    let code: String = crate::store::new_id().chars().rev().filter(|c| *c != '-').take(6).collect();
    tracing::error!(incident = code, what, error = format!("{error:#}"), "internal fault");
    code
}

async fn tell(http: &serenity::Http, id: serenity::InteractionId, token: &str, lang: Lang, code: &str) {
    let text = match lang {
        Lang::Vi => format!(
            "Có lỗi nội bộ (mã sự cố {code}). Chưa có gì thay đổi; đề nghị thử lại hoặc báo Quản trị mã này."
        ),
        Lang::En => format!(
            "Internal fault (incident {code}). Nothing was changed; please try again, or give an administrator this code."
        ),
    };
    let body =
        json!({ "type": 4, "data": { "content": text, "flags": 64, "allowed_mentions": { "parse": [] } } });
    if let Err(error) = http.create_interaction_response(id, token, &body, Vec::new()).await {
        tracing::warn!(incident = code, %error, "the person could not be told");
    }
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
