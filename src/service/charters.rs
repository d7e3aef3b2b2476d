//! Questions about the regulation: its text, its versions, what a new one changes and which tasks that touches.

mod news;

use super::{Office, Outcome};
use crate::domain::actor::Actor;
use crate::domain::charter::diff::{self, Change};
use crate::domain::charter::{CarriedOver, Charter, Citation, NoAnswer, carry_over};
use crate::domain::fold::{fold, tidy};
use crate::domain::ids::{GuildId, PhaseCode};
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::domain::task::Task;
use chrono::{Days, NaiveDate};

/// One version compared with the one before it.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier version, by id.
    pub from: String,
    /// The later one.
    pub to: String,
    /// The day from which the later one applies.
    pub since: NaiveDate,
    /// Whether it is the one in force today, so that tasks can move to it.
    pub in_force: bool,
    /// What changes.
    pub changes: Vec<Change>,
    /// The open tasks of other versions that would be different under it, and about which nobody has decided: the nearest
    /// deadline first. Where the matrix cannot tell how, only a person can.
    pub touched: Vec<(Task, Option<CarriedOver>)>,
    /// How many further open tasks of other versions it leaves as they are.
    pub untouched: usize,
}

/// What a version does to the open tasks of other versions about which nobody has decided.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// Those that would be different under it, the nearest deadline first. Where the matrix cannot tell how, only a person can.
    pub tasks: Vec<(Task, Option<CarriedOver>)>,
    /// How many further ones it leaves as they are.
    pub untouched: usize,
}

/// The procedure of a phase, or one step of it, on a day.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// As of which day.
    pub day: NaiveDate,
    /// The phase.
    pub phase: PhaseCode,
    /// The step, when one was asked for.
    pub step: Option<String>,
}

impl Office {
    /// The procedure that somebody asks about.
    ///
    /// # Errors
    /// The refusal to show when the version of that day has no such phase or step.
    pub fn procedure(
        &self,
        phase: &str,
        step: Option<&str>,
        date: Option<&str>,
    ) -> Result<Procedure, Refusal> {
        let (charter, day) = self.charter_asked(date)?;
        let unknown = || Refusal::UnknownPhase { given: phase.trim().to_owned() };
        let phase = charter.phase_meant(phase.trim()).ok_or_else(unknown)?;
        let step = match step.map(str::trim).filter(|step| !step.is_empty()) {
            None => None,
            Some(asked) => {
                let found = phase.steps.iter().find(|step| {
                    [&step.code, &step.name.vi, &step.name.en]
                        .into_iter()
                        .any(|name| fold(name) == fold(asked))
                });
                let no = || NoAnswer::UnknownActivity(phase.code.clone(), asked.to_owned());
                Some(found.ok_or_else(|| Refusal::told(|lang| no().sentence(lang)))?.code.clone())
            }
        };
        Ok(Procedure { day, phase: phase.code.clone(), step })
    }

    /// The version in force on a day as people write it, today when nothing is said, and that day.
    ///
    /// # Errors
    /// The refusal to show when it is no date, or a day before the first version.
    pub fn charter_asked(&self, date: Option<&str>) -> Result<(&Charter, NaiveDate), Refusal> {
        let day = match date {
            Some(text) => self.moment_named(text, self.clock.now())?.date,
            None => self.today(),
        };
        let charter = self.charters.on(day);
        if day < charter.about().effective_from {
            let about = charter.about();
            let no = NoAnswer::BeforeCharter {
                date: day,
                from: about.effective_from,
                title: about.short_title.clone(),
            };
            return Err(Refusal::told(|lang| no.sentence(lang)));
        }
        Ok((charter, day))
    }

