//! Showing effects on Discord: each exactly once, whatever became of earlier tries.
//!
//! What was tried before may have happened, so it is looked for first: a message by its mark in the channel's history, a
//! private thread by its code, a public thread by its id, which is that of the message it hangs under. Only then is it
//! made, messages with a nonce besides.

use super::ingest::Ingest;
use super::places::{NoPlace, Places};
use super::render::{self, Pings};
use super::rest::{Archived, Failure, Rest, codes};
use super::words::Voice;
use crate::domain::effect::{Answer, Effect};
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use crate::domain::meeting::{AttendanceAnswer, Occurrence};
use crate::domain::recurrence::MeetingReminder;
use crate::domain::task::{Task, Visibility};
use crate::jobs::outbox::{Deliver, Placed};
use crate::service::Office;
use crate::service::inbox::ReplyAddress;
use crate::service::reminders::Reminding;
use crate::store::StoreError;
use crate::store::outbox::{Delivery, OutboxRow};
use chrono::{DateTime, TimeDelta};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long an interaction's token can be used, with a margin. Discord says 15 minutes.
const TOKEN_LIFE_MS: i64 = 14 * 60 * 1000;
/// How long a reply waits for the thread that it links to before it says that Discord is slow.
const LINK_PATIENCE_MS: i64 = 2_000;
/// How far Discord's clock may be behind ours when a message is looked for by time.
const SKEW_MS: i64 = 120_000;
/// After how long something is tried again that a person must mend first (a permission, a full server).
const MEND: Duration = Duration::from_secs(300);
/// After how long a reply looks again whether its link is there.
const LINK_POLL: Duration = Duration::from_millis(150);

