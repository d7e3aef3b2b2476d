//! Bringing a server from nothing to ready: what is wanted, what is there, and so what is to be made. Only ever added to:
//! what somebody else made is neither changed nor deleted, and a second run over a ready server plans nothing.

use super::actor::Tier;
use super::forum::TAGS_MAX;
use super::ids::{ChannelId, UnitCode, UserId};
use super::task::coded;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Discord's limit for the roles of a server, the one of everybody among them.
pub const ROLES_MAX: usize = 250;
/// Discord's limit for the channels of a server, categories among them.
pub const CHANNELS_MAX: usize = 500;

/// The purpose of a channel that serves every phase without one of its own.
pub const TASKS: &str = "tasks";
/// The purpose of the channel with the private tasks of phases that a forum serves: a forum has no private threads.
pub const PRIVATE: &str = "private";
/// The purpose of the channel where meetings are announced.
pub const MEETINGS: &str = "meetings";
/// The purpose of the channel where digests are posted.
pub const DIGEST: &str = "digest";
/// The category under which the bot makes its channels: not a purpose, but known in the same way.
pub const CATEGORY: &str = "category";

/// The purpose of a phase's own channel begins so.
pub const PHASE: &str = "phase:";

coded! {
    /// Where the tasks of a server are.
    Shape {
        /// A text channel for each phase.
        Channels = "channels",
        /// One forum for all phases, whose posts bear tags.
        Forum = "forum",
    }
}

coded! {
    /// What kind of channel serves a purpose.
    PlaceKind {
        /// Messages, with threads below them.
        Text = "text",
        /// Posts, each a thread with tags.
        Forum = "forum",
    }
}

/// A channel that serves a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Which.
    pub channel: ChannelId,
    /// Of what kind it is.
    pub kind: PlaceKind,
}

/// A purpose, and what the channel is called when it is made for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `phase:P3`, `meetings`.
    pub purpose: String,
    /// What it is called when it is made.
    pub name: String,
    /// What kind of channel is made.
    pub kind: PlaceKind,
}

impl Place {
    /// A text channel for this purpose.
    pub fn text(purpose: impl Into<String>, name: impl Into<String>) -> Self {
        Self { purpose: purpose.into(), name: name.into(), kind: PlaceKind::Text }
    }
}

/// What a server of this office has.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where tasks are.
    pub shape: Shape,
    /// A role for each of these units.
    pub units: Vec<UnitCode>,
    /// A role for each tier.
    pub tiers: Vec<Tier>,
    /// One role for all units of each of these groups.
    pub groups: Vec<String>,
    /// A channel for each of these purposes, by its usual name.
    pub channels: Vec<Place>,
    /// What the tags of a forum with tasks say, by [`Tag::key`](super::forum::Tag::key).
    pub tags: Vec<String>,
}

/// A channel that serves a purpose, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPlace {
    /// Which, and of what kind.
    pub spot: Spot,
    /// Whether the bot made it.
    pub made: bool,
    /// Whether its permissions are as the bot sets them where it made the channel.
    pub arranged: bool,
    /// What the bot needs there and lacks, as Discord names it.
    pub lacks: Vec<String>,
    /// What the tags of the forum say, as far as they are known, and how many tags it has.
    pub tags: (BTreeSet<String>, usize),
    /// Whether a post of the forum must have a tag.
    pub requires_tag: bool,
}

/// What is there.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// All roles of the server.
    pub roles: usize,
    /// All channels of the server.
    pub channels: usize,
    /// The bot's category: whether its permissions are as the bot sets them, or it is somebody else's.
    pub category: Option<bool>,
    /// Units with a role.
    pub units: BTreeSet<UnitCode>,
    /// Tiers with a role.
    pub tiers: BTreeSet<Tier>,
    /// Groups with a role. Where the bot made it, who of the group's people lacks it.
    pub groups: BTreeMap<String, BTreeSet<UserId>>,
    /// Who is of a group whose role is yet to be made.
    pub people: BTreeMap<String, BTreeSet<UserId>>,
    /// Groups whose role stands above the bot's own, or beside it, so that the bot cannot give it; by the role's name.
    pub above: BTreeMap<String, String>,
    /// Roles of units that nobody may mention but who may mention everyone, when the bot may not.
    pub unmentionable: Vec<String>,
    /// Purposes with a channel.
    pub places: BTreeMap<String, SeenPlace>,
    /// Permissions that the bot lacks, as Discord names them.
    pub lacks: Vec<String>,
}

