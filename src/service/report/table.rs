//! Figures as they are shown: unit by unit in the order of the charter, page by page.

use super::UNITS;
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::service::Office;
use crate::store::report::{Counted, ReportScope};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// A figure for each unit or phase.
#[derive(Clone, Debug)]
pub struct Table<F> {
    /// The unit, when only one is asked about; then the rows are of its phases.
    pub unit: Option<UnitCode>,
    /// The phase, when only one is asked about.
    pub phase: Option<PhaseCode>,
    /// The units of this page that have something to show, in the order of the charter.
    pub units: Vec<(UnitCode, F)>,
    /// The phases of the one unit that have something to show, in order.
    pub phases: Vec<(PhaseCode, F)>,
    /// How many units have nothing to show.
    pub silent: usize,
    /// All together.
    pub total: F,
    /// The page that this is, and how many there are.
    pub page: usize,
    /// How many pages there are; at least one.
    pub pages: usize,
}

/// Figures that grow, by unit and phase.
pub(super) type Growing<F> = BTreeMap<(UnitCode, PhaseCode), F>;

impl Office {
    /// Figures as they are shown: of the units in the order of the charter, those that it does not know any more last.
    pub(super) fn table<F: Default + Copy + PartialEq + AddAssign>(
        &self,
        scope: &ReportScope,
        figures: Growing<F>,
        page: usize,
    ) -> Table<F> {
        let mut total = F::default();
        let (mut units, mut phases): (BTreeMap<UnitCode, F>, BTreeMap<PhaseCode, F>) = Default::default();
        for ((unit, phase), figure) in figures {
            total += figure;
            *units.entry(unit).or_default() += figure;
            *phases.entry(phase).or_default() += figure;
        }
        let today = self.today();
        let mut ordered: Vec<(UnitCode, F)> = Vec::new();
        let mut silent = 0;
        for unit in self.charter().units_at(today) {
            match units.remove(&unit.code) {
                Some(figure) if figure != F::default() => ordered.push((unit.code.clone(), figure)),
                _ => silent += 1,
            }
        }
        ordered.extend(units.into_iter().filter(|(_, figure)| *figure != F::default()));
        let mut by_phase: Vec<(PhaseCode, F)> = self
            .charter()
            .phases()
            .iter()
            .filter_map(|phase| Some((phase.code.clone(), phases.remove(&phase.code)?)))
            .collect();
        by_phase.extend(phases);
        by_phase.retain(|(_, figure)| *figure != F::default());
        let (page, pages) = paged(page, ordered.len(), UNITS);
        let one = scope.unit.is_some();
        Table {
            units: if one {
                Vec::new()
            } else {
                ordered.into_iter().skip(page * UNITS).take(UNITS).collect()
            },
            phases: if one { by_phase } else { Vec::new() },
            silent: if one { 0 } else { silent },
            unit: scope.unit.clone(),
            phase: scope.phase.clone(),
            total,
            page,
            pages,
        }
    }
}

/// The figure to which something counted belongs.
pub(super) fn grown<'f, F: Default, T>(figures: &'f mut Growing<F>, one: &Counted<T>) -> &'f mut F {
    figures.entry((one.unit.clone(), one.phase.clone())).or_default()
}

/// The page that there is, and how many there are, of so many lines.
pub(super) fn paged(asked: usize, lines: usize, on_one: usize) -> (usize, usize) {
    let pages = lines.div_ceil(on_one).max(1);
    (asked.min(pages - 1), pages)
}
