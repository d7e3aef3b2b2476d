//! Which channel serves what: the purposes, who names a channel for one, and what a server is to have.

use super::{LARGE_GROUP, SetChannel};
use crate::domain::actor::Tier;
use crate::domain::effect::Answer;
use crate::domain::fold::fold;
use crate::domain::forum::Tag;
use crate::domain::refusal::Refusal;
use crate::domain::setup::{DIGEST, MEETINGS, PHASE, PRIVATE, Place, PlaceKind, Shape, Spot, TASKS, Wanted};
use crate::service::Office;
use crate::service::inbox::{Case, Deciding};
use std::collections::BTreeMap;

impl Office {
    /// What a server of this office has today, when these channels serve what they serve.
    pub fn wanted(&self, shape: Option<Shape>, spots: &BTreeMap<String, Spot>) -> Wanted {
        let (charter, today) = (self.charter(), self.today());
        let groups = charter.groups().iter().filter(|group| group.class.is_some());
        // A group of few is mentioned unit by unit as well.
        let large = groups.filter(|group| {
            charter.group_named(&group.code, today).is_some_and(|units| units.len() > LARGE_GROUP)
        });
        let tasks = spots.get(TASKS);
        let shape = shape.unwrap_or(if tasks.is_some() { Shape::Forum } else { Shape::Channels });
        let in_forum = match shape {
            Shape::Forum => tasks.is_none_or(|spot| spot.kind == PlaceKind::Forum),
            Shape::Channels => spots.values().any(|spot| spot.kind == PlaceKind::Forum),
        };
        let wanted = |place: &Place| match place.purpose.as_str() {
            TASKS => shape == Shape::Forum,
            PRIVATE => in_forum,
            purpose => shape == Shape::Channels || !purpose.starts_with(PHASE),
        };
        Wanted {
            shape,
            units: charter.units_at(today).map(|unit| unit.code.clone()).collect(),
            tiers: Tier::ALL.to_vec(),
            groups: large.map(|group| group.code.clone()).collect(),
            channels: self.purposes().into_iter().filter(wanted).collect(),
            tags: self.tags().iter().map(Tag::key).collect(),
        }
    }

    /// What the tags of a forum with tasks can say.
    pub fn tags(&self) -> Vec<Tag> {
        Tag::all(self.charter().phases().iter().map(|phase| &phase.code))
    }

    /// What channels are for, with the names that they get when they are made.
    pub fn purposes(&self) -> Vec<Place> {
        let today = self.today();
        let phases = self.charter().phases().iter().map(|phase| {
            let name = self.charters.phase_name(&phase.code, today);
            let name = name.map(|name| fold(&name.vi)).unwrap_or_default();
            let name = format!("{} {name}", phase.code.as_str().to_lowercase()).trim().replace(' ', "-");
            Place::text(format!("{PHASE}{}", phase.code), name)
        });
        let others = [
            Place { kind: PlaceKind::Forum, ..Place::text(TASKS, "nhiem-vu") },
            Place::text(PRIVATE, "nhiem-vu-noi-bo"),
            Place::text(MEETINGS, "cuoc-hop"),
            Place::text(DIGEST, "ban-tin-nhac-viec"),
        ];
        phases.chain(others).collect()
    }

    /// The purpose that somebody names: a phase by its code or name, all of them, private tasks, meetings, digests.
    fn purpose_named(&self, text: &str) -> Result<Place, Refusal> {
        let purpose = match fold(text).as_str() {
            "tasks" | "tat ca giai doan" | "tat ca" | "all phases" | "all" => TASKS.to_owned(),
            "private" | "nhiem vu noi bo" | "noi bo" => PRIVATE.to_owned(),
            "meetings" | "cuoc hop" | "hop" => MEETINGS.to_owned(),
            "digest" | "ban tin" => DIGEST.to_owned(),
            _ => format!("{PHASE}{}", self.phase_named(text)?),
        };
        let unknown = || Refusal::UnknownPhase { given: text.to_owned() };
        self.purposes().into_iter().find(|place| place.purpose == purpose).ok_or_else(unknown)
    }

    /// Has a channel serve a purpose. Tasks go into text channels and forums, everything else into text channels.
    pub(super) async fn set_channel(&self, case: &Case, set: &SetChannel) -> Deciding {
        let (guild, channel) = (case.actor.guild, set.channel);
        let purpose = self.purpose_named(&set.purpose)?.purpose;
        let tasks = purpose == TASKS || purpose.starts_with(PHASE);
        let kind = match &set.forum {
            _ if set.is_text => PlaceKind::Text,
            Some(_) if tasks => PlaceKind::Forum,
            _ if tasks => return Err(Refusal::NoTaskChannel { channel: channel.0 }.into()),
            _ => return Err(Refusal::NoTextChannel { channel: channel.0 }.into()),
        };
        // A forum for one phase needs no tags of the others.
        let needed = |tag: &&String| purpose == TASKS || !tag.starts_with(PHASE) || **tag == purpose;
        let missing = set.forum.iter().flat_map(|forum| &forum.missing).filter(needed);
        let missing: Vec<String> = missing.cloned().collect();
        if set.forum.as_ref().is_some_and(|forum| forum.required) {
            let phases: Vec<String> = missing.iter().filter(|tag| tag.starts_with(PHASE)).cloned().collect();
            if !phases.is_empty() {
                return Err(Refusal::ForumNeedsTags { channel: channel.0, tags: phases }.into());
            }
        }
        let mut tx = self.store.begin().await?;
        if purpose == TASKS {
            // Whoever names a channel for all of them means those that had one of their own, too.
            tx.forget_purposes(guild, PHASE).await?;
        }
        tx.set_place(guild, &purpose, Spot { channel, kind }).await?;
        let detail = serde_json::json!({ "purpose": purpose, "channel": channel });
        self.note_setup(&mut tx, case, "setup.channel", detail).await?;
        self.conclude(&mut tx, case, Answer::ChannelSet { purpose, channel: channel.0, missing }).await?;
        Ok(tx.commit().await?)
    }
}
