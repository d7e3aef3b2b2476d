//! Builds the state from a world. Ids and tokens depend on the world alone, so that they survive a restart.

use std::collections::{BTreeMap, HashMap, VecDeque};

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use super::{Application, Guild, Scope, State};
use crate::clock::Clock;
use crate::control::Host;
use crate::faults::Faults;
use crate::gateway::Starts;
use crate::id::{Id, Ids};
use crate::log::RequestLog;
use crate::model::{Channel, Member, Overwrite, OverwriteKind, Role, Time, User, channel_flags};
use crate::options::Options;
use crate::permissions::Permissions;
use crate::world::{self, EVERYONE, Person, World};

/// Flags of an application that may ask for an intent, in the form for small applications.
const MAY_READ_MEMBERS: u64 = 1 << 15;
const MAY_READ_CONTENT: u64 = 1 << 19;

/// The role of those who are marked as administrators; it stands above all others.
const ADMINISTRATORS: &str = "Administrators";

/// Makes ids an hour apart in the past.
struct Past {
    ids: Ids,
    at: DateTime<Utc>,
}

impl Past {
    fn next(&mut self) -> Id {
        self.at += TimeDelta::hours(1);
        self.ids.next(self.at)
    }
}

impl State {
    pub(crate) fn new(options: &Options, base_url: String) -> anyhow::Result<Self> {
        let world = &options.world;
        world.check()?;
        // 2020-01-01: before any simulated time that somebody would choose.
        let start = DateTime::from_timestamp(1_577_836_800, 0).unwrap_or_default();
        let mut past = Past { ids: Ids::new(), at: start };
        let guild_id = past.next();
        let joined = Time(start + TimeDelta::days(30));

        let bot = User {
            id: past.next(),
            username: login_name(&world.bot.name),
            global_name: None,
            bot: true,
            locale: "en-US".into(),
            token: String::new(),
        };
        let roles = make_roles(world, guild_id, bot.id, &mut past);
        let administrators = roles.values().find(|role| role.name == ADMINISTRATORS).map(|role| role.id);
        let by_name: HashMap<String, Id> = roles.values().map(|role| (role.name.clone(), role.id)).collect();
        let find = |name: &String| by_name.get(name).copied();

        let mut users = BTreeMap::new();
        let mut members = BTreeMap::new();
        let (mut owner, mut bot_owner) = (None, None);
        for person in &world.people {
            let id = past.next();
            let mut held: Vec<Id> = person.roles.iter().filter_map(find).collect();
            if person.admin {
                held.extend(administrators);
            }
            if person.owner && owner.is_none() {
                owner = Some(id);
            }
            if person.bot_owner && bot_owner.is_none() {
                bot_owner = Some(id);
            }
            let user = make_user(id, person, &world.preferred_locale);
            members.insert(id, Member { user_id: id, nick: None, roles: held, joined_at: joined });
            users.insert(id, user);
        }
        let owner_id = owner.or_else(|| users.keys().next().copied()).unwrap_or(bot.id);

        let own_role = roles.values().find(|role| role.bot_id.is_some()).map(|role| role.id);
        members.insert(
            bot.id,
            Member { user_id: bot.id, nick: None, roles: own_role.into_iter().collect(), joined_at: joined },
        );
        let application = Application {
            id: bot.id,
            name: world.bot.name.clone(),
            flags: if world.bot.members_intent { MAY_READ_MEMBERS } else { 0 }
                | if world.bot.message_content_intent { MAY_READ_CONTENT } else { 0 },
            owner: bot_owner.unwrap_or(owner_id),
            role_mention_adds_members: world.bot.role_mention_adds_members,
        };
        users.insert(bot.id, User { token: format!("Bot {}", token(bot.id, "bot")), ..bot });

        let channels = make_channels(world, guild_id, &by_name, &mut past);
        Ok(Self {
            clock: Clock::new(options.start),
            ids: past.ids,
            base_url,
            guild: Guild {
                id: guild_id,
                name: world.name.clone(),
                preferred_locale: world.preferred_locale.clone(),
                owner_id,
                created_at: guild_id.time(),
            },
            application,
            roles,
            users,
            members,
            channels,
            ephemeral: BTreeMap::new(),
            open_polls: Vec::new(),
            link_series: 0,
            files: HashMap::new(),
            commands: Vec::new(),
            command_creates: HashMap::new(),
            interactions: BTreeMap::new(),
            begun: Vec::new(),
            events: BTreeMap::new(),
            audit: VecDeque::new(),
            keep: options.keep,
            nonces: HashMap::new(),
            sessions: HashMap::new(),
            starts: Starts::new(options.limits),
            limits: options.limits,
            old_edits: HashMap::new(),
            shards: options.shards,
            outage: false,
            faults: Faults::default(),
            host: Host::default(),
            log: RequestLog::new(options.keep.rows),
            revision: watch::Sender::new(0),
        })
    }
}

