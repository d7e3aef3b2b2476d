//! Setting a server up: what is there is looked at anew each time, so a run that was broken off goes on where it was.

use super::{Halt, Outbound, Shown, id_of};
use crate::discord::front;
use crate::discord::rest::Failure;
use crate::discord::roster::office_roles;
use crate::discord::words::Voice;
use crate::domain::ids::{GuildId, RoleId};
use crate::domain::setup::{self, Plan, Seen, Step, Wanted};
use crate::service::directory::{Recognition, linked};
use crate::service::setup::{Progress, group_role_name};
use crate::store::office::OfficeRole;
use crate::store::outbox::{Delivery, OutboxRow};
use poise::serenity_prelude::Permissions;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Outbound {
    /// What a run would do now.
    pub(super) async fn setup_plan(&self, guild: GuildId) -> Result<Plan, Halt> {
        let wanted = self.office.wanted();
        Ok(setup::plan(&wanted, &self.seen(guild, &wanted).await?))
    }

    /// How a run stands, and whether it is over.
    pub(super) async fn setup_told(
        &self,
        voice: &Voice<'_>,
        guild: GuildId,
        run: u64,
    ) -> Result<(Value, bool), Halt> {
        let progress = self.office.setup_progress(guild).await?.filter(|progress| progress.run == run);
        Ok(match progress {
            Some(progress) if !progress.over => (voice.setup_going(&progress), false),
            // A later run has taken its place: what is true now counts.
            over => {
                let done = over.map_or(0, |progress| progress.done);
                (voice.setup_over(done, &self.setup_plan(guild).await?), true)
            }
        })
    }

    /// Does what is to be done, step by step. Each is remembered as soon as it is done.
    pub(super) async fn set_up(&self, row: &OutboxRow, run: u64) -> Shown {
        let guild = row.guild;
        let plan = self.setup_plan(guild).await?;
        let kept = self.office.setup_progress(guild).await?.filter(|progress| progress.run == run);
        let mut progress = kept.unwrap_or(Progress { run, ..Progress::default() });
        progress.total = progress.done + plan.steps.len();
        let mut note = None;
        for step in plan.steps.iter().filter(|_| plan.lacks.is_empty()) {
            progress.done += 1;
            match self.take(guild, step, &progress).await {
                Ok(()) => {}
                // Discord does not let us: who asked sees what is left, and why.
                Err(Halt::Rest(failure @ Failure::Rejected { .. })) => {
                    tracing::warn!(%failure, ?step, "the setup of a server stops here");
                    progress.done -= 1;
                    note = Some(failure);
                    break;
                }
                Err(halt) => return Err(halt),
            }
        }
        progress.over = true;
        let mut tx = self.office.store.begin().await?;
        self.office.note_progress(&mut tx, guild, &progress).await?;
        tx.commit().await?;
        tracing::info!(%guild, done = progress.done, stopped = note.is_some(), "a server was set up");
        Ok((Delivery::Done(None), None))
    }

    async fn take(&self, guild: GuildId, step: &Step, progress: &Progress) -> Result<(), Halt> {
        let now = self.office.clock.now();
        match step {
            Step::UnitRole(unit) => {
                let role = self.make_role(guild, unit.as_str()).await?;
                let role = OfficeRole { role, name: unit.to_string(), unit: Some(unit.clone()), tier: None };
                self.keep_role(guild, &format!("role:unit:{unit}"), role, progress).await
            }
            Step::TierRole(tier) => {
                let name = tier.role_name();
                let role = self.make_role(guild, name).await?;
                let role = OfficeRole { role, name: name.to_owned(), unit: None, tier: Some(*tier) };
                self.keep_role(guild, &format!("role:tier:{}", tier.code()), role, progress).await
            }
            Step::GroupRole(group) => {
                let role = self.make_role(guild, &group_role_name(group)).await?;
                let mut tx = self.office.store.begin().await?;
                tx.set_made(guild, &group_purpose(group), role.0, now).await?;
                self.office.note_progress(&mut tx, guild, progress).await?;
                Ok(tx.commit().await?)
            }
            Step::GroupMember(group, user) => {
                let made = self.office.store.made(guild).await?;
                let Some(role) = made.get(&group_purpose(group)).copied().map(RoleId) else { return Ok(()) };
                match self.rest.add_member_role(guild, *user, role).await {
                    Ok(()) => {}
                    // Who has left meanwhile needs no role.
                    Err(Failure::Rejected { status: 404, .. }) => {}
                    Err(failure) => return Err(failure.into()),
                }
                let mut tx = self.office.store.begin().await?;
                tx.give_role(guild, *user, role).await?;
                self.office.note_progress(&mut tx, guild, progress).await?;
                Ok(tx.commit().await?)
            }
            Step::Channel(place) => {
                let mut tx = self.office.store.begin().await?;
                // A channel that is no more, of which nobody told us.
                if let Some(gone) = self.office.store.place(guild, &place.purpose).await? {
                    tx.forget_place(guild, gone).await?;
                }
                tx.commit().await?;
                let channel = self.places.place(guild, place).await?;
                let mut tx = self.office.store.begin().await?;
                tx.set_made(guild, &format!("channel:{}", place.purpose), channel.0, now).await?;
                self.office.note_progress(&mut tx, guild, progress).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    async fn make_role(&self, guild: GuildId, name: &str) -> Result<RoleId, Halt> {
        let body = json!({ "name": name, "permissions": "0", "mentionable": false, "hoist": false });
        let made = self.rest.create_role(guild, body, "liaison").await?;
        let id = id_of(&made).ok_or_else(|| Failure::Unknown("the answer holds no role id".into()))?;
        Ok(RoleId(id))
    }

    /// A role that we made stands for what it was made for, whatever it is called later.
    async fn keep_role(
        &self,
        guild: GuildId,
        purpose: &str,
        role: OfficeRole,
        progress: &Progress,
    ) -> Result<(), Halt> {
        let now = self.office.clock.now();
        let mut tx = self.office.store.begin().await?;
        tx.set_made(guild, purpose, role.role.0, now).await?;
        tx.link_role(guild, &role, self.bot, now).await?;
        self.office.note_progress(&mut tx, guild, progress).await?;
        Ok(tx.commit().await?)
    }

    async fn seen(&self, guild: GuildId, wanted: &Wanted) -> Result<Seen, Halt> {
        let (roles, channels) = (self.rest.roles(guild).await?, self.rest.guild_channels(guild).await?);
        let lacks = lacking(&roles, &self.rest.member(guild, self.bot).await?, guild);
        let (charters, today) = (&self.office.charters, self.office.today());
        let links = self.office.store.role_links(guild).await?;
        let office = office_roles(charters, today, guild, &roles);
        let office: Vec<OfficeRole> = office.into_iter().map(|role| linked(role, &links)).collect();
        let mut people = self.office.people_of_groups(guild, &wanted.groups).await?;
        let made = self.office.store.made(guild).await?;
        let mut groups = std::collections::BTreeMap::new();
        for group in &wanted.groups {
            let ours = made
                .get(&group_purpose(group))
                .filter(|id| roles.iter().any(|role| id_of(role) == Some(**id)));
            if let Some(role) = ours {
                let with = self.office.store.people_with_role(guild, RoleId(*role)).await?;
                let of = people.remove(group).unwrap_or_default();
                groups.insert(group.clone(), of.difference(&with).copied().collect());
            } else if office.iter().any(|role| role.name == group_role_name(group)) {
                // Somebody else's: who holds it is theirs to say.
                groups.insert(group.clone(), BTreeSet::new());
            }
        }
        let known = Recognition::of(charters, today, office);
        let there: BTreeSet<u64> = channels.iter().filter_map(id_of).collect();
        let places = self.office.store.places(guild).await?;
        let places = places.into_iter().filter(|(_, id)| there.contains(id)).map(|(purpose, _)| purpose);
        Ok(Seen {
            roles: roles.len(),
            channels: channels.len(),
            category: channels.iter().any(crate::discord::places::is_our_category),
            units: known.units.into_keys().collect(),
            tiers: known.tiers.into_keys().collect(),
            groups,
            people,
            places: places.collect(),
            lacks,
        })
    }
}

fn group_purpose(group: &str) -> String {
    format!("role:group:{group}")
}

/// What the bot would need to set a server up and is not allowed to.
fn lacking(roles: &[Value], member: &Value, guild: GuildId) -> Vec<String> {
    let held: Vec<u64> = member["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str()?.parse().ok())
        .chain([guild.0])
        .collect();
    let mine = roles.iter().filter(|role| id_of(role).is_some_and(|id| held.contains(&id)));
    let bits = mine.filter_map(|role| role["permissions"].as_str()?.parse::<u64>().ok());
    let have = bits.fold(Permissions::empty(), |all, bits| all | Permissions::from_bits_truncate(bits));
    if have.administrator() {
        return Vec::new();
    }
    let needed = front::needed() | Permissions::MANAGE_ROLES;
    (needed - have).get_permission_names().into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_named_as_discord_names_it() {
        let role = |id: u64, permissions: Permissions| json!({ "id": id.to_string(), "permissions": permissions.bits().to_string() });
        let member = json!({ "roles": ["2"] });
        let basis = front::needed() - Permissions::MANAGE_CHANNELS;
        let roles = [role(1, basis), role(2, Permissions::empty()), role(3, Permissions::ADMINISTRATOR)];
        assert_eq!(lacking(&roles, &member, GuildId(1)), ["Manage Channels", "Manage Roles"]);
        let roles = [role(1, Permissions::empty()), role(2, Permissions::ADMINISTRATOR)];
        assert_eq!(lacking(&roles, &member, GuildId(1)), [""; 0]);
    }
}
