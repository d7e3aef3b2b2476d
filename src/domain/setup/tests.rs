use super::*;
use proptest::prelude::*;

fn wanted(shape: Shape) -> Wanted {
    let mut channels = vec![Place::text(MEETINGS, "cuoc-hop"), Place::text(DIGEST, "ban-tin")];
    match shape {
        Shape::Channels => channels.extend(["phase:P1", "phase:P2"].map(|phase| Place::text(phase, phase))),
        Shape::Forum => channels.extend([
            Place { kind: PlaceKind::Forum, ..Place::text(TASKS, "nhiem-vu") },
            Place::text(PRIVATE, "noi-bo"),
        ]),
    }
    Wanted {
        shape,
        units: (1..=82).map(|n| UnitCode(format!("U{n:02}"))).collect(),
        tiers: Tier::ALL.to_vec(),
        groups: vec!["CTK".to_owned()],
        channels,
        tags: ["phase:P1", "phase:P2", "overdue"].map(str::to_owned).to_vec(),
    }
}

fn there(channel: u64, kind: PlaceKind) -> SeenPlace {
    SeenPlace {
        spot: Spot { channel: ChannelId(channel), kind },
        made: false,
        arranged: true,
        lacks: Vec::new(),
        tags: Default::default(),
        requires_tag: false,
    }
}

fn made(channel: u64, kind: PlaceKind) -> SeenPlace {
    SeenPlace { made: true, arranged: false, ..there(channel, kind) }
}

/// What is there once a step was done.
fn after(mut seen: Seen, step: &Step) -> Seen {
    match step {
        Step::UnitRole(unit) => _ = seen.units.insert(unit.clone()),
        Step::TierRole(tier) => _ = seen.tiers.insert(*tier),
        Step::GroupRole(group) => {
            let people = seen.people.remove(group).unwrap_or_default();
            seen.groups.insert(group.clone(), people);
        }
        Step::GroupMember(group, user) => {
            seen.groups.get_mut(group).expect("the role comes first").remove(user);
        }
        Step::Channel(place) => {
            seen.category.get_or_insert(false);
            let channel = 100 + seen.places.len() as u64;
            seen.places.insert(place.purpose.clone(), made(channel, place.kind));
        }
        Step::Tags(tags) => {
            let (known, count) = &mut seen.places.get_mut(TASKS).expect("the forum comes first").tags;
            known.extend(tags.iter().cloned());
            *count += tags.len();
        }
        Step::Access(purpose) if purpose == CATEGORY => seen.category = Some(true),
        Step::Access(purpose) => {
            seen.places.get_mut(purpose).expect("the channel comes first").arranged = true;
        }
        Step::Release(purpose) => _ = seen.places.remove(purpose),
    }
    seen
}

fn steps(plan: &Plan, of: impl Fn(&Step) -> bool) -> usize {
    plan.steps.iter().filter(|step| of(step)).count()
}

#[test]
fn an_empty_server_gets_everything_within_discords_limits() {
    let seen = Seen { roles: 2, channels: 1, ..Seen::default() };
    let channels = plan(&wanted(Shape::Channels), &seen);
    // The last are the permissions of the channels and of the category.
    assert_eq!((channels.steps.len(), channels.lacks.as_slice()), (82 + 6 + 1 + 4 + 5, &[][..]));
    let forum = plan(&wanted(Shape::Forum), &seen);
    assert_eq!((forum.steps.len(), forum.notices.as_slice()), (82 + 6 + 1 + 4 + 1 + 5, &[][..]));
}

#[test]
fn what_stands_in_the_way_is_said() {
    let lacks = vec!["Manage Roles".to_owned()];
    let seen = Seen { roles: 162, channels: 496, lacks: lacks.clone(), ..Seen::default() };
    let found = plan(&wanted(Shape::Channels), &seen);
    assert_eq!(found.lacks, [Lack::Permissions(lacks), Lack::Roles(162, 89), Lack::Channels(496, 5)]);
    let room = Seen { roles: 161, channels: 495, ..Seen::default() };
    assert_eq!(plan(&wanted(Shape::Channels), &room).lacks, []);
}

/// A server with all roles, and these channels.
fn furnished(places: &[(&str, SeenPlace)]) -> Seen {
    let wanted = wanted(Shape::Channels);
    Seen {
        units: wanted.units.into_iter().collect(),
        tiers: wanted.tiers.into_iter().collect(),
        groups: BTreeMap::from([("CTK".to_owned(), BTreeSet::new())]),
        category: Some(true),
        places: places.iter().map(|(purpose, place)| ((*purpose).to_owned(), place.clone())).collect(),
        ..Seen::default()
    }
}

