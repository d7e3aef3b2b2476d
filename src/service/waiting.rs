//! What waits for a person: receipts that their units have not confirmed, new deadlines that they may decide, results that they may
//! accept.

use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::ids::UnitCode;
use crate::domain::rights::{TaskAction, may};
use crate::domain::task::Task;

/// What waits for somebody, of each kind what waits longest first; at most [`MOST`](crate::store::waiting::MOST) of each.
#[derive(Clone, Debug, Default)]
pub struct WaitingFor {
    /// Tasks of which one of the person's units has not confirmed receipt, with the units that have not.
    pub receipts: Vec<(Task, Vec<UnitCode>)>,
    /// Tasks for which a new deadline is asked that the person may grant or refuse.
    pub extensions: Vec<Task>,
    /// Tasks that are done, and whose result the person may accept or return.
    pub results: Vec<Task>,
}

impl WaitingFor {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.receipts.is_empty() && self.extensions.is_empty() && self.results.is_empty()
    }
}

impl Office {
    /// What waits for this person now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_for(&self, actor: &Actor) -> Outcome<WaitingFor> {
        let mut waiting = WaitingFor::default();
        let units: Vec<UnitCode> = actor.units.iter().cloned().collect();
        if !units.is_empty() {
            for one in self.store.receipts_waiting(actor.guild, Some(&units)).await? {
                match waiting.receipts.iter_mut().find(|(task, _)| task.id == one.task.id) {
                    Some((_, units)) => units.push(one.whose),
                    None => waiting.receipts.push((one.task, vec![one.whose])),
                }
            }
        }
        let decides = |task: &Task| may(actor, task, TaskAction::DecideExtension);
        let asked = self.store.extensions_waiting(actor.guild).await?.into_iter();
        let others = asked.filter(|one| one.whose != actor.user && decides(&one.task));
        waiting.extensions = others.map(|one| one.task).collect();
        let giver = (!actor.is_at_least(Tier::Coordinator)).then_some(actor.user);
        let results = self.store.results_waiting(actor.guild, giver).await?.into_iter().map(|one| one.task);
        waiting.results = results.filter(|task| may(actor, task, TaskAction::Accept)).collect();
        Ok(waiting)
    }
}
