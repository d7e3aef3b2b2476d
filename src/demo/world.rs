//! The office as the demo's server has it: a role for each unit and tier, and people who are roles, not persons.

use crate::domain::actor::Tier;
use crate::domain::charter::Charters;
use discord_sandbox::{Channel, Permissions, Person, Role, World};

/// A person of the demo: name, roles, and the language of their Discord.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    /// What they are called.
    pub name: String,
    /// The names of their roles: units by code, tiers by name.
    pub roles: Vec<String>,
    /// `vi` or `en-US`.
    #[serde(default = "vietnamese")]
    pub locale: String,
}

fn vietnamese() -> String {
    "vi".into()
}

/// The server of an office with this regulation and these people: a role for each unit of each version.
pub fn world(charters: &Charters, cast: &[Cast]) -> World {
    let named = |name: String, color| Role { name, color, ..Role::default() };
    let mut codes: Vec<String> = Vec::new();
    for unit in charters.all().flat_map(|version| version.units().iter().rev()) {
        if !codes.contains(&unit.code.0) {
            codes.push(unit.code.to_string());
        }
    }
    let units = codes.into_iter().map(|code| named(code, 0));
    let tiers = Tier::ALL.into_iter().map(|tier| named(tier.role_name().to_owned(), 0x1F_6F_EB));
    let people = cast.iter().map(|person| Person {
        name: person.name.clone(),
        roles: person.roles.clone(),
        locale: Some(person.locale.clone()),
        ..Person::default()
    });
    let owner =
        Person { name: "Quản trị máy chủ".into(), owner: true, admin: true, ..Person::default() };
    let mut world = World {
        name: charters.first().about().office.vi.clone(),
        preferred_locale: vietnamese(),
        roles: units.chain(tiers).collect(),
        people: std::iter::once(owner).chain(people).collect(),
        channels: vec![Channel::text("phong-hop-chung")],
        ..World::default()
    };
    world.bot.name = "Liaison".into();
    // It makes its own category and channels, and sets a server up.
    world.bot.permissions = Permissions::BOT | Permissions::MANAGE_CHANNELS | Permissions::MANAGE_ROLES;
    world
}
