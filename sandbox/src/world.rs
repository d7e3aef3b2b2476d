//! What a sandbox holds when it starts: a guild with its roles, people and channels, written in TOML or in code.

use serde::{Deserialize, Serialize};

use crate::model::ChannelKind;
use crate::permissions::Permissions;

/// The name of the role that everybody has.
pub const EVERYONE: &str = "@everyone";

/// A guild and everybody in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// The guild's name.
    pub name: String,
    /// The guild's language, for instance `vi`.
    #[serde(default = "english")]
    pub preferred_locale: String,
    /// Roles, lowest first. One called `@everyone` sets what everybody may do.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The members; the owner of the guild is the first who is marked so, else the first.
    pub people: Vec<Person>,
    /// Channels and categories, in the order in which they are shown.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// The application under test.
    #[serde(default)]
    pub bot: Bot,
}

/// A role of the guild.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name, by which people and overwrites refer to it.
    pub name: String,
    /// Whether anybody may ping it.
    #[serde(default)]
    pub mentionable: bool,
    /// What it allows; in a file a list of Discord's names.
    #[serde(default)]
    pub permissions: Permissions,
    /// 0xRRGGBB; 0 is none.
    #[serde(default)]
    pub color: u32,
}

/// A member who is not the bot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The display name.
    pub name: String,
    /// The login name; made from the display name's ASCII letters when absent.
    #[serde(default)]
    pub username: Option<String>,
    /// Names of their roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The language of their client; the guild's when absent.
    #[serde(default)]
    pub locale: Option<String>,
    /// Owner of the guild.
    #[serde(default)]
    pub owner: bool,
    /// Has the role `Administrators`, which is there when anybody is marked so.
    #[serde(default)]
    pub admin: bool,
    /// Owner of the bot's application.
    #[serde(default)]
    pub bot_owner: bool,
}

/// A channel or category.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Text by default.
    #[serde(default)]
    pub kind: ChannelKind,
    /// Shown at the top of the channel.
    #[serde(default)]
    pub topic: Option<String>,
    /// Name of the category it stands under; the category comes earlier in the list.
    #[serde(default)]
    pub parent: Option<String>,
    /// Exceptions to what the roles allow.
    #[serde(default)]
    pub overwrites: Vec<Overwrite>,
    /// Of a forum: the tags that its posts can have.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Of a forum: whether a post has to have a tag.
    #[serde(default)]
    pub require_tag: bool,
}

/// A tag of a forum.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// An emoji before the name.
    #[serde(default)]
    pub emoji: Option<String>,
    /// Whether only those who manage threads may give and take it.
    #[serde(default)]
    pub moderated: bool,
}

/// An exception for one role in one channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overwrite {
    /// The role's name, `@everyone` and the bot's name included.
    pub role: String,
    /// What it may here.
    #[serde(default)]
    pub allow: Permissions,
    /// What it may not here.
    #[serde(default)]
    pub deny: Permissions,
}

/// The bot and its application.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bot {
    /// Name of the user, of the application and of the bot's role.
    pub name: String,
    /// What the bot's own role allows.
    pub permissions: Permissions,
    /// Whether the application may ask for the GUILD_MEMBERS intent.
    pub members_intent: bool,
    /// Whether the application may ask for the MESSAGE_CONTENT intent.
    pub message_content_intent: bool,
    /// Whether a mention of a role in a thread brings the role's members in. When not, the message carries the
    /// flag FAILED_TO_MENTION_SOME_ROLES_IN_THREAD.
    pub role_mention_adds_members: bool,
}

impl Default for Bot {
    fn default() -> Self {
        Self {
            name: "Bot".into(),
            permissions: Permissions::BOT,
            members_intent: true,
            message_content_intent: true,
            role_mention_adds_members: true,
        }
    }
}

impl Channel {
    /// A text channel under no category.
    pub fn text(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: ChannelKind::Text,
            topic: None,
            parent: None,
            overwrites: Vec::new(),
            tags: Vec::new(),
            require_tag: false,
        }
    }
}

impl Default for World {
    /// A small office of invented people, for looking around.
    fn default() -> Self {
        let person = |name: &str, roles: &[&str]| Person {
            name: name.into(),
            roles: roles.iter().copied().map(String::from).collect(),
            ..Person::default()
        };
        let role = |name: &str, mentionable: bool| Role { name: name.into(), mentionable, ..Role::default() };
        Self {
            name: "Sandbox".into(),
            preferred_locale: english(),
            roles: vec![role("Officers", true), role("Leaders", false)],
            people: vec![
                Person { owner: true, bot_owner: true, ..person("Owner", &[]) },
                person("Officer One", &["Officers"]),
                person("Officer Two", &["Officers"]),
                person("Leader", &["Leaders"]),
            ],
            channels: vec![
                Channel::text("general"),
                Channel { kind: ChannelKind::Voice, ..Channel::text("meeting") },
            ],
            bot: Bot::default(),
        }
    }
}

impl World {
    /// Reads a world from TOML.
    ///
    /// # Errors
    ///
    /// The TOML is malformed, or names do not match; all mismatches are told at once.
    pub fn from_toml(text: &str) -> anyhow::Result<Self> {
        let world: Self = toml::from_str(text)?;
        world.check()?;
        Ok(world)
    }

    /// Checks that every role and category that is referred to is there.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let mut problems = Vec::new();
        let is_role = |name: &str| {
            name == EVERYONE || name == self.bot.name || self.roles.iter().any(|role| role.name == name)
        };
        for person in &self.people {
            for role in person.roles.iter().filter(|role| !is_role(role)) {
                problems.push(format!("{} has the role {role:?}, which is not there", person.name));
            }
        }
        for (at, channel) in self.channels.iter().enumerate() {
            for overwrite in channel.overwrites.iter().filter(|overwrite| !is_role(&overwrite.role)) {
                problems.push(format!(
                    "#{} names the role {:?}, which is not there",
                    channel.name, overwrite.role
                ));
            }
            if let Some(parent) = &channel.parent
                && !self.channels[..at]
                    .iter()
                    .any(|earlier| earlier.kind == ChannelKind::Category && earlier.name == *parent)
            {
                problems.push(format!("#{} stands under {parent:?}, no earlier category", channel.name));
            }
        }
        if self.people.is_empty() {
            problems.push("a guild needs at least one person, its owner".into());
        }
        anyhow::ensure!(problems.is_empty(), "the world does not hold together:\n{}", problems.join("\n"));
        Ok(())
    }
}

fn english() -> String {
    "en-US".into()
}
