//! Every sentence that Liaison says, both languages side by side: a missing one does not compile.
//!
//! The tone is that of the office: units are addressed, not persons; "đề nghị" asks; small numbers have two digits.

pub mod charter;
mod digest;
pub(in crate::discord) mod forum;
pub mod list;
pub mod log;
pub mod lookup;
pub mod meeting;
pub mod note;
pub mod people;
mod place;
pub mod refusal;
mod remind;
mod reminder;
pub mod report;
pub mod rules;
pub mod setup;
pub mod task;
pub mod unit;
pub mod waiting;

use crate::domain::actor::Tier;
use crate::domain::charter::{Charter, Unit};
use crate::domain::ids::{PhaseCode, RoleId, UnitCode};
use crate::domain::lang::Lang;
use crate::domain::task::Task;
use crate::service::Office;
use crate::service::directory::Recognition;
use chrono::NaiveDate;

/// How many units are named one by one before a list says how many more there are.
const NAMED_MAX: usize = 12;

/// Who speaks: the office's names and roles, in one language. Units and phases are called as the version of the regulation
/// calls them that is spoken about: that of today, of a day, or of a task.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The office.
    pub office: &'a Office,
    /// The language.
    pub lang: Lang,
    /// Which roles stand for which units.
    pub known: &'a Recognition,
    pub(super) charter: &'a Charter,
    pub(super) on: NaiveDate,
}

impl<'a> Voice<'a> {
    /// A voice that speaks of today.
    pub fn new(office: &'a Office, lang: Lang, known: &'a Recognition) -> Self {
        Self { office, lang, known, charter: office.charter(), on: office.today() }
    }

    /// The same, speaking of `date`.
    pub fn on(self, date: NaiveDate) -> Self {
        Self { charter: self.office.charters.on(date), on: date, ..self }
    }

    /// The same, speaking of a task: its version's names, of the day on which it was given or came under that version.
    pub fn of(self, task: &Task) -> Self {
        Self { charter: self.office.charter_of(task), on: self.office.charter_day(task), ..self }
    }
}

impl Voice<'_> {
    /// One of two texts.
    pub fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// `TTDL – Cục Thu thập dữ liệu …`, or the bare code when the charter does not know the unit any more.
    pub fn unit(&self, code: &UnitCode) -> String {
        match self.known_unit(code) {
            Some(unit) => format!("{code} – {}", unit.name_on(self.on).get(self.lang)),
            None => code.to_string(),
        }
    }

    /// The unit by the version that is spoken about, else by the one in force, else by whichever knows it.
    fn known_unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.charter.unit(code).or_else(|| self.office.charters.unit(code, self.office.today()))
    }

    /// The unit's short name, as a sentence wants it.
    pub fn short(&self, code: &UnitCode) -> String {
        let unit = self.known_unit(code);
        unit.map_or_else(|| code.to_string(), |unit| unit.short_on(self.on).get(self.lang).to_owned())
    }

    /// `P3 – Thu thập thông tin`.
    pub fn phase(&self, code: &PhaseCode) -> String {
        let name = self.charter.phase(code).map(|phase| &phase.name);
        match name.or_else(|| self.office.charters.phase_name(code, self.office.today())) {
            Some(name) => format!("{code} – {}", name.get(self.lang)),
            None => code.to_string(),
        }
    }

    /// A tier and those above it.
    pub fn at_least(&self, tier: Tier) -> String {
        let name = tier.name(self.lang);
        match (tier, self.lang) {
            // Nobody stands above them.
            (Tier::Administrator, _) => name.to_owned(),
            (_, Lang::Vi) => format!("từ {name} trở lên"),
            (_, Lang::En) => format!("{name} and above"),
        }
    }

    /// Several units as a person would write them: whole groups by their name, long lists cut with their number.
    pub fn units(&self, units: &[UnitCode]) -> String {
        if units.is_empty() {
            return self.say("không có", "none").to_owned();
        }
        let (groups, single) = self.charter.compact(units, self.on);
        let mut parts: Vec<String> = single.iter().take(NAMED_MAX).map(ToString::to_string).collect();
        if single.len() > NAMED_MAX {
            let more = single.len() - NAMED_MAX;
            parts.push(match self.lang {
                Lang::Vi => format!("và {more:02} đơn vị khác"),
                Lang::En => format!("and {more} more"),
            });
        }
        parts.extend(groups.iter().map(|group| group.get(self.lang).to_owned()));
        parts.join(", ")
    }

    /// The units of a group of the charter.
    pub(super) fn group(&self, code: &str) -> Vec<UnitCode> {
        self.charter.group_named(code, self.on).unwrap_or_default()
    }

    /// The role that stands for a unit.
    pub fn role(&self, unit: &UnitCode) -> Option<RoleId> {
        self.known.units.get(unit).copied()
    }

    /// The units of `units` that no role stands for, so that nobody can be pinged for them.
    pub fn roleless<'u>(&self, units: impl Iterator<Item = &'u UnitCode>) -> Vec<UnitCode> {
        units.filter(|unit| self.role(unit).is_none()).cloned().collect()
    }

    /// A unit in an autocomplete: at most 100 characters.
    pub fn unit_choice(&self, unit: &Unit) -> String {
        clip(&format!("{} – {}", unit.code, unit.name_on(self.on).get(self.lang)), 100)
    }
}

/// A count of working days: `04 ngày làm việc`, `1 working day`.
pub fn working_days(n: i64, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{n:02} ngày làm việc"),
        Lang::En if n == 1 => "1 working day".to_owned(),
        Lang::En => format!("{n} working days"),
    }
}

/// `text`, ended with `…` when it is longer than `max` characters.
pub fn clip(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut clipped: String = text.chars().take(max.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}

/// `text` so that Discord shows it as it was typed: no markdown and no mention. It stands inside a line, so what means
/// something only at the beginning of one is left alone.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        if is_link(word) {
            plain.push_str(word);
            continue;
        }
        for c in word.chars() {
            if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[') {
                plain.push('\\');
            }
            plain.push(c);
        }
    }
    plain
}

/// Whether Discord makes a link of the whole word. What stands in a link is no markdown, and a backslash would break it.
fn is_link(word: &str) -> bool {
    let word = word.trim_end();
    let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"));
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "-._~/?#@!$&=+,;:%".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(may_stand))
}
