//! Who acts, and what their standing is.

use super::ids::{GuildId, UnitCode, UserId};
use super::lang::Lang;
use super::position::Position;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The standing of a person in the office, from their roles. The order is that of authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Chuyên viên.
    Officer,
    /// Đầu mối of a unit.
    FocalPoint,
    /// Thủ trưởng đơn vị: head of a unit.
    UnitHead,
    /// Điều phối: gives out tasks across units.
    Coordinator,
    /// Lãnh đạo of the office.
    Leadership,
    /// Quản trị of the Discord server.
    Administrator,
}

impl Tier {
    /// All tiers, lowest first.
    pub const ALL: [Self; 6] = [
        Self::Officer,
        Self::FocalPoint,
        Self::UnitHead,
        Self::Coordinator,
        Self::Leadership,
        Self::Administrator,
    ];

    /// The name of the Discord role by which the tier is recognised until somebody links another.
    pub fn role_name(self) -> &'static str {
        match self {
            Self::Officer => "Chuyên viên",
            Self::FocalPoint => "Đầu mối",
            Self::UnitHead => "Thủ trưởng đơn vị",
            Self::Coordinator => "Điều phối",
            Self::Leadership => "Lãnh đạo",
            Self::Administrator => "Quản trị",
        }
    }

    /// As the database writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::FocalPoint => "focal_point",
            Self::UnitHead => "unit_head",
            Self::Coordinator => "coordinator",
            Self::Leadership => "leadership",
            Self::Administrator => "administrator",
        }
    }

    /// Back from [`Tier::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.code() == code)
    }

    /// The tier in words.
    pub fn name(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.role_name(),
            Lang::En => match self {
                Self::Officer => "officer",
                Self::FocalPoint => "focal point",
                Self::UnitHead => "head of unit",
                Self::Coordinator => "coordinator",
                Self::Leadership => "leadership",
                Self::Administrator => "administrator",
            },
        }
    }
}

/// A person who asks for something, with the standing that the stored roles and positions give them.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The office they act in.
    pub guild: GuildId,
    /// Their Discord account.
    pub user: UserId,
    /// The name they show in this server.
    pub name: String,
    /// The units they act for: those whose roles they hold, and those where they hold a position or stand in for somebody.
    pub units: BTreeSet<UnitCode>,
    /// The tiers whose roles they hold.
    pub tiers: BTreeSet<Tier>,
    /// What they are in each unit: by their roles, by record, or in the place of somebody who is away.
    pub positions: BTreeMap<UnitCode, BTreeSet<Position>>,
    /// The language they use.
    pub lang: Lang,
}

/// The positions that roles alone give: those of the tiers, in each of the units.
pub fn positions_of_roles(
    units: &BTreeSet<UnitCode>,
    tiers: &BTreeSet<Tier>,
) -> BTreeMap<UnitCode, BTreeSet<Position>> {
    let positions: BTreeSet<Position> = tiers.iter().copied().filter_map(Position::of_tier).collect();
    units.iter().map(|unit| (unit.clone(), positions.clone())).collect()
}

impl Actor {
    /// Whether the person holds `tier` or a higher one somewhere: from coordinator on in the whole office, below that in
    /// some unit. What matters in one unit is [`Actor::is_at_least_in`].
    pub fn is_at_least(&self, tier: Tier) -> bool {
        let by_role = self.tiers.last().is_some_and(|highest| *highest >= tier);
        let mut positions = self.positions.values().flatten();
        by_role || tier < Tier::Coordinator && positions.any(|position| position.tier() >= Some(tier))
    }

    /// Whether the person is the member of the leadership who is in charge of `unit`.
    pub fn is_in_charge_of(&self, unit: &UnitCode) -> bool {
        self.holds(Position::LeaderInCharge, unit)
    }

    /// Whether the person acts for `unit`.
    pub fn is_of(&self, unit: &UnitCode) -> bool {
        self.units.contains(unit)
    }

    /// Whether the person holds `tier` or a higher one where `unit` is concerned: in the whole office from coordinator on,
    /// below that by what they are in this very unit. Who stands in for the head of one unit is head of no other.
    pub fn is_at_least_in(&self, tier: Tier, unit: &UnitCode) -> bool {
        let office_wide = self.tiers.last().is_some_and(|highest| *highest >= tier.max(Tier::Coordinator));
        office_wide || self.positions_in(unit).any(|position| position.tier() >= Some(tier))
    }

    /// Whether the person is `position` in `unit`.
    pub fn holds(&self, position: Position, unit: &UnitCode) -> bool {
        self.positions_in(unit).any(|held| held == position)
    }

    /// What the person is in `unit`.
    pub fn positions_in(&self, unit: &UnitCode) -> impl Iterator<Item = Position> {
        self.positions.get(unit).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(units: &[&str], tiers: &[Tier]) -> Actor {
        let units = units.iter().map(|unit| UnitCode::from(*unit)).collect();
        let tiers = tiers.iter().copied().collect();
        let positions = positions_of_roles(&units, &tiers);
        let (guild, user, name) = (GuildId(1), UserId(2), String::new());
        Actor { guild, user, name, units, tiers, positions, lang: Lang::Vi }
    }

    #[test]
    fn who_stands_in_for_the_head_of_one_unit_is_head_of_no_other() {
        let (tkg, ttdl) = (UnitCode::from("TKG"), UnitCode::from("TTDL"));
        let mut officer = actor(&["TTDL"], &[Tier::Officer]);
        assert!(!officer.is_at_least(Tier::UnitHead));
        officer.units.insert(tkg.clone());
        officer.positions.entry(tkg.clone()).or_default().insert(Position::Head);
        assert!(officer.is_at_least(Tier::UnitHead) && officer.is_at_least_in(Tier::UnitHead, &tkg));
        assert!(!officer.is_at_least_in(Tier::UnitHead, &ttdl));
        assert!(officer.is_at_least_in(Tier::Officer, &ttdl));
        // The other way about: the head of one unit who stands in for an officer of another is an officer there.
        let mut head = actor(&["TTDL"], &[Tier::UnitHead]);
        head.units.insert(tkg.clone());
        head.positions.entry(tkg.clone()).or_default().insert(Position::Officer);
        assert!(head.is_at_least_in(Tier::UnitHead, &ttdl) && !head.is_at_least_in(Tier::UnitHead, &tkg));
    }

    #[test]
    fn a_leader_in_charge_is_neither_of_the_unit_nor_the_head_of_it() {
        let (tkg, ttdl) = (UnitCode::from("TKG"), UnitCode::from("TTDL"));
        let mut leader = actor(&[], &[]);
        leader.positions.entry(tkg.clone()).or_default().insert(Position::LeaderInCharge);
        assert!(leader.is_in_charge_of(&tkg) && !leader.is_in_charge_of(&ttdl));
        assert!(!leader.is_at_least(Tier::Officer) && !leader.is_of(&tkg));
        assert!(!leader.is_at_least_in(Tier::Officer, &tkg));
        assert!(actor(&[], &[Tier::Coordinator]).is_at_least_in(Tier::UnitHead, &ttdl));
        assert!(!actor(&[], &[Tier::Coordinator]).is_at_least_in(Tier::Leadership, &ttdl));
    }
}
