//! How often a person may be pinged in a day, and what is told in a digest instead.
//!
//! The day's reminders are known in the morning, so they are ranked then: what is due today comes first, then what is taken
//! up higher, then what is late, then what is to come. As many go out by themselves as everybody whom they ping has room
//! for; the others of a unit are told together in its digest, which is one ping. Flash asks for no room.

use super::escalation::EscalationRung;
use super::ids::{UnitCode, UserId};
use super::task::coded;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

coded! {
    /// What a reminder is about, the most pressing first. The database writes its place in this list.
    Rank {
        /// The task is due today.
        Today = "today",
        /// Its lateness is taken up to somebody.
        Escalated = "escalated",
        /// It is late.
        Overdue = "overdue",
        /// It is due on a later day.
        Ahead = "ahead",
        /// A unit has not confirmed receipt.
        Receipt = "receipt",
        /// A new deadline waits for its decision.
        Extension = "extension",
        /// A result waits for its acceptance.
        Result = "result",
    }
}

/// Who is told together: the people of a unit, or those to whom lateness is taken up above the units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// A unit.
    Unit(UnitCode),
    /// The coordinators.
    Coordinators,
    /// The leadership.
    Leadership,
}

impl Audience {
    /// Whose digest tells what is taken up to `rung` of `lead`.
    pub fn of_rung(rung: EscalationRung, lead: &UnitCode) -> Self {
        match rung {
            EscalationRung::Coordinator => Self::Coordinators,
            EscalationRung::Leadership => Self::Leadership,
            EscalationRung::FocalPoint | EscalationRung::Deputy | EscalationRung::Head => {
                Self::Unit(lead.clone())
            }
        }
    }

    /// Back from how it is written.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split_once(':') {
            Some(("unit", unit)) => Some(Self::Unit(UnitCode::from(unit))),
            _ if code == "coordinators" => Some(Self::Coordinators),
            _ if code == "leadership" => Some(Self::Leadership),
            _ => None,
        }
    }
}

impl fmt::Display for Audience {
    /// As the database writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Coordinators => f.write_str("coordinators"),
            Self::Leadership => f.write_str("leadership"),
        }
    }
}

/// A message that would ping these people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it is about.
    pub rank: Rank,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it asks for no room: flash.
    pub exempt: bool,
    /// Whom: each audience with its people.
    pub to: BTreeMap<Audience, BTreeSet<UserId>>,
}

/// Pings of a day by person.
pub type Tally = BTreeMap<UserId, u32>;

/// Takes room for one ping of all these people, those in `already` excepted; `false`, and nothing taken, when one of them
/// has none left beside what is `kept` for them.
fn take(
    people: &BTreeSet<UserId>,
    already: &BTreeSet<UserId>,
    tally: &mut Tally,
    limit: u32,
    kept: impl Fn(UserId) -> u32,
) -> bool {
    let fresh = || people.difference(already).copied();
    let room = |user: UserId| tally.get(&user).copied().unwrap_or(0) + kept(user) < limit;
    if !fresh().all(room) {
        return false;
    }
    for user in fresh() {
        *tally.entry(user).or_default() += 1;
    }
    true
}

/// The audiences of one message that have room for it now; the tally grows by who is pinged. The others wait for a digest.
pub fn with_room(call: &Call, tally: &mut Tally, limit: u32) -> BTreeSet<Audience> {
    called(call, tally, limit, |_| 0)
}

fn called(call: &Call, tally: &mut Tally, limit: u32, kept: impl Fn(UserId) -> u32) -> BTreeSet<Audience> {
    if call.exempt {
        return call.to.keys().cloned().collect();
    }
    let (mut pinged, mut told) = (BTreeSet::new(), BTreeSet::new());
    for (audience, people) in &call.to {
        if take(people, &pinged, tally, limit, &kept) {
            pinged.extend(people.iter().copied());
            told.insert(audience.clone());
        }
    }
    told
}

/// What of a day's messages goes out by itself: for each call the audiences that it pings. The others are told in their
/// digest. `tally` is what was pinged on this day already, `sure` are the digests that there are in any case, with their people.
pub fn allot(
    calls: &[Call],
    tally: &Tally,
    limit: u32,
    sure: &BTreeMap<Audience, BTreeSet<UserId>>,
) -> Vec<BTreeSet<Audience>> {
    let mut order: Vec<usize> = (0..calls.len()).collect();
    order.sort_by_key(|index| (calls[*index].rank as u8, calls[*index].at, *index));
    let mut digests: BTreeSet<Audience> = sure.keys().cloned().collect();
    let members = |audience: &Audience| {
        let called = calls.iter().filter_map(|call| call.to.get(audience));
        called.chain(sure.get(audience)).flatten().copied().collect::<BTreeSet<_>>()
    };
    loop {
        // A digest is a ping too: room for it is kept for everybody who gets one.
        let mut kept = Tally::new();
        for user in digests.iter().flat_map(members) {
            *kept.entry(user).or_default() += 1;
        }
        let mut tally = tally.clone();
        let mut told = vec![BTreeSet::new(); calls.len()];
        for &index in &order {
            let kept = |user: UserId| kept.get(&user).copied().unwrap_or(0);
            told[index] = called(&calls[index], &mut tally, limit, kept);
        }
        let left = calls
            .iter()
            .zip(&told)
            .flat_map(|(call, told)| call.to.keys().filter(|one| !told.contains(*one)));
        let fresh: Vec<Audience> = left.filter(|audience| !digests.contains(*audience)).cloned().collect();
        if fresh.is_empty() {
            return told;
        }
        digests.extend(fresh);
    }
}

