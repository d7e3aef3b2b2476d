//! What is measured: logging messages, and answering commands meanwhile.

use crate::stage::{Stage, Typed};
use anyhow::ensure;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long a task may take to get its thread.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much is done.
pub(crate) struct Plan {
    /// How often each bot logs.
    pub(crate) rounds: usize,
    /// Messages before the first round.
    pub(crate) warm_up: u64,
    /// Messages of a round.
    pub(crate) messages: u64,
    /// How long each command is typed again and again.
    pub(crate) commands: Duration,
    /// How long the person breathes between two commands.
    pub(crate) pause: Duration,
    /// Messages that are logged meanwhile.
    pub(crate) per_second: u32,
}

/// What one bot did with the messages, one figure for each round.
pub(crate) struct Logging {
    pub(crate) bot: &'static str,
    /// From the first message written to the last one done with.
    pub(crate) per_second: Vec<f64>,
    /// CPU seconds for 100,000 messages.
    pub(crate) cpu: Vec<f64>,
    /// The most memory after all rounds, in MiB.
    pub(crate) memory: f64,
}

/// How one bot answered one command.
pub(crate) struct Answering {
    pub(crate) bot: &'static str,
    pub(crate) command: Typed,
    pub(crate) idle: Vec<Duration>,
    pub(crate) flooded: Vec<Duration>,
}

/// The bots take turns, so that whatever else the machine does meets all of them.
pub(crate) async fn logging(plan: &Plan, stages: &mut [Stage]) -> anyhow::Result<Vec<Logging>> {
    let mut all = Vec::new();
    for stage in stages.iter_mut() {
        log(stage, plan.warm_up).await?;
        all.push(Logging { bot: stage.bot.name(), per_second: Vec::new(), cpu: Vec::new(), memory: 0.0 });
    }
    for _ in 0..plan.rounds {
        for (stage, figures) in stages.iter_mut().zip(&mut all) {
            let before = stage.cpu()?;
            let took = log(stage, plan.messages).await?;
            let cpu = stage.cpu()?.saturating_sub(before);
            figures.per_second.push(plan.messages as f64 / took.as_secs_f64());
            figures.cpu.push(cpu.as_secs_f64() * 100_000.0 / plan.messages as f64);
        }
    }
    for (stage, figures) in stages.iter().zip(&mut all) {
        figures.memory = stage.peak_memory()?;
    }
    Ok(all)
}

async fn log(stage: &mut Stage, count: u64) -> anyhow::Result<Duration> {
    let target = stage.done().await? + count;
    let began = Instant::now();
    let flood = tokio::spawn(stage.flood(count, None));
    stage.wait_until_done(target).await?;
    let took = began.elapsed();
    flood.await??;
    Ok(took)
}

/// One bot after the other, each ended when it has answered: giving tasks leaves it with much to do.
pub(crate) async fn answering(plan: &Plan, stages: Vec<Stage>) -> anyhow::Result<Vec<Answering>> {
    let mut all = Vec::new();
    for mut stage in stages {
        for command in [Typed::Who, Typed::TaskCreate] {
            warm_up(&mut stage, command).await?;
            let idle = type_for(&mut stage, command, plan).await?;
            let count = plan.commands.as_secs() * u64::from(plan.per_second);
            let target = stage.done().await? + count;
            let flood = tokio::spawn(stage.flood(count, Some(plan.per_second)));
            let flooded = type_for(&mut stage, command, plan).await?;
            flood.await??;
            stage.wait_until_done(target).await?;
            all.push(Answering { bot: stage.bot.name(), command, idle, flooded });
        }
        stage.close().await?;
    }
    Ok(all)
}

/// Also makes sure that the command does what it is for.
async fn warm_up(stage: &mut Stage, command: Typed) -> anyhow::Result<()> {
    let before = stage.threads();
    for _ in 0..5 {
        stage.types(command).await?;
    }
    if command == Typed::TaskCreate && stage.bot.keeps_tasks() {
        let began = Instant::now();
        while stage.threads() < before + 5 {
            ensure!(began.elapsed() < PATIENCE, "a task did not get its thread");
            sleep(Duration::from_millis(10)).await;
        }
    }
    Ok(())
}

async fn type_for(stage: &mut Stage, command: Typed, plan: &Plan) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    let began = Instant::now();
    while began.elapsed() < plan.commands {
        took.push(stage.types(command).await?);
        sleep(plan.pause).await;
    }
    Ok(took)
}
