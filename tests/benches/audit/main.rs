//! What an auditor's questions cost: sealing a log, the full look at it, proofs of its events, judging it,
//! replaying it from sealed segments, beside what one core's SHA-256 gives on the same bytes in the same
//! run.
//!
//! `make bench-audit` runs all. `EVENTS` (100000,1000000), `ROUNDS` (3) and `PARTS`
//! (tree,judge,segments,replay,beside) are taken from the environment; every figure is the median of the
//! rounds. Each is told by the clock and by processor time of all threads, which other work on the machine
//! leaves alone; memory is the most that a part held, without what made its log.
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
mod segments;
mod tree;

use std::time::{Duration, Instant};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a run is asked to do.
#[derive(Clone, Copy)]
struct Plan {
    events: u64,
    rounds: usize,
    time: Duration,
}

/// What something took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Took {
    clock: Duration,
    /// Of all threads.
    processor: Duration,
}

impl Took {
    fn of(work: impl FnOnce()) -> Self {
        let (began, processor) = (Instant::now(), processor_time());
        work();
        Self {
            clock: began.elapsed(),
            processor: processor_time().saturating_sub(processor),
        }
    }

    /// The median by each measure.
    fn median(mut rounds: Vec<Self>) -> Self {
        let middle = rounds.len() / 2;
        rounds.sort();
        let clock = rounds[middle].clock;
        rounds.sort_by_key(|took| took.processor);
        let processor = rounds[middle].processor;
        Self { clock, processor }
    }

    fn scaled(self, by: f64) -> Self {
        Self {
            clock: self.clock.mul_f64(by),
            processor: self.processor.mul_f64(by),
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            clock: self.clock.saturating_sub(other.clock),
            processor: self.processor.saturating_sub(other.processor),
        }
    }
}

impl Plan {
    /// The median of what the rounds took.
    fn median(self, mut round: impl FnMut()) -> Took {
        Took::median((0..self.rounds).map(|_| Took::of(&mut round)).collect())
    }

    /// Prints a figure, with the rate and its ratio to a base.
    fn tell(self, what: &str, took: Took, base: Option<Took>) {
        let rate = self.events as f64 / took.clock.as_secs_f64();
        let ratio = base.map_or_else(String::new, |base| {
            let ratio = base.clock.as_secs_f64() / took.clock.as_secs_f64();
            format!("  {ratio:>5.2} x raw")
        });
        println!(
            "  {what:<44}{:>9.3} s  {rate:>12.0} events/s  {:>6.2} µs of a processor each{ratio}",
            took.clock.as_secs_f64(),
            took.processor.as_secs_f64() * 1e6 / self.events as f64
        );
    }
}

/// Time on a processor of all threads so far.
fn processor_time() -> Duration {
    let told = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let (seconds, nanos) = (told.tv_sec.unsigned_abs(), told.tv_nsec.unsigned_abs());
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
}

/// Tells how much memory a part takes at most: more than what stood when it began.
struct Memory {
    before: u64,
}

impl Memory {
    /// From here on.
    fn watch() -> Self {
        // A kernel that cannot forget the most tells that of the whole run.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Self {
            before: status("VmRSS:"),
        }
    }

    fn tell(&self) {
        println!(
            "  most memory: {} MiB, of which {} MiB stood before",
            status("VmHWM:"),
            self.before
        );
    }
}

/// A figure of this process's memory, in MiB.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
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
    let parts = asked("PARTS", "tree,judge,segments,replay,beside");
    let part = |name: &str| parts.split(',').any(|part| part == name);
    for events in asked("EVENTS", "100000,1000000").split(',') {
        let events = events.parse().unwrap();
        let plan = Plan {
            events,
            rounds,
            time,
        };
        if part("tree") {
            tree::run(&runtime, plan);
        }
        if part("judge") || part("segments") {
            let folder = tempfile::tempdir().unwrap();
            let source = judge::grown(&runtime, folder.path(), plan.events);
            if part("judge") {
                judge::run(&runtime, plan, &source);
            }
            if part("segments") {
                segments::run(&runtime, plan, (&source, folder.path()));
            }
        }
        if part("replay") {
            replay::run(&runtime, plan);
        }
    }
    if part("beside") {
        beside::run(&runtime, rounds);
    }
}
