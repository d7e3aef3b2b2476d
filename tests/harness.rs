//! A world: a sandbox, the bot connected to it, a database, a clock that only the test moves, and people who type.
//!
//! ```ignore
//! on_both(async |database| {
//!     let mut world = World::start(database, "2023-03-01 08:00").await;
//!     world.types("Điều phối TTDL", "/task create title:… phase:P3 due:24/03/2023").await;
//!     assert_eq!(world.said().await, […]);       // what the bot said meanwhile, where, and whom it pinged
//!     world.finish().await;                       // fails on anything that nobody has read
//! })
//! ```

use crate::databases::{AuditRow, Database};
use chrono::{DateTime, NaiveDateTime, Utc};
use discord_sandbox::{Options, Sandbox};
use liaison::charters;
use liaison::demo::people::{self, Answer, Person, read};
use liaison::demo::time;
use liaison::demo::world::{Cast, world};
use liaison::discord::{self, Connection, NotReady, Settings};
use liaison::domain::calendar::Calendar;
use liaison::domain::charter::Charters;
use liaison::domain::clock::Clock;
use liaison::service::Office;
use liaison::store::Store;
use secrecy::SecretString;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The room where commands are typed.
pub(crate) const ROOM: &str = "phong-hop-chung";

/// The people of every world: name, roles, language.
const CAST: [(&str, &[&str], &str); 11] = [
    ("Lãnh đạo Tổng cục", &["Lãnh đạo"], "vi"),
    ("Điều phối TTDL", &["TTDL", "Điều phối"], "vi"),
    ("Thủ trưởng TKQG", &["TKQG", "Thủ trưởng đơn vị"], "vi"),
    ("Đầu mối TTDL", &["TTDL", "Đầu mối"], "vi"),
    ("Đầu mối TKG", &["TKG", "Đầu mối"], "vi"),
    ("Đầu mối TKTH", &["TKTH", "Đầu mối"], "vi"),
    ("Đầu mối CNXD", &["CNXD", "Đầu mối"], "vi"),
    ("Chuyên viên Hà Nội", &["CTK-01", "Chuyên viên"], "vi"),
    ("Chuyên viên Đà Nẵng", &["CTK-48", "Chuyên viên"], "vi"),
    ("Price officer", &["TKG", "Chuyên viên"], "en-US"),
    ("Visitor", &[], "en-US"),
];

static PANICKED: AtomicBool = AtomicBool::new(false);
static WATCH_PANICS: Once = Once::new();

/// Something the bot said where others can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The name of the channel or thread.
    pub(crate) place: String,
    /// All that a person reads in it.
    pub(crate) text: String,
    /// Who was really pinged, by name, in order.
    pub(crate) pinged: Vec<String>,
    /// The message itself.
    pub(crate) message: Value,
}

impl Said {
    /// The first line of what is read.
    pub(crate) fn heading(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// The whole of it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) office: Office,
    pub(crate) people: people::Office,
    /// How long the bot waits for Discord; before it is started, a test may set it.
    pub(crate) deadline: Duration,
    database: Database,
    bots: Vec<Bot>,
    read: HashSet<String>,
}

struct Bot {
    stop: CancellationToken,
    task: JoinHandle<Result<(), NotReady>>,
}

/// `2023-03-01 08:00`, office time.
pub(crate) fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment")
}

/// The demo's server with the people of the tests.
pub(crate) fn office_world(charters: impl Into<Charters>) -> discord_sandbox::World {
    let cast: Vec<Cast> = CAST
        .iter()
        .map(|(name, roles, locale)| Cast {
            name: (*name).to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            locale: (*locale).to_owned(),
        })
        .collect();
    world(&charters.into(), &cast)
}

/// The path of Discord's OpenAPI document, when the machine has it.
pub(crate) fn openapi() -> Option<PathBuf> {
    std::env::var_os("DISCORD_OPENAPI").map(PathBuf::from)
}

impl World {
    /// A world whose clock stands at `at`, with the bot connected and at rest.
    pub(crate) async fn start(database: Database, at: &str) -> Self {
        let mut world = Self::without_bot(database, at).await;
        world.start_bot().await;
        world
    }

    /// The same with the bot not yet started.
    pub(crate) async fn without_bot(database: Database, at: &str) -> Self {
        Self::with_heartbeat(database, at, Options::default().heartbeat).await
    }

