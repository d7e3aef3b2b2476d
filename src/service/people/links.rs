//! What a role of the server stands for, by command instead of by name.

use super::{LinkRole, not};
use crate::domain::actor::Tier;
use crate::domain::people::{Arranged, NotArranged};
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::service::Office;
use crate::service::directory::recognise;
use crate::service::inbox::{Case, Deciding};
use crate::store::office::OfficeRole;

impl Office {
    pub(super) async fn link_role(&self, case: &Case, link: &LinkRole) -> Deciding {
        let guild = case.actor.guild;
        let may = |tier: Option<Tier>| {
            // Nobody gives away what they do not have, nor takes it from who has more.
            let needs = tier.unwrap_or(Tier::Coordinator).max(Tier::Coordinator);
            let refusal = Refusal::NotAllowed { who: vec![Authority::AtLeast { tier: needs }] };
            if case.actor.is_at_least(needs) { Ok(()) } else { Err(refusal) }
        };
        may(link.tier)?;
        let roles = self.store.roles(guild).await?;
        let Some(now) = roles.iter().find(|role| role.role == link.role) else {
            return Err(not(NotArranged::NoOfficeRole { role: link.role }).into());
        };
        may(now.tier)?;
        let subject = format!("role:{}", link.role);
        if link.undo {
            if !self.store.role_links(guild).await?.iter().any(|one| one.role == link.role) {
                return Err(not(NotArranged::NotLinked { role: link.role }).into());
            }
            let by_name = recognise(&self.charters, self.today(), link.role, &now.name);
            may(by_name.tier)?;
            let mut tx = self.store.begin().await?;
            tx.unlink_role(guild, link.role).await?;
            tx.set_role(guild, &by_name).await?;
            let done = Arranged::Unlinked { role: link.role, unit: by_name.unit, tier: by_name.tier };
            return self.arranged(tx, case, ("role.unlink", &subject, None), done).await;
        }
        let unit = link.unit.as_deref().map(|text| self.unit_named(text)).transpose()?;
        if unit.is_some() == link.tier.is_some() {
            return Err(not(NotArranged::UnitOrTier).into());
        }
        let same = |other: &&OfficeRole| {
            other.role != link.role && (other.unit.as_ref(), other.tier) == (unit.as_ref(), link.tier)
        };
        let others = roles.iter().filter(same).map(|other| other.role).collect();
        let linked =
            OfficeRole { role: link.role, name: now.name.clone(), unit: unit.clone(), tier: link.tier };
        let mut tx = self.store.begin().await?;
        tx.link_role(guild, &linked, case.actor.user, self.clock.now()).await?;
        let done = Arranged::Linked { role: link.role, unit, tier: link.tier, others };
        self.arranged(tx, case, ("role.link", &subject, None), done).await
    }
}
