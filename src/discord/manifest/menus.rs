//! The words of what stands in the menu of a message (`commands/menus.toml`). Structure is the code's: [`Choice`].

use super::policy::Requires;
use super::{Manifest, Problems, VI};
use crate::domain::lang::{Lang, Text};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_normalization::is_nfc;

/// Discord's kind for a command in the menu of a message.
const MESSAGE: u8 = 3;
/// Discord's limit for a name, in characters.
const NAME_MAX: usize = 32;
/// How many such commands an application may have.
const MENUS_MAX: usize = 5;

/// What can be chosen in the menu of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Give a task out of it.
    Task,
    /// Record it as a decision.
    Decision,
}

impl Choice {
    const ALL: [(Self, &'static str); 2] = [(Self::Task, "task"), (Self::Decision, "decision")];
}

/// The words of one of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Menu {
    name: Text,
    description: Text,
    requires: Requires,
}

pub(super) type Menus = BTreeMap<String, Menu>;

/// Reads the file and holds it against the code and Discord's rules.
pub(super) fn read(text: &str, problems: &mut Problems) -> Menus {
    let path = "commands/menus.toml";
    let menus: Menus = toml::from_str(text).unwrap_or_else(|error| {
        problems.add(path, error.to_string().trim_end());
        Menus::new()
    });
    for key in menus.keys().filter(|key| !Choice::ALL.iter().any(|(_, known)| known == key)) {
        problems.add(path, format_args!("`{key}` has words and no code"));
    }
    for (_, key) in Choice::ALL.iter().filter(|(_, key)| !menus.contains_key(*key)) {
        problems.add(path, format_args!("`{key}` has code and no words"));
    }
    if menus.len() > MENUS_MAX {
        problems.add(path, format_args!("{} commands, and Discord takes {MENUS_MAX}", menus.len()));
    }
    for menu in menus.values() {
        for name in [&menu.name.vi, &menu.name.en] {
            if !(1..=NAME_MAX).contains(&name.chars().count()) || !is_nfc(name) {
                problems.add(path, format_args!("`{name}` is not 1 to {NAME_MAX} composed characters"));
            }
        }
    }
    menus
}

impl Manifest {
    /// What was chosen, by the name that Discord sends.
    pub fn choice(&self, name: &str) -> Option<Choice> {
        let (key, _) = self.menus.iter().find(|(_, menu)| menu.name.en == name)?;
        Choice::ALL.iter().find(|(_, known)| known == key).map(|(choice, _)| *choice)
    }

    /// A registration of slash commands with the menus added.
    pub fn with_menus(&self, mut registration: Value) -> Value {
        let menus = self.menus.values().map(|menu| {
            json!({
                "type": MESSAGE, "name": menu.name.en, "name_localizations": { VI: menu.name.vi }, "contexts": [0],
            })
        });
        if let Some(commands) = registration.as_array_mut() {
            commands.extend(menus);
        }
        registration
    }

    /// The rows of the README's table for the menus.
    pub(super) fn menu_rows(&self, table: &mut String) {
        for menu in self.menus.values() {
            let who = menu.requires.name(Lang::En);
            let (name, what) = (&menu.name, &menu.description);
            // Writing into a String does not fail.
            let _ = writeln!(
                table,
                "| Apps › *{}* | Ứng dụng › *{}* | {who} | {} | {} |",
                name.en, name.vi, what.en, what.vi
            );
        }
    }

    /// The lines of the help for the menus: name and what it does.
    pub fn menu_lines(&self, lang: Lang) -> impl Iterator<Item = (String, String)> {
        self.menus
            .values()
            .map(move |menu| (menu.name.get(lang).to_owned(), menu.description.get(lang).to_owned()))
    }
}
