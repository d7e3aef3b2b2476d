//! A sandbox with its people, a coordination thread, and one bot that runs in a process of its own.

use crate::bots;
use crate::machine;
use anyhow::{Context, ensure};
use discord_sandbox::{Moment, Options, Sandbox};
use liaison::demo::world::{Cast, world};
use liaison::domain::exchange::Thread;
use liaison::domain::ids::{ChannelId, GuildId, UserId};
use liaison::domain::task::Visibility;
use liaison::store::Store;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether something has happened. What is measured takes seconds.
const POLL: Duration = Duration::from_millis(2);
/// Discord's number for a public thread.
const PUBLIC_THREAD: u64 = 11;

/// Who types the commands; the others only talk.
const COORDINATOR: &str = "Điều phối TTDL";
const PEOPLE: [(&str, &[&str]); 6] = [
    (COORDINATOR, &["TTDL", "Điều phối"]),
    ("Đầu mối TTDL", &["TTDL", "Đầu mối"]),
    ("Đầu mối TKG", &["TKG", "Đầu mối"]),
    ("Đầu mối TKTH", &["TKTH", "Đầu mối"]),
    ("Chuyên viên Hà Nội", &["CTK-01", "Chuyên viên"]),
    ("Chuyên viên Đà Nẵng", &["CTK-48", "Chuyên viên"]),
];

/// Which bot is measured.
pub(crate) enum Bot {
    /// serenity alone.
    Bare,
    /// Liaison, embedded database.
    Sqlite { folder: tempfile::TempDir },
    /// Liaison, database server.
    Postgres { url: String },
}

impl Bot {
    pub(crate) fn sqlite() -> anyhow::Result<Self> {
        Ok(Self::Sqlite { folder: tempfile::tempdir()? })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bare => "bare serenity bot",
            Self::Sqlite { .. } => "Liaison, SQLite",
            Self::Postgres { .. } => "Liaison, PostgreSQL",
        }
    }

    /// Whether a task that is given becomes something.
    pub(crate) fn keeps_tasks(&self) -> bool {
        !matches!(self, Self::Bare)
    }

    fn database(&self) -> Option<String> {
        match self {
            Self::Bare => None,
            Self::Sqlite { folder } => Some(format!("sqlite://{}", folder.path().join("bench.db").display())),
            Self::Postgres { url } => Some(url.clone()),
        }
    }
}

/// How it is known what the bot has done with the messages.
enum Progress {
    /// By the rows that are committed.
    Rows(Store),
    /// By what it says itself.
    Said { lines: Lines<BufReader<ChildStdout>>, seen: u64 },
}

/// A slash command as a client sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// `/who`, which only reads.
    Who,
    /// `/task create`, which is acknowledged once it is kept on disk.
    TaskCreate,
}

impl Typed {
    /// As people see it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Who => "`/who` (reads)",
            Self::TaskCreate => "`/task create` (writes)",
        }
    }

    /// What is sent the `number`th time: each task by its own number, for of two that are alike the second would be asked about.
    fn data(self, number: u64) -> Value {
        let text = |name: &str, value: &str| json!({ "type": 3, "name": name, "value": value });
        match self {
            Self::Who => json!({ "type": 1, "name": "who", "options": [text("phase", "P5")] }),
            Self::TaskCreate => json!({ "type": 1, "name": "task", "options": [{
                "type": 1, "name": "create",
                "options": [text("title", &format!("Xử lý dữ liệu CPI đợt {number}")), text("phase", "P4"), text("due", "+5")],
            }] }),
        }
    }
}

/// All of it.
pub(crate) struct Stage {
    pub(crate) bot: Bot,
    sandbox: Sandbox,
    web: reqwest::Client,
    room: String,
    thread: u64,
    coordinator: String,
    progress: Progress,
    /// When each first answer to an interaction came in.
    answered: mpsc::UnboundedReceiver<Instant>,
    typed: u64,
    process: Child,
}

impl Stage {
    /// Starts everything and waits until the bot is at work.
    pub(crate) async fn open(bot: Bot) -> anyhow::Result<Self> {
        let (charter, _, clock) = bots::office()?;
        let cast = PEOPLE.map(|(name, roles)| Cast {
            name: name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            locale: "vi".to_owned(),
        });
        let options =
            Options { start: Some(clock.now()), world: world(&charter, &cast), ..Options::default() };
        let sandbox = Sandbox::start(options).await?;
        let state = sandbox.state();
        let room =
            named(&state["channels"], "phong-hop-chung")?["id"].as_str().unwrap_or_default().to_owned();
        let person = named(&state["users"], COORDINATOR)?;
        let coordinator = person["token"].as_str().unwrap_or_default().to_owned();

        let (tell, answered) = mpsc::unbounded_channel();
        sandbox.set_hook(move |call, moment| {
            if moment == Moment::Before && call.route.ends_with("/callback") {
                // Nobody listens any more once the measurement is over.
                tell.send(Instant::now()).ok();
            }
        });
        let web = reqwest::Client::builder().no_proxy().build()?;
        let path = format!("api/v10/channels/{room}/threads");
        let body = json!({ "name": "NV-2023-001 Xử lý dữ liệu", "type": PUBLIC_THREAD });
        let thread = post(&web, &sandbox, &path, &coordinator, &body).await?;
        let thread: u64 = thread["id"].as_str().context("a thread has no id")?.parse()?;

        let mut command = Command::new(std::env::current_exe()?);
        command.env(bots::API, sandbox.base_url()).env(bots::TOKEN, sandbox.bot_token()).kill_on_drop(true);
        let (process, progress) = match bot.database() {
            None => {
                let mut process = command.arg("bare").stdout(Stdio::piped()).spawn()?;
                let said = process.stdout.take().context("the bot has no output")?;
                (process, Progress::Said { lines: BufReader::new(said).lines(), seen: 0 })
            }
            Some(url) => {
                let store = Store::connect(&url).await?;
                store.migrate().await?;
                let logged = Thread {
                    channel: ChannelId(thread),
                    guild: GuildId(sandbox.guild_id().to_string().parse()?),
                    parent: ChannelId(room.parse()?),
                    subject: "task:bench".to_owned(),
                    visibility: Visibility::Public,
                };
                store.register_thread(&logged, clock.now()).await?;
                let process = command.arg("liaison").env(bots::DATABASE, url).spawn()?;
                wait_for_people(&store, logged.guild, person).await?;
                (process, Progress::Rows(store))
            }
        };
        let stage =
            Self { bot, sandbox, web, room, thread, coordinator, progress, answered, typed: 0, process };
        stage.wait_for_commands().await?;
        Ok(stage)
    }

