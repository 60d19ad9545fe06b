//! What a snapshot would save: the streams of a store folded from their events, beside the same
//! states read from JSON. Needs a store: `STORE=sqlite://demo/city.db cargo bench --bench opening`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench stops where it fails"
)]

use cqrs_es::Aggregate;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::catalogue::Catalogue;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::registry::Registry;
use gridwhistle_store::{EventLog, OpenOptions, StreamId};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const TENANT: &str = "city";
const ROUNDS: usize = 7;

/// The best of several rounds, in microseconds.
fn best(mut round: impl FnMut()) -> u128 {
    let measured = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        round();
        begun.elapsed().as_micros()
    });
    measured.min().unwrap()
}

fn compare<A: Aggregate>(log: &dyn EventLog, runtime: &tokio::runtime::Runtime, stream: &StreamId) {
    let read = || {
        runtime
            .block_on(log.read_stream(TENANT, stream, 0))
            .unwrap()
    };
    let fold = || {
        let mut state = A::default();
        for event in read() {
            state.apply(serde_json::from_str(&event.payload).unwrap());
        }
        state
    };
    let events = read();
    let json = serde_json::to_vec(&fold()).unwrap();
    let reading = best(|| drop(black_box(read())));
    let folding = best(|| drop(black_box(fold())));
    // A snapshot also costs its own look-up and that of the last event that it holds.
    let after = events.len() as u64 - 1;
    let opening = best(|| {
        black_box(runtime.block_on(log.snapshot(TENANT, stream)).unwrap());
        black_box(
            runtime
                .block_on(log.read_stream(TENANT, stream, after))
                .unwrap(),
        );
        drop(black_box(serde_json::from_slice::<A>(&json).unwrap()));
    });
    println!(
        "{:<10} {:>6} events  read {reading:>6} us  read and fold {folding:>6} us  \
         from JSON of {:>7} bytes {opening:>6} us",
        stream.aggregate_type,
        events.len(),
        json.len()
    );
}

fn main() {
    let Ok(store) = std::env::var("STORE") else {
        return println!("skipped: STORE names no store, e.g. sqlite://demo/city.db");
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    let log = gridwhistle_store::open(&store, options).unwrap();
    let one = |kind: &str| StreamId::new(kind, kind);
    compare::<Registry>(&*log, &runtime, &one("registry"));
    compare::<Catalogue>(&*log, &runtime, &one("catalogue"));
    compare::<PublishedCalendars>(&*log, &runtime, &one("calendar"));
    compare::<PublishedPolicies>(&*log, &runtime, &one("policy"));
    let mut lengths = BTreeMap::new();
    let head = runtime.block_on(log.head(TENANT)).unwrap();
    let each = &mut |event: gridwhistle_store::EventRef<'_>| {
        if event.aggregate_type == "case" {
            *lengths.entry(event.aggregate_id.to_owned()).or_insert(0) += 1;
        }
        std::ops::ControlFlow::Continue(())
    };
    log.replay(TENANT, 0, head, each).unwrap();
    let mut cases: Vec<(u64, String)> = lengths.into_iter().map(|(id, n)| (n, id)).collect();
    cases.sort_unstable();
    for share in [25, 50, 95, 100] {
        let (_, id) = &cases[(cases.len() - 1) * share / 100];
        compare::<Case>(&*log, &runtime, &StreamId::new("case", id));
    }
}
