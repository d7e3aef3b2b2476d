//! From a charter to its tables.

use super::{DAYS, FORMER, GROUPS, Layout, MATRIX, Sheet, UNITS, YEARS};
use crate::domain::charter::Charter;
use crate::domain::charter::model::{Cell, UnitClass};
use crate::domain::lang::Text;
use chrono::NaiveDate;

/// The tables of a charter, in the order in which people go through them. Those of the days off are there when the charter has
/// a calendar of its own.
pub fn export(charter: &Charter) -> Vec<Sheet> {
    let mut sheets = vec![units(charter), former(charter), groups(charter), matrix(charter)];
    if charter.about().calendar.is_none() {
        let years = charter.years();
        sheets.push(sheet(
            &YEARS,
            years.iter().map(|year| vec![year.year.to_string(), year.source.clone(), yes(year.provisional)]),
        ));
        let days = years.iter().flat_map(|year| {
            let off = year.off.iter().map(|day| (day, "off"));
            off.chain(year.worked.iter().map(|day| (day, "worked")))
        });
        sheets.push(sheet(
            &DAYS,
            days.map(|(day, kind)| {
                vec![date(day.date), kind.to_owned(), day.name.vi.clone(), day.name.en.clone()]
            }),
        ));
    }
    sheets
}

pub(super) fn sheet(layout: &Layout, rows: impl IntoIterator<Item = Vec<String>>) -> Sheet {
    let head = layout.columns.iter().map(|(key, vi)| format!("{key} ({vi})")).collect();
    Sheet { name: layout.name.to_owned(), rows: std::iter::once(head).chain(rows).collect() }
}

fn date(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

fn maybe_date(given: Option<NaiveDate>) -> String {
    given.map(date).unwrap_or_default()
}

fn yes(yes: bool) -> String {
    if yes { "x".to_owned() } else { String::new() }
}

fn class(class: UnitClass) -> &'static str {
    match class {
        UnitClass::Central => "central",
        UnitClass::Province => "province",
    }
}

fn codes<T: ToString>(codes: &[T]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn units(charter: &Charter) -> Sheet {
    sheet(
        &UNITS,
        charter.units().iter().map(|unit| {
            vec![
                unit.code.to_string(),
                class(unit.class).to_owned(),
                unit.name.vi.clone(),
                unit.name.en.clone(),
                unit.short.vi.clone(),
                unit.short.en.clone(),
                codes(&unit.aliases),
                maybe_date(unit.valid_from),
                maybe_date(unit.valid_to),
                codes(&unit.succeeds),
            ]
        }),
    )
}

fn former(charter: &Charter) -> Sheet {
    let all = charter.units().iter().flat_map(|unit| unit.former.iter().map(move |former| (unit, former)));
    sheet(
        &FORMER,
        all.map(|(unit, former)| {
            vec![
                unit.code.to_string(),
                date(former.until),
                former.name.vi.clone(),
                former.name.en.clone(),
                former.short.vi.clone(),
                former.short.en.clone(),
            ]
        }),
    )
}

fn groups(charter: &Charter) -> Sheet {
    sheet(
        &GROUPS,
        charter.groups().iter().map(|group| {
            vec![
                group.code.clone(),
                group.name.vi.clone(),
                group.name.en.clone(),
                group.class.map(class).unwrap_or_default().to_owned(),
                codes(&group.members),
            ]
        }),
    )
}

fn matrix(charter: &Charter) -> Sheet {
    let text = |text: Option<&Text>| text.map(|it| [it.vi.clone(), it.en.clone()]).unwrap_or_default();
    let cell_row = |cell: &Cell| {
        let [limit_vi, limit_en] = text(cell.limit.as_ref());
        let none = String::new;
        vec![
            cell.phase.to_string(),
            cell.step.clone().unwrap_or_default(),
            none(),
            cell.lead.join("; "),
            codes(&cell.support),
            cell.article.to_string(),
            none(),
            none(),
            none(),
            limit_vi,
            limit_en,
            yes(cell.inferred),
        ]
    };
    sheet(
        &MATRIX,
        charter.cells().iter().flat_map(|cell| {
            let domains = cell.domains.iter().map(|domain| {
                let none = String::new;
                vec![
                    cell.phase.to_string(),
                    cell.step.clone().unwrap_or_default(),
                    domain.code.clone(),
                    domain.lead.to_string(),
                    codes(&domain.support),
                    none(),
                    domain.name.vi.clone(),
                    domain.name.en.clone(),
                    codes(&domain.aliases),
                    none(),
                    none(),
                    none(),
                ]
            });
            std::iter::once(cell_row(cell)).chain(domains).collect::<Vec<_>>()
        }),
    )
}
