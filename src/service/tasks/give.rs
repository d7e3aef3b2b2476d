//! Giving a task: its lead from the matrix unless another is named, its supporters, its deadline, its procedure.

use crate::domain::actor::{Actor, Tier};
use crate::domain::charter::{Lead, Responsibility};
use crate::domain::effect::{Answer, Effect};
use crate::domain::fold::tidy;
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::domain::task::{self, Part, TITLE_MAX, Task, TaskState, TaskUnit, Visibility};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{GiveFrom, GiveTask};
use crate::service::{Office, Outcome};
use crate::store::audit::AuditEntry;
use crate::store::{Tx, new_id};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

impl Office {
    pub(in crate::service) async fn give_task(&self, case: &Case, give: &GiveTask) -> Deciding {
        self.give(case, give, None).await
    }

    /// Gives a task, perhaps out of a message.
    pub(super) async fn give(&self, case: &Case, give: &GiveTask, from: Option<&GiveFrom>) -> Deciding {
        let (mut task, instead_of) = self.plan_task(case, give, may_give)?;
        self.must_be_like_no_other(case, &task).await?;
        let mut tx = self.store.begin().await?;
        self.write_new_task(&mut tx, case, &mut task, &instead_of).await?;
        if let Some(from) = from {
            self.tell_source(&mut tx, &task, from).await?;
        }
        self.conclude(&mut tx, case, Answer::TaskGiven { task: task.id, instead_of }).await?;
        Ok(tx.commit().await?)
    }

    /// Writes a planned task under its number, with its procedure, its first timer and everything that shows it.
    pub(super) async fn write_new_task(
        &self,
        tx: &mut Tx,
        case: &Case,
        task: &mut Task,
        instead_of: &[UnitCode],
    ) -> Outcome<()> {
        let now = self.clock.now();
        let year = self.calendar.local(task.created_at).year();
        task.code = task::code(year, tx.next_task_number(task.guild, year).await?);
        tx.insert_task(task).await?;
        let steps = self.charter_of(task).phase(&task.phase).map_or(&[][..], |phase| &phase.steps);
        tx.insert_steps(&task.id, steps.iter().map(|step| (step.code.as_str(), &step.name))).await?;
        self.watch_task(tx, task, now).await?;
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
        self.put_out_new_task(tx, task, now).await
    }

    /// Why somebody may give no task at all, whichever unit leads it.
    pub fn gives_no_task(actor: &Actor) -> Option<Refusal> {
        let who = vec![Authority::AtLeast { tier: Tier::UnitHead }];
        (!actor.is_at_least(Tier::UnitHead)).then_some(Refusal::NotAllowed { who })
    }

    /// Everything about the task but its number. The second value is what the matrix names when another lead was chosen.
    /// `may` says whether the person may give a task that this unit leads.
    pub(super) fn plan_task(
        &self,
        case: &Case,
        give: &GiveTask,
        may: impl Fn(&Actor, &UnitCode) -> bool,
    ) -> Result<(Task, Vec<UnitCode>), Refusal> {
        let phase = self.phase_named(&give.phase)?;
        let today = self.calendar.local(case.asked).date();
        let said = self
            .charters
            .responsibility(&phase, None, today)
            .map_err(|no| Refusal::told(|lang| no.sentence(lang)))?;
        let (lead, instead_of) = self.lead_of(give, &said.lead)?;
        // Before anything else is asked of somebody who may not do it anyway.
        if !may(&case.actor, &lead) {
            let who = vec![Authority::Head { unit: lead }, Authority::AtLeast { tier: Tier::Coordinator }];
            return Err(Refusal::NotAllowed { who });
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
            .map(|(unit, part)| TaskUnit::new(unit, part, case.asked))
            .collect();
        let basis =
            give.basis.as_deref().map(tidy).filter(|basis| !basis.is_empty()).unwrap_or(said.basis.vi);
        let task = Task {
            id: new_id(),
            guild: case.actor.guild,
            code: String::new(),
            title,
            phase,
            charter: self.charters.on(today).about().id.clone(),
            due,
            urgency: give.urgency,
            basis,
            visibility: give.visibility,
            lead_reason: reason.filter(|_| !instead_of.is_empty()),
            state: TaskState::Given,
            resumes: None,
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
            domain.and_then(|domain| self.charters.responsibility(phase, Some(&domain.code), on).ok());
        let support = of_domain.map_or_else(|| said.support.clone(), |of_domain| of_domain.support);
        support.into_iter().filter(|unit| unit != lead).collect()
    }

    /// The one unit that somebody names as the lead.
    pub(super) fn lead_named(&self, text: &str) -> Result<UnitCode, Refusal> {
        match self.units_named(text, None) {
            Ok(given) if given.len() > 1 => Err(Refusal::OneLead { given }),
            _ => self.unit_in_force(text),
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
}

/// Tasks are given out across units by the coordinators, and within a unit by its head.
pub(super) fn may_give(actor: &Actor, lead: &UnitCode) -> bool {
    actor.is_at_least_in(Tier::UnitHead, lead)
}
