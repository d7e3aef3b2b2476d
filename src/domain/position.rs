//! Positions in a unit ("từng vị trí"): who holds them, and who stands in for whom during leave.
//!
//! A delegation hands on all that somebody is in one unit, and ends by itself. It is followed once more when the one who
//! stands in is away as well, and never further: [`Standing`] says by whom somebody is represented, [`fault`] what may
//! not be arranged.

use super::actor::Tier;
use super::ids::{UnitCode, UserId};
use super::lang::Lang;
use super::task::coded;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

coded! {
    /// What somebody is in a unit. The order is that of lists.
    #[derive(PartialOrd, Ord)]
    Position {
        /// Thủ trưởng đơn vị.
        Head = "head",
        /// Phó thủ trưởng đơn vị: acts for the head.
        Deputy = "deputy",
        /// Lãnh đạo phụ trách: the member of leadership who is the superior of the unit and decides on its deadlines.
        LeaderInCharge = "leader_in_charge",
        /// Đầu mối: receives, reports, asks for more time.
        FocalPoint = "focal_point",
        /// Chuyên viên thực hiện.
        Officer = "officer",
        /// Văn thư: keeps the registers of documents.
        RegistryClerk = "registry_clerk",
    }
}

impl Position {
    /// The position in words.
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => match self {
                Self::Head => "Thủ trưởng đơn vị",
                Self::Deputy => "Phó thủ trưởng đơn vị",
                Self::LeaderInCharge => "Lãnh đạo phụ trách",
                Self::FocalPoint => "Đầu mối",
                Self::Officer => "Chuyên viên",
                Self::RegistryClerk => "Văn thư",
            },
            Lang::En => match self {
                Self::Head => "head of unit",
                Self::Deputy => "deputy head",
                Self::LeaderInCharge => "leader in charge",
                Self::FocalPoint => "focal point",
                Self::Officer => "officer",
                Self::RegistryClerk => "registry clerk",
            },
        }
    }

    /// The standing that the position gives in its unit, and nowhere else. A deputy acts for the head. A leader in charge
    /// does not belong to the unit: what they may do there is said by itself (see [`super::rights`]).
    pub fn tier(self) -> Option<Tier> {
        match self {
            Self::Head | Self::Deputy => Some(Tier::UnitHead),
            Self::LeaderInCharge => None,
            Self::FocalPoint => Some(Tier::FocalPoint),
            Self::Officer | Self::RegistryClerk => Some(Tier::Officer),
        }
    }

    /// The position that a tier's role makes of somebody with a unit's role, where nothing else is recorded.
    pub fn of_tier(tier: Tier) -> Option<Self> {
        match tier {
            Tier::Officer => Some(Self::Officer),
            Tier::FocalPoint => Some(Self::FocalPoint),
            Tier::UnitHead => Some(Self::Head),
            Tier::Coordinator | Tier::Leadership | Tier::Administrator => None,
        }
    }

    /// Whether who holds it is one of the unit's own people.
    pub fn is_within(self) -> bool {
        self != Self::LeaderInCharge
    }
}

/// A position as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Own id.
    pub id: String,
    /// Of which unit.
    pub unit: UnitCode,
    /// Which position.
    pub position: Position,
    /// Who holds it.
    pub user: UserId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; until further notice when there is none.
    pub until: Option<NaiveDate>,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

impl Holding {
    /// Whether it is held on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// Somebody stands in for somebody else in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Own id.
    pub id: String,
    /// In which unit.
    pub unit: UnitCode,
    /// Who is away.
    pub from: UserId,
    /// Who stands in.
    pub to: UserId,
    /// From this moment.
    pub since: DateTime<Utc>,
    /// Up to this moment, which is no more part of it.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
    /// Who arranged it.
    pub made_by: UserId,
    /// When.
    pub made_at: DateTime<Utc>,
}

impl Delegation {
    /// Whether it holds at `moment`.
    pub fn holds_at(&self, moment: DateTime<Utc>) -> bool {
        self.since <= moment && moment < self.until
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.since < other.until && other.since < self.until
    }
}

