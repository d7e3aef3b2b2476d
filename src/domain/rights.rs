//! Who may do what to a task: one table. `docs/life-of-a-task.md` shows it, and a test tries every cell.

use super::actor::{Actor, Tier};
use super::ids::{UnitCode, UserId};
use super::meeting::Meeting;
use super::task::{Part, Task, coded};
use serde::{Deserialize, Serialize};
use std::fmt;

coded! {
    /// What can be done to a task that exists.
    TaskAction {
        /// Confirm that one's unit has received it.
        Receive = "receive",
        /// Report progress.
        Report = "report",
        /// Report an obstacle.
        Block = "block",
        /// Ask for a new deadline.
        AskExtension = "extend",
        /// Grant or refuse a new deadline. Never who asked for it.
        DecideExtension = "decide",
        /// Make another unit the lead.
        Reassign = "reassign",
        /// Report it, or one's part of it, done.
        Finish = "done",
        /// Accept the result.
        Accept = "accept",
        /// Return the result, or take a closed task up again.
        Reopen = "reopen",
        /// Cancel it.
        Cancel = "cancel",
        /// Chase the units that are late (đôn đốc).
        Urge = "urge",
        /// Set by when a supporter's part is due.
        SetPart = "part",
        /// Tick off a step of its procedure.
        CheckStep = "check",
        /// Link it with another task.
        Link = "link",
        /// Hand its result over to the next phase.
        HandOver = "handover",
    }
}

/// A standing towards a task from which something may be done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The people of the lead unit: leads decide on their tasks.
    Lead,
    /// The people of a supporting unit: supporters report.
    Support,
    /// Who gave the task.
    Giver,
    /// The member of the leadership who is in charge of the lead unit: its superior.
    InCharge,
    /// Everyone of this tier and above.
    AtLeast(Tier),
}

impl TaskAction {
    /// From which standings it may be done (article 6 of the charter: the lead unit answers for the task, the supporting
    /// units for their parts; who gives out tasks decides on their time and lead).
    pub fn standings(self) -> &'static [Standing] {
        use Standing::{AtLeast, Giver, InCharge, Lead, Support};
        const COORDINATOR: Standing = AtLeast(Tier::Coordinator);
        match self {
            Self::Receive | Self::Report | Self::Block => &[Lead, Support],
            Self::AskExtension | Self::CheckStep => &[Lead],
            Self::Finish => &[Lead, Support, COORDINATOR],
            Self::DecideExtension => &[InCharge, COORDINATOR],
            Self::Reassign => &[COORDINATOR],
            Self::Accept | Self::Reopen | Self::Cancel => &[Giver, COORDINATOR],
            Self::Urge | Self::SetPart | Self::Link => &[Lead, Giver, COORDINATOR],
            Self::HandOver => &[Lead, COORDINATOR],
        }
    }
}

/// Whether `actor` stands so towards `task`.
fn stands(actor: &Actor, task: &Task, standing: Standing) -> bool {
    let of = |part| task.units.iter().any(|unit| unit.part == part && actor.is_of(&unit.unit));
    match standing {
        Standing::Lead => of(Part::Lead),
        Standing::Support => of(Part::Support),
        Standing::Giver => task.created_by == actor.user,
        Standing::InCharge => task.lead().is_some_and(|lead| actor.is_in_charge_of(lead)),
        Standing::AtLeast(tier) => actor.is_at_least(tier),
    }
}

/// Whether `actor` may do `action` to `task`.
pub fn may(actor: &Actor, task: &Task, action: TaskAction) -> bool {
    action.standings().iter().any(|standing| stands(actor, task, *standing))
}

/// Whether `actor` has to do with `task`: of its units, or who gave it. They alone are in the thread of a private task.
pub fn is_party(actor: &Actor, task: &Task) -> bool {
    [Standing::Lead, Standing::Support, Standing::Giver]
        .into_iter()
        .any(|standing| stands(actor, task, standing))
}

/// Somebody who could do what another may not, for the refusal to name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields of variants are named for what they hold")]
pub enum Authority {
    /// The people of these units.
    Units { units: Vec<UnitCode> },
    /// This person, who gave the task.
    Giver { user: UserId },
    /// The head of this unit.
    Head { unit: UnitCode },
    /// The member of the leadership in charge of this unit.
    InCharge { unit: UnitCode },
    /// This person, who arranged the meeting.
    Organiser { user: UserId },
    /// This tier and those above.
    AtLeast { tier: Tier },
}

/// Whether `actor` may record what a meeting decided: who arranged it and keeps its papers, and the coordinators and the
/// leadership, who preside.
pub fn may_record(actor: &Actor, meeting: &Meeting) -> bool {
    actor.user == meeting.created_by || actor.is_at_least(Tier::Coordinator)
}

/// Who may.
pub fn recorders(meeting: &Meeting) -> Vec<Authority> {
    vec![Authority::Organiser { user: meeting.created_by }, Authority::AtLeast { tier: Tier::Coordinator }]
}

/// Who may do `action` to `task`.
pub fn authorities(task: &Task, action: TaskAction) -> Vec<Authority> {
    let standings = action.standings();
    let of = |standing, part| {
        let named = standings.contains(&standing);
        task.units.iter().filter(move |unit| named && unit.part == part).map(|unit| unit.unit.clone())
    };
    let units: Vec<UnitCode> =
        of(Standing::Lead, Part::Lead).chain(of(Standing::Support, Part::Support)).collect();
    let others = standings.iter().filter_map(|standing| match standing {
        Standing::Lead | Standing::Support => None,
        Standing::Giver => Some(Authority::Giver { user: task.created_by }),
        Standing::InCharge => task.lead().map(|lead| Authority::InCharge { unit: lead.clone() }),
        Standing::AtLeast(tier) => Some(Authority::AtLeast { tier: *tier }),
    });
    let units = Some(units).filter(|units| !units.is_empty()).map(|units| Authority::Units { units });
    units.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_docs_is_this_one() {
        let docs = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/life-of-a-task.md"));
        for action in TaskAction::ALL {
            let who: Vec<&str> = action
                .standings()
                .iter()
                .map(|standing| match standing {
                    Standing::Lead => "lead",
                    Standing::Support => "support",
                    Standing::Giver => "giver",
                    Standing::InCharge => "in charge",
                    Standing::AtLeast(Tier::Coordinator) => "coordinator and above",
                    Standing::AtLeast(other) => panic!("{other:?} has no words here"),
                })
                .collect();
            let row = format!("| {action} | `/task {action}` | {}", who.join(", "));
            assert!(docs.lines().any(|line| line.starts_with(&row)), "not in the docs: {row}");
        }
    }
}
