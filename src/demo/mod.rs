//! `liaison demo`: an office on loopback in which the bot is at work, and a week of it replayed by its people.
//!
//! Nothing here is a shortcut: the people type real slash commands into a Discord-compatible server, and the bot is
//! connected to it exactly as it would be to Discord.

mod bot;
mod line;
mod milestones;
pub mod people;
mod scenario;
pub mod time;
pub mod world;

use crate::charters;
use crate::discord::{self, Settings};
use crate::domain::calendar::Calendar;
use crate::domain::clock::Clock;
use crate::service::Office;
use crate::store::Store;
use anyhow::Context;
use discord_sandbox::Sandbox;
use scenario::Scenario;
use secrecy::SecretString;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

/// How the demo is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the page is served on 127.0.0.1; 0 takes a free port.
    pub port: u16,
    /// Where to keep the database, a file that is not there yet; in a temporary folder when nothing is said.
    pub db: Option<PathBuf>,
    /// Whether the office's week is replayed.
    pub scenario: bool,
}

/// Runs until `stop`.
///
/// # Errors
/// When the port is taken, the database cannot be opened, or a step of the scenario does not do what it should.
pub async fn run(options: Options, stop: CancellationToken) -> anyhow::Result<()> {
    let scenario = Scenario::built_in()?;
    let start = scenario.start();
    let charters = charters::load_all(&["tctk-2023".to_owned()], start.date())?;
    let calendar = calendar_of(charters.last().calendar_toml())?;
    let clock = Clock::simulated(calendar.at(start.date(), start.time()));

    let folder = tempfolder(&options)?;
    let url = format!("sqlite://{}", folder.database.display());
    let store = Store::connect(&url).await.context("the demo's database cannot be opened")?;
    store.migrate().await?;

    let sandbox = Sandbox::start(discord_sandbox::Options {
        port: options.port,
        start: Some(clock.now()),
        world: world::world(&charters, scenario.cast()),
        ..discord_sandbox::Options::default()
    })
    .await
    .with_context(|| {
        format!("the page cannot be served on port {}; choose another with --port", options.port)
    })?;

    println!(
        "Liaison demo · {} · SQLite {}",
        charters.on(start.date()).about().title.vi,
        folder.database.display()
    );
    println!("Page: {}/", sandbox.base_url());

    follow(&sandbox, clock.clone(), stop.clone());
    let office = Office::new(store.clone(), clock, charters, calendar);
    let settings = Settings {
        api: sandbox.base_url().to_owned(),
        token: SecretString::from(sandbox.bot_token()),
        deadline: discord::rest::DEADLINE,
    };
    let kill = bot::offer(&sandbox);
    let bot = tokio::spawn(bot::run(office.clone(), settings, kill, stop.clone()));
    let played = tokio::select! {
        played = play(&options, &scenario, &sandbox, &office) => played,
        () = stop.cancelled() => Ok(()),
    };
    if played.is_ok() {
        sandbox.set_pace(time::pace(&office));
        tokio::select! {
            () = milestones::keep(&sandbox, &office) => {}
            () = stop.cancelled() => {}
        }
    }
    stop.cancel();
    bot.await.context("the bot ended in a panic")??;
    store.close().await;
    sandbox.stop().await;
    played
}

async fn play(
    options: &Options,
    scenario: &Scenario,
    sandbox: &Sandbox,
    office: &Office,
) -> anyhow::Result<()> {
    if options.scenario {
        scenario.play(sandbox, office).await?;
    }
    println!();
    println!("The office is yours: open {}/", sandbox.base_url());
    println!(
        "  1. choose a person at the top  ·  2. type / and choose a command  ·  3. move the clock and see who is reminded"
    );
    println!("End with Ctrl-C.");
    Ok(())
}

/// The working days of a charter.
fn calendar_of(toml: &str) -> anyhow::Result<Calendar> {
    Calendar::parse(toml).map_err(|faults| {
        let lines: Vec<String> =
            faults.iter().map(|fault| fault.sentence(crate::domain::lang::Lang::En)).collect();
        anyhow::anyhow!("the calendar has faults:\n{}", lines.join("\n"))
    })
}

/// Lets the bot's clock follow the sandbox's.
fn follow(sandbox: &Sandbox, clock: Clock, stop: CancellationToken) {
    let mut moved = sandbox.clock();
    tokio::spawn(async move {
        loop {
            clock.set(*moved.borrow_and_update());
            tokio::select! {
                changed = moved.changed() => if changed.is_err() { return },
                () = stop.cancelled() => return,
            }
        }
    });
}

/// The database file, and the temporary folder that holds it unless a path was given.
struct Folder {
    database: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

fn tempfolder(options: &Options) -> anyhow::Result<Folder> {
    match &options.db {
        // The server of a demo begins anew each time; a database that remembers another one would not fit it.
        Some(path) if path.exists() => {
            anyhow::bail!("{} is there already. Delete it, or choose another path with --db.", path.display())
        }
        Some(path) => Ok(Folder { database: path.clone(), _temporary: None }),
        None => {
            let folder = tempfile::tempdir()?;
            Ok(Folder { database: folder.path().join("liaison.db"), _temporary: Some(folder) })
        }
    }
}
