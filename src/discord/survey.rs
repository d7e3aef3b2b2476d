//! What is there on a server, and what would make it ready.

use super::forum::{available_tags, made_tags, requires_tag};
use super::permissions::Standing;
use super::places::{NoPlace, category, made_as};
use super::rest::Rest;
use super::roster::office_roles;
use super::words::forum::tag_names;
use crate::domain::forum::known_tags;
use crate::domain::ids::{GuildId, RoleId, UserId};
use crate::domain::setup::{self, CATEGORY, PlaceKind, Plan, Seen, SeenPlace, Shape, Spot, Wanted};
use crate::service::Office;
use crate::service::directory::{Recognition, linked};
use crate::service::setup::{group_role_name, group_role_purpose};
use crate::store::office::OfficeRole;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was asked of Discord.
struct Server {
    roles: Vec<Value>,
    channels: Vec<Value>,
    standing: Standing,
    /// What the bot made, by what it is for.
    made: BTreeMap<String, u64>,
}

impl Server {
    fn channel(&self, id: u64) -> Option<&Value> {
        self.channels.iter().find(|channel| id_of(channel) == Some(id))
    }

    fn role(&self, id: u64) -> Option<&Value> {
        self.roles.iter().find(|role| id_of(role) == Some(id))
    }

    /// Whether the permissions of a channel are as the bot sets them.
    fn is_arranged(&self, channel: &Value, purpose: &str, kind: PlaceKind) -> bool {
        self.standing.arrangement(channel, purpose, kind).is_empty()
    }
}

/// Who looks: nothing is changed.
pub(super) struct Survey<'s> {
    pub(super) office: &'s Office,
    pub(super) rest: &'s Rest,
    pub(super) bot: UserId,
}

impl Survey<'_> {
    /// What would make the server ready.
    pub(super) async fn plan(&self, guild: GuildId, shape: Option<Shape>) -> Result<Plan, NoPlace> {
        let (wanted, seen) = self.look(guild, shape).await?;
        Ok(setup::plan(&wanted, &seen))
    }

    /// What the server is to have, and what it has.
    async fn look(&self, guild: GuildId, shape: Option<Shape>) -> Result<(Wanted, Seen), NoPlace> {
        let (roles, channels) = (self.rest.roles(guild).await?, self.rest.guild_channels(guild).await?);
        let standing = Standing::of(guild, self.bot, &roles, &self.rest.member(guild, self.bot).await?);
        let made = self.office.store.made(guild).await?;
        let server = Server { roles, channels, standing, made };
        let mut spots = self.office.store.places(guild).await?;
        spots.retain(|_, spot| server.channel(spot.channel.0).is_some());
        let wanted = self.office.wanted(shape, &spots);
        let mut seen = Seen {
            roles: server.roles.len(),
            channels: server.channels.len(),
            lacks: server.standing.lacks(),
            places: self.seen_places(&server, &spots),
            ..Seen::default()
        };
        seen.category = category(&server.channels).map(|category| {
            let ours = id_of(category).is_some() && server.made.get(CATEGORY).copied() == id_of(category);
            !ours || server.is_arranged(category, CATEGORY, PlaceKind::Text)
        });
        self.see_roles(guild, &server, &wanted, &mut seen).await?;
        Ok((wanted, seen))
    }

    fn seen_places(&self, server: &Server, spots: &BTreeMap<String, Spot>) -> BTreeMap<String, SeenPlace> {
        let (names, made_tags) = (tag_names(self.office), made_tags(&server.made));
        let see = |(purpose, spot): (&String, &Spot)| {
            let channel = server.channel(spot.channel.0)?;
            let tags = available_tags(channel);
            let known = known_tags(&tags, &names, &made_tags);
            let place = SeenPlace {
                spot: *spot,
                made: server.made.get(&made_as(purpose)) == Some(&spot.channel.0),
                arranged: server.is_arranged(channel, purpose, spot.kind),
                lacks: server.standing.lacks_in(channel, purpose, spot.kind),
                tags: (known.into_keys().collect(), tags.len()),
                requires_tag: requires_tag(channel),
            };
            Some((purpose.clone(), place))
        };
        spots.iter().filter_map(see).collect()
    }

    async fn see_roles(
        &self,
        guild: GuildId,
        server: &Server,
        wanted: &Wanted,
        seen: &mut Seen,
    ) -> Result<(), NoPlace> {
        let (charters, today) = (&self.office.charters, self.office.today());
        let links = self.office.store.role_links(guild).await?;
        let office = office_roles(charters, today, guild, &server.roles);
        let office: Vec<OfficeRole> = office.into_iter().map(|role| linked(role, &links)).collect();
        let mut people = self.office.people_of_groups(guild, &wanted.groups).await?;
        for group in &wanted.groups {
            let ours =
                server.made.get(&group_role_purpose(group)).and_then(|id| Some((*id, server.role(*id)?)));
            if let Some((id, role)) = ours {
                let with = self.office.store.people_with_role(guild, RoleId(id)).await?;
                let of = people.remove(group).unwrap_or_default();
                seen.groups.insert(group.clone(), of.difference(&with).copied().collect());
                if server.standing.is_below(role) {
                    let name = role["name"].as_str().unwrap_or_default().to_owned();
                    seen.above.insert(group.clone(), name);
                }
            } else if office.iter().any(|role| role.name == group_role_name(group)) {
                // Somebody else's: who holds it is theirs to say.
                seen.groups.insert(group.clone(), BTreeSet::new());
            }
        }
        if !server.standing.mentions_everyone() {
            let of_units = office.iter().filter(|role| role.unit.is_some());
            let hidden = of_units
                .filter(|role| server.role(role.role.0).is_some_and(|role| role["mentionable"] != true));
            seen.unmentionable = hidden.map(|role| role.name.clone()).collect();
        }
        let known = Recognition::of(charters, today, office);
        seen.people = people;
        seen.units = known.units.into_keys().collect();
        seen.tiers = known.tiers.into_keys().collect();
        Ok(())
    }
}

fn id_of(value: &Value) -> Option<u64> {
    value["id"].as_str()?.parse().ok()
}
