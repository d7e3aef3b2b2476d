//! Forums whose posts are tasks: what the tags of a post say, and how they are known among a forum's tags.

use super::fold::fold;
use super::ids::PhaseCode;
use super::task::{Task, TaskState, Urgency};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Discord's limit for the tags of a forum.
pub const TAGS_MAX: usize = 20;
/// Discord's limit for the tags of a post.
pub const APPLIED_MAX: usize = 5;
/// Discord's limit for the name of a tag, in characters.
pub const TAG_NAME_MAX: usize = 20;

/// What a tag says of a task. Only what people look for in a forum: what goes its usual way needs no tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The phase it belongs to.
    Phase(PhaseCode),
    /// It is more urgent than usual.
    Urgency(Urgency),
    /// It stands where somebody must act, or it is over.
    State(TaskState),
    /// Its deadline has passed.
    Overdue,
}

/// The states that have a tag.
const STATES: [TaskState; 6] = [
    TaskState::Blocked,
    TaskState::AwaitingExtension,
    TaskState::Reopened,
    TaskState::Done,
    TaskState::Accepted,
    TaskState::Cancelled,
];

impl Tag {
    /// All that a forum has for these phases, as many as Discord allows: phases come last, so that a regulation with very
    /// many of them leaves the states their tags.
    pub fn all<'p>(phases: impl Iterator<Item = &'p PhaseCode>) -> Vec<Self> {
        let urgencies = Urgency::ALL.iter().filter(|urgency| **urgency != Urgency::Normal);
        let others = [Self::Overdue].into_iter().chain(STATES.into_iter().map(Self::State));
        let others: Vec<Self> = others.chain(urgencies.copied().map(Self::Urgency)).collect();
        let room = TAGS_MAX - others.len();
        phases.take(room).cloned().map(Self::Phase).chain(others).collect()
    }

    /// What a task's post says now: its phase, how urgent it is, where it stands, whether it is late.
    pub fn of(task: &Task, now: DateTime<Utc>) -> Vec<Self> {
        let urgency = Some(task.urgency).filter(|urgency| *urgency != Urgency::Normal);
        let state = Some(task.state).filter(|state| STATES.contains(state));
        let overdue = (task.state.is_open() && task.due < now).then_some(Self::Overdue);
        [Some(Self::Phase(task.phase.clone())), overdue, state.map(Self::State), urgency.map(Self::Urgency)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// As it is kept: `phase:P3`, `urgency:flash`, `state:blocked`, `overdue`.
    pub fn key(&self) -> String {
        match self {
            Self::Phase(phase) => format!("phase:{phase}"),
            Self::Urgency(urgency) => format!("urgency:{urgency}"),
            Self::State(state) => format!("state:{state}"),
            Self::Overdue => "overdue".to_owned(),
        }
    }
}

/// Which of a forum's tags say what, by [`Tag::key`]. A tag that the bot made is known by its id, whatever people call it;
/// any other by its name in either language, whatever the case and diacritics.
pub fn known_tags(
    available: &[(u64, String)],
    names: &BTreeMap<String, Vec<String>>,
    made: &BTreeMap<String, u64>,
) -> BTreeMap<String, u64> {
    let find = |key: &String, names: &Vec<String>| {
        let by_id = made.get(key).filter(|id| available.iter().any(|(there, _)| there == *id)).copied();
        let named = |tag: &&(u64, String)| names.iter().any(|name| fold(name) == fold(&tag.1));
        let by_name = || available.iter().filter(|(id, _)| !made.values().any(|made| made == id)).find(named);
        Some((key.clone(), by_id.or_else(|| by_name().map(|(id, _)| *id))?))
    };
    names.iter().filter_map(|(key, names)| find(key, names)).collect()
}

/// The tags that a post is to have: what the task says, and besides what people have given it, as far as there is room.
pub fn applied(before: &[u64], known: &BTreeMap<String, u64>, wanted: &[String]) -> Vec<u64> {
    let ours = wanted.iter().filter_map(|key| known.get(key));
    let theirs = before.iter().filter(|id| !known.values().any(|ours| ours == *id));
    let mut tags = Vec::new();
    for tag in ours.chain(theirs) {
        if tags.len() < APPLIED_MAX && !tags.contains(tag) {
            tags.push(*tag);
        }
    }
    tags
}

/// A name for a tag: as many whole words as there is room for.
pub fn tag_name(name: &str) -> String {
    if name.chars().count() <= TAG_NAME_MAX {
        return name.to_owned();
    }
    let mut cut = String::new();
    for word in name.split(' ') {
        if cut.chars().count() + word.chars().count() + 2 > TAG_NAME_MAX {
            break;
        }
        if !cut.is_empty() {
            cut.push(' ');
        }
        cut.push_str(word);
    }
    if cut.is_empty() {
        cut = name.chars().take(TAG_NAME_MAX - 1).collect();
    }
    format!("{}…", cut.trim_end_matches([',', ';', '–', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn phases(count: usize) -> Vec<PhaseCode> {
        (1..=count).map(|n| PhaseCode::from(format!("P{n}").as_str())).collect()
    }

    #[test]
    fn a_forum_has_room_for_every_tag() {
        let keys: Vec<String> = Tag::all(phases(8).iter()).iter().map(Tag::key).collect();
        assert_eq!(keys.len(), 18);
        assert_eq!(
            (keys[0].as_str(), keys[8].as_str(), keys[17].as_str()),
            ("phase:P1", "overdue", "urgency:flash")
        );
        assert_eq!(Tag::all(phases(40).iter()).len(), TAGS_MAX);
    }

    #[test]
    fn a_name_is_cut_between_words() {
        assert_eq!(tag_name("P4 Xử lý thông tin"), "P4 Xử lý thông tin");
        assert_eq!(tag_name("P3 Thu thập thông tin"), "P3 Thu thập thông…");
        assert_eq!(tag_name(&"x".repeat(30)), format!("{}…", "x".repeat(19)));
    }

    #[test]
    fn a_tag_of_ours_is_known_by_its_id_and_any_other_by_its_name() {
        let key = || "state:blocked".to_owned();
        let names = BTreeMap::from([(key(), vec!["Vướng mắc".to_owned(), "Blocked".to_owned()])]);
        let tags = [(1, "Gỡ khó".to_owned()), (2, "vuong mac".to_owned())];
        let made = |id| BTreeMap::from([(key(), id)]);
        assert_eq!(known_tags(&tags, &names, &made(1)), made(1));
        assert_eq!(known_tags(&tags, &names, &BTreeMap::new()), made(2));
        // Ours was deleted; somebody made one of the same name.
        assert_eq!(known_tags(&tags, &names, &made(9)), made(2));
        assert_eq!(known_tags(&[(3, "BLOCKED".to_owned())], &names, &BTreeMap::new()), made(3));
        assert_eq!(known_tags(&[(3, "khác".to_owned())], &names, &BTreeMap::new()), BTreeMap::new());
    }

    proptest! {
        /// What the task says is always there, what people added stays while there is room, and nothing is there twice.
        #[test]
        fn the_tags_of_people_stay(
            before in proptest::collection::btree_set(1_u64..40, 0..6),
            said in proptest::collection::btree_set(0_usize..6, 0..5),
        ) {
            let known: BTreeMap<String, u64> = (0..6).map(|n| (n.to_string(), n + 1)).collect();
            let wanted: Vec<String> = said.iter().map(ToString::to_string).collect();
            let before: Vec<u64> = before.into_iter().collect();
            let after = applied(&before, &known, &wanted);
            prop_assert!(after.len() <= APPLIED_MAX);
            for key in &wanted {
                prop_assert!(after.contains(&known[key]));
            }
            let theirs = before.iter().filter(|id| **id > 6);
            let kept = theirs.filter(|id| after.contains(id)).count();
            let room = APPLIED_MAX - wanted.len();
            prop_assert_eq!(kept, room.min(before.iter().filter(|id| **id > 6).count()));
            prop_assert_eq!(after.len(), wanted.len() + kept);
            prop_assert_eq!(applied(&after, &known, &wanted), after);
        }

        #[test]
        fn a_name_always_fits(name in "\\PC{1,60}") {
            let cut = tag_name(&name);
            prop_assert!(!cut.is_empty() && cut.chars().count() <= TAG_NAME_MAX, "{cut:?}");
        }
    }
}
