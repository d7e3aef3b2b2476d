//! Somebody takes note of what is late, a task or a supporter's part: it is not taken up higher for some working days.

use super::{Change, Office};
use crate::domain::escalation::HOLD_DAYS;
use crate::domain::note::TaskNote;
use crate::domain::refusal::Refusal;
use crate::domain::reminding::ReminderRefusal;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::TakeNote;

impl Office {
    pub(in crate::service) async fn take_note(&self, case: &Case, named: &TakeNote) -> Deciding {
        let task = self.task_shown(&case.actor, &named.task).await??;
        let (now, code, part) = (self.clock.now(), task.code.clone(), named.unit.clone());
        let today = self.calendar.local_date(now);
        let refuse = |no| Err(Refusal::Reminders { no }.into());
        let duty = self.duty_now(task, part.clone()).await?;
        let stands = match &duty {
            Some(duty) => self.ladder_stands(duty).await?,
            None => None,
        };
        let (Some(duty), Some(stands)) = (duty, stands) else {
            return refuse(ReminderRefusal::NothingToAcknowledge { code, unit: part });
        };
        let Some(unit) = duty.unit().cloned() else {
            return refuse(ReminderRefusal::NothingToAcknowledge { code, unit: part });
        };
        if !self.may_take_note(case.actor.user, &duty, stands.rung, now).await? {
            return refuse(ReminderRefusal::NotTakenUpToYou { rung: stands.rung, unit: Some(unit) });
        }
        if let (Some((by, _)), Some(until)) = (stands.acknowledged, stands.held_until)
            && until >= today
        {
            return refuse(ReminderRefusal::AlreadyAcknowledged { code, unit: part, by, until });
        }
        let until = self.calendar.add_working_days(today, HOLD_DAYS);
        let mut tx = self.store.begin().await?;
        tx.acknowledge(&duty.task.id, &unit, &stands, case.actor.user, now, today, until).await?;
        let note = TaskNote::Acknowledged { unit: part, rung: stands.rung, until };
        self.write(&mut tx, case, Change::of(&duty.task, note)).await?;
        Ok(tx.commit().await?)
    }
}