/// Who holds a position at a moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// The one to turn to.
    pub user: UserId,
    /// The position.
    pub position: Position,
    /// Whose place they take, when the holder is away.
    pub stands_in_for: Option<UserId>,
}

/// The delegations of one unit that hold at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    unit: &'a UnitCode,
    delegations: &'a [Delegation],
    at: DateTime<Utc>,
}

impl<'a> Standing<'a> {
    /// What of `delegations` holds in `unit` at `at`.
    pub fn new(unit: &'a UnitCode, delegations: &'a [Delegation], at: DateTime<Utc>) -> Self {
        Self { unit, delegations, at }
    }

    fn delegate(&self, user: UserId) -> Option<UserId> {
        let mut mine = self.delegations.iter().filter(|one| one.unit == *self.unit && one.from == user);
        mine.find(|one| one.holds_at(self.at)).map(|one| one.to)
    }

    /// Who takes the place of `user`; nobody when they are there. When the first one is away too, who stands in for them.
    pub fn in_place_of(&self, user: UserId) -> Option<UserId> {
        let first = self.delegate(user)?;
        Some(self.delegate(first).filter(|second| *second != user).unwrap_or(first))
    }

    /// In whose place `user` stands.
    pub fn represented_by(&self, user: UserId) -> BTreeSet<UserId> {
        let away = self.delegations.iter().filter(|one| one.unit == *self.unit).map(|one| one.from);
        // Who stands in directly stays able to, though somebody else does it while they are away.
        away.filter(|from| {
            *from != user && (self.delegate(*from) == Some(user) || self.in_place_of(*from) == Some(user))
        })
        .collect()
    }

    /// The holder of a position, or who stands in.
    pub fn holder(&self, user: UserId, position: Position) -> Holder {
        match self.in_place_of(user) {
            Some(other) => Holder { user: other, position, stands_in_for: Some(user) },
            None => Holder { user, position, stands_in_for: None },
        }
    }
}

/// Why a delegation may not be arranged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationFault {
    /// Nobody stands in for themselves.
    Oneself,
    /// Somebody stands in for them then already.
    Already(UserId),
    /// It would come back to who is away.
    Circle,
    /// It would be handed on more than once.
    TooFar,
}

