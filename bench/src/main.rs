//! Measures Liaison beside a bot that does nothing, in the same run, on the same machine, in the same minutes.
//!
//! Three bots run as processes of their own, each connected to its own sandbox in this process: Liaison on SQLite, Liaison
//! on PostgreSQL, and a bare serenity bot that drops every message and answers every command with a fixed text. The bare
//! bot is the ceiling: nothing that is written with the same library on the same machine can be faster. Figures of one run
//! compare with each other, and hardly with those of another run.

mod bots;
mod figures;
mod machine;
mod measure;
#[path = "../../tests/postgres.rs"]
mod postgres;
mod stage;
mod tasks;

use clap::{Parser, Subcommand};
use measure::Plan;
use stage::{Bot, Stage};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
#[command(about = "Measures Liaison beside a bot that does nothing")]
struct Cli {
    /// A short run, to see that it works
    #[arg(long)]
    quick: bool,
    #[command(subcommand)]
    bot: Option<Child>,
}

/// What else is measured, and what this program is when it runs as one of the bots.
#[derive(Subcommand)]
enum Child {
    /// Liaison, as `liaison run` wires it
    #[command(hide = true)]
    Liaison,
    /// The bare bot
    #[command(hide = true)]
    Bare,
    /// Lists of tasks and their completion instead: 1,000 tasks beside 100,000
    Tasks,
}

const LONG: Plan = Plan {
    rounds: 5,
    warm_up: 20_000,
    messages: 20_000,
    commands: Duration::from_secs(8),
    pause: Duration::from_millis(20),
    per_second: 2_000,
};

const SHORT: Plan =
    Plan { rounds: 2, warm_up: 2_000, messages: 5_000, commands: Duration::from_secs(2), ..LONG };

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            match cli.bot {
                None => run(if cli.quick { &SHORT } else { &LONG }).await,
                Some(Child::Liaison) => bots::liaison().await,
                Some(Child::Bare) => bots::bare().await,
                Some(Child::Tasks) => tasks::run(cli.quick).await,
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The benchmark ends here: {error:#}.");
            ExitCode::FAILURE
        }
    }
}

async fn run(plan: &Plan) -> anyhow::Result<()> {
    let server = match postgres::binaries() {
        Some(binaries) => Some(postgres::Server::start(&binaries, "")?),
        None => None,
    };
    let mut stages = vec![Stage::open(Bot::Bare).await?, Stage::open(Bot::sqlite()?).await?];
    match &server {
        Some(server) => stages.push(Stage::open(Bot::Postgres { url: server.url("postgres") }).await?),
        None => eprintln!("There is no PostgreSQL on this machine; it is left out."),
    }
    let logging = measure::logging(plan, &mut stages).await?;
    let answering = measure::answering(plan, stages).await?;
    println!("{}\n", machine::described());
    println!("{}\n", figures::logging(&logging));
    println!("{}", figures::answering(&answering, plan.per_second));
    Ok(())
}
