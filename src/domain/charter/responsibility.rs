//! Who leads, who supports, by when, on what basis: always as of a date.

use super::Charter;
use super::model::{AppendixTable, Cell, Domain, Phase, Step, Unit};
use crate::domain::fold::fold;
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::{Lang, Text};
use chrono::NaiveDate;

/// The answer to "who is responsible".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsibility {
    /// The one lead, or one for each domain.
    pub lead: Lead,
    /// The supporting units, groups expanded, without the lead, in the order of the matrix.
    pub support: Vec<UnitCode>,
    /// The supporting units as a person would write them: "63 Cục Thống kê" instead of 63 codes. Empty when there are none.
    pub support_text: Text,
    /// The number of the article that the assignment rests on.
    pub article: u32,
    /// The title of that article.
    pub article_title: Text,
    /// The time limit, in words.
    pub limit: Text,
    /// What an official answer cites.
    pub basis: Text,
    /// Whether the assignment is provisional ("dự kiến").
    pub inferred: bool,
}

/// Who leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// One unit.
    Unit(UnitCode),
    /// Each domain has its own lead; asking about one of them gives [`Lead::Unit`].
    ByDomain(Vec<Domain>),
}

/// Why the charter has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The date lies before the first version that is known.
    BeforeCharter {
        /// The date asked about.
        date: NaiveDate,
        /// The first day that the charter answers for.
        from: NaiveDate,
        /// What the charter is called.
        title: Text,
    },
    /// There is no such phase.
    UnknownPhase(PhaseCode),
    /// The phase has neither such a step nor such a domain.
    UnknownActivity(PhaseCode, String),
    /// The lead named by the charter does not exist on the date.
    LeadGone(UnitCode, NaiveDate),
}

impl NoAnswer {
    /// What is known, and what to do, as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let dmy = |date: &NaiveDate| date.format("%d/%m/%Y").to_string();
        match (self, lang) {
            (Self::BeforeCharter { date, from, title }, Lang::Vi) => format!(
                "Ngày {} chưa có phân công: văn bản sớm nhất được biết là {}, áp dụng từ ngày {}. Hãy hỏi từ ngày đó trở đi.",
                dmy(date),
                title.vi,
                dmy(from)
            ),
            (Self::BeforeCharter { date, from, title }, Lang::En) => format!(
                "Nothing is known about {}: the earliest text is the {}, which applies from {}. Ask about that day or a later one.",
                dmy(date),
                title.en,
                dmy(from)
            ),
            (Self::UnknownPhase(code), Lang::Vi) => {
                format!("Quy chế không có giai đoạn “{code}”. Hãy chọn trong danh sách gợi ý.")
            }
            (Self::UnknownPhase(code), Lang::En) => {
                format!("The charter has no phase “{code}”. Choose one from the list.")
            }
            (Self::UnknownActivity(phase, activity), Lang::Vi) => {
                format!(
                    "Giai đoạn {phase} không có bước hay lĩnh vực “{activity}”. Hãy chọn trong danh sách gợi ý."
                )
            }
            (Self::UnknownActivity(phase, activity), Lang::En) => {
                format!("Phase {phase} has no step or domain “{activity}”. Choose one from the list.")
            }
            (Self::LeadGone(unit, date), Lang::Vi) => {
                format!(
                    "Đơn vị chủ trì {unit} không tồn tại vào ngày {}. Đề nghị đơn vị quản lý quy chế cập nhật bảng phân công.",
                    dmy(date)
                )
            }
            (Self::LeadGone(unit, date), Lang::En) => {
                format!(
                    "The lead {unit} does not exist on {}. The unit that keeps the charter must update its matrix.",
                    dmy(date)
                )
            }
        }
    }
}

impl Charter {
    /// Who is responsible for `phase`, or for one `activity` of it (the code or name of a step or domain), on `date`.
    ///
    /// # Errors
    /// [`NoAnswer`] when the charter does not say: the date is too early, or the phase or activity is not in it.
    pub fn responsibility(
        &self,
        phase: &PhaseCode,
        activity: Option<&str>,
        date: NaiveDate,
    ) -> Result<Responsibility, NoAnswer> {
        let about = self.about();
        if date < about.effective_from {
            let (from, title) = (about.effective_from, about.short_title.clone());
            return Err(NoAnswer::BeforeCharter { date, from, title });
        }
        let unknown_phase = || NoAnswer::UnknownPhase(phase.clone());
        let of_phase = self.phase(phase).ok_or_else(unknown_phase)?;
        let whole = self.cell(phase, None).ok_or_else(unknown_phase)?;

        let (cell, step, domain) = match activity {
            None => (whole, None, None),
            Some(asked) => match (domain_called(whole, asked), step_called(of_phase, asked)) {
                (Some(domain), _) => (whole, None, Some(domain)),
                (None, Some(step)) => (self.cell(phase, Some(&step.code)).unwrap_or(whole), Some(step), None),
                (None, None) => return Err(NoAnswer::UnknownActivity(phase.clone(), asked.to_owned())),
            },
        };
        let lead = match (domain, cell.lead.as_slice()) {
            (Some(domain), _) => Lead::Unit(domain.lead.clone()),
            (None, [unit]) if !cell.is_by_domain() => Lead::Unit(UnitCode(unit.clone())),
            _ => Lead::ByDomain(cell.domains.clone()),
        };
        if let Lead::Unit(unit) = &lead
            && !self.unit(unit).is_some_and(|unit| unit.exists_on(date))
        {
            return Err(NoAnswer::LeadGone(unit.clone(), date));
        }
        let named = domain.map(|domain| domain.support.as_slice()).unwrap_or_default();
        let (support, support_text) = self.support(named.iter().chain(&cell.support), &lead, date);
        let limit = (cell.step.as_ref().and(cell.limit.as_ref()))
            .or_else(|| step?.limit.as_ref())
            .or(cell.limit.as_ref())
            .unwrap_or(&of_phase.limit);
        Ok(Responsibility {
            lead,
            support,
            support_text,
            article: cell.article,
            article_title: self.article(cell.article).ok_or_else(unknown_phase)?.title.clone(),
            limit: limit.clone(),
            basis: self.basis(cell.article),
            inferred: cell.inferred,
        })
    }

