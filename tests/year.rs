//! The year 2023 replayed with 500 tasks: who is reminded when, held against an oracle that knows nothing of the ladder.
//!
//! The oracle goes through the year minute by minute and asks of each task, and of each part with a deadline of its own, whether
//! somebody should be reminded of it now, with its own list of the days off.

mod oracle;
mod out;
mod play;
mod world;

use crate::databases::{Database, postgres, sqlite};
use chrono::NaiveDate;
use oracle::{Expected, expects};
use out::{Out, Put};
use play::{Replay, play};
use std::collections::{BTreeMap, BTreeSet};
use world::{audience_people, clock, people, works};

/// Pings for a person and day.
const LIMIT: u32 = 6;
/// What stands in digests until somebody does it.
const STANDING: [&str; 3] = ["receipt", "extension", "result"];

/// What the year had of everything, so that nothing is tested by its absence.
#[derive(Debug, Default)]
struct Seen {
    reminders: usize,
    supporters: usize,
    told_later: usize,
    climbed: usize,
    nights: usize,
    of_parts: usize,
    parts_climbed: usize,
    late_parts: usize,
    standing: BTreeMap<&'static str, usize>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_year_2023_is_reminded_of_as_the_oracle_says() {
    let databases = [Some(sqlite().await), postgres().await];
    let replays: Vec<_> = databases.into_iter().flatten().map(|one| tokio::spawn(replayed(one))).collect();
    for replay in replays {
        replay.await.unwrap();
    }
}

/// Replays the year on a database, and holds it against the oracle.
async fn replayed(database: Database) {
    let mut year = Replay::on(&database).await;
    let played = play(&mut year).await;
    let mut out = Out::read(&mut year.connection).await;
    let mut pings: BTreeMap<(u64, NaiveDate), u32> = BTreeMap::new();
    let mut seen = Seen::default();
    for (id, plan) in &played {
        let expected = expects(plan);
        for one in &expected.reminders {
            held_against(&mut out, id, one, &mut pings, &mut seen);
        }
        standing_held_against(&mut out, id, &expected.standing, &mut seen);
        let noted = out.late_parts.iter().filter(|(task, ..)| task == id);
        let noted: Vec<(String, NaiveDate)> = noted.map(|(_, unit, due)| (unit.clone(), *due)).collect();
        assert_eq!(noted, expected.late_parts.into_iter().collect::<Vec<_>>(), "{id}: late once");
        seen.late_parts += noted.len();
    }
    assert!(out.reminders.is_empty(), "nobody expected these: {:#?}", out.reminders);
    assert!(out.climbed.is_empty(), "nobody expected these: {:#?}", out.climbed);
    for ((audience, day), unpinged) in &out.digests {
        assert!(works(*day), "a digest on a day off: {day}");
        let told = out
            .kept
            .iter()
            .any(|((_, _, one), kept)| one == audience && kept.as_deref() == Some(day.to_string().as_str()));
        assert!(told, "an empty digest for {audience} on {day}");
        for user in audience_people(audience).difference(unpinged) {
            *pings.entry((*user, *day)).or_default() += 1;
        }
    }
    let most = pings.values().max().copied().unwrap_or_default();
    assert!(most <= LIMIT, "somebody was pinged {most} times in a day");
    let counted: BTreeMap<(u64, NaiveDate), u32> =
        out.counted.iter().map(|((user, day), n)| ((*user, day.parse().unwrap()), *n as u32)).collect();
    assert_eq!(counted, pings, "what is counted is what was pinged");
    // The year had all of it: reminders, supporters, days on which there was no room, steps up the ladder, nights, parts.
    let Seen {
        reminders, supporters, told_later, climbed, nights, of_parts, parts_climbed, late_parts, ..
    } = seen;
    assert!(
        reminders > 1_500 && supporters > 300 && told_later > 100 && climbed > 100 && nights > 20,
        "{seen:?}"
    );
    assert!(of_parts > 100 && parts_climbed > 30 && late_parts > 20, "{seen:?}");
    assert!(STANDING.iter().all(|what| seen.standing.get(what).is_some_and(|n| *n > 20)), "{seen:?}");
    assert!(out.digests.len() > 30, "{}", out.digests.len());
}

