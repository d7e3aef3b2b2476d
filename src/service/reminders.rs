//! What happens when a timer is due: what is true now decides what is said, and the next rung is stored.

use super::{Office, Outcome};
use crate::domain::deadline::{self, Decision, Step};
use crate::domain::effect::{Effect, TaskReminder};
use crate::domain::task::Task;
use crate::store::StoreError;
use crate::store::timer::Timer;
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
    /// The task was done, or the next reminder comes on this day or has come, and stands for this one.
    Never,
}

impl Office {
    /// Whether a reminder that was put out at `since` is still worth showing.
    pub fn reminding(&self, task: &Task, since: DateTime<Utc>) -> Reminding {
        let now = self.clock.now();
        let due = self.calendar.local_date(task.due);
        let next = deadline::next_rung(due, since, &self.calendar).at;
        // A later reminder of this very day says the same, only truer.
        if !task.state.is_open() || self.calendar.local_date(next) <= self.calendar.local_date(now) {
            Reminding::Never
        } else if self.calendar.in_office_hours(now) {
            Reminding::Now
        } else {
            Reminding::InTheMorning
        }
    }

    /// Fires whatever is due. Returns how many timers were moved on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn fire_due(&self) -> Outcome<usize> {
        let now = self.clock.now();
        let timers = self.store.due_timers(now, BATCH).await?;
        let mut fired = 0;
        for timer in &timers {
            let done = match timer.subject.split_once(':') {
                Some(("task", id)) => self.fire_task(timer, id, now).await,
                Some(("occurrence", id)) => self.fire_occurrence(timer, id, now).await,
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

    async fn fire_task(&self, timer: &Timer, id: &str, now: DateTime<Utc>) -> Outcome<()> {
        let task = self.store.task(id).await?;
        let mut tx = self.store.begin().await?;
        match task {
            Some(task) if task.state.is_open() => {
                let due = self.calendar.local(task.due).date();
                match deadline::decide(due, timer.fired, now, &self.calendar) {
                    Decision::Wait { until } => tx.move_timer(timer, until, timer.fired).await?,
                    Decision::Ping { rung, missed, late, next } => {
                        tx.move_timer(timer, next, now).await?;
                        let reminder = TaskReminder { supporters: rung.step == Step::OnDay, late, missed };
                        let effect = Effect::TaskReminder { task: task.id.clone(), reminder };
                        let key = format!("task:{}:remind:{}", task.id, rung.key());
                        tx.put_out(task.guild, &task.subject(), &key, &effect, now).await?;
                    }
                }
            }
            _ => tx.drop_timer(&timer.subject).await?,
        }
        tx.commit().await
    }

    /// The first rung of a new task.
    pub(super) fn first_task_timer(&self, task: &Task, now: DateTime<Utc>) -> Timer {
        let rung = deadline::next_rung(self.calendar.local_date(task.due), now, &self.calendar);
        Timer { subject: task.subject(), guild: task.guild, due: rung.at, fired: now }
    }
}