#[test]
fn what_somebody_else_made_is_not_touched_and_what_it_lacks_is_said() {
    let lacks = vec!["Send Messages".to_owned()];
    let forum = SeenPlace {
        tags: (BTreeSet::from(["phase:P1".to_owned()]), 7),
        requires_tag: true,
        ..there(1, PlaceKind::Forum)
    };
    let seen = furnished(&[
        (TASKS, forum),
        (PRIVATE, there(2, PlaceKind::Text)),
        (MEETINGS, SeenPlace { lacks: lacks.clone(), arranged: false, ..there(3, PlaceKind::Text) }),
        (DIGEST, there(4, PlaceKind::Text)),
    ]);
    let plan = plan(&wanted(Shape::Forum), &seen);
    assert_eq!(plan.steps, []);
    let missing = vec!["phase:P2".to_owned(), "overdue".to_owned()];
    assert_eq!(
        plan.notices,
        [
            Notice::Channel(MEETINGS.to_owned(), ChannelId(3), lacks),
            Notice::ForeignForum(ChannelId(1), missing, true),
        ]
    );
}

#[test]
fn a_forum_takes_over_from_channels_of_the_bots_and_leaves_those_that_somebody_named() {
    let text = |channel| SeenPlace { arranged: true, ..made(channel, PlaceKind::Text) };
    let seen = furnished(&[
        ("phase:P1", text(1)),
        ("phase:P2", there(2, PlaceKind::Text)),
        (MEETINGS, text(3)),
        (DIGEST, text(4)),
    ]);
    let found = plan(&wanted(Shape::Forum), &seen);
    assert_eq!(found.steps.last(), Some(&Step::Release("phase:P1".to_owned())));
    assert_eq!(steps(&found, |step| matches!(step, Step::Release(_))), 1);
    assert_eq!(found.notices, [Notice::Kept(vec!["phase:P2".to_owned()])]);
    // And back again: each phase has its channel once more.
    let seen = found.steps.iter().fold(seen, after);
    let back = plan(&wanted(Shape::Channels), &seen);
    assert_eq!(back.steps.first(), Some(&Step::Channel(Place::text("phase:P1", "phase:P1"))));
    assert_eq!(back.steps.last(), Some(&Step::Release(TASKS.to_owned())));
}

#[test]
fn tags_that_were_deleted_come_back_as_far_as_there_is_room() {
    let forum = |count| SeenPlace {
        tags: (BTreeSet::from(["phase:P1".to_owned()]), count),
        arranged: true,
        ..made(1, PlaceKind::Forum)
    };
    let others = [PRIVATE, MEETINGS, DIGEST].map(|purpose| (purpose, there(2, PlaceKind::Text)));
    let found = |count| {
        let places = [vec![(TASKS, forum(count))], others.to_vec()].concat();
        plan(&wanted(Shape::Forum), &furnished(&places))
    };
    let tag = |key: &str| vec![key.to_owned()];
    assert_eq!(found(1).steps, [Step::Tags([tag("phase:P2"), tag("overdue")].concat())]);
    assert_eq!(found(19).steps, [Step::Tags(tag("phase:P2"))]);
    assert_eq!(found(19).notices, [Notice::NoRoom(ChannelId(1), tag("overdue"))]);
}

#[test]
fn a_role_that_stands_too_high_is_named_and_not_given() {
    let mut seen = furnished(&[]);
    seen.groups.insert("CTK".to_owned(), BTreeSet::from([UserId(7)]));
    seen.above.insert("CTK".to_owned(), "CTK-tất cả".to_owned());
    let found = plan(&wanted(Shape::Channels), &seen);
    assert_eq!(steps(&found, |step| matches!(step, Step::GroupMember(..))), 0);
    assert_eq!(found.notices, [Notice::RoleAbove("CTK-tất cả".to_owned())]);
    // Nobody lacks it: then it may stand where it likes.
    seen.groups.insert("CTK".to_owned(), BTreeSet::new());
    assert_eq!(plan(&wanted(Shape::Channels), &seen).notices, []);
}

proptest! {
    /// Wherever a run is broken off, the next one does the rest and no more, and the one after that nothing.
    #[test]
    fn a_run_that_was_broken_off_is_completed(
        people in proptest::collection::btree_set(1_u64..50, 0..20),
        done in 0_usize..130,
        forum in proptest::bool::ANY,
    ) {
        let wanted = wanted(if forum { Shape::Forum } else { Shape::Channels });
        let people: BTreeSet<UserId> = people.into_iter().map(UserId).collect();
        let mut seen = Seen { people: BTreeMap::from([("CTK".to_owned(), people)]), ..Seen::default() };
        let first = plan(&wanted, &seen);
        for step in first.steps.iter().take(done) {
            seen = after(seen, step);
        }
        let rest = plan(&wanted, &seen);
        let left = first.steps.len().saturating_sub(done);
        prop_assert_eq!(&rest.steps[..], &first.steps[first.steps.len() - left..]);
        for step in &rest.steps {
            seen = after(seen, step);
        }
        // Even where something is lacking, a ready server has nothing to ask for.
        seen.lacks.push("Manage Roles".to_owned());
        prop_assert_eq!(plan(&wanted, &seen), Plan::default());
    }
}
