//! What changes from one version of the regulation to another: leads, supporters, limits, text, units.

mod words;

use super::Charter;
use super::model::{Article, BY_DOMAIN, Cell, Phase, Step, Unit, UnitClass};
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::Text;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// One change between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields of variants are named for what they hold")]
pub enum Change {
    /// Another unit leads. A lead that depends on the domain is `by-domain`; where there was nothing, nothing stands.
    Lead { place: Place, was: Option<String>, is: Option<String> },
    /// Other units or groups support.
    Support { place: Place, added: Vec<String>, removed: Vec<String> },
    /// The time limit reads differently.
    Limit { place: Place, was: Text, is: Text },
    /// A phase, a step or a domain is new, gone, or called otherwise.
    Named { place: Place, was: Option<Text>, is: Option<Text> },
    /// Input, work, output or who does it differ in a step.
    Step { place: Place },
    /// An article or appendix is new, gone, or has another title.
    Title { node: Cited, was: Option<Text>, is: Option<Text> },
    /// The wording of an article differs, in these clauses; of an appendix, in its introduction.
    Wording { node: Cited, clauses: Vec<u32> },
    /// Another unit keeps the regulation.
    Coordinator { was: UnitCode, is: UnitCode },
    /// A group has other members.
    Group { code: String, added: Vec<UnitCode>, removed: Vec<UnitCode> },
    /// A unit is new.
    UnitNew { class: UnitClass, code: UnitCode, name: Text, succeeds: Vec<UnitCode> },
    /// A unit is gone.
    UnitGone { class: UnitClass, code: UnitCode, name: Text, successors: Vec<UnitCode> },
    /// A unit is called otherwise; behind the same code there can be another territory.
    UnitRenamed { class: UnitClass, code: UnitCode, was: Text, is: Text },
}

/// Where in the matrix: a phase, or one step or domain of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The phase.
    pub phase: PhaseCode,
    /// The step or domain, by code.
    pub activity: Option<String>,
}

/// An article or an appendix by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cited {
    /// Điều.
    Article(u32),
    /// Phụ lục.
    Appendix(u32),
}

impl Change {
    /// Whether it is about a provincial office: of these there are many at once.
    pub fn is_of_a_province(&self) -> bool {
        matches!(
            self,
            Self::UnitNew { class: UnitClass::Province, .. }
                | Self::UnitGone { class: UnitClass::Province, .. }
                | Self::UnitRenamed { class: UnitClass::Province, .. }
        )
    }
}

/// Everything that changes from `old`, as it stands on `old_day`, to `new`, as it stands on `new_day`: first who leads, who
/// supports and by when, then the text, then the units.
pub fn between(old: &Charter, old_day: NaiveDate, new: &Charter, new_day: NaiveDate) -> Vec<Change> {
    let mut changes = Vec::new();
    for phase in joined(old.phases().iter().map(|it| &it.code), new.phases().iter().map(|it| &it.code)) {
        phase_changes(old, new, &phase, &mut changes);
    }
    changes.sort_by_key(|change| match change {
        Change::Lead { .. } => 0,
        Change::Support { .. } => 1,
        Change::Limit { .. } => 2,
        _ => 3,
    });
    let (was, is) = (&old.about().coordinator, &new.about().coordinator);
    if was != is {
        changes.push(Change::Coordinator { was: was.clone(), is: is.clone() });
    }
    text_changes(old, new, &mut changes);
    group_changes((old, old_day), (new, new_day), &mut changes);
    unit_changes((old, old_day), (new, new_day), &mut changes);
    changes
}

