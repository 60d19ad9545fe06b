//! The same events replayed from a sealed segment and from SQLite, in turn.
//!
//! As it stands, as a replay of the log is; and with every checksum and every link of the chain checked.

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

const WAYS: [Way; 8] = [
    ("SQLite, as text", |both| {
        both.sqlite(|event| {
            black_box(event.payload.len());
        });
    }),
    ("segment, as text", |both| {
        let seal = segment::scan(&both.segment, &mut |event| {
            black_box(event.payload.len());
            ControlFlow::Continue(())
        });
        assert_eq!(seal.unwrap().last, both.events);
    }),
    ("SQLite, typed", |both| {
        both.sqlite(|event| drop(black_box(typed(event))));
    }),
    ("segment, typed", |both| {
        let seal = segment::scan_with(&both.segment, typed, &mut |event| {
            black_box(event);
            ControlFlow::Continue(())
        });
        assert_eq!(seal.unwrap().last, both.events);
    }),
    ("SQLite, checked, as text", |both| {
        let mut chain = digest::GENESIS;
        both.sqlite(|event| check(&mut chain, event));
    }),
    ("segment, checked, as text", |both| {
        let verified = segment::replay(&both.segment, &mut |event| {
            black_box(event.payload.len());
            ControlFlow::Continue(())
        });
        assert_eq!(verified.unwrap().events, both.events);
    }),
    ("SQLite, checked, typed", |both| {
        let mut chain = digest::GENESIS;
        both.sqlite(|event| {
            check(&mut chain, event);
            drop(black_box(typed(event)));
        });
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
    for pair in WAYS.iter().zip(took).collect::<Vec<_>>().chunks_exact(2) {
        let [((name, _), sqlite), ((beside, _), segment)] = pair else {
            continue;
        };
        plan.tell(name, *sqlite, None);
        plan.tell(beside, *segment, None);
        println!(
            "  the segment: {:.2} x SQLite by the clock, {:.2} x by processor time",
            sqlite.clock.as_secs_f64() / segment.clock.as_secs_f64(),
            sqlite.processor.as_secs_f64() / segment.processor.as_secs_f64()
        );
    }
    memory.tell();
}