    /// A world whose regulation has these versions, with the bot connected and at rest.
    pub(crate) async fn under(database: Database, at: &str, versions: &[&str]) -> Self {
        let mut world = Self::built(database, at, Options::default().heartbeat, versions).await;
        world.start_bot().await;
        world
    }

    /// The same where the gateway wants a sign of life as often as that.
    pub(crate) async fn with_heartbeat(database: Database, at: &str, heartbeat: Duration) -> Self {
        Self::built(database, at, heartbeat, &["tctk-2023"]).await
    }

    async fn built(database: Database, at: &str, heartbeat: Duration, versions: &[&str]) -> Self {
        watch_panics();
        let at = local(at);
        let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
        let charters = charters::load_all(&versions, at.date()).expect("the charters that are shipped");
        let calendar = Calendar::parse(charters.last().calendar_toml()).expect("their calendar");
        let start = calendar.at(at.date(), at.time());
        let sandbox = Sandbox::start(Options {
            start: Some(start),
            world: office_world(charters.clone()),
            openapi: openapi(),
            heartbeat,
            ..Options::default()
        })
        .await
        .expect("the sandbox starts");
        let office = Office::new(database.store.clone(), Clock::simulated(start), charters, calendar);
        let people = people::Office::at(sandbox.base_url());
        let deadline = discord::rest::DEADLINE;
        Self { sandbox, office, people, deadline, database, bots: Vec::new(), read: HashSet::new() }
    }

    /// Starts the bot and waits until it is connected and at rest.
    pub(crate) async fn start_bot(&mut self) {
        self.run(self.office.clone());
        time::connected(&self.people).await.expect("the bot connects");
        self.knows_the_server().await;
        self.rest().await;
    }

    /// Waits until the bot, in whatever process, has taken in the server's roles and people.
    pub(crate) async fn knows_the_server(&self) {
        self.until("the server's roles and people are known", async |world| {
            let recognition = world.office.recognition(world.guild()).await.expect("the directory");
            recognition.missing_units.is_empty() && {
                let people =
                    world.office.store.people_of(world.guild(), &"TKG".into()).await.expect("people");
                people.len() == 2
            }
        })
        .await;
    }

    /// Starts one more bot on the same database, as on a second machine, and waits until it is connected.
    pub(crate) async fn start_replica(&mut self) {
        let store = Store::connect(self.database_url()).await.expect("the database answers");
        let (charters, calendar) = (self.office.charters.clone(), (*self.office.calendar).clone());
        self.run(Office::new(store, self.office.clock.clone(), charters, calendar));
        let sessions = self.bots.len();
        self.until("every bot is connected", async |world| {
            world.sandbox.state()["bot"]["sessions"] == sessions
        })
        .await;
    }

    fn run(&mut self, office: Office) {
        let (settings, stop) = (self.settings(), CancellationToken::new());
        let stopped = stop.clone();
        let task =
            tokio::spawn(
                async move { discord::run(office, &settings, Connection::default(), stopped).await },
            );
        self.bots.push(Bot { stop, task });
    }

    /// Stops the bot in an orderly way.
    pub(crate) async fn stop_bot(&mut self) {
        for bot in self.bots.drain(..) {
            bot.stop.cancel();
            bot.task.await.expect("the bot does not panic").expect("the bot ends well");
        }
    }

    /// Waits until the bot has given up by itself, and takes its last words.
    pub(crate) async fn last_words(&mut self) -> String {
        let bot = self.bots.pop().expect("a bot");
        let ended = tokio::time::timeout(Duration::from_secs(30), bot.task).await.expect("the bot goes on");
        ended.expect("the bot does not panic").expect_err("the bot ends well").to_string()
    }

