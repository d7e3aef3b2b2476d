//! The words and the policy of the slash commands, from `commands/*.toml`, laid over the typed poise functions.
//!
//! Structure (types, order, what is required) is Rust; words (English, Vietnamese), who may use a command, how it is
//! answered and an example are data that a reviewer can read. [`Manifest::dress`] walks both trees together and reports
//! every disagreement of either side at once; the bot does not start on any.
//!
//! Default names are never changed: poise finds its arguments by them. A choice is sent as its number, so its label
//! is free; in Rust it carries the manifest's key (`#[name = "very_urgent"]`).

mod menus;
mod policy;
mod rules;
mod surface;
#[cfg(test)]
mod tests;

pub use menus::Choice;
pub use policy::{Policy, Reply, Requires};
pub use surface::{fingerprint, registration};

use crate::domain::lang::{Lang, Text};
use poise::{Command, CommandParameter};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The key under which Discord keeps Vietnamese.
const VI: &str = "vi";

/// The manifests, by file name. A file that is missing does not compile.
const FILES: [(&str, &str); 10] = [
    ("charter", include_str!("../../commands/charter.toml")),
    ("help", include_str!("../../commands/help.toml")),
    ("log", include_str!("../../commands/log.toml")),
    ("meeting", include_str!("../../commands/meeting.toml")),
    ("my", include_str!("../../commands/my.toml")),
    ("report", include_str!("../../commands/report.toml")),
    ("settings", include_str!("../../commands/settings.toml")),
    ("task", include_str!("../../commands/task.toml")),
    ("unit", include_str!("../../commands/unit.toml")),
    ("who", include_str!("../../commands/who.toml")),
];

/// What stands in the menus of messages.
const MENUS: &str = include_str!("../../commands/menus.toml");

/// A command, or a group of subcommands, as its file describes it. The key is the English name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The Vietnamese name.
    vi: String,
    description: Text,
    /// These three belong to a command that can be called, and not to a group.
    requires: Option<Requires>,
    reply: Option<Reply>,
    example: Option<Text>,
    #[serde(default)]
    options: BTreeMap<String, OptionEntry>,
    #[serde(default)]
    subcommands: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionEntry {
    vi: String,
    description: Text,
    #[serde(default)]
    choices: BTreeMap<String, Text>,
}

/// Everything that is wrong with the commands, in one report.
#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the slash commands and commands/*.toml do not agree:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
    }
}

impl Problems {
    fn add(&mut self, path: &str, what: impl fmt::Display) {
        self.0.push(format!("{path}: {what}"));
    }

    fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

/// The words and the policy of all commands.
#[derive(Debug)]
pub struct Manifest {
    commands: BTreeMap<String, Entry>,
    policies: BTreeMap<String, Policy>,
    menus: menus::Menus,
}

impl Manifest {
    /// The manifests that this program was built with.
    ///
    /// # Errors
    /// [`Problems`] of the files themselves.
    pub fn built_in() -> Result<Self, Problems> {
        Self::read(&FILES)
    }

    /// Reads manifests, given by file name without `.toml`.
    ///
    /// # Errors
    /// [`Problems`] of the files themselves: not TOML, unknown or missing keys, a callable command without its policy.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut commands = BTreeMap::new();
        for (name, text) in files {
            match toml::from_str::<Entry>(text) {
                Ok(entry) => drop(commands.insert((*name).to_owned(), entry)),
                Err(error) => problems.add(&format!("commands/{name}.toml"), error.to_string().trim_end()),
            }
        }
        let mut policies = BTreeMap::new();
        for (name, entry) in &commands {
            entry.collect(Text { en: name.clone(), vi: entry.vi.clone() }, &mut policies, &mut problems);
        }
        let menus = menus::read(MENUS, &mut problems);
        problems.none_or(Self { commands, policies, menus })
    }

    /// The policy of a command by its whole English name, such as `task create`; none for a group.
    pub fn policy(&self, qualified_name: &str) -> Option<&Policy> {
        self.policies.get(qualified_name)
    }

    /// All callable commands, by English name.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// Gives the commands their words, and makes those answer in private whose policy says so.
    ///
    /// # Errors
    /// [`Problems`]: all of them, whether a text lacks its argument, an argument its text, or Discord would refuse.
    pub fn dress<U, E>(&self, mut commands: Vec<Command<U, E>>) -> Result<Vec<Command<U, E>>, Problems> {
        let mut problems = Problems::default();
        let pairs = pair("/", "command", &mut commands, |one| &one.name, &self.commands, &mut problems);
        for (command, entry) in pairs {
            let path = format!("/{}", command.name);
            dress_command(command, entry, &path, &mut problems);
        }
        rules::check(&commands, &mut problems);
        problems.none_or(commands)
    }
}

