//! A running sandbox, as Rust code holds it.

use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::ApiError;
use crate::faults::Fault;
use crate::id::Id;
use crate::log::{Call, LoggedCall, Moment, Violation};
use crate::openapi::Validator;
use crate::options::Options;
use crate::server::{App, Server};
use crate::state::State;
use crate::wire::{Cut, Loopback};
use crate::world::Person;
use crate::{Lever, Milestone, Pace, cdn, control, gateway, page, rest};

/// How long a stopped server waits for the calls that are under way.
const PATIENCE: Duration = Duration::from_secs(1);

/// A server that runs until it is stopped or dropped.
pub struct Sandbox {
    app: App,
    base_url: String,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a server on 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The world does not hold together, the OpenAPI document cannot be read, or the port is taken.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port))
            .await
            .with_context(|| format!("port {} of 127.0.0.1 is not to be had", options.port))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let mut state = State::new(&options, base_url.clone())?;
        if let Some(path) = options.snapshot.as_deref().filter(|path| path.exists()) {
            restore(&mut state, path).with_context(|| format!("cannot go on from {}", path.display()))?;
        }
        let validator = options.openapi.as_deref().map(Validator::shared).transpose()?;
        let app = Server::new(state, validator, &options);

        let router = Router::new()
            .merge(rest::router())
            .merge(cdn::router())
            .merge(control::router())
            .merge(page::router())
            .route(gateway::PATH, get(gateway::connect))
            .fallback(not_found)
            .with_state(Arc::clone(&app));
        let shutdown = app.shutdown.clone();
        tokio::spawn(tick(Arc::clone(&app)));
        let service = router.into_make_service_with_connect_info::<Cut>();
        let task = tokio::spawn(async move {
            let serving = axum::serve(Loopback(listener), service);
            if let Err(error) = serving.with_graceful_shutdown(shutdown.cancelled_owned()).await {
                tracing::error!(%error, "the sandbox stopped serving");
            }
        });
        Ok(Self { app, base_url, task: Some(task) })
    }

    /// Where it listens, for instance `http://127.0.0.1:40123`; the API is under `/api/v10`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What the bot logs in with, without `Bot `.
    pub fn bot_token(&self) -> String {
        let state = self.app.state();
        let token = &state.user(state.bot()).token;
        token.strip_prefix("Bot ").unwrap_or(token).to_owned()
    }

    /// Also the bot's user id.
    pub fn application_id(&self) -> Id {
        self.app.bot
    }

    /// The one guild there is.
    pub fn guild_id(&self) -> Id {
        self.app.state().guild.id
    }

    /// The sandbox's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.state().clock.told()
    }

    /// Moves the clock; whoever follows it is told.
    pub fn set_now(&self, now: DateTime<Utc>) {
        self.app.state().set_now(now);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        let mut state = self.app.state();
        let now = state.clock.told() + by;
        state.set_now(now);
    }

    /// Lets the clock run from here, or stand still.
    pub fn run_clock(&self, running: bool) {
        self.app.state().clock.run(running);
    }

    /// The time, whenever it is moved, and every second when it runs.
    pub fn clock(&self) -> watch::Receiver<DateTime<Utc>> {
        self.app.state().clock.follow()
    }

    /// Rises with every change of anything, for those who wait for one.
    pub fn revision(&self) -> watch::Receiver<u64> {
        self.app.state().revision.subscribe()
    }

    /// What `GET /sandbox/state` gives.
    pub fn state(&self) -> Value {
        control::state_view(&self.app.state())
    }

    /// What `GET /sandbox/view` gives: a channel as one person sees it. None when the person does not see it.
    pub fn view(&self, user: Id, channel: Id) -> Option<Value> {
        control::channel_as_seen(&self.app.state(), user, channel, None, usize::MAX)
    }

    /// What `GET /sandbox/interactions` gives.
    pub fn interactions(&self) -> Value {
        control::interactions_view(&self.app.state())
    }

    /// Every REST call of the bot so far.
    pub fn requests(&self) -> Vec<LoggedCall> {
        self.app.state().log.calls.iter().cloned().collect()
    }

    /// Bodies that broke Discord's document; none are looked for without [`Options::openapi`].
    pub fn violations(&self) -> Vec<Violation> {
        self.app.state().log.violations.iter().cloned().collect()
    }

    /// Lets somebody new join the guild; gives their id. They leave by being kicked.
    ///
    /// # Errors
    ///
    /// A role that they are to have is not there.
    pub fn welcome(&self, person: &Person) -> anyhow::Result<Id> {
        self.app.state().welcome(person)
    }

    /// Lets something go wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.app.add_fault(fault);
    }

    /// Lets nothing more go wrong.
    pub fn clear_faults(&self) {
        self.app.clear_faults();
    }

    /// Names the moments that are worth moving the clock to; the page offers them.
    pub fn set_milestones(&self, milestones: Vec<Milestone>) {
        self.app.state().set_milestones(milestones);
    }

    /// Lets something that only the program around can do be done from the page, or by `POST
    /// /sandbox/host/levers/{id}`.
    pub fn add_lever(&self, lever: Lever) {
        let mut state = self.app.state();
        state.host.levers.push(lever);
        state.touch();
    }

    /// Lets the program around say where a clock that is moved in steps has to stop.
    pub fn set_pace(&self, pace: Pace) {
        self.app.state().host.pace = Some(pace);
    }

    /// Calls `hook` for each REST call of the bot, before anything happened and after it was done but not yet
    /// answered. The call goes on whatever the hook does, even if it kills the client; to have a call not done,
    /// add [`Effect::Reset`](crate::Effect::Reset) from within the hook at [`Moment::Before`].
    pub fn set_hook(&self, hook: impl Fn(&Call, Moment) + Send + Sync + 'static) {
        *self.app.hook.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
    }

    /// Writes everything that outlives a restart into a file, for [`Options::snapshot`].
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec(&self.app.state().snapshot())?;
        // Beside it first: whatever happens meanwhile, the file is whole.
        let beside = path.with_extension("new");
        std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Stops serving and closes every connection. Calls that hang are not waited for.
    pub async fn stop(mut self) {
        self.app.shutdown.cancel();
        if let Some(task) = self.task.take() {
            let abort = task.abort_handle();
            if tokio::time::timeout(PATIENCE, task).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.app.shutdown.cancel();
    }
}

impl State {
    pub(crate) fn set_now(&mut self, now: DateTime<Utc>) {
        self.clock.set(now);
        self.sweep();
    }
}

fn restore(state: &mut State, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read(path)?;
    state.restore(serde_json::from_slice(&text)?)
}

/// Does every second what a running clock brings about.
async fn tick(app: App) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = seconds.tick() => {}
            () = app.shutdown.cancelled() => return,
        }
        let mut state = app.state();
        if state.clock.is_running() {
            state.sweep();
        }
    }
}

async fn not_found(request: Request) -> Response {
    if request.method() == Method::GET && !request.uri().path().starts_with("/api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    tracing::warn!(method = %request.method(), path = request.uri().path(), "no such route");
    (StatusCode::NOT_FOUND, axum::Json(ApiError::NOT_FOUND.body())).into_response()
}
