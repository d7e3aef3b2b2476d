//! Holds a command that is to be registered against Discord's limits.

use serde_json::Value;

use super::commands::kind;
use crate::error::Form;

const CHAT_INPUT: u64 = 1;
const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const NUMBER: u64 = 10;
const ATTACHMENT: u64 = 11;

/// Options, choices, subcommands.
const LIST: usize = 25;
/// Characters of the whole.
const COMMAND_SIZE: usize = 8000;
/// The longest text that a string option takes.
const STRING_LENGTH: u64 = 6000;

/// The languages that there are translations for.
const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
];

pub(super) fn check(body: &Value, path: &str, form: &mut Form) {
    let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    check_name(body, &at("name"), kind(body) == CHAT_INPUT, form);
    match kind(body) {
        CHAT_INPUT => {
            check_description(body, path, form);
            check_options(&body["options"], &at("options"), 0, form);
            if size(body) > COMMAND_SIZE {
                form.fault(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
            }
        }
        2 | 3 => {
            // Entries of the menus of users and messages have a name and nothing else.
            if !text(body, "description").is_empty() {
                form.fault(
                    &at("description"),
                    "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
                    "Context menu commands cannot have description",
                );
            }
            if body["options"].as_array().is_some_and(|options| !options.is_empty()) {
                form.fault(
                    &at("options"),
                    "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED",
                    "Context menu commands cannot have options",
                );
            }
        }
        _ => form.choice(&at("type"), "(1, 2, 3)"),
    }
}

fn text<'a>(body: &'a Value, key: &str) -> &'a str {
    body[key].as_str().unwrap_or_default()
}

/// The translations of a key, each with its path.
fn translations<'a>(body: &'a Value, key: &str, path: &str, form: &mut Form) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for (locale, text) in body[format!("{key}_localizations").as_str()].as_object().into_iter().flatten() {
        let path = format!("{path}_localizations.{locale}");
        if LOCALES.contains(&locale.as_str()) {
            found.push((path, text.as_str().unwrap_or_default()));
        } else {
            form.fault(&path, "BASE_TYPE_CHOICES", "Unknown locale");
        }
    }
    found
}

/// Letters and digits of any script, `-`, `_`, `'`; lower case; composed (NFC), since combining marks are no letters.
fn check_name(body: &Value, path: &str, strict: bool, form: &mut Form) {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '\'');
    let own = (path.to_owned(), text(body, "name"));
    for (path, name) in [own].into_iter().chain(translations(body, "name", path, form)) {
        form.length(&path, name, 1, 32);
        if strict && (!name.chars().all(fits) || name != name.to_lowercase()) {
            form.fault(&path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
    }
}

fn check_description(body: &Value, path: &str, form: &mut Form) {
    let path = if path.is_empty() { "description".to_owned() } else { format!("{path}.description") };
    form.length(&path, text(body, "description"), 1, 100);
    for (path, text) in translations(body, "description", &path, form) {
        form.length(&path, text, 1, 100);
    }
}

/// Options of a command (depth 0), of a group or subcommand below it.
fn check_options(options: &Value, path: &str, depth: u8, form: &mut Form) {
    let Some(options) = options.as_array() else { return };
    form.count(path, options.len(), LIST);
    let is_sub = |option: &Value| matches!(option["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP));
    if options.iter().any(is_sub) && !options.iter().all(is_sub) {
        form.fault(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    let mut optional_seen = false;
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.{at}");
        check_name(option, &format!("{path}.name"), true, form);
        check_description(option, &path, form);
        if options[..at].iter().any(|other| other["name"] == option["name"]) {
            form.fault(
                &path,
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        match option["type"].as_u64() {
            Some(SUB_COMMAND) if depth < 2 => {
                check_options(&option["options"], &format!("{path}.options"), 2, form);
                continue;
            }
            Some(SUB_COMMAND_GROUP) if depth == 0 => {
                check_options(&option["options"], &format!("{path}.options"), 1, form);
                continue;
            }
            Some(kind @ STRING..=ATTACHMENT) if depth != 1 => check_value(option, kind, &path, form),
            _ => form.choice(&format!("{path}.type"), "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)"),
        }
        let required = option["required"].as_bool().unwrap_or(false);
        if required && optional_seen {
            form.fault(
                &path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required;
    }
}

/// What an option says of its value: choices, bounds, autocompletion.
fn check_value(option: &Value, kind: u64, path: &str, form: &mut Form) {
    let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
    form.count(&format!("{path}.choices"), choices.len(), LIST);
    let completes = option["autocomplete"].as_bool() == Some(true);
    if !choices.is_empty() && completes {
        form.fault(
            path,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            "Choices or autocomplete, not both",
        );
    }
    if (completes || !choices.is_empty()) && !matches!(kind, STRING | INTEGER | NUMBER) {
        form.fault(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Only text and numbers have choices or autocomplete",
        );
    }
    for (number, choice) in choices.iter().enumerate() {
        let path = format!("{path}.choices.{number}");
        let name = format!("{path}.name");
        form.length(&name, text(choice, "name"), 1, 100);
        for (path, text) in translations(choice, "name", &name, form) {
            form.length(&path, text, 1, 100);
        }
        let value = &choice["value"];
        let fits = match kind {
            STRING => value.is_string(),
            INTEGER => value.is_i64(),
            _ => value.is_number(),
        };
        if !fits {
            form.fault(&format!("{path}.value"), "BASE_TYPE_INVALID", "Value is not of the option's type");
        }
        form.length(&format!("{path}.value"), value.as_str().unwrap_or_default(), 0, 100);
    }
    for (key, least) in [("min_length", 0), ("max_length", 1)] {
        let bound = option[key].as_u64();
        if bound.is_some_and(|bound| !(least..=STRING_LENGTH).contains(&bound)) {
            form.fault(
                &format!("{path}.{key}"),
                "NUMBER_TYPE_MAX",
                format!("int value should be between {least} and {STRING_LENGTH}."),
            );
        }
    }
}

/// Characters of names, descriptions and values; of translations the longest counts.
fn size(body: &Value) -> usize {
    let longest = |key: &str| {
        let own = text(body, key).chars().count();
        let others = body[format!("{key}_localizations").as_str()].as_object();
        let translated = others.into_iter().flatten().filter_map(|(_, text)| text.as_str());
        translated.map(|text| text.chars().count()).max().unwrap_or(0).max(own)
    };
    let value = text(body, "value").chars().count();
    let below = ["options", "choices"].iter().filter_map(|key| body[*key].as_array()).flatten();
    longest("name") + longest("description") + value + below.map(size).sum::<usize>()
}
