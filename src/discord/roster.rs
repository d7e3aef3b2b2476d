//! Keeping the directory as the server is: roles and people, as Discord tells of them.

use super::Desk;
use super::rest::Failure;
use crate::domain::charter::Charters;
use crate::domain::ids::{ChannelId, GuildId, RoleId, UserId};
use crate::service::directory::{ServerView, recognise};
use crate::store::office::{OfficeRole, Person};
use chrono::NaiveDate;
use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{Event, GuildRoleCreateEvent, GuildRoleUpdateEvent};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;

/// How long a request waits for the roles of its server. Discord gives three seconds for the first answer.
const PATIENCE: Duration = Duration::from_millis(2_000);
/// When to ask for people again after no usable answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The servers whose roles are known since the bot was started. A request that comes sooner waits: judged by roles of
/// yesterday, or by none, it would be refused to the wrong person.
#[derive(Debug, Default)]
pub(super) struct Seen(watch::Sender<BTreeSet<GuildId>>);

impl Seen {
    fn add(&self, guild: GuildId) {
        self.0.send_modify(|seen| {
            seen.insert(guild);
        });
    }

    /// Waits until the roles of `guild` are known; `false` when that takes longer than a person should wait.
    pub(super) async fn wait_for(&self, guild: GuildId) -> bool {
        let mut seen = self.0.subscribe();
        tokio::time::timeout(PATIENCE, seen.wait_for(|seen| seen.contains(&guild))).await.is_ok()
    }
}

/// Takes in whatever an event says about roles, people and channels.
pub(super) async fn take_in(desk: &Desk, event: &Event) -> anyhow::Result<()> {
    let office = &desk.office;
    match event {
        Event::GuildCreate(event) => see_server(desk, &event.guild).await?,
        Event::GuildRoleCreate(GuildRoleCreateEvent { role, .. })
        | Event::GuildRoleUpdate(GuildRoleUpdateEvent { role, .. }) => {
            // The role that everybody holds, and those of bots, stand for nobody.
            if role.managed || role.id.get() == role.guild_id.get() {
                return Ok(());
            }
            office.see_role(GuildId(role.guild_id.get()), RoleId(role.id.get()), &role.name).await?;
        }
        Event::GuildRoleDelete(event) => {
            office.lose_role(GuildId(event.guild_id.get()), RoleId(event.role_id.get())).await?;
        }
        Event::GuildMemberAdd(event) => {
            see_member(desk, &event.member).await?;
        }
        Event::GuildMemberUpdate(event) => {
            let person = Person {
                user: UserId(event.user.id.get()),
                name: event.nick.clone().unwrap_or_else(|| event.user.display_name().to_owned()),
            };
            let roles = event.roles.iter().map(|role| RoleId(role.get())).collect();
            office.see_members(GuildId(event.guild_id.get()), &[(person, roles)]).await?;
        }
        Event::GuildMemberRemove(event) => {
            office.lose_member(GuildId(event.guild_id.get()), UserId(event.user.id.get())).await?;
        }
        Event::ChannelDelete(event) => {
            let channel = &event.channel;
            office.lose_channel(GuildId(channel.guild_id.get()), ChannelId(channel.id.get())).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn see_member(desk: &Desk, member: &serenity::Member) -> anyhow::Result<()> {
    let person = Person { user: UserId(member.user.id.get()), name: member.display_name().to_owned() };
    let roles = member.roles.iter().map(|role| RoleId(role.get())).collect();
    desk.office.see_members(GuildId(member.guild_id.get()), &[(person, roles)]).await?;
    Ok(())
}

/// The whole server anew. Its people are asked for page by page: the event holds only some of them.
async fn see_server(desk: &Desk, guild: &serenity::Guild) -> anyhow::Result<()> {
    let id = GuildId(guild.id.get());
    let view = ServerView {
        name: guild.name.clone(),
        locale: guild.preferred_locale.clone(),
        roles: guild
            .roles
            .values()
            // The role that everybody holds, and those of bots, stand for nobody.
            .filter(|role| role.id.get() != guild.id.get() && !role.managed)
            .map(|role| (RoleId(role.id.get()), role.name.clone()))
            .collect(),
    };
    desk.office.see_server(id, &view).await?;
    desk.seen.add(id);
    let mut after = UserId(0);
    loop {
        let page = match desk.rest.members(id, after).await {
            Ok(page) => page,
            Err(Failure::Later { after: wait, .. }) => {
                tokio::time::sleep(wait).await;
                continue;
            }
            // Reading may be repeated; without its people nobody of the office could be told anything.
            Err(Failure::Unknown(why)) => {
                tracing::warn!(why, "the people of a server are asked for again");
                tokio::time::sleep(ASK_AGAIN).await;
                continue;
            }
            Err(failure) => return Err(failure.into()),
        };
        let members: Vec<(Person, Vec<RoleId>)> = page.iter().filter_map(member_of).collect();
        desk.office.see_members(id, &members).await?;
        match members.iter().map(|(person, _)| person.user).max() {
            Some(last) if page.len() == 1_000 => after = last,
            _ => return Ok(()),
        }
    }
}

/// The roles as REST gives them, with what they stand for: neither that of everybody nor those of bots.
pub(super) fn office_roles(
    charters: &Charters,
    date: NaiveDate,
    guild: GuildId,
    roles: &[Value],
) -> Vec<OfficeRole> {
    let role = |role: &Value| {
        let id: u64 = role["id"].as_str()?.parse().ok()?;
        let ours = id != guild.0 && role["managed"] != true;
        ours.then(|| recognise(charters, date, RoleId(id), role["name"].as_str().unwrap_or_default()))
    };
    roles.iter().filter_map(role).collect()
}

/// A member as REST gives them; bots are no people of the office.
fn member_of(member: &Value) -> Option<(Person, Vec<RoleId>)> {
    let user = &member["user"];
    if user["bot"] == true {
        return None;
    }
    let id = |value: &Value| value.as_str()?.parse::<u64>().ok();
    let name =
        [&member["nick"], &user["global_name"], &user["username"]].into_iter().find_map(Value::as_str)?;
    let roles = member["roles"].as_array()?.iter().filter_map(id).map(RoleId).collect();
    Some((Person { user: UserId(id(&user["id"])?), name: name.to_owned() }, roles))
}
