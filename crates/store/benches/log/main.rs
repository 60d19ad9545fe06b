//! Measures the log on SQLite beside raw SQLite in the same run: medians of interleaved rounds.
//!
//! `cargo bench -p gridwhistle-store --bench log` runs all; `append`, `bulk`, `load` or `replay` behind
//! `--` runs one. `EVENTS` (1,000,000), `ROUNDS` (3) and `SECONDS` (2, for each figure) are taken
//! from the environment. Raw means `rusqlite` on one plain table with the same columns and bytes.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its output is its purpose"
)]

mod append;
mod load;
mod raw;
mod replay;
mod rows;

use std::time::Duration;

/// What a run is asked to do.
#[derive(Clone, Copy)]
struct Plan {
    events: u64,
    rounds: usize,
    time: Duration,
}

fn main() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |value| value.parse().unwrap())
    };
    let plan = Plan {
        events: number("EVENTS", 1_000_000),
        rounds: usize::try_from(number("ROUNDS", 3)).unwrap(),
        time: Duration::from_secs(number("SECONDS", 2)),
    };
    let parts: Vec<String> = std::env::args()
        .skip(1)
        .filter(|part| !part.starts_with("--"))
        .collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|asked| asked == part);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if wants("append") {
        append::run(&runtime, plan);
    }
    if wants("append") || wants("bulk") {
        append::run_bulk(&runtime, plan);
    }
    if wants("load") {
        load::run(&runtime, plan);
    }
    if wants("replay") {
        replay::run(&runtime, plan);
    }
}

/// Runs every subject once a round, interleaved, and prints the median of each with its ratio to
/// the first one.
fn compare(title: &str, plan: Plan, subjects: &mut [(&str, &mut dyn FnMut() -> f64)]) {
    let mut figures = vec![Vec::new(); subjects.len()];
    for _ in 0..plan.rounds {
        for ((_, measure), figures) in subjects.iter_mut().zip(&mut figures) {
            figures.push(measure());
        }
    }
    println!("{title}");
    let mut first = None;
    for ((name, _), mut figures) in subjects.iter().zip(figures) {
        figures.sort_by(f64::total_cmp);
        let median = figures[figures.len() / 2];
        let base = *first.get_or_insert(median);
        let (low, high) = (figures[0], figures[figures.len() - 1]);
        let ratio = median / base;
        println!("  {name:<34} {median:>12.0} /s   {ratio:>6.2}   ({low:.0} to {high:.0})");
    }
}
