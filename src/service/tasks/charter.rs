//! A task of an earlier version of the regulation: it stays under it, or goes on under the one in force.

use super::{Change, Office, after, maybe_text};
use crate::domain::actor::Tier;
use crate::domain::charter::{carry_over, carry_steps};
use crate::domain::effect::Effect;
use crate::domain::ids::UnitCode;
use crate::domain::life::Act;
use crate::domain::note::{StepNamed, TaskNote};
use crate::domain::refusal::{Refusal, TaskRefusal};
use crate::domain::rights::Authority;
use crate::domain::task::{Choice, Task, TaskStep};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::ConfirmCharter;
use crate::store::Tx;

impl Office {
    /// A coordinator decides about one task. Moved, it has the lead, the supporters and the procedure of the version in force, and
    /// its new lead is asked for a receipt; the deadline stays.
    pub(in crate::service) async fn confirm_charter(&self, case: &Case, asked: &ConfirmCharter) -> Deciding {
        let task = self.task_shown(&case.actor, &asked.task).await??;
        if !case.actor.is_at_least(Tier::Coordinator) {
            let who = vec![Authority::AtLeast { tier: Tier::Coordinator }];
            return Err(Refusal::NotAllowed { who }.into());
        }
        let today = self.calendar.local_date(case.asked);
        let (from, to) = (self.charter_of(&task), self.charters.on(today));
        let version = to.about().id.clone();
        // A button of a comparison that was made before yet another version came.
        if let Some(meant) = asked.version.as_ref().filter(|meant| **meant != version) {
            let no = TaskRefusal::VersionPassed { asked: meant.clone(), in_force: version };
            return Err(Refusal::from(no).into());
        }
        if task.charter == version {
            return Err(Refusal::from(TaskRefusal::UnderThatVersion { code: task.code, version }).into());
        }
        if !task.state.is_open() {
            let no = TaskRefusal::NotInThisState { code: task.code, state: task.state };
            return Err(Refusal::from(no).into());
        }
        let reason = maybe_text(asked.reason.as_deref())?;
        let charter = task.charter.clone();
        let (change, moved) = match asked.choice {
            Choice::Keep => {
                let note =
                    TaskNote::CharterKept { charter, version: version.clone(), reason: reason.clone() };
                (Change::of(&task, note), None)
            }
            Choice::Move => {
                let over = carry_over(&task, (from, self.charter_day(&task)), (to, today))
                    .map_err(|_| TaskRefusal::LeadToChoose {
                        code: task.code.clone(),
                        version: version.clone(),
                    })
                    .map_err(Refusal::from)?;
                let lead = (task.lead() != Some(&over.lead)).then(|| over.lead.clone());
                let all: Vec<&UnitCode> = std::iter::once(&over.lead).chain(&over.support).collect();
                let joined =
                    all.iter().filter(|unit| task.part_of(unit).is_none()).map(|unit| (*unit).clone());
                let left = task.units.iter().map(|unit| &unit.unit).filter(|unit| !all.contains(unit));
                let was = self.store.task_steps(&task.id).await?;
                let steps = carry_steps(&was, from.steps(&task.phase), to.steps(&task.phase));
                let named = |step: &TaskStep| {
                    let (code, name) = (step.code.clone(), step.name.clone());
                    step.checked_at.map(|checked_at| StepNamed { code, name, checked_at })
                };
                let note = TaskNote::CharterMoved {
                    charter,
                    version: version.clone(),
                    joined: joined.collect(),
                    left: left.cloned().collect(),
                    reason: reason.clone(),
                    lead: lead.clone(),
                    unticked: steps.unticked.iter().filter_map(named).collect(),
                };
                let change = Change::of(&task, note);
                let change = match lead {
                    Some(_) => Change { life: after(&task, Act::Reassign)?, ..change },
                    None => change,
                };
                (change, Some((over, steps)))
            }
        };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.choose_version(&task.id, &version, asked.choice, reason.as_deref(), case.actor.user, now).await?;
        if let Some((over, steps)) = &moved {
            tx.move_task(&task, &version, over, now).await?;
            let steps = steps.steps.iter().map(|(step, from)| (step.code.as_str(), &step.name, *from));
            tx.replace_steps(&task.id, steps).await?;
        }
        self.write(&mut tx, case, change).await?;
        if moved.is_some() {
            self.bring_people_in(&mut tx, &task).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn bring_people_in(&self, tx: &mut Tx, task: &Task) -> crate::service::Outcome<()> {
        let people = Effect::TaskPeople { task: task.id.clone() };
        let key = format!("task:{}:people:{}", task.id, task.revision + 1);
        tx.put_out(task.guild, &task.subject(), &key, &people, self.clock.now()).await
    }
}
