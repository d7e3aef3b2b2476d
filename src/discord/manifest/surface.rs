//! What the dressed commands look like from outside: to Discord, and to the reader of the README.

use super::{Manifest, VI};
use crate::domain::lang::Lang;
use poise::Command;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The body of Discord's bulk registration. The same commands give the same bytes, so a [`fingerprint`] tells a change.
pub fn registration<U, E>(commands: &[Command<U, E>]) -> Value {
    let built = commands.iter().filter_map(Command::create_as_slash_command);
    serde_json::json!(built.collect::<Vec<_>>())
}

/// SHA-256 of a registration, in hexadecimal.
pub fn fingerprint(registration: &Value) -> String {
    let digest = Sha256::digest(registration.to_string());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Manifest {
    /// The README's table of commands, in Markdown. Options in brackets may be left out.
    pub fn table<U, E>(&self, commands: &[Command<U, E>]) -> String {
        let mut table =
            String::from("| Command | Lệnh | Who | What it does | Công dụng |\n|---|---|---|---|---|\n");
        for command in commands {
            self.rows(command, "", &mut table);
        }
        self.menu_rows(&mut table);
        table
    }

    fn rows<U, E>(&self, command: &Command<U, E>, parent: &str, table: &mut String) {
        let name = format!("{parent}{}", command.name);
        for subcommand in &command.subcommands {
            self.rows(subcommand, &format!("{name} "), table);
        }
        let Some(policy) = self.policy(&name) else { return };
        let (mut en, mut vi) = (policy.name.en.clone(), policy.name.vi.clone());
        for option in &command.parameters {
            let localised = option.name_localizations.iter().find(|(locale, _)| locale == VI);
            let (open, close) = if option.required { ("", "") } else { ("[", "]") };
            let _ = write!(en, " {open}{}{close}", option.name);
            let _ = write!(vi, " {open}{}{close}", localised.map_or(&option.name, |(_, vi)| vi));
        }
        let who = policy.requires.name(Lang::En);
        let what = &policy.description;
        let _ = writeln!(table, "| `/{en}` | `/{vi}` | {who} | {} | {} |", what.en, what.vi);
    }
}