/// The codes of both, those of the first in their order and then what only the second has.
fn joined<'a, T: Clone + PartialEq + 'a>(
    first: impl Iterator<Item = &'a T>,
    second: impl Iterator<Item = &'a T>,
) -> Vec<T> {
    let mut all: Vec<T> = first.cloned().collect();
    for one in second {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

fn phase_changes(old: &Charter, new: &Charter, code: &PhaseCode, changes: &mut Vec<Change>) {
    let (was, is) = (old.phase(code), new.phase(code));
    let place = |activity: Option<&str>| Place { phase: code.clone(), activity: activity.map(str::to_owned) };
    named(place(None), was.map(|it| &it.name), is.map(|it| &it.name), changes);
    let (old_cell, new_cell) = (old.cell(code, None), new.cell(code, None));
    cell_changes(&place(None), old_cell, new_cell, changes);
    if let (Some(was), Some(is)) = (was, is) {
        limit(place(None), limit_of(old_cell, None, was), limit_of(new_cell, None, is), changes);
    }
    let domains = |cell: Option<&Cell>| cell.map(|cell| cell.domains.clone()).unwrap_or_default();
    let (old_domains, new_domains) = (domains(old_cell), domains(new_cell));
    for domain in joined(old_domains.iter().map(|it| &it.code), new_domains.iter().map(|it| &it.code)) {
        let was = old_domains.iter().find(|it| it.code == domain);
        let is = new_domains.iter().find(|it| it.code == domain);
        let place = place(Some(&domain));
        named(place.clone(), was.map(|it| &it.name), is.map(|it| &it.name), changes);
        if let (Some(was), Some(is)) = (was, is) {
            lead(place.clone(), Some(was.lead.0.clone()), Some(is.lead.0.clone()), changes);
            support(place, &was.support, &is.support, changes);
        }
    }
    let steps = |phase: Option<&Phase>| phase.map(|phase| phase.steps.clone()).unwrap_or_default();
    let (old_steps, new_steps) = (steps(was), steps(is));
    for step in joined(old_steps.iter().map(|it| &it.code), new_steps.iter().map(|it| &it.code)) {
        let one = old_steps.iter().find(|it| it.code == step);
        let other = new_steps.iter().find(|it| it.code == step);
        let place = place(Some(&step));
        named(place.clone(), one.map(|it| &it.name), other.map(|it| &it.name), changes);
        let (Some(one), Some(other), Some(was), Some(is)) = (one, other, was, is) else { continue };
        let (old_own, new_own) = (old.cell(code, Some(&step)), new.cell(code, Some(&step)));
        // A step without a cell of its own goes with its phase, whose change is told already.
        if old_own.is_some() || new_own.is_some() {
            cell_changes(&place, old_own.or(old_cell), new_own.or(new_cell), changes);
        }
        let own_limit = |cell, step: &Step| {
            let cell: Option<&Cell> = cell;
            cell.and_then(|cell| cell.limit.clone()).or_else(|| step.limit.clone())
        };
        match (own_limit(old_own, one), own_limit(new_own, other)) {
            (None, None) => {}
            (one, other) => limit(
                place.clone(),
                &one.unwrap_or_else(|| was.limit.clone()),
                &other.unwrap_or_else(|| is.limit.clone()),
                changes,
            ),
        }
        let same = (&one.input, &one.action, &one.output, &one.responsible)
            == (&other.input, &other.action, &other.output, &other.responsible);
        if !same {
            changes.push(Change::Step { place });
        }
    }
}

fn limit_of<'a>(cell: Option<&'a Cell>, step: Option<&'a Step>, phase: &'a Phase) -> &'a Text {
    let of_cell = cell.and_then(|cell| cell.limit.as_ref());
    of_cell.or_else(|| step?.limit.as_ref()).unwrap_or(&phase.limit)
}

fn named(place: Place, was: Option<&Text>, is: Option<&Text>, changes: &mut Vec<Change>) {
    if was != is {
        changes.push(Change::Named { place, was: was.cloned(), is: is.cloned() });
    }
}

fn cell_changes(place: &Place, old: Option<&Cell>, new: Option<&Cell>, changes: &mut Vec<Change>) {
    let written = |cell: Option<&Cell>| cell.and_then(|cell| cell.lead.first().cloned());
    lead(place.clone(), written(old), written(new), changes);
    if let (Some(old), Some(new)) = (old, new) {
        support(place.clone(), &old.support, &new.support, changes);
    }
}

fn lead(place: Place, was: Option<String>, is: Option<String>, changes: &mut Vec<Change>) {
    if was != is {
        changes.push(Change::Lead { place, was, is });
    }
}

fn support(place: Place, was: &[String], is: &[String], changes: &mut Vec<Change>) {
    let (added, removed) = compared(was, is);
    if !added.is_empty() || !removed.is_empty() {
        changes.push(Change::Support { place, added, removed });
    }
}

fn limit(place: Place, was: &Text, is: &Text, changes: &mut Vec<Change>) {
    if was != is {
        changes.push(Change::Limit { place, was: was.clone(), is: is.clone() });
    }
}

/// What only the second has, and what only the first has.
fn compared<T: Clone + PartialEq>(was: &[T], is: &[T]) -> (Vec<T>, Vec<T>) {
    let only = |these: &[T], those: &[T]| these.iter().filter(|it| !those.contains(it)).cloned().collect();
    (only(is, was), only(was, is))
}

