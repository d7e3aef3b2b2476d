//! Who would be reminded when, without reminding: by the very functions that remind.

use super::call::{Called, part_of};
use super::duty::Duty;
use crate::domain::actor::{Actor, Tier};
use crate::domain::digest::{Audience, Tally, allot, with_room};
use crate::domain::escalation::EscalationRung;
use crate::domain::ids::UnitCode;
use crate::domain::refusal::Refusal;
use crate::domain::reminding::ReminderRefusal;
use crate::domain::rights::Authority;
use crate::domain::task::Task;
use crate::service::{Office, Outcome};
use crate::store::digest::DigestItem;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The longest period that is foretold, in days.
const DAYS_MAX: i64 = 62;
/// The period when none is named: two weeks from today.
const DAYS_USUAL: u64 = 13;

/// What would happen in a period, if nothing changed.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// Every day of it, those off included.
    pub days: Vec<ForetoldDay>,
}

/// One day of it.
#[derive(Clone, Debug)]
pub struct ForetoldDay {
    /// Which.
    pub date: NaiveDate,
    /// The reminders that would go out by themselves, in order.
    pub pings: Vec<Foretold>,
    /// The digests, with how many things each would tell: a task, or a part of it, once.
    pub digests: BTreeMap<Audience, usize>,
}

/// One reminder of it.
#[derive(Clone, Debug)]
pub struct Foretold {
    /// When.
    pub at: DateTime<Utc>,
    /// Of which task.
    pub task: Task,
    /// Of whose part of it; none when it is of the task.
    pub part: Option<UnitCode>,
    /// By when it is due.
    pub due: DateTime<Utc>,
    /// The units that would be pinged.
    pub units: Vec<UnitCode>,
    /// To whom the lateness would be taken up.
    pub climbed: Option<EscalationRung>,
}

