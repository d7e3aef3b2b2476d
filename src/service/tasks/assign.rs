//! Another lead for a task, and the hand-over of its result to the next phase.

use super::{Change, Office, after, text_of};
use crate::domain::charter::Lead;
use crate::domain::effect::Effect;
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::domain::task::{LinkKind, Task, TaskState};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{GiveTask, HandOver, ReassignTask};
use crate::store::StoreError;

impl Office {
    pub(in crate::service) async fn reassign_task(&self, case: &Case, asked: &ReassignTask) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::Reassign).await?;
        let life = after(&task, Act::Reassign)?;
        let to = self.lead_named(&asked.lead)?;
        let Some(from) = task.lead().filter(|from| **from != to).cloned() else {
            return Err(Refusal::from(TaskRefusal::LeadsAlready { unit: to }).into());
        };
        let reason = text_of(&asked.reason)?;
        let now = self.clock.now();
        let in_matrix = self.leads_of(&task).contains(&to);
        let mut tx = self.store.begin().await?;
        tx.set_lead(&task.id, &to, now, (!in_matrix).then_some(reason.as_str())).await?;
        let note = TaskNote::Reassigned { from, to, reason };
        self.write(&mut tx, case, Change { life, ..Change::of(&task, note) }).await?;
        let people = Effect::TaskPeople { task: task.id.clone() };
        let key = format!("task:{}:people:{}", task.id, task.revision + 1);
        tx.put_out(task.guild, &task.subject(), &key, &people, now).await?;
        Ok(tx.commit().await?)
    }

    /// The units that the matrix names as the lead of the task's phase on the day it was given.
    fn leads_of(&self, task: &Task) -> Vec<UnitCode> {
        let day = self.charter_day(task);
        match self.charter_of(task).responsibility(&task.phase, None, day).map(|said| said.lead) {
            Ok(Lead::Unit(unit)) => vec![unit],
            Ok(Lead::ByDomain(domains)) => domains.into_iter().map(|domain| domain.lead).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Gives the next phase's task, led by whom the matrix names there, and links the two. The receipt of its lead is told
    /// to those who handed over.
    pub(in crate::service) async fn hand_over(&self, case: &Case, asked: &HandOver) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::HandOver).await?;
        if !matches!(task.state, TaskState::Done | TaskState::Accepted) {
            return Err(Refusal::from(TaskRefusal::NothingToHandOver { code: task.code }).into());
        }
        let taken_over =
            self.store.links_to(&task.id).await?.into_iter().find(|(_, kind)| *kind == LinkKind::TakesOver);
        if let Some((to, _)) = taken_over {
            return Err(Refusal::from(TaskRefusal::HandedOverAlready { code: task.code, to: to.code }).into());
        }
        let phase = match asked.phase.as_deref().filter(|phase| !phase.trim().is_empty()) {
            Some(phase) => self.phase_named(phase)?,
            None => self
                .phase_after(&task.phase)
                .ok_or(TaskRefusal::NoNextPhase { code: task.code.clone() })
                .map_err(Refusal::from)?,
        };
        let give = GiveTask {
            title: asked.title.clone().unwrap_or_else(|| task.title.clone()),
            phase: phase.to_string(),
            due: asked.due.clone(),
            lead: asked.lead.clone(),
            support: None,
            urgency: task.urgency,
            basis: None,
            visibility: task.visibility,
            reason: asked.reason.clone(),
        };
        // Who may hand over, gives this one task by it.
        let (mut new, instead_of) = self.plan_task(case, &give, |_, _| true)?;
        let mut tx = self.store.begin().await?;
        self.write_new_task(&mut tx, case, &mut new, &instead_of).await?;
        tx.link_tasks(&new.id, &task.id, LinkKind::TakesOver, case.actor.user, self.clock.now()).await?;
        let leaderless = || StoreError::Corrupt(format!("task {} has no lead", new.code));
        let to = new.lead().cloned().ok_or_else(leaderless)?;
        self.write(&mut tx, case, Change::of(&task, TaskNote::HandedOver { code: new.code, to })).await?;
        Ok(tx.commit().await?)
    }

    fn phase_after(&self, phase: &PhaseCode) -> Option<PhaseCode> {
        let mut phases = self.charter().phases().iter().map(|phase| &phase.code);
        phases.find(|code| *code == phase)?;
        phases.next().cloned()
    }
}
