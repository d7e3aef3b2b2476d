//! What is missing, in the order in which it is made, and what else to know.

use super::{
    CATEGORY, CHANNELS_MAX, Lack, Notice, PHASE, Place, PlaceKind, Plan, ROLES_MAX, Seen, SeenPlace, Shape,
    Step, TASKS, Wanted,
};
use crate::domain::forum::TAGS_MAX;
use std::collections::BTreeSet;

/// What is missing of `wanted`.
pub fn plan(wanted: &Wanted, seen: &Seen) -> Plan {
    let mut plan = Plan::default();
    let roles = plan.roles(wanted, seen);
    let channels = plan.channels(wanted, seen);
    if !plan.steps.is_empty() && !seen.lacks.is_empty() {
        plan.lacks.push(Lack::Permissions(seen.lacks.clone()));
    }
    if roles > 0 && seen.roles + roles > ROLES_MAX {
        plan.lacks.push(Lack::Roles(seen.roles, roles));
    }
    if channels > 0 && seen.channels + channels > CHANNELS_MAX {
        plan.lacks.push(Lack::Channels(seen.channels, channels));
    }
    plan
}

impl Plan {
    /// Plans roles; how many are new.
    fn roles(&mut self, wanted: &Wanted, seen: &Seen) -> usize {
        let tiers = wanted.tiers.iter().filter(|tier| !seen.tiers.contains(tier));
        self.steps.extend(tiers.copied().map(Step::TierRole));
        let units = wanted.units.iter().filter(|unit| !seen.units.contains(unit));
        self.steps.extend(units.cloned().map(Step::UnitRole));
        for group in &wanted.groups {
            let lacking = match seen.groups.get(group) {
                Some(lacking) => Some(lacking),
                None => {
                    self.steps.push(Step::GroupRole(group.clone()));
                    seen.people.get(group)
                }
            };
            match seen.above.get(group) {
                Some(name) if lacking.is_some_and(|people| !people.is_empty()) => {
                    self.notices.push(Notice::RoleAbove(name.clone()));
                }
                _ => {
                    let people = lacking.into_iter().flatten();
                    self.steps.extend(people.map(|user| Step::GroupMember(group.clone(), *user)));
                }
            }
        }
        if !seen.unmentionable.is_empty() {
            self.notices.push(Notice::Unmentionable(seen.unmentionable.clone()));
        }
        self.steps.iter().filter(|step| !matches!(step, Step::GroupMember(..))).count()
    }

    /// Plans channels with their tags and permissions; how many are new.
    fn channels(&mut self, wanted: &Wanted, seen: &Seen) -> usize {
        let missing: Vec<&Place> = wanted.channels.iter().filter(|place| !serves(place, seen)).collect();
        let new = missing.len() + usize::from(!missing.is_empty() && seen.category.is_none());
        self.steps.extend(missing.iter().map(|place| Step::Channel((*place).clone())));
        let forum = seen.places.get(TASKS).filter(|_| !missing.iter().any(|place| place.purpose == TASKS));
        match forum {
            None if wanted.shape == Shape::Forum => self.steps.push(Step::Tags(wanted.tags.clone())),
            Some(forum) if forum.made && forum.spot.kind == PlaceKind::Forum => self.tags(wanted, forum),
            _ => {}
        }
        if seen.category == Some(false) || (new > missing.len()) {
            self.steps.push(Step::Access(CATEGORY.to_owned()));
        }
        let closed = |place: &&Place| {
            missing.contains(place)
                || seen.places.get(&place.purpose).is_some_and(|seen| seen.made && !seen.arranged)
        };
        let closed: Vec<Step> =
            wanted.channels.iter().filter(closed).map(|place| Step::Access(place.purpose.clone())).collect();
        let arranging: BTreeSet<&str> = wanted.channels.iter().map(|place| place.purpose.as_str()).collect();
        self.steps.extend(closed);
        self.released(wanted, seen);
        self.told(wanted, seen, &arranging);
        new
    }

    /// Adds what the bot's own forum lacks, as far as there is room.
    fn tags(&mut self, wanted: &Wanted, forum: &SeenPlace) {
        let (known, count) = &forum.tags;
        let mut missing: Vec<String> =
            wanted.tags.iter().filter(|tag| !known.contains(*tag)).cloned().collect();
        let beyond = missing.split_off(missing.len().min(TAGS_MAX.saturating_sub(*count)));
        if !missing.is_empty() {
            self.steps.push(Step::Tags(missing));
        }
        if !beyond.is_empty() {
            self.notices.push(Notice::NoRoom(forum.spot.channel, beyond));
        }
    }

    /// What another kind of channel served before.
    fn released(&mut self, wanted: &Wanted, seen: &Seen) {
        match wanted.shape {
            Shape::Forum => {
                let missing_forum = !seen.places.contains_key(TASKS);
                let own = seen.places.iter().filter(|(purpose, place)| {
                    purpose.starts_with(PHASE) && place.spot.kind == PlaceKind::Text
                });
                let (ours, named): (Vec<_>, Vec<_>) = own.partition(|(_, place)| place.made);
                let comes = missing_forum || !ours.is_empty();
                self.steps.extend(ours.into_iter().map(|(purpose, _)| Step::Release(purpose.clone())));
                // Worth saying once, when the forum comes.
                if comes && !named.is_empty() {
                    let named = named.into_iter().map(|(purpose, _)| purpose.clone()).collect();
                    self.notices.push(Notice::Kept(named));
                }
            }
            Shape::Channels => {
                if seen.places.contains_key(TASKS) {
                    self.steps.push(Step::Release(TASKS.to_owned()));
                }
            }
        }
    }

    /// What is to be said of channels.
    fn told(&mut self, wanted: &Wanted, seen: &Seen, arranged: &BTreeSet<&str>) {
        let mut told = BTreeSet::new();
        for (purpose, place) in &seen.places {
            let mended = place.made && !place.arranged && arranged.contains(purpose.as_str());
            if !place.lacks.is_empty() && !mended && told.insert(place.spot.channel) {
                let lacks = place.lacks.clone();
                self.notices.push(Notice::Channel(purpose.clone(), place.spot.channel, lacks));
            }
        }
        let mut told = BTreeSet::new();
        for (purpose, place) in &seen.places {
            if place.made || place.spot.kind != PlaceKind::Forum || !told.insert(place.spot.channel) {
                continue;
            }
            // A forum for one phase needs no tags of the others.
            let needed = |tag: &&String| purpose == TASKS || !tag.starts_with(PHASE) || tag == &purpose;
            let missing = wanted.tags.iter().filter(needed).filter(|tag| !place.tags.0.contains(*tag));
            let missing: Vec<String> = missing.cloned().collect();
            if !missing.is_empty() {
                self.notices.push(Notice::ForeignForum(place.spot.channel, missing, place.requires_tag));
            }
        }
    }
}

/// Whether a purpose has its channel.
fn serves(place: &Place, seen: &Seen) -> bool {
    seen.places.contains_key(&place.purpose)
}
