//! Finding units, phases and activities by whatever people type: a code, a short name, the beginnings of words.

use super::Charter;
use super::model::{Cell, Phase, Unit};
use crate::domain::fold::fold;
use crate::domain::ids::PhaseCode;
use crate::domain::lang::Text;
use chrono::NaiveDate;

/// Something that a phase is asked about: one of its steps, or a domain that has its own lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The phase it belongs to.
    pub phase: PhaseCode,
    /// Its code, such as `P3.2` or `CPI`.
    pub code: String,
    /// Its name.
    pub name: Text,
}

impl Charter {
    /// Up to `limit` units of `date` for what somebody typed, best first; all in order when they typed nothing.
    pub fn find_units(&self, query: &str, date: NaiveDate, limit: usize) -> Vec<&Unit> {
        ranked(self.keyed_units(date), query, limit)
    }

    /// Up to `limit` phases for what somebody typed, best first; all in order when they typed nothing.
    pub fn find_phases(&self, query: &str, limit: usize) -> Vec<&Phase> {
        ranked(self.parts.phases.iter().zip(&self.parts.index.phases), query, limit)
    }

    /// The unit that somebody means by what they typed in full: the one with this code, the one with this name, or the
    /// only one that fits. Those of `date` are meant before those that are gone or still to come.
    pub fn unit_meant(&self, query: &str, date: NaiveDate) -> Option<&Unit> {
        let all = || self.parts.units.iter().zip(&self.parts.index.units);
        meant(self.keyed_units(date), query).or_else(|| meant(all(), query))
    }

    /// The unit that is called exactly that, by code or name.
    pub(super) fn unit_called(&self, query: &str, date: NaiveDate) -> Option<&Unit> {
        let all = self.parts.units.iter().zip(&self.parts.index.units);
        exactly(self.keyed_units(date), query).or_else(|| exactly(all, query))
    }

    fn keyed_units(&self, date: NaiveDate) -> impl Iterator<Item = (&Unit, &Key)> {
        let all = self.parts.units.iter().zip(&self.parts.index.units);
        all.filter(move |(unit, _)| unit.exists_on(date))
    }

    /// The phase that somebody means, in the same way.
    pub fn phase_meant(&self, query: &str) -> Option<&Phase> {
        meant(self.parts.phases.iter().zip(&self.parts.index.phases), query)
    }

    /// Up to `limit` activities, of one phase or of all, domains first.
    pub fn find_activities(&self, phase: Option<&PhaseCode>, query: &str, limit: usize) -> Vec<&Activity> {
        let of_phase = self
            .parts
            .index
            .activities
            .iter()
            .filter(|(activity, _)| phase.is_none_or(|phase| activity.phase == *phase));
        ranked(of_phase.map(|(activity, key)| (activity, key)), query, limit)
    }
}

/// What units, phases and activities are found by, folded once when the charter is loaded.
#[derive(Debug)]
pub(super) struct Index {
    units: Vec<Key>,
    phases: Vec<Key>,
    activities: Vec<(Activity, Key)>,
}

impl Index {
    pub(super) fn new(units: &[Unit], phases: &[Phase], cells: &[Cell]) -> Self {
        let activities = phases.iter().flat_map(|phase| {
            let whole = cells.iter().filter(|cell| cell.phase == phase.code && cell.step.is_none());
            let domains = whole.flat_map(|cell| &cell.domains).map(|domain| {
                (
                    activity(phase, &domain.code, &domain.name),
                    Key::new(&domain.code, &domain.name, &domain.aliases),
                )
            });
            let steps = phase
                .steps
                .iter()
                .map(|step| (activity(phase, &step.code, &step.name), Key::new(&step.code, &step.name, &[])));
            domains.chain(steps).collect::<Vec<_>>()
        });
        Self {
            units: units
                .iter()
                .map(|unit| {
                    let mut aliases = unit.aliases.clone();
                    aliases.extend([unit.short.vi.clone(), unit.short.en.clone()]);
                    let former = unit.former.iter().flat_map(|former| [&former.name.vi, &former.short.vi]);
                    aliases.extend(former.cloned());
                    Key::new(unit.code.as_str(), &unit.name, &aliases)
                })
                .collect(),
            phases: phases
                .iter()
                .map(|phase| Key::new(phase.code.as_str(), &phase.name, &phase.aliases))
                .collect(),
            activities: activities.collect(),
        }
    }
}

fn activity(phase: &Phase, code: &str, name: &Text) -> Activity {
    Activity { phase: phase.code.clone(), code: code.to_owned(), name: name.clone() }
}

#[derive(Debug)]
struct Key {
    code: String,
    aliases: Vec<String>,
    words: Vec<String>,
}

impl Key {
    fn new(code: &str, name: &Text, aliases: &[String]) -> Self {
        let names = aliases.iter().chain([&name.vi, &name.en]);
        Self {
            code: squash(code),
            aliases: aliases.iter().map(|alias| squash(alias)).collect(),
            words: names
                .flat_map(|name| fold(name).split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect(),
        }
    }

    /// How well the query fits; `None` when it does not.
    fn rank(&self, query: &str) -> Option<Rank> {
        let squashed = squash(query);
        if self.code == squashed {
            Some(Rank::Code)
        } else if self.code.starts_with(&squashed) {
            Some(Rank::CodeBegins)
        } else if self.aliases.contains(&squashed) {
            Some(Rank::Name)
        } else if self.aliases.iter().any(|alias| alias.starts_with(&squashed)) {
            Some(Rank::NameBegins)
        } else {
            let found = |typed: &str| self.words.iter().any(|word| word.starts_with(typed));
            fold(query).split(' ').all(found).then_some(Rank::Words)
        }
    }
}

/// How well a query fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Code,
    CodeBegins,
    Name,
    NameBegins,
    Words,
}

/// Folded and without gaps: `CTK-48`, `ctk 48` and `ctk48` are the same code, "đà nẵng" and "danang" the same name.
fn squash(text: &str) -> String {
    fold(text).replace(' ', "")
}

fn meant<'a, T>(keyed: impl Iterator<Item = (&'a T, &'a Key)>, query: &str) -> Option<&'a T> {
    let keyed: Vec<_> = keyed.collect();
    let mut fit = keyed.iter().filter(|(_, key)| key.rank(query).is_some()).map(|(item, _)| *item);
    let only = fit.next().filter(|_| fit.next().is_none());
    exactly(keyed.into_iter(), query).or(only)
}

/// The one item with this code, else the one with this name.
fn exactly<'a, T>(keyed: impl Iterator<Item = (&'a T, &'a Key)>, query: &str) -> Option<&'a T> {
    let found: Vec<_> = keyed.filter_map(|(item, key)| Some((key.rank(query)?, item))).collect();
    let alone = |wanted| {
        let mut fit = found.iter().filter(move |(rank, _)| *rank == wanted);
        fit.next().filter(|_| fit.next().is_none())
    };
    alone(Rank::Code).or_else(|| alone(Rank::Name)).map(|(_, item)| *item)
}

fn ranked<'a, T>(keyed: impl Iterator<Item = (&'a T, &'a Key)>, query: &str, limit: usize) -> Vec<&'a T> {
    let mut found: Vec<_> = keyed.filter_map(|(item, key)| Some((key.rank(query)?, item))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(limit).map(|(_, item)| item).collect()
}
