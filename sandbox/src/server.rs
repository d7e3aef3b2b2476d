//! What every connection shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::faults::{Effect, Fault};
use crate::id::Id;
use crate::log::{Call, Moment, Side, Violation};
use crate::model::{Answer, InteractionKind};
use crate::openapi::{Finding, Validator};
use crate::options::Options;
use crate::rest::{Buckets, Endpoint};
use crate::state::State;

/// How long an interaction waits for its first answer, in real time.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// A callback for each call of the bot.
pub(crate) type Hook = Arc<dyn Fn(&Call, Moment) + Send + Sync>;

pub(crate) type App = Arc<Server>;

pub(crate) struct Server {
    state: Mutex<State>,
    /// The bot's id, which never changes.
    pub(crate) bot: Id,
    pub(crate) hook: RwLock<Option<Hook>>,
    pub(crate) validator: Option<Arc<Validator>>,
    pub(crate) buckets: Buckets,
    pub(crate) heartbeat: Duration,
    pub(crate) shutdown: CancellationToken,
    /// Where tasks run, also those that are begun from outside of it.
    runtime: Handle,
    /// Ourselves, for tasks that outlive a call.
    own: std::sync::Weak<Self>,
}

impl Server {
    pub(crate) fn new(state: State, validator: Option<Arc<Validator>>, options: &Options) -> App {
        Arc::new_cyclic(|own| Self {
            bot: state.bot(),
            state: Mutex::new(state),
            hook: RwLock::default(),
            validator,
            buckets: Buckets::new(options.limits),
            heartbeat: options.heartbeat,
            shutdown: CancellationToken::new(),
            runtime: Handle::current(),
            own: own.clone(),
        })
    }

    /// The state. A handler that panicked is reported by its own call; the others go on.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell_hook(&self, call: &Call, moment: Moment) {
        let hook = self.hook.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(hook) = hook {
            hook(call, moment);
        }
    }

    pub(crate) fn report(&self, endpoint: &Endpoint, side: Side, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let violation = |finding: Finding| Violation {
            method: endpoint.method.to_string(),
            route: endpoint.path.into(),
            side,
            pointer: finding.pointer,
            message: finding.message,
        };
        self.state().log.report(findings.into_iter().map(violation));
    }

    /// Arms a fault, or carries it out when it is of those that happen at once.
    pub(crate) fn add_fault(&self, fault: Fault) {
        let mut state = self.state();
        match fault.effect {
            Effect::ExpireAttachments => state.link_series += 1,
            Effect::ClockSkew { seconds } => state.clock.skew(TimeDelta::seconds(seconds)),
            Effect::IdentifyLimit { remaining } => {
                let now = state.now();
                state.starts.leave(remaining, now);
            }
            Effect::GuildUnavailable { seconds } => {
                state.begin_outage();
                self.after(Duration::from_secs_f64(seconds.max(0.0)), State::end_outage);
            }
            _ => match fault.effect.order() {
                Some(order) if fault.event.is_none() => state.order_bot(&order),
                _ => state.faults.add(fault),
            },
        }
    }

    /// Ends every fault that has not yet struck.
    pub(crate) fn clear_faults(&self) {
        let mut state = self.state();
        state.faults.clear();
        state.clock.skew(TimeDelta::zero());
    }

    /// Does something to the state when so much real time has passed, if the server is still there.
    fn after(&self, wait: Duration, act: impl FnOnce(&mut State) + Send + 'static) {
        let own = self.own.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(wait).await;
            if let Some(server) = own.upgrade() {
                act(&mut server.state());
            }
        });
    }

    /// Starts the clock of every interaction that was begun since the last look.
    pub(crate) fn run_timers(&self) {
        let begun = std::mem::take(&mut self.state().begun);
        for id in begun {
            self.after(ANSWER_WITHIN, move |state| state.give_up(id));
        }
    }
}

impl State {
    /// Ends an interaction that nobody answered.
    fn give_up(&mut self, id: Id) {
        let Some(interaction) = self.interactions.get_mut(&id) else { return };
        if interaction.answer != Answer::Waiting {
            return;
        }
        interaction.answer = Answer::Failed;
        let (user, nonce, kind) = (interaction.user, interaction.nonce.clone(), interaction.kind);
        if kind != InteractionKind::Autocomplete {
            let failure = serde_json::json!({"id": id, "nonce": nonce, "reason_code": 2});
            self.tell_user(user, "INTERACTION_FAILURE", &failure);
        }
        self.touch();
    }
}
