//! Single-event commands on 2,000 rotating streams, at 1, 16 and 64 callers.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;

use gridwhistle_store::{EventLog, OpenOptions, open};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::{Plan, compare, raw, rows};

const STREAMS: u64 = 2_000;

/// The commands of one caller: its share of the streams, round and round.
fn commands(caller: u64, callers: u64) -> impl FnMut() -> gridwhistle_store::Append {
    let share = STREAMS / callers;
    let mut nth = 0;
    move || {
        let (case, version) = (caller + nth % share * callers, nth / share);
        nth += 1;
        rows::append(case, version, 1)
    }
}

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    for callers in [1, 16, 64] {
        let title = format!("append, {callers} callers: single-event commands");
        let mut subjects: [(&str, &mut dyn FnMut() -> f64); 5] = [
            ("raw grouped", &mut || raw_grouped(runtime, plan, callers)),
            ("raw single", &mut || raw_single(plan, callers)),
            ("the log", &mut || log(runtime, plan, callers, false)),
            ("the log, random command ids", &mut || {
                log(runtime, plan, callers, true)
            }),
            ("the log, memory", &mut || memory(runtime, plan, callers)),
        ];
        compare(&title, plan, &mut subjects);
    }
}

/// What an import does: many commands of four events at a time.
pub(crate) fn run_bulk(runtime: &Runtime, plan: Plan) {
    let mut subjects: [(&str, &mut dyn FnMut() -> f64); 2] = [
        ("raw, 1,000 events a transaction", &mut || raw_bulk(plan)),
        ("the log, append_all of 250 by 4", &mut || {
            bulk(runtime, plan)
        }),
    ];
    compare("bulk load, events", plan, &mut subjects);
}

fn log(runtime: &Runtime, plan: Plan, callers: u64, random: bool) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("log.db").display());
    callers_on(
        runtime,
        plan,
        callers,
        &open(&url, OpenOptions::default()).unwrap(),
        random,
    )
}

fn memory(runtime: &Runtime, plan: Plan, callers: u64) -> f64 {
    callers_on(
        runtime,
        plan,
        callers,
        &open("memory:", OpenOptions::default()).unwrap(),
        false,
    )
}

fn callers_on(
    runtime: &Runtime,
    plan: Plan,
    callers: u64,
    log: &Arc<dyn EventLog>,
    random: bool,
) -> f64 {
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (log, mut next) = (log.clone(), commands(caller, callers));
            runtime.spawn(async move {
                let mut done = 0_u64;
                while began.elapsed() < plan.time {
                    let mut command = next();
                    if random {
                        command.command_id = uuid::Uuid::new_v4();
                    }
                    log.append(command).await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let done: u64 = tasks
        .into_iter()
        .map(|task| runtime.block_on(task).unwrap())
        .sum();
    done as f64 / began.elapsed().as_secs_f64()
}

fn raw_grouped(runtime: &Runtime, plan: Plan, callers: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = raw::open(&folder.path().join("raw.db"));
    let (sender, queue) = mpsc::channel::<raw::Sent>();
    let writer = std::thread::spawn(move || raw::grouped(&file, &queue));
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (sender, mut next) = (sender.clone(), commands(caller, callers));
            runtime.spawn(async move {
                let mut done = 0_u64;
                while began.elapsed() < plan.time {
                    let (answer, answered) = oneshot::channel();
                    sender.send((next(), answer)).unwrap();
                    answered.await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let done: u64 = tasks
        .into_iter()
        .map(|task| runtime.block_on(task).unwrap())
        .sum();
    let took = began.elapsed().as_secs_f64();
    drop(sender);
    writer.join().unwrap();
    done as f64 / took
}

fn raw_single(plan: Plan, callers: u64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = Mutex::new(raw::open(&folder.path().join("raw.db")));
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|caller| {
                let (file, mut next) = (&file, commands(caller, callers));
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

fn raw_bulk(plan: Plan) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = raw::open(&folder.path().join("raw.db"));
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < plan.time {
        file.execute_batch("begin immediate").unwrap();
        for _ in 0..250 {
            raw::insert(&mut raw::prepare(&file), &rows::append(done, 0, 4));
            done += 1;
        }
        file.execute_batch("commit").unwrap();
    }
    (done * 4) as f64 / began.elapsed().as_secs_f64()
}

fn bulk(runtime: &Runtime, plan: Plan) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("log.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < plan.time {
        let commands = (done..done + 250)
            .map(|case| rows::append(case, 0, 4))
            .collect();
        done += 250;
        assert!(
            runtime
                .block_on(log.append_all(commands))
                .iter()
                .all(Result::is_ok)
        );
    }
    (done * 4) as f64 / began.elapsed().as_secs_f64()
}