    /// The name of the domain or step of `phase` that `asked` means, as [`Charter::responsibility`] understands it.
    pub fn activity_called(&self, phase: &PhaseCode, asked: &str) -> Option<&Text> {
        let domain = self.cell(phase, None).and_then(|cell| domain_called(cell, asked));
        domain.map(|domain| &domain.name).or_else(|| Some(&step_called(self.phase(phase)?, asked)?.name))
    }

    pub(super) fn cell(&self, phase: &PhaseCode, step: Option<&str>) -> Option<&Cell> {
        self.cells().iter().find(|cell| cell.phase == *phase && cell.step.as_deref() == step)
    }

    /// The units behind `entries` (units and groups) on `date`, each once and without the lead, and the same in words.
    fn support<'a>(
        &self,
        entries: impl Iterator<Item = &'a String>,
        lead: &Lead,
        date: NaiveDate,
    ) -> (Vec<UnitCode>, Text) {
        let is_lead = |unit: &Unit| matches!(lead, Lead::Unit(lead) if *lead == unit.code);
        let mut support: Vec<UnitCode> = Vec::new();
        let (mut vi, mut en) = (Vec::new(), Vec::new());
        for entry in entries {
            let members: Vec<&Unit> = self
                .units()
                .iter()
                .filter(|unit| self.stands_for(entry, unit))
                .filter(|unit| unit.exists_on(date) && !is_lead(unit) && !support.contains(&unit.code))
                .collect();
            let group = self.groups().iter().find(|group| group.code == *entry);
            match (group, members.as_slice()) {
                (_, []) => {}
                (Some(group), [_, _, ..]) => {
                    vi.push(format!("{:02} {}", members.len(), group.name.vi));
                    en.push(format!("{} {}", members.len(), group.name.en));
                }
                (_, alone) => {
                    vi.extend(alone.iter().map(|unit| unit.short_on(date).vi.clone()));
                    en.extend(alone.iter().map(|unit| unit.short_on(date).en.clone()));
                }
            }
            support.extend(members.iter().map(|unit| unit.code.clone()));
        }
        (support, Text { vi: vi.join(", "), en: en.join(", ") })
    }

    /// Whether `entry` of the matrix is the unit's code, or that of a group to which it belongs.
    pub(super) fn stands_for(&self, entry: &str, unit: &Unit) -> bool {
        unit.code.as_str() == entry
            || self.groups().iter().any(|group| {
                group.code == entry && (group.class == Some(unit.class) || group.members.contains(&unit.code))
            })
    }

    fn basis(&self, article: u32) -> Text {
        let title = &self.about().short_title;
        let table = self.appendices().iter().find(|it| it.table == Some(AppendixTable::Responsibilities));
        match table {
            Some(appendix) => Text {
                vi: format!("Điều {article}, Phụ lục {:02} {}", appendix.number, title.vi),
                en: format!("Article {article} and Appendix {:02} of the {}", appendix.number, title.en),
            },
            None => Text {
                vi: format!("Điều {article} {}", title.vi),
                en: format!("Article {article} of the {}", title.en),
            },
        }
    }
}

fn domain_called<'a>(cell: &'a Cell, asked: &str) -> Option<&'a Domain> {
    let asked = fold(asked);
    cell.domains.iter().find(|domain| {
        let names = domain.aliases.iter().chain([&domain.code, &domain.name.vi, &domain.name.en]);
        names.into_iter().any(|name| fold(name) == asked)
    })
}

fn step_called<'a>(phase: &'a Phase, asked: &str) -> Option<&'a Step> {
    let asked = fold(asked);
    phase
        .steps
        .iter()
        .find(|step| [&step.code, &step.name.vi, &step.name.en].into_iter().any(|name| fold(name) == asked))
}
