//! Effects as earlier releases put them out: what waits in the outbox during an update keeps its meaning.

use super::{Answer, Effect, TaskReminder};
use crate::domain::escalation::EscalationRung;
use crate::domain::ids::UnitCode;
use crate::domain::note::TaskNote;
use chrono::NaiveDate;
use serde::Deserialize;

/// Taking note of lateness was an effect and an answer of its own before it was a note, and so was the reminder of a part.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Earlier {
    Acknowledged { task: String, by: u64, rung: EscalationRung, until: NaiveDate },
    PartReminder { task: String, unit: UnitCode },
    Reply { interaction: u64, answer: EarlierAnswer },
}

#[derive(Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum EarlierAnswer {
    Acknowledged { task: String, until: NaiveDate },
}

/// An effect that this release writes in another way; `None` when it is none of an earlier release either.
pub(super) fn read(json: &str) -> Option<Effect> {
    let noted = |rung, until| TaskNote::Acknowledged { unit: None, rung, until };
    Some(match serde_json::from_str(json).ok()? {
        Earlier::Acknowledged { task, by, rung, until } => {
            Effect::TaskNote { task, by, note: noted(rung, until) }
        }
        Earlier::PartReminder { task, unit } => {
            let reminder = TaskReminder { part: Some(unit), ..TaskReminder::default() };
            Effect::TaskReminder { task, reminder }
        }
        Earlier::Reply { interaction, answer: EarlierAnswer::Acknowledged { task, until } } => {
            // The answer says nothing of the rung.
            let notes = vec![noted(EscalationRung::FocalPoint, until)];
            Effect::Reply { interaction, answer: Answer::TaskChanged { task, notes } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_since_an_earlier_release_keeps_its_meaning() {
        let until = "2023-03-29".parse().unwrap();
        let note = TaskNote::Acknowledged { unit: None, rung: EscalationRung::Head, until };
        let line = r#"{"kind":"acknowledged","task":"t1","by":7,"rung":"head","until":"2023-03-29"}"#;
        assert_eq!(Effect::read(line).unwrap(), Effect::TaskNote { task: "t1".into(), by: 7, note });
        let reply = r#"{"kind":"reply","interaction":9,"answer":{"outcome":"acknowledged","task":"t1","until":"2023-03-29"}}"#;
        let Effect::Reply { interaction: 9, answer: Answer::TaskChanged { task, notes } } =
            Effect::read(reply).unwrap()
        else {
            panic!("another effect");
        };
        let [TaskNote::Acknowledged { until: told, .. }] = notes.as_slice() else { panic!("{notes:?}") };
        assert_eq!((task.as_str(), *told), ("t1", until));
        let part = r#"{"kind":"part_reminder","task":"t1","unit":"TKG"}"#;
        let Effect::TaskReminder { reminder, .. } = Effect::read(part).unwrap() else {
            panic!("another effect")
        };
        assert_eq!(reminder, TaskReminder { part: Some("TKG".into()), ..TaskReminder::default() });
        assert!(Effect::read(r#"{"kind":"nothing"}"#).is_err());
    }
}
