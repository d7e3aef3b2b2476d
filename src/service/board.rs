//! Questions that change nothing: tasks, responsibilities, units.

use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::charter::{Lead, Responsibility};
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::Text;
use crate::domain::refusal::Refusal;
use crate::domain::rights::is_party;
use crate::domain::task::{Task, Visibility};
use crate::domain::when::{self, When};
use crate::store::office::Person;
use crate::store::task::{TaskFilter, TaskList, Viewer};
use chrono::{DateTime, NaiveDate, Utc};

/// How many tasks are shown beside something else.
const FEW: i64 = 5;

/// Who is responsible for a phase as of a day, and what is open there.
#[derive(Clone, Debug)]
pub struct WhoAnswer {
    /// The phase.
    pub phase: PhaseCode,
    /// The step or domain of it, when one was asked about.
    pub activity: Option<Text>,
    /// As of which day.
    pub on: NaiveDate,
    /// The version of the regulation that says so.
    pub version: String,
    /// Lead, supporters, article, basis.
    pub said: Responsibility,
    /// People of the lead, when there is one lead.
    pub lead_people: Vec<Person>,
    /// The open tasks of this phase.
    pub open: TaskList,
}

/// One unit, and what it has to do.
#[derive(Clone, Debug)]
pub struct UnitShown {
    /// The unit.
    pub unit: UnitCode,
    /// Who holds its role.
    pub people: Vec<Person>,
    /// The phases that it leads today.
    pub leads: Vec<PhaseCode>,
    /// Its open tasks.
    pub open: TaskList,
}

impl Office {
    /// Who leads and supports a phase, or one activity of it, as of a day (today when nothing is said).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn who(
        &self,
        actor: &Actor,
        phase: &str,
        activity: Option<&str>,
        date: Option<&str>,
    ) -> Outcome<Result<WhoAnswer, Refusal>> {
        let (asked, guild) = (self.clock.now(), actor.guild);
        let found = self.phase_named(phase).and_then(|phase| {
            let on = match date {
                Some(text) => self.moment_named(text, asked)?.date,
                None => self.calendar.local(asked).date(),
            };
            let charter = self.charters.on(on);
            let said = charter
                .responsibility(&phase, activity, on)
                .map_err(|no| Refusal::told(|lang| no.sentence(lang)))?;
            let activity = activity.and_then(|asked| charter.activity_called(&phase, asked)).cloned();
            Ok((phase, activity, on, said))
        });
        let (phase, activity, on, said) = match found {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let version = self.charters.on(on).about().id.clone();
        let lead_people = match &said.lead {
            Lead::Unit(unit) => self.store.people_of(guild, unit).await?,
            Lead::ByDomain(_) => Vec::new(),
        };
        let filter = TaskFilter { phase: Some(phase.clone()), ..open_to(actor) };
        let open = self.store.tasks(guild, &filter, FEW).await?;
        Ok(Ok(WhoAnswer { phase, activity, on, version, said, lead_people, open }))
    }

    /// One unit: its people, what it leads, its open tasks.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unit_shown(&self, actor: &Actor, text: &str) -> Outcome<Result<UnitShown, Refusal>> {
        let unit = match self.unit_named(text) {
            Ok(unit) => unit,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (charter, today) = (self.charter(), self.today());
        let leads = charter.phases().iter().map(|phase| &phase.code).filter(|phase| {
            let said = charter.responsibility(phase, None, today);
            said.is_ok_and(|said| match said.lead {
                Lead::Unit(lead) => lead == unit,
                Lead::ByDomain(domains) => domains.iter().any(|domain| domain.lead == unit),
            })
        });
        let leads = leads.cloned().collect();
        let people = self.store.people_of(actor.guild, &unit).await?;
        let filter = TaskFilter { units: Some(vec![unit.clone()]), ..open_to(actor) };
        let open = self.store.tasks(actor.guild, &filter, FEW).await?;
        Ok(Ok(UnitShown { unit, people, leads, open }))
    }

    /// A task by code or id, if the person may see it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn task_shown(&self, actor: &Actor, text: &str) -> Outcome<Result<Task, Refusal>> {
        let found = self.find_task(actor.guild, text).await?.filter(|task| may_see(actor, task));
        Ok(found.ok_or_else(|| Refusal::UnknownTask { given: text.trim().to_owned() }))
    }

    /// The unit that somebody names by code, short name or whole name, in the version in force or, if it is gone, in another.
    ///
    /// # Errors
    /// The refusal to show when no unit, or more than one, is called that.
    pub fn unit_named(&self, text: &str) -> Result<UnitCode, Refusal> {
        let text = text.trim();
        let unknown = || Refusal::UnknownUnit { given: text.to_owned() };
        self.charters.unit_meant(text, self.today()).map(|unit| unit.code.clone()).ok_or_else(unknown)
    }

    /// The same for a unit that is to be given something: it must exist today.
    ///
    /// # Errors
    /// The refusal to show when no unit, or more than one, is called that, or when it is gone.
    pub fn unit_in_force(&self, text: &str) -> Result<UnitCode, Refusal> {
        let today = self.today();
        let unit = self.unit_named(text)?;
        if self.charter().unit(&unit).is_some_and(|unit| unit.exists_on(today)) {
            return Ok(unit);
        }
        let successors = self.charters.successors(&unit, today);
        Err(Refusal::UnitGone { unit, successors })
    }

    /// Several units, separated by commas, beside the `lead` if there is one. A group's code stands for those of its units
    /// that have no part yet: all provinces, when one of them leads, are the other provinces.
    ///
    /// # Errors
    /// The refusal to show when one of them is not known, is named twice, or leads.
    pub fn units_named(&self, text: &str, lead: Option<&UnitCode>) -> Result<Vec<UnitCode>, Refusal> {
        let (mut named, mut grouped) = (Vec::new(), Vec::new());
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(group) = self.charter().group_named(part, self.today()) {
                grouped.extend(group);
                continue;
            }
            let unit = self.unit_in_force(part)?;
            if named.contains(&unit) {
                return Err(Refusal::UnitTwice { unit });
            }
            if lead == Some(&unit) {
                return Err(Refusal::LeadSupports { unit });
            }
            named.push(unit);
        }
        for unit in grouped {
            if !named.contains(&unit) && lead != Some(&unit) {
                named.push(unit);
            }
        }
        Ok(named)
    }

    /// A date, perhaps with a time, as people write it.
    pub(super) fn moment_named(&self, text: &str, asked: DateTime<Utc>) -> Result<When, Refusal> {
        when::parse(text, self.calendar.local(asked), &self.calendar)
            .map_err(|error| Refusal::told(|lang| error.sentence(lang)))
    }
}

/// A private task is for its units, who gave it, and who gives out tasks; for the others it does not exist.
/// [`open_to`] says the same of a list.
pub(super) fn may_see(actor: &Actor, task: &Task) -> bool {
    task.visibility == Visibility::Public || actor.is_at_least(Tier::Coordinator) || is_party(actor, task)
}

/// The open tasks that the person may see.
pub(super) fn open_to(actor: &Actor) -> TaskFilter {
    let viewer = || Viewer { user: actor.user, units: actor.units.iter().cloned().collect() };
    let seen_by = (!actor.is_at_least(Tier::Coordinator)).then(viewer);
    TaskFilter { open: true, seen_by, ..TaskFilter::default() }
}
