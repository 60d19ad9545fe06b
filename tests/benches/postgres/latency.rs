//! How long a command takes when the store has half of what it can do at most.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use crate::ours::{self, commands};
use crate::server::Server;
use crate::{Plan, raw};

/// Callers at the peak, as elsewhere.
const PEAK: u64 = 64;
/// Callers that keep the pace: many, so that nobody has to wait for an answer to be on time.
const PACED: u64 = 250;
/// How much longer than a figure of work a second it runs.
const LONGER: u32 = 3;

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    println!("\nlatency of a command at half of the peak (each paced by itself)");
    for round in 1..=plan.rounds {
        let flush = server.flush();
        let database = server.database();
        let peak = ours::append(runtime, plan, PEAK, &server.log(&database), false);
        let database = server.database();
        let log = server.log(&database);
        let took = paced(runtime, plan, peak / 2.0, |caller| {
            let (log, mut next) = (log.clone(), commands(caller, PACED, 0));
            move || ours::durable(log.clone(), next())
        });
        tell(round, "the log", peak / 2.0, &took, flush);
        let took = raw::with_writer(&server.database(), |sender| {
            paced(runtime, plan, peak / 2.0, |caller| {
                let (sender, mut next) = (sender.clone(), commands(caller, PACED, 0));
                move || raw::send(sender.clone(), next())
            })
        });
        tell(round, "raw grouped", peak / 2.0, &took, flush);
    }
}

/// Says p50 and p99, and whether they are what was aimed at.
fn tell(round: usize, name: &str, rate: f64, took: &[Duration], flush: Duration) {
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    let (half, most) = (at(50), at(99));
    let times = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    let said = |ratio: f64, most: f64| if ratio <= most { "met" } else { "MISSED" };
    let (spread, flushes) = (times(most, half), times(half, flush));
    println!(
        "  round {round}, {name:<12} {rate:>8.0} /s: p50 {:>7.2} ms, p99 {:>7.2} ms; p99 at most 5 \
         p50: {spread:.1}, {}; p50 at most 3 flushes of {:.2} ms: {flushes:.1}, {}",
        half.as_secs_f64() * 1e3,
        most.as_secs_f64() * 1e3,
        said(spread, 5.0),
        flush.as_secs_f64() * 1e3,
        said(flushes, 3.0),
    );
}

/// How long each piece of work took, in order of length, at so many a second. A caller that is late
/// counts from when it should have begun; one that slept counts from when it woke, for what the
/// timer took is not the store's.
fn paced<W, F>(runtime: &Runtime, plan: Plan, rate: f64, hand: impl Fn(u64) -> W) -> Vec<Duration>
where
    W: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let (began, time) = (Instant::now(), plan.time * LONGER);
    let pause = Duration::from_secs_f64(PACED as f64 / rate);
    let tasks: Vec<_> = (0..PACED)
        .map(|caller| {
            let mut work = hand(caller);
            let first = began + pause.mul_f64(caller as f64 / PACED as f64);
            runtime.spawn(async move {
                let mut took = Vec::new();
                let mut due = first;
                while due < began + time {
                    let late = due < Instant::now();
                    if !late {
                        tokio::time::sleep_until(due.into()).await;
                    }
                    let start = if late { due } else { Instant::now() };
                    work().await;
                    took.push(start.elapsed());
                    due += pause;
                }
                took
            })
        })
        .collect();
    let mut took: Vec<Duration> = tasks
        .into_iter()
        .flat_map(|task| runtime.block_on(task).unwrap())
        .collect();
    took.sort();
    took
}
