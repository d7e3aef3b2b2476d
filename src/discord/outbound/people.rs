//! Showing what was arranged about people: a word to each of the two in private, and the threads they come into or leave.

use super::{Outbound, Shown, missing};
use crate::discord::render::{self, Pings};
use crate::discord::rest::{Failure, codes};
use crate::discord::words::Voice;
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::task::Task;
use crate::store::outbox::{Delivery, OutboxRow};

impl Outbound {
    pub(super) async fn say_delegation(&self, row: &OutboxRow, id: &str, user: UserId, ends: bool) -> Shown {
        let Some((guild, delegation)) = self.office.store.delegation(id).await? else {
            return Ok((Delivery::Rejected(format!("there is no delegation {id}")), None));
        };
        let (lang, known) = self.tongue(guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let mark = Self::mark(voice.say("Ủy quyền", "Standing in"), row);
        let text = voice.delegation_said(&delegation, user, ends);
        self.say_direct(row, user, render::ping(&text, &Pings::default(), &mark), &mark).await
    }

    /// Brings somebody into a task's thread, or takes them out of it unless they have a part in it by themselves.
    pub(super) async fn thread_member(&self, task: &Task, user: UserId, joins: bool) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let units: Vec<UnitCode> = task.units.iter().map(|unit| unit.unit.clone()).collect();
        let stays = self.office.stays_in(task.guild, &units, user).await? || task.created_by == user;
        let done = match (joins, stays) {
            (true, true) => self.rest.add_thread_member(thread, user).await,
            (false, false) => self.rest.remove_thread_member(thread, user).await,
            // It was overtaken: what is true now counts.
            (true, false) | (false, true) => Ok(()),
        };
        match done {
            Ok(()) => {}
            // Who may not see the channel, or has left, keeps nothing else from being done.
            Err(Failure::Rejected { code, .. }) if code != Some(codes::MISSING_PERMISSIONS) => {
                tracing::warn!(task = task.code, %user, joins, "somebody who stands in cannot be in the thread");
            }
            Err(failure) => return Err(failure.into()),
        }
        Ok((Delivery::Done(None), None))
    }
}
