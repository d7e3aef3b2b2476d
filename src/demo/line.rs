//! A slash command as one line of text, in either language, turned into what a client sends.

use anyhow::{anyhow, bail};
use serde_json::{Value, json};

/// Discord's option types that matter here.
const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const USER: u64 = 6;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;

/// The commands that can be typed, as they are registered.
pub(super) struct Line<'a> {
    commands: &'a [Value],
}

/// A line that was understood: the `data` of an interaction.
pub(super) struct Typed {
    pub(super) data: Value,
}

impl Typed {
    /// Marks the last option as the one that is being typed.
    pub(super) fn focus_last(&mut self) {
        let mut options = &mut self.data["options"];
        while is_below(&options[0]) {
            options = &mut options[0]["options"];
        }
        if let Some(last) = options.as_array_mut().and_then(|options| options.last_mut()) {
            last["focused"] = true.into();
        }
    }
}

impl<'a> Line<'a> {
    pub(super) fn of(commands: &'a [Value]) -> Self {
        Self { commands }
    }

    /// Reads `/task create title:… phase:P3`. A value reaches to the next name of an option.
    pub(super) fn read(&self, line: &str) -> anyhow::Result<Typed> {
        let line = line.trim().strip_prefix('/').ok_or_else(|| anyhow!("a command begins with /"))?;
        let (word, mut rest) = next_word(line);
        let command = named(self.commands, word).ok_or_else(|| anyhow!("there is no command /{word}"))?;
        let mut data = json!({ "type": 1, "name": command["name"], "id": command["id"], "options": [] });
        let mut known = options_of(command);
        let mut into = &mut data["options"];
        while known.iter().any(is_below) {
            let (word, after) = next_word(rest);
            let sub = named(known, word).ok_or_else(|| anyhow!("there is no subcommand {word:?}"))?;
            *into = json!([{ "type": sub["type"], "name": sub["name"], "options": [] }]);
            into = &mut into[0]["options"];
            known = options_of(sub);
            rest = after;
        }
        let mut values = Vec::new();
        for (option, value) in split(known, rest)? {
            values.push(
                json!({ "type": option["type"], "name": option["name"], "value": value_of(option, value)? }),
            );
        }
        *into = values.into();
        Ok(Typed { data })
    }
}

/// Whether something is a subcommand, or a group of them, and no option.
fn is_below(it: &Value) -> bool {
    it["type"] == SUBCOMMAND || it["type"] == GROUP
}

fn next_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn options_of(of: &Value) -> &[Value] {
    of["options"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Whether something bears this name, in English or in a translation.
fn is_called(it: &Value, name: &str) -> bool {
    let translations = it["name_localizations"].as_object();
    it["name"] == name
        || translations.is_some_and(|names| names.values().any(|translated| translated == name))
}

fn named<'v>(all: &'v [Value], name: &str) -> Option<&'v Value> {
    all.iter().find(|it| is_called(it, name))
}

/// Cuts `text` before each `name:` of a known option.
fn split<'v, 't>(known: &'v [Value], text: &'t str) -> anyhow::Result<Vec<(&'v Value, &'t str)>> {
    let mut found: Vec<(&Value, &str)> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once(':').ok_or_else(|| anyhow!("{rest:?} belongs to no option"))?;
        let option = named(known, name.trim()).ok_or_else(|| anyhow!("there is no option {name:?}"))?;
        let end = after
            .match_indices(char::is_whitespace)
            .map(|(at, _)| at)
            .find(|at| {
                let (next, _) = after[*at..].trim_start().split_once(':').unwrap_or_default();
                named(known, next).is_some()
            })
            .unwrap_or(after.len());
        found.push((option, after[..end].trim()));
        rest = after[end..].trim_start();
    }
    Ok(found)
}

fn value_of(option: &Value, text: &str) -> anyhow::Result<Value> {
    let choices = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !choices.is_empty() {
        let choice =
            named(choices, text).ok_or_else(|| anyhow!("{text:?} is no choice of {}", option["name"]))?;
        return Ok(choice["value"].clone());
    }
    Ok(match option["type"].as_u64() {
        Some(INTEGER) => text.parse::<i64>()?.into(),
        Some(BOOLEAN) => match text {
            "true" | "có" | "yes" => true.into(),
            "false" | "không" | "no" => false.into(),
            _ => bail!("{text:?} is neither yes nor no"),
        },
        // Who is mentioned is chosen from a list that knows the id.
        Some(USER | CHANNEL | ROLE) => text.trim_matches(|c: char| !c.is_ascii_digit()).into(),
        _ => text.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands() -> Vec<Value> {
        let option = |name: &str, vi: &str, kind: u64| json!({ "type": kind, "name": name, "name_localizations": { "vi": vi } });
        vec![json!({
            "id": "1", "name": "task", "name_localizations": { "vi": "nhiem-vu" },
            "options": [{
                "type": 1, "name": "create", "name_localizations": { "vi": "giao" },
                "options": [option("title", "tieu-de", 3), option("due", "han", 3), option("private", "noi-bo", 5)],
            }],
        })]
    }

    #[test]
    fn a_line_reads_in_both_languages() {
        let commands = commands();
        let line = Line::of(&commands);
        let english = line.read("/task create title:Giá: tháng 3 due:24/03 14:00 private:yes").unwrap().data;
        let vietnamese =
            line.read("/nhiem-vu giao tieu-de:Giá: tháng 3 han:24/03 14:00 noi-bo:có").unwrap().data;
        assert_eq!(english, vietnamese);
        let options = &english["options"][0]["options"];
        assert_eq!(options[0]["value"], "Giá: tháng 3");
        assert_eq!(options[1]["value"], "24/03 14:00");
        assert_eq!(options[2]["value"], true);
    }

    #[test]
    fn a_subcommand_may_stand_in_a_group() {
        let commands = [json!({
            "id": "2", "name": "settings", "options": [{
                "type": 2, "name": "reminders", "options": [{
                    "type": 1, "name": "show", "options": [{ "type": 3, "name": "unit" }],
                }],
            }],
        })];
        let mut typed = Line::of(&commands).read("/settings reminders show unit:TKG").unwrap();
        typed.focus_last();
        let group = &typed.data["options"][0];
        assert_eq!((&group["type"], &group["name"]), (&2.into(), &"reminders".into()));
        let show = &group["options"][0];
        assert_eq!((&show["type"], &show["options"][0]["focused"]), (&1.into(), &true.into()));
    }

    #[test]
    fn what_cannot_be_typed_is_said() {
        let commands = commands();
        let line = Line::of(&commands);
        for wrong in ["task create", "/tusk create", "/task make", "/task create tittle:x", "/task create x"]
        {
            assert!(line.read(wrong).is_err(), "{wrong}");
        }
    }
}
