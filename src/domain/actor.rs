//! Who acts, and what their standing is.

use super::ids::{GuildId, UnitCode, UserId};
use super::lang::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

/// A person who asks for something, with the standing that the stored roles give them.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The office they act in.
    pub guild: GuildId,
    /// Their Discord account.
    pub user: UserId,
    /// The name they show in this server.
    pub name: String,
    /// The units whose roles they hold.
    pub units: BTreeSet<UnitCode>,
    /// The tiers whose roles they hold.
    pub tiers: BTreeSet<Tier>,
    /// The units that they are in charge of as a member of the leadership.
    pub in_charge: BTreeSet<UnitCode>,
    /// The language they use.
    pub lang: Lang,
}

impl Actor {
    /// Whether the person holds `tier` or a higher one.
    pub fn is_at_least(&self, tier: Tier) -> bool {
        self.tiers.last().is_some_and(|highest| *highest >= tier)
    }

    /// Whether the person is the member of the leadership who is in charge of `unit`.
    pub fn is_in_charge_of(&self, unit: &UnitCode) -> bool {
        self.in_charge.contains(unit)
    }

    /// Whether the person belongs to `unit`.
    pub fn is_of(&self, unit: &UnitCode) -> bool {
        self.units.contains(unit)
    }
}
