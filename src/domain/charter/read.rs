//! From the files of a charter to its parts. A file or an entry that cannot be read becomes a fault, and reading goes on.

use super::fault::{Fault, Problem};
use super::file;
use super::model::{About, Appendix, Article, Cell, Chapter, Group, Phase, Unit};
use crate::domain::lang::Text;
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Everything that could be read.
pub(super) struct Draft {
    pub(super) about: Option<About>,
    pub(super) chapters: Rows<Chapter>,
    pub(super) articles: Rows<Article>,
    pub(super) appendices: Rows<Appendix>,
    pub(super) groups: Rows<Group>,
    pub(super) units: Rows<Unit>,
    pub(super) phases: Rows<Phase>,
    pub(super) cells: Rows<Cell>,
    pub(super) years: Rows<Year>,
    /// The text of the calendar; none when the file is missing, which is a fault then.
    pub(super) calendar_toml: Option<String>,
}

/// The entries of one list.
pub(super) struct Rows<T> {
    /// Those that could be read.
    pub(super) items: Vec<T>,
    /// The codes of all, so that a broken entry is not reported again wherever it is referred to.
    pub(super) codes: BTreeSet<String>,
    /// How many there are, broken ones included.
    pub(super) count: u32,
    /// Whether the code of every entry is known; if not, nothing is certain about what is lacking.
    pub(super) complete: bool,
}

impl<T> Rows<T> {
    /// Whether a reference to `code` is certainly wrong.
    pub(super) fn lacks(&self, code: &str) -> bool {
        self.complete && !self.codes.contains(code)
    }
}

/// A year of the calendar, as far as the charter checks it; the rules of working days are the calendar's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Year {
    pub(super) year: i32,
    pub(super) source: String,
    pub(super) provisional: bool,
    pub(super) off: Vec<Day>,
    pub(super) worked: Vec<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) name: Text,
}

/// What a file holds besides its lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingElse {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitsHead {
    valid_from: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarHead {
    #[serde(rename = "time_zone")]
    _time_zone: String,
    #[serde(rename = "hours")]
    _hours: Hours,
    /// The calendar's own to judge.
    #[serde(rename = "release", default)]
    _release: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    #[serde(rename = "morning")]
    _morning: [String; 2],
    #[serde(rename = "afternoon")]
    _afternoon: [String; 2],
}

/// Reads what can be read.
pub(super) fn read(files: &BTreeMap<String, String>) -> (Draft, Vec<Fault>) {
    let mut reader = Reader { files, faults: Vec::new() };
    for name in files.keys().filter(|name| !file::ALL.contains(&name.as_str())) {
        reader.fault(name, "", Problem::FileUnknown { expected: file::ALL.join(", ") });
    }

    let mut head = reader.table(file::CHARTER);
    let about = reader.rest(file::CHARTER, &mut head);

    let mut text = reader.table(file::ARTICLES);
    let chapters = reader.rows(file::ARTICLES, &mut text, "chapter", &["number"]);
    let articles = reader.rows(file::ARTICLES, &mut text, "article", &["number"]);
    let appendices = reader.rows(file::ARTICLES, &mut text, "appendix", &["number"]);
    reader.rest::<NothingElse>(file::ARTICLES, &mut text);

    let mut registry = reader.table(file::UNITS);
    let groups = reader.rows(file::UNITS, &mut registry, "group", &["code"]);
    let mut units: Rows<Unit> = reader.rows(file::UNITS, &mut registry, "unit", &["code"]);
    if let Some(UnitsHead { valid_from }) = reader.rest(file::UNITS, &mut registry) {
        for unit in &mut units.items {
            unit.valid_from.get_or_insert(valid_from);
        }
    }

    let mut process = reader.table(file::PHASES);
    let phases = reader.rows(file::PHASES, &mut process, "phase", &["code"]);
    reader.rest::<NothingElse>(file::PHASES, &mut process);

    let mut matrix = reader.table(file::MATRIX);
    let cells = reader.rows(file::MATRIX, &mut matrix, "cell", &["step", "phase"]);
    reader.rest::<NothingElse>(file::MATRIX, &mut matrix);

    let mut calendar = reader.table(file::CALENDAR);
    let years = reader.rows(file::CALENDAR, &mut calendar, "year", &["year"]);
    reader.rest::<CalendarHead>(file::CALENDAR, &mut calendar);

    let calendar_toml = files.get(file::CALENDAR).cloned();
    let draft =
        Draft { about, chapters, articles, appendices, groups, units, phases, cells, years, calendar_toml };
    (draft, reader.faults)
}

/// The whole of one file.
pub(super) fn table_of(files: &BTreeMap<String, String>, name: &str) -> Result<Table, Fault> {
    let fault = |problem| Fault { file: name.into(), place: String::new(), problem };
    let text = files.get(name).ok_or_else(|| fault(Problem::FileMissing))?;
    text.parse::<Table>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        fault(Problem::Syntax { line, message: one_line(error.message()) })
    })
}

struct Reader<'a> {
    files: &'a BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, file: &str, place: &str, problem: Problem) {
        self.faults.push(Fault { file: file.into(), place: place.into(), problem });
    }

    fn table(&mut self, name: &str) -> Option<Table> {
        table_of(self.files, name).map_err(|fault| self.faults.push(fault)).ok()
    }

    /// Takes the list `key` out of `table`, entry by entry. An entry is named by the first of `named_by` that it has.
    fn rows<T: DeserializeOwned>(
        &mut self,
        file: &str,
        table: &mut Option<Table>,
        key: &str,
        named_by: &[&str],
    ) -> Rows<T> {
        let complete = table.is_some();
        let entries = match table.as_mut().and_then(|table| table.remove(key)) {
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.fault(file, key, Problem::Unreadable { message: format!("expected [[{key}]]") });
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut rows = Rows { items: Vec::new(), codes: BTreeSet::new(), count: 0, complete };
        for entry in entries {
            rows.count += 1;
            let code = named_by.iter().find_map(|name| match entry.get(name)? {
                Value::String(code) => Some(code.clone()),
                Value::Integer(number) => Some(number.to_string()),
                _ => None,
            });
            let place = format!("{key} {}", code.clone().unwrap_or_else(|| format!("no. {}", rows.count)));
            rows.complete &= code.is_some();
            rows.codes.extend(code);
            match entry.try_into() {
                Ok(item) => rows.items.push(item),
                Err(error) => self.fault(file, &place, problem(&error)),
            }
        }
        rows
    }

    /// Reads what is left of `table` after its lists were taken.
    fn rest<T: DeserializeOwned>(&mut self, file: &str, table: &mut Option<Table>) -> Option<T> {
        match table.take()?.try_into() {
            Ok(read) => Some(read),
            Err(error) => {
                self.fault(file, "", problem(&error));
                None
            }
        }
    }
}

/// The two slips that people make most get their own sentence; serde's message is the only place that tells them apart.
fn problem(error: &toml::de::Error) -> Problem {
    let message = one_line(&error.to_string());
    let quoted = |intro: &str| message.split_once(intro)?.1.split_once('`').map(|(quoted, _)| quoted);
    let path = |key: &str| match quoted("in `") {
        Some(parent) => format!("{parent}.{key}"),
        None => key.to_owned(),
    };
    if let Some(key) = quoted("unknown field `") {
        Problem::UnknownKey { key: path(key), message }
    } else if let Some(key) = quoted("missing field `") {
        Problem::MissingKey { key: path(key) }
    } else {
        Problem::Unreadable { message }
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