/// Holds what should stand in the digests of a task's mornings against what was kept for them.
fn standing_held_against(
    out: &mut Out,
    id: &str,
    expected: &BTreeSet<(&'static str, String, NaiveDate)>,
    seen: &mut Seen,
) {
    let mut kept = BTreeSet::new();
    for ((task, rung, audience), day) in &out.kept {
        let Some((what, on)) = rung.split_once(':').filter(|_| task == id) else { continue };
        let Some(what) = STANDING.into_iter().find(|one| *one == what) else { continue };
        // Those of the ladder name the deadline too.
        if let Ok(on) = on.parse::<NaiveDate>() {
            assert_eq!(day.as_deref(), Some(on.to_string().as_str()), "{id} {rung}: told in that morning");
            assert!(
                out.digests.contains_key(&(audience.clone(), on)),
                "{id} {rung}: no digest for {audience}"
            );
            kept.insert((what, audience.clone(), on));
            *seen.standing.entry(what).or_default() += 1;
        }
    }
    assert_eq!(kept, *expected, "{id}");
}

/// Holds one expected reminder against what was put out: it is there once, on a day on which people work, and everybody whom
/// it concerns is either pinged by it or hears of it in a digest.
fn held_against(
    out: &mut Out,
    id: &str,
    expected: &Expected,
    pings: &mut BTreeMap<(u64, NaiveDate), u32>,
    seen: &mut Seen,
) {
    let day = expected.at.date();
    let when = (id.to_owned(), expected.part.clone(), expected.at);
    let Some(Put { withheld, holders: told_holders, rung }) = out.reminders.remove(&when) else {
        panic!("missing: {id} {expected:?}");
    };
    assert!(works(day) || expected.flash, "on a day off: {id} {expected:?}");
    const RUNGS: [&str; 5] = ["focal_point", "deputy", "head", "coordinator", "leadership"];
    let climbed = expected.climbed.map(|climbed| RUNGS[climbed].to_owned());
    if let Some(climbed) = &climbed {
        assert_eq!(out.climbed.remove(&when).as_ref(), Some(climbed), "{id} {expected:?}");
    }
    let lead_climbs = expected.climbed.is_some_and(|rung| rung < 3);
    let mut pinged: BTreeSet<u64> = BTreeSet::new();
    for unit in &expected.units {
        let kept = out.kept.get(&(id.to_owned(), rung.clone(), format!("unit:{unit}")));
        if withheld.contains(unit) {
            assert!(kept.is_some(), "{unit} is told nowhere: {id} {expected:?}");
            seen.told_later += 1;
        } else {
            assert!(kept.is_none(), "{unit} is told twice: {id} {expected:?}");
            pinged.extend(people(unit));
        }
    }
    if let Some(climbed) = expected.climbed {
        let lead_told = !told_holders.is_empty();
        if lead_told {
            pinged.extend(&told_holders);
        } else {
            let kept =
                |audience: &str| out.kept.contains_key(&(id.to_owned(), rung.clone(), audience.to_owned()));
            let told = match climbed {
                3 => kept("coordinators"),
                4 => kept("leadership"),
                _ => expected.units.iter().any(|unit| kept(&format!("unit:{unit}"))),
            };
            assert!(told || lead_climbs, "nobody hears of the lateness: {id} {expected:?}");
        }
        seen.climbed += 1;
    }
    if !expected.flash {
        for user in pinged {
            *pings.entry((user, day)).or_default() += 1;
        }
    }
    seen.reminders += 1;
    seen.supporters += usize::from(expected.units.len() > 1);
    seen.of_parts += usize::from(expected.part.is_some());
    seen.parts_climbed += usize::from(expected.part.is_some() && expected.climbed.is_some());
    seen.nights +=
        usize::from(!works(day) || expected.at.time() < clock(8, 0) || expected.at.time() >= clock(17, 0));
}