/// Of the people of a digest those who have room for its ping; the tally grows by them.
pub fn mentioned(people: &BTreeSet<UserId>, tally: &mut Tally, limit: u32) -> BTreeSet<UserId> {
    people
        .iter()
        .copied()
        .filter(|user| take(&BTreeSet::from([*user]), &BTreeSet::new(), tally, limit, |_| 0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMIT: u32 = 6;

    fn unit(name: &str) -> Audience {
        Audience::Unit(UnitCode::from(name))
    }

    fn call(rank: Rank, to: &[(&str, &[u64])]) -> Call {
        let to = to.iter().map(|(name, people)| (unit(name), people.iter().copied().map(UserId).collect()));
        Call { rank, at: DateTime::UNIX_EPOCH, exempt: false, to: to.collect() }
    }

    #[test]
    fn as_many_as_there_is_room_for_and_the_rest_together() {
        let calls = vec![call(Rank::Ahead, &[("A", &[1, 2])]); 6];
        assert!(allot(&calls, &Tally::new(), LIMIT, &BTreeMap::new()).iter().all(|told| !told.is_empty()));
        // The seventh needs a digest, and the digest needs room: five by themselves, two together.
        let mut calls = vec![call(Rank::Ahead, &[("A", &[1, 2])]); 6];
        calls.push(call(Rank::Today, &[("A", &[1, 2]), ("B", &[3])]));
        let told = allot(&calls, &Tally::new(), LIMIT, &BTreeMap::new());
        assert_eq!(told.iter().filter(|told| told.contains(&unit("A"))).count(), 5);
        assert!(told[6].contains(&unit("A")) && told[6].contains(&unit("B")), "the most pressing goes out");
    }

    #[test]
    fn who_has_had_enough_today_hears_of_it_in_the_digest() {
        let tally = Tally::from([(UserId(1), 5)]);
        let calls = [call(Rank::Today, &[("A", &[1, 2])]), call(Rank::Today, &[("A", &[1, 2])])];
        let told = allot(&calls, &tally, LIMIT, &BTreeMap::new());
        assert!(told.iter().all(BTreeSet::is_empty), "one place is left, and that is the digest's");
        let mut flash = call(Rank::Today, &[("A", &[1, 2])]);
        flash.exempt = true;
        assert_eq!(allot(&[flash], &tally, 1, &BTreeMap::new())[0].len(), 1);
    }

    #[test]
    fn room_is_kept_for_a_digest_that_there_is_in_any_case() {
        let calls = vec![call(Rank::Ahead, &[("A", &[1])]); 6];
        let sure = BTreeMap::from([(Audience::Coordinators, BTreeSet::from([UserId(1)]))]);
        let told = allot(&calls, &Tally::new(), LIMIT, &sure);
        // One place is the coordinators' digest's, and then one that of the unit.
        assert_eq!(told.iter().filter(|told| !told.is_empty()).count(), 4);
    }

    #[test]
    fn an_audience_reads_as_it_is_written() {
        for audience in [unit("TTDL"), Audience::Coordinators, Audience::Leadership] {
            assert_eq!(Audience::from_code(&audience.to_string()), Some(audience));
        }
        assert_eq!(Audience::from_code("tier:x"), None);
    }

    prop_compose! {
        fn any_call()(
            rank in prop::sample::select(Rank::ALL),
            units in prop::collection::btree_map(0_u8..5, prop::collection::btree_set(0_u64..8, 1..4), 1..4),
        ) -> Call {
            let to = units.into_iter().map(|(name, people)| {
                (unit(&format!("U{name}")), people.into_iter().map(UserId).collect())
            });
            Call { rank, at: DateTime::UNIX_EPOCH, exempt: false, to: to.collect() }
        }
    }

    proptest! {
        #[test]
        fn nobody_is_pinged_beyond_the_limit_and_everybody_is_told(
            calls in prop::collection::vec(any_call(), 0..30), limit in 1_u32..8,
        ) {
            let told = allot(&calls, &Tally::new(), limit, &BTreeMap::new());
            let mut tally = Tally::new();
            let mut digests: BTreeMap<Audience, BTreeSet<UserId>> = BTreeMap::new();
            for (call, told) in calls.iter().zip(&told) {
                let pinged: BTreeSet<UserId> = told.iter().flat_map(|one| &call.to[one]).copied().collect();
                for user in pinged {
                    *tally.entry(user).or_default() += 1;
                }
                for (audience, people) in call.to.iter().filter(|(audience, _)| !told.contains(*audience)) {
                    digests.entry(audience.clone()).or_default().extend(people);
                }
            }
            for people in digests.values() {
                mentioned(people, &mut tally, limit);
            }
            prop_assert!(tally.values().all(|pings| *pings <= limit), "{tally:?}");
            // Where there is room for all, there is no digest.
            let all: Tally = calls.iter().flat_map(|call| {
                call.to.values().flatten().copied().collect::<BTreeSet<_>>()
            }).fold(Tally::new(), |mut all, user| { *all.entry(user).or_default() += 1; all });
            prop_assert!(!digests.is_empty() || calls.iter().zip(&told).all(|(call, told)| call.to.len() == told.len()));
            prop_assert!(digests.is_empty() || all.values().any(|pings| *pings > limit));
        }
    }
}
