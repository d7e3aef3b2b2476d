//! What the tags of a forum are called.

use super::{Voice, clip};
use crate::domain::forum::{Tag, tag_name};
use crate::domain::lang::Lang;
use crate::domain::task::TaskState;
use crate::service::Office;
use crate::service::directory::Recognition;
use std::collections::BTreeMap;

impl Voice<'_> {
    /// The name of a tag, as short as Discord wants it.
    pub fn tag(&self, tag: &Tag) -> String {
        match tag {
            Tag::Phase(phase) => {
                let name = self.office.charters.phase_short(phase, self.office.today());
                let name = name.map(|name| name.get(self.lang)).unwrap_or_default();
                tag_name(format!("{phase} {name}").trim_end())
            }
            Tag::Urgency(urgency) => self.urgency(*urgency).to_owned(),
            // The post's own list of states is shorter than the card's.
            Tag::State(TaskState::Done) => self.say("Hoàn thành", "Done").to_owned(),
            Tag::State(state) => self.state(*state).to_owned(),
            Tag::Overdue => self.say("Quá hạn", "Overdue").to_owned(),
        }
    }

    /// The same by what the tag says; a tag that is no more by that itself.
    pub fn tag_by_key(&self, key: &str) -> String {
        let tag = self.office.tags().into_iter().find(|tag| tag.key() == key);
        tag.map_or_else(|| key.to_owned(), |tag| self.tag(&tag))
    }

    /// Several of them in a sentence.
    pub fn tags_by_key(&self, keys: &[String]) -> String {
        let tags: Vec<String> = keys.iter().map(|key| self.tag_by_key(key)).collect();
        clip(&tags.join(", "), 500)
    }
}

/// The names by which a tag that somebody else made is known: ours in both languages, and a phase by its code or its name
/// alone.
pub(in crate::discord) fn tag_names(office: &Office) -> BTreeMap<String, Vec<String>> {
    let known = Recognition::default();
    let voices = [Lang::Vi, Lang::En].map(|lang| Voice::new(office, lang, &known));
    let names = |tag: &Tag| {
        let mut names: Vec<String> = voices.iter().map(|voice| voice.tag(tag)).collect();
        if let Tag::Phase(phase) = tag {
            names.push(phase.to_string());
            let (charters, today) = (&office.charters, office.today());
            for name in [charters.phase_name(phase, today), charters.phase_short(phase, today)] {
                let both = name.map(|name| [Lang::Vi, Lang::En].map(|lang| tag_name(name.get(lang))));
                names.extend(both.into_iter().flatten());
            }
        }
        names
    };
    office.tags().iter().map(|tag| (tag.key(), names(tag))).collect()
}
