//! A supporter's part that has a deadline of its own: its unit is reminded of it as a lead is of a task, until the part is sent.

use super::call::People;
use super::is_reminded;
use crate::domain::deadline::{Decision, Ladder, Step};
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

    pub(super) async fn fire_part(&self, timer: &Timer, part: &str, now: DateTime<Utc>) -> Outcome<()> {
        let corrupt = || StoreError::Corrupt(format!("timer of {}", timer.subject));
        let (id, unit) = part.split_once(':').ok_or_else(corrupt)?;
        let (unit, task) = (UnitCode::from(unit), self.store.task(id).await?);
        let Some((task, given, due)) =
            task.as_ref().and_then(|task| owed(task, &unit).map(|(part, due)| (task, part.since, due)))
        else {
            let mut tx = self.store.begin().await?;
            tx.end_timer(timer).await?;
            return tx.commit().await;
        };
        let rules = self.reminder_rules(task.guild, Some(&unit)).await?;
        let (urgency, calendar) = (Urgency::Normal, &*self.calendar);
        let ladder = Ladder { due, given, urgency, received: true, rules: &rules, calendar };
        let mut tx = self.store.begin().await?;
        match ladder.decide(timer.fired, now) {
            Decision::Wait { until } => tx.move_timer(timer, until, timer.fired).await?,
            Decision::Ping { rung, next, .. } => {
                tx.move_timer(timer, next, now).await?;
                // On its own day the task reminds all who support it.
                if rung.date != calendar.working_day_from(calendar.local_date(task.due)) {
                    let people = self.people_reminded(task.guild, now).await?;
                    let rank = match rung.step {
                        Step::OnDay => Rank::Today,
                        Step::Overdue(_) => Rank::Overdue,
                        Step::Before(_) | Step::Hours(_) | Step::Pulse => Rank::Ahead,
                    };
                    let rung = format!("part:{}", rung.key());
                    self.say_part(&mut tx, task, &unit, (rung, rank), &people, rules.limit).await?;
                }
            }
        }
        tx.commit().await
    }

    /// Reminds the unit if there is room for it today, and leaves it to its digest otherwise.
    async fn say_part(
        &self,
        tx: &mut Tx,
        task: &Task,
        unit: &UnitCode,
        (rung, rank): (String, Rank),
        people: &People,
        limit: u32,
    ) -> Outcome<()> {
        let now = self.clock.now();
        let today = self.calendar.local_date(now);
        let audience = Audience::Unit(unit.clone());
        let members = people.get(unit).cloned().unwrap_or_default();
        let call =
            Call { rank, at: now, exempt: false, to: BTreeMap::from([(audience.clone(), members.clone())]) };
        let mut tally = tx.take_ping_turn(task.guild, today).await?;
        if with_room(&call, &mut tally, limit).is_empty() {
            let item = DigestItem { audience, task: task.id.clone(), rung, rank };
            return tx.keep_for_digest(task.guild, &item, None, now).await;
        }
        tx.count_pings(task.guild, today, &members).await?;
        let effect = Effect::PartReminder { task: task.id.clone(), unit: unit.clone() };
        let key = format!("task:{}:{unit}:{rung}", task.id);
        tx.put_out(task.guild, &task.subject(), &key, &effect, now).await
    }
}
