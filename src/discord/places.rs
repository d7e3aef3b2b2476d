//! The channels that Liaison works in: the configured ones, or its own under a category of its own.

use super::rest::{Failure, Rest};
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, PhaseCode};
use crate::domain::setup::Place;
use crate::service::Office;
use crate::store::StoreError;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The name of the bot's own category.
const CATEGORY: &str = "Phối hợp";
const KIND_TEXT: u64 = 0;
const KIND_CATEGORY: u64 = 4;

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

    /// The channel of a phase.
    pub(super) async fn phase(&self, guild: GuildId, phase: &PhaseCode) -> Result<ChannelId, NoPlace> {
        self.serving(guild, &format!("phase:{phase}")).await
    }

    /// The channel where meetings are announced.
    pub(super) async fn meetings(&self, guild: GuildId) -> Result<ChannelId, NoPlace> {
        self.serving(guild, "meetings").await
    }

    /// The channel where digests are posted.
    pub(super) async fn digest(&self, guild: GuildId) -> Result<ChannelId, NoPlace> {
        self.serving(guild, "digest").await
    }

    async fn serving(&self, guild: GuildId, purpose: &str) -> Result<ChannelId, NoPlace> {
        let usual = self.office.purposes().into_iter().find(|place| place.purpose == purpose);
        // A phase that is no more is called by what it was for.
        let name = purpose.replace(':', "-");
        let place = usual.unwrap_or_else(|| Place { purpose: purpose.to_owned(), name });
        self.place(guild, &place).await
    }

    /// The channel that serves a purpose; made where there is none.
    pub(super) async fn place(&self, guild: GuildId, place: &Place) -> Result<ChannelId, NoPlace> {
        let (purpose, name) = (place.purpose.as_str(), place.name.as_str());
        if let Some(channel) = self.office.store.place(guild, purpose).await? {
            return Ok(channel);
        }
        let _one = self.making.lock().await;
        if let Some(channel) = self.office.store.place(guild, purpose).await? {
            return Ok(channel);
        }
        let category = self.find_or_make(guild, CATEGORY, KIND_CATEGORY, None).await?;
        let channel = self.find_or_make(guild, name, KIND_TEXT, Some(category)).await?;
        let mut tx = self.office.store.begin().await?;
        tx.set_place(guild, purpose, channel).await?;
        tx.commit().await?;
        Ok(channel)
    }

    /// Looks before it makes, every time: whether an earlier try made it is then of no matter.
    async fn find_or_make(
        &self,
        guild: GuildId,
        name: &str,
        kind: u64,
        parent: Option<ChannelId>,
    ) -> Result<ChannelId, NoPlace> {
        let channels = self.rest.guild_channels(guild).await?;
        let found = channels.iter().find(|channel| {
            channel["type"] == kind
                && channel["name"].as_str().is_some_and(|seen| fold(seen) == fold(name))
                && (parent.is_none() || parent_of(channel) == parent)
        });
        if let Some(channel) = found.and_then(id_of) {
            return Ok(channel);
        }
        let mut body = json!({ "name": name, "type": kind });
        if let Some(parent) = parent {
            body["parent_id"] = parent.to_string().into();
        }
        let made = self.rest.create_channel(guild, body, "liaison").await?;
        id_of(&made).ok_or_else(|| Failure::Unknown("the answer holds no channel id".into()).into())
    }
}

/// Whether this is the bot's own category.
pub(super) fn is_our_category(channel: &Value) -> bool {
    channel["type"] == KIND_CATEGORY
        && channel["name"].as_str().is_some_and(|name| fold(name) == fold(CATEGORY))
}

fn id_of(channel: &Value) -> Option<ChannelId> {
    channel["id"].as_str()?.parse().ok().map(ChannelId)
}

fn parent_of(channel: &Value) -> Option<ChannelId> {
    channel["parent_id"].as_str()?.parse().ok().map(ChannelId)
}
