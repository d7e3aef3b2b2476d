//! What should happen, minute by minute, by somebody who knows nothing of ladders: the days of a task and of its parts are gone
//! through, and each minute is asked whether anybody should be reminded now.

use super::world::{Event, Plan, after, between, clock, holders, works};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use liaison::domain::task::Urgency;
use std::collections::{BTreeMap, BTreeSet};

/// What is expected of one moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    pub(super) at: NaiveDateTime,
    /// Whose part it is about; none when it is about the task.
    pub(super) part: Option<String>,
    pub(super) units: BTreeSet<String>,
    /// To whom lateness is taken up.
    pub(super) climbed: Option<usize>,
    pub(super) flash: bool,
}

/// All that is expected of a task.
#[derive(Default)]
pub(super) struct Year {
    pub(super) reminders: Vec<Expected>,
    /// What stands in digests: what, whose digest, on which day.
    pub(super) standing: BTreeSet<(&'static str, String, NaiveDate)>,
    /// The parts that are late, by unit and deadline.
    pub(super) late_parts: BTreeSet<(String, NaiveDate)>,
}

/// A ladder of escalation: how many of its five rungs are behind it, on which day the last, and until when it is held.
#[derive(Default)]
struct Ladder {
    rungs: usize,
    climbed: Option<NaiveDate>,
    held: Option<NaiveDate>,
}

impl Ladder {
    /// Climbs with the first reminder of a day that comes in office hours, to the next rung below `top` that somebody holds.
    fn climb(&mut self, now: NaiveDateTime, top: usize, unit: &str) -> Option<usize> {
        let today = now.date();
        let may = office_hours(now)
            && self.climbed.is_none_or(|climbed| climbed < today)
            && self.held.is_none_or(|held| held < today);
        let rung = (self.rungs..top).find(|rung| may && !holders(*rung, unit).is_empty())?;
        (self.rungs, self.climbed, self.held) = (rung + 1, Some(today), None);
        Some(rung)
    }
}

/// A part with a deadline of its own.
struct Part {
    unit: &'static str,
    due: NaiveDate,
    ladder: Ladder,
}

/// How a task stands while its days are gone through.
struct Stands<'a> {
    plan: &'a Plan,
    given: NaiveDateTime,
    open: bool,
    due: NaiveDate,
    lead: &'static str,
    support: BTreeSet<&'static str>,
    /// The units that have not confirmed receipt, with the day since when they should.
    unreceived: BTreeMap<&'static str, NaiveDate>,
    blocked: bool,
    /// Since when a new deadline waits for its decision.
    asked: Option<NaiveDate>,
    finished: Option<NaiveDate>,
    accepted: bool,
    ladder: Ladder,
    part: Option<Part>,
    supporters_told: Option<NaiveDate>,
}

fn office_hours(now: NaiveDateTime) -> bool {
    let time = now.time();
    works(now.date()) && (clock(8, 0)..clock(12, 0)).contains(&time)
        || works(now.date()) && (clock(13, 0)..clock(17, 0)).contains(&time)
}

