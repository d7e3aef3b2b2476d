//! Bringing a server from nothing to ready: what is wanted, what is there, and so what is to be made. Only ever added to:
//! what somebody else made is neither changed nor deleted, and a second run over a ready server plans nothing.

use super::actor::Tier;
use super::ids::{UnitCode, UserId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Discord's limit for the roles of a server, the one of everybody among them.
pub const ROLES_MAX: usize = 250;
/// Discord's limit for the channels of a server, categories among them.
pub const CHANNELS_MAX: usize = 500;

/// What a server of this office has.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A role for each of these units.
    pub units: Vec<UnitCode>,
    /// A role for each tier.
    pub tiers: Vec<Tier>,
    /// One role for all units of each of these groups.
    pub groups: Vec<String>,
    /// A channel for each of these purposes, by its usual name.
    pub channels: Vec<Place>,
}

/// A channel that serves a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `phase:P3`, `meetings`.
    pub purpose: String,
    /// What it is called when it is made.
    pub name: String,
}

/// What is there.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// All roles of the server.
    pub roles: usize,
    /// All channels of the server.
    pub channels: usize,
    /// Whether the bot's category is there.
    pub category: bool,
    /// Units with a role.
    pub units: BTreeSet<UnitCode>,
    /// Tiers with a role.
    pub tiers: BTreeSet<Tier>,
    /// Groups with a role. Where the bot made it, who of the group's people lacks it.
    pub groups: BTreeMap<String, BTreeSet<UserId>>,
    /// Who is of a group whose role is yet to be made.
    pub people: BTreeMap<String, BTreeSet<UserId>>,
    /// Purposes with a channel.
    pub places: BTreeSet<String>,
    /// Permissions that the bot lacks, as Discord names them.
    pub lacks: Vec<String>,
}

/// One thing to make or give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A role that stands for a unit.
    UnitRole(UnitCode),
    /// A role that gives a tier.
    TierRole(Tier),
    /// One role for all units of a group.
    GroupRole(String),
    /// Give the group's role to somebody of its units.
    GroupMember(String, UserId),
    /// A channel.
    Channel(Place),
}

/// Why a plan cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The bot lacks these permissions.
    Permissions(Vec<String>),
    /// Discord allows fewer roles: so many are there, so many would come.
    Roles(usize, usize),
    /// Discord allows fewer channels.
    Channels(usize, usize),
}

/// What is to be done, and what stands in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which it is done.
    pub steps: Vec<Step>,
    /// Nothing is done while there is any.
    pub lacks: Vec<Lack>,
}

/// What is missing of `wanted`.
pub fn plan(wanted: &Wanted, seen: &Seen) -> Plan {
    let mut steps = Vec::new();
    steps.extend(
        wanted.tiers.iter().filter(|tier| !seen.tiers.contains(tier)).map(|tier| Step::TierRole(*tier)),
    );
    let units = wanted.units.iter().filter(|unit| !seen.units.contains(unit));
    steps.extend(units.cloned().map(Step::UnitRole));
    for group in &wanted.groups {
        let lacking = match seen.groups.get(group) {
            Some(lacking) => Some(lacking),
            None => {
                steps.push(Step::GroupRole(group.clone()));
                seen.people.get(group)
            }
        };
        let people = lacking.into_iter().flatten();
        steps.extend(people.map(|user| Step::GroupMember(group.clone(), *user)));
    }
    let roles = steps.iter().filter(|step| !matches!(step, Step::GroupMember(..))).count();
    let places = wanted.channels.iter().filter(|place| !seen.places.contains(&place.purpose));
    let places: Vec<Step> = places.cloned().map(Step::Channel).collect();
    let channels = places.len() + usize::from(!places.is_empty() && !seen.category);
    steps.extend(places);
    let mut lacks = Vec::new();
    if !steps.is_empty() && !seen.lacks.is_empty() {
        lacks.push(Lack::Permissions(seen.lacks.clone()));
    }
    if seen.roles + roles > ROLES_MAX {
        lacks.push(Lack::Roles(seen.roles, roles));
    }
    if seen.channels + channels > CHANNELS_MAX {
        lacks.push(Lack::Channels(seen.channels, channels));
    }
    Plan { steps, lacks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted() -> Wanted {
        let place = |purpose: &str| Place { purpose: purpose.to_owned(), name: purpose.to_owned() };
        Wanted {
            units: (1..=82).map(|n| UnitCode(format!("U{n:02}"))).collect(),
            tiers: Tier::ALL.to_vec(),
            groups: vec!["CTK".to_owned()],
            channels: ["phase:P1", "phase:P2", "meetings"].map(place).to_vec(),
        }
    }

    /// What is there once a step was done.
    fn after(mut seen: Seen, step: &Step) -> Seen {
        match step {
            Step::UnitRole(unit) => _ = seen.units.insert(unit.clone()),
            Step::TierRole(tier) => _ = seen.tiers.insert(*tier),
            Step::GroupRole(group) => {
                let people = seen.people.remove(group).unwrap_or_default();
                seen.groups.insert(group.clone(), people);
            }
            Step::GroupMember(group, user) => {
                seen.groups.get_mut(group).expect("the role comes first").remove(user);
            }
            Step::Channel(place) => _ = seen.places.insert(place.purpose.clone()),
        }
        seen
    }

    #[test]
    fn an_empty_server_gets_everything_within_discords_limits() {
        let seen = Seen { roles: 2, channels: 1, ..Seen::default() };
        let plan = plan(&wanted(), &seen);
        assert_eq!((plan.steps.len(), plan.lacks), (82 + 6 + 1 + 3, Vec::new()));
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let lacks = vec!["Manage Roles".to_owned()];
        let seen = Seen { roles: 162, channels: 497, lacks: lacks.clone(), ..Seen::default() };
        let found = plan(&wanted(), &seen);
        assert_eq!(found.lacks, [Lack::Permissions(lacks), Lack::Roles(162, 89), Lack::Channels(497, 4)]);
        let room = Seen { roles: 161, channels: 496, ..Seen::default() };
        assert_eq!(plan(&wanted(), &room).lacks, []);
    }

    proptest! {
        /// Wherever a run is broken off, the next one does the rest and no more, and the one after that nothing.
        #[test]
        fn a_run_that_was_broken_off_is_completed(
            people in proptest::collection::btree_set(1_u64..50, 0..20),
            done in 0_usize..120,
        ) {
            let people: BTreeSet<UserId> = people.into_iter().map(UserId).collect();
            let mut seen = Seen { people: BTreeMap::from([("CTK".to_owned(), people)]), ..Seen::default() };
            let first = plan(&wanted(), &seen);
            for step in first.steps.iter().take(done) {
                seen = after(seen, step);
            }
            let rest = plan(&wanted(), &seen);
            let left = first.steps.len().saturating_sub(done);
            prop_assert_eq!(&rest.steps[..], &first.steps[first.steps.len() - left..]);
            for step in &rest.steps {
                seen = after(seen, step);
            }
            // Even where something is lacking, a ready server has nothing to ask for.
            seen.lacks.push("Manage Roles".to_owned());
            prop_assert_eq!(plan(&wanted(), &seen), Plan::default());
        }
    }
}
