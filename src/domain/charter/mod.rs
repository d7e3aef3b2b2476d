//! The charter: a coordination regulation as data. Its text, the units in scope, the phases of production and who leads each.
//!
//! [`Charter::parse`] takes the six files of a charter, already read, and gives either a charter that answers every question
//! below or the list of everything that is wrong with it. Where the files come from is [`crate::charters`]'s business.

mod carry;
mod check;
mod cite;
pub mod diff;
mod fault;
mod file;
pub mod gap;
mod groups;
mod model;
mod read;
mod responsibility;
mod search;
pub mod sheets;
#[cfg(test)]
mod tests;
mod versions;

pub use carry::{CarriedOver, CarriedSteps, carry_over, carry_steps};
pub use cite::Citation;
pub use fault::{Fault, Node, Problem};
pub use model::{
    About, Appendix, AppendixTable, Article, Cell, Chapter, Clause, Declared, Domain, FormerName, Group,
    LEAD, Phase, Point, Step, Unit, UnitClass,
};
pub use responsibility::{Lead, NoAnswer, Responsibility};
pub use search::Activity;
pub use versions::{Charters, Clash};

use super::fold::fold;
use super::ids::{PhaseCode, UnitCode};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A regulation that has passed its check. A clone shares it.
#[derive(Clone, Debug)]
pub struct Charter {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    about: About,
    chapters: Vec<Chapter>,
    articles: Vec<Article>,
    appendices: Vec<Appendix>,
    groups: Vec<Group>,
    units: Vec<Unit>,
    phases: Vec<Phase>,
    cells: Vec<Cell>,
    years: Vec<read::Year>,
    calendar_toml: String,
    index: search::Index,
}

impl Charter {
    /// A charter from its files, by name.
    ///
    /// # Errors
    /// Every fault, not the first one. Whether the calendar reaches far enough depends on the day and is for [`Charter::check`].
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, Vec<Fault>> {
        let (draft, faults) = examine(files);
        match (draft.about, draft.calendar_toml) {
            (Some(about), Some(calendar_toml)) if faults.is_empty() => {
                let (units, phases, cells) = (draft.units.items, draft.phases.items, draft.cells.items);
                let index = search::Index::new(&units, &phases, &cells);
                let parts = Parts {
                    about,
                    chapters: draft.chapters.items,
                    articles: draft.articles.items,
                    appendices: draft.appendices.items,
                    groups: draft.groups.items,
                    units,
                    phases,
                    cells,
                    years: draft.years.items,
                    calendar_toml,
                    index,
                };
                Ok(Self { parts: Arc::new(parts) })
            }
            _ => Err(in_order(faults)),
        }
    }

    /// Every fault of the files on `today`: those that [`Charter::parse`] refuses, and years without days off.
    pub fn check(files: &BTreeMap<String, String>, today: NaiveDate) -> Vec<Fault> {
        let (draft, mut faults) = examine(files);
        faults.extend(check::missing_years(&draft, today));
        in_order(faults)
    }

    /// What the charter is and where it comes from.
    pub fn about(&self) -> &About {
        &self.parts.about
    }

    /// The chapters in order.
    pub fn chapters(&self) -> &[Chapter] {
        &self.parts.chapters
    }

    /// The articles in order.
    pub fn articles(&self) -> &[Article] {
        &self.parts.articles
    }

    /// Điều `number`.
    pub fn article(&self, number: u32) -> Option<&Article> {
        self.articles().iter().find(|article| article.number == number)
    }

    /// The appendices in order.
    pub fn appendices(&self) -> &[Appendix] {
        &self.parts.appendices
    }

    /// Phụ lục `number`.
    pub fn appendix(&self, number: u32) -> Option<&Appendix> {
        self.appendices().iter().find(|appendix| appendix.number == number)
    }

    /// Whether the text has what is cited.
    pub fn has(&self, citation: &Citation) -> bool {
        let Citation::Article { article, clause, point } = citation else {
            return matches!(citation, Citation::Appendix(number) if self.appendix(*number).is_some());
        };
        let Some(article) = self.article(*article) else { return false };
        let Some(clause) = clause else { return true };
        let found = article.clauses.iter().find(|it| it.number == *clause);
        found.is_some_and(|it| {
            point.as_ref().is_none_or(|letter| it.points.iter().any(|point| point.letter == *letter))
        })
    }

    /// All units in the order of the registry, whatever their dates.
    pub fn units(&self) -> &[Unit] {
        &self.parts.units
    }

    /// The units that exist on `date`, in order.
    pub fn units_at(&self, date: NaiveDate) -> impl Iterator<Item = &Unit> {
        self.units().iter().filter(move |unit| unit.exists_on(date))
    }

    /// The unit with this code, exactly as written.
    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units().iter().find(|unit| unit.code == *code)
    }

    /// The unit whose code or Vietnamese name, present or former, a Discord role bears, whatever its case and diacritics.
    pub fn unit_by_role_name(&self, role: &str) -> Option<&Unit> {
        let role = fold(role);
        self.units().iter().find(|unit| {
            let former = unit.former.iter().map(|former| &former.name.vi);
            fold(unit.code.as_str()) == role || former.chain([&unit.name.vi]).any(|name| fold(name) == role)
        })
    }

    /// The groups of units in order.
    pub fn groups(&self) -> &[Group] {
        &self.parts.groups
    }

    /// The phases in order.
    pub fn phases(&self) -> &[Phase] {
        &self.parts.phases
    }

    /// The phase with this code, exactly as written.
    pub fn phase(&self, code: &PhaseCode) -> Option<&Phase> {
        self.phases().iter().find(|phase| phase.code == *code)
    }

    /// The steps of a phase in order; none when there is no such phase.
    pub fn steps(&self, phase: &PhaseCode) -> &[Step] {
        self.phase(phase).map_or(&[], |phase| &phase.steps)
    }

    /// The assignments in the order of the matrix.
    pub fn cells(&self) -> &[Cell] {
        &self.parts.cells
    }

    /// The years of the calendar, in its order.
    fn years(&self) -> &[read::Year] {
        &self.parts.years
    }

    /// The text of `calendar.toml`, for the calendar to read.
    pub fn calendar_toml(&self) -> &str {
        &self.parts.calendar_toml
    }
}

fn examine(files: &BTreeMap<String, String>) -> (read::Draft, Vec<Fault>) {
    let (draft, mut faults) = read::read(files);
    faults.extend(check::parts(&draft));
    (draft, faults)
}

/// File by file, as somebody goes through them to mend them; files that are none of a charter's come last.
fn in_order(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| {
        file::ALL.iter().position(|name| *name == fault.file).unwrap_or(file::ALL.len())
    });
    faults
}
