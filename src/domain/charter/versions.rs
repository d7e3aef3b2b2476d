//! The versions of the regulation side by side: each applies from its own day until the next one does.

use super::Charter;
use super::model::Unit;
use super::responsibility::{NoAnswer, Responsibility};
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::{Lang, Text};
use chrono::NaiveDate;

/// All versions that the office knows, the earliest first. There is always one. A clone shares them.
#[derive(Clone, Debug)]
pub struct Charters {
    first: Charter,
    later: Vec<Charter>,
}

/// Why versions do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// There is none.
    None,
    /// Two are called the same.
    SameName(String),
    /// Two apply from the same day.
    SameDay(String, String, NaiveDate),
    /// Two bring different tables of days off; one table counts for all tasks.
    Calendars(String, String),
}

impl Clash {
    /// What clashes, and what to do, as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::None, Lang::Vi) => "chưa nêu quy chế nào; hãy nêu ít nhất một tại LIAISON_CHARTER".into(),
            (Self::None, Lang::En) => "no charter is named; name at least one in LIAISON_CHARTER".into(),
            (Self::SameName(id), Lang::Vi) => {
                format!("có hai quy chế cùng mang tên “{id}”; hãy đổi “id” của một bản hoặc bỏ bớt một bản")
            }
            (Self::SameName(id), Lang::En) => {
                format!("two charters are called “{id}”; change the “id” of one, or leave one out")
            }
            (Self::SameDay(a, b, day), Lang::Vi) => format!(
                "quy chế {a} và {b} cùng áp dụng từ ngày {}; hãy sửa “effective_from” của một bản",
                day.format("%d/%m/%Y")
            ),
            (Self::SameDay(a, b, day), Lang::En) => format!(
                "the charters {a} and {b} both apply from {}; correct “effective_from” of one",
                day.format("%d/%m/%Y")
            ),
            (Self::Calendars(a, b), Lang::Vi) => format!(
                "quy chế {a} và {b} có hai lịch nghỉ khác nhau, trong khi chỉ dùng một lịch cho mọi nhiệm vụ; hãy ghi calendar = \"{a}\" trong charter.toml của {b} và bỏ calendar.toml của bản đó"
            ),
            (Self::Calendars(a, b), Lang::En) => format!(
                "the charters {a} and {b} bring different days off, and one calendar counts for all tasks; write calendar = \"{a}\" in the charter.toml of {b} and remove its calendar.toml"
            ),
        }
    }
}

impl From<Charter> for Charters {
    fn from(only: Charter) -> Self {
        Self { first: only, later: Vec::new() }
    }
}

impl Charters {
    /// The versions in the order of their days.
    ///
    /// # Errors
    /// Everything that keeps them from going together.
    pub fn new(mut versions: Vec<Charter>) -> Result<Self, Vec<Clash>> {
        versions.sort_by_key(|version| version.about().effective_from);
        let mut clashes = Vec::new();
        for (at, version) in versions.iter().enumerate() {
            let about = version.about();
            for earlier in versions.iter().take(at) {
                let before = earlier.about();
                if before.id == about.id {
                    clashes.push(Clash::SameName(about.id.clone()));
                } else if before.effective_from == about.effective_from {
                    clashes.push(Clash::SameDay(before.id.clone(), about.id.clone(), about.effective_from));
                }
            }
        }
        if let Some(first) = versions.first() {
            let others = versions.iter().filter(|other| other.calendar_toml() != first.calendar_toml());
            clashes.extend(
                others.map(|other| Clash::Calendars(first.about().id.clone(), other.about().id.clone())),
            );
        }
        let mut versions = versions.into_iter();
        match versions.next() {
            Some(first) if clashes.is_empty() => Ok(Self { first, later: versions.collect() }),
            Some(_) => Err(clashes),
            None => Err(vec![Clash::None]),
        }
    }

    /// All of them, the earliest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Charter> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The version in force on `date`; before the first one's day the first, which then says that it does not know.
    pub fn on(&self, date: NaiveDate) -> &Charter {
        self.all().rev().find(|version| version.about().effective_from <= date).unwrap_or(&self.first)
    }

    /// The version with this id.
    pub fn called(&self, id: &str) -> Option<&Charter> {
        self.all().find(|version| version.about().id == id)
    }

    /// The first version of all.
    pub fn first(&self) -> &Charter {
        &self.first
    }

    /// The last version of all, which may come into force only later.
    pub fn last(&self) -> &Charter {
        self.later.last().unwrap_or(&self.first)
    }

    /// The last day on which `version` is in force; none when no other follows it.
    pub fn last_day(&self, version: &Charter) -> Option<NaiveDate> {
        let from = version.about().effective_from;
        let next = self.all().find(|other| other.about().effective_from > from)?;
        next.about().effective_from.pred_opt()
    }

    /// Who is responsible on `date`, by the version that is in force then.
    ///
    /// # Errors
    /// As [`Charter::responsibility`].
    pub fn responsibility(
        &self,
        phase: &PhaseCode,
        activity: Option<&str>,
        date: NaiveDate,
    ) -> Result<Responsibility, NoAnswer> {
        self.on(date).responsibility(phase, activity, date)
    }

    /// The unit with this code in the version in force on `date`; else in the latest version that knows it.
    pub fn unit(&self, code: &UnitCode, date: NaiveDate) -> Option<&Unit> {
        self.from(date).find_map(|version| version.unit(code))
    }

    /// The unit that somebody means, as [`Charter::unit_meant`]; the version in force on `date` is asked first. What is
    /// exactly a name in another version is meant before what only resembles one in this: `TKG` is no beginning of "TK Gia Lai".
    pub fn unit_meant(&self, query: &str, date: NaiveDate) -> Option<&Unit> {
        let called = self.from(date).find_map(|version| version.unit_called(query, date));
        called.or_else(|| self.from(date).find_map(|version| version.unit_meant(query, date)))
    }

    /// The units of `date` that took over the work of `unit`, by the version in force then.
    pub fn successors(&self, unit: &UnitCode, date: NaiveDate) -> Vec<UnitCode> {
        let of_date = self.on(date).units_at(date).filter(|other| other.succeeds.contains(unit));
        of_date.map(|unit| unit.code.clone()).collect()
    }

    /// The unit whose code or Vietnamese name a Discord role bears. The version in force on `date` is asked first, then the
    /// others: a role may still bear the name of last year, or already that of next.
    pub fn unit_by_role_name(&self, role: &str, date: NaiveDate) -> Option<&Unit> {
        self.from(date).find_map(|version| version.unit_by_role_name(role))
    }

    /// What a phase is called on `date`, or was called last.
    pub fn phase_name(&self, code: &PhaseCode, date: NaiveDate) -> Option<&Text> {
        self.from(date).find_map(|version| version.phase(code)).map(|phase| &phase.name)
    }

    /// The same where there is room for few letters.
    pub fn phase_short(&self, code: &PhaseCode, date: NaiveDate) -> Option<&Text> {
        let phase = self.from(date).find_map(|version| version.phase(code));
        phase.map(|phase| phase.short.as_ref().unwrap_or(&phase.name))
    }

    /// The version in force on `date`, then the others, the latest first.
    fn from(&self, date: NaiveDate) -> impl Iterator<Item = &Charter> {
        let now = self.on(date);
        let others = self.all().rev().filter(|version| version.about().id != now.about().id);
        std::iter::once(now).chain(others)
    }
}