    /// How to connect to this world's sandbox.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            api: self.sandbox.base_url().to_owned(),
            token: SecretString::from(self.sandbox.bot_token()),
            deadline: self.deadline,
        }
    }

    /// The office's server.
    pub(crate) fn guild(&self) -> liaison::domain::ids::GuildId {
        self.sandbox.guild_id().to_string().parse::<u64>().expect("a snowflake").into()
    }

    /// What was changed, by whom and why, oldest first.
    pub(crate) async fn audit_trail(&self) -> Vec<AuditRow> {
        self.database.audit_trail().await
    }

    /// Runs any statement behind the bot's back.
    pub(crate) async fn execute(&self, sql: &'static str) -> u64 {
        self.database.execute(sql).await
    }

    /// Does what only the server's owner may do, in the API's own words; returns what Discord answers.
    pub(crate) async fn as_owner(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let state = self.sandbox.state();
        let owner = list(&state["users"]).find(|user| user["owner"] == true).expect("an owner");
        let url = format!("{}/api/v10{path}", self.sandbox.base_url());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let call = client.request(method, url).header("Authorization", text(&owner["token"])).json(&body);
        let answer = call.send().await.expect("the sandbox answers");
        let (status, answer) = (answer.status(), answer.text().await.unwrap_or_default());
        assert!(status.is_success(), "{answer}");
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// The owner makes a forum with these tags; its id.
    pub(crate) async fn forum(&self, name: &str, tags: &[&str], requires_tag: bool) -> u64 {
        let tags: Vec<Value> = tags.iter().map(|tag| serde_json::json!({ "name": tag })).collect();
        let flags = if requires_tag { 1 << 4 } else { 0 };
        let body = serde_json::json!({ "name": name, "type": 15, "available_tags": tags, "flags": flags });
        let path = format!("/guilds/{}/channels", self.guild());
        let made = self.as_owner(reqwest::Method::POST, &path, body).await;
        text(&made["id"]).parse().expect("a snowflake")
    }

    /// The names of a forum's tags.
    pub(crate) fn tags_of_forum(&self, forum: u64) -> Vec<String> {
        let state = self.sandbox.state();
        let id = forum.to_string();
        let forum = list(&state["channels"]).find(|channel| channel["id"] == id);
        list(&forum.expect("the forum")["available_tags"]).map(|tag| text(&tag["name"])).collect()
    }

    /// The forum in which a post is, and the names of its tags.
    pub(crate) fn post(&self, thread: u64) -> (u64, Vec<String>) {
        let state = self.sandbox.state();
        let id = thread.to_string();
        let post = list(&state["threads"]).find(|post| post["id"] == id).expect("the post");
        let forum =
            list(&state["channels"]).find(|forum| forum["id"] == post["parent_id"]).expect("a parent");
        // One that was deleted from the forum is shown nowhere.
        let name = |id: &Value| {
            let tag = list(&forum["available_tags"]).find(|tag| tag["id"] == *id);
            tag.map(|tag| text(&tag["name"]))
        };
        (
            text(&forum["id"]).parse().expect("a snowflake"),
            list(&post["applied_tags"]).filter_map(name).collect(),
        )
    }

    /// The URL of the database.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Waits for a named thing, ten seconds at most.
    pub(crate) async fn until(&self, what: &str, mut there: impl AsyncFnMut(&Self) -> bool) {
        let began = std::time::Instant::now();
        while !there(self).await {
            assert!(began.elapsed().as_secs() < 20, "waited in vain until {what}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Waits until the bot has nothing left to do now.
    pub(crate) async fn rest(&self) {
        time::rest(&self.office).await.expect("the bot comes to rest");
    }

    /// Lets the days pass as they would: the clock stops at everything that is due.
    pub(crate) async fn pass_until(&self, at: &str) {
        let until = self.moment(at);
        time::pass_until(&self.sandbox, &self.office, until, |_| {}).await.expect("the bot comes to rest");
    }

    /// Moves the clock at once, as it is for a bot that was away meanwhile.
    pub(crate) async fn jump_to(&self, at: &str) {
        time::set_clock(&self.sandbox, &self.office, self.moment(at));
        if !self.bots.is_empty() {
            self.rest().await;
        }
    }

    /// Office time as a moment.
    pub(crate) fn moment(&self, at: &str) -> DateTime<Utc> {
        let at = local(at);
        self.office.calendar.at(at.date(), at.time())
    }

    /// A person of the cast.
    pub(crate) async fn person(&self, name: &str) -> Person {
        self.people.person(name).await.expect("a person of the cast")
    }

    /// The id of a role by its name.
    pub(crate) fn role(&self, name: &str) -> String {
        let state = self.sandbox.state();
        let role = list(&state["roles"]).find(|role| role["name"] == name);
        text(&role.unwrap_or_else(|| panic!("no role {name:?}"))["id"])
    }

    /// The id of a channel or thread by the beginning of its name.
    pub(crate) async fn channel(&self, name: &str) -> u64 {
        let found = self.people.channel(name).await.expect("the sandbox answers");
        found.unwrap_or_else(|| panic!("no channel or thread called {name:?}"))
    }

    /// Somebody types a slash command in the common room; returns the answer once the bot is at rest.
    pub(crate) async fn types(&self, who: &str, line: &str) -> Answer {
        self.types_in(ROOM, who, line).await
    }

    /// The same in another channel.
    pub(crate) async fn types_in(&self, place: &str, who: &str, line: &str) -> Answer {
        let channel = self.channel(place).await;
        let answer = self.person(who).await.types(channel, line).await.expect("an answer");
        assert_ne!(answer.status, "failed", "no answer to {line}");
        self.rest().await;
        answer
    }

    /// TTDL, which leads the task, and TKG, which supports it, confirm receipt as they should: who does not is asked for it.
    pub(crate) async fn is_received(&mut self, code: &str) {
        for who in ["Đầu mối TTDL", "Đầu mối TKG"] {
            let answer = self.types(who, &format!("/nhiem-vu tiep-nhan ma:{code}")).await;
            assert!(answer.text().contains("tiếp nhận nhiệm vụ"), "{}", answer.text());
        }
        let lines = self.said().await;
        assert!(lines.iter().all(|said| said.text.contains("đã tiếp nhận nhiệm vụ")), "{lines:#?}");
    }

    /// Every unit of every task has confirmed receipt, however many there are.
    pub(crate) async fn all_is_received(&self) {
        self.execute("UPDATE task_unit SET received_at = since WHERE received_at IS NULL").await;
    }

    /// What is offered for the last option of a line that somebody types.
    pub(crate) async fn completes(&self, who: &str, line: &str) -> Vec<(String, String)> {
        let channel = self.channel(ROOM).await;
        self.person(who).await.completes(channel, line).await.expect("choices")
    }

    /// All that the bot has said publicly since this was last asked, oldest first.
    pub(crate) async fn said(&mut self) -> Vec<Said> {
        self.rest().await;
        let state = self.sandbox.state();
        let names: BTreeMap<String, String> =
            list(&state["users"]).map(|user| (text(&user["id"]), text(&user["name"]))).collect();
        let owner = list(&state["users"]).find(|user| user["owner"] == true).map(|user| text(&user["id"]));
        let owner = owner.expect("an owner").parse().expect("a snowflake");
        let mut said = Vec::new();
        for place in list(&state["channels"]).chain(list(&state["threads"])) {
            let id = text(&place["id"]).parse().expect("a snowflake");
            let Some(view) = self.sandbox.view(owner, id) else { continue };
            for message in list(&view["messages"]) {
                let ours = message["author"]["id"] == state["bot"]["id"];
                // "X started a thread" is Discord's own.
                let ours = ours && matches!(message["type"].as_u64(), Some(0 | 19));
                if !ours || !self.read.insert(text(&message["id"])) {
                    continue;
                }
                let pinged = list(&message["notified"]);
                let mut pinged: Vec<String> =
                    pinged.map(|id| names.get(&text(id)).cloned().unwrap_or_default()).collect();
                pinged.sort();
                said.push(Said {
                    place: text(&place["name"]),
                    text: read(message),
                    pinged,
                    message: message.clone(),
                });
            }
        }
        said.sort_by_key(|said| text(&said.message["id"]).parse::<u64>().unwrap_or_default());
        said
    }

    /// Ends the world. Fails when the bot said something that nobody has read, when anything panicked in the background,
    /// when Discord refused something for good, or when a body did not conform to Discord's description.
    pub(crate) async fn finish(mut self) {
        let unread = self.said().await;
        assert!(unread.is_empty(), "nobody expected this:\n{unread:#?}");
        self.end().await;
    }

    /// Ends a world in which what the bot said is of no interest.
    pub(crate) async fn end(mut self) {
        let rejected: Vec<_> = self.office.store.outbox_counts().await.expect("the outbox");
        assert!(
            !rejected.iter().any(|(state, _)| state == "rejected"),
            "Discord refused something: {rejected:?}"
        );
        self.stop_bot().await;
        let violations = self.sandbox.violations();
        assert!(violations.is_empty(), "not as Discord describes it:\n{violations:#?}");
        assert!(!PANICKED.load(Ordering::SeqCst), "something panicked in the background; see above");
        self.sandbox.stop().await;
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A panic in the code of the project, wherever it is caught, fails the tests.
fn watch_panics() {
    WATCH_PANICS.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let file = panic.location().map(|at| at.file().replace('\\', "/")).unwrap_or_default();
            if file.starts_with("src/") || file.starts_with("sandbox/src/") {
                PANICKED.store(true, Ordering::SeqCst);
            }
            before(panic);
        }));
    });
}
