//! Showing reminders: by themselves in the task's thread, or together in a digest.

use super::{Halt, Outbound, Shown, missing};
use crate::discord::render::{self, Pings};
use crate::discord::words::Voice;
use crate::domain::digest::Audience;
use crate::domain::effect::TaskReminder;
use crate::domain::escalation::{Climbed, EscalationRung};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::Task;
use crate::jobs::outbox::Placed;
use crate::service::reminders::Reminding;
use crate::store::outbox::{Delivery, OutboxRow};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// After how long a reminder that was held up looks again whether the office is open.
const OPENING_POLL: Duration = Duration::from_secs(5);
/// How those are written whom a reminder that was left out would have told: a unit, or a step of the escalation.
const UNIT: &str = "unit:";
const CLIMBED: &str = "climbed:";

/// Whom a reminder tells beside the lead.
#[derive(Default)]
struct Beside {
    units: BTreeSet<UnitCode>,
    climbed: Vec<Climbed>,
}

impl Beside {
    /// Of this reminder itself.
    fn of(task: &Task, reminder: &TaskReminder) -> Self {
        let support = task.missing().filter(|unit| reminder.supporters && !reminder.withheld.contains(*unit));
        Self { units: support.cloned().collect(), climbed: reminder.climbed.iter().cloned().collect() }
    }

    /// Adds whom earlier ones that were left out would have told.
    fn and_owed(mut self, owed: &[String]) -> Self {
        for who in owed {
            if let Some(unit) = who.strip_prefix(UNIT) {
                self.units.insert(UnitCode::from(unit));
            } else if let Some(climbed) =
                who.strip_prefix(CLIMBED).and_then(|json| serde_json::from_str(json).ok())
            {
                self.climbed.push(climbed);
            }
        }
        self.climbed.sort_by_key(|climbed| climbed.rung as u8);
        self.climbed.dedup_by_key(|climbed| climbed.rung);
        self
    }

    /// As it is kept for the next reminder.
    fn written(&self) -> Vec<String> {
        let units = self.units.iter().map(|unit| format!("{UNIT}{unit}"));
        let climbed = self.climbed.iter().filter_map(|climbed| serde_json::to_string(climbed).ok());
        units.chain(climbed.map(|json| format!("{CLIMBED}{json}"))).collect()
    }
}

impl Outbound {
    /// Reminds of a deadline, unless that is no longer worth it or must wait until the office opens. Whom a reminder that is
    /// left out would have told besides the lead, the next one tells.
    pub(super) async fn remind_task(&self, row: &OutboxRow, task: &Task, reminder: &TaskReminder) -> Shown {
        let beside = Beside::of(task, reminder);
        match self.office.reminding(task, row.created).await? {
            Reminding::Now => {}
            Reminding::Never => return Ok((Delivery::Done(None), None)),
            Reminding::Overtaken => {
                tracing::info!(task = task.code, key = row.key, "a reminder was overtaken and is left out");
                let left = Placed::LeftOut { task: task.id.clone(), due: task.due, who: beside.written() };
                return Ok((Delivery::Done(None), Some(left)));
            }
            Reminding::InTheMorning => {
                return Ok((Delivery::Later("the office is closed".into(), OPENING_POLL), None));
            }
        }
        let owed = self.office.store.reminder_owed(&task.id, task.due).await?;
        let beside = beside.and_owed(&owed);
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let (lang, known) = self.tongue(task.guild).await?;
        let voice = Voice::new(&self.office, lang, &known).of(task);
        let lead = task.lead().filter(|lead| !reminder.withheld.contains(*lead));
        let units: BTreeSet<UnitCode> = lead.into_iter().chain(&beside.units).cloned().collect();
        // The lead's role comes first.
        let roles = lead.into_iter().chain(units.iter().filter(|unit| Some(*unit) != lead));
        let roles = roles.filter_map(|unit| voice.role(unit)).collect();
        let holders = beside.climbed.iter().flat_map(|climbed| climbed.holders.iter().copied());
        let mut people: Vec<UserId> = holders.collect();
        let acting = self.office.beside_roles(task.guild, &units).await?;
        people.extend(acting.into_iter().filter(|user| !people.contains(user)).collect::<Vec<_>>());
        let pings = Pings::roles(roles).and_users(people);
        let mut text = voice.task_reminder(task, reminder);
        text.push_str(&voice.escalation(task, &beside.climbed));
        let mark = Self::mark(&task.code, row);
        let mut body = render::ping(&text, &pings, &mark);
        if !beside.climbed.is_empty() {
            body["components"] = acknowledge_button(&voice, task);
        }
        let message = self.say_once(row, thread, body, &mark).await?;
        // The card says how many days are left; a reminder is when that changes.
        if let Err(Halt::Rest(failure)) = self.refresh_task(row, task).await {
            tracing::warn!(task = task.code, %failure, "the card still shows an older count of days");
        }
        let placed = (!owed.is_empty()).then(|| Placed::Reminded { task: task.id.clone() });
        Ok((Delivery::Done(message.map(|id| id.0)), placed))
    }

