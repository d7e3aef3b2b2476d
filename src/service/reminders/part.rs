//! A supporter's part that has a deadline of its own: its unit is reminded of it as a lead is of a task, until the part is sent.

use super::call::{Called, People};
use super::is_reminded;
use crate::domain::calendar::Calendar;
use crate::domain::deadline::{Decision, Ladder, Rules, Step};
use crate::domain::digest::{Audience, Call, Rank, with_room};
use crate::domain::effect::Effect;
use crate::domain::ids::UnitCode;
use crate::domain::task::{Task, TaskUnit, Urgency};
use crate::service::{Office, Outcome};
use crate::store::digest::DigestItem;
use crate::store::timer::Timer;
use crate::store::{StoreError, Tx};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// A part of an open task that is still to be sent and has a deadline of its own.
fn owed<'a>(task: &'a Task, unit: &UnitCode) -> Option<(&'a TaskUnit, DateTime<Utc>)> {
    let part = task.units.iter().find(|part| part.unit == *unit && part.done_at.is_none())?;
    is_reminded(task).then_some((part, part.due?))
}

impl Office {
    /// Has the part of `unit` looked at when its first rung is due.
    ///
    /// # Errors
    /// When the database refuses.
    pub(in crate::service) async fn watch_part(
        &self,
        tx: &mut Tx,
        task: &Task,
        unit: &UnitCode,
        due: DateTime<Utc>,
    ) -> Outcome<()> {
        let (now, rules) = (self.clock.now(), self.reminder_rules(task.guild, Some(unit)).await?);
        let ladder = Ladder {
            due,
            given: now,
            urgency: Urgency::Normal,
            received: true,
            rules: &rules,
            calendar: &self.calendar,
        };
        let subject = format!("part:{}:{unit}", task.id);
        tx.set_timer(&Timer { subject, guild: task.guild, due: ladder.next_rung(now).at, fired: now }).await
    }

    /// The part behind a timer (`<task>:<unit>`), with its ladder's rules; nothing when it needs no reminder any more.
    async fn part_behind(&self, named: &str) -> Outcome<Option<Part>> {
        let corrupt = || StoreError::Corrupt(format!("timer of part {named}"));
        let (id, unit) = named.split_once(':').ok_or_else(corrupt)?;
        let unit = UnitCode::from(unit);
        let Some(task) = self.store.task(id).await? else { return Ok(None) };
        let Some((given, due)) = owed(&task, &unit).map(|(part, due)| (part.since, due)) else {
            return Ok(None);
        };
        let rules = self.reminder_rules(task.guild, Some(&unit)).await?;
        Ok(Some(Part { task, unit, given, due, rules }))
    }

    /// Whom the reminder that was decided for `at` would ping. On its own day the task reminds all who support it.
    fn call_part(
        &self,
        part: &Part,
        at: DateTime<Utc>,
        decision: &Decision,
        people: &People,
    ) -> Option<Called> {
        let Decision::Ping { rung, missed, late, .. } = decision else { return None };
        if rung.date == self.calendar.working_day_from(self.calendar.local_date(part.task.due)) {
            return None;
        }
        let rank = match rung.step {
            Step::OnDay => Rank::Today,
            Step::Overdue(_) => Rank::Overdue,
            Step::Before(_) | Step::Hours(_) | Step::Pulse => Rank::Ahead,
        };
        let members = people.get(&part.unit).cloned().unwrap_or_default();
        let to = BTreeMap::from([(Audience::Unit(part.unit.clone()), members)]);
        let call = Call { rank, at, exempt: false, to };
        let (rung, missed, late) = (rung.clone(), *missed, *late);
        Some(Called {
            rung,
            part: Some(part.unit.clone()),
            missed,
            late,
            supporters: false,
            climbed: None,
            call,
        })
    }

    /// What the ladder of a part brings from the first of two moments up to and with the second, if nothing changes.
    pub(super) async fn parts_ahead(
        &self,
        named: &str,
        fired: DateTime<Utc>,
        (now, until): (DateTime<Utc>, DateTime<Utc>),
        people: &People,
    ) -> Outcome<Vec<(Task, Called)>> {
        let Some(part) = self.part_behind(named).await? else { return Ok(Vec::new()) };
        let decided = part.ladder(&self.calendar).ahead(fired, now, until);
        let called = decided.iter().filter_map(|(at, decision)| self.call_part(&part, *at, decision, people));
        Ok(called.map(|called| (part.task.clone(), called)).collect())
    }

    pub(super) async fn fire_part(&self, timer: &Timer, named: &str, now: DateTime<Utc>) -> Outcome<()> {
        let Some(part) = self.part_behind(named).await? else {
            let mut tx = self.store.begin().await?;
            tx.end_timer(timer).await?;
            return tx.commit().await;
        };
        let people = self.people_reminded(part.task.guild, now).await?;
        let decision = part.ladder(&self.calendar).decide(timer.fired, now);
        let mut tx = self.store.begin().await?;
        match &decision {
            Decision::Wait { until } => tx.move_timer(timer, *until, timer.fired).await?,
            Decision::Ping { next, .. } => {
                tx.move_timer(timer, *next, now).await?;
                if let Some(called) = self.call_part(&part, now, &decision, &people) {
                    self.say_part(&mut tx, &part, &called, now).await?;
                }
            }
        }
        tx.commit().await
    }

    /// Reminds the unit if there is room for it today, and leaves it to its digest otherwise.
    async fn say_part(&self, tx: &mut Tx, part: &Part, called: &Called, now: DateTime<Utc>) -> Outcome<()> {
        let (task, rung, today) = (&part.task, called.key(), self.calendar.local_date(now));
        let mut tally = tx.take_ping_turn(task.guild, today).await?;
        let audience = Audience::Unit(part.unit.clone());
        if tx.kept_for_digest(&task.id, &rung).await?.contains(&audience) {
            return Ok(());
        }
        if with_room(&called.call, &mut tally, part.rules.limit).is_empty() {
            let item = DigestItem { audience, task: task.id.clone(), rung, rank: called.call.rank };
            return tx.keep_for_digest(task.guild, &item, None, now).await;
        }
        let members = called.call.to.values().flatten().copied().collect();
        tx.count_pings(task.guild, today, &members).await?;
        let effect = Effect::PartReminder { task: task.id.clone(), unit: part.unit.clone() };
        let key = format!("task:{}:remind:{rung}", task.id);
        tx.put_out(task.guild, &task.subject(), &key, &effect, now).await
    }
}

/// A part that is reminded of.
struct Part {
    task: Task,
    unit: UnitCode,
    given: DateTime<Utc>,
    due: DateTime<Utc>,
    rules: Rules,
}

impl Part {
    fn ladder<'a>(&'a self, calendar: &'a Calendar) -> Ladder<'a> {
        let (urgency, rules) = (Urgency::Normal, &self.rules);
        Ladder { due: self.due, given: self.given, urgency, received: true, rules, calendar }
    }
}
