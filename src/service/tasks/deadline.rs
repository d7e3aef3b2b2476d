//! A new deadline: asked for by the lead, decided by its superior or a coordinator, never by who asked.

use super::{Change, Office, after, maybe_text, text_of};
use crate::domain::life::Act;
use crate::domain::note::TaskNote;
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::{TaskAction, authorities};
use crate::domain::task::TaskState;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{AskExtension, DecideExtension};
use crate::store::extension::{Asked, Outcome as Decided};

impl Office {
    pub(in crate::service) async fn ask_extension(&self, case: &Case, asked: &AskExtension) -> Deciding {
        let task = self.task_for(case, &asked.task, TaskAction::AskExtension).await?;
        let life = after(&task, Act::AskExtension)?;
        let reason = text_of(&asked.reason)?;
        let due = self.due_date(&asked.due, case.asked)?;
        if due <= task.due {
            return Err(Refusal::from(TaskRefusal::NotLater { asked: due, due: task.due }).into());
        }
        let mut tx = self.store.begin().await?;
        let row =
            Asked { was: task.due, due, reason: reason.clone(), by: case.actor.user, at: self.clock.now() };
        tx.ask_extension(&task.id, &row).await?;
        let note = TaskNote::ExtensionAsked { was: task.due, due, reason };
        self.write(&mut tx, case, Change { life, ..Change::of(&task, note) }).await?;
        Ok(tx.commit().await?)
    }

    pub(in crate::service) async fn decide_extension(
        &self,
        case: &Case,
        decision: &DecideExtension,
    ) -> Deciding {
        let task = self.task_for(case, &decision.task, TaskAction::DecideExtension).await?;
        let life = after(&task, Act::DecideExtension)?;
        let Some(asked) = self.store.extension_waiting(&task.id).await? else {
            let (code, state) = (task.code, TaskState::AwaitingExtension);
            return Err(Refusal::from(TaskRefusal::NotInThisState { code, state }).into());
        };
        if asked.by == case.actor.user {
            return Err(Refusal::OwnRequest { who: authorities(&task, TaskAction::DecideExtension) }.into());
        }
        let answer = maybe_text(decision.answer.as_deref())?;
        let (due, note, outcome) = if decision.grant {
            let note = TaskNote::ExtensionGranted { was: task.due, due: asked.due, answer: answer.clone() };
            (asked.due, note, Decided::Granted)
        } else {
            // A refusal without a reason helps nobody.
            let answer = Some(text_of(answer.as_deref().unwrap_or_default())?);
            (task.due, TaskNote::ExtensionRefused { kept: task.due, answer }, Decided::Refused)
        };
        let mut tx = self.store.begin().await?;
        tx.decide_extension(&task.id, outcome, case.actor.user, note.reason(), self.clock.now()).await?;
        self.write(&mut tx, case, Change { life, ..Change::of(&task, note) }.due(due)).await?;
        Ok(tx.commit().await?)
    }
}