    /// The place in the text that somebody cites, if that version has it.
    ///
    /// # Errors
    /// The refusal to show when it has not.
    pub fn cited(&self, charter: &Charter, text: &str) -> Result<Citation, Refusal> {
        let (articles, appendices) = (charter.articles().len(), charter.appendices().len());
        let found = Citation::parse(text).filter(|citation| charter.has(citation));
        found.ok_or_else(|| {
            Refusal::told(|lang| match lang {
                Lang::Vi => format!(
                    "Quy chế không có “{}”. Quy chế có Điều 1 đến Điều {articles} và Phụ lục 01 đến {appendices:02}; hãy ghi như `Điều 7 khoản 2` hoặc `Phụ lục 01`.",
                    tidy(text)
                ),
                Lang::En => format!(
                    "The charter has no “{}”. It has Articles 1 to {articles} and Appendices 01 to {appendices:02}; write it like `Article 7 clause 2` or `Appendix 01`.",
                    tidy(text)
                ),
            })
        })
    }

    /// A version compared with the one before it: the named one, else the one in force, else the one to come.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn compared(&self, actor: &Actor, version: Option<&str>) -> Outcome<Result<Compared, Refusal>> {
        let (from, to) = match self.pair(version) {
            Ok(pair) => pair,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (about, today) = (to.about(), self.today());
        let since = about.effective_from;
        let before = since.checked_sub_days(Days::new(1)).unwrap_or(since);
        let mut found = Compared {
            from: from.about().id.clone(),
            to: about.id.clone(),
            since,
            in_force: self.charter().about().id == about.id,
            changes: diff::between(from, before, to, since),
            touched: Vec::new(),
            untouched: 0,
        };
        // What was in force once touches nothing any more.
        if found.in_force || since > today {
            let Touched { tasks, untouched } = self.touched(actor.guild, to).await?;
            found.untouched = untouched;
            found.touched = tasks;
            found.touched.retain(|(task, _)| super::board::may_see(actor, task));
        }
        Ok(Ok(found))
    }

    /// What `to`, in force or to come, does to the open tasks of an office.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touched(&self, guild: GuildId, to: &Charter) -> Outcome<Touched> {
        let (mut touched, day) = (Touched::default(), self.today().max(to.about().effective_from));
        for task in self.store.tasks_of_other_versions(guild, &to.about().id).await? {
            let now = (self.charter_of(&task), self.charter_day(&task));
            let over = carry_over(&task, now, (to, day)).ok();
            if over.as_ref().is_some_and(|over| !over.differs_from(&task)) {
                touched.untouched += 1;
            } else {
                touched.tasks.push((task, over));
            }
        }
        Ok(touched)
    }

    fn pair(&self, version: Option<&str>) -> Result<(&Charter, &Charter), Refusal> {
        let all: Vec<&Charter> = self.charters.all().collect();
        let at = match version {
            Some(named) => {
                let named = named.trim();
                let known: Vec<&str> = all.iter().map(|version| version.about().id.as_str()).collect();
                let at = known.iter().position(|id| id.eq_ignore_ascii_case(named));
                at.ok_or_else(|| {
                    Refusal::told(|lang| match lang {
                        Lang::Vi => {
                            format!("Không có bản “{named}”. Hãy chọn một trong: {}.", known.join(", "))
                        }
                        Lang::En => {
                            format!("There is no version “{named}”. Choose one of: {}.", known.join(", "))
                        }
                    })
                })?
            }
            None => {
                let in_force = all.iter().position(|one| one.about().id == self.charter().about().id);
                in_force.unwrap_or_default().max(1)
            }
        };
        match (at.checked_sub(1).and_then(|before| all.get(before)), all.get(at)) {
            (Some(from), Some(to)) => Ok((from, to)),
            _ => Err(Refusal::told(|lang| {
                match lang {
                Lang::Vi => "Không có bản nào trước đó để so sánh. Quản trị nạp thêm bản quy chế bằng thiết lập LIAISON_CHARTER, ví dụ `tctk-2023,nso-2025`; xem các bản bằng `/quy-che lich-su`.",
                Lang::En => "There is no earlier version to compare it with. The administrator loads more versions with the setting LIAISON_CHARTER, such as `tctk-2023,nso-2025`; see them with `/charter history`.",
            }
            .to_owned()
            })),
        }
    }
}