impl Office {
    /// What would be reminded of between two days, both included; of the tasks that `unit` has a part in, if one is named, and
    /// that the person may see. Who works here may ask: officers and above.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn simulate_reminders(
        &self,
        actor: &Actor,
        from: Option<&str>,
        until: Option<&str>,
        unit: Option<&str>,
    ) -> Outcome<Result<Simulation, Refusal>> {
        if !actor.is_at_least(Tier::Officer) {
            let who = vec![Authority::AtLeast { tier: Tier::Officer }];
            return Ok(Err(Refusal::NotAllowed { who }));
        }
        let now = self.clock.now();
        let (unit, from, until) = match self.period(from, until, unit, now) {
            Ok(period) => period,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut seen = BTreeSet::new();
        let mut days = self.foretell(actor, now, until).await?;
        days.retain(|day| day.date >= from);
        for id in
            days.iter().flat_map(|day| &day.pings).map(|ping| ping.task.id.clone()).collect::<BTreeSet<_>>()
        {
            if self.task_shown(actor, &id).await?.is_ok() {
                seen.insert(id);
            }
        }
        for day in &mut days {
            day.pings.retain(|ping| seen.contains(&ping.task.id));
            if let Some(unit) = &unit {
                day.pings.retain(|ping| ping.task.part_of(unit).is_some());
                day.digests.retain(|audience, _| *audience == Audience::Unit(unit.clone()));
            }
        }
        Ok(Ok(Simulation { from, until, days }))
    }

    fn period(
        &self,
        from: Option<&str>,
        until: Option<&str>,
        unit: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Option<UnitCode>, NaiveDate, NaiveDate), Refusal> {
        let unit = unit.map(|text| self.unit_named(text)).transpose()?;
        let today = self.calendar.local_date(now);
        let day = |text: Option<&str>| {
            text.map(|text| self.moment_named(text, now).map(|when| when.date)).transpose()
        };
        let from = day(from)?.unwrap_or(today);
        let until = day(until)?.unwrap_or_else(|| from + Days::new(DAYS_USUAL));
        if until < from {
            return Err(Refusal::PeriodReversed);
        }
        if until < today {
            return Err(Refusal::InThePast);
        }
        if (until - from).num_days() > DAYS_MAX {
            return Err(Refusal::Reminders { no: ReminderRefusal::TooLong { days: DAYS_MAX } });
        }
        Ok((unit, from.max(today), until))
    }

    /// All days from today up to and with `until`.
    async fn foretell(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        until: NaiveDate,
    ) -> Outcome<Vec<ForetoldDay>> {
        let guild = actor.guild;
        let people = self.people_reminded(guild, now).await?;
        let limit = self.reminder_rules(guild, None).await?.limit;
        let today = self.calendar.local_date(now);
        let end = self.calendar.at(until + Days::new(1), NaiveTime::MIN) - chrono::TimeDelta::milliseconds(1);
        let mut all: BTreeMap<NaiveDate, Vec<(Duty, Called)>> = BTreeMap::new();
        for (duty, called) in self.reminders_ahead(guild, now, end, &people).await? {
            all.entry(self.calendar.local_date(called.call.at)).or_default().push((duty, called));
        }
        // Today is planned already, once the office has opened: what is kept for a digest was told there.
        let planned_today = now > self.calendar.at(today, self.calendar.opening());
        let kept = self.store.kept_on(guild, today).await?;
        let mut waiting = self.store.waiting_for_digest(guild).await?;
        let standing = self.standing(guild, &people).await?;
        let mut days = Vec::new();
        for date in today.iter_days().take_while(|date| *date <= until) {
            let mut of_day = all.remove(&date).unwrap_or_default();
            of_day.sort_by(|(a, first), (b, second)| {
                (first.call.at, &a.task.code, &a.part).cmp(&(second.call.at, &b.task.code, &b.part))
            });
            let mut tally =
                if date == today { self.store.pings_of(guild, today).await? } else { Tally::new() };
            let mut digests: BTreeMap<Audience, BTreeSet<(String, Option<UnitCode>)>> = BTreeMap::new();
            let told = if self.calendar.is_working(date) && !(date == today && planned_today) {
                let calls: Vec<_> = of_day.iter().map(|(_, called)| called.call.clone()).collect();
                for item in waiting.drain(..) {
                    digests.entry(item.audience).or_default().insert((item.task, part_of(&item.rung)));
                }
                for one in standing.iter().filter(|one| one.is_told_on(date, &of_day)) {
                    digests.entry(one.audience.clone()).or_default().insert((one.task.id.clone(), None));
                }
                let mut sure = BTreeMap::new();
                for audience in digests.keys() {
                    sure.insert(audience.clone(), self.members(guild, audience, now, &people).await?);
                }
                let told = allot(&calls, &tally, limit, &sure);
                for ((duty, called), told) in of_day.iter().zip(&told) {
                    for audience in called.call.to.keys().filter(|audience| !told.contains(*audience)) {
                        let what = (duty.task.id.clone(), duty.part.clone());
                        digests.entry(audience.clone()).or_default().insert(what);
                    }
                }
                told
            } else {
                let mut told = Vec::new();
                for (duty, called) in &of_day {
                    let mut call = called.call.clone();
                    let rung = called.key();
                    let is_kept = |audience: &Audience| {
                        kept.iter().any(|item| {
                            item.task == duty.task.id && item.rung == rung && item.audience == *audience
                        })
                    };
                    call.to.retain(|audience, _| !is_kept(audience));
                    let room = with_room(&call, &mut tally, limit);
                    waiting.extend(call.to.keys().filter(|audience| !room.contains(*audience)).map(
                        |audience| {
                            let (audience, task, rung) =
                                (audience.clone(), duty.task.id.clone(), rung.clone());
                            DigestItem { audience, task, rung, rank: call.rank }
                        },
                    ));
                    told.push(room);
                }
                told
            };
            let digests = digests.into_iter().map(|(audience, told)| (audience, told.len())).collect();
            days.push(ForetoldDay { date, pings: pings(of_day, told), digests });
        }
        Ok(days)
    }
}

/// The reminders of a day that ping somebody.
fn pings(of_day: Vec<(Duty, Called)>, told: Vec<BTreeSet<Audience>>) -> Vec<Foretold> {
    let ping = |((duty, called), told): ((Duty, Called), BTreeSet<Audience>)| {
        let units = called.units().filter(|unit| told.contains(&Audience::Unit((*unit).clone())));
        let units = units.cloned().collect();
        let climbed_to = called.climbed_audience(&duty.task).filter(|audience| told.contains(audience));
        let climbed = called.climbed.filter(|_| climbed_to.is_some()).map(|climbed| climbed.rung);
        let Duty { task, part, due, .. } = duty;
        (!told.is_empty()).then_some(Foretold { at: called.call.at, task, part, due, units, climbed })
    };
    of_day.into_iter().zip(told).filter_map(ping).collect()
}