/// One thing to make, give or arrange.
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
    /// Add tags to the forum that the bot made.
    Tags(Vec<String>),
    /// Set the permissions of a channel that the bot made, or of its category.
    Access(String),
    /// Have the new kind of channel serve what a channel of the other kind, made by the bot, has served. That one stays.
    Release(String),
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

/// What a person should know or mend, and what does not keep the rest from being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// This role stands too high for the bot to give it.
    RoleAbove(String),
    /// These roles cannot be mentioned by the bot.
    Unmentionable(Vec<String>),
    /// In the channel that serves this purpose the bot lacks these permissions.
    Channel(String, ChannelId, Vec<String>),
    /// A forum that somebody else made lacks these tags; with the flag, it takes no post without one.
    ForeignForum(ChannelId, Vec<String>, bool),
    /// The forum has no room for these tags.
    NoRoom(ChannelId, Vec<String>),
    /// These phases have channels that somebody named for them, and keep them.
    Kept(Vec<String>),
}

/// What is to be done, what stands in the way, and what else to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which it is done.
    pub steps: Vec<Step>,
    /// Nothing is done while there is any.
    pub lacks: Vec<Lack>,
    /// Beside the plan.
    pub notices: Vec<Notice>,
}

impl Plan {
    /// Whether there is nothing to do and nothing to say.
    pub fn is_ready(&self) -> bool {
        self.steps.is_empty() && self.lacks.is_empty() && self.notices.is_empty()
    }
}

/// What is missing of `wanted`.
pub fn plan(wanted: &Wanted, seen: &Seen) -> Plan {
    let mut plan = Plan::default();
    let roles = plan.roles(wanted, seen);
    let channels = plan.channels(wanted, seen);
    if !plan.steps.is_empty() && !seen.lacks.is_empty() {
        plan.lacks.push(Lack::Permissions(seen.lacks.clone()));
    }
    if roles > 0 && seen.roles + roles > ROLES_MAX {
        plan.lacks.push(Lack::Roles(seen.roles, roles));
    }
    if channels > 0 && seen.channels + channels > CHANNELS_MAX {
        plan.lacks.push(Lack::Channels(seen.channels, channels));
    }
    plan
}

impl Plan {
    /// Plans roles; how many are new.
    fn roles(&mut self, wanted: &Wanted, seen: &Seen) -> usize {
        let tiers = wanted.tiers.iter().filter(|tier| !seen.tiers.contains(tier));
        self.steps.extend(tiers.copied().map(Step::TierRole));
        let units = wanted.units.iter().filter(|unit| !seen.units.contains(unit));
        self.steps.extend(units.cloned().map(Step::UnitRole));
        for group in &wanted.groups {
            let lacking = match seen.groups.get(group) {
                Some(lacking) => Some(lacking),
                None => {
                    self.steps.push(Step::GroupRole(group.clone()));
                    seen.people.get(group)
                }
            };
            match seen.above.get(group) {
                Some(name) if lacking.is_some_and(|people| !people.is_empty()) => {
                    self.notices.push(Notice::RoleAbove(name.clone()));
                }
                _ => {
                    let people = lacking.into_iter().flatten();
                    self.steps.extend(people.map(|user| Step::GroupMember(group.clone(), *user)));
                }
            }
        }
        if !seen.unmentionable.is_empty() {
            self.notices.push(Notice::Unmentionable(seen.unmentionable.clone()));
        }
        self.steps.iter().filter(|step| !matches!(step, Step::GroupMember(..))).count()
    }

