//! Showing effects on Discord: each exactly once, whatever became of earlier tries.
//!
//! What was tried before may have happened, so it is looked for first: a message by its mark in the channel's history, a
//! private thread and a post by their code, a public thread by its id, which is that of the message it hangs under. Only then
//! is it made, messages with a nonce besides.

mod charter;
mod meeting;
mod once;
mod people;
mod post;
mod reminder;
mod reply;
mod setup;
mod source;
mod task;
mod withheld;

use super::ingest::Ingest;
use super::places::{NoPlace, Places};
use super::rest::{Failure, Rest, codes};
use crate::domain::effect::Effect;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::domain::lang::Lang;
use crate::jobs::outbox::{Deliver, Placed};
use crate::service::Office;
use crate::service::directory::Recognition;
use crate::store::StoreError;
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::Value;
use std::time::Duration;

/// After how long something is tried again that a person must mend first (a permission, a full server).
const MEND: Duration = Duration::from_secs(300);
/// How far Discord's clock may be behind ours when a message is looked for by time.
const SKEW_MS: i64 = 120_000;

/// Shows effects through our own REST client.
pub struct Outbound {
    office: Office,
    rest: Rest,
    places: Places,
    bot: UserId,
    ingest: Ingest,
}

/// Why an effect did not reach Discord.
enum Halt {
    Store(StoreError),
    Rest(Failure),
    /// What it needs is not there yet, or never will be.
    Settled(Delivery),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoPlace> for Halt {
    fn from(no: NoPlace) -> Self {
        match no {
            NoPlace::Store(error) => Self::Store(error),
            NoPlace::Rest(failure) => Self::Rest(failure),
        }
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Rest(failure)
    }
}

type Shown = Result<(Delivery, Option<Placed>), Halt>;

impl Deliver for Outbound {
    async fn deliver(&self, row: &OutboxRow) -> (Delivery, Option<Placed>) {
        // A reply is claimed each time it looks for its link; that is no reason to wait longer after a failure.
        let tries = if matches!(row.effect, Effect::Reply { .. }) { 1 } else { row.attempts };
        match self.show(row).await {
            Ok(shown) => shown,
            Err(Halt::Settled(delivery)) => (delivery, None),
            Err(Halt::Store(error)) => (Delivery::Unknown(error.to_string(), backoff(tries)), None),
            Err(Halt::Rest(failure)) => (ended(&failure, tries), None),
        }
    }

    async fn recorded(&self, placed: &Placed) {
        if let Placed::Thread { thread, .. } = placed
            && let Err(error) = self.ingest.register_thread(thread.clone()).await
        {
            tracing::error!(%error, thread = %thread.channel, "the thread is logged only after the next start");
        }
    }
}

impl Outbound {
    /// An outbound side that speaks as `bot` and tells `ingest` of each thread once it is recorded.
    pub fn new(office: Office, rest: Rest, bot: UserId, ingest: Ingest) -> Self {
        let places = Places::new(office.clone(), rest.clone());
        Self { office, rest, places, bot, ingest }
    }

    async fn show(&self, row: &OutboxRow) -> Shown {
        match &row.effect {
            Effect::Reply { interaction, answer } => self.reply(row, *interaction, answer).await,
            Effect::Withheld { author, channel, message, what } => {
                let place = (ChannelId(*channel), MessageId(*message));
                self.tell_withheld(row, UserId(*author), place, *what).await
            }
            Effect::SetUp { run, shape } => self.set_up(row, *run, *shape).await,
            Effect::DelegationSaid { delegation, user, ends } => {
                self.say_delegation(row, delegation, UserId(*user), *ends).await
            }
            Effect::TaskMember { task, user, joins } => {
                self.thread_member(&self.task(task).await?, UserId(*user), *joins).await
            }
            Effect::TaskCard { task } => self.card(row, &self.task(task).await?).await,
            Effect::TaskThread { task } => self.thread(row, &self.task(task).await?).await,
            Effect::TaskPeople { task } => self.people(&self.task(task).await?).await,
            Effect::TaskRefresh { task, .. } => self.refresh_task(row, &self.task(task).await?).await,
            Effect::TaskGiven { task } => {
                let task = self.task(task).await?;
                self.in_thread(row, &task, |voice| (voice.task_given(&task), voice.task_pings(&task, true)))
                    .await
            }
            Effect::TaskSource { task, channel, message } => {
                let place = (ChannelId(*channel), MessageId(*message));
                self.tell_source(row, &self.task(task).await?, place).await
            }
            Effect::TaskNote { task, by, note } => self.note(row, &self.task(task).await?, *by, note).await,
            Effect::TaskReminder { task, reminder } => {
                self.remind_task(row, &self.task(task).await?, reminder).await
            }
            Effect::Digest { audience, day, unpinged } => {
                self.digest(row, row.guild, audience, *day, unpinged).await
            }
            Effect::CharterNews { version, late, pinged } => {
                self.tell_version(row, version, *late, pinged).await
            }
            Effect::MeetingCard { occurrence } => self.announce(row, occurrence).await,
            Effect::MeetingRefresh { occurrence, .. } => self.refresh_meeting(row, occurrence).await,
            Effect::MeetingDecided { occurrence, decision } => {
                self.tell_decision(row, occurrence, decision).await
            }
            Effect::MeetingReminder { occurrence, reminder } => {
                self.remind_meeting(row, occurrence, *reminder).await
            }
        }
    }

    /// The language of a server, and which roles stand for whom there: what is needed to speak to it.
    async fn tongue(&self, guild: GuildId) -> Result<(Lang, Recognition), StoreError> {
        Ok((self.office.server_language(guild).await?, self.office.recognition(guild).await?))
    }
}

/// How a failed call ends an effect.
fn ended(failure: &Failure, attempts: i64) -> Delivery {
    match failure {
        Failure::Unknown(why) => Delivery::Unknown(why.clone(), backoff(attempts)),
        Failure::Later { after, why } => Delivery::Later(why.clone(), *after),
        Failure::Rejected { code, .. } => match *code {
            Some(
                codes::MISSING_ACCESS
                | codes::MISSING_PERMISSIONS
                | codes::TOO_MANY_ACTIVE_THREADS
                | codes::THREAD_IS_LOCKED
                | codes::TAG_REQUIRED,
            ) => Delivery::Later(failure.to_string(), MEND),
            _ => Delivery::Rejected(failure.to_string()),
        },
    }
}

/// 2 s, 4 s, 8 s … up to a minute. Not sooner: Discord may still be doing what it has not answered, and who looks before
/// it is done does it twice, where there is no nonce.
fn backoff(attempts: i64) -> Duration {
    Duration::from_secs(1 << attempts.clamp(1, 6)).min(Duration::from_secs(60))
}

/// What should have come before in the lane was refused for good, so this will never find its place.
fn missing(why: &str) -> Halt {
    Halt::Settled(Delivery::Rejected(format!("{why}: Discord refused it before")))
}

fn waiting(why: &str) -> Halt {
    Halt::Settled(Delivery::Later(why.to_owned(), Duration::from_secs(1)))
}

fn id_of(value: &Value) -> Option<u64> {
    id_at(value, "id")
}

fn id_at(value: &Value, key: &str) -> Option<u64> {
    value[key].as_str()?.parse().ok()
}
