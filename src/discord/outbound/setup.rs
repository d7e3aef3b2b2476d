//! Setting a server up: what is there is looked at anew each time, so a run that was broken off goes on where it was.

use super::{Halt, Outbound, Shown, id_of};
use crate::discord::forum::{available_tags, tag_made_as};
use crate::discord::permissions::Standing;
use crate::discord::places::made_as;
use crate::discord::rest::Failure;
use crate::discord::survey::Survey;
use crate::discord::words::Voice;
use crate::domain::ids::{ChannelId, GuildId, RoleId};
use crate::domain::setup::{CATEGORY, PlaceKind, Plan, Shape, Spot, Step, TASKS};
use crate::service::setup::{Progress, group_role_name, group_role_purpose};
use crate::store::office::OfficeRole;
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::{Value, json};

impl Outbound {
    /// What a run would do now.
    pub(super) async fn setup_plan(&self, guild: GuildId, shape: Option<Shape>) -> Result<Plan, Halt> {
        let survey = Survey { office: &self.office, rest: &self.rest, bot: self.bot };
        Ok(survey.plan(guild, shape).await?)
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
                let (done, shape) = over.map_or((0, None), |progress| (progress.done, progress.shape));
                (voice.setup_over(done, &self.setup_plan(guild, shape).await?), true)
            }
        })
    }

    /// Does what is to be done, step by step. Each is remembered as soon as it is done.
    pub(super) async fn set_up(&self, row: &OutboxRow, run: u64, shape: Option<Shape>) -> Shown {
        let guild = row.guild;
        let plan = self.setup_plan(guild, shape).await?;
        let kept = self.office.setup_progress(guild).await?.filter(|progress| progress.run == run);
        let mut progress = kept.unwrap_or(Progress { run, shape, ..Progress::default() });
        progress.total = progress.done + plan.steps.len();
        let mut note = None;
        for step in plan.steps.iter().filter(|_| plan.lacks.is_empty()) {
            progress.done += 1;
            match self.take(guild, step, &progress).await {
                Ok(()) => {}
                // Discord does not let us: who asked sees what is left, and why.
                Err(Halt::Rest(failure @ Failure::Rejected { .. })) => {
                    tracing::warn!(%failure, ?step, "Discord does not allow a step of the setup of a server");
                    progress.done -= 1;
                    note = Some(failure);
                    // The rest does not depend on permissions.
                    if !matches!(step, Step::Access(_)) {
                        break;
                    }
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
                tx.set_made(guild, &group_role_purpose(group), role.0, now).await?;
                self.office.note_progress(&mut tx, guild, progress).await?;
                Ok(tx.commit().await?)
            }
            Step::GroupMember(group, user) => {
                let made = self.office.store.made(guild).await?;
                let Some(role) = made.get(&group_role_purpose(group)).copied().map(RoleId) else {
                    return Ok(());
                };
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
                    tx.forget_place(guild, gone.channel).await?;
                }
                tx.commit().await?;
                self.places.place(guild, place).await?;
                self.progressed(guild, progress).await
            }
            Step::Tags(keys) => self.add_tags(guild, keys, progress).await,
            Step::Access(purpose) => self.arrange(guild, purpose, progress).await,
            Step::Release(purpose) => {
                let mut tx = self.office.store.begin().await?;
                tx.forget_purpose(guild, purpose).await?;
                self.office.note_progress(&mut tx, guild, progress).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    async fn progressed(&self, guild: GuildId, progress: &Progress) -> Result<(), Halt> {
        let mut tx = self.office.store.begin().await?;
        self.office.note_progress(&mut tx, guild, progress).await?;
        Ok(tx.commit().await?)
    }

    /// Adds tags to the bot's own forum, below those that are there. Discord takes the whole list, so it is given back as it
    /// came, with all that is said of each.
    async fn add_tags(&self, guild: GuildId, keys: &[String], progress: &Progress) -> Result<(), Halt> {
        let Some(Spot { channel, kind: PlaceKind::Forum }) = self.office.store.place(guild, TASKS).await?
        else {
            return self.progressed(guild, progress).await;
        };
        let forum = self.rest.get_channel(channel).await?;
        let known = self.tags_of(guild, &forum).await?;
        let (lang, roles) = self.tongue(guild).await?;
        let voice = Voice::new(&self.office, lang, &roles);
        let new: Vec<(&String, String)> = keys
            .iter()
            .filter(|key| !known.contains_key(*key))
            .map(|key| (key, voice.tag_by_key(key)))
            .collect();
        let before: Vec<u64> = available_tags(&forum).into_iter().map(|(id, _)| id).collect();
        // The whole list is sent: one that was not read would take people's own tags away.
        let Some(mut all) = forum["available_tags"].as_array().cloned() else {
            return Err(Failure::Unknown("the answer holds no tags".into()).into());
        };
        all.extend(new.iter().map(|(_, name)| json!({ "name": name })));
        let changed = self.rest.modify_channel(channel, json!({ "available_tags": all }), "liaison").await?;
        let now = self.office.clock.now();
        let mut tx = self.office.store.begin().await?;
        for (id, name) in available_tags(&changed).iter().filter(|(id, _)| !before.contains(id)) {
            if let Some((key, _)) = new.iter().find(|(_, wanted)| wanted == name) {
                tx.set_made(guild, &tag_made_as(key), *id, now).await?;
            }
        }
        tx.forget_post_tags(guild).await?;
        self.office.note_progress(&mut tx, guild, progress).await?;
        Ok(tx.commit().await?)
    }

    /// Sets the permissions of a channel that the bot made, or of its category. Somebody else's stays as it is.
    async fn arrange(&self, guild: GuildId, purpose: &str, progress: &Progress) -> Result<(), Halt> {
        let made = self.office.store.made(guild).await?;
        let spot = self.office.store.place(guild, purpose).await?;
        let kind = spot.map_or(PlaceKind::Text, |spot| spot.kind);
        let ours = made
            .get(&made_as(purpose))
            .filter(|id| purpose == CATEGORY || spot.is_some_and(|spot| spot.channel.0 == **id));
        if let Some(channel) = ours.copied().map(ChannelId) {
            let roles = self.rest.roles(guild).await?;
            let standing = Standing::of(guild, self.bot, &roles, &self.rest.member(guild, self.bot).await?);
            let there = self.rest.get_channel(channel).await?;
            for overwrite in standing.arrangement(&there, purpose, kind) {
                self.rest.set_overwrite(channel, overwrite, "liaison").await?;
            }
        }
        self.progressed(guild, progress).await
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
}
