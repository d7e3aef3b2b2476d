//! What was arranged about roles, positions and delegations, and why something was not. Facts only.

#![expect(missing_docs, reason = "fields of variants are named for what they hold")]

use super::actor::Tier;
use super::ids::{RoleId, UnitCode, UserId};
use super::position::{DelegationFault, Position};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was arranged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Arranged {
    /// The role stands for this from now on. `others` stood for the same before and still do.
    Linked { role: RoleId, unit: Option<UnitCode>, tier: Option<Tier>, others: Vec<RoleId> },
    /// The link is undone; the role stands for what its name says, if anything.
    Unlinked { role: RoleId, unit: Option<UnitCode>, tier: Option<Tier> },
    /// Somebody holds a position between these days. `replaced` held it before, and it had one place only.
    Held {
        unit: UnitCode,
        position: Position,
        user: UserId,
        from: NaiveDate,
        until: Option<NaiveDate>,
        replaced: Option<UserId>,
    },
    /// Somebody holds a position no longer than this day; without a day, no longer from now on.
    Ended { unit: UnitCode, position: Position, user: UserId, last: Option<NaiveDate> },
    /// Somebody stands in for somebody from the first to the last of these days.
    Delegated { unit: UnitCode, from: UserId, to: UserId, first: NaiveDate, last: NaiveDate },
    /// Who was away is back.
    Back { unit: UnitCode, from: UserId, to: UserId },
}

/// Why something about people was not arranged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotArranged {
    /// A role of everybody or of a bot stands for nobody.
    NoOfficeRole { role: RoleId },
    /// Either a unit or a tier is needed, and one of them only.
    UnitOrTier,
    /// The role was not linked by command.
    NotLinked { role: RoleId },
    /// The account is a bot's, or is not on the server.
    NoPerson { user: UserId },
    /// The last day has passed.
    Over { last: NaiveDate },
    /// The first day comes after the last.
    Reversed,
    /// Somebody holds no such position now, nor later.
    NotHeld { unit: UnitCode, position: Position, user: UserId },
    /// The unit must be named: the person belongs to several, or to none.
    WhichUnit { units: Vec<UnitCode> },
    /// Somebody is nothing in the unit that could be handed on.
    NothingThere { unit: UnitCode, user: UserId },
    /// The last day is needed.
    LastDay,
    /// Who stands in is one of the unit; others are chosen by coordinators.
    Outsider { unit: UnitCode, user: UserId },
    /// The delegation contradicts others.
    Contradicts { fault: DelegationFault },
    /// Nobody stands in for that person.
    NobodyStandsIn { unit: UnitCode, user: UserId },
}
