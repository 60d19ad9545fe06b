//! Single-event commands on 2,000 rotating streams, at 1, 16 and 64 callers.

use std::sync::{Mutex, mpsc};
use std::time::Instant;

use gridwhistle_store::{OpenOptions, open};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::callers::rate;
use crate::city::City;
use crate::ours::{self, commands};
use crate::table::{compare, maybe, subject};
use crate::{Plan, peer, raw};

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    for callers in [1, 16, 64] {
        let title = format!("single-event commands, {callers} callers");
        let table = compare(
            &title,
            plan,
            &["raw grouped", peer::NAME],
            vec![
                subject("raw grouped", || raw_grouped(runtime, plan, callers)),
                subject("raw single", || raw_single(plan, callers)),
                maybe(peer::NAME, || sqlite_es(plan, callers)),
                subject("the log", || log(runtime, plan, callers, false)),
                subject("the log, random command ids", || {
                    log(runtime, plan, callers, true)
                }),
                subject("the log, memory", || {
                    let log = open("memory:", OpenOptions::default()).unwrap();
                    ours::append(runtime, plan, callers, &log, false)
                }),
                subject("the engine: real case commands", || {
                    engine(runtime, async |city| city.commands(plan, callers).await)
                }),
                subject("the engine, views kept up", || {
                    engine(runtime, async |city| city.kept_up(plan, callers).await)
                }),
            ],
        );
        if callers == 64 {
            table.aim("the log", peer::NAME, 15.0);
            table.aim("the log", "raw grouped", 0.6);
            table.aim("the engine: real case commands", peer::NAME, 15.0);
        }
    }
}

/// A city of its own.
fn engine(runtime: &Runtime, work: impl AsyncFnOnce(City) -> f64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("city.db").display());
    runtime.block_on(async { work(City::open(&url, folder.path()).await).await })
}

fn sqlite_es(plan: Plan, callers: u64) -> Option<f64> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peer.db");
    let (callers, millis) = (callers.to_string(), plan.time.as_millis().to_string());
    peer::measure(&["append", file.to_str().unwrap(), &callers, &millis])
}

fn log(runtime: &Runtime, plan: Plan, callers: u64, random: bool) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("log.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    ours::append(runtime, plan, callers, &log, random)
}

fn raw_grouped(runtime: &Runtime, plan: Plan, callers: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = raw::open(&folder.path().join("raw.db"));
    let (sender, queue) = mpsc::channel::<raw::Sent>();
    let writer = std::thread::spawn(move || raw::grouped(&file, &queue));
    let done = rate(runtime, plan.time, callers, |caller| {
        let (sender, mut next) = (sender.clone(), commands(caller, callers, 0));
        move || {
            let (answer, answered) = oneshot::channel();
            sender.send((next(), answer)).unwrap();
            async move { answered.await.unwrap() }
        }
    });
    drop(sender);
    writer.join().unwrap();
    done
}

fn raw_single(plan: Plan, callers: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = Mutex::new(raw::open(&folder.path().join("raw.db")));
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|caller| {
                let (file, mut next) = (&file, commands(caller, callers, 0));
                scope.spawn(move || {
                    let mut done = 0_u64;
                    while began.elapsed() < plan.time {
                        let command = next();
                        let file = file.lock().unwrap();
                        raw::insert(&mut raw::prepare(&file), &command);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    done as f64 / began.elapsed().as_secs_f64()
}