impl Stands<'_> {
    /// Whether a unit is to confirm receipt. A lead that has said something has seen the task.
    fn awaits(&self, unit: &str) -> bool {
        let at_work = unit == self.lead && (self.blocked || self.asked.is_some());
        self.unreceived.contains_key(unit) && !at_work
    }

    fn happens(&mut self, event: &Event, today: NaiveDate) {
        match event {
            Event::Given => {}
            Event::Received => drop(self.unreceived.remove(self.lead)),
            Event::SupportReceived(unit) => drop(self.unreceived.remove(unit)),
            Event::Blocked => self.blocked = true,
            Event::AskedExtension(_) => self.asked = Some(today),
            Event::Extended(due) => {
                (self.asked, self.due, self.ladder) = (None, *due, Ladder::default());
            }
            Event::Reassigned(lead) => {
                // What the former lead asked for, or was kept by, lapses with it.
                self.unreceived.remove(self.lead);
                self.unreceived.insert(lead, today);
                (self.lead, self.blocked, self.asked, self.ladder) = (lead, false, None, Ladder::default());
                self.support.remove(lead);
                self.part.take_if(|part| part.unit == *lead);
            }
            Event::Acknowledged => self.ladder.held = Some(after(today, 2)),
            Event::PartDue(unit, due) => {
                self.part = Some(Part { unit, due: *due, ladder: Ladder::default() });
            }
            Event::PartAcknowledged(_) => {
                self.part.iter_mut().for_each(|part| part.ladder.held = Some(after(today, 2)));
            }
            Event::PartSent(unit) => {
                // Nothing is owed any more, a receipt neither.
                self.part = None;
                self.support.remove(unit);
                self.unreceived.remove(unit);
            }
            Event::Finished => (self.open, self.finished) = (false, Some(today)),
            Event::Accepted => self.accepted = true,
        }
    }

    /// Whether the task is to be reminded of at this very minute.
    fn should_remind(&self, now: NaiveDateTime) -> bool {
        let (day, time, open) = (now.date(), now.time(), office_hours(now));
        let morning = open && time == clock(8, 30);
        let left = -between(self.due, day);
        let overdue = morning && day > self.due;
        match self.plan.urgency {
            Urgency::Normal => morning && matches!(left, 3 | 1 | 0) || overdue,
            Urgency::Urgent => {
                morning && matches!(left, 1 | 0)
                    || overdue
                    || day == self.due && time == clock(13, 0)
                    || self.asks_receipt(now)
            }
            Urgency::VeryUrgent => {
                open && [clock(8, 30), clock(10, 30), clock(14, 30), clock(16, 30)].contains(&time)
            }
            // From giving until the lead has it, and then by the hours of the office.
            Urgency::Flash if self.awaits(self.lead) => (now - self.given).num_minutes() % 60 == 0,
            Urgency::Flash => open && time.minute() == 0,
        }
    }

    /// Whether an urgent task is asked for its receipt in this morning.
    fn asks_receipt(&self, now: NaiveDateTime) -> bool {
        let anybody = self.units().any(|unit| self.awaits(unit));
        office_hours(now) && now.time() == clock(8, 30) && now.date() > self.given.date() && anybody
    }

    fn units(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.lead).chain(self.support.iter().copied())
    }

    /// Whether the part of this unit is late, so that it is reminded by itself.
    fn is_late(&self, unit: &str, now: NaiveDateTime) -> bool {
        self.part.as_ref().is_some_and(|part| part.unit == unit && part.due.and_time(clock(17, 0)) < now)
    }

    /// The units that a reminder of the task tells.
    fn reminded(&self, now: NaiveDateTime) -> BTreeSet<&'static str> {
        let due_day = now.date() == self.due && self.supporters_told != Some(self.due);
        let left = -between(self.due, now.date());
        let only_receipt =
            self.plan.urgency == Urgency::Urgent && now.time() == clock(8, 30) && left > 0 && left != 1;
        let urgent = self.plan.urgency != Urgency::Normal;
        let lead = Some(self.lead).filter(|lead| !only_receipt || self.awaits(lead));
        let beside = self
            .support
            .iter()
            .copied()
            .filter(|unit| (due_day || urgent && self.awaits(unit)) && !self.is_late(unit, now));
        lead.into_iter().chain(beside).collect()
    }

    /// The reminder of the task at this minute.
    fn of_task(&mut self, now: NaiveDateTime) -> Option<Expected> {
        if !self.should_remind(now) {
            return None;
        }
        let units = self.reminded(now);
        if now.date() == self.due {
            self.supporters_told = Some(self.due);
        }
        let climbs = now.date() > self.due && !self.blocked && self.asked.is_none();
        let climbed = if climbs { self.ladder.climb(now, 5, self.lead) } else { None };
        let units = units.into_iter().map(ToOwned::to_owned).collect();
        Some(Expected { at: now, part: None, units, climbed, flash: self.plan.urgency == Urgency::Flash })
    }

    /// The reminder of its part: as of a normal task, but that the task speaks for it on the day on which both are due.
    fn of_part(&mut self, now: NaiveDateTime) -> Option<Expected> {
        let (day, due, waits) = (now.date(), self.due, self.blocked || self.asked.is_some());
        let part = self.part.as_mut()?;
        let morning = office_hours(now) && now.time() == clock(8, 30);
        let left = -between(part.due, day);
        if !morning || !(matches!(left, 3 | 1 | 0) || day > part.due) || day == part.due && day == due {
            return None;
        }
        // Of a part the leadership does not hear.
        let climbs = day > part.due && !waits;
        let climbed = if climbs { part.ladder.climb(now, 4, part.unit) } else { None };
        let unit = part.unit.to_owned();
        Some(Expected {
            at: now,
            part: Some(unit.clone()),
            units: BTreeSet::from([unit]),
            climbed,
            flash: false,
        })
    }

    /// What stands in the digests of this morning.
    fn in_digests(&self, now: NaiveDateTime) -> Vec<(&'static str, String)> {
        let (day, mut told) = (now.date(), Vec::new());
        let coordinators = || "coordinators".to_owned();
        if self.open && self.plan.urgency == Urgency::Normal {
            // Whom the task's own reminder tells on this day hears of it there.
            let morning = day.and_time(clock(8, 30));
            let reminded = if self.should_remind(morning) { self.reminded(morning) } else { BTreeSet::new() };
            let asked = self.units().filter(|unit| self.awaits(unit) && !reminded.contains(unit));
            let asked = asked.filter(|unit| day >= after(self.unreceived[unit], 2));
            told.extend(asked.map(|unit| ("receipt", format!("unit:{unit}"))));
        }
        if self.open && self.asked.is_some_and(|asked| asked < day) {
            told.push(("extension", coordinators()));
        }
        if self.finished.is_some_and(|finished| finished < day) {
            told.push(("result", coordinators()));
        }
        told
    }
}

