//! From tables to the files of a charter. Every fault is said by its cell; with one, nothing is taken in.

use super::{
    DAYS, FORMER, GROUPS, Layout, MATRIX, OF_THE_CALENDAR, OF_THE_CHARTER, Sheet, UNITS, YEARS, cell_name,
};
use crate::domain::charter::fault::{Fault, Problem};
use crate::domain::charter::{Charter, file};
use crate::domain::fold::{fold, tidy};
use crate::domain::lang::Lang;
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

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The table.
    pub sheet: String,
    /// The cell, such as `C7`; none when it is about the table as a whole.
    pub cell: Option<String>,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What can be wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences below say what each means")]
pub enum Trouble {
    SheetMissing,
    SheetUnknown {
        known: String,
    },
    CalendarElsewhere {
        charter: String,
    },
    ColumnMissing {
        key: &'static str,
    },
    ColumnUnknown,
    NotADate {
        given: String,
    },
    NotANumber {
        given: String,
    },
    NotOneOf {
        given: String,
        choices: &'static str,
    },
    Needed,
    NoSuchRow {
        given: String,
    },
    /// What the check of the charter finds, by the same words.
    Found(Problem),
}

impl CellFault {
    /// The fault as one sentence: `matrix!C7: …`.
    pub fn sentence(&self, lang: Lang) -> String {
        let place = match &self.cell {
            Some(cell) => format!("{}!{cell}", self.sheet),
            None => self.sheet.clone(),
        };
        format!("{place}: {}.", self.trouble.words(lang))
    }
}

impl Trouble {
    fn words(&self, lang: Lang) -> String {
        let (vi, en) = match self {
            Self::Found(problem) => return problem.words(lang),
            Self::SheetMissing => (
                "thiếu bảng này; hãy bổ sung, có thể để trống dưới dòng tiêu đề".into(),
                "the table is missing; add it, if need be with nothing below its first row".into(),
            ),
            Self::SheetUnknown { known } => (
                format!("không phải bảng của quy chế; hãy đổi tên thành một trong {known}, hoặc bỏ đi"),
                format!("is no table of a charter; rename it to one of {known}, or remove it"),
            ),
            Self::CalendarElsewhere { charter } => (
                format!("quy chế này dùng lịch nghỉ của {charter}; hãy bỏ bảng này và sửa lịch tại đó"),
                format!(
                    "this charter uses the days off of {charter}; remove the table and change them there"
                ),
            ),
            Self::ColumnMissing { key } => (
                format!("thiếu cột “{key}”; hãy bổ sung vào dòng đầu"),
                format!("the column “{key}” is missing; add it to the first row"),
            ),
            Self::ColumnUnknown => (
                "không có cột này; hãy sửa tên cột hoặc bỏ đi".into(),
                "there is no such column; correct its name or remove it".into(),
            ),
            Self::NotADate { given } => (
                format!("“{given}” không phải ngày; hãy ghi như 31/12/2025"),
                format!("“{given}” is no date; write it like 31/12/2025"),
            ),
            Self::NotANumber { given } => (
                format!("“{given}” không phải số; hãy ghi một số nguyên"),
                format!("“{given}” is no number; write a whole number"),
            ),
            Self::NotOneOf { given, choices } => (
                format!("“{given}” không dùng được; hãy ghi một trong: {choices}"),
                format!("“{given}” cannot be used; write one of: {choices}"),
            ),
            Self::Needed => (
                "ô này không được để trống; hãy ghi giá trị".into(),
                "the cell must not be empty; fill it in".into(),
            ),
            Self::NoSuchRow { given } => (
                format!("“{given}” không có ở bảng tương ứng; hãy sửa hoặc bổ sung dòng đó"),
                format!("“{given}” stands in no row that it could belong to; correct it or add that row"),
            ),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
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
    let mut reader = Reader { faults: Vec::new(), places: BTreeMap::new() };
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
        let head = files.get(file::CALENDAR).and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
        made.insert(file::CALENDAR.to_owned(), reader.calendar(head, rows(&YEARS), rows(&DAYS)));
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

/// One row below the first: its number, and its cells by key with their columns.
struct Row {
    at: usize,
    cells: BTreeMap<&'static str, (usize, String)>,
}

impl Row {
    fn text(&self, key: &'static str) -> &str {
        self.cells.get(key).map_or("", |(_, text)| text.as_str())
    }

    fn cell(&self, key: &'static str) -> String {
        cell_name(self.at, self.cells.get(key).map_or(0, |(column, _)| *column))
    }

    fn list(&self, key: &'static str) -> Vec<String> {
        self.text(key).split([';', ',']).map(tidy).filter(|part| !part.is_empty()).collect()
    }
}

struct Reader {
    faults: Vec<CellFault>,
    /// Where the entries of the files came from: the words by which the check names them, to table and row.
    places: BTreeMap<(&'static str, String), (&'static str, BTreeMap<&'static str, (String, String)>)>,
}

impl Reader {
    fn fault(&mut self, sheet: &Sheet, cell: Option<String>, trouble: Trouble) {
        self.faults.push(CellFault { sheet: sheet.name.clone(), cell, trouble });
    }

    fn wrong(&mut self, layout: &Layout, row: &Row, key: &'static str, trouble: Trouble) {
        self.faults.push(CellFault { sheet: layout.name.to_owned(), cell: Some(row.cell(key)), trouble });
    }

    /// The rows of a table, by the names in its first row. Empty rows are skipped.
    fn rows(&mut self, layout: &Layout, sheet: &Sheet) -> Vec<Row> {
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
    fn stands(&mut self, file: &'static str, place: String, layout: &Layout, row: &Row) {
        let cells = row.cells.iter().map(|(key, (_, text))| (*key, (row.cell(key), text.clone()))).collect();
        self.places.entry((file, place)).or_insert((layout.name, cells));
    }

    fn text(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Value {
        if row.text(key).is_empty() {
            self.wrong(layout, row, key, Trouble::Needed);
        }
        Value::String(row.text(key).to_owned())
    }

    fn both(&mut self, layout: &Layout, row: &Row, vi: &'static str, en: &'static str) -> Value {
        let (vi, en) = (self.text(layout, row, vi), self.text(layout, row, en));
        Value::Table([("vi".to_owned(), vi), ("en".to_owned(), en)].into_iter().collect())
    }

    fn date(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Option<NaiveDate> {
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

    fn number(&mut self, layout: &Layout, row: &Row, key: &'static str) -> i64 {
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

    fn yes(&mut self, layout: &Layout, row: &Row, key: &'static str) -> Value {
        let given = row.text(key);
        Value::Boolean(match fold(given).as_str() {
            "x" | "co" | "yes" | "true" | "1" => true,
            "" | "khong" | "no" | "false" | "0" => false,
            _ => {
                self.wrong(layout, row, key, Trouble::NotOneOf { given: given.to_owned(), choices: "x, –" });
                false
            }
        })
    }

    fn class(&mut self, layout: &Layout, row: &Row) -> Option<Value> {
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
        // The earliest day of any: each unit states its own besides.
        table.insert("valid_from".into(), day(first.unwrap_or_default()));
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
                Some(cell) => match cell.entry("domain").or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(domains) => domains.push(Value::Table(one)),
                    _ => {}
                },
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

    /// The cell of something that the check of the charter has found.
    fn placed(&self, fault: &Fault) -> CellFault {
        let whole = || CellFault {
            sheet: fault.file.trim_end_matches(".toml").to_owned(),
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