    /// Plans channels with their tags and permissions; how many are new.
    fn channels(&mut self, wanted: &Wanted, seen: &Seen) -> usize {
        let missing: Vec<&Place> = wanted.channels.iter().filter(|place| !serves(place, seen)).collect();
        let new = missing.len() + usize::from(!missing.is_empty() && seen.category.is_none());
        self.steps.extend(missing.iter().map(|place| Step::Channel((*place).clone())));
        let forum = seen.places.get(TASKS).filter(|_| !missing.iter().any(|place| place.purpose == TASKS));
        match forum {
            None if wanted.shape == Shape::Forum => self.steps.push(Step::Tags(wanted.tags.clone())),
            Some(forum) if forum.made && forum.spot.kind == PlaceKind::Forum => self.tags(wanted, forum),
            _ => {}
        }
        if seen.category == Some(false) || (new > missing.len()) {
            self.steps.push(Step::Access(CATEGORY.to_owned()));
        }
        let closed = |place: &&Place| {
            missing.contains(place)
                || seen.places.get(&place.purpose).is_some_and(|seen| seen.made && !seen.arranged)
        };
        let closed: Vec<Step> =
            wanted.channels.iter().filter(closed).map(|place| Step::Access(place.purpose.clone())).collect();
        let arranging: BTreeSet<&str> = wanted.channels.iter().map(|place| place.purpose.as_str()).collect();
        self.steps.extend(closed);
        self.released(wanted, seen);
        self.told(wanted, seen, &arranging);
        new
    }

    /// Adds what the bot's own forum lacks, as far as there is room.
    fn tags(&mut self, wanted: &Wanted, forum: &SeenPlace) {
        let (known, count) = &forum.tags;
        let mut missing: Vec<String> =
            wanted.tags.iter().filter(|tag| !known.contains(*tag)).cloned().collect();
        let beyond = missing.split_off(missing.len().min(TAGS_MAX.saturating_sub(*count)));
        if !missing.is_empty() {
            self.steps.push(Step::Tags(missing));
        }
        if !beyond.is_empty() {
            self.notices.push(Notice::NoRoom(forum.spot.channel, beyond));
        }
    }

    /// What another kind of channel served before.
    fn released(&mut self, wanted: &Wanted, seen: &Seen) {
        match wanted.shape {
            Shape::Forum => {
                let missing_forum = !seen.places.contains_key(TASKS);
                let own = seen.places.iter().filter(|(purpose, place)| {
                    purpose.starts_with(PHASE) && place.spot.kind == PlaceKind::Text
                });
                let (ours, named): (Vec<_>, Vec<_>) = own.partition(|(_, place)| place.made);
                let comes = missing_forum || !ours.is_empty();
                self.steps.extend(ours.into_iter().map(|(purpose, _)| Step::Release(purpose.clone())));
                // Worth saying once, when the forum comes.
                if comes && !named.is_empty() {
                    let named = named.into_iter().map(|(purpose, _)| purpose.clone()).collect();
                    self.notices.push(Notice::Kept(named));
                }
            }
            Shape::Channels => {
                if seen.places.contains_key(TASKS) {
                    self.steps.push(Step::Release(TASKS.to_owned()));
                }
            }
        }
    }

    /// What is to be said of channels.
    fn told(&mut self, wanted: &Wanted, seen: &Seen, arranged: &BTreeSet<&str>) {
        let mut told = BTreeSet::new();
        for (purpose, place) in &seen.places {
            let mended = place.made && !place.arranged && arranged.contains(purpose.as_str());
            if !place.lacks.is_empty() && !mended && told.insert(place.spot.channel) {
                let lacks = place.lacks.clone();
                self.notices.push(Notice::Channel(purpose.clone(), place.spot.channel, lacks));
            }
        }
        let mut told = BTreeSet::new();
        for (purpose, place) in &seen.places {
            if place.made || place.spot.kind != PlaceKind::Forum || !told.insert(place.spot.channel) {
                continue;
            }
            // A forum for one phase needs no tags of the others.
            let needed = |tag: &&String| purpose == TASKS || !tag.starts_with(PHASE) || tag == &purpose;
            let missing = wanted.tags.iter().filter(needed).filter(|tag| !place.tags.0.contains(*tag));
            let missing: Vec<String> = missing.cloned().collect();
            if !missing.is_empty() {
                self.notices.push(Notice::ForeignForum(place.spot.channel, missing, place.requires_tag));
            }
        }
    }
}

