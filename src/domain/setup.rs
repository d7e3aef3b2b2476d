//! Bringing a server from nothing to ready: what is wanted, what is there, and so what is to be made. Only ever added to:
//! what somebody else made is neither changed nor deleted, and a second run over a ready server plans nothing.

mod plan;

pub use plan::plan;

use super::actor::Tier;
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

#[cfg(test)]
mod tests;
