//! What happens when a timer is due: what is true now decides what is said, and the next rung is stored.

mod call;
mod digest;
mod duty;
mod escalation;
mod rules;
mod simulate;
mod standing;

pub use call::reminded;
pub use digest::{DigestShown, Told};
pub use rules::{RulesShown, SetReminders};
pub use simulate::{Foretold, ForetoldDay, Simulation};

use super::{Office, Outcome};
use crate::domain::deadline::Decision;
use crate::domain::digest::{Audience, with_room};
use crate::domain::effect::{Effect, TaskReminder};
use crate::domain::ids::UnitCode;
use crate::domain::task::Task;
use crate::store::digest::DigestItem;
use crate::store::timer::Timer;
use crate::store::{StoreError, Tx};
use call::{Called, Round};
use chrono::{DateTime, Utc};
use duty::Duty;

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
    /// By when a task, or the part of a unit that has a deadline of its own, is due; `None` when nothing is to be done any more.
    pub fn deadline(task: &Task, part: Option<&UnitCode>) -> Option<DateTime<Utc>> {
        duty::deadline(task, part)
    }

    /// Whether a reminder of a task, or of the part of a unit, that was put out at `since` is still worth showing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reminding(
        &self,
        task: &Task,
        part: Option<&UnitCode>,
        since: DateTime<Utc>,
    ) -> Outcome<Reminding> {
        let Some(duty) = self.duty_now(task.clone(), part.cloned()).await? else {
            return Ok(Reminding::Never);
        };
        let (now, ladder) = (self.clock.now(), duty.ladder(&self.calendar));
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
                Some(("task" | "part", _)) => self.fire_ladder(timer, now, &mut round).await,
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

    /// A ladder is at a rung, or somebody asks for it to be looked at anew.
    async fn fire_ladder(&self, timer: &Timer, now: DateTime<Utc>, round: &mut Round) -> Outcome<()> {
        let Some(duty) = self.duty_behind(&timer.subject, round).await? else {
            let mut tx = self.store.begin().await?;
            tx.end_timer(timer).await?;
            return tx.commit().await;
        };
        let decision = duty.ladder(&self.calendar).decide(timer.fired, now);
        let (called, next, fired) = match &decision {
            Decision::Wait { until } => (None, *until, timer.fired),
            Decision::Ping { next, .. } => {
                let people = round.people(self, duty.task.guild, now).await?;
                let stands = if duty.due < now { self.ladder_stands(&duty).await? } else { None };
                (self.call(&duty, now, &decision, stands.as_ref(), &people).await?, *next, now)
            }
        };
        let mut tx = self.store.begin().await?;
        tx.move_timer(timer, next, fired).await?;
        if let Some(called) = called {
            self.say_or_keep(&mut tx, &duty, &called, now).await?;
        }
        tx.commit().await
    }

    /// Pings whom there is room for, keeps the others for their digest, and takes the lateness up.
    async fn say_or_keep(
        &self,
        tx: &mut Tx,
        duty: &Duty,
        called: &Called,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let (task, today, rung) = (&duty.task, self.calendar.local_date(now), called.key());
        let mut tally = tx.take_ping_turn(task.guild, today).await?;
        let before = tally.clone();
        let kept = tx.kept_for_digest(&task.id, &rung).await?;
        let mut call = called.call.clone();
        call.to.retain(|audience, _| !kept.contains(audience));
        let told = with_room(&call, &mut tally, duty.rules.limit);
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
        self.record_lateness(tx, duty, called.climbed.as_ref(), now).await?;
        let effect = if told.is_empty() {
            // Who is told in a digest finds the card as it is now.
            Effect::TaskRefresh { task: task.id.clone(), revision: task.revision }
        } else {
            let kept = called.units().filter(|unit| !told.contains(&Audience::Unit((*unit).clone())));
            let (supporters, receipt) = (called.supporters, called.receipt);
            let all = reminded(task, duty.part.as_ref(), supporters, receipt);
            let withheld = kept.chain(all.filter(|unit| !duty.tells(unit, now))).cloned().collect();
            let climbed_to = called.climbed_audience(task).filter(|audience| told.contains(audience));
            let climbed = called.climbed.clone().filter(|_| climbed_to.is_some());
            let (part, late, missed) = (duty.part.clone(), called.late, called.missed);
            let reminder = TaskReminder { part, supporters, late, missed, receipt, withheld, climbed };
            Effect::TaskReminder { task: task.id.clone(), reminder }
        };
        let key = format!("task:{}:remind:{rung}", task.id);
        tx.put_out(task.guild, &task.subject(), &key, &effect, now).await
    }
}
