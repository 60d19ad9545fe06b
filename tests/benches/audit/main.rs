//! What an auditor's questions cost: sealing a log, the full look at it, proofs of its events, judging it,
//! beside what one core's SHA-256 gives on the same bytes in the same run.
//!
//! `make bench-audit` runs all. `EVENTS` (100000,1000000) and `ROUNDS` (3) are taken from the
//! environment; every figure is the median of the rounds.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its output is its purpose"
)]

mod beside;
mod judge;
#[path = "../log/machine.rs"]
#[expect(dead_code, reason = "the bench of the log has more to tell")]
mod machine;
#[path = "../log/payload.rs"]
#[expect(dead_code, reason = "the bench of the log has more to write")]
mod payload;
mod replay;
#[path = "../log/rows.rs"]
#[expect(dead_code, reason = "the bench of the log has more to write")]
mod rows;
mod tree;

use std::time::{Duration, Instant};

/// What a run is asked to do.
#[derive(Clone, Copy)]
struct Plan {
    events: u64,
    rounds: usize,
    time: Duration,
}

impl Plan {
    /// The median of what the rounds took.
    fn median(self, mut round: impl FnMut()) -> Duration {
        let measured = (0..self.rounds).map(|_| {
            let began = Instant::now();
            round();
            began.elapsed()
        });
        let mut measured: Vec<Duration> = measured.collect();
        measured.sort();
        measured[measured.len() / 2]
    }

    /// Prints a figure, with the rate and its ratio to a base.
    fn tell(self, what: &str, took: Duration, base: Option<Duration>) {
        let rate = self.events as f64 / took.as_secs_f64();
        let ratio = base.map_or_else(String::new, |base| {
            format!("  {:>5.2} x raw", base.as_secs_f64() / took.as_secs_f64())
        });
        println!(
            "  {what:<44}{:>9.3} s  {rate:>12.0} events/s{ratio}",
            took.as_secs_f64()
        );
    }
}

/// The most memory that this process ever held, in MiB.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}

fn main() {
    // `cargo test` runs benches too, to see that they build; there is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let asked =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let rounds: usize = asked("ROUNDS", "3").parse().unwrap();
    let (rounds, time) = (rounds.max(1), Duration::ZERO);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    machine::name();
    for events in asked("EVENTS", "100000,1000000").split(',') {
        let events = events.parse().unwrap();
        let plan = Plan {
            events,
            rounds,
            time,
        };
        tree::run(&runtime, plan);
        judge::run(&runtime, plan);
        println!("  most memory so far: {} MiB", peak());
        replay::run(&runtime, plan);
        println!("  most memory so far: {} MiB", peak());
    }
    beside::run(&runtime, rounds);
}