/// What keeps `new` from being arranged beside those that stand; those of other units and other times are of no matter.
pub fn fault(new: &Delegation, others: &[Delegation]) -> Option<DelegationFault> {
    if new.from == new.to {
        return Some(DelegationFault::Oneself);
    }
    let beside: Vec<&Delegation> =
        others.iter().filter(|one| one.unit == new.unit && one.overlaps(new)).collect();
    if let Some(one) = beside.iter().find(|one| one.from == new.from) {
        return Some(DelegationFault::Already(one.to));
    }
    let on = |user| beside.iter().filter(move |one| one.from == user).map(|one| one.to);
    let back = |user| beside.iter().filter(move |one| one.to == user).map(|one| one.from);
    if on(new.to).any(|second| second == new.from || on(second).any(|third| third == new.from)) {
        return Some(DelegationFault::Circle);
    }
    let (after, before) = (on(new.to).next().is_some(), back(new.from).next().is_some());
    let twice = after && before
        || on(new.to).any(|second| on(second).next().is_some())
        || back(new.from).any(|earlier| back(earlier).next().is_some());
    twice.then_some(DelegationFault::TooFar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_ms;
    use proptest::prelude::*;

    fn delegation(from: u64, to: u64, since: i64, until: i64) -> Delegation {
        Delegation {
            id: format!("{from}-{to}-{since}"),
            unit: "TKG".into(),
            from: UserId(from),
            to: UserId(to),
            since: from_ms(since),
            until: from_ms(until),
            reason: None,
            made_by: UserId(from),
            made_at: from_ms(0),
        }
    }

    fn in_place_of(all: &[Delegation], user: u64, at: i64) -> Option<u64> {
        Standing::new(&"TKG".into(), all, from_ms(at)).in_place_of(UserId(user)).map(|user| user.0)
    }

    #[test]
    fn a_delegate_takes_the_place_while_it_lasts_and_no_longer() {
        let all = [delegation(1, 2, 10, 20)];
        assert_eq!(in_place_of(&all, 1, 9), None);
        assert_eq!(in_place_of(&all, 1, 10), Some(2));
        assert_eq!(in_place_of(&all, 1, 19), Some(2));
        assert_eq!(in_place_of(&all, 1, 20), None);
        let elsewhere = UnitCode::from("TTDL");
        assert_eq!(Standing::new(&elsewhere, &all, from_ms(15)).in_place_of(UserId(1)), None);
    }

    #[test]
    fn it_is_handed_on_once_when_the_delegate_is_away_too() {
        let all = [delegation(1, 2, 0, 100), delegation(2, 3, 50, 60)];
        assert_eq!(
            (in_place_of(&all, 1, 40), in_place_of(&all, 1, 55), in_place_of(&all, 1, 60)),
            (Some(2), Some(3), Some(2))
        );
        let unit = "TKG".into();
        let at = |moment| Standing::new(&unit, &all, from_ms(moment)).represented_by(UserId(3));
        assert_eq!(at(55), BTreeSet::from([UserId(1), UserId(2)]));
        assert_eq!(at(40), BTreeSet::new());
    }

    #[test]
    fn circles_chains_and_doubles_are_refused() {
        let fault_of = |new: Delegation, others: &[Delegation]| fault(&new, others);
        assert_eq!(fault_of(delegation(1, 1, 0, 9), &[]), Some(DelegationFault::Oneself));
        let first = delegation(1, 2, 0, 100);
        assert_eq!(
            fault_of(delegation(1, 3, 99, 200), std::slice::from_ref(&first)),
            Some(DelegationFault::Already(UserId(2)))
        );
        assert_eq!(fault_of(delegation(1, 3, 100, 200), std::slice::from_ref(&first)), None);
        assert_eq!(
            fault_of(delegation(2, 1, 50, 60), std::slice::from_ref(&first)),
            Some(DelegationFault::Circle)
        );
        let second = delegation(2, 3, 50, 60);
        assert_eq!(fault(&second, std::slice::from_ref(&first)), None);
        let both = [first, second];
        let too_far = Some(DelegationFault::TooFar);
        assert_eq!(fault_of(delegation(3, 4, 55, 58), &both), too_far.clone());
        assert_eq!(fault_of(delegation(7, 1, 55, 58), &both), too_far);
        assert_eq!(fault_of(delegation(3, 1, 55, 58), &both), Some(DelegationFault::Circle));
        assert_eq!(fault_of(delegation(3, 4, 60, 70), &both), None);
    }

    proptest! {
        /// Whatever is arranged in whatever order, what was not refused never comes back to who is away, and nobody
        /// stands in who has handed it on twice.
        #[test]
        fn what_is_not_refused_never_leads_astray(
            tries in proptest::collection::vec((1_u64..6, 1_u64..6, 0_i64..30, 1_i64..20), 0..24),
            at in 0_i64..50,
        ) {
            let mut all: Vec<Delegation> = Vec::new();
            for (from, to, since, length) in tries {
                let new = delegation(from, to, since, since + length);
                if fault(&new, &all).is_none() {
                    all.push(new);
                }
            }
            let holding: Vec<&Delegation> = all.iter().filter(|one| one.holds_at(from_ms(at))).collect();
            for user in 1..6 {
                let (mut now, mut steps) = (user, 0);
                while let Some(one) = holding.iter().find(|one| one.from.0 == now) {
                    now = one.to.0;
                    steps += 1;
                    prop_assert!(now != user && steps <= 2, "{:?}", holding);
                }
                prop_assert_eq!(in_place_of(&all, user, at), (steps > 0).then_some(now));
                prop_assert!(holding.iter().filter(|one| one.from.0 == user).count() <= 1);
            }
        }
    }
}
