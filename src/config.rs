//! The settings: `liaison.toml` and the environment, read into one typed [`Config`] or into everything that is wrong.
//!
//! The table [`SETTINGS`] is the whole list. A setting in the environment wins over the file; an empty one counts as not
//! given. Neither a value of `discord_token` nor one of `database_url` is ever repeated in a message: what is wrong is said
//! by naming the setting.

use crate::discord::Settings;
use crate::discord::rest::DEADLINE;
use crate::store::dialect::Dialect;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use toml::Value;
use tracing_subscriber::EnvFilter;

mod problem;
#[cfg(test)]
mod tests;

pub use problem::{Problem, Problems, Wanted};

/// The variable that names the file.
const FILE: &str = "LIAISON_CONFIG";
/// The file that is read when none is named, if it is there.
const DEFAULT_FILE: &str = "liaison.toml";

/// Every setting: its key in the file and its variable in the environment.
const SETTINGS: [(&str, &str); 7] = [
    ("discord_token", "DISCORD_TOKEN"),
    ("discord_api", "LIAISON_DISCORD_API"),
    ("database_url", "DATABASE_URL"),
    ("charter", "LIAISON_CHARTER"),
    ("http", "LIAISON_HTTP"),
    ("log", "RUST_LOG"),
    ("log_format", "LIAISON_LOG_FORMAT"),
];

/// All settings, checked as far as that can be done without asking anybody.
#[derive(Clone, Debug)]
pub struct Config {
    /// The bot's token, if there is one: only what talks to Discord needs it.
    pub token: Option<SecretString>,
    /// Where Discord is.
    pub discord_api: String,
    /// `sqlite://…` or `postgres://…`; it may hold a password.
    pub database_url: SecretString,
    /// The versions of the regulation: names of built-in charters, or folders.
    pub charters: Vec<String>,
    /// Where health and metrics are served. Port 0 takes a free one.
    pub http: SocketAddr,
    /// What is logged and how.
    pub log: Log,
}

/// What is logged and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Which events, in the language of `RUST_LOG`.
    pub filter: String,
    /// In which form.
    pub format: LogFormat,
}

/// The form of a logged event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people, in colour on a terminal.
    Text,
    /// An object of JSON on a line, for machines.
    Json,
}

impl Config {
    /// The settings of this process.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load() -> Result<Self, Problems> {
        let (config, problems) = Given::collect(|name| std::env::var_os(name)).config();
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// The settings of a process that talks to Discord: a missing token is a problem like any other.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load_for_discord() -> Result<(Self, Settings), Problems> {
        let (config, problems) = Self::examine();
        match config.discord() {
            Some(settings) if problems.is_empty() => Ok((config, settings)),
            _ => Err(Problems(problems)),
        }
    }

    /// As [`Config::load_for_discord`], with the defaults in place of what is wrong, and everything that is wrong.
    pub fn examine() -> (Self, Vec<Problem>) {
        Given::collect(|name| std::env::var_os(name)).config_for_discord()
    }

    /// What is needed to connect, if there is a token.
    pub fn discord(&self) -> Option<Settings> {
        let token = self.token.clone()?;
        Some(Settings { api: self.discord_api.clone(), token, deadline: DEADLINE })
    }

    /// What must not be seen in any output: the token, and the password as it stands in the database's URL.
    pub fn secrets(&self) -> Vec<SecretString> {
        let url = reqwest::Url::parse(self.database_url.expose_secret()).ok();
        let password = url.as_ref().and_then(reqwest::Url::password);
        // With its punctuation: a password like "liaison" alone stands in every other line.
        let password = password.map(|password| format!(":{password}@").into());
        self.token.iter().cloned().chain(password).collect()
    }

    /// How to log, for a process that needs no other setting.
    ///
    /// # Errors
    /// Everything that is wrong with the file and with these settings.
    pub fn load_log() -> Result<Log, Problems> {
        let mut given = Given::collect(|name| std::env::var_os(name));
        let log = given.log();
        if given.problems.is_empty() { Ok(log) } else { Err(Problems(given.problems)) }
    }
}

/// A value, and where it was given.
struct Entry {
    from: String,
    value: Value,
}

/// What was given, before anybody asked what it means.
struct Given {
    entries: BTreeMap<&'static str, Entry>,
    problems: Vec<Problem>,
}

