//! What happens when a timer is due: what is true now decides what is said, and the next rung is stored.

mod call;
mod digest;
mod escalation;
mod part;
mod rules;
mod simulate;

pub use digest::{DigestShown, Told};
pub use rules::{RulesShown, SetReminders};
pub use simulate::{Foretold, ForetoldDay, Simulation};

use super::{Office, Outcome};
use crate::domain::deadline::{Decision, Ladder, Rules};
use crate::domain::digest::{Audience, with_room};
use crate::domain::effect::{Effect, TaskReminder};
use crate::domain::task::{Part, Task};
use crate::store::digest::DigestItem;
use crate::store::timer::Timer;
use crate::store::{StoreError, Tx};
use call::{Called, Round};
use chrono::{DateTime, Utc};

/// How many timers are looked at in one go.
const BATCH: i64 = 200;

/// What is to become of a reminder that was put out, and perhaps could not be shown at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminding {
    /// Show it.
    Now,
    /// The office is closed meanwhile: show it when it opens.
    InTheMorning,
    /// The next reminder comes soon or has come, and stands for this one.
    Overtaken,
    /// Nothing is to be done any more.
    Never,
}

impl Office {
    /// Whether a reminder that was put out at `since` is still worth showing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reminding(&self, task: &Task, since: DateTime<Utc>) -> Outcome<Reminding> {
        if !is_reminded(task) {
            return Ok(Reminding::Never);
        }
        let now = self.clock.now();
        let rules = self.reminder_rules(task.guild, task.lead()).await?;
        let ladder = self.ladder(task, &rules);
        Ok(if ladder.overtaken(since, now) {
            Reminding::Overtaken
        } else if ladder.open_from(now) == now {
            Reminding::Now
        } else {
            Reminding::InTheMorning
        })
    }

    /// Fires whatever is due. Returns how many timers were moved on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn fire_due(&self) -> Outcome<usize> {
        let now = self.clock.now();
        let timers = self.store.due_timers(now, BATCH).await?;
        let (mut fired, mut round) = (0, Round::default());
        for timer in &timers {
            let done = match timer.subject.split_once(':') {
                Some(("task", id)) => self.fire_task(timer, id, now, &mut round).await,
                Some(("part", part)) => self.fire_part(timer, part, now).await,
                Some(("delegation", id)) => self.fire_delegation(timer, id, now).await,
                Some(("occurrence", id)) => self.fire_occurrence(timer, id, now).await,
                Some(("charter", _)) => self.fire_charter(timer, now).await,
                Some(("digest", _)) => self.fire_digest(timer, now).await,
                _ => Err(StoreError::Corrupt(format!("timer of {}", timer.subject))),
            };
            match done {
                Ok(()) => fired += 1,
                // Another replica was faster: it acts, we do not.
                Err(StoreError::Conflict) => {}
                // One that cannot be read must not keep the others from being said.
                Err(error @ StoreError::Corrupt(_)) => {
                    tracing::error!(%error, subject = timer.subject, "a timer cannot be fired");
                }
                Err(error) => return Err(error),
            }
        }
        if fired > 0 {
            self.put_out.notify_one();
        }
        Ok(fired)
    }

    /// The ladder of a task as things are now.
    pub(super) fn ladder<'a>(&'a self, task: &Task, rules: &'a Rules) -> Ladder<'a> {
        let lead = task.units.iter().find(|unit| unit.part == Part::Lead);
        Ladder {
            due: task.due,
            given: task.created_at,
            urgency: task.urgency,
            received: lead.is_some_and(|lead| lead.received_at.is_some()),
            rules,
            calendar: &self.calendar,
        }
    }

    async fn fire_task(&self, timer: &Timer, id: &str, now: DateTime<Utc>, round: &mut Round) -> Outcome<()> {
        let Some(task) = self.store.task(id).await?.filter(is_reminded) else {
            let mut tx = self.store.begin().await?;
            tx.drop_timer(&timer.subject).await?;
            return tx.commit().await;
        };
        let rules = round.rules(self, task.guild, task.lead()).await?;
        match self.ladder(&task, &rules).decide(timer.fired, now) {
            Decision::Wait { until } => {
                let mut tx = self.store.begin().await?;
                tx.move_timer(timer, until, timer.fired).await?;
                tx.commit().await
            }
            decision @ Decision::Ping { next, .. } => {
                let people = round.people(self, task.guild, now).await?;
                let stands = if task.due < now { self.store.escalation(&task).await? } else { None };
                let Some(called) = self.call(&task, now, &decision, stands.as_ref(), &people).await? else {
                    return Ok(());
                };
                let mut tx = self.store.begin().await?;
                tx.move_timer(timer, next, now).await?;
                self.say_or_keep(&mut tx, &task, &called, &rules, now).await?;
                tx.commit().await
            }
        }
    }

    /// Pings whom there is room for, keeps the others for their digest, and takes the lateness up.
    async fn say_or_keep(
        &self,
        tx: &mut Tx,
        task: &Task,
        called: &Called,
        rules: &Rules,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let today = self.calendar.local_date(now);
        let rung = called.key();
        let mut tally = tx.take_ping_turn(task.guild, today).await?;
        let before = tally.clone();
        let kept = tx.kept_for_digest(&task.id, &rung).await?;
        let mut call = called.call.clone();
        call.to.retain(|audience, _| !kept.contains(audience));
        let told = with_room(&call, &mut tally, rules.limit);
        for audience in call.to.keys().filter(|audience| !told.contains(*audience)) {
            let item = DigestItem {
                audience: audience.clone(),
                task: task.id.clone(),
                rung: rung.clone(),
                rank: call.rank,
            };
            tx.keep_for_digest(task.guild, &item, None, now).await?;
        }
        let pinged = tally.iter().filter(|(user, pings)| before.get(user) != Some(pings));
        tx.count_pings(task.guild, today, &pinged.map(|(user, _)| *user).collect()).await?;
        if let Some(climbed) = &called.climbed {
            self.take_up(tx, task, climbed, now).await?;
        }
        let effect = if told.is_empty() {
            // Who is told in a digest finds the card as it is now.
            Effect::TaskRefresh { task: task.id.clone(), revision: task.revision }
        } else {
            let withheld = called.units().filter(|unit| !told.contains(&Audience::Unit((*unit).clone())));
            let withheld = withheld.cloned().collect();
            let climbed = called.climbed.clone().filter(|climbed| told.contains(&climbed.audience(task)));
            let (supporters, late, missed) = (called.supporters, called.late, called.missed);
            let reminder = TaskReminder { supporters, late, missed, withheld, climbed };
            Effect::TaskReminder { task: task.id.clone(), reminder }
        };
        let key = format!("task:{}:remind:{rung}", task.id);
        tx.put_out(task.guild, &task.subject(), &key, &effect, now).await
    }

    /// Has a task looked at when its next rung is due, and its office plan its mornings. What was due before `now` is not
    /// made up for: who gives a task, or moves its deadline, says so at once.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn watch_task(&self, tx: &mut Tx, task: &Task, now: DateTime<Utc>) -> Outcome<()> {
        let rules = self.reminder_rules(task.guild, task.lead()).await?;
        let due = self.ladder(task, &rules).next_rung(now).at;
        tx.set_timer(&Timer { subject: task.subject(), guild: task.guild, due, fired: now }).await?;
        tx.ensure_timer(&self.digest_timer(task.guild, now)).await
    }
}

/// Whether a task is reminded of at all: something is still to be done.
fn is_reminded(task: &Task) -> bool {
    task.state.is_open()
}
