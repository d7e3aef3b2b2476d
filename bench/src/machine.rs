//! What the kernel tells about this machine and about a process.

use anyhow::Context;
use std::fs;
use std::time::Duration;

/// The unit of CPU time in `/proc`, which is 1/100 s on every Linux whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);

/// Cores, processor and memory, in a line.
pub(crate) fn described() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = read("/proc/cpuinfo");
    let model = value(&cpu, "model name").unwrap_or("an unnamed processor");
    let memory = read("/proc/meminfo");
    let memory = value(&memory, "MemTotal").and_then(kibibytes).unwrap_or_default();
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("unknown");
    format!("{cores} cores of {model}, {:.0} GiB; load average at the end {load}.", memory / 1024.0 / 1024.0)
}

/// The CPU time that a process has used so far, in its own code and in the kernel.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("a bot has ended")?;
    // The name in parentheses may hold spaces; the times are the 14th and 15th field of the line.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    let ticks: u32 = ticks.sum::<Result<_, _>>()?;
    Ok(TICK * ticks)
}

/// The most memory that a process has had at once, in MiB.
pub(crate) fn peak_memory(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("a bot has ended")?;
    let peak = value(&status, "VmHWM").and_then(kibibytes).context("the kernel does not tell VmHWM")?;
    Ok(peak / 1024.0)
}

fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
}

fn kibibytes(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}
