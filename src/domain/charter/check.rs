//! What must hold between the parts of a charter. Every rule is looked at, whatever the others found.

mod days_off;

pub(super) use days_off::missing_years;

use super::fault::{Fault, Node, Problem};
use super::file;
use super::model::{BY_DOMAIN, Cell, LEAD};
use super::read::{Draft, Rows};
use crate::domain::fold::fold;
use crate::domain::lang::{Lang, Text};
use std::collections::BTreeSet;

/// All faults that do not depend on the day on which they are looked for.
pub(super) fn parts(draft: &Draft) -> Vec<Fault> {
    let mut check = Check { draft, faults: Vec::new() };
    check.about();
    check.text();
    check.units();
    check.phases();
    check.matrix();
    check.calendar();
    check.faults
}

struct Check<'a> {
    draft: &'a Draft,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn fault(&mut self, file: &str, place: &str, problem: Problem) {
        self.faults.push(Fault { file: file.into(), place: place.into(), problem });
    }

    fn words(&mut self, file: &str, place: &str, key: &str, text: &Text) {
        for lang in [Lang::Vi, Lang::En] {
            if text.get(lang).trim().is_empty() {
                self.fault(file, place, Problem::EmptyText { key: key.into(), lang });
            }
        }
    }

    /// Reports every name that occurs more than once, under the place of its later occurrence.
    fn unique(&mut self, file: &str, names: impl IntoIterator<Item = (String, String)>) {
        let mut seen = BTreeSet::new();
        for (place, name) in names {
            if !seen.insert(name.clone()) {
                self.fault(file, &place, Problem::Duplicate { what: name });
            }
        }
    }

    fn known_article(&mut self, file: &str, place: &str, number: u32) {
        if self.draft.articles.lacks(&number.to_string()) {
            self.fault(file, place, Problem::UnknownArticle { number });
        }
    }

    fn known_unit(&mut self, file: &str, place: &str, code: &str) {
        if self.draft.units.lacks(code) {
            self.fault(file, place, Problem::UnknownUnit { code: code.into() });
        }
    }

    fn known_units_or_groups(&mut self, file: &str, place: &str, codes: &[String]) {
        for code in codes.iter().filter(|code| self.draft.groups.lacks(code)) {
            self.known_unit(file, place, code);
        }
    }

    fn about(&mut self) {
        let draft = self.draft;
        let Some(about) = &draft.about else { return };
        let texts = [
            ("title", &about.title),
            ("short_title", &about.short_title),
            ("office", &about.office),
            ("status", &about.status),
            ("source", &about.source),
            ("inferred", &about.inferred),
        ];
        for (key, text) in texts {
            self.words(file::CHARTER, "", key, text);
        }
        self.known_unit(file::CHARTER, "coordinator", about.coordinator.as_str());
        self.counted(Node::Chapter, about.declares.chapters, &draft.chapters);
        self.counted(Node::Article, about.declares.articles, &draft.articles);
        self.counted(Node::Appendix, about.declares.appendices, &draft.appendices);
    }

    fn counted<T>(&mut self, what: Node, declared: u32, rows: &Rows<T>) {
        if !rows.complete {
            return;
        }
        if rows.count != declared {
            self.fault(file::CHARTER, "declares", Problem::Count { what, declared, found: rows.count });
        }
        for number in (1..=declared).filter(|number| rows.lacks(&number.to_string())) {
            self.fault(file::ARTICLES, "", Problem::Missing { what, number });
        }
    }

    fn text(&mut self) {
        let draft = self.draft;
        for chapter in &draft.chapters.items {
            self.words(file::ARTICLES, &format!("chapter {}", chapter.number), "title", &chapter.title);
        }
        for article in &draft.articles.items {
            let place = format!("article {}", article.number);
            self.words(file::ARTICLES, &place, "title", &article.title);
            if draft.chapters.lacks(&article.chapter.to_string()) {
                self.fault(file::ARTICLES, &place, Problem::UnknownChapter { number: article.chapter });
            }
            for clause in &article.clauses {
                let place = format!("{place} clause {}", clause.number);
                self.words(file::ARTICLES, &place, "text", &clause.text);
                for point in &clause.points {
                    self.words(
                        file::ARTICLES,
                        &format!("{place} point {}", point.letter),
                        "text",
                        &point.text,
                    );
                }
                let letters =
                    clause.points.iter().map(|point| (place.clone(), format!("point {}", point.letter)));
                self.unique(file::ARTICLES, letters);
            }
            let numbers =
                article.clauses.iter().map(|clause| (place.clone(), format!("clause {}", clause.number)));
            self.unique(file::ARTICLES, numbers);
        }
        for appendix in &draft.appendices.items {
            let place = format!("appendix {}", appendix.number);
            self.words(file::ARTICLES, &place, "title", &appendix.title);
            self.words(file::ARTICLES, &place, "text", &appendix.text);
        }
        let places = (draft.chapters.items.iter().map(|chapter| format!("chapter {}", chapter.number)))
            .chain(draft.articles.items.iter().map(|article| format!("article {}", article.number)))
            .chain(draft.appendices.items.iter().map(|appendix| format!("appendix {}", appendix.number)));
        self.unique(file::ARTICLES, places.map(|place| (place.clone(), place)));
    }

    fn units(&mut self) {
        let draft = self.draft;
        for unit in &draft.units.items {
            let place = format!("unit {}", unit.code);
            self.words(file::UNITS, &place, "name", &unit.name);
            self.words(file::UNITS, &place, "short", &unit.short);
            if let (Some(first), Some(last)) = (unit.valid_from, unit.valid_to)
                && last < first
            {
                self.fault(file::UNITS, &place, Problem::EndsBeforeItBegins);
            }
            for former in &unit.former {
                let place = format!("{place} former {}", former.until);
                self.words(file::UNITS, &place, "name", &former.name);
                self.words(file::UNITS, &place, "short", &former.short);
            }
            if !unit.former.is_sorted_by(|a, b| a.until < b.until) {
                self.fault(file::UNITS, &place, Problem::FormerOutOfOrder);
            }
        }
        for group in &draft.groups.items {
            let place = format!("group {}", group.code);
            self.words(file::UNITS, &place, "name", &group.name);
            for member in &group.members {
                self.known_unit(file::UNITS, &place, member.as_str());
            }
            if group.members.is_empty() && group.class.is_none() {
                self.fault(file::UNITS, &place, Problem::EmptyGroup);
            }
        }
        // Units and groups share one namespace: the matrix writes either.
        let codes = (draft
            .units
            .items
            .iter()
            .map(|unit| (format!("unit {}", unit.code), unit.code.to_string())))
        .chain(draft.groups.items.iter().map(|group| (format!("group {}", group.code), group.code.clone())));
        self.unique(file::UNITS, codes);
        // A role is recognised by the folded Vietnamese name, so two units must not fold alike.
        let names = draft.units.items.iter().filter(|unit| !unit.name.vi.trim().is_empty());
        self.unique(file::UNITS, names.map(|unit| (format!("unit {}", unit.code), fold(&unit.name.vi))));
    }

    fn phases(&mut self) {
        let draft = self.draft;
        for phase in &draft.phases.items {
            let place = format!("phase {}", phase.code);
            self.words(file::PHASES, &place, "name", &phase.name);
            self.words(file::PHASES, &place, "limit", &phase.limit);
            self.known_article(file::PHASES, &place, phase.article);
            for step in &phase.steps {
                let place = format!("step {}", step.code);
                self.words(file::PHASES, &place, "name", &step.name);
                let details = [
                    ("input", &step.input),
                    ("action", &step.action),
                    ("output", &step.output),
                    ("limit", &step.limit),
                ];
                for (key, text) in details {
                    if let Some(text) = text {
                        self.words(file::PHASES, &place, key, text);
                    }
                }
                let named: Vec<_> = step.responsible.iter().filter(|code| *code != LEAD).cloned().collect();
                self.known_units_or_groups(file::PHASES, &place, &named);
            }
        }
        let phases = draft.phases.items.iter();
        let codes = phases.clone().map(|phase| (format!("phase {}", phase.code), phase.code.to_string()));
        self.unique(file::PHASES, codes);
        let steps = phases.flat_map(|phase| &phase.steps);
        self.unique(file::PHASES, steps.map(|step| (format!("step {}", step.code), step.code.clone())));
    }

    fn matrix(&mut self) {
        let draft = self.draft;
        let mut leads_of_cell: Vec<(String, Vec<String>)> = Vec::new();
        for cell in &draft.cells.items {
            let place = place_of(cell);
            if draft.phases.lacks(cell.phase.as_str()) {
                self.fault(file::MATRIX, &place, Problem::UnknownPhase { code: cell.phase.to_string() });
            }
            let phase = draft.phases.items.iter().find(|phase| phase.code == cell.phase);
            if let (Some(phase), Some(code)) = (phase, &cell.step)
                && !phase.steps.iter().any(|step| step.code == *code)
            {
                self.fault(file::MATRIX, &place, Problem::UnknownStep { code: code.clone() });
            }
            self.known_article(file::MATRIX, &place, cell.article);
            self.known_units_or_groups(file::MATRIX, &place, &cell.support);
            if let Some(limit) = &cell.limit {
                self.words(file::MATRIX, &place, "limit", limit);
            }
            self.domains(cell, &place);
            for lead in cell.lead.iter().filter(|lead| *lead != BY_DOMAIN) {
                self.lead(&place, lead);
            }
            match leads_of_cell.iter_mut().find(|(known, _)| *known == place) {
                Some((_, leads)) => leads.extend(cell.lead.iter().cloned()),
                None => leads_of_cell.push((place, cell.lead.clone())),
            }
        }
        for (place, leads) in leads_of_cell {
            match leads.len() {
                0 => self.fault(file::MATRIX, &place, Problem::NoLead),
                1 => {}
                _ => self.fault(file::MATRIX, &place, Problem::TwoLeads { leads }),
            }
        }
        for phase in &draft.phases.items {
            // A broken cell names its step first, so only a cell of the phase itself counts here.
            if draft.cells.lacks(phase.code.as_str()) {
                self.fault(file::MATRIX, &format!("cell {}", phase.code), Problem::NoLead);
            }
        }
    }

    fn domains(&mut self, cell: &Cell, place: &str) {
        if cell.is_by_domain() && cell.domains.is_empty() {
            self.fault(file::MATRIX, place, Problem::NoDomains);
        }
        if let (Some(lead), false, false) = (cell.lead.first(), cell.is_by_domain(), cell.domains.is_empty())
        {
            self.fault(file::MATRIX, place, Problem::LeadAndDomains { lead: lead.clone() });
        }
        for domain in &cell.domains {
            let place = format!("{place} domain {}", domain.code);
            self.words(file::MATRIX, &place, "name", &domain.name);
            self.lead(&place, domain.lead.as_str());
            self.known_units_or_groups(file::MATRIX, &place, &domain.support);
        }
        let codes = cell
            .domains
            .iter()
            .map(|domain| (format!("{place} domain {}", domain.code), domain.code.clone()));
        self.unique(file::MATRIX, codes);
    }

    fn lead(&mut self, place: &str, lead: &str) {
        self.known_unit(file::MATRIX, place, lead);
        let draft = self.draft;
        let unit = draft.units.items.iter().find(|unit| unit.code.as_str() == lead);
        if let (Some(unit), Some(about)) = (unit, &draft.about)
            && !unit.exists_on(about.effective_from)
        {
            let problem = Problem::LeadNotYet { unit: lead.into(), from: about.effective_from };
            self.fault(file::MATRIX, place, problem);
        }
    }
}

fn place_of(cell: &Cell) -> String {
    format!("cell {}", cell.step.as_deref().unwrap_or(cell.phase.as_str()))
}
