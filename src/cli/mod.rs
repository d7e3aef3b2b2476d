//! The commands of the command line, one file each, and how they end.

mod charter;
mod check;
mod database;
mod follow;
mod logging;
mod run;
mod signals;
mod tables;
mod versions;
mod words;

use chrono::{NaiveDate, Utc};
use clap::{Args, Parser, Subcommand};
use liaison::config::{Config, Problems};
use liaison::demo;
use liaison::domain::lang::Lang;
use std::path::PathBuf;
use std::process::ExitCode;

/// Keeps a written coordination regulation working between the units of an office, on Discord.
///
/// Settings come from liaison.toml and the environment; liaison.example.toml lists them all.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try it out: a sandbox in place of Discord, and three weeks of an office in it
    Demo {
        /// The port of the web page, on this machine only
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Keep the data in this file
        #[arg(long, value_name = "PATH")]
        db: Option<PathBuf>,
        /// Begin with an empty office
        #[arg(long)]
        no_scenario: bool,
    },
    /// Work on Discord until told to stop
    Run {
        /// Take the time from a sandbox at this address
        #[arg(long, value_name = "URL", hide = true)]
        follow_clock: Option<String>,
    },
    /// Look at everything that `run` needs, and say what to do about what is missing
    Check,
    /// Make or update the tables of the database
    Migrate,
    /// Look at a regulation
    #[command(subcommand)]
    Charter(CharterCommand),
    /// Look at the exchange log
    #[command(subcommand)]
    Log(LogCommand),
}

#[derive(Subcommand)]
enum CharterCommand {
    /// List everything that is wrong with it; with --db also what is lacking on each server
    Check {
        #[command(flatten)]
        which: Which,
        /// Look into the configured database too: roles, people, tasks
        #[arg(long)]
        db: bool,
    },
    /// Print its phases: who leads, who supports, on what basis
    Show(Which),
    /// Print what changes from one version to another, and with --db which open tasks that touches
    Diff {
        /// The earlier version: a built-in charter or a folder; of the configured ones the one before the last
        #[arg(value_name = "FROM")]
        from: Option<String>,
        /// The later version; of the configured ones the last
        #[arg(value_name = "TO", requires = "from")]
        to: Option<String>,
        /// Look into the configured database too: the open tasks
        #[arg(long)]
        db: bool,
    },
    /// Write units, assignments and days off as tables
    Export {
        /// A built-in charter or a folder; the configured one in force if none is named
        #[arg(value_name = "NAME_OR_FOLDER")]
        charter: Option<String>,
        /// A file that ends in .xlsx, or a folder for .csv files
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
        /// The form, when the path does not say it
        #[arg(long, value_enum)]
        format: Option<Form>,
    },
    /// Make a charter anew from such tables; nothing is written when anything is wrong with them
    Import {
        /// A file that ends in .xlsx, or a folder of .csv files
        #[arg(value_name = "FILE_OR_FOLDER")]
        from: PathBuf,
        /// The charter whose text, steps and hours stay; the configured one in force if none is named
        #[arg(long, value_name = "NAME_OR_FOLDER")]
        charter: Option<String>,
        /// The folder to write; the charter's own if it is one
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
        /// Only say what is wrong, or what would be written
        #[arg(long)]
        dry_run: bool,
    },
}

/// The form of exported tables.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One workbook.
    Xlsx,
    /// A folder with a file for each table.
    Csv,
}

#[derive(Args)]
struct Which {
    /// A built-in charter or a folder; the configured one if none is named
    #[arg(value_name = "NAME_OR_FOLDER")]
    charter: Option<String>,
    /// As of this day; today if none is given
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,
}

#[derive(Subcommand)]
enum LogCommand {
    /// Walk the chain of hashes and name the first row that somebody altered
    Verify,
}

/// Why a command does not end with success.
pub(crate) enum Stop {
    /// It has been said already: a check that found something, an end that had to be forced.
    Said,
    /// It could not be done; what to do about it.
    Failed(String),
}

impl Stop {
    /// It could not be done.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Self::Failed(sentence.into())
    }

    /// Tells the person and gives the exit code: 2 for usage and configuration, 1 for the rest.
    pub(crate) fn told(self) -> ExitCode {
        match self {
            Self::Said => ExitCode::from(1),
            Self::Failed(sentence) => {
                eprintln!("{sentence}");
                ExitCode::from(2)
            }
        }
    }
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self::Failed(problems.sentences(lang()))
    }
}

impl Cli {
    /// Does what was asked for.
    pub(crate) async fn run(self) -> Result<(), Stop> {
        match self.command {
            Command::Demo { port, db, no_scenario } => {
                logging::init(&Config::load_log()?, Vec::new());
                let options = demo::Options { port, db, scenario: !no_scenario };
                let done = signals::until_asked_to_stop(|stop| demo::run(options, stop)).await?;
                done.map_err(|error| Stop::failed(format!("{error:#}")))
            }
            Command::Run { follow_clock } => run::run(follow_clock.as_deref()).await,
            Command::Check => check::check().await,
            Command::Migrate => database::migrate().await,
            Command::Charter(CharterCommand::Check { which, db }) => charter::check(&which, db).await,
            Command::Charter(CharterCommand::Diff { from, to, db }) => versions::diff(from, to, db).await,
            Command::Charter(CharterCommand::Export { charter, to, format }) => {
                tables::export(charter, &to, format)
            }
            Command::Charter(CharterCommand::Import { from, charter, to, dry_run }) => {
                tables::import(&from, charter, to, dry_run)
            }
            Command::Charter(CharterCommand::Show(which)) => charter::show(&which),
            Command::Log(LogCommand::Verify) => database::verify_log().await,
        }
    }
}

/// The language of the person at the terminal: Vietnamese where the system speaks it, else English.
fn lang() -> Lang {
    let set =
        ["LC_ALL", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    if set.is_some_and(|locale| locale.starts_with("vi")) { Lang::Vi } else { Lang::En }
}

/// One of two texts, in the language of the person at the terminal.
fn say<'t>(vi: &'t str, en: &'t str) -> &'t str {
    match lang() {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// The day from which a charter is judged before its own time zone is known.
fn today() -> NaiveDate {
    Utc::now().date_naive()
}
