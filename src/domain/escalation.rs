//! The ladder of those to whom a task's lateness is taken up: one rung each working day while nobody takes note of it.

use super::digest::Audience;
use super::ids::{UnitCode, UserId};
use super::task::coded;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// For how many working days the ladder stays where somebody took note.
pub const HOLD_DAYS: i64 = 2;

coded! {
    /// To whom lateness is taken up, the lowest first.
    EscalationRung {
        /// Đầu mối of the lead.
        FocalPoint = "focal_point",
        /// Its deputy head.
        Deputy = "deputy",
        /// Thủ trưởng đơn vị: its head.
        Head = "head",
        /// Điều phối.
        Coordinator = "coordinator",
        /// Lãnh đạo.
        Leadership = "leadership",
    }
}

impl EscalationRung {
    /// To whom the lateness of a supporter's part is taken up: those of its unit and the coordinators. Of what the leadership
    /// is to know the task itself speaks, once it is late.
    pub const OF_PART: &'static [Self] = &[Self::FocalPoint, Self::Deputy, Self::Head, Self::Coordinator];
}

/// How far one deadline was taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// To whom last.
    pub rung: EscalationRung,
    /// On which day.
    pub climbed_on: NaiveDate,
    /// Who took note of it, and when.
    pub acknowledged: Option<(UserId, DateTime<Utc>)>,
    /// Up to and with which day the ladder stays there.
    pub held_until: Option<NaiveDate>,
}

/// A step up the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climbed {
    /// To whom.
    pub rung: EscalationRung,
    /// The rungs below that nobody holds.
    pub passed: Vec<EscalationRung>,
    /// Who holds it, or stands in.
    pub holders: Vec<UserId>,
}

impl Climbed {
    /// In whose digest it is told when there is no room for a ping; `unit` is the one that is late.
    pub fn audience(&self, unit: Option<&UnitCode>) -> Audience {
        unit.map_or(Audience::Coordinators, |unit| Audience::of_rung(self.rung, unit))
    }
}

/// What keeps a ladder from climbing, beside that somebody took note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nothing.
    No,
    /// The lead waits for somebody else: for a decision about its deadline, or for help that it asked for. It is reminded all the
    /// same, because the deadline stands.
    LeadWaits,
}

/// Of the `rungs` those to try today, the lowest first: the first of them that somebody holds is told. Empty when the ladder
/// stays.
///
/// `overdue` is the count of working days since the deadline, `stands` where the ladder is for this deadline and unit.
pub fn rungs_to_climb(
    rungs: &'static [EscalationRung],
    overdue: u32,
    pause: Pause,
    stands: Option<&Escalation>,
    today: NaiveDate,
) -> &'static [EscalationRung] {
    if overdue == 0 || pause == Pause::LeadWaits {
        return &[];
    }
    let Some(stands) = stands else { return rungs };
    if stands.climbed_on >= today || stands.held_until.is_some_and(|until| until >= today) {
        return &[];
    }
    let above = rungs.iter().position(|rung| *rung == stands.rung).map_or(0, |at| at + 1);
    rungs.get(above..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::EscalationRung::{Coordinator, Deputy, FocalPoint, Head, Leadership};
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 3, n).unwrap()
    }

    fn at(rung: EscalationRung, on: u32, held: Option<u32>) -> Escalation {
        Escalation { rung, climbed_on: day(on), acknowledged: None, held_until: held.map(day) }
    }

    #[test]
    fn one_rung_a_day_up_to_the_top() {
        assert_eq!(rungs_to_climb(EscalationRung::ALL, 0, Pause::No, None, day(27)), []);
        assert_eq!(rungs_to_climb(EscalationRung::ALL, 1, Pause::No, None, day(27)), EscalationRung::ALL);
        assert_eq!(
            rungs_to_climb(EscalationRung::ALL, 1, Pause::No, Some(&at(FocalPoint, 27, None)), day(27)),
            []
        );
        assert_eq!(
            rungs_to_climb(EscalationRung::ALL, 2, Pause::No, Some(&at(FocalPoint, 27, None)), day(28)),
            [Deputy, Head, Coordinator, Leadership]
        );
        assert_eq!(
            rungs_to_climb(EscalationRung::ALL, 5, Pause::No, Some(&at(Coordinator, 30, None)), day(31)),
            [Leadership]
        );
        assert_eq!(
            rungs_to_climb(EscalationRung::ALL, 9, Pause::No, Some(&at(Leadership, 30, None)), day(31)),
            []
        );
    }

    #[test]
    fn it_stays_while_somebody_took_note_and_while_the_lead_waits() {
        let held = at(Head, 27, Some(29));
        assert_eq!(rungs_to_climb(EscalationRung::ALL, 3, Pause::No, Some(&held), day(29)), []);
        assert_eq!(
            rungs_to_climb(EscalationRung::ALL, 4, Pause::No, Some(&held), day(30)),
            [Coordinator, Leadership]
        );
        assert_eq!(rungs_to_climb(EscalationRung::ALL, 4, Pause::LeadWaits, Some(&held), day(30)), []);
        assert_eq!(rungs_to_climb(EscalationRung::ALL, 4, Pause::LeadWaits, None, day(30)), []);
    }

    #[test]
    fn the_leadership_is_not_troubled_with_a_part() {
        let stands = at(Head, 27, None);
        assert_eq!(
            rungs_to_climb(EscalationRung::OF_PART, 2, Pause::No, Some(&stands), day(28)),
            [Coordinator]
        );
        let stands = at(Coordinator, 28, None);
        assert_eq!(rungs_to_climb(EscalationRung::OF_PART, 3, Pause::No, Some(&stands), day(29)), []);
    }
}
