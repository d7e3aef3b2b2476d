//! Đôn đốc: the formal chase of units that owe something. Each unit once a working day, so that it keeps its weight.

use super::{Change, Office, after, maybe_text};
use crate::domain::actor::Tier;
use crate::domain::ids::UnitCode;
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::domain::task::{Part, Task, TaskUnit};
use crate::service::Outcome;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::UrgeTask;
use chrono::{DateTime, NaiveTime, Utc};
use std::collections::BTreeSet;

impl Office {
    pub(in crate::service) async fn urge_task(&self, case: &Case, asked: &UrgeTask) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::Urge).await?;
        // Who could not finish it any more need not be chased either.
        after(&task, Act::Finish)?;
        let text = maybe_text(asked.text.as_deref())?;
        let mut units = match asked.unit.as_deref().filter(|unit| !unit.trim().is_empty()) {
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
        let urged = self.urged_since(&task, self.calendar.at(today, NaiveTime::MIN)).await?;
        units.retain(|unit| !urged.contains(unit));
        if units.is_empty() {
            let again = self.calendar.at(self.calendar.next_working_day(today), self.calendar.opening());
            return Err(Refusal::from(TaskRefusal::AlreadyUrged { code: task.code, again }).into());
        }
        self.commit(case, Change::of(&task, TaskNote::Urged { units, text })).await
    }

    /// The units that were chased for a task since `from`.
    async fn urged_since(&self, task: &Task, from: DateTime<Utc>) -> Outcome<BTreeSet<UnitCode>> {
        let history = self.dossier(task.clone()).await?.history;
        let urged =
            history.into_iter().filter(|event| event.at >= from).filter_map(|event| match event.note {
                TaskNote::Urged { units, .. } => Some(units),
                _ => None,
            });
        Ok(urged.flatten().collect())
    }
}

/// Whom a chase is for when nobody is named: of the lead, its supporters who have not sent their part; of who gave the task and
/// of the coordinators, the lead, whoever has not even confirmed receipt, and whose part is late.
fn owing(case: &Case, task: &Task) -> Vec<UnitCode> {
    let above = case.actor.user == task.created_by || case.actor.is_at_least(Tier::Coordinator);
    if !above && task.lead().is_some_and(|lead| case.actor.is_of(lead)) {
        return task.missing().cloned().collect();
    }
    let owes = |unit: &&TaskUnit| {
        let late = unit.due.unwrap_or(task.due) < case.asked;
        unit.part == Part::Lead || unit.done_at.is_none() && (late || unit.received_at.is_none())
    };
    task.units.iter().filter(owes).map(|unit| unit.unit.clone()).collect()
}