impl Given {
    /// From the file that `environment` names and from `environment` itself.
    fn collect(environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut given = Self { entries: BTreeMap::new(), problems: Vec::new() };
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        match environment(FILE) {
            Some(path) => given.read(Path::new(&path)),
            None if Path::new(DEFAULT_FILE).exists() => given.read(Path::new(DEFAULT_FILE)),
            None => {}
        }
        for (key, variable) in SETTINGS {
            match environment(variable).map(OsString::into_string) {
                None => {}
                Some(Ok(text)) => {
                    given
                        .entries
                        .insert(key, Entry { from: variable.to_owned(), value: Value::String(text) });
                }
                Some(Err(_)) => given.problems.push(Problem::Invalid(variable.to_owned(), Wanted::Text)),
            }
        }
        given
    }

    fn read(&mut self, file: &Path) {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => return self.problems.push(Problem::File(file.to_owned(), error.kind())),
        };
        let table: toml::Table = match toml::from_str(&text) {
            Ok(table) => table,
            Err(error) => {
                // The parser's own message quotes the line, and the line may hold the token.
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                return self.problems.push(Problem::Syntax { file: file.to_owned(), line });
            }
        };
        for (key, value) in table {
            match SETTINGS.iter().find(|(known, _)| *known == key) {
                Some((known, _)) => {
                    let from = format!("{}: {key}", file.display());
                    self.entries.insert(known, Entry { from, value });
                }
                None => self.problems.push(Problem::UnknownKey { file: file.to_owned(), key }),
            }
        }
    }

    /// What `read` makes of the setting; the default, and a problem, when it is not `wanted`.
    fn take<T>(
        &mut self,
        key: &str,
        wanted: Wanted,
        default: T,
        read: impl FnOnce(String) -> Option<T>,
    ) -> T {
        let Some(Entry { from, value }) = self.entries.remove(key) else { return default };
        let Value::String(text) = value else {
            self.problems.push(Problem::Invalid(from, Wanted::Text));
            return default;
        };
        read(text).unwrap_or_else(|| {
            self.problems.push(Problem::Invalid(from, wanted));
            default
        })
    }

    fn config(mut self) -> (Config, Vec<Problem>) {
        let config = Config {
            token: self.take("discord_token", Wanted::Token, None, |text| token(&text).map(Some)),
            discord_api: self.take("discord_api", Wanted::HttpUrl, "https://discord.com".into(), http_url),
            database_url: self.take(
                "database_url",
                Wanted::DatabaseUrl,
                "sqlite://liaison.db".into(),
                database_url,
            ),
            charters: self.charters(),
            http: self.take("http", Wanted::Address, ([127, 0, 0, 1], 9464).into(), |text| text.parse().ok()),
            log: self.log(),
        };
        (config, self.problems)
    }

    fn config_for_discord(self) -> (Config, Vec<Problem>) {
        let has_token = self.entries.contains_key("discord_token");
        let (config, mut problems) = self.config();
        if !has_token {
            problems.push(Problem::NoToken);
        }
        (config, problems)
    }

    /// One or several, as text with commas between or as a list of texts.
    fn charters(&mut self) -> Vec<String> {
        if let Some(entry) = self.entries.get_mut("charter")
            && let Value::Array(list) = &entry.value
            && let Some(names) = list.iter().map(Value::as_str).collect::<Option<Vec<_>>>()
        {
            entry.value = Value::String(names.join(","));
        }
        self.take("charter", Wanted::Charters, vec!["tctk-2023".into()], |text| {
            let names: Vec<String> =
                text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            (!names.is_empty()).then_some(names)
        })
    }

    fn log(&mut self) -> Log {
        Log {
            filter: self.take("log", Wanted::Filter, "info".into(), |text| {
                EnvFilter::try_new(&text).is_ok().then_some(text)
            }),
            format: self.take("log_format", Wanted::LogFormat, LogFormat::Text, |text| match text.as_str() {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            }),
        }
    }
}

fn token(text: &str) -> Option<SecretString> {
    let text = text.trim();
    (!text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())).then(|| text.into())
}

fn http_url(text: String) -> Option<String> {
    let url = reqwest::Url::parse(&text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && plain).then_some(text)
}

fn database_url(text: String) -> Option<SecretString> {
    Dialect::of_url(&text).is_ok().then(|| text.into())
}