/// After how long a reminder that was held up looks again whether the office is open.
const OPENING_POLL: Duration = Duration::from_secs(5);

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
            Effect::TaskCard { task } => self.card(row, &self.task(task).await?).await,
            Effect::TaskThread { task } => self.thread(row, &self.task(task).await?).await,
            Effect::TaskPeople { task } => self.people(&self.task(task).await?).await,
            Effect::TaskRefresh { task, .. } => self.refresh_task(row, &self.task(task).await?).await,
            Effect::TaskGiven { task } => {
                let task = self.task(task).await?;
                self.in_thread(row, &task, |voice| (voice.task_given(&task), voice.task_pings(&task, true)))
                    .await
            }
            Effect::TaskNote { task, note } => {
                let task = self.task(task).await?;
                self.in_thread(row, &task, |voice| (voice.task_note(&task, note), Pings::default())).await
            }
            Effect::TaskReminder { task, reminder } => {
                let task = self.task(task).await?;
                match self.office.reminding(&task, row.created) {
                    Reminding::Now => {}
                    Reminding::Never => return Ok((Delivery::Done(None), None)),
                    Reminding::InTheMorning => {
                        return Ok((Delivery::Later("the office is closed".into(), OPENING_POLL), None));
                    }
                }
                let shown = self
                    .in_thread(row, &task, |voice| {
                        (voice.task_reminder(&task, reminder), voice.task_pings(&task, reminder.supporters))
                    })
                    .await?;
                // The card says how many days are left; a reminder is when that changes.
                if let Err(Halt::Rest(failure)) = self.refresh_task(row, &task).await {
                    tracing::warn!(task = task.code, %failure, "the card still shows an older count of days");
                }
                Ok(shown)
            }
            Effect::MeetingCard { occurrence } => self.announce(row, occurrence).await,
            Effect::MeetingRefresh { occurrence, .. } => self.refresh_meeting(row, occurrence).await,
            Effect::MeetingReminder { occurrence, reminder } => {
                self.remind_meeting(row, occurrence, *reminder).await
            }
        }
    }

    async fn task(&self, id: &str) -> Result<Task, Halt> {
        let gone = || Halt::Settled(Delivery::Rejected(format!("there is no task {id}")));
        self.office.store.task(id).await?.ok_or_else(gone)
    }

    /// What stands in small letters below a message of ours: what it is about, and a reference by which it is found.
    fn mark(about: &str, row: &OutboxRow) -> String {
        let reference: String = row.id.chars().rev().filter(|c| *c != '-').take(6).collect();
        format!("{about} · {reference}")
    }

    async fn card(&self, row: &OutboxRow, task: &Task) -> Shown {
        if task.card.is_some() {
            return Ok((Delivery::Done(None), None));
        }
        let channel = match task.visibility {
            Visibility::Public => self.places.phase(task.guild, &task.phase).await?,
            Visibility::Private => task.thread.ok_or_else(|| missing("the task has no thread"))?,
        };
        let known = self.office.recognition(task.guild).await?;
        let lang = self.office.server_language(task.guild).await?;
        let mark = Self::mark(&task.code, row);
        let body = Voice { office: &self.office, lang, known: &known }.task_card(task, &mark);
        let Some(message) = self.say_once(row, channel, body, &mark).await? else {
            return Ok((Delivery::Rejected("the card was posted and then deleted by somebody".into()), None));
        };
        // A private card stands inside the thread, but the task's channel stays that of its phase.
        let place = task.channel.filter(|_| task.visibility == Visibility::Private).unwrap_or(channel);
        let placed = Placed::Card { task: task.id.clone(), channel: place, message };
        Ok((Delivery::Done(Some(message.0)), Some(placed)))
    }

    async fn thread(&self, row: &OutboxRow, task: &Task) -> Shown {
        if let Some(thread) = task.thread {
            return Ok((Delivery::Done(Some(thread.0)), None));
        }
        let lang = self.office.server_language(task.guild).await?;
        let known = self.office.recognition(task.guild).await?;
        let name = Voice { office: &self.office, lang, known: &known }.thread_name(task);
        let (parent, thread) = match task.visibility {
            Visibility::Public => {
                let (Some(parent), Some(card)) = (task.channel, task.card) else {
                    return Err(Halt::Settled(Delivery::Rejected(
                        "there is no card to hang the thread under".into(),
                    )));
                };
                // The id of the thread is that of its message, so "already created" is all we need to know.
                match self.rest.thread_from_message(parent, card, &name, &row.key).await {
                    Ok(_) => {}
                    Err(failure) if failure.code() == Some(codes::THREAD_ALREADY_CREATED) => {}
                    Err(failure) => return Err(failure.into()),
                }
                (parent, ChannelId(card.0))
            }
            Visibility::Private => {
                let parent = self.places.phase(task.guild, &task.phase).await?;
                let found = if row.uncertain { self.find_thread(row, task, parent).await? } else { None };
                let thread = match found {
                    Some(thread) => thread,
                    None => id_of(&self.rest.create_private_thread(parent, &name, &row.key).await?)
                        .map(ChannelId)
                        .ok_or_else(|| Failure::Unknown("the answer holds no thread id".into()))?,
                };
                (parent, thread)
            }
        };
        let thread = Thread {
            channel: thread,
            guild: task.guild,
            parent,
            subject: task.subject(),
            visibility: task.visibility,
        };
        Ok((Delivery::Done(Some(thread.channel.0)), Some(Placed::Thread { task: task.id.clone(), thread })))
    }

    /// A private thread that an earlier try may have made: ours, under this channel, and named after the task. Of
    /// several the oldest counts.
    async fn find_thread(
        &self,
        row: &OutboxRow,
        task: &Task,
        parent: ChannelId,
    ) -> Result<Option<ChannelId>, Halt> {
        let prefix = format!("[{}]", task.code);
        let oldest = |threads: &[Value]| {
            let ours = threads.iter().filter(|thread| {
                thread["name"].as_str().is_some_and(|name| name.starts_with(&prefix))
                    && id_at(thread, "owner_id") == Some(self.bot.0)
                    && id_at(thread, "parent_id") == Some(parent.0)
            });
            ours.filter_map(id_of).min().map(ChannelId)
        };
        if let Some(active) = oldest(&self.rest.active_threads(task.guild).await?) {
            return Ok(Some(active));
        }
        // Somebody may have archived it meanwhile, but not before it could be there.
        let since = row.created - TimeDelta::milliseconds(SKEW_MS);
        let earlier = |at: &str| DateTime::parse_from_rfc3339(at).is_ok_and(|at| at < since);
        let mut before = None;
        loop {
            let page = self.rest.archived_threads(parent, Archived::Private, before.as_deref()).await?;
            let found = oldest(&page.threads);
            match page.next {
                Some(next) if found.is_none() && !earlier(&next) => before = Some(next),
                _ => return Ok(found),
            }
        }
    }

    /// Says something in a task's thread.
    async fn in_thread(
        &self,
        row: &OutboxRow,
        task: &Task,
        words: impl FnOnce(&Voice<'_>) -> (String, Pings),
    ) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let lang = self.office.server_language(task.guild).await?;
        let known = self.office.recognition(task.guild).await?;
        let (text, pings) = words(&Voice { office: &self.office, lang, known: &known });
        let mark = Self::mark(&task.code, row);
        let message = self.say_once(row, thread, render::ping(&text, &pings, &mark), &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    /// Brings everybody in who holds the role of the lead or a supporter. A role mention may do it, and may not.
    async fn people(&self, task: &Task) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let mut people: BTreeSet<UserId> = BTreeSet::new();
        for unit in &task.units {
            people.extend(
                self.office.store.people_of(task.guild, &unit.unit).await?.into_iter().map(|one| one.user),
            );
        }
        let mut left_out = 0;
        for user in people.into_iter().chain([task.created_by]) {
            match self.rest.add_thread_member(thread, user).await {
                Ok(()) => {}
                // One who may not see the channel, or has left, must not keep the others out.
                Err(Failure::Rejected { code, .. }) if code != Some(codes::MISSING_PERMISSIONS) => {
                    left_out += 1
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        if left_out > 0 {
            tracing::warn!(
                task = task.code,
                left_out,
                "people who may not see the channel are not in the thread"
            );
        }
        Ok((Delivery::Done(None), None))
    }

    async fn refresh_task(&self, row: &OutboxRow, task: &Task) -> Shown {
        let channel = match task.visibility {
            Visibility::Public => task.channel,
            Visibility::Private => task.thread,
        };
        let (Some(channel), Some(card)) = (channel, task.card) else {
            return Err(missing("the task has no card"));
        };
        let lang = self.office.server_language(task.guild).await?;
        let known = self.office.recognition(task.guild).await?;
        let body =
            Voice { office: &self.office, lang, known: &known }.task_card(task, &Self::mark(&task.code, row));
        self.edit(channel, card, body).await
    }

    /// Edits a card in place. That it was deleted by somebody is final, and no fault of ours.
    async fn edit(&self, channel: ChannelId, message: MessageId, body: Value) -> Shown {
        match self.rest.edit_message(channel, message, render::silent(body)).await {
            Ok(_) => Ok((Delivery::Done(Some(message.0)), None)),
            Err(failure) if failure.code() == Some(codes::UNKNOWN_MESSAGE) => {
                Ok((Delivery::Rejected("the card was deleted by somebody".into()), None))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn announce(&self, row: &OutboxRow, occurrence: &str) -> Shown {
        let holding = self.holding(occurrence).await?;
        if holding.message.is_some() {
            return Ok((Delivery::Done(None), None));
        }
        let guild = holding.meeting.guild;
        let channel = self.places.meetings(guild).await?;
        let lang = self.office.server_language(guild).await?;
        let known = self.office.recognition(guild).await?;
        let mark = Self::mark(&holding.meeting.title, row);
        let body = Voice { office: &self.office, lang, known: &known }.meeting_card(&holding, &mark);
        let Some(message) = self.say_once(row, channel, body, &mark).await? else {
            return Ok((
                Delivery::Rejected("the announcement was posted and then deleted by somebody".into()),
                None,
            ));
        };
        let placed = Placed::Announcement { occurrence: holding.id, channel, message };
        Ok((Delivery::Done(Some(message.0)), Some(placed)))
    }

    async fn refresh_meeting(&self, row: &OutboxRow, occurrence: &str) -> Shown {
        let holding = self.holding(occurrence).await?;
        let (Some(channel), Some(message)) = (holding.channel, holding.message) else {
            return Err(missing("the meeting is not announced"));
        };
        let guild = holding.meeting.guild;
        let lang = self.office.server_language(guild).await?;
        let known = self.office.recognition(guild).await?;
        let mark = Self::mark(&holding.meeting.title, row);
        let body = Voice { office: &self.office, lang, known: &known }.meeting_card(&holding, &mark);
        self.edit(channel, message, body).await
    }

    async fn remind_meeting(&self, row: &OutboxRow, occurrence: &str, reminder: MeetingReminder) -> Shown {
        let holding = self.holding(occurrence).await?;
        if holding.starts_at <= self.office.clock.now() {
            // It was held up, and nobody needs it any more.
            return Ok((Delivery::Done(None), None));
        }
        let channel = holding.channel.ok_or_else(|| missing("the meeting is not announced"))?;
        let guild = holding.meeting.guild;
        let lang = self.office.server_language(guild).await?;
        let known = self.office.recognition(guild).await?;
        let voice = Voice { office: &self.office, lang, known: &known };
        let comes = AttendanceAnswer::Comes;
        let people =
            holding.attendance.iter().filter(|one| one.answer == comes).map(|one| one.user).collect();
        let pings = voice.invited(&holding).and_users(people);
        let mark = Self::mark(&holding.meeting.title, row);
        let body = render::ping(&voice.meeting_reminder(&holding, reminder), &pings, &mark);
        let message = self.say_once(row, channel, body, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    async fn holding(&self, id: &str) -> Result<Occurrence, Halt> {
        let gone = || Halt::Settled(Delivery::Rejected(format!("there is no holding {id}")));
        self.office.store.occurrence(id).await?.ok_or_else(gone)
    }

    /// Answers a request: in place of "thinking…" while its token lives, and with a message to the person afterwards.
    async fn reply(&self, row: &OutboxRow, interaction: u64, answer: &Answer) -> Shown {
        let Some(ReplyAddress { request, actor }) = self.office.reply_address(interaction).await? else {
            return Ok((Delivery::Rejected("the request is not there".into()), None));
        };
        let known = self.office.recognition(actor.guild).await?;
        let voice = Voice { office: &self.office, lang: actor.lang, known: &known };
        let now = self.office.clock.now_ms();
        let (body, complete) = self.answer(&voice, answer).await?;
        let waited = now - row.created.timestamp_millis() > LINK_PATIENCE_MS || row.attempts > 10;
        if !complete && !waited {
            return Err(Halt::Settled(Delivery::Later("the link is not there yet".into(), LINK_POLL)));
        }
        if now - request.received_ms < TOKEN_LIFE_MS {
            let sent = self.rest.edit_original_reply(request.application, &request.token, body.clone()).await;
            match sent {
                Ok(_) if complete => return Ok((Delivery::Done(None), None)),
                Ok(_) => return Err(waiting("the link is not there yet")),
                // The token has ended, or "thinking…" was never shown: then a message says it.
                Err(Failure::Rejected { .. }) => {}
                Err(failure) => return Err(failure.into()),
            }
        } else if !complete {
            return Err(waiting("the link is not there yet"));
        }
        let mark = Self::mark(voice.say("trả lời", "answer"), row);
        let text = body["embeds"][0]["description"].as_str().unwrap_or_default().to_owned();
        let late = render::ping(&text, &Pings::user(actor.user), &mark);
        let message = self.say_once(row, request.channel, late, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    /// The body of an answer, and whether it holds all that it will.
    async fn answer(&self, voice: &Voice<'_>, answer: &Answer) -> Result<(Value, bool), Halt> {
        Ok(match answer {
            Answer::Refused { refusal } => (render::refused(&voice.refusal(refusal)), true),
            Answer::TaskGiven { task, instead_of } => {
                let task = self.task(task).await?;
                let link = task.thread.map(|thread| format!("<#{thread}>"));
                let complete = link.is_some();
                (render::notice(&voice.task_given_answer(&task, link, instead_of)), complete)
            }
            Answer::TaskReceived { task, units } => {
                let task = self.task(task).await?;
                (render::notice(&voice.task_received_answer(&task, units)), true)
            }
            Answer::TaskDone { task } => {
                (render::notice(&voice.task_done_answer(&self.task(task).await?)), true)
            }
            Answer::MeetingScheduled { occurrence } => {
                let holding = self.holding(occurrence).await?;
                let link = holding
                    .channel
                    .zip(holding.message)
                    .map(|(channel, message)| link(holding.meeting.guild, channel, message));
                let complete = link.is_some();
                (render::notice(&voice.meeting_scheduled(&holding, link)), complete)
            }
            Answer::Attendance { occurrence, unit, answer } => {
                let holding = self.holding(occurrence).await?;
                (render::notice(&voice.attendance_recorded(&holding, unit, *answer)), true)
            }
        })
    }

    /// Posts a message exactly once. `None` means that it was posted before and deleted since.
    async fn say_once(
        &self,
        row: &OutboxRow,
        channel: ChannelId,
        body: Value,
        mark: &str,
    ) -> Result<Option<MessageId>, Halt> {
        if row.uncertain
            && let Some(message) = self.find_message(row, channel, mark).await?
        {
            return Ok(Some(message));
        }
        match self.rest.create_message(channel, body, Some(&nonce(&row.id))).await {
            Ok(message) => {
                let id = id_of(&message)
                    .ok_or_else(|| Failure::Unknown("the answer holds no message id".into()))?;
                Ok(Some(MessageId(id)))
            }
            // Discord answers a known nonce with the message; when that was deleted meanwhile, it does not know it.
            Err(failure) if row.uncertain && failure.code() == Some(codes::UNKNOWN_MESSAGE) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// A message of ours that an earlier try may have posted: it bears the mark. Of several the oldest counts.
    async fn find_message(
        &self,
        row: &OutboxRow,
        channel: ChannelId,
        mark: &str,
    ) -> Result<Option<MessageId>, Halt> {
        let mut after = MessageId::first_at(row.created.timestamp_millis() - SKEW_MS);
        loop {
            let page = self.rest.messages_after(channel, after, 100).await?;
            let ours = page.iter().find(|message| {
                id_at(&message["author"], "id") == Some(self.bot.0)
                    && message["embeds"][0]["footer"]["text"] == mark
            });
            if let Some(id) = ours.and_then(id_of) {
                return Ok(Some(MessageId(id)));
            }
            match page.last().and_then(id_of) {
                Some(last) if page.len() == 100 => after = MessageId(last),
                _ => return Ok(None),
            }
        }
    }
}

/// A nonce for a row: 22 of the 25 characters that Discord allows.
fn nonce(row: &str) -> String {
    use base64::Engine;
    let bytes = uuid::Uuid::parse_str(row).unwrap_or_default();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes.as_bytes())
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
                | codes::THREAD_IS_LOCKED,
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

/// A link that opens a message.
pub(super) fn link(guild: GuildId, channel: ChannelId, message: MessageId) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}
