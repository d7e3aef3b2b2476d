//! The parts of a task: when a supporter's is due, the steps of the procedure, and links with other tasks.

use super::{Change, Office, after};
use crate::domain::fold::fold;
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::domain::task::LinkKind;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{CheckStep, LinkTask, SetPart};

impl Office {
    /// By when a supporting unit's part is due: not after the task itself.
    pub(in crate::service) async fn set_part(&self, case: &Case, asked: &SetPart) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::SetPart).await?;
        after(&task, Act::Finish)?;
        let unit = self.unit_named(&asked.unit)?;
        if !task.support().any(|support| *support == unit) {
            return Err(Refusal::from(TaskRefusal::NotSupporting { unit, code: task.code }).into());
        }
        let due = self.due_date(&asked.due, case.asked)?;
        if due > task.due {
            return Err(Refusal::from(TaskRefusal::AfterTask { due: task.due }).into());
        }
        let mut moved = task.clone();
        moved.units.iter_mut().filter(|one| one.unit == unit).for_each(|one| one.due = Some(due));
        let mut tx = self.store.begin().await?;
        tx.set_part_due(&task.id, &unit, due).await?;
        self.watch_part(&mut tx, &moved, &unit, self.clock.now()).await?;
        self.write(&mut tx, case, Change::of(&task, TaskNote::PartDue { unit, due })).await?;
        Ok(tx.commit().await?)
    }

    /// Ticks a step of the procedure off, or takes the tick back.
    pub(in crate::service) async fn check_step(&self, case: &Case, asked: &CheckStep) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::CheckStep).await?;
        after(&task, Act::Finish)?;
        let steps = self.store.task_steps(&task.id).await?;
        if steps.is_empty() {
            return Err(Refusal::from(TaskRefusal::NoSteps { code: task.code }).into());
        }
        let wanted = fold(asked.step.trim());
        let step = steps.iter().find(|step| {
            [fold(&step.code), step.number.to_string(), fold(&step.name.vi), fold(&step.name.en)]
                .contains(&wanted)
        });
        let Some(step) = step else {
            let given = asked.step.trim().to_owned();
            return Err(Refusal::from(TaskRefusal::UnknownStep { code: task.code, given }).into());
        };
        let done = step.checked_at.is_none();
        let mut tx = self.store.begin().await?;
        tx.check_step(&task.id, step.number, done.then_some((case.actor.user, self.clock.now()))).await?;
        let note = TaskNote::StepChecked { code: step.code.clone(), done };
        self.write(&mut tx, case, Change::of(&task, note)).await?;
        Ok(tx.commit().await?)
    }

    /// Links a task with another that the person may see.
    pub(in crate::service) async fn link_task(&self, case: &Case, asked: &LinkTask) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::Link).await?;
        let other = self.task_shown(&case.actor, &asked.other).await??;
        if other.id == task.id {
            return Err(Refusal::from(TaskRefusal::LinkedWithItself).into());
        }
        let linked =
            self.store.linked_tasks(&task.id).await?.into_iter().chain(self.store.links_to(&task.id).await?);
        if linked.into_iter().any(|(one, _)| one.id == other.id) {
            return Err(
                Refusal::from(TaskRefusal::LinkedAlready { code: task.code, other: other.code }).into()
            );
        }
        let kind = if asked.follows { LinkKind::Follows } else { LinkKind::Related };
        let mut tx = self.store.begin().await?;
        tx.link_tasks(&task.id, &other.id, kind, case.actor.user, self.clock.now()).await?;
        self.write(&mut tx, case, Change::of(&task, TaskNote::Linked { code: other.code, kind })).await?;
        Ok(tx.commit().await?)
    }
}
