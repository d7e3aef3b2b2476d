//! What the bot put out in the year.

use super::world::{UNITS, clock, local};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use liaison::domain::effect::Effect;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A task, whose part of it, and a minute.
pub(super) type When = (String, Option<String>, NaiveDateTime);

/// A reminder that was put out.
#[derive(Debug)]
pub(super) struct Put {
    /// The units that hear of it in a digest.
    pub(super) withheld: BTreeSet<String>,
    /// To whom lateness is taken up.
    pub(super) holders: BTreeSet<u64>,
    /// Which rung of its ladder it is.
    pub(super) rung: String,
}

/// What the bot put out.
#[derive(Default)]
pub(super) struct Out {
    pub(super) reminders: BTreeMap<When, Put>,
    /// By audience and day: whom a digest pings not.
    pub(super) digests: BTreeMap<(String, NaiveDate), BTreeSet<u64>>,
    /// By task, rung and audience: the day of the digest, none while it waits.
    pub(super) kept: BTreeMap<(String, String, String), Option<String>>,
    /// By person and day.
    pub(super) counted: BTreeMap<(u64, String), i64>,
    /// To which rung lateness was taken up.
    pub(super) climbed: BTreeMap<When, String>,
    /// The parts that were noted as late: task, unit and deadline.
    pub(super) late_parts: Vec<(String, String, NaiveDate)>,
}

impl Out {
    pub(super) async fn read(connection: &mut AnyConnection) -> Self {
        let mut out = Self::default();
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT key, effect, created_at FROM outbox ORDER BY id")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        for (key, effect, created) in rows {
            let at = local(DateTime::from_timestamp_millis(created).unwrap());
            let rung = key.split_once(":remind:").map(|(_, rung)| rung.to_owned());
            match (serde_json::from_str(&effect).unwrap(), rung) {
                (Effect::TaskReminder { task, reminder }, Some(rung)) => {
                    assert!(!reminder.late && reminder.missed == 0, "{key}");
                    let withheld = reminder.withheld.iter().map(ToString::to_string).collect();
                    let holders: BTreeSet<u64> = reminder
                        .climbed
                        .iter()
                        .flat_map(|climbed| &climbed.holders)
                        .map(|user| user.0)
                        .collect();
                    let said = Put { withheld, holders, rung };
                    assert!(
                        out.reminders.insert((task, part_of(&said.rung), at), said).is_none(),
                        "doubled: {key}"
                    );
                }
                // Everybody hears of it in a digest; only the card changes.
                (Effect::TaskRefresh { task, .. }, Some(rung)) => {
                    let withheld = UNITS.map(|(unit, _)| unit.to_owned()).into();
                    let said = Put { withheld, holders: BTreeSet::new(), rung };
                    assert!(
                        out.reminders.insert((task, part_of(&said.rung), at), said).is_none(),
                        "doubled: {key}"
                    );
                }
                (Effect::Digest { audience, day, unpinged }, _) => {
                    let unpinged = unpinged.into_iter().collect();
                    assert!(out.digests.insert((audience, day), unpinged).is_none(), "doubled: {key}");
                    assert_eq!(at, day.and_time(clock(8, 0)), "digests come at eight");
                }
                _ => {}
            }
        }
        let kept: Vec<(String, String, String, Option<String>)> =
            sqlx::query_as("SELECT task_id, rung, audience, day FROM digest_item")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        out.kept =
            kept.into_iter().map(|(task, rung, audience, day)| ((task, rung, audience), day)).collect();
        let counted: Vec<(i64, String, i64)> = sqlx::query_as("SELECT user_id, day, pings FROM ping_count")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        out.counted = counted.into_iter().map(|(user, day, pings)| ((user as u64, day), pings)).collect();
        let noted: Vec<(String, i64, String)> = sqlx::query_as(
            "SELECT subject, at, detail FROM audit WHERE action IN ('task.escalate', 'task.part.late')",
        )
        .fetch_all(&mut *connection)
        .await
        .unwrap();
        for (subject, at, detail) in noted {
            let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
            let at = local(DateTime::from_timestamp_millis(at).unwrap());
            let task = subject.strip_prefix("task:").unwrap().to_owned();
            let unit = detail["unit"].as_str().map(ToOwned::to_owned);
            if let Some(rung) = detail["to"].as_str() {
                assert!(out.climbed.insert((task, unit, at), rung.to_owned()).is_none(), "two rungs at once");
            } else {
                let due: DateTime<chrono::Utc> = detail["due"].as_str().unwrap().parse().unwrap();
                out.late_parts.push((task, unit.unwrap(), local(due).date()));
            }
        }
        out
    }
}

/// Whose part a rung is of.
fn part_of(rung: &str) -> Option<String> {
    rung.strip_prefix("part:")?.split(':').next().map(ToOwned::to_owned)
}
