//! The sandbox as a program of its own, for bots that are started by hand or written in other languages.

use std::path::PathBuf;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Parser;
use discord_sandbox::{Keep, Limits, Options, Sandbox, World};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A Discord-compatible server on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8888)]
    port: u16,
    /// World to start with, in TOML; a small invented office when absent.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Simulated time to start at (RFC 3339); it stands still until it is moved. The machine's time when absent.
    #[arg(long, value_name = "TIME")]
    start: Option<DateTime<Utc>>,
    /// File that the state is saved to at the end, and taken from at the start when it is there.
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Refuse calls beyond the rates that bots commonly meet, and shards that identify all at once.
    #[arg(long)]
    strict: bool,
    /// Shards that GET /gateway/bot recommends.
    #[arg(long, value_name = "N", default_value_t = 1)]
    shards: u32,
    /// Messages kept per channel; the oldest beyond are forgotten.
    #[arg(long, value_name = "N", default_value_t = Keep::default().messages)]
    keep_messages: usize,
    /// Discord's OpenAPI document; bodies that break it are listed at /sandbox/violations.
    #[arg(long, value_name = "FILE", env = "DISCORD_OPENAPI")]
    openapi: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let world = match &arguments.world {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            World::from_toml(&text).with_context(|| format!("{} is no world", path.display()))?
        }
        None => World::default(),
    };
    let options = Options {
        port: arguments.port,
        start: arguments.start,
        world,
        openapi: arguments.openapi,
        snapshot: arguments.snapshot.clone(),
        keep: Keep { messages: arguments.keep_messages, ..Keep::default() },
        limits: if arguments.strict { Limits::STRICT } else { Limits::GENEROUS },
        shards: arguments.shards,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    println!("API and web page: {}", sandbox.base_url());
    println!("Bot token:        {}", sandbox.bot_token());
    println!("Everybody else:   {}/sandbox/state", sandbox.base_url());
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    if let Some(path) = &arguments.snapshot {
        sandbox.save(path)?;
    }
    sandbox.stop().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        super::Arguments::command().debug_assert();
    }
}
