//! Permission bits, and what a member may do in a channel.
//!
//! The computation is the one of Discord's "Permissions" page: roles, then the overwrites of the channel for
//! everyone, for the roles, for the member; a thread has its parent's.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

use crate::id::Id;
use crate::model::{Channel, OverwriteKind};
use crate::state::State;

/// A set of permissions. A decimal string on the wire, a list of Discord's names in a world file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub u64);

macro_rules! permissions {
    ($($name:ident = $bit:literal),+ $(,)?) => {
        impl Permissions {
            $(#[doc = concat!("Discord's `", stringify!($name), "`.")] pub const $name: Self = Self(1 << $bit);)+
            const NAMES: &[(&str, Self)] = &[$((stringify!($name), Self::$name)),+];
            /// Every permission there is.
            pub const ALL: Self = Self(0 $(| 1 << $bit)+);
        }
    };
}

permissions! {
    CREATE_INSTANT_INVITE = 0, KICK_MEMBERS = 1, BAN_MEMBERS = 2, ADMINISTRATOR = 3, MANAGE_CHANNELS = 4,
    MANAGE_GUILD = 5, ADD_REACTIONS = 6, VIEW_AUDIT_LOG = 7, PRIORITY_SPEAKER = 8, STREAM = 9,
    VIEW_CHANNEL = 10, SEND_MESSAGES = 11, SEND_TTS_MESSAGES = 12, MANAGE_MESSAGES = 13, EMBED_LINKS = 14,
    ATTACH_FILES = 15, READ_MESSAGE_HISTORY = 16, MENTION_EVERYONE = 17, USE_EXTERNAL_EMOJIS = 18,
    VIEW_GUILD_INSIGHTS = 19, CONNECT = 20, SPEAK = 21, MUTE_MEMBERS = 22, DEAFEN_MEMBERS = 23,
    MOVE_MEMBERS = 24, USE_VAD = 25, CHANGE_NICKNAME = 26, MANAGE_NICKNAMES = 27, MANAGE_ROLES = 28,
    MANAGE_WEBHOOKS = 29, MANAGE_GUILD_EXPRESSIONS = 30, USE_APPLICATION_COMMANDS = 31,
    REQUEST_TO_SPEAK = 32, MANAGE_EVENTS = 33, MANAGE_THREADS = 34, CREATE_PUBLIC_THREADS = 35,
    CREATE_PRIVATE_THREADS = 36, USE_EXTERNAL_STICKERS = 37, SEND_MESSAGES_IN_THREADS = 38,
    USE_EMBEDDED_ACTIVITIES = 39, MODERATE_MEMBERS = 40, VIEW_CREATOR_MONETIZATION_ANALYTICS = 41,
    USE_SOUNDBOARD = 42, CREATE_GUILD_EXPRESSIONS = 43, CREATE_EVENTS = 44, USE_EXTERNAL_SOUNDS = 45,
    SEND_VOICE_MESSAGES = 46, SEND_POLLS = 49, USE_EXTERNAL_APPS = 50, PIN_MESSAGES = 51,
    BYPASS_SLOWMODE = 52,
}

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self(0);

    /// What `@everyone` has in a new guild, as far as the sandbox looks at it.
    pub const EVERYONE: Self = Self(
        Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::CREATE_PRIVATE_THREADS.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::ADD_REACTIONS.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::CHANGE_NICKNAME.0
            | Self::CONNECT.0
            | Self::SPEAK.0
            | Self::SEND_POLLS.0,
    );

    /// What a bot that keeps threads, events and a log asks for when it is invited.
    pub const BOT: Self = Self(
        Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::CREATE_PRIVATE_THREADS.0
            | Self::MANAGE_THREADS.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::MENTION_EVERYONE.0
            | Self::CREATE_EVENTS.0
            | Self::MANAGE_EVENTS.0
            | Self::PIN_MESSAGES.0
            | Self::VIEW_AUDIT_LOG.0
            | Self::CONNECT.0,
    );

    /// Whether all of `wanted` are in the set.
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, bits)| *bits)
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Written {
            Names(Vec<String>),
            Text(String),
            Number(u64),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(bits) => Ok(Self(bits)),
            Written::Text(text) => text.parse().map(Self).map_err(D::Error::custom),
            Written::Names(names) => names.iter().try_fold(Self::NONE, |all, name| {
                let one = Self::by_name(name)
                    .ok_or_else(|| D::Error::custom(format!("there is no permission {name:?}")))?;
                Ok(all | one)
            }),
        }
    }
}

impl State {
    /// What the roles of a member allow in the guild as a whole. Nobody's, when the user is not a member.
    pub(crate) fn guild_permissions(&self, user: Id) -> Permissions {
        let Some(member) = self.members.get(&user) else { return Permissions::NONE };
        if user == self.guild.owner_id {
            return Permissions::ALL;
        }
        let everyone = self.roles.get(&self.guild.id).map_or(Permissions::NONE, |role| role.permissions);
        let all = member
            .roles
            .iter()
            .filter_map(|id| self.roles.get(id))
            .fold(everyone, |all, role| all | role.permissions);
        if all.contains(Permissions::ADMINISTRATOR) { Permissions::ALL } else { all }
    }

    /// What a user may do in a channel, a thread or a direct message.
    pub(crate) fn permissions_in(&self, user: Id, channel: &Channel) -> Permissions {
        if channel.is_dm() {
            let all = if channel.recipients.contains(&user) { Permissions::ALL } else { Permissions::NONE };
            return all & !Permissions::ADMINISTRATOR;
        }
        let base = self.guild_permissions(user);
        if base.contains(Permissions::ADMINISTRATOR) {
            return base;
        }
        let Some(member) = self.members.get(&user) else { return Permissions::NONE };
        let home = match &channel.thread {
            Some(_) => match channel.parent_id.and_then(|parent| self.channels.get(&parent)) {
                Some(parent) => parent,
                None => return Permissions::NONE,
            },
            None => channel,
        };

        let (mut allow, mut deny) = (Permissions::NONE, Permissions::NONE);
        let mut all = base;
        for overwrite in home.overwrites.iter().filter(|overwrite| overwrite.id == self.guild.id) {
            all = (all & !overwrite.deny) | overwrite.allow;
        }
        for overwrite in &home.overwrites {
            if overwrite.kind == OverwriteKind::Role && member.roles.contains(&overwrite.id) {
                allow |= overwrite.allow;
                deny |= overwrite.deny;
            }
        }
        all = (all & !deny) | allow;
        for overwrite in &home.overwrites {
            if overwrite.kind == OverwriteKind::Member && overwrite.id == user {
                all = (all & !overwrite.deny) | overwrite.allow;
            }
        }

        let sees_thread = channel.thread.as_ref().is_none_or(|thread| {
            !channel.kind.is_private()
                || thread.members.contains_key(&user)
                || all.contains(Permissions::MANAGE_THREADS)
        });
        if !all.contains(Permissions::VIEW_CHANNEL) || !sees_thread {
            return Permissions::NONE;
        }
        let talks = if channel.thread.is_some() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        };
        if !all.contains(talks) {
            all =
                all & !(Permissions::MENTION_EVERYONE | Permissions::EMBED_LINKS | Permissions::ATTACH_FILES);
        }
        all
    }

    /// Whether the user sees that the channel is there.
    pub(crate) fn can_view(&self, user: Id, channel: &Channel) -> bool {
        self.permissions_in(user, channel).contains(Permissions::VIEW_CHANNEL)
    }
}
