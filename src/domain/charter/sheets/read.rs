//! From tables to the files of a charter. Every fault is said by its cell; with one, nothing is taken in.

use super::rows::{Reader, Row};
use super::{
    CellFault, DAYS, FORMER, GROUPS, Layout, MATRIX, OF_THE_CALENDAR, OF_THE_CHARTER, Sheet, Trouble, UNITS,
    YEARS,
};
use crate::domain::charter::read::table_of;
use crate::domain::charter::{Charter, file};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What the tables come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The files of the charter that they make anew, by name.
    pub files: BTreeMap<String, String>,
    /// How many rows were read, for each table.
    pub rows: Vec<(String, usize)>,
}

/// Makes the files of a charter anew from its tables: `files` are those that it has, of which the text, the steps, the hours
/// of work stay. `today` is the day on which the result is judged.
///
/// # Errors
/// Every fault, by table and cell.
pub fn import(
    files: &BTreeMap<String, String>,
    shared_calendar: Option<&str>,
    sheets: &[Sheet],
    today: NaiveDate,
) -> Result<Imported, Vec<CellFault>> {
    let mut reader = Reader::default();
    let layouts: Vec<&Layout> = match shared_calendar {
        Some(_) => OF_THE_CHARTER.to_vec(),
        None => OF_THE_CHARTER.into_iter().chain(OF_THE_CALENDAR).collect(),
    };
    for sheet in sheets.iter().filter(|sheet| !layouts.iter().any(|layout| layout.name == sheet.name)) {
        let of_calendar = OF_THE_CALENDAR.iter().any(|layout| layout.name == sheet.name);
        reader.fault(
            sheet,
            None,
            match shared_calendar {
                Some(charter) if of_calendar => Trouble::CalendarElsewhere { charter: charter.to_owned() },
                _ => {
                    let known: Vec<&str> = layouts.iter().map(|layout| layout.name).collect();
                    Trouble::SheetUnknown { known: known.join(", ") }
                }
            },
        );
    }
    let mut tables = BTreeMap::new();
    for layout in &layouts {
        match sheets.iter().find(|sheet| sheet.name == layout.name) {
            Some(sheet) => drop(tables.insert(layout.name, reader.rows(layout, sheet))),
            None => reader.faults.push(CellFault {
                sheet: layout.name.to_owned(),
                cell: None,
                trouble: Trouble::SheetMissing,
            }),
        }
    }
    let rows = |layout: &Layout| tables.get(layout.name).map_or(&[][..], Vec::as_slice);
    let mut made = files.clone();
    made.insert(file::UNITS.to_owned(), reader.units(rows(&UNITS), rows(&FORMER), rows(&GROUPS)));
    made.insert(file::MATRIX.to_owned(), reader.matrix(rows(&MATRIX)));
    if shared_calendar.is_none() {
        match table_of(files, file::CALENDAR) {
            Ok(head) => {
                made.insert(file::CALENDAR.to_owned(), reader.calendar(head, rows(&YEARS), rows(&DAYS)));
            }
            // The hours of work and the releases are nowhere else.
            Err(fault) => {
                let placed = reader.placed(&fault);
                reader.faults.push(placed);
            }
        }
    }
    // What a cell could not say would be found again as a consequence.
    if reader.faults.is_empty() {
        let found = Charter::check(&made, today);
        for fault in found.into_iter().filter(|fault| !fault.can_wait()) {
            let placed = reader.placed(&fault);
            reader.faults.push(placed);
        }
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let counted = layouts.iter().map(|layout| (layout.name.to_owned(), rows(layout).len())).collect();
    made.retain(|name, text| files.get(name) != Some(text));
    Ok(Imported { files: made, rows: counted })
}

impl Reader {
    fn units(&mut self, units: &[Row], former: &[Row], groups: &[Row]) -> String {
        let mut all_groups = Vec::new();
        for row in groups {
            let mut group = Table::new();
            group.insert("code".into(), self.text(&GROUPS, row, "code"));
            group.insert("name".into(), self.both(&GROUPS, row, "name_vi", "name_en"));
            if let Some(class) = self.class(&GROUPS, row) {
                group.insert("class".into(), class);
            }
            list(&mut group, "members", row.list("members"));
            self.stands(file::UNITS, format!("group {}", row.text("code")), &GROUPS, row);
            all_groups.push(Value::Table(group));
        }
        let mut all = Vec::new();
        let mut first: Option<NaiveDate> = None;
        for row in units {
            let mut unit = Table::new();
            let code = row.text("code").to_owned();
            unit.insert("code".into(), self.text(&UNITS, row, "code"));
            match self.class(&UNITS, row) {
                Some(class) => drop(unit.insert("class".into(), class)),
                None if row.text("class").is_empty() => self.wrong(&UNITS, row, "class", Trouble::Needed),
                None => {}
            }
            unit.insert("name".into(), self.both(&UNITS, row, "name_vi", "name_en"));
            unit.insert("short".into(), self.both(&UNITS, row, "short_vi", "short_en"));
            list(&mut unit, "aliases", row.list("aliases"));
            if let Some(from) = self.date(&UNITS, row, "valid_from") {
                first = Some(first.map_or(from, |first| first.min(from)));
                unit.insert("valid_from".into(), day(from));
            }
            if let Some(to) = self.date(&UNITS, row, "valid_to") {
                unit.insert("valid_to".into(), day(to));
            }
            list(&mut unit, "succeeds", row.list("succeeds"));
            let mut names = Vec::new();
            for row in former.iter().filter(|row| row.text("unit") == code) {
                let mut name = Table::new();
                match self.date(&FORMER, row, "until") {
                    Some(until) => {
                        name.insert("until".into(), day(until));
                        self.stands(file::UNITS, format!("unit {code} former {until}"), &FORMER, row);
                    }
                    None if row.text("until").is_empty() => {
                        self.wrong(&FORMER, row, "until", Trouble::Needed)
                    }
                    None => {}
                }
                name.insert("name".into(), self.both(&FORMER, row, "name_vi", "name_en"));
                name.insert("short".into(), self.both(&FORMER, row, "short_vi", "short_en"));
                names.push(Value::Table(name));
            }
            if !names.is_empty() {
                unit.insert("former".into(), Value::Array(names));
            }
            self.stands(file::UNITS, format!("unit {code}"), &UNITS, row);
            all.push(Value::Table(unit));
        }
        for row in former.iter().filter(|row| !units.iter().any(|unit| unit.text("code") == row.text("unit")))
        {
            self.wrong(&FORMER, row, "unit", Trouble::NoSuchRow { given: row.text("unit").to_owned() });
        }
        let mut table = Table::new();
        // The earliest day of any: each unit states its own besides. Where none does, the check misses it.
        if let Some(first) = first {
            table.insert("valid_from".into(), day(first));
        }
        table.insert("group".into(), Value::Array(all_groups));
        table.insert("unit".into(), Value::Array(all));
        text_of(&table)
    }

    fn matrix(&mut self, rows: &[Row]) -> String {
        let mut cells: Vec<Table> = Vec::new();
        let mut keys: Vec<(String, String)> = Vec::new();
        for row in rows {
            let (phase, step, domain) = (row.text("phase"), row.text("step"), row.text("domain"));
            let place = format!("cell {}", if step.is_empty() { phase } else { step });
            if domain.is_empty() {
                let mut cell = Table::new();
                cell.insert("phase".into(), self.text(&MATRIX, row, "phase"));
                if !step.is_empty() {
                    cell.insert("step".into(), Value::String(step.to_owned()));
                }
                list(&mut cell, "lead", row.list("lead"));
                list(&mut cell, "support", row.list("support"));
                cell.insert("article".into(), Value::Integer(self.number(&MATRIX, row, "article")));
                if !row.text("limit_vi").is_empty() || !row.text("limit_en").is_empty() {
                    cell.insert("limit".into(), self.both(&MATRIX, row, "limit_vi", "limit_en"));
                }
                cell.insert("inferred".into(), self.yes(&MATRIX, row, "provisional"));
                self.stands(file::MATRIX, place, &MATRIX, row);
                cells.push(cell);
                keys.push((phase.to_owned(), step.to_owned()));
                continue;
            }
            let mut one = Table::new();
            one.insert("code".into(), Value::String(domain.to_owned()));
            one.insert("name".into(), self.both(&MATRIX, row, "name_vi", "name_en"));
            list(&mut one, "aliases", row.list("aliases"));
            one.insert("lead".into(), self.text(&MATRIX, row, "lead"));
            list(&mut one, "support", row.list("support"));
            self.stands(file::MATRIX, format!("{place} domain {domain}"), &MATRIX, row);
            let at = keys.iter().rposition(|key| *key == (phase.to_owned(), step.to_owned()));
            match at.and_then(|at| cells.get_mut(at)) {
                Some(cell) => {
                    let domains = cell.entry("domain").or_insert_with(|| Value::Array(Vec::new()));
                    if let Value::Array(domains) = domains {
                        domains.push(Value::Table(one));
                    }
                }
                None => self.wrong(
                    &MATRIX,
                    row,
                    "phase",
                    Trouble::NoSuchRow { given: format!("{phase} {step}").trim().to_owned() },
                ),
            }
        }
        let mut table = Table::new();
        table.insert("cell".into(), Value::Array(cells.into_iter().map(Value::Table).collect()));
        text_of(&table)
    }

    fn calendar(&mut self, mut head: Table, years: &[Row], days: &[Row]) -> String {
        let mut all = Vec::new();
        let mut dated = Vec::new();
        for row in days {
            let date = self.date(&DAYS, row, "date");
            if row.text("date").is_empty() {
                self.wrong(&DAYS, row, "date", Trouble::Needed);
            }
            let kind = row.text("kind");
            if !matches!(kind, "off" | "worked") {
                self.wrong(
                    &DAYS,
                    row,
                    "kind",
                    Trouble::NotOneOf { given: kind.to_owned(), choices: "off, worked" },
                );
            }
            let name = self.both(&DAYS, row, "name_vi", "name_en");
            if let Some(date) = date {
                self.stands(file::CALENDAR, format!("day {date}"), &DAYS, row);
                if !years.iter().any(|year| year.text("year") == date.year().to_string()) {
                    self.wrong(&DAYS, row, "date", Trouble::NoSuchRow { given: date.year().to_string() });
                }
                dated.push((date, kind.to_owned(), name));
            }
        }
        for row in years {
            let number = self.number(&YEARS, row, "year");
            let of_kind = |wanted: &str| {
                let of_year =
                    dated.iter().filter(|(date, kind, _)| i64::from(date.year()) == number && kind == wanted);
                let days = of_year.map(|(date, _, name)| {
                    Value::Table(
                        [("date".to_owned(), day(*date)), ("name".to_owned(), name.clone())]
                            .into_iter()
                            .collect(),
                    )
                });
                Value::Array(days.collect())
            };
            let mut year = Table::new();
            year.insert("year".into(), Value::Integer(number));
            year.insert("off".into(), of_kind("off"));
            year.insert("worked".into(), of_kind("worked"));
            year.insert("source".into(), self.text(&YEARS, row, "source"));
            year.insert("provisional".into(), self.yes(&YEARS, row, "provisional"));
            self.stands(file::CALENDAR, format!("year {number}"), &YEARS, row);
            all.push(Value::Table(year));
        }
        head.insert("year".into(), Value::Array(all));
        text_of(&head)
    }
}

fn list(table: &mut Table, key: &str, items: Vec<String>) {
    if !items.is_empty() {
        table.insert(key.to_owned(), Value::Array(items.into_iter().map(Value::String).collect()));
    }
}

/// A date as TOML writes it.
fn day(date: NaiveDate) -> Value {
    date.to_string()
        .parse::<toml::value::Datetime>()
        .map_or_else(|_| Value::String(date.to_string()), Value::Datetime)
}

fn text_of(table: &Table) -> String {
    table.to_string()
}
