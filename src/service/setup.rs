//! Setting a server up: what it shall have, which channel serves what, in which language it is written to. What is
//! there only Discord knows, so the plan is made where it is shown (`discord/outbound`).

mod places;

use super::inbox::{Case, Deciding};
use super::{Office, Outcome};
use crate::domain::actor::Tier;
use crate::domain::effect::{Answer, Effect};
use crate::domain::ids::{ChannelId, GuildId, RoleId, UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::domain::setup::Shape;
use crate::store::Tx;
use crate::store::audit::AuditEntry;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A request about the server's settings, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setup", rename_all = "snake_case")]
pub enum SetupRequest {
    /// `/settings setup`: show what would be done.
    Plan {
        /// Where tasks shall be; left out, as they are now.
        #[serde(default)]
        shape: Option<Shape>,
    },
    /// The button below the plan: do it.
    Apply {
        /// As the plan had it.
        #[serde(default)]
        shape: Option<Shape>,
    },
    /// `/settings channels` with a channel.
    Channel(SetChannel),
    /// `/settings language`.
    Language(SetLanguage),
}

/// `/settings channels`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChannel {
    /// What the channel shall serve: a phase by code or name, all of them, the meetings …
    pub purpose: String,
    /// The channel.
    pub channel: ChannelId,
    /// Whether messages with threads below them can be posted in it: a text channel.
    pub is_text: bool,
    /// When it is a forum, how its tags are.
    #[serde(default)]
    pub forum: Option<ForumTags>,
}

/// A forum as it was when somebody chose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForumTags {
    /// What none of its tags says, by [`Tag::key`](crate::domain::forum::Tag::key).
    pub missing: Vec<String>,
    /// Whether it takes no post without a tag.
    pub required: bool,
}

/// `/settings language`, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLanguage {
    /// The language of posts.
    pub language: Lang,
}

/// How far a run of the setup is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The request that began it.
    pub run: u64,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// Whether it is over.
    pub over: bool,
    /// Where tasks shall be; none as they were.
    #[serde(default)]
    pub shape: Option<Shape>,
}

impl SetupRequest {
    /// All that was typed freely.
    pub(super) fn texts(&self) -> Vec<Option<&String>> {
        match self {
            Self::Channel(set) => vec![Some(&set.purpose)],
            Self::Plan { .. } | Self::Apply { .. } | Self::Language(_) => Vec::new(),
        }
    }
}

impl Office {
    pub(super) async fn set_up(&self, case: &Case, request: &SetupRequest) -> Deciding {
        if !case.actor.is_at_least(Tier::Administrator) {
            let who = vec![Authority::AtLeast { tier: Tier::Administrator }];
            return Err(Refusal::NotAllowed { who }.into());
        }
        let guild = case.actor.guild;
        match request {
            SetupRequest::Plan { shape } => {
                let mut tx = self.store.begin().await?;
                self.conclude(&mut tx, case, Answer::SetupPlan { shape: *shape }).await?;
                Ok(tx.commit().await?)
            }
            SetupRequest::Apply { shape } => {
                let mut tx = self.store.begin().await?;
                let (run, shape) = (case.interaction, *shape);
                self.note_setup(&mut tx, case, "setup.apply", serde_json::json!({ "shape": shape })).await?;
                tx.remember(&progress_key(guild), &json(&Progress { run, shape, ..Progress::default() }))
                    .await?;
                let (lane, key) = (format!("setup:{guild}"), format!("setup:{guild}:{run}"));
                tx.put_out(guild, &lane, &key, &Effect::SetUp { run, shape }, self.clock.now()).await?;
                self.conclude(&mut tx, case, Answer::SettingUp).await?;
                Ok(tx.commit().await?)
            }
            SetupRequest::Channel(set) => self.set_channel(case, set).await,
            SetupRequest::Language(set) => {
                let mut tx = self.store.begin().await?;
                tx.set_language(guild, set.language).await?;
                let detail = serde_json::json!({ "language": set.language });
                self.note_setup(&mut tx, case, "setup.language", detail).await?;
                self.conclude(&mut tx, case, Answer::LanguageSet { language: set.language }).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    async fn note_setup(
        &self,
        tx: &mut Tx,
        case: &Case,
        action: &'static str,
        detail: serde_json::Value,
    ) -> Outcome<()> {
        let (guild, at, actor) = (case.actor.guild, self.clock.now(), Some(case.actor.user));
        let subject = &format!("server:{guild}");
        tx.audit(AuditEntry { guild, at, actor, action, subject, detail, reason: None }).await
    }

    /// The people of each of these groups of units, by the roles they hold.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn people_of_groups(
        &self,
        guild: GuildId,
        groups: &[String],
    ) -> Outcome<BTreeMap<String, BTreeSet<UserId>>> {
        let people = self.store.people_by_unit(guild).await?;
        let today = self.today();
        let of = |group: &String| -> BTreeSet<UserId> {
            let units: Vec<UnitCode> = self.charter().group_named(group, today).unwrap_or_default();
            units.iter().filter_map(|unit| people.get(unit)).flatten().copied().collect()
        };
        Ok(groups.iter().map(|group| (group.clone(), of(group))).collect())
    }

    /// The groups whose role, made by the bot, is held by everybody of their units.
    pub(super) async fn group_roles(&self, guild: GuildId) -> Outcome<BTreeMap<String, RoleId>> {
        let made = self.store.made(guild).await?;
        let roles: BTreeMap<String, RoleId> = made
            .iter()
            .filter_map(|(purpose, id)| Some((purpose.strip_prefix(GROUP_ROLE)?.to_owned(), RoleId(*id))))
            .collect();
        if roles.is_empty() {
            return Ok(roles);
        }
        let groups: Vec<String> = roles.keys().cloned().collect();
        let mut complete = BTreeMap::new();
        for (group, people) in self.people_of_groups(guild, &groups).await? {
            let role = roles[&group];
            if !people.is_empty() && people.is_subset(&self.store.people_with_role(guild, role).await?) {
                complete.insert(group, role);
            }
        }
        Ok(complete)
    }

    /// How far the latest run of the setup is; none when there never was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn setup_progress(&self, guild: GuildId) -> Outcome<Option<Progress>> {
        let kept = self.store.remembered(&progress_key(guild)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }

    /// Notes how far a run is, as part of the change that brought it there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_progress(&self, tx: &mut Tx, guild: GuildId, progress: &Progress) -> Outcome<()> {
        tx.remember(&progress_key(guild), &json(progress)).await
    }
}

const GROUP_ROLE: &str = "role:group:";
/// Up to so many units a group needs no role of its own.
const LARGE_GROUP: usize = 25;

/// The name of the role for all units of a group.
pub fn group_role_name(group: &str) -> String {
    format!("{group}-tất cả")
}

/// As what the role for all units of a group is remembered when the bot made it.
pub fn group_role_purpose(group: &str) -> String {
    format!("{GROUP_ROLE}{group}")
}

fn progress_key(guild: GuildId) -> String {
    format!("setup:{guild}")
}

fn json(progress: &Progress) -> String {
    serde_json::json!(progress).to_string()
}
