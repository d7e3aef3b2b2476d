//! Showing reminders: by themselves in the task's thread, or together in a digest.

use super::{Halt, Outbound, Shown, missing};
use crate::discord::render::{self, Pings};
use crate::discord::words::Voice;
use crate::domain::digest::Audience;
use crate::domain::effect::{ReceiptAsked, TaskReminder};
use crate::domain::escalation::Climbed;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::Task;
use crate::jobs::outbox::Placed;
use crate::service::Office;
use crate::service::reminders::{Reminding, reminded};
use crate::store::outbox::{Delivery, OutboxRow};
use crate::store::reminder::Owed;
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// After how long a reminder that was held up looks again whether the office is open.
const OPENING_POLL: Duration = Duration::from_secs(5);

/// Whom a reminder tells beside the unit that owes something.
#[derive(Default)]
struct Beside {
    units: BTreeSet<UnitCode>,
    climbed: Vec<Climbed>,
}

impl Beside {
    /// Of this reminder itself.
    fn of(task: &Task, reminder: &TaskReminder) -> Self {
        let owes = reminder.part.as_ref().or(task.lead());
        let all = reminded(task, reminder.part.as_ref(), reminder.supporters, reminder.receipt);
        let units = all.filter(|unit| Some(*unit) != owes && !reminder.withheld.contains(*unit));
        Self { units: units.cloned().collect(), climbed: reminder.climbed.iter().cloned().collect() }
    }

    /// Adds whom earlier ones that were left out would have told.
    fn and_owed(mut self, owed: &[Owed]) -> Self {
        for who in owed {
            match who {
                Owed::Unit(unit) => drop(self.units.insert(unit.clone())),
                Owed::Climbed(climbed) => self.climbed.push(climbed.clone()),
            }
        }
        self.climbed.sort_by_key(|climbed| climbed.rung as u8);
        self.climbed.dedup_by_key(|climbed| climbed.rung);
        self
    }

    /// As it is kept for the next reminder.
    fn owed(self) -> Vec<Owed> {
        self.units.into_iter().map(Owed::Unit).chain(self.climbed.into_iter().map(Owed::Climbed)).collect()
    }
}

impl Outbound {
    /// Reminds of the deadline of a task or of a part, unless that is no longer worth it or must wait until the office opens. Whom a
    /// reminder that is left out would have told besides the unit that owes it, the next one tells.
    pub(super) async fn remind_task(&self, row: &OutboxRow, task: &Task, reminder: &TaskReminder) -> Shown {
        let (beside, part) = (Beside::of(task, reminder), reminder.part.as_ref());
        let Some(due) = Office::deadline(task, part) else { return Ok((Delivery::Done(None), None)) };
        match self.office.reminding(task, part, row.created).await? {
            Reminding::Now => {}
            Reminding::Never => return Ok((Delivery::Done(None), None)),
            Reminding::Overtaken => {
                tracing::info!(task = task.code, key = row.key, "a reminder was overtaken and is left out");
                let (task, part, who) = (task.id.clone(), part.cloned(), beside.owed());
                return Ok((Delivery::Done(None), Some(Placed::LeftOut { task, part, due, who })));
            }
            Reminding::InTheMorning => {
                return Ok((Delivery::Later("the office is closed".into(), OPENING_POLL), None));
            }
        }
        let owed = self.office.store.reminder_owed(&task.id, part, due).await?;
        let beside = beside.and_owed(&owed);
        let asked: Vec<UnitCode> =
            task.unreceived().filter(|unit| !reminder.withheld.contains(*unit)).cloned().collect();
        if reminder.receipt == ReceiptAsked::Only && asked.is_empty() && beside.climbed.is_empty() {
            // Whoever had not received it has, meanwhile.
            return Ok((Delivery::Done(None), None));
        }
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let (lang, known) = self.tongue(task.guild).await?;
        let voice = Voice::new(&self.office, lang, &known).of(task);
        let owes = reminded(task, part, reminder.supporters, reminder.receipt)
            .next()
            .filter(|unit| Some(*unit) == part.or(task.lead()) && !reminder.withheld.contains(*unit));
        let units: BTreeSet<UnitCode> = owes.into_iter().chain(&beside.units).cloned().collect();
        // The role of the unit that owes it comes first.
        let roles = owes.into_iter().chain(units.iter().filter(|unit| Some(*unit) != owes));
        let roles = roles.filter_map(|unit| voice.role(unit)).collect();
        let holders = beside.climbed.iter().flat_map(|climbed| climbed.holders.iter().copied());
        let mut people: Vec<UserId> = holders.collect();
        let acting = self.office.beside_roles(task.guild, &units).await?;
        people.extend(acting.into_iter().filter(|user| !people.contains(user)).collect::<Vec<_>>());
        let pings = Pings::roles(roles).and_users(people);
        let mut text = match part {
            None => voice.task_reminder(task, reminder.receipt, &asked),
            Some(unit) => voice.part_reminder(task, unit, due),
        };
        text.push_str(&voice.sent_late(reminder));
        text.push_str(&voice.escalation(task, part, &beside.climbed));
        let mark = Self::mark(&task.code, row);
        let mut body = render::ping(&text, &pings, &mark);
        if !beside.climbed.is_empty() {
            body["components"] = acknowledge_button(&voice, task, part);
        }
        let message = self.say_once(row, thread, body, &mark).await?;
        // The card says how many days are left; a reminder is when that changes.
        if let Err(Halt::Rest(failure)) = self.refresh_task(row, task).await {
            tracing::warn!(task = task.code, %failure, "the card still shows an older count of days");
        }
        let placed =
            (!owed.is_empty()).then(|| Placed::Reminded { task: task.id.clone(), part: part.cloned() });
        Ok((Delivery::Done(message.map(|id| id.0)), placed))
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

/// The button names what is late: below the reminders of a task there may be several.
fn acknowledge_button(voice: &Voice<'_>, task: &Task, part: Option<&UnitCode>) -> serde_json::Value {
    let label = voice.say("Đã nắm thông tin", "Acknowledge");
    let (label, id) = match part {
        None => (label.to_owned(), format!("v1:task:ack:{}", task.id)),
        Some(unit) => {
            let of = voice.say("phần việc", "the part of");
            (format!("{label}: {of} {unit}"), format!("v1:part:ack:{}:{unit}", task.id))
        }
    };
    json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": label, "custom_id": id }] }])
}