impl Entry {
    /// Adds the policies of this entry and all below it.
    fn collect(&self, name: Text, policies: &mut BTreeMap<String, Policy>, problems: &mut Problems) {
        let path = format!("/{}", name.en);
        if !self.subcommands.is_empty() {
            let policy = [self.requires.is_some(), self.reply.is_some(), self.example.is_some()];
            if policy.contains(&true) || !self.options.is_empty() {
                problems.add(&path, "a group has no requires, reply, example or options of its own");
            }
            for (sub, entry) in &self.subcommands {
                let en = format!("{} {sub}", name.en);
                entry.collect(Text { en, vi: format!("{} {}", name.vi, entry.vi) }, policies, problems);
            }
            return;
        }
        let (Some(requires), Some(reply), Some(example)) = (self.requires, self.reply, self.example.clone())
        else {
            return problems.add(&path, "requires, reply and example are all needed");
        };
        for lang in [Lang::En, Lang::Vi] {
            self.check_example(&name, &example, lang, &path, problems);
        }
        let description = self.description.clone();
        policies.insert(name.en.clone(), Policy { name, description, requires, reply, example });
    }

    /// An example that names a command or an option that is not there teaches people the wrong thing.
    fn check_example(&self, name: &Text, example: &Text, lang: Lang, path: &str, problems: &mut Problems) {
        let line = example.get(lang);
        let call = format!("/{}", name.get(lang));
        let Some(arguments) =
            line.strip_prefix(&call).filter(|rest| rest.is_empty() || rest.starts_with(' '))
        else {
            return problems.add(path, format_args!("the {} example does not call `{call}`", lang.code()));
        };
        let named = arguments.split(' ').filter_map(|word| word.split_once(':')).map(|(option, _)| option);
        for option in named.filter(|option| option.chars().all(|c| c.is_ascii_lowercase() || c == '-')) {
            let known = match lang {
                Lang::En => self.options.contains_key(option),
                Lang::Vi => self.options.values().any(|entry| entry.vi == option),
            };
            if !known {
                problems
                    .add(path, format_args!("the {} example has no option `{option}` to fill", lang.code()));
            }
        }
    }
}

fn dress_command<U, E>(command: &mut Command<U, E>, entry: &Entry, path: &str, problems: &mut Problems) {
    if command.slash_action.is_none() {
        problems.add(path, "the function is not a slash command");
    }
    command.name_localizations = localised(&entry.vi);
    command.description = Some(entry.description.en.clone().into());
    command.description_localizations = localised(&entry.description.vi);
    command.ephemeral = entry.reply == Some(Reply::Ephemeral);
    let options = pair(path, "option", &mut command.parameters, |one| &one.name, &entry.options, problems);
    for (parameter, words) in options {
        dress_option(parameter, words, &format!("{path} {}", parameter.name), problems);
    }
    let subcommands =
        pair(path, "subcommand", &mut command.subcommands, |one| &one.name, &entry.subcommands, problems);
    for (subcommand, entry) in subcommands {
        let path = format!("{path} {}", subcommand.name);
        dress_command(subcommand, entry, &path, problems);
    }
}

fn dress_option<U, E>(
    parameter: &mut CommandParameter<U, E>,
    entry: &OptionEntry,
    path: &str,
    problems: &mut Problems,
) {
    if parameter.type_setter.is_none() {
        problems.add(path, "the argument's type cannot be used in a slash command");
    }
    parameter.name_localizations = localised(&entry.vi);
    parameter.description = Some(entry.description.en.clone().into());
    parameter.description_localizations = localised(&entry.description.vi);
    let choices = parameter.choices.to_mut();
    for (choice, label) in pair(path, "choice", choices, |one| &one.name, &entry.choices, problems) {
        choice.name = label.en.clone().into();
        choice.localizations = localised(&label.vi);
    }
}

fn localised(vi: &str) -> Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]> {
    vec![(VI.into(), vi.to_owned().into())].into()
}

/// What Rust declares beside what the manifest says of it, by name; who stands alone on either side is reported.
fn pair<'a, T, W>(
    path: &str,
    kind: &str,
    declared: &'a mut [T],
    name: fn(&T) -> &Cow<'static, str>,
    words: &'a BTreeMap<String, W>,
    problems: &mut Problems,
) -> Vec<(&'a mut T, &'a W)> {
    for word in words.keys().filter(|word| !declared.iter().any(|one| name(one) == word.as_str())) {
        problems.add(path, format_args!("the {kind} `{word}` has words and no code"));
    }
    let mut pairs = Vec::new();
    for one in declared {
        match words.get(name(one).as_ref()) {
            Some(words) => pairs.push((one, words)),
            None => problems.add(path, format_args!("the {kind} `{}` has code and no words", name(one))),
        }
    }
    pairs
}
