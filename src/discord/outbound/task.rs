//! Showing tasks: the card, the thread under it, the people in it, and what is said there.

use super::{Halt, Outbound, SKEW_MS, Shown, id_at, id_of, missing};
use crate::discord::render::{self, Pings};
use crate::discord::rest::{Archived, Failure, codes};
use crate::discord::words::Voice;
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::note::TaskNote;
use crate::domain::position::Position;
use crate::domain::setup::PlaceKind;
use crate::domain::task::{Task, Visibility};
use crate::jobs::outbox::Placed;
use crate::store::outbox::{Delivery, OutboxRow};
use chrono::{DateTime, TimeDelta};
use serde_json::Value;
use std::collections::BTreeSet;

impl Outbound {
    pub(super) async fn task(&self, id: &str) -> Result<Task, Halt> {
        let gone = || Halt::Settled(Delivery::Rejected(format!("there is no task {id}")));
        self.office.store.task(id).await?.ok_or_else(gone)
    }

    pub(super) async fn card(&self, row: &OutboxRow, task: &Task) -> Shown {
        if task.card.is_some() {
            return Ok((Delivery::Done(None), None));
        }
        let channel = match task.visibility {
            Visibility::Public => {
                let spot = self.places.phase(task.guild, &task.phase).await?;
                if spot.kind == PlaceKind::Forum {
                    return self.post(row, task, spot.channel).await;
                }
                spot.channel
            }
            Visibility::Private => task.thread.ok_or_else(|| missing("the task has no thread"))?,
        };
        let (lang, known) = self.tongue(task.guild).await?;
        let mark = Self::mark(&task.code, row);
        let dossier = self.office.dossier(task.clone()).await?;
        let body = Voice::new(&self.office, lang, &known).of(task).task_card(&dossier, &mark);
        let Some(message) = self.say_once(row, channel, body, &mark).await? else {
            return Ok((Delivery::Rejected("the card was posted and then deleted by somebody".into()), None));
        };
        // A private card stands inside the thread, but the task's channel stays that of its phase.
        let place = task.channel.filter(|_| task.visibility == Visibility::Private).unwrap_or(channel);
        let placed = Placed::Card { task: task.id.clone(), channel: place, message };
        Ok((Delivery::Done(Some(message.0)), Some(placed)))
    }

    pub(super) async fn thread(&self, row: &OutboxRow, task: &Task) -> Shown {
        if let Some(thread) = task.thread {
            return Ok((Delivery::Done(Some(thread.0)), None));
        }
        let (lang, known) = self.tongue(task.guild).await?;
        let name = Voice::new(&self.office, lang, &known).of(task).thread_name(task);
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
                let parent = self.places.private(task.guild, &task.phase).await?;
                let found = if row.uncertain {
                    self.find_thread(row, task, (parent, Archived::Private)).await?
                } else {
                    None
                };
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

    /// A private thread or a post that an earlier try may have made: ours, under this channel, and named after the task. Of
    /// several the oldest counts.
    pub(super) async fn find_thread(
        &self,
        row: &OutboxRow,
        task: &Task,
        (parent, which): (ChannelId, Archived),
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
            let page = self.rest.archived_threads(parent, which, before.as_deref()).await?;
            let found = oldest(&page.threads);
            match page.next {
                Some(next) if found.is_none() && !earlier(&next) => before = Some(next),
                _ => return Ok(found),
            }
        }
    }

    /// Says something in a task's thread.
    pub(super) async fn in_thread(
        &self,
        row: &OutboxRow,
        task: &Task,
        words: impl FnOnce(&Voice<'_>) -> (String, Pings),
    ) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let (lang, known) = self.tongue(task.guild).await?;
        let (text, pings) = words(&Voice::new(&self.office, lang, &known).of(task));
        let mark = Self::mark(&task.code, row);
        let message = self.say_once(row, thread, render::ping(&text, &pings, &mark), &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    /// Says in the thread what somebody did.
    pub(super) async fn note(&self, row: &OutboxRow, task: &Task, by: u64, note: &TaskNote) -> Shown {
        let deciders = match (note, task.lead()) {
            (TaskNote::ExtensionAsked { .. }, Some(lead)) => {
                let now = self.office.clock.now();
                self.office.holders(task.guild, lead, Position::LeaderInCharge, now).await?
            }
            _ => Vec::new(),
        };
        let deciders: Vec<UserId> = deciders.iter().map(|one| one.user).collect();
        self.in_thread(row, task, |voice| {
            (voice.task_note(task, by, note), voice.note_pings(task, by, note, deciders))
        })
        .await
    }

    /// Brings everybody in who is of the lead or a supporter, or stands in there. A role mention may do it, and may not.
    pub(super) async fn people(&self, task: &Task) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let mut people: BTreeSet<UserId> = BTreeSet::new();
        for unit in &task.units {
            people.extend(self.office.people_for(task.guild, &unit.unit, self.office.clock.now()).await?);
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

    pub(super) async fn refresh_task(&self, row: &OutboxRow, task: &Task) -> Shown {
        let said = self.office.store.post_tags(&task.id).await?;
        let channel = match task.visibility {
            Visibility::Public if said.is_none() => task.channel,
            // The card stands in the thread.
            Visibility::Public | Visibility::Private => task.thread,
        };
        let (Some(channel), Some(card)) = (channel, task.card) else {
            return Err(missing("the task has no card"));
        };
        if let Some(said) = said {
            self.tag_post(task, channel, &said).await?;
        }
        let (lang, known) = self.tongue(task.guild).await?;
        let (voice, mark) = (Voice::new(&self.office, lang, &known).of(task), Self::mark(&task.code, row));
        let body = voice.task_card(&self.office.dossier(task.clone()).await?, &mark);
        self.edit(channel, card, body).await
    }
}
