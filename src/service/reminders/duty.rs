//! What ladders remind of: tasks, which their leads owe, and parts of supporters that have deadlines of their own. Both go one way.

use super::call::Round;
use crate::domain::calendar::Calendar;
use crate::domain::deadline::{Ladder, Receipt, Rules, Step};
use crate::domain::effect::ReceiptAsked;
use crate::domain::escalation::EscalationRung;
use crate::domain::ids::UnitCode;
use crate::domain::task::{Part, Task, TaskUnit, Urgency};
use crate::service::{Office, Outcome};
use crate::store::timer::Timer;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Something that a unit owes by a deadline, as things are now.
#[derive(Clone, Debug)]
pub(in crate::service) struct Duty {
    /// The task, or the one that it is a part of.
    pub(in crate::service) task: Task,
    /// The supporter whose part it is; none when it is the task itself.
    pub(in crate::service) part: Option<UnitCode>,
    /// By when.
    pub(in crate::service) due: DateTime<Utc>,
    /// How the unit is reminded.
    pub(super) rules: Arc<Rules>,
}

/// Whether a task is reminded of at all: something is still to be done.
pub(super) fn is_reminded(task: &Task) -> bool {
    task.state.is_open()
}

/// By when this is due: the task, or the part of a supporter that has a deadline of its own. `None` when nothing is to be done.
pub(super) fn deadline(task: &Task, part: Option<&UnitCode>) -> Option<DateTime<Utc>> {
    let due = match part {
        None => Some(task.due),
        Some(unit) => {
            let owes = |one: &&TaskUnit| one.unit == *unit && one.part == Part::Support;
            task.units.iter().find(owes).filter(|one| one.done_at.is_none())?.due
        }
    };
    due.filter(|_| is_reminded(task))
}

/// What the timer of a duty is called.
fn subject(task: &Task, part: Option<&UnitCode>) -> String {
    match part {
        None => task.subject(),
        Some(unit) => format!("part:{}:{unit}", task.id),
    }
}

impl Duty {
    /// The unit that owes it.
    pub(in crate::service) fn unit(&self) -> Option<&UnitCode> {
        self.part.as_ref().or(self.task.lead())
    }

    /// Whether its reminder tells `unit`: that of a task tells no supporter whose part was due before and is reminded of by itself.
    pub(super) fn tells(&self, unit: &UnitCode, at: DateTime<Utc>) -> bool {
        let own = deadline(&self.task, Some(unit)).filter(|_| self.part.is_none());
        own.is_none_or(|due| due > at)
    }

    /// Who is asked for a receipt by its reminder at this step: the supporters with all that reminds of what is urgent, because what
    /// is normal waits for their digest.
    pub(super) fn asks_receipt(&self, step: Step) -> ReceiptAsked {
        match (step, self.rules.receipt(self.task.urgency)) {
            _ if self.part.is_some() => ReceiptAsked::OfLead,
            (Step::Receipt, _) => ReceiptAsked::Only,
            (_, Receipt::Pulse | Receipt::Morning) => ReceiptAsked::OfAll,
            (_, Receipt::Digest) => ReceiptAsked::OfLead,
        }
    }

    /// To whom its lateness is taken up, the lowest first.
    pub(super) fn rungs(&self) -> &'static [EscalationRung] {
        match self.part {
            None => EscalationRung::ALL,
            Some(_) => EscalationRung::OF_PART,
        }
    }

    /// Its ladder. A part is reminded of as a normal task is, however urgent the task: its unit has received it, and what is
    /// urgent about the task is told to all by the reminders of the task.
    pub(super) fn ladder<'a>(&'a self, calendar: &'a Calendar) -> Ladder<'a> {
        let owes = self.task.units.iter().find(|unit| Some(&unit.unit) == self.unit());
        let (given, urgency, received, awaited) = match self.part {
            None => {
                let received = owes.is_some_and(|lead| !self.task.awaits_receipt(lead));
                let awaited = self.task.unreceived().next().is_some();
                (self.task.created_at, self.task.urgency, received, awaited)
            }
            Some(_) => (owes.map_or(self.task.created_at, |unit| unit.since), Urgency::Normal, true, false),
        };
        Ladder { due: self.due, given, urgency, received, awaited, rules: &self.rules, calendar }
    }
}

impl Office {
    /// What is owed now; `None` when nothing is.
    pub(super) async fn duty(
        &self,
        task: Task,
        part: Option<UnitCode>,
        round: &mut Round,
    ) -> Outcome<Option<Duty>> {
        let Some(due) = deadline(&task, part.as_ref()) else { return Ok(None) };
        let rules = round.rules(self, task.guild, part.as_ref().or(task.lead())).await?;
        Ok(Some(Duty { task, part, due, rules }))
    }

    /// The same for who asks once.
    pub(in crate::service) async fn duty_now(
        &self,
        task: Task,
        part: Option<UnitCode>,
    ) -> Outcome<Option<Duty>> {
        self.duty(task, part, &mut Round::default()).await
    }

    /// What is owed behind a timer: `task:<id>`, or `part:<id>:<unit>`.
    pub(super) async fn duty_behind(&self, subject: &str, round: &mut Round) -> Outcome<Option<Duty>> {
        let corrupt = || StoreError::Corrupt(format!("timer of {subject}"));
        let (id, part) = match subject.split_once(':') {
            Some(("task", id)) => (id, None),
            Some(("part", part)) => {
                let (id, unit) = part.split_once(':').ok_or_else(corrupt)?;
                (id, Some(UnitCode::from(unit)))
            }
            _ => return Err(corrupt()),
        };
        match self.store.task(id).await? {
            Some(task) => self.duty(task, part, round).await,
            None => Ok(None),
        }
    }

    /// Has a task looked at when its next rung is due, and its office plan its mornings. What was due before `now` is not made
    /// up for: who gives a task, or moves its deadline, says so at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub(in crate::service) async fn watch_task(
        &self,
        tx: &mut Tx,
        task: &Task,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        self.watch(tx, task, None, now).await?;
        tx.ensure_timer(&self.digest_timer(task.guild, now)).await
    }

    /// Has the parts that have deadlines of their own looked at when their next rungs are due.
    ///
    /// # Errors
    /// When the database refuses.
    pub(in crate::service) async fn watch_parts(
        &self,
        tx: &mut Tx,
        task: &Task,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        for unit in task.units.iter().filter(|unit| unit.due.is_some()) {
            self.watch_part(tx, task, &unit.unit, now).await?;
        }
        Ok(())
    }

    /// The same of the part of one unit.
    ///
    /// # Errors
    /// When the database refuses.
    pub(in crate::service) async fn watch_part(
        &self,
        tx: &mut Tx,
        task: &Task,
        unit: &UnitCode,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        self.watch(tx, task, Some(unit), now).await
    }

    async fn watch(
        &self,
        tx: &mut Tx,
        task: &Task,
        part: Option<&UnitCode>,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let Some(duty) = self.duty_now(task.clone(), part.cloned()).await? else { return Ok(()) };
        let due = duty.ladder(&self.calendar).next_rung(now).at;
        tx.set_timer(&Timer { subject: subject(task, part), guild: task.guild, due, fired: now }).await
    }
}
