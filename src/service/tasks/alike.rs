//! Tasks that may be the same: whoever gives one is shown those that are open already, and decides.
//!
//! The request stays in the inbox, decided by showing what is like it. The button names it, so it is given from there after any
//! number of restarts, and at most once.

use super::give::may_give;
use crate::domain::clock::from_ms;
use crate::domain::effect::Answer;
use crate::domain::refusal::{Alike, Refusal};
use crate::domain::similar::Title;
use crate::domain::task::{Task, Visibility};
use crate::service::inbox::{Case, Deciding, No, ReplyAddress};
use crate::service::request::{GiveAnyway, GiveFrom, GiveTask, Request};
use crate::service::{Office, Outcome};
use crate::store::StoreError;

/// How many are shown.
const SHOWN: usize = 5;

impl Office {
    /// Refuses a task that is like open ones which the person may see.
    pub(super) async fn must_be_like_no_other(&self, case: &Case, task: &Task) -> Deciding {
        let title = Title::new(&task.title);
        let open = self.store.open_titles(task.guild, &task.phase).await?;
        let like = open.into_iter().filter(|(_, other)| title.is_like(&Title::new(other)));
        let mut found = Vec::new();
        for (id, _) in like {
            let Some(other) = self.store.task(&id).await? else { continue };
            if crate::service::board::may_see(&case.actor, &other) {
                found.push(shown(&other));
            }
            if found.len() == SHOWN {
                break;
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        Err(Refusal::Alike { tasks: found, asked: case.interaction }.into())
    }

    /// Gives what was asked for before.
    pub(in crate::service) async fn give_anyway(&self, case: &Case, anyway: &GiveAnyway) -> Deciding {
        let (then, give, from) = self.asked_before(case, anyway.asked).await?;
        if let Some(given) = self.store.given_anyway(anyway.asked).await? {
            let code = self.store.task(&given).await?.map(|task| task.code).unwrap_or_default();
            return Err(Refusal::GivenBefore { code }.into());
        }
        let (mut task, instead_of) = self.plan_task(&then, &give, may_give)?;
        if task.due <= case.asked {
            return Err(Refusal::InThePast.into());
        }
        let mut tx = self.store.begin().await?;
        self.write_new_task(&mut tx, case, &mut task, &instead_of).await?;
        if let Some(from) = &from {
            self.tell_source(&mut tx, &task, from).await?;
        }
        tx.set_given_anyway(anyway.asked, &task.id).await?;
        self.conclude(&mut tx, case, Answer::TaskGiven { task: task.id, instead_of }).await?;
        Ok(tx.commit().await?)
    }

    /// What the person asked for then: "tomorrow" is the day after that, their standing is that of now.
    async fn asked_before(&self, case: &Case, asked: u64) -> Result<(Case, GiveTask, Option<GiveFrom>), No> {
        let kept: Outcome<Option<ReplyAddress>> = self.reply_address(asked).await;
        let Some(ReplyAddress { request, actor }) = kept?.filter(|kept| kept.actor.guild == case.actor.guild)
        else {
            return Err(Refusal::AskAgain.into());
        };
        if actor.user != case.actor.user {
            return Err(Refusal::NotYourRequest.into());
        }
        let body = serde_json::from_str(&request.body).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let (give, from) = match body {
            Request::GiveTask(give) => (give, None),
            Request::GiveFrom(from) => (from.give.clone(), Some(from)),
            _ => return Err(Refusal::AskAgain.into()),
        };
        let then = Case {
            interaction: case.interaction,
            actor: case.actor.clone(),
            asked: from_ms(request.received_ms),
        };
        Ok((then, give, from))
    }
}

/// What is said of a task that is like another. The title of a private one stays in its thread: an answer may come late, as a
/// message that others read.
fn shown(task: &Task) -> Alike {
    Alike {
        code: task.code.clone(),
        title: (task.visibility == Visibility::Public).then(|| task.title.clone()),
        due: task.due,
    }
}
