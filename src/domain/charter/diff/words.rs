//! Each change as one sentence.

use super::{Change, Cited, Place, is_by_domain};
use crate::domain::ids::UnitCode;
use crate::domain::lang::{Lang, Text};

impl Place {
    fn words(&self) -> String {
        match &self.activity {
            // The code of a step begins with that of its phase.
            Some(step) if step.starts_with(self.phase.as_str()) => step.clone(),
            Some(domain) => format!("{} {domain}", self.phase),
            None => self.phase.to_string(),
        }
    }
}

impl Cited {
    /// `Điều 7`, `Appendix 01`.
    pub fn words(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Article(number), Lang::Vi) => format!("Điều {number}"),
            (Self::Article(number), Lang::En) => format!("Article {number}"),
            (Self::Appendix(number), Lang::Vi) => format!("Phụ lục {number:02}"),
            (Self::Appendix(number), Lang::En) => format!("Appendix {number:02}"),
        }
    }
}

fn codes(units: &[UnitCode]) -> String {
    units.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", ")
}

/// `+ A, B; − C`.
fn plus_minus(added: &str, removed: &str) -> String {
    let parts = [("+", added), ("−", removed)].into_iter().filter(|(_, list)| !list.is_empty());
    parts.map(|(sign, list)| format!("{sign} {list}")).collect::<Vec<_>>().join("; ")
}

fn lead(lead: Option<&String>, lang: Lang) -> &str {
    match (lead, lang) {
        (Some(lead), Lang::Vi) if is_by_domain(lead) => "theo lĩnh vực",
        (Some(lead), Lang::En) if is_by_domain(lead) => "by domain",
        (Some(lead), _) => lead,
        (None, Lang::Vi) => "chưa có",
        (None, Lang::En) => "none",
    }
}

/// What was, what is: new, gone, or from one to the other.
fn from_to(was: Option<&Text>, is: Option<&Text>, lang: Lang) -> String {
    match (was, is, lang) {
        (Some(was), Some(is), _) => format!("“{}” → “{}”", was.get(lang), is.get(lang)),
        (None, Some(is), Lang::Vi) => format!("mới: “{}”", is.vi),
        (None, Some(is), Lang::En) => format!("new: “{}”", is.en),
        (Some(was), None, Lang::Vi) => format!("bỏ: “{}”", was.vi),
        (Some(was), None, Lang::En) => format!("gone: “{}”", was.en),
        (None, None, _) => String::new(),
    }
}

impl Change {
    /// The change as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let vi = lang == Lang::Vi;
        let say = |vi_text: &'static str, en_text: &'static str| if vi { vi_text } else { en_text };
        match self {
            Self::Lead { place, was, is } => {
                let (was, is) = (lead(was.as_ref(), lang), lead(is.as_ref(), lang));
                format!("{}: {} {was} → {is}", place.words(), say("chủ trì", "lead"))
            }
            Self::Support { place, added, removed } => {
                let change = plus_minus(&added.join(", "), &removed.join(", "));
                format!("{}: {} {change}", place.words(), say("phối hợp", "support"))
            }
            Self::Limit { place, was, is } => {
                let change = from_to(Some(was), Some(is), lang);
                format!("{}: {} {change}", place.words(), say("thời hạn", "time limit"))
            }
            Self::Named { place, was, is } => {
                format!("{}: {}", place.words(), from_to(was.as_ref(), is.as_ref(), lang))
            }
            Self::Step { place } => format!(
                "{}: {}",
                place.words(),
                say(
                    "đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi",
                    "input, work, who does it or output differ"
                )
            ),
            Self::Title { node, was, is } => {
                format!("{}: {}", node.words(lang), from_to(was.as_ref(), is.as_ref(), lang))
            }
            Self::Wording { node, clauses } => {
                let clauses: Vec<String> = clauses.iter().map(ToString::to_string).collect();
                let which = match clauses.len() {
                    0 => String::new(),
                    _ if vi => format!(" khoản {}", clauses.join(", ")),
                    1 => format!(" clause {}", clauses.join(", ")),
                    _ => format!(" clauses {}", clauses.join(", ")),
                };
                format!("{}{which}: {}", node.words(lang), say("lời văn thay đổi", "the wording differs"))
            }
            Self::Coordinator { was, is } => {
                format!("{} {was} → {is}", say("Đơn vị quản lý quy chế:", "The unit that keeps the charter:"))
            }
            Self::Group { code, added, removed } => {
                let change = plus_minus(&codes(added), &codes(removed));
                format!("{} {code}: {change}", say("Nhóm", "Group"))
            }
            Self::UnitNew { code, name, succeeds, .. } => {
                let after = match succeeds.as_slice() {
                    [] => String::new(),
                    units => format!(" ({} {})", say("kế thừa", "takes over from"), codes(units)),
                };
                format!("{} {code} – {}{after}", say("Đơn vị mới:", "New unit:"), name.get(lang))
            }
            Self::UnitGone { code, name, successors, .. } => {
                let after = match successors.as_slice() {
                    [] => format!(" ({})", say("chưa rõ đơn vị kế thừa", "who took over is not known")),
                    units => format!(" ({} {})", say("kế thừa:", "taken over by"), codes(units)),
                };
                format!("{} {code} – {}{after}", say("Không còn đơn vị:", "Gone:"), name.get(lang))
            }
            Self::UnitRenamed { code, was, is, .. } => {
                format!("{} {code}: {}", say("Đổi tên", "Renamed"), from_to(Some(was), Some(is), lang))
            }
        }
    }
}
