//! A task that was given under one version, as another version would have it: whom it names as lead and supporters.

use super::model::{Domain, Step};
use super::responsibility::{Lead, NoAnswer, Responsibility};
use super::{Charter, Unit};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Text;
use crate::domain::task::{Task, TaskStep};
use chrono::NaiveDate;

/// A task by the matrix of another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedOver {
    /// Who would lead.
    pub lead: UnitCode,
    /// Who would support, in order.
    pub support: Vec<UnitCode>,
    /// What it would rest on; the basis that was typed when the task was given stays.
    pub basis: String,
    /// Whether the lead is that of the matrix, so that no reason for another one is needed any more.
    pub by_the_matrix: bool,
    /// The time limit in words, before and after, where it reads differently. The task's own deadline is not touched.
    pub limit: Option<(Text, Text)>,
    /// Whether the steps of its phase ask for something else.
    pub procedure: bool,
}

impl CarriedOver {
    /// Whether anything about the task would differ.
    pub fn differs_from(&self, task: &Task) -> bool {
        self.limit.is_some() || self.procedure || self.moves(task)
    }

    /// Whether its units would differ.
    pub fn moves(&self, task: &Task) -> bool {
        let support: Vec<&UnitCode> = task.support().collect();
        let same =
            support.len() == self.support.len() && self.support.iter().all(|unit| support.contains(&unit));
        task.lead() != Some(&self.lead) || !same
    }
}

/// What `task`, given on `given` under `from`, would be under `to` on `today`. A lead and supporters that the matrix named are
/// named anew by the matrix, those of the same domain where it names by domain; others are followed to who took over
/// their work.
///
/// # Errors
/// When the new version has no answer: it does not know the phase, or its lead is gone.
pub fn carry_over(
    task: &Task,
    (from, given): (&Charter, NaiveDate),
    (to, today): (&Charter, NaiveDate),
) -> Result<CarriedOver, NoAnswer> {
    let was = from.responsibility(&task.phase, None, given).ok();
    let whole = to.responsibility(&task.phase, None, today)?;
    let domain = task.lead().and_then(|lead| domain_led_by(was.as_ref(), lead));
    let was = match &domain {
        Some(domain) => from.responsibility(&task.phase, Some(&domain.code), given).ok(),
        None => was,
    };
    // The domain goes on under the same code where the new version has it.
    let is = match &domain {
        Some(domain) => to.responsibility(&task.phase, Some(&domain.code), today).unwrap_or(whole),
        None => whole,
    };
    let named_by_matrix =
        |said: &Responsibility, unit: &UnitCode| matches!(&said.lead, Lead::Unit(lead) if lead == unit);
    let followed = task.lead().and_then(|lead| follow(to, lead, today).into_iter().next());
    let as_matrix = task.lead().is_none_or(|lead| was.as_ref().is_some_and(|was| named_by_matrix(was, lead)));
    let lead = match (&is.lead, followed) {
        (Lead::Unit(lead), _) if as_matrix => lead.clone(),
        (_, Some(followed)) => followed,
        (Lead::Unit(lead), None) => lead.clone(),
        // Nobody took over and the new version asks for the domain: only a person can choose.
        (Lead::ByDomain(_), None) => {
            let asked = task.lead().map(ToString::to_string).unwrap_or_default();
            return Err(NoAnswer::UnknownActivity(task.phase.clone(), asked));
        }
    };
    let of_lead = domain_led_by(Some(&is), &lead);
    let is = of_lead
        .as_ref()
        .and_then(|one| to.responsibility(&task.phase, Some(&one.code), today).ok())
        .unwrap_or(is);
    let support: Vec<UnitCode> = task.support().cloned().collect();
    let as_matrix_supports = was.as_ref().is_some_and(|was| {
        let said: Vec<&UnitCode> = was.support.iter().filter(|unit| task.lead() != Some(*unit)).collect();
        said.len() == support.len() && said.iter().all(|unit| support.contains(unit))
    });
    let named = if as_matrix_supports {
        is.support.clone()
    } else {
        support.iter().flat_map(|unit| follow(to, unit, today)).collect()
    };
    let mut supporters: Vec<UnitCode> = Vec::new();
    for unit in named {
        if unit != lead && !supporters.contains(&unit) {
            supporters.push(unit);
        }
    }
    let typed = was.as_ref().is_none_or(|was| was.basis.vi != task.basis);
    let limit =
        was.as_ref().filter(|was| was.limit != is.limit).map(|was| (was.limit.clone(), is.limit.clone()));
    let (steps, before) = (to.steps(&task.phase), from.steps(&task.phase));
    let same = steps.len() == before.len()
        && before.iter().zip(steps).all(|(one, other)| one.code == other.code && same_work(one, other));
    Ok(CarriedOver {
        procedure: !same,
        by_the_matrix: named_by_matrix(&is, &lead) || of_lead.is_some(),
        basis: if typed { task.basis.clone() } else { is.basis.vi },
        lead,
        support: supporters,
        limit,
    })
}

/// The procedure of a task under another version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedSteps<'c> {
    /// The steps of the new version in order, each with the number of the ticked step whose tick it keeps.
    pub steps: Vec<(&'c Step, Option<i64>)>,
    /// What was ticked off and is no step of the new version, or another one there.
    pub unticked: Vec<TaskStep>,
}

/// The steps of a task, `was`, in the procedure `to`; `from` is the procedure that they come from. A tick stays where the step
/// of the same code is the same work.
pub fn carry_steps<'c>(was: &[TaskStep], from: &[Step], to: &'c [Step]) -> CarriedSteps<'c> {
    let goes_on = |ticked: &TaskStep, step: &Step| {
        let before = from.iter().find(|before| before.code == ticked.code);
        ticked.code == step.code && before.is_some_and(|before| same_work(before, step))
    };
    let ticked = || was.iter().filter(|step| step.checked_at.is_some());
    let kept = |step: &Step| ticked().find(|ticked| goes_on(ticked, step)).map(|ticked| ticked.number);
    CarriedSteps {
        steps: to.iter().map(|step| (step, kept(step))).collect(),
        unticked: ticked().filter(|ticked| !to.iter().any(|step| goes_on(ticked, step))).cloned().collect(),
    }
}

/// Whether two steps ask for the same: by what is done, or by their names where neither says what.
fn same_work(before: &Step, after: &Step) -> bool {
    match (&before.action, &after.action) {
        (Some(before), Some(after)) => before == after,
        (None, None) => before.name == after.name,
        _ => false,
    }
}

fn domain_led_by(said: Option<&Responsibility>, lead: &UnitCode) -> Option<Domain> {
    match &said?.lead {
        Lead::ByDomain(domains) => domains.iter().find(|domain| domain.lead == *lead).cloned(),
        Lead::Unit(_) => None,
    }
}

/// Who has the work of `unit` in `to`: who took it over, else the unit itself if it goes on, else nobody.
fn follow(to: &Charter, unit: &UnitCode, today: NaiveDate) -> Vec<UnitCode> {
    let codes = |units: Vec<&Unit>| units.into_iter().map(|unit| unit.code.clone()).collect();
    let successors: Vec<&Unit> = to.units_at(today).filter(|other| other.succeeds.contains(unit)).collect();
    if !successors.is_empty() {
        return codes(successors);
    }
    codes(to.units_at(today).filter(|other| other.code == *unit).collect())
}
