//! Taking lateness up: one rung each working day, to whoever holds it, until somebody takes note.

use crate::domain::actor::Tier;
use crate::domain::digest::Audience;
use crate::domain::effect::{Answer, Effect};
use crate::domain::escalation::{Climbed, Escalation, EscalationRung, HOLD_DAYS, Pause, rungs_to_climb};
use crate::domain::ids::UserId;
use crate::domain::note::TaskNote;
use crate::domain::position::Position;
use crate::domain::refusal::Refusal;
use crate::domain::reminding::ReminderRefusal;
use crate::domain::task::{Task, TaskState};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::TaskRef;
use crate::service::{Office, Outcome};
use crate::store::audit::AuditEntry;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

impl Office {
    /// To whom the lateness of a task is taken up with a reminder at `at`, when it is `overdue` working days late: the lowest
    /// rung above where it stands that somebody holds.
    pub(super) async fn climb_today(
        &self,
        task: &Task,
        overdue: u32,
        stands: Option<&Escalation>,
        at: DateTime<Utc>,
    ) -> Outcome<Option<Climbed>> {
        // At night and on days off nobody is troubled who cannot act; flash alone is reminded of then.
        if !self.calendar.in_office_hours(at) {
            return Ok(None);
        }
        let today = self.calendar.local_date(at);
        let mut passed = Vec::new();
        for rung in rungs_to_climb(overdue, pause(task), stands, today) {
            let holders = self.holders_of(task, *rung, at).await?;
            if !holders.is_empty() {
                return Ok(Some(Climbed { rung: *rung, passed, holders }));
            }
            passed.push(*rung);
        }
        Ok(None)
    }

    /// The people of a rung at `at`; who is away is replaced by who stands in.
    async fn holders_of(&self, task: &Task, rung: EscalationRung, at: DateTime<Utc>) -> Outcome<Vec<UserId>> {
        let (guild, Some(lead)) = (task.guild, task.lead()) else { return Ok(Vec::new()) };
        let position = match rung {
            EscalationRung::FocalPoint => Position::FocalPoint,
            EscalationRung::Deputy => Position::Deputy,
            EscalationRung::Head => Position::Head,
            EscalationRung::Coordinator => return self.store.people_of_tier(guild, Tier::Coordinator).await,
            EscalationRung::Leadership => return self.store.people_of_tier(guild, Tier::Leadership).await,
        };
        let holders = self.holders(guild, lead, position, at).await?;
        Ok(holders.into_iter().map(|holder| holder.user).collect())
    }

    /// The people of an audience above the units.
    pub(super) async fn above_units(
        &self,
        audience: &Audience,
        task: &Task,
        at: DateTime<Utc>,
    ) -> Outcome<BTreeSet<UserId>> {
        let rung = match audience {
            Audience::Leadership => EscalationRung::Leadership,
            Audience::Unit(_) | Audience::Coordinators => EscalationRung::Coordinator,
        };
        Ok(self.holders_of(task, rung, at).await?.into_iter().collect())
    }

    /// Where a ladder stands after a step at `at`.
    pub(super) fn after(&self, climbed: &Climbed, at: DateTime<Utc>) -> Escalation {
        let climbed_on = self.calendar.local_date(at);
        Escalation { rung: climbed.rung, climbed_on, acknowledged: None, held_until: None }
    }

    /// Records that the lateness of a task is taken up.
    pub(super) async fn take_up(
        &self,
        tx: &mut Tx,
        task: &Task,
        climbed: &Climbed,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        tx.climb(task, climbed.rung, self.calendar.local_date(now)).await?;
        let (rung, holders, passed) = (climbed.rung, &climbed.holders, &climbed.passed);
        tx.audit(AuditEntry {
            guild: task.guild,
            at: now,
            actor: None,
            action: "task.escalate",
            subject: &task.subject(),
            detail: serde_json::json!({ "to": rung, "holders": holders, "nobody": passed, "due": task.due }),
            reason: None,
        })
        .await
    }

    /// Somebody takes note of a task's lateness: the ladder stays where it is for some working days.
    pub(in crate::service) async fn acknowledge(&self, case: &Case, named: &TaskRef) -> Deciding {
        let task = self.task_shown(&case.actor, &named.task).await??;
        let now = self.clock.now();
        let today = self.calendar.local_date(now);
        let refuse = |no| Err(Refusal::Reminders { no }.into());
        let stands = self.store.escalation(&task).await?.filter(|_| super::is_reminded(&task));
        let Some(stands) = stands else {
            return refuse(ReminderRefusal::NothingToAcknowledge { code: task.code });
        };
        if let (Some((by, _)), Some(until)) = (stands.acknowledged, stands.held_until)
            && until >= today
        {
            return refuse(ReminderRefusal::AlreadyAcknowledged { code: task.code, by, until });
        }
        if !self.may_acknowledge(case.actor.user, &task, stands.rung, now).await? {
            let (rung, unit) = (stands.rung, task.lead().cloned());
            return refuse(ReminderRefusal::NotTakenUpToYou { rung, unit });
        }
        let until = self.calendar.add_working_days(today, HOLD_DAYS);
        let mut tx = self.store.begin().await?;
        tx.acknowledge(&task.id, &stands, case.actor.user, now, today, until).await?;
        tx.audit(AuditEntry {
            guild: task.guild,
            at: now,
            actor: Some(case.actor.user),
            action: "task.acknowledge",
            subject: &task.subject(),
            detail: serde_json::to_value(TaskNote::Acknowledged { rung: stands.rung, until })
                .map_err(|e| StoreError::Corrupt(e.to_string()))?,
            reason: None,
        })
        .await?;
        let by = case.actor.user.0;
        let said = Effect::Acknowledged { task: task.id.clone(), by, rung: stands.rung, until };
        let key = format!("task:{}:acknowledged:{}:{today}", task.id, stands.rung);
        tx.put_out(task.guild, &task.subject(), &key, &said, now).await?;
        self.conclude(&mut tx, case, Answer::Acknowledged { task: task.id, until }).await?;
        Ok(tx.commit().await?)
    }

    /// Who holds the rung where the ladder stands, or one above it, may take note.
    async fn may_acknowledge(
        &self,
        user: UserId,
        task: &Task,
        stands: EscalationRung,
        now: DateTime<Utc>,
    ) -> Outcome<bool> {
        for rung in EscalationRung::ALL.iter().skip_while(|rung| **rung != stands) {
            if self.holders_of(task, *rung, now).await?.contains(&user) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What keeps the ladder of a task from climbing, as things are now.
fn pause(task: &Task) -> Pause {
    match task.state {
        TaskState::Blocked | TaskState::AwaitingExtension => Pause::LeadWaits,
        _ => Pause::No,
    }
}
