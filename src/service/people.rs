//! Arranging who is who: what roles stand for, who holds which position, who stands in during leave.

mod delegations;
mod holders;
mod links;
mod shown;

pub(super) use holders::record as record_holding;
pub use shown::UnitPeople;

use super::Office;
use super::inbox::{Case, Deciding};
use crate::domain::actor::Tier;
use crate::domain::effect::Answer;
use crate::domain::ids::{GuildId, RoleId, UnitCode, UserId};
use crate::domain::people::{Arranged, NotArranged};
use crate::domain::position::Position;
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::store::Tx;
use crate::store::audit::AuditEntry;
use serde::{Deserialize, Serialize};

/// A request about people and positions, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "people", rename_all = "snake_case")]
pub enum PeopleRequest {
    /// `/unit link`.
    Link(LinkRole),
    /// `/unit focal`.
    Holder(SetHolder),
    /// `/unit delegate`.
    Delegate(Delegate),
}

/// `/unit link`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRole {
    /// The role.
    pub role: RoleId,
    /// The unit it shall stand for.
    pub unit: Option<String>,
    /// The tier it shall give.
    pub tier: Option<Tier>,
    /// Undo an earlier link instead.
    pub undo: bool,
}

/// `/unit focal`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetHolder {
    /// The unit.
    pub unit: String,
    /// Who holds the position.
    pub user: UserId,
    /// Which position.
    pub position: Position,
    /// The first day; today when nothing is said.
    pub from: Option<String>,
    /// The last day; until further notice when nothing is said.
    pub until: Option<String>,
    /// End it instead: after the last day, or at once.
    pub end: bool,
}

/// `/unit delegate`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegate {
    /// Who stands in; nobody when it is ended.
    pub to: Option<UserId>,
    /// Who is away; oneself when nothing is said.
    pub away: Option<UserId>,
    /// The unit; the only one of who is away when nothing is said.
    pub unit: Option<String>,
    /// The first day; today when nothing is said.
    pub from: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl PeopleRequest {
    /// All that was typed freely.
    pub(super) fn texts(&self) -> Vec<Option<&String>> {
        match self {
            Self::Link(link) => vec![link.unit.as_ref()],
            Self::Holder(set) => vec![Some(&set.unit), set.from.as_ref(), set.until.as_ref()],
            Self::Delegate(one) => {
                vec![one.unit.as_ref(), one.from.as_ref(), one.until.as_ref(), one.reason.as_ref()]
            }
        }
    }
}

impl Office {
    pub(super) async fn arrange(&self, case: &Case, request: &PeopleRequest) -> Deciding {
        match request {
            PeopleRequest::Link(link) => self.link_role(case, link).await,
            PeopleRequest::Holder(set) if set.end => self.end_holder(case, set).await,
            PeopleRequest::Holder(set) => self.set_holder(case, set).await,
            PeopleRequest::Delegate(one) => match one.to {
                Some(to) => self.delegate(case, one, to).await,
                None => self.end_delegation(case, one).await,
            },
        }
    }

    /// The person's account, if they are on the server and no bot.
    async fn must_be_here(&self, guild: GuildId, user: UserId) -> Deciding {
        let here = self.store.person(guild, user).await?.is_some();
        if here { Ok(()) } else { Err(not(NotArranged::NoPerson { user }).into()) }
    }

    /// Ends a case with what was arranged: audit, answer, commit.
    async fn arranged(
        &self,
        mut tx: Tx,
        case: &Case,
        what: (&'static str, &str, Option<&str>),
        done: Arranged,
    ) -> Deciding {
        let (action, subject, reason) = what;
        let detail = serde_json::json!(done);
        let (guild, at) = (case.actor.guild, self.clock.now());
        let actor = Some(case.actor.user);
        tx.audit(AuditEntry { guild, at, actor, action, subject, detail, reason }).await?;
        self.conclude(&mut tx, case, Answer::Arranged { done }).await?;
        Ok(tx.commit().await?)
    }
}

fn not(why: NotArranged) -> Refusal {
    Refusal::NotArranged { why }
}

/// Who arranges what concerns one unit is its head, or a coordinator.
fn not_yours(unit: &UnitCode) -> Refusal {
    let head = Authority::Head { unit: unit.clone() };
    Refusal::NotAllowed { who: vec![head, Authority::AtLeast { tier: Tier::Coordinator }] }
}
