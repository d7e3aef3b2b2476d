//! Receipt, progress, obstacles, and the end of the work: what the units say about their parts.

use super::{Change, Office, after, text_of};
use crate::domain::ids::UnitCode;
use crate::domain::life::{Act, Life};
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::domain::task::{LinkKind, Part, Task, TaskUnit};
use crate::service::Outcome;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{BlockTask, ReportTask, TaskRef};
use crate::store::Tx;

impl Office {
    pub(in crate::service) async fn receive_task(&self, case: &Case, named: &TaskRef) -> Deciding {
        let task = self.task_for(case, &named.task, TaskAction::Receive).await?;
        let fresh: Vec<&TaskUnit> = mine(case, &task).filter(|unit| unit.received_at.is_none()).collect();
        let led = fresh.iter().any(|unit| unit.part == Part::Lead);
        // What has been closed needs no receipt any more.
        let life = after(&task, Act::Receive)?;
        let life = if led { life } else { Life { state: task.state, resumes: task.resumes } };
        if fresh.is_empty() {
            return Err(Refusal::from(TaskRefusal::AlreadyReceived { code: task.code }).into());
        }
        let now = self.clock.now();
        let notes = fresh
            .iter()
            .map(|unit| TaskNote::Received {
                unit: unit.unit.clone(),
                minutes: self.calendar.office_minutes_between(unit.since, now),
            })
            .collect();
        let mut tx = self.store.begin().await?;
        for unit in &fresh {
            tx.receive_task(&task.id, &unit.unit, case.actor.user, now).await?;
        }
        if led {
            self.confirm_takeover(&mut tx, case, &task).await?;
        }
        self.write(&mut tx, case, Change { task: &task, life, due: task.due, notes }).await?;
        Ok(tx.commit().await?)
    }

    /// The unit that took over a result has confirmed receipt: those who handed it over are told in their thread.
    async fn confirm_takeover(&self, tx: &mut Tx, case: &Case, task: &Task) -> Outcome<()> {
        let Some(by) = task.lead() else { return Ok(()) };
        for (other, kind) in self.store.linked_tasks(&task.id).await? {
            if kind == LinkKind::TakesOver {
                let note = TaskNote::TakenOver { code: task.code.clone(), by: by.clone() };
                self.tell(tx, case, &other, &note, &format!("task:{}:takenover:{}", other.id, task.id))
                    .await?;
            }
        }
        Ok(())
    }

    pub(in crate::service) async fn report_task(&self, case: &Case, report: &ReportTask) -> Deciding {
        let task = self.task_for(case, &report.task, TaskAction::Report).await?;
        let (unit, part) = speaker(case, &task)?;
        let note = TaskNote::Reported { unit, text: text_of(&report.text)? };
        self.commit(case, said_by(part, Act::Report, &task, note)?).await
    }

    pub(in crate::service) async fn block_task(&self, case: &Case, block: &BlockTask) -> Deciding {
        let task = self.task_for(case, &block.task, TaskAction::Block).await?;
        let (unit, part) = speaker(case, &task)?;
        let help = block.help.as_deref().filter(|help| !help.trim().is_empty());
        let help = help.map(|help| self.unit_named(help)).transpose()?;
        let note = TaskNote::Blocked { unit, text: text_of(&block.reason)?, help };
        self.commit(case, said_by(part, Act::Block, &task, note)?).await
    }

    /// The lead ends the task, a supporter its part.
    pub(in crate::service) async fn finish_task(&self, case: &Case, named: &TaskRef) -> Deciding {
        let task = self.task_for(case, &named.task, TaskAction::Finish).await?;
        let ended = after(&task, Act::Finish)?;
        let lead = task.lead().filter(|lead| case.actor.is_of(lead)).cloned();
        let parts: Vec<UnitCode> = mine(case, &task)
            .filter(|unit| unit.part == Part::Support)
            .map(|unit| unit.unit.clone())
            .collect();
        if lead.is_some() || parts.is_empty() {
            let note = TaskNote::Done { unit: lead };
            return self.commit(case, Change { life: ended, ..Change::of(&task, note) }).await;
        }
        let fresh: Vec<UnitCode> =
            parts.into_iter().filter(|unit| task.missing().any(|missing| missing == unit)).collect();
        if fresh.is_empty() {
            return Err(Refusal::from(TaskRefusal::AlreadySent { code: task.code }).into());
        }
        let mut tx = self.store.begin().await?;
        for unit in &fresh {
            tx.part_done(&task.id, unit, case.actor.user, self.clock.now()).await?;
        }
        let notes = fresh.into_iter().map(|unit| TaskNote::PartDone { unit }).collect();
        let life = Life { state: task.state, resumes: task.resumes };
        self.write(&mut tx, case, Change { task: &task, life, due: task.due, notes }).await?;
        Ok(tx.commit().await?)
    }
}

/// The parts of the person's units in the task.
fn mine<'a>(case: &'a Case, task: &'a Task) -> impl Iterator<Item = &'a TaskUnit> {
    task.units.iter().filter(|unit| case.actor.is_of(&unit.unit))
}

/// For which unit, and in which part, somebody speaks: for the lead, if they are of it.
fn speaker(case: &Case, task: &Task) -> Result<(UnitCode, Part), Refusal> {
    let unit = mine(case, task).next().ok_or(Refusal::NoUnitOfYours)?;
    Ok((unit.unit.clone(), unit.part))
}

/// What the lead says moves the task; what a supporter says is recorded while the task is open.
fn said_by(part: Part, act: Act, task: &Task, note: TaskNote) -> Result<Change<'_>, Refusal> {
    let moved = Change::by(act, task, note)?;
    Ok(match part {
        Part::Lead => moved,
        Part::Support => Change { life: Life { state: task.state, resumes: task.resumes }, ..moved },
    })
}
