//! What is made of a message: a task, or the record of a decision.

use super::Change;
use crate::domain::actor::Tier;
use crate::domain::effect::Effect;
use crate::domain::fold::tidy;
use crate::domain::note::TaskNote;
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::domain::task::Task;
use crate::service::inbox::{Case, Deciding};
use crate::service::request::{GiveFrom, MarkDecision};
use crate::service::{Office, Outcome};
use crate::store::Tx;
use crate::store::decision::Decision;

/// How much of a decision its record repeats, in characters: a line of the thread. The log has the whole.
const TEXT_MAX: usize = 300;

impl Office {
    pub(in crate::service) async fn give_from(&self, case: &Case, from: &GiveFrom) -> Deciding {
        self.give(case, &from.give, Some(from)).await
    }

    /// Says under a message which task was made of it.
    pub(super) async fn tell_source(&self, tx: &mut Tx, task: &Task, from: &GiveFrom) -> Outcome<()> {
        let effect =
            Effect::TaskSource { task: task.id.clone(), channel: from.channel.0, message: from.message.0 };
        let key = format!("task:{}:source", task.id);
        tx.put_out(task.guild, &task.subject(), &key, &effect, self.clock.now()).await
    }

    /// Records a message as a decision: in a task's thread by the head of the lead, who gave the task, and coordinators; in a
    /// meeting's thread by whoever may record there.
    pub(in crate::service) async fn mark_decision(&self, case: &Case, marked: &MarkDecision) -> Deciding {
        let actor = &case.actor;
        let task = self.store.task_of_thread(marked.channel).await?;
        let task =
            task.filter(|task| task.guild == actor.guild && crate::service::board::may_see(actor, task));
        let Some(task) = task else {
            let holding = self.meeting_of_thread(actor.guild, marked.channel).await?;
            let holding = holding.ok_or(Refusal::NoTaskHere)?;
            if self.store.is_meeting_decision(marked.message).await? {
                return Err(Refusal::DecidedAtMeeting.into());
            }
            return self.decide_at_meeting(case, &holding, marked, decided_text(&marked.text)?).await;
        };
        let heads = task.lead().is_some_and(|lead| actor.is_at_least_in(Tier::UnitHead, lead));
        if !heads && actor.user != task.created_by && !actor.is_at_least(Tier::Coordinator) {
            let head = task.lead().map(|lead| Authority::Head { unit: lead.clone() });
            let others =
                [Authority::Giver { user: task.created_by }, Authority::AtLeast { tier: Tier::Coordinator }];
            return Err(Refusal::NotAllowed { who: head.into_iter().chain(others).collect() }.into());
        }
        let text = decided_text(&marked.text)?;
        if self.store.is_decision(marked.message).await? {
            return Err(Refusal::DecidedBefore { code: task.code }.into());
        }
        let decision = Decision {
            guild: task.guild,
            channel: marked.channel,
            message: marked.message,
            task: &task.id,
            text: &text,
            by: actor.user,
            at: self.clock.now(),
        };
        let note = TaskNote::Decided {
            guild: task.guild.0,
            channel: marked.channel.0,
            message: marked.message.0,
            text: text.clone(),
        };
        let mut tx = self.store.begin().await?;
        tx.insert_decision(&decision).await?;
        self.write(&mut tx, case, Change::of(&task, note)).await?;
        Ok(tx.commit().await?)
    }
}

/// What a record repeats of a message.
fn decided_text(text: &str) -> Result<String, Refusal> {
    let text = tidy(text);
    if text.is_empty() {
        return Err(Refusal::NothingToDecide);
    }
    Ok(match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    })
}