/// Goes through the days of a task minute by minute, until its result is accepted.
pub(super) fn expects(plan: &Plan) -> Year {
    let given = plan.events[0].0;
    let support: BTreeSet<&str> = plan.support.iter().copied().filter(|unit| *unit != plan.lead).collect();
    let units = support.iter().copied().chain([plan.lead]);
    let mut stands = Stands {
        plan,
        given,
        open: true,
        due: plan.due,
        lead: plan.lead,
        unreceived: units.map(|unit| (unit, given.date())).collect(),
        support,
        blocked: false,
        asked: None,
        finished: None,
        accepted: false,
        ladder: Ladder::default(),
        part: None,
        supporters_told: None,
    };
    let mut events = plan.events.iter().skip(1).peekable();
    let (mut now, mut year) = (given, Year::default());
    while !stands.accepted {
        now += TimeDelta::minutes(1);
        while let Some((at, event)) = events.next_if(|(at, _)| *at <= now) {
            stands.happens(event, at.date());
        }
        if plan.urgency != Urgency::Flash && !now.minute().is_multiple_of(30) {
            continue;
        }
        if works(now.date()) && now.time() == clock(8, 0) {
            let told = stands.in_digests(now).into_iter();
            year.standing.extend(told.map(|(what, audience)| (what, audience, now.date())));
        }
        if stands.open {
            year.reminders.extend(stands.of_task(now));
            let of_part = stands.of_part(now);
            let late = stands.part.as_ref().filter(|part| of_part.is_some() && now.date() > part.due);
            year.late_parts.extend(late.map(|part| (part.unit.to_owned(), part.due)));
            year.reminders.extend(of_part);
        }
    }
    year
}