impl State {
    /// Lets somebody new join the guild.
    pub(crate) fn welcome(&mut self, person: &Person) -> anyhow::Result<Id> {
        let find = |name: &String| {
            let role = self.roles.values().find(|role| role.name == *name);
            role.map(|role| role.id).with_context(|| format!("there is no role {name:?}"))
        };
        let roles = person.roles.iter().map(find).collect::<anyhow::Result<Vec<Id>>>()?;
        let id = self.next_id();
        self.users.insert(id, make_user(id, person, &self.guild.preferred_locale));
        let joined_at = Time(self.now());
        self.members.insert(id, Member { user_id: id, nick: None, roles, joined_at });
        let mut view = self.member_view(&self.members[&id]);
        view.guild_id = Some(self.guild.id);
        let view = serde_json::json!(view);
        self.emit("GUILD_MEMBER_ADD", Scope::Guild, &view);
        Ok(id)
    }
}

impl State {
    /// Gives the bot another token; the old one is good for nothing any more.
    pub(crate) fn reset_bot_token(&mut self) {
        let (id, mark) = (self.bot(), self.next_id());
        if let Some(bot) = self.users.get_mut(&id) {
            bot.token = format!("Bot {}", token(id, &format!("bot-{mark}")));
        }
    }
}

fn make_user(id: Id, person: &Person, locale: &str) -> User {
    User {
        id,
        username: person.username.clone().unwrap_or_else(|| login_name(&person.name)),
        global_name: Some(person.name.clone()),
        bot: false,
        locale: person.locale.clone().unwrap_or_else(|| locale.to_owned()),
        token: token(id, "person"),
    }
}

fn make_roles(world: &World, guild_id: Id, bot: Id, past: &mut Past) -> BTreeMap<Id, Role> {
    let everyone = world.roles.iter().find(|role| role.name == EVERYONE);
    let mut roles = BTreeMap::new();
    roles.insert(
        guild_id,
        Role {
            permissions: everyone.map_or(Permissions::EVERYONE, |role| role.permissions),
            ..plain_role(guild_id, EVERYONE, 0)
        },
    );
    for (position, role) in (1..).zip(world.roles.iter().filter(|role| role.name != EVERYONE)) {
        let id = past.next();
        roles.insert(
            id,
            Role {
                permissions: role.permissions,
                color: role.color,
                mentionable: role.mentionable,
                ..plain_role(id, &role.name, position)
            },
        );
    }
    let id = past.next();
    let position = u16::try_from(roles.len()).unwrap_or(u16::MAX);
    roles.insert(
        id,
        Role {
            permissions: world.bot.permissions,
            bot_id: Some(bot),
            ..plain_role(id, &world.bot.name, position)
        },
    );
    if world.people.iter().any(|person| person.admin) {
        let id = past.next();
        let position = u16::try_from(roles.len()).unwrap_or(u16::MAX);
        roles.insert(
            id,
            Role { permissions: Permissions::ADMINISTRATOR, ..plain_role(id, ADMINISTRATORS, position) },
        );
    }
    roles
}

fn plain_role(id: Id, name: &str, position: u16) -> Role {
    Role {
        id,
        name: name.into(),
        permissions: Permissions::NONE,
        position,
        color: 0,
        hoist: false,
        mentionable: false,
        bot_id: None,
    }
}

fn make_channels(
    world: &World,
    guild_id: Id,
    roles: &HashMap<String, Id>,
    past: &mut Past,
) -> BTreeMap<Id, Channel> {
    let mut categories: HashMap<&str, Id> = HashMap::new();
    let mut channels = BTreeMap::new();
    for (position, described) in (0..).zip(&world.channels) {
        let id = past.next();
        let mut channel = Channel::new(id, described.kind, described.name.clone());
        channel.topic.clone_from(&described.topic);
        channel.position = position;
        channel.parent_id = described.parent.as_deref().and_then(|name| categories.get(name).copied());
        let overwrite = |exception: &world::Overwrite| {
            let id = if exception.role == EVERYONE { guild_id } else { *roles.get(&exception.role)? };
            Some(Overwrite { id, kind: OverwriteKind::Role, allow: exception.allow, deny: exception.deny })
        };
        channel.overwrites = described.overwrites.iter().filter_map(overwrite).collect();
        let tag = |tag: &world::Tag| {
            serde_json::json!({
                "id": past.next(), "name": tag.name, "moderated": tag.moderated,
                "emoji_id": null, "emoji_name": tag.emoji,
            })
        };
        channel.available_tags = described.tags.iter().map(tag).collect();
        channel.flags = if described.require_tag { channel_flags::REQUIRE_TAG } else { 0 };
        if described.kind == crate::model::ChannelKind::Category {
            categories.insert(&described.name, id);
        }
        channels.insert(id, channel);
    }
    channels
}

/// Discord's shape: the id, a time and a secret, each in base64.
fn token(id: Id, secret: &str) -> String {
    let encode = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        encode(id.to_string()),
        encode("time".into()),
        encode(format!("sandbox-{secret}-{id}"))
    )
}

/// Lower-case ASCII letters, digits and points of a name; other characters are left out.
fn login_name(name: &str) -> String {
    let login: String = name
        .chars()
        .map(|character| if character.is_whitespace() { '.' } else { character.to_ascii_lowercase() })
        .filter(|character| character.is_ascii_alphanumeric() || *character == '.')
        .collect();
    if login.is_empty() { "user".into() } else { login }
}