    /// Reminds a unit of its part, unless it has sent it meanwhile; while the office is closed it waits.
    pub(super) async fn remind_part(&self, row: &OutboxRow, task: &Task, unit: &UnitCode) -> Shown {
        let part = task.units.iter().find(|part| part.unit == *unit && part.done_at.is_none());
        let Some(due) = part.and_then(|part| part.due).filter(|_| task.state.is_open()) else {
            return Ok((Delivery::Done(None), None));
        };
        if !self.office.calendar.in_office_hours(self.office.clock.now()) {
            return Ok((Delivery::Later("the office is closed".into(), OPENING_POLL), None));
        }
        let units = BTreeSet::from([unit.clone()]);
        let acting = self.office.beside_roles(task.guild, &units).await?.into_iter().collect();
        self.in_thread(row, task, |voice| {
            let roles = voice.role(unit).into_iter().collect();
            (voice.part_reminder(task, unit, due), Pings::roles(roles).and_users(acting))
        })
        .await
    }

    /// Says who took note of a task's lateness.
    pub(super) async fn acknowledged(
        &self,
        row: &OutboxRow,
        task: &Task,
        by: UserId,
        rung: EscalationRung,
        until: NaiveDate,
    ) -> Shown {
        self.in_thread(row, task, |voice| (voice.acknowledged(task, by, rung, until), Pings::default())).await
    }

    /// Posts the digest of an audience, unless nothing of it is open any more.
    pub(super) async fn digest(
        &self,
        row: &OutboxRow,
        guild: GuildId,
        audience: &str,
        day: NaiveDate,
        unpinged: &[u64],
    ) -> Shown {
        let audience = Audience::from_code(audience)
            .ok_or_else(|| Halt::Settled(Delivery::Rejected(format!("there is no audience {audience}"))))?;
        let digest = self.office.digest(guild, &audience, day).await?;
        if digest.is_empty() {
            return Ok((Delivery::Done(None), None));
        }
        let channel = self.places.digest(guild).await?;
        let (lang, known) = self.tongue(guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let role = match &audience {
            Audience::Unit(unit) => voice.role(unit),
            Audience::Coordinators | Audience::Leadership => None,
        };
        // A role pings everybody who holds it: where somebody has no room for that, the others are named one by one.
        let pings = match role {
            Some(role) if unpinged.is_empty() => {
                let units = match &audience {
                    Audience::Unit(unit) => BTreeSet::from([unit.clone()]),
                    Audience::Coordinators | Audience::Leadership => BTreeSet::new(),
                };
                let acting = self.office.beside_roles(guild, &units).await?;
                Pings::roles(vec![role]).and_users(acting.into_iter().collect())
            }
            _ => {
                let people = digest.people.iter().copied().filter(|user| !unpinged.contains(&user.0));
                Pings::default().and_users(people.collect())
            }
        };
        let mark = Self::mark(voice.say("bản tin nhắc việc", "digest"), row);
        let body = render::ping(&voice.digest(&audience, day, &digest), &pings, &mark);
        let message = self.say_once(row, channel, body, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }
}

fn acknowledge_button(voice: &Voice<'_>, task: &Task) -> serde_json::Value {
    let label = voice.say("Đã nắm thông tin", "Acknowledge");
    let id = format!("v1:task:ack:{}", task.id);
    json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": label, "custom_id": id }] }])
}
