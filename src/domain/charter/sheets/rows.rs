//! The rows of a table and the values in their cells. What a cell cannot mean becomes a fault, and reading goes on.

use super::{CellFault, Layout, Sheet, Trouble, cell_name};
use crate::domain::charter::fault::{Fault, Problem};
use crate::domain::fold::{fold, tidy};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use toml::Value;

/// One row below the first: its number, and its cells by key with their columns.
pub(super) struct Row {
    at: usize,
    cells: BTreeMap<&'static str, (usize, String)>,
}

impl Row {
    pub(super) fn text(&self, key: &'static str) -> &str {
        self.cells.get(key).map_or("", |(_, text)| text.as_str())
    }

    pub(super) fn cell(&self, key: &'static str) -> String {
        cell_name(self.at, self.cells.get(key).map_or(0, |(column, _)| *column))
    }

    pub(super) fn list(&self, key: &'static str) -> Vec<String> {
        self.text(key).split([';', ',']).map(tidy).filter(|part| !part.is_empty()).collect()
    }
}

/// The table in which an entry stands, and the cells of its row by key: what they are called and what they hold.
type Stands = (&'static str, BTreeMap<&'static str, (String, String)>);

#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<CellFault>,
    /// Where the entries of the files came from: the words by which the check names them, to table and row.
    pub(super) places: BTreeMap<(&'static str, String), Stands>,
}

impl Reader {
    pub(super) fn fault(&mut self, sheet: &Sheet, cell: Option<String>, trouble: Trouble) {
        self.faults.push(CellFault { sheet: sheet.name.clone(), cell, trouble });
    }

    pub(super) fn wrong(&mut self, layout: &Layout, row: &Row, key: &'static str, trouble: Trouble) {
        self.faults.push(CellFault { sheet: layout.name.to_owned(), cell: Some(row.cell(key)), trouble });
    }

