//! What an import does: many commands of four events at a time.

use std::time::Instant;

use gridwhistle_store::{OpenOptions, open};
use tokio::runtime::Runtime;

use crate::table::{compare, maybe, subject};
use crate::{Plan, peer, raw, rows};

/// Commands in a transaction.
const COMMANDS: u64 = 250;
/// Events of a command.
const EVENTS: u64 = 4;

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    compare(
        "bulk, events: 250 commands of 4",
        plan,
        &["raw", peer::NAME],
        vec![
            subject("raw", || raw_bulk(plan)),
            maybe(peer::NAME, sqlite_es),
            subject("the log, append_all", || bulk(runtime, plan)),
        ],
    );
}

/// Through its repository, 10,000 events a transaction, as `CqrsFramework` cannot.
fn sqlite_es() -> Option<f64> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peer.db");
    peer::measure(&["fill", file.to_str().unwrap(), "50000"])
}

fn raw_bulk(plan: Plan) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = raw::open(&folder.path().join("raw.db"));
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < plan.time {
        let commands: Vec<_> = (done..done + COMMANDS)
            .map(|case| rows::append(case, 0, EVENTS))
            .collect();
        file.execute_batch("begin immediate").unwrap();
        for command in &commands {
            raw::insert(&mut raw::prepare(&file), command);
        }
        file.execute_batch("commit").unwrap();
        done += COMMANDS;
    }
    (done * EVENTS) as f64 / began.elapsed().as_secs_f64()
}

fn bulk(runtime: &Runtime, plan: Plan) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("log.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < plan.time {
        let commands = (done..done + COMMANDS)
            .map(|case| rows::append(case, 0, EVENTS))
            .collect();
        let answers = runtime.block_on(log.append_all(commands));
        assert!(answers.iter().all(Result::is_ok));
        done += COMMANDS;
    }
    (done * EVENTS) as f64 / began.elapsed().as_secs_f64()
}
