//! What a charter is made of. The types are read from the charter's files as they stand, so a field here is a key there.

use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};

/// The head of a charter: `charter.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The name by which the charter is loaded, such as `tctk-2023`.
    pub id: String,
    /// The full title.
    pub title: Text,
    /// The title as the basis of an answer cites it.
    pub short_title: Text,
    /// The office whose regulation this is.
    pub office: Text,
    /// The version, such as `v1`.
    pub version: String,
    /// Draft or issued, in words.
    pub status: Text,
    /// The first day about which the charter answers.
    pub effective_from: NaiveDate,
    /// The unit that keeps the charter.
    pub coordinator: UnitCode,
    /// Where the text comes from.
    pub source: Text,
    /// What of it is provisional ("dự kiến").
    pub inferred: Text,
    /// The charter whose days off count for this one too, by name or folder; then it needs no `calendar.toml` of its own.
    pub calendar: Option<String>,
    /// How many nodes the text must have.
    pub declares: Declared,
}

/// The counts that the charter states of itself.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Chương.
    pub chapters: u32,
    /// Điều.
    pub articles: u32,
    /// Phụ lục.
    pub appendices: u32,
}

/// Chương.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// From 1.
    pub number: u32,
    /// Its title.
    pub title: Text,
    /// Whether it is provisional.
    pub inferred: bool,
}

/// Điều.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// From 1, through all chapters.
    pub number: u32,
    /// The number of its chapter.
    pub chapter: u32,
    /// Its title.
    pub title: Text,
    /// Whether the title is provisional; each clause says the same of itself.
    pub inferred: bool,
    /// Its clauses, in order.
    #[serde(default, rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// Khoản.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// From 1.
    pub number: u32,
    /// What it says.
    pub text: Text,
    /// Whether it is provisional.
    pub inferred: bool,
    /// Its points, in order.
    #[serde(default, rename = "point")]
    pub points: Vec<Point>,
}

/// Điểm.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// In Vietnamese order: a, b, c, d, đ, e, g, h …
    pub letter: String,
    /// What it says.
    pub text: Text,
    /// Whether it is provisional.
    pub inferred: bool,
}

/// Phụ lục.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appendix {
    /// From 1; written with two digits.
    pub number: u32,
    /// Its title.
    pub title: Text,
    /// What it says before its table.
    pub text: Text,
    /// The table that it holds, if any.
    pub table: Option<AppendixTable>,
    /// Whether it is provisional.
    pub inferred: bool,
}

/// The part of the charter that an appendix shows as its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppendixTable {
    /// Who leads and who supports: the cells.
    Responsibilities,
    /// The steps of the phases.
    Procedure,
}

/// A unit in scope.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its code, such as `TTDL` or `CTK-48`.
    pub code: UnitCode,
    /// Central or provincial.
    pub class: UnitClass,
    /// Its full name.
    pub name: Text,
    /// Its name in a list of many.
    pub short: Text,
    /// Further names by which people look for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its first day; that of the whole file when it states none.
    pub valid_from: Option<NaiveDate>,
    /// Its last day, when it has one.
    pub valid_to: Option<NaiveDate>,
    /// The units of an earlier version whose work it took over.
    #[serde(default)]
    pub succeeds: Vec<UnitCode>,
    /// What it was called before, the earliest first.
    #[serde(default, rename = "former")]
    pub former: Vec<FormerName>,
}

/// A name that a unit bore until a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerName {
    /// The last day of the name.
    pub until: NaiveDate,
    /// The full name of that time.
    pub name: Text,
    /// The short name of that time.
    pub short: Text,
}

impl Unit {
    /// Whether the unit exists on `date`.
    pub fn exists_on(&self, date: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= date) && self.valid_to.is_none_or(|last| date <= last)
    }

    /// Its full name on `date`.
    pub fn name_on(&self, date: NaiveDate) -> &Text {
        self.former_on(date).map_or(&self.name, |former| &former.name)
    }

    /// Its name in a list of many on `date`.
    pub fn short_on(&self, date: NaiveDate) -> &Text {
        self.former_on(date).map_or(&self.short, |former| &former.short)
    }

    fn former_on(&self, date: NaiveDate) -> Option<&FormerName> {
        self.former.iter().find(|former| date <= former.until)
    }
}

/// The two kinds of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitClass {
    /// Cơ quan Thống kê ở Trung ương.
    Central,
    /// Cục Thống kê tỉnh, thành phố.
    Province,
}

/// Several units by one word, such as "all provincial offices": named one by one, or a whole class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The word that the matrix uses.
    pub code: String,
    /// What follows the number of its units: "63 Cục Thống kê".
    pub name: Text,
    /// Its units by code.
    #[serde(default)]
    pub members: Vec<UnitCode>,
    /// All units of this class.
    pub class: Option<UnitClass>,
}

/// Giai đoạn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its code, `P1` to `P8`.
    pub code: PhaseCode,
    /// Its name.
    pub name: Text,
    /// Its name where there is room for few letters, as on a tag.
    #[serde(default)]
    pub short: Option<Text>,
    /// The number of the article about it.
    pub article: u32,
    /// Further names by which people look for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its time limit, in words.
    pub limit: Text,
    /// The phases of GSBPM 5.1 that it corresponds to.
    pub gsbpm: String,
    /// Its steps, in order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// Bước.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its code, such as `P3.2`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The sub-process of GSBPM 5.1 that it corresponds to.
    pub gsbpm: String,
    /// What it starts from.
    pub input: Option<Text>,
    /// What is done.
    pub action: Option<Text>,
    /// Who does it: codes of units and groups, and `lead` ([`LEAD`]) for whoever leads the phase.
    #[serde(default)]
    pub responsible: Vec<String>,
    /// What comes out.
    pub output: Option<Text>,
    /// Its own time limit, in words.
    pub limit: Option<Text>,
    /// Whether it is provisional.
    pub inferred: bool,
}

/// The word for "whoever leads the phase" among the `responsible` of a step.
pub const LEAD: &str = "lead";

/// The word that a cell uses as its lead when each domain has its own.
pub(super) const BY_DOMAIN: &str = "by-domain";

/// One assignment of the matrix: a phase, or a step that differs from its phase.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The phase.
    pub phase: PhaseCode,
    /// The step, when the cell is about one.
    pub step: Option<String>,
    /// The lead as written: exactly one entry, a unit or `by-domain`. More are kept to be reported.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(super) lead: Vec<String>,
    /// The domains and their leads, when the lead is by domain.
    #[serde(default, rename = "domain")]
    pub domains: Vec<Domain>,
    /// Supporting units and groups.
    #[serde(default)]
    pub support: Vec<String>,
    /// The number of the article that the assignment rests on.
    pub article: u32,
    /// A time limit that replaces the one of the phase or step.
    pub limit: Option<Text>,
    /// Whether the assignment is provisional.
    pub inferred: bool,
}

impl Cell {
    /// Whether each domain has its own lead.
    pub fn is_by_domain(&self) -> bool {
        self.lead.iter().any(|lead| lead == BY_DOMAIN)
    }
}

/// A subject such as CPI or GDP, and who leads in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its code, such as `CPI`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Further names by which people look for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The lead unit.
    pub lead: UnitCode,
    /// Units and groups that support in this domain besides those of the cell.
    #[serde(default)]
    pub support: Vec<String>,
}

/// `"TTDL"` or `["TTDL", "TKG"]`: two leads are readable, so that the fault can name them.
fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected the code of a unit")]
    enum Written {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Written::deserialize(from)? {
        Written::One(one) => vec![one],
        Written::Many(many) => many,
    })
}
