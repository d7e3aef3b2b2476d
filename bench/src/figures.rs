//! From samples to the tables that stand in the README.

use crate::measure::{Answering, Logging};
use crate::stage::Typed;
use std::fmt::Write;
use std::time::Duration;

/// The first bot is the one that the others are compared with.
pub(crate) fn logging(all: &[Logging]) -> String {
    let mut table = String::from(
        "| bot | messages/s | of the bare bot | CPU s per 100,000 messages | to the bare bot | peak memory |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    let Some(bare) = all.first() else { return table };
    for figures in all {
        let speed: Vec<f64> = ratios(&figures.per_second, &bare.per_second);
        let cpu: Vec<f64> = ratios(&figures.cpu, &bare.cpu);
        // Writing into a String does not fail.
        let _ = writeln!(
            table,
            "| {} | {} | {:.0} % | {:.2} | {:.1} × | {:.1} MiB |",
            figures.bot,
            thousands(median(&figures.per_second)),
            median(&speed) * 100.0,
            median(&figures.cpu),
            median(&cpu),
            figures.memory,
        );
    }
    table
}

/// Times are those from the person's request to the bot's first answer, in milliseconds.
pub(crate) fn answering(all: &[Answering], per_second: u32) -> String {
    let flood = thousands(f64::from(per_second));
    let mut table = format!(
        "| command | bot | answers | idle p50 | idle p99 | at {flood} messages/s p50 | p99 | p99 to the bare bot |\n\
         |---|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for command in [Typed::Who, Typed::TaskCreate] {
        let rows: Vec<&Answering> = all.iter().filter(|one| one.command == command).collect();
        let Some(bare) = rows.first() else { continue };
        for row in &rows {
            let ms = |samples: &[Duration], percent| percentile(samples, percent).as_secs_f64() * 1000.0;
            let _ = writeln!(
                table,
                "| {} | {} | {} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} × |",
                command.shown(),
                row.bot,
                row.idle.len() + row.flooded.len(),
                ms(&row.idle, 50),
                ms(&row.idle, 99),
                ms(&row.flooded, 50),
                ms(&row.flooded, 99),
                ms(&row.flooded, 99) / ms(&bare.flooded, 99),
            );
        }
    }
    table
}

/// Round by round: a slow minute of the machine is in both.
fn ratios(ours: &[f64], bare: &[f64]) -> Vec<f64> {
    ours.iter().zip(bare).map(|(ours, bare)| ours / bare).collect()
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.len(), sorted.len() / 2) {
        (0, _) => f64::NAN,
        (count, half) if count.is_multiple_of(2) => f64::midpoint(sorted[half - 1], sorted[half]),
        (_, half) => sorted[half],
    }
}

/// The smallest sample that at least so many percent do not exceed.
pub(crate) fn percentile(samples: &[Duration], percent: usize) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn thousands(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_and_medians_lie_between() {
        let samples: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&samples, 50), Duration::from_millis(100));
        assert_eq!(percentile(&samples, 99), Duration::from_millis(198));
        assert_eq!(percentile(&samples[..1], 99), samples[0]);
        assert_eq!((median(&[3.0, 1.0, 2.0]), median(&[1.0, 2.0])), (2.0, 1.5));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            ["7", "1,000", "123,456"],
            [7.0, 1_000.0, 123_456.0].map(thousands).each_ref().map(String::as_str)
        );
    }
}
