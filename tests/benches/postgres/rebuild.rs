//! Rebuild of all views beside the typed replay of the same log: made-up cases of 200 units.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::{Engine, Options};
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_store::{Append, EventLog, NewEvent};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::lives::{Life, Told, events};
use crate::server::Server;
use crate::table::{compare, subject};
use crate::{Plan, payload};

/// Cases of a month of a large city.
const A_MONTH: u64 = 40_000;
/// Events of a case, on average.
const OF_A_CASE: u64 = 9;
/// Commands that are handed over at once.
const BATCH: usize = 2_000;

const REPLAY: &str = "replay, typed";
const REBUILD: &str = "rebuild of all views";

pub(crate) fn run(runtime: &Runtime, server: &Server, plan: Plan) {
    let (database, folder) = (server.database(), tempfile::tempdir().unwrap());
    let options = Options {
        keys: Some(folder.path().join("keys")),
        ..Options::default()
    };
    let tenant = options.tenant.clone();
    let engine = runtime
        .block_on(Engine::open_with(&database.url(), options))
        .unwrap();
    fill(runtime, engine.log(), &tenant, plan.events / OF_A_CASE);
    runtime.block_on(engine.catch_up()).unwrap();
    let total = engine.health().position;
    println!("\nrebuild: {total} events of made-up cases");
    database.sql("vacuum analyze");
    let table = compare(
        "rebuild of all views, events",
        plan,
        &[REPLAY],
        vec![
            subject(REPLAY, || replay(engine.log(), &tenant, total)),
            subject(REBUILD, || {
                let began = Instant::now();
                let built = runtime.block_on(engine.rebuild(|_| ())).unwrap();
                assert_eq!(built, total);
                total as f64 / began.elapsed().as_secs_f64()
            }),
        ],
    );
    table.aim(REBUILD, REPLAY, 0.25);
}

/// Events of cases are made what they are in the program; those of others are passed over.
fn replay(log: &Arc<dyn EventLog>, tenant: &str, total: u64) -> f64 {
    let (began, mut seen) = (Instant::now(), 0);
    let last = log.replay(tenant, 0, u64::MAX, &mut |event| {
        if event.aggregate_type == "case" {
            let event: CaseEvent = serde_json::from_str(event.payload).unwrap();
            seen += usize::from(event.at.timestamp() > 0);
        }
        ControlFlow::Continue(())
    });
    assert!(last.unwrap() == total && seen > 0);
    total as f64 / began.elapsed().as_secs_f64()
}

/// A command an event, in the order in which a city lives.
fn fill(runtime: &Runtime, log: &Arc<dyn EventLog>, tenant: &str, cases: u64) {
    let begin: DateTime<Utc> = "2024-01-01T00:00:00Z".parse().unwrap();
    let month = i32::try_from(A_MONTH).unwrap();
    let lives: Vec<Life> = (0..cases)
        .map(|number| Life {
            number,
            at: begin + TimeDelta::days(30) * i32::try_from(number).unwrap() / month,
            settled: number % 8 != 0,
        })
        .collect();
    for told in events(&lives).chunks(BATCH) {
        let commands = told.iter().map(|told| append(tenant, told)).collect();
        let answers = runtime.block_on(log.append_all(commands));
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
}

fn append(tenant: &str, told: &Told) -> Append {
    Append {
        tenant: tenant.to_owned(),
        stream: told.stream.clone(),
        expected_version: told.sequence - 1,
        command_id: Uuid::now_v7(),
        request_hash: [1; 32],
        events: vec![NewEvent {
            event_type: told.event_type.clone(),
            event_version: told.event_version.clone(),
            payload: told.payload.clone(),
            metadata: payload::METADATA.to_owned(),
            occurred_at: told.at,
        }],
    }
}
