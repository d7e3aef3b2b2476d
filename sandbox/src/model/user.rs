//! Users and members of the guild.

use serde::{Deserialize, Serialize, Serializer};

use super::Time;
use crate::id::Id;
use crate::permissions::Permissions;

/// A person or the bot.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) username: String,
    pub(crate) global_name: Option<String>,
    pub(crate) bot: bool,
    /// The language of the person's client.
    pub(crate) locale: String,
    /// What they log in with: `Bot <token>` for the bot, the bare token for a person.
    pub(crate) token: String,
}

/// A user as a snapshot keeps it; on the wire it is another thing.
#[derive(Serialize, Deserialize)]
#[serde(remote = "User")]
pub(crate) struct UserRecord {
    id: Id,
    username: String,
    global_name: Option<String>,
    bot: bool,
    locale: String,
    token: String,
}

impl User {
    pub(crate) fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}

impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            id: Id,
            username: &'a str,
            discriminator: &'static str,
            global_name: Option<&'a str>,
            avatar: (),
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            bot: bool,
            banner: (),
            accent_color: (),
            public_flags: u64,
            flags: u64,
            avatar_decoration_data: (),
            primary_guild: (),
        }
        Wire {
            id: self.id,
            username: &self.username,
            discriminator: "0",
            global_name: self.global_name.as_deref(),
            avatar: (),
            bot: self.bot,
            banner: (),
            accent_color: (),
            public_flags: 0,
            flags: 0,
            avatar_decoration_data: (),
            primary_guild: (),
        }
        .serialize(serializer)
    }
}

/// A user's membership of the guild.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) user_id: Id,
    pub(crate) nick: Option<String>,
    pub(crate) roles: Vec<Id>,
    pub(crate) joined_at: Time,
}

/// A member without the user, as it stands in a message's event.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PartialMemberView<'a> {
    pub(crate) nick: Option<&'a str>,
    pub(crate) avatar: (),
    pub(crate) banner: (),
    pub(crate) roles: &'a [Id],
    pub(crate) joined_at: Time,
    pub(crate) premium_since: (),
    pub(crate) deaf: bool,
    pub(crate) mute: bool,
    pub(crate) flags: u64,
    pub(crate) pending: bool,
    pub(crate) communication_disabled_until: (),
}

impl<'a> PartialMemberView<'a> {
    pub(crate) fn of(member: &'a Member) -> Self {
        Self {
            nick: member.nick.as_deref(),
            avatar: (),
            banner: (),
            roles: &member.roles,
            joined_at: member.joined_at,
            premium_since: (),
            deaf: false,
            mute: false,
            flags: 0,
            pending: false,
            communication_disabled_until: (),
        }
    }
}

/// A member with the user; `guild_id` in events, `permissions` in interactions.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MemberView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guild_id: Option<Id>,
    pub(crate) user: &'a User,
    #[serde(flatten)]
    pub(crate) member: PartialMemberView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Permissions>,
}