    /// Ends the bot, and everything with it.
    pub(crate) async fn close(mut self) -> anyhow::Result<()> {
        self.process.kill().await?;
        self.sandbox.stop().await;
        Ok(())
    }

    async fn wait_for_commands(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let state = self.sandbox.state();
            let there = state["commands"].as_array().is_some_and(|commands| !commands.is_empty());
            if there && state["bot"]["sessions"].as_u64().unwrap_or_default() > 0 {
                return Ok(());
            }
            ensure!(began.elapsed() < PATIENCE, "a bot did not connect");
            sleep(POLL).await;
        }
    }

    /// Has people write `count` messages into the thread; returns when the sandbox has written all of them.
    pub(crate) fn flood(
        &self,
        count: u64,
        per_second: Option<u32>,
    ) -> impl Future<Output = anyhow::Result<()>> + Send + 'static {
        let body = json!({ "channel_id": self.thread.to_string(), "count": count, "per_second": per_second });
        let request = self.web.post(format!("{}/sandbox/flood", self.sandbox.base_url())).json(&body);
        async move {
            request.send().await?.error_for_status()?;
            Ok(())
        }
    }

    /// How many messages the bot is done with.
    pub(crate) async fn done(&mut self) -> anyhow::Result<u64> {
        match &mut self.progress {
            Progress::Rows(store) => Ok(u64::try_from(store.chain_head().await?.seq)?),
            Progress::Said { seen, .. } => Ok(*seen),
        }
    }

    /// Waits until the bot is done with that many.
    pub(crate) async fn wait_until_done(&mut self, count: u64) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let done = self.done().await?;
            if done >= count {
                return Ok(());
            }
            let waited = began.elapsed();
            ensure!(waited < PATIENCE, "{} is done with {done} messages of {count} only", self.bot.name());
            match &mut self.progress {
                Progress::Rows(_) => sleep(POLL).await,
                Progress::Said { lines, seen } => {
                    let line = timeout(PATIENCE, lines.next_line()).await;
                    let line = line.context("the bare bot has stopped counting")??;
                    *seen = line.context("the bare bot has ended")?.parse()?;
                }
            }
        }
    }

    /// Types a command and waits for the first answer; how long that took.
    pub(crate) async fn types(&mut self, command: Typed) -> anyhow::Result<Duration> {
        self.typed += 1;
        let body = json!({
            "type": 2,
            "application_id": self.sandbox.application_id(),
            "guild_id": self.sandbox.guild_id(),
            "channel_id": self.room,
            "session_id": "bench",
            "locale": "vi",
            "nonce": self.typed.to_string(),
            "data": command.data(self.typed),
        });
        let sent = Instant::now();
        post(&self.web, &self.sandbox, "api/v10/interactions", &self.coordinator, &body).await?;
        let answered = timeout(PATIENCE, self.answered.recv()).await;
        let answered = answered.ok().flatten().with_context(|| format!("no answer to {command:?}"))?;
        Ok(answered.duration_since(sent))
    }

    /// How many threads there are: each task that was really given has one.
    pub(crate) fn threads(&self) -> usize {
        self.sandbox.state()["threads"].as_array().map_or(0, Vec::len)
    }

    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        machine::cpu(self.process.id().context("a bot has ended")?)
    }

    pub(crate) fn peak_memory(&self) -> anyhow::Result<f64> {
        machine::peak_memory(self.process.id().context("a bot has ended")?)
    }
}

/// Waits until Liaison knows who is on the server.
async fn wait_for_people(store: &Store, guild: GuildId, person: &Value) -> anyhow::Result<()> {
    let user = UserId(person["id"].as_str().context("a person has no id")?.parse()?);
    let began = Instant::now();
    while store.author(guild, user).await?.unit.is_none() {
        ensure!(began.elapsed() < PATIENCE, "Liaison did not take in the people of the server");
        sleep(POLL).await;
    }
    Ok(())
}

fn named<'v>(list: &'v Value, name: &str) -> anyhow::Result<&'v Value> {
    let mut all = list.as_array().into_iter().flatten();
    all.find(|one| one["name"] == name).with_context(|| format!("the sandbox has no {name}"))
}

async fn post(
    web: &reqwest::Client,
    sandbox: &Sandbox,
    path: &str,
    token: &str,
    body: &Value,
) -> anyhow::Result<Value> {
    let url = format!("{}/{path}", sandbox.base_url());
    let response = web.post(url).header("Authorization", token).json(body).send().await?;
    let (status, text) = (response.status(), response.text().await?);
    ensure!(status.is_success(), "the sandbox refuses {path} ({status}): {text}");
    Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
}
