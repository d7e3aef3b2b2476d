//! The bot as a process of its own that is killed: at every call to Discord and at every commit, before and after it.

use super::{Story, asked, happened_once};
use crate::databases::{Database, postgres, sqlite};
use crate::harness::World;
use anyhow::Context;
use discord_sandbox::Moment;
use futures::StreamExt;
use futures::stream;
use liaison::demo::time;
use liaison::store::dialect::Dialect;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// How many worlds there are at the same time.
const AT_ONCE: usize = 4;
const START: &str = "2023-03-01 08:00";

/// Where the process dies.
#[derive(Clone, Copy, Debug)]
enum At {
    /// The n-th call to Discord after somebody asked.
    Call(usize, Moment),
    /// The n-th commit of the process.
    Commit(usize, Moment),
}

/// A bot in a process of its own.
#[derive(Clone)]
struct Process(Arc<Mutex<Child>>);

impl Process {
    fn start(world: &World, log: &File, at: Option<At>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
        command
            .args(["run", "--follow-clock", world.sandbox.base_url()])
            .env("DISCORD_TOKEN", world.sandbox.bot_token())
            .env("LIAISON_DISCORD_API", world.sandbox.base_url())
            .env("DATABASE_URL", world.database_url())
            .env("LIAISON_HTTP", "127.0.0.1:0")
            .env("RUST_LOG", "info,liaison=debug,serenity=warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log.try_clone().expect("the log"));
        if let Some(At::Commit(number, moment)) = at {
            let moment = if moment == Moment::Before { "before" } else { "after" };
            command.env("LIAISON_CRASH_AT_WRITE", format!("{number}:{moment}"));
        }
        Self(Arc::new(Mutex::new(command.spawn().expect("the bot starts"))))
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_dead(&self) -> bool {
        self.child().try_wait().expect("our own child").is_some()
    }

    /// SIGKILL; returns when nothing of it is left.
    fn kill(&self) {
        let mut child = self.child();
        child.kill().expect("our own child");
        child.wait().expect("our own child");
    }

    /// Kills at that call.
    fn die_at(&self, world: &World, at: At) {
        let At::Call(number, when) = at else { return };
        let (doomed, asked_at) = (self.clone(), world.sandbox.requests().len());
        world.sandbox.set_hook(move |call, moment| {
            if call.number as usize == asked_at + number && moment == when {
                doomed.kill();
            }
        });
    }
}

/// Kills what is still running when a test is over.
struct Reaper(Process);

impl Drop for Reaper {
    fn drop(&mut self) {
        self.0.kill();
    }
}

/// What happens while the bot is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meanwhile {
    /// It is started again at once.
    Nothing,
    /// So much time passes that the nonce is forgotten and the interaction's token ends.
    Time,
    /// The same, and somebody archives all threads.
    Archived,
}

/// Lets a story happen to a bot that dies there and is started anew. Returns whether it died at all.
async fn dies(database: Database, story: Story, at: At, meanwhile: Meanwhile) -> anyhow::Result<bool> {
    let mut world = World::without_bot(database, START).await;
    story.prepare(&world).await?;
    let log = tempfile::NamedTempFile::new()?;
    let done = run(&mut world, log.as_file(), story, at, meanwhile).await;
    if done.is_err() {
        let (_, kept) = log.keep()?;
        return done.with_context(|| describe(&world, kept));
    }
    world.end().await;
    done
}

async fn run(
    world: &mut World,
    log: &File,
    story: Story,
    at: At,
    meanwhile: Meanwhile,
) -> anyhow::Result<bool> {
    let first = Reaper(Process::start(world, log, Some(at)));
    let bot = first.0.clone();
    let connected = calls(world, "/guilds/{guild_id}/members");
    world
        .until("it is connected, or dead", async |world| {
            bot.is_dead() || calls(world, "/guilds/{guild_id}/members") > connected
        })
        .await;
    if !bot.is_dead() {
        world
            .until("it knows the server, or is dead", async |world| {
                let people = world.office.store.people_of(world.guild(), &"TKG".into()).await;
                bot.is_dead() || people.expect("people").len() == 2
            })
            .await;
    }
    bot.die_at(world, at);
    let died_early = bot.is_dead();
    let mut typing = None;
    if !died_early {
        typing = Some(story.begin(world).await);
        world
            .until("the bot is dead, or has done all", async |world| {
                bot.is_dead() || asked(world).iter().any(|asked| asked.reply.is_some())
            })
            .await;
        world
            .until("the bot is dead, or has done all", async |world| {
                bot.is_dead() || world.office.store.open_outbox().await.expect("the outbox") == 0
            })
            .await;
    }
    if let Some(typing) = typing {
        typing.abort();
    }
    if !bot.is_dead() {
        return Ok(false);
    }

    if meanwhile == Meanwhile::Archived {
        archive_threads(world).await?;
    }
    if meanwhile != Meanwhile::Nothing {
        time::set_clock(&world.sandbox, &world.office, world.moment("2023-03-01 08:20"));
    }
    let kept = match asked(world).first() {
        Some(asked) => world.office.store.request(asked.interaction).await?.is_some(),
        None => false,
    };
    let connected = calls(world, "/guilds/{guild_id}/members");
    let _second = Reaper(Process::start(world, log, None));
    world
        .until("it is connected again", async |world| calls(world, "/guilds/{guild_id}/members") > connected)
        .await;
    world.knows_the_server().await;
    if !kept {
        world
            .until("Discord says that it failed", async |world| asked(world).iter().all(|asked| asked.failed))
            .await;
        let typing = story.begin(world).await;
        world
            .until("the second try is answered", async |world| {
                asked(world).iter().any(|asked| asked.reply.is_some())
            })
            .await;
        typing.await?;
    }
    happened_once(world, story).await?;
    Ok(true)
}

/// A moderator archives every thread.
async fn archive_threads(world: &World) -> anyhow::Result<()> {
    let state = world.sandbox.state();
    let users = state["users"].as_array().context("users")?;
    let owner = users.iter().find(|user| user["owner"] == true).context("an owner")?;
    for thread in state["threads"].as_array().context("threads")? {
        let id = thread["id"].as_str().context("an id")?;
        reqwest::Client::new()
            .patch(format!("{}/api/v10/channels/{id}", world.sandbox.base_url()))
            .header("Authorization", owner["token"].as_str().context("a token")?)
            .json(&serde_json::json!({ "archived": true }))
            .send()
            .await?
            .error_for_status()?;
    }
    Ok(())
}

fn calls(world: &World, route: &str) -> usize {
    world.sandbox.requests().iter().filter(|call| call.call.route == route && call.status.is_some()).count()
}

fn describe(world: &World, log: PathBuf) -> String {
    let calls: Vec<String> = world
        .sandbox
        .requests()
        .iter()
        .map(|call| format!("{} {} {} {:?}", call.call.number, call.call.method, call.call.path, call.status))
        .collect();
    format!("the bot's log is {}; its calls:\n{}", log.display(), calls.join("\n"))
}

/// Kills at every place of one kind until it is not reached any more. Each is tried at once and
/// after a long time on one database and the other way round on the other: `parity` says which.
async fn everywhere(dialect: Dialect, story: Story, place: fn(usize, Moment) -> At, parity: usize) {
    let places = (1..).flat_map(|number| [(number, Moment::Before), (number, Moment::After)]);
    let runs = stream::iter(places).map(|(number, moment)| async move {
        let at = place(number, moment);
        let late = (number + usize::from(moment == Moment::After) + parity) % 2 == 1;
        let meanwhile = if late { Meanwhile::Time } else { Meanwhile::Nothing };
        let database = match dialect {
            Dialect::Sqlite => Some(sqlite().await),
            Dialect::Postgres => postgres().await,
        };
        let database = database?;
        let died = dies(database, story, at, meanwhile).await;
        let died =
            died.unwrap_or_else(|error| panic!("{dialect:?}, {story:?}, {at:?}, {meanwhile:?}: {error:#}"));
        Some((number, died))
    });
    let mut runs = std::pin::pin!(runs.buffered(AT_ONCE));
    let mut reached = 0;
    loop {
        match runs.next().await {
            Some(Some((number, true))) => reached = number,
            Some(Some((_, false))) => break,
            // There is no such database here.
            _ => return,
        }
    }
    assert!(reached >= 7, "{dialect:?}, {story:?}: only {reached} places were reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_every_call_it_says_everything_once() {
    for story in Story::ALL {
        everywhere(Dialect::Sqlite, story, At::Call, 0).await;
        everywhere(Dialect::Postgres, story, At::Call, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_at_every_commit_it_says_everything_once() {
    for story in Story::ALL {
        everywhere(Dialect::Sqlite, story, At::Commit, 0).await;
        everywhere(Dialect::Postgres, story, At::Commit, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_private_thread_or_a_post_that_was_archived_meanwhile_is_found() {
    let stories = [(Story::PrivateTask, 8), (Story::Post, 6)];
    let places =
        stories.into_iter().flat_map(|(story, calls)| (1..=calls).map(move |number| (story, number)));
    let runs = places.map(|(story, number)| async move {
        dies(sqlite().await, story, At::Call(number, Moment::After), Meanwhile::Archived).await
    });
    for died in stream::iter(runs).buffered(AT_ONCE).collect::<Vec<_>>().await {
        assert!(died.expect("all is there once"));
    }
}