/// Whether a purpose has its channel.
fn serves(place: &Place, seen: &Seen) -> bool {
    seen.places.contains_key(&place.purpose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted(shape: Shape) -> Wanted {
        let mut channels = vec![Place::text(MEETINGS, "cuoc-hop"), Place::text(DIGEST, "ban-tin")];
        match shape {
            Shape::Channels => {
                channels.extend(["phase:P1", "phase:P2"].map(|phase| Place::text(phase, phase)))
            }
            Shape::Forum => channels.extend([
                Place { kind: PlaceKind::Forum, ..Place::text(TASKS, "nhiem-vu") },
                Place::text(PRIVATE, "noi-bo"),
            ]),
        }
        Wanted {
            shape,
            units: (1..=82).map(|n| UnitCode(format!("U{n:02}"))).collect(),
            tiers: Tier::ALL.to_vec(),
            groups: vec!["CTK".to_owned()],
            channels,
            tags: ["phase:P1", "phase:P2", "overdue"].map(str::to_owned).to_vec(),
        }
    }

    fn there(channel: u64, kind: PlaceKind) -> SeenPlace {
        SeenPlace {
            spot: Spot { channel: ChannelId(channel), kind },
            made: false,
            arranged: true,
            lacks: Vec::new(),
            tags: Default::default(),
            requires_tag: false,
        }
    }

    fn made(channel: u64, kind: PlaceKind) -> SeenPlace {
        SeenPlace { made: true, arranged: false, ..there(channel, kind) }
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
            Step::Channel(place) => {
                seen.category.get_or_insert(false);
                let channel = 100 + seen.places.len() as u64;
                seen.places.insert(place.purpose.clone(), made(channel, place.kind));
            }
            Step::Tags(tags) => {
                let (known, count) = &mut seen.places.get_mut(TASKS).expect("the forum comes first").tags;
                known.extend(tags.iter().cloned());
                *count += tags.len();
            }
            Step::Access(purpose) if purpose == CATEGORY => seen.category = Some(true),
            Step::Access(purpose) => {
                seen.places.get_mut(purpose).expect("the channel comes first").arranged = true;
            }
            Step::Release(purpose) => _ = seen.places.remove(purpose),
        }
        seen
    }

    fn steps(plan: &Plan, of: impl Fn(&Step) -> bool) -> usize {
        plan.steps.iter().filter(|step| of(step)).count()
    }

    #[test]
    fn an_empty_server_gets_everything_within_discords_limits() {
        let seen = Seen { roles: 2, channels: 1, ..Seen::default() };
        let channels = plan(&wanted(Shape::Channels), &seen);
        // The last are the permissions of the channels and of the category.
        assert_eq!((channels.steps.len(), channels.lacks.as_slice()), (82 + 6 + 1 + 4 + 5, &[][..]));
        let forum = plan(&wanted(Shape::Forum), &seen);
        assert_eq!((forum.steps.len(), forum.notices.as_slice()), (82 + 6 + 1 + 4 + 1 + 5, &[][..]));
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let lacks = vec!["Manage Roles".to_owned()];
        let seen = Seen { roles: 162, channels: 496, lacks: lacks.clone(), ..Seen::default() };
        let found = plan(&wanted(Shape::Channels), &seen);
        assert_eq!(found.lacks, [Lack::Permissions(lacks), Lack::Roles(162, 89), Lack::Channels(496, 5)]);
        let room = Seen { roles: 161, channels: 495, ..Seen::default() };
        assert_eq!(plan(&wanted(Shape::Channels), &room).lacks, []);
    }

    /// A server with all roles, and these channels.
    fn furnished(places: &[(&str, SeenPlace)]) -> Seen {
        let wanted = wanted(Shape::Channels);
        Seen {
            units: wanted.units.into_iter().collect(),
            tiers: wanted.tiers.into_iter().collect(),
            groups: BTreeMap::from([("CTK".to_owned(), BTreeSet::new())]),
            category: Some(true),
            places: places.iter().map(|(purpose, place)| ((*purpose).to_owned(), place.clone())).collect(),
            ..Seen::default()
        }
    }

    #[test]
    fn what_somebody_else_made_is_not_touched_and_what_it_lacks_is_said() {
        let lacks = vec!["Send Messages".to_owned()];
        let forum = SeenPlace {
            tags: (BTreeSet::from(["phase:P1".to_owned()]), 7),
            requires_tag: true,
            ..there(1, PlaceKind::Forum)
        };
        let seen = furnished(&[
            (TASKS, forum),
            (PRIVATE, there(2, PlaceKind::Text)),
            (MEETINGS, SeenPlace { lacks: lacks.clone(), arranged: false, ..there(3, PlaceKind::Text) }),
            (DIGEST, there(4, PlaceKind::Text)),
        ]);
        let plan = plan(&wanted(Shape::Forum), &seen);
        assert_eq!(plan.steps, []);
        let missing = vec!["phase:P2".to_owned(), "overdue".to_owned()];
        assert_eq!(
            plan.notices,
            [
                Notice::Channel(MEETINGS.to_owned(), ChannelId(3), lacks),
                Notice::ForeignForum(ChannelId(1), missing, true),
            ]
        );
    }

    #[test]
    fn a_forum_takes_over_from_channels_of_the_bots_and_leaves_those_that_somebody_named() {
        let text = |channel| SeenPlace { arranged: true, ..made(channel, PlaceKind::Text) };
        let seen = furnished(&[
            ("phase:P1", text(1)),
            ("phase:P2", there(2, PlaceKind::Text)),
            (MEETINGS, text(3)),
            (DIGEST, text(4)),
        ]);
        let found = plan(&wanted(Shape::Forum), &seen);
        assert_eq!(found.steps.last(), Some(&Step::Release("phase:P1".to_owned())));
        assert_eq!(steps(&found, |step| matches!(step, Step::Release(_))), 1);
        assert_eq!(found.notices, [Notice::Kept(vec!["phase:P2".to_owned()])]);
        // And back again: each phase has its channel once more.
        let seen = found.steps.iter().fold(seen, after);
        let back = plan(&wanted(Shape::Channels), &seen);
        assert_eq!(back.steps.first(), Some(&Step::Channel(Place::text("phase:P1", "phase:P1"))));
        assert_eq!(back.steps.last(), Some(&Step::Release(TASKS.to_owned())));
    }

    #[test]
    fn tags_that_were_deleted_come_back_as_far_as_there_is_room() {
        let forum = |count| SeenPlace {
            tags: (BTreeSet::from(["phase:P1".to_owned()]), count),
            arranged: true,
            ..made(1, PlaceKind::Forum)
        };
        let others = [PRIVATE, MEETINGS, DIGEST].map(|purpose| (purpose, there(2, PlaceKind::Text)));
        let found = |count| {
            let places = [vec![(TASKS, forum(count))], others.to_vec()].concat();
            plan(&wanted(Shape::Forum), &furnished(&places))
        };
        let tag = |key: &str| vec![key.to_owned()];
        assert_eq!(found(1).steps, [Step::Tags([tag("phase:P2"), tag("overdue")].concat())]);
        assert_eq!(found(19).steps, [Step::Tags(tag("phase:P2"))]);
        assert_eq!(found(19).notices, [Notice::NoRoom(ChannelId(1), tag("overdue"))]);
    }

    #[test]
    fn a_role_that_stands_too_high_is_named_and_not_given() {
        let mut seen = furnished(&[]);
        seen.groups.insert("CTK".to_owned(), BTreeSet::from([UserId(7)]));
        seen.above.insert("CTK".to_owned(), "CTK-tất cả".to_owned());
        let found = plan(&wanted(Shape::Channels), &seen);
        assert_eq!(steps(&found, |step| matches!(step, Step::GroupMember(..))), 0);
        assert_eq!(found.notices, [Notice::RoleAbove("CTK-tất cả".to_owned())]);
        // Nobody lacks it: then it may stand where it likes.
        seen.groups.insert("CTK".to_owned(), BTreeSet::new());
        assert_eq!(plan(&wanted(Shape::Channels), &seen).notices, []);
    }

    proptest! {
        /// Wherever a run is broken off, the next one does the rest and no more, and the one after that nothing.
        #[test]
        fn a_run_that_was_broken_off_is_completed(
            people in proptest::collection::btree_set(1_u64..50, 0..20),
            done in 0_usize..130,
            forum in proptest::bool::ANY,
        ) {
            let wanted = wanted(if forum { Shape::Forum } else { Shape::Channels });
            let people: BTreeSet<UserId> = people.into_iter().map(UserId).collect();
            let mut seen = Seen { people: BTreeMap::from([("CTK".to_owned(), people)]), ..Seen::default() };
            let first = plan(&wanted, &seen);
            for step in first.steps.iter().take(done) {
                seen = after(seen, step);
            }
            let rest = plan(&wanted, &seen);
            let left = first.steps.len().saturating_sub(done);
            prop_assert_eq!(&rest.steps[..], &first.steps[first.steps.len() - left..]);
            for step in &rest.steps {
                seen = after(seen, step);
            }
            // Even where something is lacking, a ready server has nothing to ask for.
            seen.lacks.push("Manage Roles".to_owned());
            prop_assert_eq!(plan(&wanted, &seen), Plan::default());
        }
    }
}