    /// The rows of a table, by the names in its first row. Empty rows are skipped.
    pub(super) fn rows(&mut self, layout: &Layout, sheet: &Sheet) -> Vec<Row> {
        let head = sheet.rows.first().cloned().unwrap_or_default();
        let mut columns = Vec::new();
        for (at, name) in head.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
            let key = name.split([' ', '(']).next().unwrap_or_default().to_lowercase();
            match layout.columns.iter().find(|(known, _)| *known == key) {
                Some((known, _)) => columns.push((*known, at)),
                None => self.fault(sheet, Some(cell_name(0, at)), Trouble::ColumnUnknown),
            }
        }
        for (key, _) in
            layout.columns.iter().filter(|(key, _)| !columns.iter().any(|(known, _)| known == key))
        {
            self.fault(sheet, None, Trouble::ColumnMissing { key });
        }
        let row = |(at, cells): (usize, &Vec<String>)| {
            let cell = |at: usize| tidy(cells.get(at).map_or("", String::as_str));
            Row { at, cells: columns.iter().map(|(key, column)| (*key, (*column, cell(*column)))).collect() }
        };
        let rows = sheet.rows.iter().enumerate().skip(1).map(row);
        rows.filter(|row| row.cells.values().any(|(_, text)| !text.is_empty())).collect()
    }

    /// Remembers that the check's `place` of `file` stands in this row.
    pub(super) fn stands(&mut self, file: &'static str, place: String, layout: &Layout, row: &Row) {
        let cells = row.cells.iter().map(|(key, (_, text))| (*key, (row.cell(key), text.clone()))).collect();
        self.places.entry((file, place)).or_insert((layout.name, cells));
    }

    pub(super) fn text(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Value {
        if row.text(key).is_empty() {
            self.wrong(layout, row, key, Trouble::Needed);
        }
        Value::String(row.text(key).to_owned())
    }

    pub(super) fn both(&mut self, layout: &Layout, row: &Row, vi: &'static str, en: &'static str) -> Value {
        let (vi, en) = (self.text(layout, row, vi), self.text(layout, row, en));
        Value::Table([("vi".to_owned(), vi), ("en".to_owned(), en)].into_iter().collect())
    }

    pub(super) fn date(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Option<NaiveDate> {
        let given = row.text(key);
        if given.is_empty() {
            return None;
        }
        let read =
            ["%d/%m/%Y", "%Y-%m-%d"].iter().find_map(|form| NaiveDate::parse_from_str(given, form).ok());
        if read.is_none() {
            self.wrong(layout, row, key, Trouble::NotADate { given: given.to_owned() });
        }
        read
    }

    pub(super) fn number(&mut self, layout: &Layout, row: &Row, key: &'static str) -> i64 {
        let given = row.text(key);
        match given.parse() {
            Ok(number) => number,
            Err(_) if given.is_empty() => {
                self.wrong(layout, row, key, Trouble::Needed);
                0
            }
            Err(_) => {
                self.wrong(layout, row, key, Trouble::NotANumber { given: given.to_owned() });
                0
            }
        }
    }

    pub(super) fn yes(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Value {
        let given = row.text(key);
        Value::Boolean(match fold(given).as_str() {
            "x" | "co" | "yes" | "true" | "1" => true,
            _ if given.is_empty() => false,
            "khong" | "no" | "false" | "0" => false,
            _ => {
                self.wrong(layout, row, key, Trouble::NotOneOf { given: given.to_owned(), choices: "x, –" });
                false
            }
        })
    }

    pub(super) fn class(&mut self, layout: &Layout, row: &Row) -> Option<Value> {
        let given = row.text("class");
        match given {
            "central" | "province" => Some(Value::String(given.to_owned())),
            "" => None,
            _ => {
                self.wrong(
                    layout,
                    row,
                    "class",
                    Trouble::NotOneOf { given: given.to_owned(), choices: "central, province" },
                );
                None
            }
        }
    }

    /// The cell of something that the check of the charter has found.
    pub(super) fn placed(&self, fault: &Fault) -> CellFault {
        let whole = || CellFault {
            // A table that lacks a row has no cell for it; the check's own name of the place says which.
            sheet: match fault.place.as_str() {
                "" => fault.file.trim_end_matches(".toml").to_owned(),
                place => format!("{}, {place}", fault.file.trim_end_matches(".toml")),
            },
            cell: None,
            trouble: Trouble::Found(fault.problem.clone()),
        };
        let date = match &fault.problem {
            Problem::OffOnWeekend { date }
            | Problem::WorkedOnWeekday { date }
            | Problem::DateOutsideYear { date } => Some(*date),
            _ => None,
        };
        let place = date.map_or_else(|| fault.place.clone(), |date| format!("day {date}"));
        let Some((sheet, cells)) = self
            .places
            .iter()
            .find(|((file, known), _)| *file == fault.file && *known == place)
            .map(|(_, found)| found)
        else {
            return whole();
        };
        let holds = |code: &str, keys: &[&'static str]| {
            let list = |text: &str| text.split([';', ',']).any(|part| part.trim() == code);
            keys.iter().copied().find(|key| cells.get(key).is_some_and(|(_, text)| list(text)))
        };
        let key = match &fault.problem {
            Problem::UnknownUnit { code } => holds(code, &["lead", "support", "members"]),
            Problem::NoLead
            | Problem::TwoLeads { .. }
            | Problem::LeadAndDomains { .. }
            | Problem::LeadNotYet { .. }
            | Problem::NoDomains => Some("lead"),
            Problem::UnknownPhase { .. } => Some("phase"),
            Problem::UnknownStep { .. } => Some("step"),
            Problem::UnknownArticle { .. } => Some("article"),
            Problem::EndsBeforeItBegins => Some("valid_to"),
            Problem::EmptyGroup => Some("members"),
            Problem::FormerOutOfOrder => Some("code"),
            Problem::OffOnWeekend { .. }
            | Problem::WorkedOnWeekday { .. }
            | Problem::DateOutsideYear { .. } => Some("date"),
            Problem::Duplicate { .. } => ["domain", "code", "year"]
                .into_iter()
                .find(|key| cells.get(key).is_some_and(|(_, text)| !text.is_empty())),
            _ => None,
        };
        match key.and_then(|key| cells.get(key)) {
            Some((cell, _)) => CellFault {
                sheet: (*sheet).to_owned(),
                cell: Some(cell.clone()),
                trouble: Trouble::Found(fault.problem.clone()),
            },
            None => CellFault { sheet: (*sheet).to_owned(), ..whole() },
        }
    }
}
