//! What was known when: finding the position, one case, the views of then, and a certificate.

use crate::{Memory, Plan};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::{Clock, SystemClock};
use gridwhistle_audit::Source;
use gridwhistle_audit::certificate::Certificate;
use gridwhistle_audit::replay::{Known, KnownBy, Replayed, case};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_projections::questions::{CountsBy, LedgerFilter};
use gridwhistle_store::{Append, EventLog, NewEvent, OpenOptions, open};
use lives::{Life, Told, events};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use uuid::Uuid;

#[path = "../figures/lives.rs"]
mod lives;

const TENANT: &str = "city";
const UNITS: u64 = 200;
const MATTERS: u64 = 30;
/// Cases written at once, and commands in a transaction.
const BULK: (u64, usize) = (10_000, 2_500);
/// Single questions that are timed.
const ASKED: u32 = 100;

fn at(number: u64) -> DateTime<Utc> {
    let begin: DateTime<Utc> = "2024-01-01T00:00:00Z".parse().unwrap();
    begin + TimeDelta::minutes(i64::try_from(number).unwrap())
}

fn append(told: Told) -> Append {
    Append {
        tenant: TENANT.to_owned(),
        stream: told.stream,
        expected_version: told.sequence - 1,
        command_id: Uuid::now_v7(),
        request_hash: [0; 32],
        events: vec![NewEvent {
            event_type: told.event_type,
            event_version: told.event_version,
            payload: told.payload,
            metadata: "{}".to_owned(),
            occurred_at: told.at,
        }],
    }
}

/// A log of at least so many events of cases in a file, opened to read.
fn log(runtime: &Runtime, folder: &Path, wanted: u64) -> Source {
    let url = format!("sqlite://{}", folder.join("replay.db").display());
    let log: Arc<dyn EventLog> = open(&url, OpenOptions::default()).unwrap();
    let mut first = 0;
    while runtime.block_on(log.head(TENANT)).unwrap() < wanted {
        let numbers = first..first + BULK.0;
        let lives = numbers.map(|number| Life {
            number,
            at: at(number),
            settled: number % 20 != 0,
        });
        let mut told = events(&lives.collect::<Vec<_>>()).into_iter();
        loop {
            let batch: Vec<Append> = told.by_ref().take(BULK.1).map(append).collect();
            if batch.is_empty() {
                break;
            }
            let answers = runtime.block_on(log.append_all(batch));
            assert!(answers.iter().all(Result::is_ok));
        }
        first += BULK.0;
    }
    drop(log);
    runtime.block_on(Source::open(&url, TENANT)).unwrap()
}

fn each(what: &str, took: Duration) {
    let each = took.as_secs_f64() * 1_000.0 / f64::from(ASKED);
    println!("  {what:<44}{each:>9.3} ms");
}

/// Measures them.
pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    let folder = tempfile::tempdir().unwrap();
    let source = log(runtime, folder.path(), plan.events);
    let events = runtime.block_on(source.head()).unwrap();
    println!("what was known when: {events} events of cases in a file");
    let plan = Plan { events, ..plan };
    let memory = Memory::watch();
    let known = |position| {
        let found = Known::find(&source, KnownBy::Position(position), SystemClock.now());
        runtime.block_on(found).unwrap()
    };
    let whole = known(events);
    let began = Instant::now();
    for number in 1..=ASKED {
        let at = known(events / u64::from(ASKED) * u64::from(number)).at;
        let found = Known::find(&source, KnownBy::At(at), whole.latest);
        runtime.block_on(found).unwrap();
    }
    each("find what was known at an instant", began.elapsed());
    let began = Instant::now();
    for number in 0..ASKED {
        let id = CaseId(Uuid::from_u128(u128::from(number) << 64 | 1));
        let as_of = Some(at(u64::from(number) + 2_000));
        let then = runtime.block_on(case::then(&source, whole, id, as_of));
        assert_eq!(then.unwrap().file.ledger.case_id, id.to_string());
    }
    each("one case as of an instant", began.elapsed());
    let mut last = None;
    let took = plan.median(|| {
        last = None;
        last = Some(runtime.block_on(Replayed::of(&source, whole)).unwrap());
    });
    plan.tell("views as known at the head", took, None);
    let replayed = last.unwrap();
    let moment = whole.moment(Some(at(20_000))).unwrap();
    let (all, questions) = (LedgerFilter::default(), replayed.questions());
    let began = Instant::now();
    let counts = questions.counts(CountsBy::Unit, &all, moment);
    let counts = runtime.block_on(counts).unwrap();
    let took = began.elapsed().as_secs_f64();
    println!(
        "  counts of {} units as of an instant, then {took:>9.3} s",
        counts.rows.len()
    );
    drop(replayed);
    let took = plan.median(|| {
        runtime.block_on(Certificate::of(&source, whole)).unwrap();
    });
    plan.tell("certificate: replay and hash every row", took, None);
    memory.tell();
}
