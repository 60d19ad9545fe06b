//! The same events replayed from a sealed segment and from SQLite, in turn.
//!
//! A segment is checked as it is replayed: every checksum and every link of the chain. The log in SQLite is
//! replayed as its readers do it, without a check, and with the same checks beside.

use crate::judge::TENANT;
use crate::{Memory, Plan, Took};
use gridwhistle_audit::Source;
use gridwhistle_audit::archive::segment::{self, Period};
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_store::{EventRef, digest};
use std::fs::File;
use std::hint::black_box;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The log, and the segment of all of it.
struct Both<'b> {
    source: &'b Source,
    events: u64,
    segment: PathBuf,
}

/// A name, and a replay of everything.
type Way = (&'static str, fn(&Both<'_>));

const WAYS: [Way; 6] = [
    ("SQLite, as text", |both| {
        both.sqlite(|event| drop(black_box(event.payload.len())));
    }),
    ("SQLite, typed", |both| {
        both.sqlite(|event| drop(black_box(typed(event))));
    }),
    ("SQLite, checked, as text", |both| {
        let mut chain = digest::GENESIS;
        both.sqlite(|event| check(&mut chain, event));
    }),
    ("SQLite, checked, typed", |both| {
        let mut chain = digest::GENESIS;
        both.sqlite(|event| {
            check(&mut chain, event);
            drop(black_box(typed(event)));
        });
    }),
    ("segment, checked, as text", |both| {
        let verified = segment::replay(&both.segment, &mut |event| {
            black_box(event.payload.len());
            ControlFlow::Continue(())
        });
        assert_eq!(verified.unwrap().events, both.events);
    }),
    ("segment, checked, typed", |both| {
        let verified = segment::replay_with(&both.segment, typed, &mut |event| {
            black_box(event);
            ControlFlow::Continue(())
        });
        assert_eq!(verified.unwrap().events, both.events);
    }),
];

impl Both<'_> {
    fn sqlite(&self, mut look: impl FnMut(EventRef<'_>)) {
        let mut each = |event: EventRef<'_>| {
            look(event);
            ControlFlow::Continue(())
        };
        let log = self.source.log();
        let last = log.replay(TENANT, 0, self.events, &mut each);
        assert_eq!(last.unwrap(), self.events);
    }
}

/// The typed form of an event of a case; what sets the city up is left as it is.
fn typed(event: EventRef<'_>) -> Option<CaseEvent> {
    let read = || read_event(event.event_type, event.event_version, event.payload).unwrap();
    (event.aggregate_type == "case").then(read)
}

fn check(chain: &mut [u8; 32], event: EventRef<'_>) {
    let checksum = digest::checksum(&event);
    *chain = digest::chain(chain, &checksum);
    assert!(checksum == *event.checksum && chain == event.chain);
}

/// Measures them.
pub(crate) fn run(runtime: &Runtime, plan: Plan, (source, folder): (&Source, &Path)) {
    let events = runtime.block_on(source.head()).unwrap();
    let plan = Plan { events, ..plan };
    let both = Both {
        source,
        events,
        segment: folder.join("all.parquet"),
    };
    let memory = Memory::watch();
    let writing = Took::of(|| {
        let file = BufWriter::new(File::create(&both.segment).unwrap());
        let written = segment::write(source, Period::default(), file);
        assert_eq!(runtime.block_on(written).unwrap().events(), events);
    });
    let [log, sealed] = [folder.join("judge.db"), both.segment.clone()]
        .map(|path| std::fs::metadata(path).unwrap().len() / events);
    println!("a segment of {events} events: {sealed} bytes an event, {log} in SQLite");
    plan.tell("writing it", writing, None);
    let mut rounds = WAYS.map(|_| Vec::new());
    for _ in 0..plan.rounds {
        for (took, (_, replay)) in rounds.iter_mut().zip(WAYS) {
            took.push(Took::of(|| replay(&both)));
        }
    }
    let took = rounds.map(Took::median);
    for ((name, _), took) in WAYS.iter().zip(took) {
        plan.tell(name, took, None);
    }
    let [
        text,
        typed,
        checked_text,
        checked_typed,
        segment_text,
        segment_typed,
    ] = took;
    for (what, one, other) in [
        ("as text", text, segment_text),
        ("typed", typed, segment_typed),
        ("as text, both checked", checked_text, segment_text),
        ("typed, both checked", checked_typed, segment_typed),
    ] {
        println!(
            "  segment beside SQLite, {what}: {:.2} x by the clock, {:.2} x by processor time",
            one.clock.as_secs_f64() / other.clock.as_secs_f64(),
            one.processor.as_secs_f64() / other.processor.as_secs_f64()
        );
    }
    memory.tell();
}
