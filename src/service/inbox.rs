//! The inbox: a request is kept, acknowledged, and then decided exactly once, however often the process dies.

use super::request::{Incoming, KeptActor, Request};
use super::{Office, Outcome};
use crate::domain::actor::Actor;
use crate::domain::clock::from_ms;
use crate::domain::effect::{Answer, Effect};
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::store::inbox::KeptRequest;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// How often a decision is taken again when somebody else changed the same rows meanwhile.
const TRIES: usize = 8;

/// A request that is being decided.
pub(super) struct Case {
    /// Discord's id of the interaction.
    pub(super) interaction: u64,
    /// Who asks.
    pub(super) actor: Actor,
    /// When they asked: "tomorrow" means the day after that.
    pub(super) asked: DateTime<Utc>,
}

/// Whom and how to answer, for whoever shows a reply.
#[derive(Clone, Debug)]
pub struct ReplyAddress {
    /// The request as it was kept.
    pub request: KeptRequest,
    /// Who asked.
    pub actor: Actor,
}

impl Office {
    /// Keeps a request. `false` means that it was kept before and must not be acknowledged again. What must not be kept at
    /// all is refused here, before anything is written.
    ///
    /// # Errors
    /// When the database refuses; then nothing was promised.
    pub async fn accept(&self, incoming: &Incoming) -> Outcome<Result<bool, Refusal>> {
        if let Some(what) = self.forbidden_in(incoming).await? {
            return Ok(Err(Refusal::Forbidden { what }));
        }
        let kept = KeptRequest {
            interaction: incoming.interaction,
            guild: incoming.actor.guild,
            channel: incoming.channel,
            application: incoming.application,
            token: incoming.token.clone(),
            actor: to_json(&KeptActor::from(&incoming.actor))?,
            body: to_json(&incoming.request)?,
            received_ms: self.clock.now_ms(),
        };
        Ok(Ok(self.store.keep_request(&kept).await?))
    }

    /// Decides a kept request; one that was decided before stays as it is.
    ///
    /// # Errors
    /// When the database refuses; then the request stays open and is decided later.
    pub async fn handle(&self, interaction: u64) -> Outcome<()> {
        let Some(ReplyAddress { request, actor }) = self.reply_address(interaction).await? else {
            return Ok(());
        };
        let body: Request =
            serde_json::from_str(&request.body).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let case = Case { interaction, actor, asked: from_ms(request.received_ms) };
        for _ in 0..TRIES {
            match self.decide(&case, &body).await {
                Err(StoreError::Conflict) => {}
                Err(error) if error.is_duplicate() => {}
                other => {
                    self.put_out.notify_one();
                    return other;
                }
            }
            if !self.store.open_requests().await?.contains(&interaction) {
                return Ok(());
            }
        }
        Err(StoreError::Conflict)
    }

    /// Decides whatever was kept but not decided before the process ended. One that cannot be decided does not keep the
    /// others waiting.
    ///
    /// # Errors
    /// When the database refuses; the first error counts.
    pub async fn handle_open(&self) -> Outcome<()> {
        let mut outcome = Ok(());
        for interaction in self.store.open_requests().await? {
            outcome = outcome.and(self.handle(interaction).await);
        }
        outcome
    }

    /// Decides what was open at the last call already: whoever took it in has failed to, or has died. A younger one is
    /// still in the hands of somebody, who would acknowledge it after the answer.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn handle_left(&self, open_before: &mut HashSet<u64>) -> Outcome<()> {
        let open: HashSet<u64> = self.store.open_requests().await?.into_iter().collect();
        let left: Vec<u64> = open.intersection(open_before).copied().collect();
        *open_before = open;
        for interaction in left {
            self.handle(interaction).await?;
        }
        Ok(())
    }

    /// Whom and how to answer.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reply_address(&self, interaction: u64) -> Outcome<Option<ReplyAddress>> {
        let Some(request) = self.store.request(interaction).await? else { return Ok(None) };
        let actor: KeptActor =
            serde_json::from_str(&request.actor).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let actor = actor.of(request.guild);
        Ok(Some(ReplyAddress { request, actor }))
    }

    async fn decide(&self, case: &Case, body: &Request) -> Outcome<()> {
        let ended = match body {
            Request::AcknowledgeEscalation(named) => self.take_note(case, named).await,
            Request::SetReminders(set) => self.set_reminders(case, set).await,
            Request::GiveTask(give) => self.give_task(case, give).await,
            Request::GiveFrom(from) => self.give_from(case, from).await,
            Request::MarkDecision(decision) => self.mark_decision(case, decision).await,
            Request::GiveAnyway(anyway) => self.give_anyway(case, anyway).await,
            Request::ReceiveTask(task) => self.receive_task(case, task).await,
            Request::ReportTask(report) => self.report_task(case, report).await,
            Request::BlockTask(block) => self.block_task(case, block).await,
            Request::AskExtension(asked) => self.ask_extension(case, asked).await,
            Request::DecideExtension(decision) => self.decide_extension(case, decision).await,
            Request::ReassignTask(asked) => self.reassign_task(case, asked).await,
            Request::FinishTask(task) => self.finish_task(case, task).await,
            Request::AcceptTask(accept) => self.accept_task(case, accept).await,
            Request::ReopenTask(reopen) => self.reopen_task(case, reopen).await,
            Request::CancelTask(cancel) => self.cancel_task(case, cancel).await,
            Request::UrgeTask(urge) => self.urge_task(case, urge).await,
            Request::SetPart(part) => self.set_part(case, part).await,
            Request::CheckStep(check) => self.check_step(case, check).await,
            Request::LinkTask(link) => self.link_task(case, link).await,
            Request::HandOver(over) => self.hand_over(case, over).await,
            Request::ConfirmCharter(confirm) => self.confirm_charter(case, confirm).await,
            Request::ScheduleMeeting(meeting) => self.schedule_meeting(case, meeting).await,
            Request::AnswerMeeting(answer) => self.answer_meeting(case, answer).await,
            Request::SetUp(setup) => self.set_up(case, setup).await,
            Request::Arrange(people) => self.arrange(case, people).await,
        };
        match ended {
            Ok(()) => Ok(()),
            Err(No::Store(error)) => Err(error),
            Err(No::Refused(refusal)) => {
                let mut tx = self.store.begin().await?;
                self.conclude(&mut tx, case, Answer::Refused { refusal }).await?;
                tx.commit().await
            }
        }
    }

    /// Ends a case inside the transaction that changes the state: decided, with this answer.
    pub(super) async fn conclude(&self, tx: &mut Tx, case: &Case, answer: Answer) -> Outcome<()> {
        tx.decide_request(case.interaction).await?;
        let lane = format!("reply:{}", case.interaction);
        let reply = Effect::Reply { interaction: case.interaction, answer };
        tx.put_out(case.actor.guild, &lane, &lane, &reply, self.clock.now()).await
    }

    /// The language in which the office's server posts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn server_language(&self, guild: crate::domain::ids::GuildId) -> Outcome<Lang> {
        self.store.server_language(guild).await
    }
}

/// How a decision ends: done, its answer included, and committed; or not, and why.
pub(super) type Deciding = Result<(), No>;

/// Why nothing was written.
pub(super) enum No {
    /// It is refused, and this is the reason.
    Refused(Refusal),
    /// The database refused; the decision may be taken again.
    Store(StoreError),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn to_json<T: serde::Serialize>(value: &T) -> Outcome<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(e.to_string()))
}