fn text_changes(old: &Charter, new: &Charter, changes: &mut Vec<Change>) {
    let numbers =
        joined(old.articles().iter().map(|it| &it.number), new.articles().iter().map(|it| &it.number));
    for number in numbers {
        let (was, is) = (old.article(number), new.article(number));
        let node = Cited::Article(number);
        titled(node, was.map(|it| &it.title), is.map(|it| &it.title), changes);
        if let (Some(was), Some(is)) = (was, is) {
            let clauses = reworded(was, is);
            if !clauses.is_empty() {
                changes.push(Change::Wording { node, clauses });
            }
        }
    }
    let numbers =
        joined(old.appendices().iter().map(|it| &it.number), new.appendices().iter().map(|it| &it.number));
    for number in numbers {
        let (was, is) = (old.appendix(number), new.appendix(number));
        let node = Cited::Appendix(number);
        titled(node, was.map(|it| &it.title), is.map(|it| &it.title), changes);
        if was.zip(is).is_some_and(|(was, is)| was.text != is.text) {
            changes.push(Change::Wording { node, clauses: Vec::new() });
        }
    }
}

fn titled(node: Cited, was: Option<&Text>, is: Option<&Text>, changes: &mut Vec<Change>) {
    if was != is {
        changes.push(Change::Title { node, was: was.cloned(), is: is.cloned() });
    }
}

/// The clauses that read differently, those that only one has among them.
fn reworded(was: &Article, is: &Article) -> Vec<u32> {
    let words = |article: &Article, number: u32| {
        let clause = article.clauses.iter().find(|clause| clause.number == number)?;
        let points: Vec<_> = clause.points.iter().map(|it| (it.letter.clone(), it.text.clone())).collect();
        Some((clause.text.clone(), points))
    };
    let numbers = joined(was.clauses.iter().map(|it| &it.number), is.clauses.iter().map(|it| &it.number));
    numbers.into_iter().filter(|number| words(was, *number) != words(is, *number)).collect()
}

fn group_changes(
    (old, old_day): (&Charter, NaiveDate),
    (new, new_day): (&Charter, NaiveDate),
    changes: &mut Vec<Change>,
) {
    for code in joined(old.groups().iter().map(|it| &it.code), new.groups().iter().map(|it| &it.code)) {
        let (was, is) = (old.members(&code, old_day), new.members(&code, new_day));
        let (added, removed) = compared(&was, &is);
        if !added.is_empty() || !removed.is_empty() {
            changes.push(Change::Group { code, added, removed });
        }
    }
}

fn unit_changes(
    (old, old_day): (&Charter, NaiveDate),
    (new, new_day): (&Charter, NaiveDate),
    changes: &mut Vec<Change>,
) {
    let was: Vec<&Unit> = old.units_at(old_day).collect();
    let is: Vec<&Unit> = new.units_at(new_day).collect();
    let codes = |units: &[&Unit]| units.iter().map(|unit| unit.code.clone()).collect::<BTreeSet<_>>();
    let (old_codes, new_codes) = (codes(&was), codes(&is));
    let (mut central, mut provinces) = (Vec::new(), Vec::new());
    let mut put = |change: Change| {
        if change.is_of_a_province() { provinces.push(change) } else { central.push(change) }
    };
    for unit in &is {
        let (class, code) = (unit.class, unit.code.clone());
        match was.iter().find(|other| other.code == code) {
            None => put(Change::UnitNew {
                class,
                code,
                name: unit.name_on(new_day).clone(),
                succeeds: unit.succeeds.iter().filter(|code| old_codes.contains(code)).cloned().collect(),
            }),
            Some(before) if before.name_on(old_day) != unit.name_on(new_day) => put(Change::UnitRenamed {
                class,
                code,
                was: before.name_on(old_day).clone(),
                is: unit.name_on(new_day).clone(),
            }),
            Some(_) => {}
        }
    }
    for unit in was.iter().filter(|unit| !new_codes.contains(&unit.code)) {
        let successors = is.iter().filter(|other| other.succeeds.contains(&unit.code));
        put(Change::UnitGone {
            class: unit.class,
            code: unit.code.clone(),
            name: unit.name_on(old_day).clone(),
            successors: successors.map(|unit| unit.code.clone()).collect(),
        });
    }
    changes.append(&mut central);
    changes.append(&mut provinces);
}

/// Whether a lead as the matrix writes it is the word for "each domain has its own".
fn is_by_domain(lead: &str) -> bool {
    lead == BY_DOMAIN
}
