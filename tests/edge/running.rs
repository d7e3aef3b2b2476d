//! The bot at work in a process of its own: its health, its end, its discretion.
#![cfg(unix)]

use super::{HANGS, command, run, with_database};
use crate::databases::sqlite;
use crate::harness::office_world;
use discord_sandbox::{Effect, Fault, Options, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};

/// A sandbox in which the bot may do its work.
async fn office() -> Sandbox {
    let day = "2026-03-02".parse().unwrap();
    let world = office_world(liaison::charters::load("tctk-2023", day).unwrap());
    Sandbox::start(Options { world, ..Options::default() }).await.expect("the sandbox starts")
}

/// A bot at work in a process of its own.
struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
    /// All that was logged so far.
    logged: String,
    http: String,
}

impl Running {
    /// Started, and its health served.
    async fn start(variables: &[(&str, &str)], arguments: &str) -> Self {
        let fixed = [("LIAISON_HTTP", "127.0.0.1:0"), ("LIAISON_LOG_FORMAT", "json")];
        let mut child = command(arguments, &[variables, &fixed].concat()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, log, logged: String::new(), http: String::new() };
        let served = running.logged("serving health and metrics").await;
        running.http = format!("http://{}", served["address"].as_str().unwrap());
        running
    }

    /// The next event that says `message`.
    async fn logged(&mut self, message: &str) -> Value {
        let found = async {
            loop {
                let mut line = String::new();
                let more = self.log.read_line(&mut line).await.unwrap() > 0;
                assert!(more, "never said {message:?}:\n{}", self.logged);
                self.logged.push_str(&line);
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                if event["message"] == message {
                    return event;
                }
            }
        };
        tokio::time::timeout(HANGS, found).await.unwrap_or_else(|_| panic!("never said {message:?}"))
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = http.get(format!("{}{path}", self.http)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Asked to end by SIGTERM; gives the exit code and all that was logged.
    async fn terminate(mut self) -> (Option<i32>, String) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let ended = async {
            self.log.read_to_string(&mut self.logged).await.unwrap();
            (self.child.wait().await.unwrap().code(), self.logged)
        };
        tokio::time::timeout(HANGS, ended).await.expect("it ends")
    }
}

#[tokio::test]
async fn a_bot_is_ready_when_connected_and_ends_when_asked() {
    let database = sqlite().await;
    let sandbox = office().await;
    let token = sandbox.bot_token();
    let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("DISCORD_TOKEN", token.as_str())];
    let variables = with_database(&database, &discord);
    let mut bot = Running::start(&variables, "run").await;
    assert_eq!(bot.get("/healthz").await.0, 200);
    bot.logged("connected to Discord").await;
    assert_eq!(bot.get("/readyz").await, (200, "ready\n".to_owned()));
    let (_, metrics) = bot.get("/metrics").await;
    for line in ["liaison_discord_connected 1", "liaison_outbox_rows{state=\"done\"} 0"] {
        assert!(metrics.lines().any(|it| it == line), "{line} is not in\n{metrics}");
    }
    assert!(metrics.contains("liaison_discord_requests_total{route=\"GET /users/@me\""), "{metrics}");

    let (code, log) = bot.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("not everything has ended in time"), "{log}");
}

#[tokio::test]
async fn a_lost_connection_is_noticed() {
    let database = sqlite().await;
    let sandbox = office().await;
    let token = sandbox.bot_token();
    let base = sandbox.base_url().to_owned();
    let discord = [("LIAISON_DISCORD_API", base.as_str()), ("DISCORD_TOKEN", token.as_str())];
    let mut bot = Running::start(&with_database(&database, &discord), "run").await;
    bot.logged("connected to Discord").await;
    sandbox.stop().await;
    bot.logged("not connected to Discord").await;
    assert_eq!(bot.get("/readyz").await, (503, "not connected to Discord\n".to_owned()));
    assert_eq!(bot.get("/healthz").await.0, 200);
}

#[tokio::test]
async fn no_secret_is_ever_logged() {
    let database = sqlite().await;
    let sandbox = office().await;
    let token = sandbox.bot_token();
    let discord = [
        ("LIAISON_DISCORD_API", sandbox.base_url()),
        ("DISCORD_TOKEN", token.as_str()),
        ("RUST_LOG", "trace,serenity=trace"),
    ];
    let variables = with_database(&database, &discord);

    // Calls that succeed, and a gateway that is told the token.
    let mut bot = Running::start(&variables, "run").await;
    bot.logged("connected to Discord").await;
    let (code, log) = bot.terminate().await;
    assert_eq!(code, Some(0), "{log}");
    let mut outputs = vec![log];

    // Calls that fail in every way.
    for effect in [
        Effect::Status { status: 401, body: Value::Null },
        Effect::Status { status: 500, body: Value::Null },
        Effect::Reset,
    ] {
        sandbox.clear_faults();
        sandbox.add_fault(always(effect));
        for command in ["run", "check"] {
            let ended =
                run(command, &[variables.as_slice(), &[("LIAISON_HTTP", "127.0.0.1:0")]].concat()).await;
            assert_ne!(ended.code, Some(0), "{command}");
            outputs.extend([ended.out, ended.err]);
        }
    }
    // A database that refuses; nobody listens there.
    let refused =
        [("DATABASE_URL", "postgres://liaison:pass-word@127.0.0.1:1/liaison"), ("RUST_LOG", "trace")];
    let ended = run("migrate", &refused).await;
    assert_eq!(ended.code, Some(2));
    outputs.push(ended.err);

    assert!(outputs.iter().any(|output| output.contains("TRACE")), "nothing was traced");
    for output in outputs {
        assert!(!output.contains(&token) && !output.contains("pass-word"), "{output}");
    }
}

#[tokio::test]
async fn a_bot_that_hangs_is_cut_off() {
    let database = sqlite().await;
    let sandbox = office().await;
    // Longer than the time that everything has to end, shorter than the deadline of a call.
    sandbox.add_fault(always(Effect::Delay { millis: 8_000 }));
    let token = sandbox.bot_token();
    let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("DISCORD_TOKEN", token.as_str())];
    let bot = Running::start(&with_database(&database, &discord), "run").await;
    let (code, log) = bot.terminate().await;
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("not everything has ended in time"), "{log}");
}

/// Something that happens to every call from now on.
fn always(effect: Effect) -> Fault {
    let route = Some("/**".to_owned());
    Fault { method: None, route, event: None, effect, count: u32::MAX, skip: 0, probability: 1.0, seed: 0 }
}
