//! Discord's rules for command trees. Neither poise nor serenity checks them, and Discord refuses the whole registration.

use super::{Problems, VI};
use poise::{Command, CommandParameter};
use std::borrow::Cow;
use std::collections::BTreeSet;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::is_nfc;

/// Chat-input commands in one scope.
const COMMANDS_MAX: usize = 100;
/// Options, subcommands or choices below one thing.
const CHILDREN_MAX: usize = 25;
/// Characters of a name.
const NAME_MAX: usize = 32;
/// Characters of a description or a choice's label.
const TEXT_MAX: usize = 100;
/// Characters of one command with all below it, the longer language of each text.
const COMMAND_MAX: usize = 8000;
/// Command, group, subcommand.
const DEPTH_MAX: usize = 3;

type Localised = [(Cow<'static, str>, Cow<'static, str>)];

/// Reports all that Discord would refuse.
pub(super) fn check<U, E>(commands: &[Command<U, E>], problems: &mut Problems) {
    count("/", "commands", commands.len(), COMMANDS_MAX, problems);
    unique("/", commands.iter().map(|one| (&one.name, &*one.name_localizations)), problems);
    for command in commands {
        let path = format!("/{}", command.name);
        let total = check_command(command, &path, 1, problems);
        count(&path, "characters in all", total, COMMAND_MAX, problems);
    }
}

/// The characters that the command counts for.
fn check_command<U, E>(command: &Command<U, E>, path: &str, depth: usize, problems: &mut Problems) -> usize {
    if depth > DEPTH_MAX {
        problems.add(path, "subcommands go two levels deep and no deeper");
    }
    let subcommands = &command.subcommands;
    let parameters = &command.parameters;
    count(path, "subcommands", subcommands.len(), CHILDREN_MAX, problems);
    count(path, "options", parameters.len(), CHILDREN_MAX, problems);
    unique(path, subcommands.iter().map(|one| (&one.name, &*one.name_localizations)), problems);
    unique(path, parameters.iter().map(|one| (&one.name, &*one.name_localizations)), problems);
    if parameters.windows(2).any(|two| !two[0].required && two[1].required) {
        problems.add(path, "required options come before the others");
    }
    let own = names(path, &command.name, &command.name_localizations, problems)
        + texts(path, command.description.as_deref(), &command.description_localizations, problems);
    let below: usize = subcommands
        .iter()
        .map(|one| check_command(one, &format!("{path} {}", one.name), depth + 1, problems))
        .sum();
    let options: usize =
        parameters.iter().map(|one| check_option(one, &format!("{path} {}", one.name), problems)).sum();
    own + below + options
}

fn check_option<U, E>(parameter: &CommandParameter<U, E>, path: &str, problems: &mut Problems) -> usize {
    count(path, "choices", parameter.choices.len(), CHILDREN_MAX, problems);
    unique(path, parameter.choices.iter().map(|one| (&one.name, &*one.localizations)), problems);
    names(path, &parameter.name, &parameter.name_localizations, problems)
        + texts(path, parameter.description.as_deref(), &parameter.description_localizations, problems)
        + parameter
            .choices
            .iter()
            .map(|choice| texts(path, Some(&choice.name), &choice.localizations, problems))
            .sum::<usize>()
}

fn count(path: &str, what: &str, found: usize, most: usize, problems: &mut Problems) {
    if found > most {
        problems.add(path, format_args!("{found} {what}, and Discord takes {most}"));
    }
}

/// Names of siblings differ, in each language.
fn unique<'a>(
    path: &str,
    siblings: impl Iterator<Item = (&'a Cow<'static, str>, &'a Localised)>,
    problems: &mut Problems,
) {
    let mut seen = BTreeSet::new();
    for (name, localised) in siblings {
        let vi = localised.iter().find(|(locale, _)| locale == VI).map(|(_, vi)| vi);
        for (lang, name) in std::iter::once(("en", name)).chain(vi.map(|vi| (VI, vi))) {
            if !seen.insert((lang, name.as_ref())) {
                problems.add(path, format_args!("`{name}` stands twice ({lang})"));
            }
        }
    }
}

fn names(path: &str, name: &str, localised: &Localised, problems: &mut Problems) -> usize {
    let all = || std::iter::once(name).chain(localised.iter().map(|(_, name)| name.as_ref()));
    for name in all() {
        if let Some(fault) = fault_of_name(name) {
            problems.add(path, format_args!("the name `{name}` {fault}"));
        }
    }
    longest(all())
}

fn texts(path: &str, text: Option<&str>, localised: &Localised, problems: &mut Problems) -> usize {
    let all = || text.into_iter().chain(localised.iter().map(|(_, text)| text.as_ref()));
    for text in all() {
        let length = text.chars().count();
        if !(1..=TEXT_MAX).contains(&length) {
            problems.add(
                path,
                format_args!("`{text}` has {length} characters, and Discord takes 1 to {TEXT_MAX}"),
            );
        }
        if !is_nfc(text) {
            problems.add(path, format_args!("`{text}` is not in Unicode's composed form (NFC)"));
        }
    }
    longest(all())
}

fn longest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or_default()
}

/// Discord's `^[-_'\p{L}\p{N}]{1,32}$`, lower case. A decomposed `ệ` fails: its marks are not letters.
fn fault_of_name(name: &str) -> Option<&'static str> {
    if !is_nfc(name) || name.chars().any(is_combining_mark) {
        return Some("is not in Unicode's composed form (NFC)");
    }
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        return Some("does not have 1 to 32 characters");
    }
    if name.chars().any(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '\'')) {
        return Some("has characters other than letters, digits, - and _");
    }
    (name != name.to_lowercase()).then_some("is not lower case")
}
