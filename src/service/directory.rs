//! Who is who: roles of the server become units and tiers, people get the standing that their roles give.

use super::setup::group_role_name;
use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::charter::Charters;
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, RoleId, UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::store::office::{OfficeRole, Person};
use crate::store::role_link::RoleLink;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A server as Discord shows it.
#[derive(Clone, Debug, Default)]
pub struct ServerView {
    /// Its name.
    pub name: String,
    /// Its preferred locale.
    pub locale: String,
    /// All its roles: id and name.
    pub roles: Vec<(RoleId, String)>,
}

/// What of the charter is recognised on the server, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Recognition {
    /// Units with the role that stands for them.
    pub units: BTreeMap<UnitCode, RoleId>,
    /// Tiers with the role that gives them.
    pub tiers: BTreeMap<Tier, RoleId>,
    /// Who acts for a unit without holding its role, because of a position or in somebody's place: the role's mention
    /// does not reach them.
    pub acting: BTreeMap<UnitCode, Vec<UserId>>,
    /// Groups of units with a role that everybody of their units holds: one mention reaches all of them.
    pub groups: BTreeMap<String, RoleId>,
    /// Roles that stand for nothing we know.
    pub unknown_roles: Vec<String>,
    /// Units of the charter without a role.
    pub missing_units: Vec<UnitCode>,
    /// Tiers without a role.
    pub missing_tiers: Vec<Tier>,
}

impl Office {
    /// Takes in a server: its name, language (only the first time) and roles. Roles are what they were linked to by command,
    /// else they are recognised by name; what is not recognised is listed by [`Office::recognition`], never guessed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn see_server(&self, guild: GuildId, view: &ServerView) -> Outcome<()> {
        let known: BTreeMap<RoleId, OfficeRole> =
            self.store.roles(guild).await?.into_iter().map(|role| (role.role, role)).collect();
        let links = self.store.role_links(guild).await?;
        let mut tx = self.store.begin().await?;
        // A server that never chose a language reports en-US; the office's own first language stands until it is set.
        let language = if view.locale.starts_with("en-GB") { Lang::En } else { Lang::Vi };
        let now = self.clock.now();
        tx.see_server(guild, &view.name, language, now).await?;
        self.await_version(&mut tx, guild, now).await?;
        for (id, name) in &view.roles {
            let role = linked(recognise(&self.charters, self.today(), *id, name), &links);
            if known.get(id) != Some(&role) {
                tx.set_role(guild, &role).await?;
            }
        }
        for id in known.keys().filter(|id| !view.roles.iter().any(|(seen, _)| seen == *id)) {
            tx.drop_role(guild, *id).await?;
            tx.unlink_role(guild, *id).await?;
        }
        tx.commit().await
    }

    /// Takes in one role that was made or changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn see_role(&self, guild: GuildId, id: RoleId, name: &str) -> Outcome<()> {
        let role = recognise(&self.charters, self.today(), id, name);
        let role = linked(role, &self.store.role_links(guild).await?);
        let mut tx = self.store.begin().await?;
        tx.set_role(guild, &role).await?;
        tx.commit().await
    }

    /// Forgets a role that was deleted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lose_role(&self, guild: GuildId, id: RoleId) -> Outcome<()> {
        let mut tx = self.store.begin().await?;
        tx.drop_role(guild, id).await?;
        tx.unlink_role(guild, id).await?;
        tx.commit().await
    }

    /// Takes in people with their roles, many at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn see_members(&self, guild: GuildId, members: &[(Person, Vec<RoleId>)]) -> Outcome<()> {
        let mut tx = self.store.begin().await?;
        for (person, roles) in members {
            tx.set_member(guild, person, roles).await?;
        }
        tx.commit().await
    }

    /// A person left the server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lose_member(&self, guild: GuildId, user: UserId) -> Outcome<()> {
        let mut tx = self.store.begin().await?;
        tx.member_left(guild, user, self.clock.now()).await?;
        tx.commit().await
    }

    /// The standing of a person from the roles they hold, the positions recorded for them, and whom they stand in for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn actor(
        &self,
        guild: GuildId,
        person: Person,
        roles: &[RoleId],
        administrator: bool,
        lang: Lang,
    ) -> Outcome<Actor> {
        let mut actor = Actor {
            guild,
            user: person.user,
            name: person.name,
            units: BTreeSet::new(),
            tiers: BTreeSet::new(),
            positions: BTreeMap::new(),
            lang,
        };
        for role in self.store.roles(guild).await? {
            if roles.contains(&role.role) {
                actor.units.extend(role.unit);
                actor.tiers.extend(role.tier);
            }
        }
        if administrator {
            actor.tiers.insert(Tier::Administrator);
        }
        self.add_positions(&mut actor).await?;
        Ok(actor)
    }

    /// What of the charter is recognised on the server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recognition(&self, guild: GuildId) -> Outcome<Recognition> {
        let mut known = Recognition::of(&self.charters, self.today(), self.store.roles(guild).await?);
        known.acting = self.acting(guild, self.clock.now()).await?;
        known.groups = self.group_roles(guild).await?;
        let of_groups: Vec<String> =
            self.charter().groups().iter().map(|group| group_role_name(&group.code)).collect();
        known.unknown_roles.retain(|name| !of_groups.contains(name));
        Ok(known)
    }

    /// A channel was deleted: if it served a purpose, another will be found or made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lose_channel(&self, guild: GuildId, channel: ChannelId) -> Outcome<()> {
        let mut tx = self.store.begin().await?;
        tx.forget_place(guild, channel).await?;
        tx.commit().await
    }
}

impl Recognition {
    /// What these roles stand for on `date`. Of two roles for one unit the first stands: one linked by
    /// command, else the older.
    pub fn of(charters: &Charters, date: NaiveDate, roles: Vec<OfficeRole>) -> Self {
        let mut found = Self::default();
        for role in roles {
            match (&role.unit, role.tier) {
                (Some(unit), _) => {
                    found.units.entry(unit.clone()).or_insert(role.role);
                }
                (None, Some(tier)) => {
                    found.tiers.entry(tier).or_insert(role.role);
                }
                (None, None) => found.unknown_roles.push(role.name),
            }
        }
        let codes = charters.on(date).units_at(date).map(|unit| unit.code.clone());
        found.missing_units = codes.filter(|code| !found.units.contains_key(code)).collect();
        found.missing_tiers = Tier::ALL.into_iter().filter(|tier| !found.tiers.contains_key(tier)).collect();
        found
    }
}

/// The role as it was linked by command; one that was not stays as it is.
pub fn linked(role: OfficeRole, links: &[RoleLink]) -> OfficeRole {
    match links.iter().find(|link| link.role == role.role) {
        Some(link) => OfficeRole { unit: link.unit.clone(), tier: link.tier, ..role },
        None => role,
    }
}

/// What a role stands for on `date`, by its name: a unit, else a tier, else nothing.
pub fn recognise(charters: &Charters, date: NaiveDate, role: RoleId, name: &str) -> OfficeRole {
    let unit = charters.unit_by_role_name(name, date).map(|unit| unit.code.clone());
    let folded = fold(name);
    let tier = Tier::ALL.into_iter().find(|tier| fold(tier.role_name()) == folded);
    OfficeRole { role, name: name.to_owned(), tier: if unit.is_some() { None } else { tier }, unit }
}
