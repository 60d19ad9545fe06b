//! Measures the log on SQLite, and the engine on it, beside raw SQLite and stock `sqlite-es` in the
//! same run: medians of interleaved rounds.
//!
//! `make bench` builds the peer and runs all; `cargo bench -p gridwhistle-tests --bench log --` with
//! `append`, `bulk`, `load` or `replay` runs a part. `EVENTS` (1,000,000), `ROUNDS` (5) and
//! `SECONDS` (2, for each figure) are taken from the environment. Raw means `rusqlite` on one plain
//! table with the same columns and bytes.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its output is its purpose"
)]

mod append;
mod bulk;
mod callers;
mod city;
mod load;
mod machine;
mod ours;
mod payload;
mod peer;
mod program;
mod raw;
mod replay;
mod rows;
mod table;

use std::time::Duration;

/// What a run is asked to do.
#[derive(Clone, Copy)]
struct Plan {
    events: u64,
    rounds: usize,
    time: Duration,
}

fn main() {
    // `cargo test` runs benches too, to see that they build; there is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |value| value.parse().unwrap())
    };
    let plan = Plan {
        events: number("EVENTS", 1_000_000),
        rounds: usize::try_from(number("ROUNDS", 5)).unwrap().max(1),
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
    machine::describe(
        plan,
        &format!(
            "ours: SQLite {}, WAL, synchronous=FULL; peer: {}",
            rusqlite::version(),
            peer::describe()
        ),
    );
    if wants("append") {
        append::run(&runtime, plan);
    }
    if wants("bulk") {
        bulk::run(&runtime, plan);
    }
    if wants("load") {
        load::run(&runtime, plan);
    }
    if wants("replay") {
        replay::run(&runtime, plan);
    }
    println!("\nload average at the end: {}", machine::load_average());
}
