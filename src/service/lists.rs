//! Lists of tasks, page by page: what is asked for, and what is shown.

use super::{Office, Outcome};
use crate::domain::actor::Actor;
use crate::domain::code;
use crate::domain::lateness::Lateness;
use crate::domain::refusal::Refusal;
use crate::domain::task::{Task, TaskState};
use crate::store::task::{TaskFilter, TaskList};
use chrono::Datelike;
use std::collections::BTreeSet;

/// How many tasks one page lists: as many as an embed has room for, with the longest titles.
pub const PAGE: usize = 12;
/// Discord's limit for what is offered while somebody types.
const CHOICES: i64 = 25;

/// What somebody wants to see, as typed or as the buttons below a list say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAsked {
    /// Only tasks of the person's own units.
    pub mine: bool,
    /// Only tasks in which this unit has a part.
    pub unit: Option<String>,
    /// Only tasks of this phase.
    pub phase: Option<String>,
    /// Only tasks in this state; when nothing is said, those that are not finished.
    pub state: Option<TaskState>,
    /// Only tasks whose deadline lies there.
    pub late: Option<Lateness>,
    /// Only tasks that have these words.
    pub text: Option<String>,
    /// Which page, from 0 on.
    pub page: usize,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListShown {
    /// What was asked for, units and phases by their codes, and the page that there is.
    pub asked: ListAsked,
    /// The tasks of the page, and how many there are in all.
    pub list: TaskList,
}

impl ListShown {
    /// How many pages there are; at least one.
    pub fn pages(&self) -> usize {
        self.list.total.div_ceil(PAGE).max(1)
    }
}

impl Office {
    /// A page of the tasks that the person may see; the last one when there are fewer. Of what is not finished the nearest
    /// deadline is on top.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list_tasks(
        &self,
        actor: &Actor,
        mut asked: ListAsked,
    ) -> Outcome<Result<ListShown, Refusal>> {
        let mut filter = super::board::open_to(actor);
        if asked.mine {
            filter.units = Some(actor.units.iter().cloned().collect());
        }
        if let Some(text) = &asked.unit {
            match self.unit_named(text) {
                // Of one's own list only what is one's own.
                Ok(unit) if asked.mine && !actor.is_of(&unit) => filter.units = Some(Vec::new()),
                Ok(unit) => {
                    asked.unit = Some(unit.to_string());
                    filter.units = Some(vec![unit]);
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        if let Some(text) = &asked.phase {
            match self.phase_named(text) {
                Ok(phase) => {
                    asked.phase = Some(phase.to_string());
                    filter.phase = Some(phase);
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        if let Some(state) = asked.state {
            filter.states = Some(vec![state]);
            filter.open = false;
        }
        if let Some(late) = asked.late {
            (filter.due_from, filter.due_before) = late.span(self.clock.now(), &self.calendar);
        }
        filter.text.clone_from(&asked.text);
        let mut list = self.page(actor, &filter, asked.page).await?;
        if list.tasks.is_empty() && asked.page > 0 {
            // There is less than there was when the button was made.
            asked.page = list.total.div_ceil(PAGE).saturating_sub(1);
            list = self.page(actor, &filter, asked.page).await?;
        }
        Ok(Ok(ListShown { asked, list }))
    }

    async fn page(&self, actor: &Actor, filter: &TaskFilter, page: usize) -> Outcome<TaskList> {
        let filter = TaskFilter { skip: page.saturating_mul(PAGE), ..filter.clone() };
        self.store.tasks(actor.guild, &filter, PAGE as i64).await
    }

    /// The tasks that somebody may mean who has typed `text` so far: the one with that number first, then those that have
    /// the words. Who has typed nothing yet means one of their own units' first of all.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn complete_task(&self, actor: &Actor, text: &str) -> Outcome<Vec<Task>> {
        let mut tasks = Vec::new();
        if let Some(code) = self.code_meant(text)
            && let Some(task) = self.store.task_by_code(actor.guild, &code).await?
            && super::board::may_see(actor, &task)
        {
            tasks.push(task);
        }
        if text.trim().is_empty() && !actor.units.is_empty() {
            let units = Some(actor.units.iter().cloned().collect());
            let own = TaskFilter { units, ..super::board::open_to(actor) };
            tasks.extend(self.store.tasks(actor.guild, &own, CHOICES).await?.tasks);
        }
        let filter = TaskFilter { text: Some(text.to_owned()), open: false, ..super::board::open_to(actor) };
        let found = self.store.tasks(actor.guild, &filter, CHOICES).await?.tasks;
        let offered: BTreeSet<String> = tasks.iter().map(|task| task.id.clone()).collect();
        tasks.extend(found.into_iter().filter(|task| !offered.contains(&task.id)));
        Ok(tasks)
    }

    /// The whole code of a task that somebody names by its number, or in a shorter form.
    pub(super) fn code_meant(&self, text: &str) -> Option<String> {
        code::meant(text, self.calendar.local(self.clock.now()).year())
    }
}
