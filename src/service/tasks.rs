//! Giving, receiving and finishing tasks.

use super::inbox::{Case, Decided};
use super::request::{GiveTask, TaskRef};
use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::calendar::Day;
use crate::domain::charter::{Lead, Responsibility};
use crate::domain::effect::{Answer, Effect, TaskNote};
use crate::domain::fold::tidy;
use crate::domain::ids::{GuildId, PhaseCode, UnitCode};
use crate::domain::refusal::Refusal;
use crate::domain::task::{self, Part, TITLE_MAX, Task, TaskState, TaskUnit, Visibility};
use crate::store::audit::AuditEntry;
use crate::store::{Tx, new_id};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

impl Office {
    pub(super) async fn give_task(&self, case: &Case, give: &GiveTask) -> Outcome<Decided> {
        let (mut task, instead_of) = match self.plan_task(case, give) {
            Ok(planned) => planned,
            Err(refusal) => return Ok(Decided::Refused(refusal)),
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let year = self.calendar.local(task.created_at).year();
        task.code = task::code(year, tx.next_task_number(task.guild, year).await?);
        tx.insert_task(&task).await?;
        tx.set_timer(&self.first_task_timer(&task, now)).await?;
        tx.audit(AuditEntry {
            guild: task.guild,
            at: now,
            actor: Some(case.actor.user),
            action: "task.give",
            subject: &task.subject(),
            detail: serde_json::json!({
                "code": task.code, "title": task.title, "phase": task.phase, "due": task.due,
                "lead": task.lead(), "support": task.support().collect::<Vec<_>>(), "instead_of": instead_of,
            }),
            reason: task.lead_reason.as_deref(),
        })
        .await?;
        self.put_out_new_task(&mut tx, &task, now).await?;
        self.conclude(&mut tx, case, Answer::TaskGiven { task: task.id, instead_of }).await?;
        tx.commit().await?;
        Ok(Decided::Done)
    }

    /// Everything about the task but its number. The second value is what the matrix names when another lead was chosen.
    fn plan_task(&self, case: &Case, give: &GiveTask) -> Result<(Task, Vec<UnitCode>), Refusal> {
        let phase = self.phase_named(&give.phase)?;
        let today = self.calendar.local(case.asked).date();
        let said = self
            .charter
            .responsibility(&phase, None, today)
            .map_err(|no| Refusal::told(|lang| no.sentence(lang)))?;
        let (lead, instead_of) = self.lead_of(give, &said.lead)?;
        // Before anything else is asked of somebody who may not do it anyway.
        if !may_give(&case.actor, &lead) {
            return Err(Refusal::NotYoursToGive { lead });
        }
        let reason = give.reason.as_deref().map(tidy).filter(|reason| !reason.is_empty());
        if reason.is_none() && !instead_of.is_empty() {
            return Err(Refusal::ReasonNeeded { matrix: instead_of });
        }
        let title = tidy(&give.title);
        if title.is_empty() || title.chars().count() > TITLE_MAX {
            return Err(Refusal::BadTitle { max: TITLE_MAX });
        }
        let due = self.due_date(&give.due, case.asked)?;
        let support = match &give.support {
            Some(text) => self.units_named(text, Some(&lead))?,
            None => self.supporters_beside(&lead, &phase, &said, today),
        };
        let parts = support.into_iter().map(|unit| (unit, Part::Support));
        let units = std::iter::once((lead, Part::Lead))
            .chain(parts)
            .map(|(unit, part)| TaskUnit { unit, part, received_at: None })
            .collect();
        let basis =
            give.basis.as_deref().map(tidy).filter(|basis| !basis.is_empty()).unwrap_or(said.basis.vi);
        let task = Task {
            id: new_id(),
            guild: case.actor.guild,
            code: String::new(),
            title,
            phase,
            charter: self.charter.about().id.clone(),
            due,
            urgency: give.urgency,
            basis,
            visibility: give.visibility,
            lead_reason: reason.filter(|_| !instead_of.is_empty()),
            state: TaskState::Given,
            created_by: case.actor.user,
            created_at: case.asked,
            done_at: None,
            revision: 1,
            channel: None,
            card: None,
            thread: None,
            units,
        };
        Ok((task, instead_of))
    }

    /// The lead, and what the matrix names when that is another.
    fn lead_of(&self, give: &GiveTask, matrix: &Lead) -> Result<(UnitCode, Vec<UnitCode>), Refusal> {
        let named = give.lead.as_deref().map(|text| self.lead_named(text)).transpose()?;
        match (matrix, named) {
            (Lead::Unit(unit), None) => Ok((unit.clone(), Vec::new())),
            (Lead::ByDomain(domains), None) => {
                let candidates = domains.iter().map(|one| (one.name.clone(), one.lead.clone())).collect();
                Err(Refusal::LeadNeeded { candidates })
            }
            (matrix, Some(named)) => {
                let leads = match matrix {
                    Lead::Unit(unit) => vec![unit.clone()],
                    Lead::ByDomain(domains) => domains.iter().map(|domain| domain.lead.clone()).collect(),
                };
                let instead_of = if leads.contains(&named) { Vec::new() } else { leads };
                Ok((named, instead_of))
            }
        }
    }

    /// The supporters that the matrix names when `lead` leads: those of its domain, where domains have their own.
    fn supporters_beside(
        &self,
        lead: &UnitCode,
        phase: &PhaseCode,
        said: &Responsibility,
        on: NaiveDate,
    ) -> Vec<UnitCode> {
        let domain = match &said.lead {
            Lead::ByDomain(domains) => domains.iter().find(|domain| domain.lead == *lead),
            Lead::Unit(_) => None,
        };
        let of_domain =
            domain.and_then(|domain| self.charter.responsibility(phase, Some(&domain.code), on).ok());
        let support = of_domain.map_or_else(|| said.support.clone(), |of_domain| of_domain.support);
        support.into_iter().filter(|unit| unit != lead).collect()
    }

    /// The one unit that somebody names as the lead.
    fn lead_named(&self, text: &str) -> Result<UnitCode, Refusal> {
        match self.units_named(text, None) {
            Ok(given) if given.len() > 1 => Err(Refusal::OneLead { given }),
            _ => self.unit_named(text),
        }
    }

    /// A public thread hangs under its card; a private one must be there before the card can be posted in it.
    async fn put_out_new_task(&self, tx: &mut Tx, task: &Task, now: DateTime<Utc>) -> Outcome<()> {
        let id = || task.id.clone();
        let card = ("card", Effect::TaskCard { task: id() });
        let thread = ("thread", Effect::TaskThread { task: id() });
        let (first, second) = match task.visibility {
            Visibility::Public => (card, thread),
            Visibility::Private => (thread, card),
        };
        let effects = [
            first,
            second,
            ("given", Effect::TaskGiven { task: id() }),
            ("people", Effect::TaskPeople { task: id() }),
        ];
        for (name, effect) in effects {
            tx.put_out(task.guild, &task.subject(), &format!("task:{}:{name}", task.id), &effect, now)
                .await?;
        }
        Ok(())
    }

    pub(super) async fn receive_task(&self, case: &Case, named: &TaskRef) -> Outcome<Decided> {
        let task = match self.task_in_hand(case, named).await? {
            Ok(task) => task,
            Err(refusal) => return Ok(Decided::Refused(refusal)),
        };
        let mine: Vec<&TaskUnit> = task.units.iter().filter(|unit| case.actor.is_of(&unit.unit)).collect();
        if mine.is_empty() {
            return Ok(Decided::Refused(Refusal::NoUnitOfYours));
        }
        let fresh: Vec<UnitCode> =
            mine.iter().filter(|unit| unit.received_at.is_none()).map(|unit| unit.unit.clone()).collect();
        if fresh.is_empty() {
            return Ok(Decided::Refused(Refusal::AlreadyReceived { code: task.code }));
        }
        let now = self.clock.now();
        let leads = fresh.iter().any(|unit| task.lead() == Some(unit));
        let state = if leads && task.state == TaskState::Given { TaskState::Received } else { task.state };
        let mut tx = self.store.begin().await?;
        for unit in &fresh {
            tx.receive_task(&task.id, unit, case.actor.user, now).await?;
        }
        tx.set_task_state(&task, state, now).await?;
        self.note(&mut tx, case, &task, "task.receive", serde_json::json!({ "units": fresh })).await?;
        for unit in &fresh {
            let note = TaskNote::Received { unit: unit.clone(), by: case.actor.user.0 };
            let effect = Effect::TaskNote { task: task.id.clone(), note };
            tx.put_out(
                task.guild,
                &task.subject(),
                &format!("task:{}:received:{unit}", task.id),
                &effect,
                now,
            )
            .await?;
        }
        self.conclude(&mut tx, case, Answer::TaskReceived { task: task.id.clone(), units: fresh }).await?;
        tx.commit().await?;
        Ok(Decided::Done)
    }

    pub(super) async fn finish_task(&self, case: &Case, named: &TaskRef) -> Outcome<Decided> {
        let task = match self.task_in_hand(case, named).await? {
            Ok(task) => task,
            Err(refusal) => return Ok(Decided::Refused(refusal)),
        };
        if !may_finish(&case.actor, &task) {
            let refusal = Refusal::NotAllowed { needs: Tier::Coordinator, or_unit: task.lead().cloned() };
            return Ok(Decided::Refused(refusal));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.set_task_state(&task, TaskState::Done, now).await?;
        tx.drop_timer(&task.subject()).await?;
        self.note(&mut tx, case, &task, "task.finish", serde_json::json!({ "state": TaskState::Done }))
            .await?;
        let unit = task.lead().filter(|lead| case.actor.is_of(lead)).cloned();
        let note =
            Effect::TaskNote { task: task.id.clone(), note: TaskNote::Done { unit, by: case.actor.user.0 } };
        tx.put_out(
            task.guild,
            &task.subject(),
            &format!("task:{}:done:{}", task.id, task.revision),
            &note,
            now,
        )
        .await?;
        self.conclude(&mut tx, case, Answer::TaskDone { task: task.id.clone() }).await?;
        tx.commit().await?;
        Ok(Decided::Done)
    }

    /// The audit row of a changed task, and the refresh of its card.
    async fn note(
        &self,
        tx: &mut Tx,
        case: &Case,
        task: &Task,
        action: &'static str,
        detail: serde_json::Value,
    ) -> Outcome<()> {
        let now = self.clock.now();
        let subject = task.subject();
        let actor = Some(case.actor.user);
        tx.audit(AuditEntry {
            guild: task.guild,
            at: now,
            actor,
            action,
            subject: &subject,
            detail,
            reason: None,
        })
        .await?;
        let revision = task.revision + 1;
        let refresh = Effect::TaskRefresh { task: task.id.clone(), revision };
        tx.put_out(task.guild, &subject, &format!("task:{}:refresh:{revision}", task.id), &refresh, now).await
    }

    /// A task that is still open, by code or id, if the actor may see it.
    async fn task_in_hand(&self, case: &Case, named: &TaskRef) -> Outcome<Result<Task, Refusal>> {
        Ok(match self.task_shown(&case.actor, &named.task).await? {
            Err(refusal) => Err(refusal),
            Ok(task) if task.state == TaskState::Done => Err(Refusal::AlreadyDone { code: task.code }),
            Ok(task) => Ok(task),
        })
    }

    /// A task by code or id, in this office.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn find_task(&self, guild: GuildId, text: &str) -> Outcome<Option<Task>> {
        let code = self.code_meant(text);
        match self.store.task_by_code(guild, code.as_deref().unwrap_or(text)).await? {
            Some(task) => Ok(Some(task)),
            None => Ok(self.store.task(text.trim()).await?.filter(|task| task.guild == guild)),
        }
    }

    /// The phase that somebody names by its code or by a name of it.
    pub(super) fn phase_named(&self, text: &str) -> Result<PhaseCode, Refusal> {
        let text = text.trim();
        let unknown = || Refusal::UnknownPhase { given: text.to_owned() };
        self.charter.phase_meant(text).map(|phase| phase.code.clone()).ok_or_else(unknown)
    }

    /// A due date: a working day that has not passed. Without a time it means the end of that day's office hours.
    fn due_date(&self, text: &str, asked: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        let when = self.moment_named(text, asked)?;
        self.must_be_worked(when.date)?;
        let due = match when.time {
            Some(time) => self.calendar.at(when.date, time),
            None => self.calendar.day_end(when.date),
        };
        if due <= asked { Err(Refusal::InThePast) } else { Ok(due) }
    }

    /// Refuses a day off, with the working days before and after it.
    pub(super) fn must_be_worked(&self, date: NaiveDate) -> Result<(), Refusal> {
        let name = match self.calendar.day(date) {
            Day::Working | Day::WorkedSaturday(_) => return Ok(()),
            Day::Holiday(name) => Some(name.clone()),
            Day::Weekend => None,
        };
        let (before, after) = self.calendar.nearest_working_days(date);
        Err(Refusal::DayOff { date, name, before, after })
    }
}

/// Tasks are given out across units by the coordinators, and within a unit by its head.
fn may_give(actor: &Actor, lead: &UnitCode) -> bool {
    actor.is_at_least(Tier::Coordinator) || actor.is_at_least(Tier::UnitHead) && actor.is_of(lead)
}

fn may_finish(actor: &Actor, task: &Task) -> bool {
    actor.is_at_least(Tier::Coordinator) || task.lead().is_some_and(|lead| actor.is_of(lead))
}
