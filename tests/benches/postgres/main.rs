//! Measures the log on PostgreSQL beside plain SQL on the same rows, stock `postgres-es` and
//! `disintegrate`, in the same run on a throw-away server that loses nothing: medians of interleaved
//! rounds.
//!
//! `make bench-postgres` builds the peers and runs all; `cargo bench -p gridwhistle-tests --bench
//! postgres --` with `append`, `load`, `replay`, `rebuild`, `latency` or
//! `growth` runs a part. `EVENTS`
//! (1,000,000), `ROUNDS` (3) and `SECONDS` (2, for each figure) are taken from the environment. Raw
//! means `tokio-postgres` on one plain table with the same columns, keys and bytes.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its output is its purpose"
)]

mod append;
#[path = "../log/callers.rs"]
mod callers;
#[path = "../log/city.rs"]
mod city;
mod growth;
mod latency;
#[path = "../figures/lives.rs"]
mod lives;
mod load;
#[path = "../log/machine.rs"]
mod machine;
#[path = "../log/ours.rs"]
mod ours;
#[path = "../log/payload.rs"]
mod payload;
mod peers;
#[path = "../log/program.rs"]
mod program;
mod raw;
mod rebuild;
mod replay;
#[path = "../log/rows.rs"]
mod rows;
mod server;
#[path = "../log/table.rs"]
mod table;

use std::time::Duration;

use server::Server;

/// Units and matters of the made-up cases.
const UNITS: u64 = 200;
const MATTERS: u64 = 30;

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
        rounds: usize::try_from(number("ROUNDS", 3)).unwrap().max(1),
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
    let server = Server::start();
    machine::describe(plan, &server.describe());
    if wants("append") {
        append::run(&runtime, &server, plan);
    }
    if wants("load") {
        load::run(&runtime, &server, plan);
    }
    if wants("replay") {
        replay::run(&runtime, &server, plan);
    }
    if wants("rebuild") {
        rebuild::run(&runtime, &server, plan);
    }
    if wants("latency") {
        latency::run(&runtime, &server, plan);
    }
    if wants("growth") {
        growth::run(&runtime, &server, plan);
    }
    println!("\nload average at the end: {}", machine::load_average());
}
