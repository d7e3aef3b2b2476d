//! Acceptance of the result, its return, and the cancellation of a task: what who gave it decides.

use super::{Change, Office, after, maybe_text, text_of};
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::TaskAction;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{AcceptTask, CancelTask, ReopenTask};

impl Office {
    pub(in crate::service) async fn accept_task(&self, case: &Case, accept: &AcceptTask) -> Deciding {
        let task = self.task_for(case, &accept.task, TaskAction::Accept).await?;
        let note = TaskNote::Accepted { remark: maybe_text(accept.remark.as_deref())? };
        self.commit(case, Change::by(Act::Accept, &task, note)?).await
    }

    /// Returns a result, or takes a closed task up again. Its deadline stands, unless it has passed.
    pub(in crate::service) async fn reopen_task(&self, case: &Case, reopen: &ReopenTask) -> Deciding {
        let task = self.task_for(case, &reopen.task, TaskAction::Reopen).await?;
        let life = after(&task, Act::Reopen)?;
        let reason = text_of(&reopen.reason)?;
        let due = match reopen.due.as_deref().filter(|due| !due.trim().is_empty()) {
            Some(due) => self.due_date(due, case.asked)?,
            None if task.due > case.asked => task.due,
            None => return Err(Refusal::from(TaskRefusal::DueNeeded { code: task.code }).into()),
        };
        let mut tx = self.store.begin().await?;
        // The lead is to look at it anew, and to confirm that it has.
        if let Some(lead) = task.lead() {
            tx.ask_receipt(&task.id, lead, self.clock.now()).await?;
        }
        let note = TaskNote::Reopened { was: task.state, due, reason };
        self.write(&mut tx, case, Change { life, ..Change::of(&task, note) }.due(due)).await?;
        Ok(tx.commit().await?)
    }

    pub(in crate::service) async fn cancel_task(&self, case: &Case, cancel: &CancelTask) -> Deciding {
        let task = self.task_for(case, &cancel.task, TaskAction::Cancel).await?;
        let life = after(&task, Act::Cancel)?;
        let note = TaskNote::Cancelled { reason: text_of(&cancel.reason)? };
        self.commit(case, Change { life, ..Change::of(&task, note) }).await
    }
}
