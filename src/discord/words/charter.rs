//! What is said about the regulation itself: its text, its procedure, its versions, what differs and what is lacking.

mod compared;
mod news;

use super::Voice;
use crate::discord::render;
use crate::domain::charter::gap::Gap;
use crate::domain::charter::{Appendix, Article, Charter, Citation, Clause, Group, LEAD, Lead, Phase, Step};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::when::format_date;
use crate::service::charters::Procedure;
use chrono::NaiveDate;
use serde_json::Value;

/// I, II, III: chapters are numbered so.
fn roman(number: u32) -> String {
    const NUMERALS: [(u32, &str); 5] = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = number;
    let mut text = String::new();
    for (value, numeral) in NUMERALS {
        while left >= value {
            left -= value;
            text.push_str(numeral);
        }
    }
    text
}

impl Voice<'_> {
    fn provisional(&self, inferred: bool) -> &'static str {
        if inferred { self.say(" *(dự kiến)*", " *(provisional)*") } else { "" }
    }

    /// From when to when a version applies.
    fn applies(&self, version: &Charter) -> String {
        let day = |date: NaiveDate| date.format("%d/%m/%Y").to_string();
        let from = day(version.about().effective_from);
        match (self.office.charters.last_day(version).map(day), self.lang) {
            (Some(last), Lang::Vi) => format!("áp dụng từ {from} đến {last}"),
            (Some(last), Lang::En) => format!("applies from {from} to {last}"),
            (None, Lang::Vi) => format!("áp dụng từ {from}"),
            (None, Lang::En) => format!("applies from {from}"),
        }
    }

    fn by_version(&self) -> String {
        let (id, on) = (&self.charter.about().id, format_date(self.on, self.lang));
        match self.lang {
            Lang::Vi => format!("Theo bản {id}, có hiệu lực ngày {on}"),
            Lang::En => format!("By version {id}, in force on {on}"),
        }
    }

    /// The regulation as a whole.
    pub fn charter_card(&self) -> Value {
        let (charter, lang) = (self.charter, self.lang);
        let about = charter.about();
        let mut lines = vec![
            format!("**{}**", about.title.get(lang)),
            format!("{}: {}", about.office.get(lang), about.status.get(lang)),
            format!(
                "{} · {}: {}",
                self.applies(charter),
                self.say("đơn vị quản lý", "kept by"),
                self.unit(&about.coordinator)
            ),
        ];
        for chapter in charter.chapters() {
            let name = self.say("Chương", "Chapter");
            let mark = self.provisional(chapter.inferred);
            lines.push(format!("\n**{name} {}. {}**{mark}", roman(chapter.number), chapter.title.get(lang)));
            for article in charter.articles().iter().filter(|article| article.chapter == chapter.number) {
                lines.push(format!("{}{}", self.article_title(article), self.provisional(article.inferred)));
            }
        }
        lines.push(String::new());
        for appendix in charter.appendices() {
            lines.push(format!("{}{}", self.appendix_title(appendix), self.provisional(appendix.inferred)));
        }
        lines.push(format!("\n{}: {}", self.say("Nguồn", "Source"), about.source.get(lang)));
        lines.push(format!("{}: {}", self.say("Phần dự kiến", "Provisional"), about.inferred.get(lang)));
        render::list(about.short_title.get(lang), &lines, Some(self.by_version()))
    }

    fn article_title(&self, article: &Article) -> String {
        format!("{} {}. {}", self.say("Điều", "Article"), article.number, article.title.get(self.lang))
    }

    fn appendix_title(&self, appendix: &Appendix) -> String {
        let name = self.say("Phụ lục", "Appendix");
        format!("{name} {:02}. {}", appendix.number, appendix.title.get(self.lang))
    }

    /// One place in the text, which the version has.
    pub fn citation_card(&self, citation: &Citation) -> Value {
        let (heading, lines) = match citation {
            Citation::Article { article, clause, point } => match self.charter.article(*article) {
                Some(article) => {
                    (self.article_title(article), self.article_lines(article, *clause, point.as_deref()))
                }
                None => Default::default(),
            },
            Citation::Appendix(number) => match self.charter.appendix(*number) {
                Some(appendix) => (self.appendix_title(appendix), self.appendix_lines(appendix)),
                None => Default::default(),
            },
        };
        render::list(&heading, &lines, Some(self.by_version()))
    }

    fn article_lines(&self, article: &Article, clause: Option<u32>, point: Option<&str>) -> Vec<String> {
        let wanted = article.clauses.iter().filter(|it| clause.is_none_or(|number| it.number == number));
        let mut lines: Vec<String> = wanted.flat_map(|clause| self.clause_lines(clause, point)).collect();
        let phases: Vec<String> = self
            .charter
            .phases()
            .iter()
            .filter(|it| it.article == article.number)
            .map(|it| it.code.to_string())
            .collect();
        if clause.is_none() && !phases.is_empty() {
            let about = phases.join(", ");
            lines.push(match self.lang {
                Lang::Vi => format!("\nQuy trình: `/quy-che giai-doan giai-doan:{about}` · phân công: `/ai-chu-tri giai-doan:{about}`"),
                Lang::En => format!("\nProcedure: `/charter phase phase:{about}` · assignment: `/who phase:{about}`"),
            });
        }
        lines
    }

    fn clause_lines(&self, clause: &Clause, point: Option<&str>) -> Vec<String> {
        let mark = self.provisional(clause.inferred);
        let mut lines = vec![format!("**{}.** {}{mark}", clause.number, clause.text.get(self.lang))];
        for one in clause.points.iter().filter(|one| point.is_none_or(|letter| one.letter == letter)) {
            lines.push(format!(
                "    {}) {}{}",
                one.letter,
                one.text.get(self.lang),
                self.provisional(one.inferred)
            ));
        }
        lines
    }

    fn appendix_lines(&self, appendix: &Appendix) -> Vec<String> {
        use crate::domain::charter::AppendixTable::{Procedure, Responsibilities};
        let mark = self.provisional(appendix.inferred);
        let mut lines = vec![format!("{}{mark}\n", appendix.text.get(self.lang))];
        for phase in self.charter.phases() {
            let name = self.phase(&phase.code);
            match appendix.table {
                Some(Responsibilities) => lines.push(format!("**{name}**\n{}", self.assignment(phase))),
                Some(Procedure) => {
                    let steps = phase.steps.len();
                    let more = match self.lang {
                        Lang::Vi => format!(
                            "{steps:02} bước; thời hạn: {}; xem `/quy-che giai-doan giai-doan:{}`",
                            phase.limit.vi, phase.code
                        ),
                        Lang::En => format!(
                            "{steps} steps; time limit: {}; see `/charter phase phase:{}`",
                            phase.limit.en, phase.code
                        ),
                    };
                    lines.push(format!("**{name}**\n{more}"));
                }
                None => {}
            }
        }
        lines
    }

    /// Who leads and supports a phase, in two lines.
    fn assignment(&self, phase: &Phase) -> String {
        match self.charter.responsibility(&phase.code, None, self.on) {
            Ok(said) => {
                let lead = match &said.lead {
                    Lead::Unit(unit) => self.short(unit),
                    Lead::ByDomain(domains) => {
                        let each: Vec<String> = domains
                            .iter()
                            .map(|domain| format!("{}: {}", domain.code, domain.lead))
                            .collect();
                        format!("{} ({})", self.say("theo lĩnh vực", "by domain"), each.join(", "))
                    }
                };
                let support = match said.support_text.get(self.lang) {
                    "" => self.say("không có", "none"),
                    text => text,
                };
                format!(
                    "{}: {lead}\n{}: {support}",
                    self.say("Chủ trì", "Lead"),
                    self.say("Phối hợp", "Support")
                )
            }
            Err(no) => no.sentence(self.lang),
        }
    }

    /// The steps of a phase, or one of them.
    pub fn procedure_card(&self, found: &Procedure) -> Value {
        let Some(phase) = self.charter.phase(&found.phase) else { return render::list("", &[], None) };
        let mut lines = vec![
            self.assignment(phase),
            format!("{}: {}\n", self.say("Thời hạn", "Time limit"), phase.limit.get(self.lang)),
        ];
        let steps =
            phase.steps.iter().filter(|step| found.step.as_ref().is_none_or(|code| step.code == *code));
        lines.extend(steps.map(|step| self.step_lines(phase, step)));
        let footer = match self.lang {
            Lang::Vi => format!("Điều {} · {}", phase.article, self.by_version()),
            Lang::En => format!("Article {} · {}", phase.article, self.by_version()),
        };
        render::list(&self.phase(&phase.code), &lines, Some(footer))
    }

    pub(super) fn step_lines(&self, phase: &Phase, step: &Step) -> String {
        let lang = self.lang;
        let mut text =
            format!("**{} {}**{}", step.code, step.name.get(lang), self.provisional(step.inferred));
        let path: Vec<String> = [
            (self.say("vào", "in"), &step.input),
            (self.say("làm", "do"), &step.action),
            (self.say("ra", "out"), &step.output),
        ]
        .into_iter()
        .filter_map(|(label, text)| Some(format!("*{label}:* {}", text.as_ref()?.get(lang))))
        .collect();
        if !path.is_empty() {
            text.push_str(&format!("\n{}", path.join(" · ")));
        }
        let who: Vec<String> = step.responsible.iter().map(|code| self.responsible(phase, code)).collect();
        let who =
            if who.is_empty() { self.say("chưa nêu", "nobody named").to_owned() } else { who.join(", ") };
        text.push_str(&format!("\n*{}:* {who}", self.say("ai", "who")));
        if let Some(limit) = &step.limit {
            text.push_str(&format!(" · *{}:* {}", self.say("hạn", "limit"), limit.get(lang)));
        }
        text
    }

    /// One of those who do a step, as the regulation writes it: the lead, a group, a unit.
    fn responsible(&self, phase: &Phase, code: &str) -> String {
        if code == LEAD {
            let lead =
                self.charter.responsibility(&phase.code, None, self.on).ok().and_then(|said| {
                    match said.lead {
                        Lead::Unit(unit) => Some(unit),
                        Lead::ByDomain(_) => None,
                    }
                });
            return match lead {
                Some(unit) => self.short(&unit),
                None => self.say("đơn vị chủ trì", "the lead").to_owned(),
            };
        }
        let group: Option<&Group> = self.charter.groups().iter().find(|group| group.code == code);
        group.map_or_else(
            || self.short(&UnitCode(code.to_owned())),
            |group| group.name.get(self.lang).to_owned(),
        )
    }

    /// All versions, the latest first.
    pub fn versions_card(&self) -> Value {
        let today = self.office.today();
        let in_force = &self.office.charter().about().id;
        let line = |version: &Charter| {
            let about = version.about();
            let state = if about.id == *in_force && about.effective_from <= today {
                self.say("đang có hiệu lực", "in force")
            } else if about.effective_from > today {
                self.say("chưa có hiệu lực", "not yet in force")
            } else {
                self.say("hết hiệu lực", "superseded")
            };
            format!(
                "**{}** · {state} · {}\n{}: {}\n",
                about.id,
                self.applies(version),
                about.short_title.get(self.lang),
                about.status.get(self.lang)
            )
        };
        let lines: Vec<String> = self.office.charters.all().rev().map(line).collect();
        let heading = match (self.lang, lines.len()) {
            (Lang::Vi, count) => format!("{count:02} bản của Quy chế phối hợp"),
            (Lang::En, 1) => "1 version of the coordination regulation".to_owned(),
            (Lang::En, count) => format!("{count} versions of the coordination regulation"),
        };
        let footer = self.say("So sánh: /quy-che so-sanh", "Compare: /charter diff").to_owned();
        render::list(&heading, &lines, Some(footer))
    }

    /// What is lacking between the regulation and the office.
    pub fn gaps_card(&self, gaps: &[Gap]) -> Value {
        let heading = match (self.lang, gaps.len()) {
            (Lang::Vi, 0) => "Không thiếu gì".to_owned(),
            (Lang::En, 0) => "Nothing is lacking".to_owned(),
            (Lang::Vi, count) => format!("{count:02} chỗ còn thiếu"),
            (Lang::En, 1) => "1 thing is lacking".to_owned(),
            (Lang::En, count) => format!("{count} things are lacking"),
        };
        let lines: Vec<String> = gaps.iter().map(|gap| format!("• {}", gap.sentence(self.lang))).collect();
        render::list(&heading, &lines, Some(self.by_version()))
    }
}
