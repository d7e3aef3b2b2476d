//! Đôn đốc: the formal chase of units that owe something. Once per task and working day, so that it keeps its weight.

use super::{Change, Office, after, maybe_text};
use crate::domain::actor::Tier;
use crate::domain::ids::UnitCode;
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::domain::task::{Part, Task};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::UrgeTask;
use chrono::NaiveTime;

impl Office {
    pub(in crate::service) async fn urge_task(&self, case: &Case, asked: &UrgeTask) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::Urge).await?;
        // Who could not finish it any more need not be chased either.
        after(&task, Act::Finish)?;
        let text = maybe_text(asked.text.as_deref())?;
        let units = match asked.unit.as_deref().filter(|unit| !unit.trim().is_empty()) {
            Some(unit) => {
                let unit = self.unit_named(unit)?;
                if task.part_of(&unit).is_none() {
                    return Err(Refusal::from(TaskRefusal::NotSupporting { unit, code: task.code }).into());
                }
                vec![unit]
            }
            None => owing(case, &task),
        };
        if units.is_empty() {
            return Err(Refusal::from(TaskRefusal::NobodyToUrge { code: task.code }).into());
        }
        let today = self.calendar.local_date(case.asked);
        let urged = self.store.last_audit(&task.subject(), "task.urge").await?;
        if urged.is_some_and(|at| at >= self.calendar.at(today, NaiveTime::MIN)) {
            let again = self.calendar.at(self.calendar.next_working_day(today), self.calendar.opening());
            return Err(Refusal::from(TaskRefusal::AlreadyUrged { code: task.code, again }).into());
        }
        self.commit(case, Change::of(&task, TaskNote::Urged { units, text })).await
    }
}

/// Whom a chase is for when nobody is named: of the lead, its supporters who have not sent their part; of who gave the task and
/// of the coordinators, the lead, and whoever has not even confirmed receipt.
fn owing(case: &Case, task: &Task) -> Vec<UnitCode> {
    let above = case.actor.user == task.created_by || case.actor.is_at_least(Tier::Coordinator);
    if !above && task.lead().is_some_and(|lead| case.actor.is_of(lead)) {
        return task.missing().cloned().collect();
    }
    let owes = |unit: &&crate::domain::task::TaskUnit| {
        unit.part == Part::Lead || unit.received_at.is_none() && unit.done_at.is_none()
    };
    task.units.iter().filter(owes).map(|unit| unit.unit.clone()).collect()
}
