//! Whether an event costs the same in a small log and in a large one.

use tokio::runtime::Runtime;

use crate::callers::rate;
use crate::ours::{self, EVENTS, commands};
use crate::payload::STREAMS;
use crate::server::Server;
use crate::{Plan, rows};

/// Callers that append.
const CALLERS: u64 = 64;
/// The smallest log: every stream of the other parts has its 20 events.
const SMALL: u64 = STREAMS * EVENTS;
/// How far a figure may be from that of the smallest log.
const BAND: (f64, f64) = (0.8, 1.25);

/// What is measured of a log of each size.
const WORK: [&str; 3] = [
    "append, 64 callers",
    "load of 20 events, 1 caller",
    "replay, typed",
];

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    let sizes: Vec<u64> = [SMALL, 100_000, 1_000_000, 10_000_000]
        .into_iter()
        .filter(|size| *size <= plan.events.max(SMALL))
        .collect();
    let mut rounds = Vec::new();
    for _ in 0..plan.rounds {
        let one = |size: &u64| measure(runtime, server, plan, *size);
        rounds.push(sizes.iter().map(one).collect::<Vec<_>>());
    }
    println!("\ngrowth: what the log does in a second, by the events that are in it");
    for (work, name) in WORK.iter().enumerate() {
        let mut first = None;
        for (nth, size) in sizes.iter().enumerate() {
            let mut figures: Vec<f64> = rounds.iter().map(|round| round[nth][work]).collect();
            figures.sort_by(f64::total_cmp);
            let median = figures[figures.len() / 2];
            let ratio = median / *first.get_or_insert(median);
            let flat = (BAND.0..=BAND.1).contains(&ratio);
            let said = if flat { "flat" } else { "NOT FLAT" };
            println!("  {name:<28} {size:>10} events: {median:>9.0} /s, {ratio:.2}, {said}");
        }
    }
}

/// The figures of one log, in the order of [`WORK`].
fn measure(runtime: &Runtime, server: &Server, plan: Plan, size: u64) -> [f64; 3] {
    let database = server.database();
    let log = server.log(&database);
    let total = ours::fill(runtime, &log, size);
    database.sql("vacuum analyze");
    let replay = ours::replay(&log, total, rows::decode);
    let load = ours::load(runtime, plan, 1, &log, rows::decode);
    database.sql("checkpoint");
    let append = rate(runtime, plan.time, CALLERS, |caller| {
        let (log, mut next) = (log.clone(), commands(caller, CALLERS, EVENTS));
        move || ours::durable(log.clone(), next())
    });
    [append, load, replay]
}
