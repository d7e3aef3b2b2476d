//! Taking lateness up: one rung each working day, to whoever holds it, until somebody takes note.

use super::duty::Duty;
use crate::domain::actor::Tier;
use crate::domain::digest::Audience;
use crate::domain::escalation::{Climbed, Escalation, EscalationRung, Pause, rungs_to_climb};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::note::TaskNote;
use crate::domain::position::Position;
use crate::domain::task::{Task, TaskState};
use crate::service::{Office, Outcome};
use crate::store::audit::AuditEntry;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

impl Office {
    /// To whom the lateness of what is owed is taken up with a reminder at `at`, when it is `overdue` working days late: the
    /// lowest rung above where it stands that somebody holds.
    pub(super) async fn climb_today(
        &self,
        duty: &Duty,
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
        for rung in rungs_to_climb(duty.rungs(), overdue, pause(&duty.task), stands, today) {
            let holders = self.holders_of(duty.task.guild, duty.unit(), *rung, at).await?;
            if !holders.is_empty() {
                return Ok(Some(Climbed { rung: *rung, passed, holders }));
            }
            passed.push(*rung);
        }
        Ok(None)
    }

    /// The people of a rung of `unit` at `at`; who is away is replaced by who stands in.
    async fn holders_of(
        &self,
        guild: GuildId,
        unit: Option<&UnitCode>,
        rung: EscalationRung,
        at: DateTime<Utc>,
    ) -> Outcome<Vec<UserId>> {
        let position = match rung {
            EscalationRung::FocalPoint => Position::FocalPoint,
            EscalationRung::Deputy => Position::Deputy,
            EscalationRung::Head => Position::Head,
            EscalationRung::Coordinator => return self.store.people_of_tier(guild, Tier::Coordinator).await,
            EscalationRung::Leadership => return self.store.people_of_tier(guild, Tier::Leadership).await,
        };
        let Some(unit) = unit else { return Ok(Vec::new()) };
        let holders = self.holders(guild, unit, position, at).await?;
        Ok(holders.into_iter().map(|holder| holder.user).collect())
    }

    /// The people of an audience above the units.
    pub(super) async fn above_units(
        &self,
        guild: GuildId,
        audience: &Audience,
        at: DateTime<Utc>,
    ) -> Outcome<BTreeSet<UserId>> {
        let rung = match audience {
            Audience::Leadership => EscalationRung::Leadership,
            Audience::Unit(_) | Audience::Coordinators => EscalationRung::Coordinator,
        };
        Ok(self.holders_of(guild, None, rung, at).await?.into_iter().collect())
    }

    /// Where a ladder stands after a step at `at`.
    pub(super) fn after(&self, climbed: &Climbed, at: DateTime<Utc>) -> Escalation {
        let climbed_on = self.calendar.local_date(at);
        Escalation { rung: climbed.rung, climbed_on, acknowledged: None, held_until: None }
    }

    /// Records that something is late: of a part once that its deadline has passed, and to whom the lateness is taken up. The
    /// reminder says it in the thread.
    pub(super) async fn record_lateness(
        &self,
        tx: &mut Tx,
        duty: &Duty,
        climbed: Option<&Climbed>,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        if let Some(unit) = duty.part.clone().filter(|_| duty.due < now) {
            let note = TaskNote::PartLate { unit, due: duty.due };
            if !self.dossier(duty.task.clone()).await?.history.iter().any(|event| event.note == note) {
                self.record(tx, &duty.task, &note, now).await?;
            }
        }
        let (Some(climbed), Some(unit)) = (climbed, duty.unit()) else { return Ok(()) };
        tx.climb(&duty.task.id, unit, duty.due, climbed.rung, self.calendar.local_date(now)).await?;
        let note = TaskNote::Escalated {
            unit: duty.part.clone(),
            to: climbed.rung,
            holders: climbed.holders.clone(),
            nobody: climbed.passed.clone(),
            due: duty.due,
        };
        self.record(tx, &duty.task, &note, now).await
    }

    /// Writes a note that came about by itself to the audit trail.
    async fn record(&self, tx: &mut Tx, task: &Task, note: &TaskNote, at: DateTime<Utc>) -> Outcome<()> {
        tx.audit(AuditEntry {
            guild: task.guild,
            at,
            actor: None,
            action: note.action(),
            subject: &task.subject(),
            detail: serde_json::to_value(note).map_err(|e| StoreError::Corrupt(e.to_string()))?,
            reason: None,
        })
        .await
    }

    /// Whether somebody holds the rung where a ladder stands, or one above it, and so may take note.
    pub(in crate::service) async fn may_take_note(
        &self,
        user: UserId,
        duty: &Duty,
        stands: EscalationRung,
        now: DateTime<Utc>,
    ) -> Outcome<bool> {
        for rung in EscalationRung::ALL.iter().skip_while(|rung| **rung != stands) {
            if self.holders_of(duty.task.guild, duty.unit(), *rung, now).await?.contains(&user) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where the ladder of what is owed stands.
    pub(in crate::service) async fn ladder_stands(&self, duty: &Duty) -> Outcome<Option<Escalation>> {
        match duty.unit() {
            Some(unit) => self.store.escalation(&duty.task.id, unit, duty.due).await,
            None => Ok(None),
        }
    }
}

/// What keeps a ladder from climbing, as things are now: what the lead waits for, its supporters wait for too.
fn pause(task: &Task) -> Pause {
    match task.state {
        TaskState::Blocked | TaskState::AwaitingExtension => Pause::LeadWaits,
        _ => Pause::No,
    }
}
