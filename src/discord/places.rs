//! The channels that Liaison works in: the configured ones, or its own under a category of its own.

use super::forum::KIND_FORUM;
use super::rest::{Failure, Rest};
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, MessageId, PhaseCode};
use crate::domain::setup::{CATEGORY, DIGEST, MEETINGS, PHASE, PRIVATE, Place, PlaceKind, Spot, TASKS};
use crate::service::Office;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The name of the bot's own category.
const CATEGORY_NAME: &str = "Phối hợp";
const KIND_TEXT: u64 = 0;
const KIND_CATEGORY: u64 = 4;
/// How far Discord's clock may be behind ours when it is asked since when a channel is there.
const SKEW_MS: i64 = 120_000;

/// Why there is no channel.
pub(super) enum NoPlace {
    Store(StoreError),
    Rest(Failure),
}

impl From<StoreError> for NoPlace {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for NoPlace {
    fn from(failure: Failure) -> Self {
        Self::Rest(failure)
    }
}

/// Finds and, where there is none, makes the channels.
pub(super) struct Places {
    office: Office,
    rest: Rest,
    /// One at a time: two lanes that need the same channel must not both make it.
    making: Arc<Mutex<()>>,
}

impl Places {
    pub(super) fn new(office: Office, rest: Rest) -> Self {
        Self { office, rest, making: Arc::default() }
    }

    /// Where the public tasks of a phase are: in its own channel, else in the one for all phases; where there is neither, a
    /// channel is made for the phase.
    pub(super) async fn phase(&self, guild: GuildId, phase: &PhaseCode) -> Result<Spot, NoPlace> {
        let own = format!("{PHASE}{phase}");
        for purpose in [own.as_str(), TASKS] {
            if let Some(spot) = self.office.store.place(guild, purpose).await? {
                return Ok(spot);
            }
        }
        self.serving(guild, &own).await
    }

    /// Where the private tasks of a phase are. A forum has no private threads, so a phase that a forum serves shares a
    /// text channel for them with all others of that kind.
    pub(super) async fn private(&self, guild: GuildId, phase: &PhaseCode) -> Result<ChannelId, NoPlace> {
        let spot = self.phase(guild, phase).await?;
        match spot.kind {
            PlaceKind::Text => Ok(spot.channel),
            PlaceKind::Forum => Ok(self.serving(guild, PRIVATE).await?.channel),
        }
    }

    /// The channel where meetings are announced.
    pub(super) async fn meetings(&self, guild: GuildId) -> Result<ChannelId, NoPlace> {
        Ok(self.serving(guild, MEETINGS).await?.channel)
    }

    /// The channel where digests are posted.
    pub(super) async fn digest(&self, guild: GuildId) -> Result<ChannelId, NoPlace> {
        Ok(self.serving(guild, DIGEST).await?.channel)
    }

    async fn serving(&self, guild: GuildId, purpose: &str) -> Result<Spot, NoPlace> {
        let usual = self.office.purposes().into_iter().find(|place| place.purpose == purpose);
        // A phase that is no more is called by what it was for.
        let place = usual.unwrap_or_else(|| Place::text(purpose, purpose.replace(':', "-")));
        self.place(guild, &place).await
    }

    /// The channel that serves a purpose; made where there is none.
    pub(super) async fn place(&self, guild: GuildId, place: &Place) -> Result<Spot, NoPlace> {
        let purpose = place.purpose.as_str();
        if let Some(spot) = self.office.store.place(guild, purpose).await? {
            return Ok(spot);
        }
        let _one = self.making.lock().await;
        if let Some(spot) = self.office.store.place(guild, purpose).await? {
            return Ok(spot);
        }
        let category = New { name: CATEGORY_NAME, kind: KIND_CATEGORY, parent: None };
        let category = self.find_or_make(guild, CATEGORY, category).await?;
        let kind = match place.kind {
            PlaceKind::Text => KIND_TEXT,
            PlaceKind::Forum => KIND_FORUM,
        };
        let new = New { name: &place.name, kind, parent: Some(category) };
        let channel = self.find_or_make(guild, &made_as(purpose), new).await?;
        let spot = Spot { channel, kind: place.kind };
        let mut tx = self.office.store.begin().await?;
        tx.set_place(guild, purpose, spot).await?;
        tx.commit().await?;
        Ok(spot)
    }

    /// Looks before it makes, every time: whether an earlier try made it is then of no matter. What the bot made itself is
    /// remembered as `purpose`, also when the answer was lost.
    async fn find_or_make(&self, guild: GuildId, purpose: &str, new: New<'_>) -> Result<ChannelId, NoPlace> {
        let channels = self.rest.guild_channels(guild).await?;
        let begun = self.office.store.begun(guild, purpose).await?;
        let found = channels.iter().find(|channel| {
            channel["type"] == new.kind
                && channel["name"].as_str().is_some_and(|seen| fold(seen) == fold(new.name))
                && (new.parent.is_none() || parent_of(channel) == new.parent)
        });
        if let Some(channel) = found.and_then(id_of) {
            let since = |begun: DateTime<Utc>| {
                MessageId(channel.0).created_ms() >= begun.timestamp_millis() - SKEW_MS
            };
            if begun.is_some_and(since) {
                self.made(guild, purpose, channel).await?;
            }
            return Ok(channel);
        }
        if begun.is_none() {
            let mut tx = self.office.store.begin().await?;
            tx.begin_making(guild, purpose, self.office.clock.now()).await?;
            tx.commit().await?;
        }
        let mut body = json!({ "name": new.name, "type": new.kind });
        if let Some(parent) = new.parent {
            body["parent_id"] = parent.to_string().into();
        }
        let made = match self.rest.create_channel(guild, body, "liaison").await {
            Ok(made) => made,
            Err(failure @ Failure::Unknown(_)) => return Err(failure.into()),
            Err(failure) => {
                let mut tx = self.office.store.begin().await?;
                tx.not_made(guild, purpose).await?;
                tx.commit().await?;
                return Err(failure.into());
            }
        };
        let id = id_of(&made).ok_or_else(|| Failure::Unknown("the answer holds no channel id".into()))?;
        self.made(guild, purpose, id).await?;
        Ok(id)
    }

    async fn made(&self, guild: GuildId, purpose: &str, channel: ChannelId) -> Result<(), StoreError> {
        let mut tx = self.office.store.begin().await?;
        tx.set_made(guild, purpose, channel.0, self.office.clock.now()).await?;
        tx.commit().await
    }
}

/// A channel to be made.
struct New<'n> {
    name: &'n str,
    kind: u64,
    parent: Option<ChannelId>,
}

/// As what a channel that the bot made is remembered.
pub(super) fn made_as(purpose: &str) -> String {
    if purpose == CATEGORY { CATEGORY.to_owned() } else { format!("channel:{purpose}") }
}

/// The category under which the bot makes its channels.
pub(super) fn category(channels: &[Value]) -> Option<&Value> {
    let named = |channel: &&Value| {
        channel["type"] == KIND_CATEGORY
            && channel["name"].as_str().is_some_and(|name| fold(name) == fold(CATEGORY_NAME))
    };
    channels.iter().find(named)
}

fn id_of(channel: &Value) -> Option<ChannelId> {
    channel["id"].as_str()?.parse().ok().map(ChannelId)
}

fn parent_of(channel: &Value) -> Option<ChannelId> {
    channel["parent_id"].as_str()?.parse().ok().map(ChannelId)
}
