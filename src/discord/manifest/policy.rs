//! What a command asks of who uses it, and who sees its answer: read by the check of rights and by `/help` alike.

use crate::domain::actor::{Actor, Tier};
use crate::domain::lang::{Lang, Text};
use serde::Deserialize;

/// The least standing that a command asks for. What it does is decided again in the service layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Requires {
    /// Whoever is in the server.
    Anyone,
    /// People of a unit, whatever their tier: it is for their unit that they act. Coordinators act for any.
    UnitMember,
    /// People of this tier and above.
    AtLeast(Tier),
}

impl Requires {
    /// Whether `actor` has the standing.
    pub fn allows(self, actor: &Actor) -> bool {
        match self {
            Self::Anyone => true,
            Self::UnitMember => !actor.units.is_empty() || actor.is_at_least(Tier::Coordinator),
            Self::AtLeast(tier) => actor.is_at_least(tier),
        }
    }

    /// Who that is, in words.
    pub fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Anyone, Lang::Vi) => "mọi người",
            (Self::Anyone, Lang::En) => "everyone",
            (Self::UnitMember, Lang::Vi) => "người của đơn vị",
            (Self::UnitMember, Lang::En) => "people of the unit",
            (Self::AtLeast(tier), lang) => tier.name(lang),
        }
    }
}

impl TryFrom<String> for Requires {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        if code == "anyone" {
            return Ok(Self::Anyone);
        }
        if code == "unit_member" {
            return Ok(Self::UnitMember);
        }
        Tier::from_code(&code).map(Self::AtLeast).ok_or_else(|| {
            let known = Tier::ALL.map(Tier::code).join(", ");
            format!("`{code}` is not a tier; known are anyone, unit_member, {known}")
        })
    }
}

/// Who sees the answer to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Only the person who asked.
    Ephemeral,
    /// Everyone in the channel.
    Public,
}

/// What help and the check of rights need to know of a command.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The whole name in both languages, without the slash: `task create`, `nhiem-vu giao`.
    pub name: Text,
    /// What it does.
    pub description: Text,
    /// Who may use it.
    pub requires: Requires,
    /// Who sees the answer.
    pub reply: Reply,
    /// One line as a person would type it.
    pub example: Text,
}
