//! Re-judging: a log of lives that the engine itself lived, grown to a size by copies under other ids.

use crate::{Memory, Plan};
use chrono::{DateTime, Utc};
use gridwhistle::domain::ids::CaseId;
use gridwhistle_audit::Source;
use gridwhistle_audit::judge::{JudgeOptions, judge};
use gridwhistle_store::{EventLog, OpenOptions, RecordedCommand, RecordedEvent, digest, open};
use std::path::Path;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Whose log it is.
pub(crate) const TENANT: &str = "city";
/// Lives that go on beside one another.
const BESIDE: u128 = 1_000;

/// The events of one command.
type Rows = Vec<RecordedEvent>;

/// What sets a city up, and a life from report to closure. Its class looks at every case, so no lot
/// that hangs on an id decides anything in it.
fn pattern() -> (Vec<Rows>, CaseId, Vec<Rows>) {
    let mut found = None;
    gridwhistle::doc::run(async |engine| {
        let setup = engine.log().head(TENANT).await?;
        let (life, _) = gridwhistle::doc::closed(&engine).await?;
        let rows = engine.log().read_log(TENANT, 0, 1_000_000).await?;
        found = Some((setup, life, rows));
        Ok(())
    })
    .unwrap();
    let (setup, life, rows) = found.unwrap();
    let (mut before, mut commands) = (Vec::<Rows>::new(), Vec::<Rows>::new());
    for row in rows {
        let into = match row.position <= setup {
            true => &mut before,
            false if row.stream.aggregate_id == life.to_string() => &mut commands,
            false => continue,
        };
        match into.last_mut() {
            Some(rows) if rows[0].command_id == row.command_id => rows.push(row),
            _ => into.push(vec![row]),
        }
    }
    (before, life, commands)
}

struct Grower {
    position: u64,
    chain: [u8; 32],
    recorded: DateTime<Utc>,
    waiting: Vec<RecordedCommand>,
}

impl Grower {
    fn push(&mut self, mut events: Rows) {
        let command_id = Uuid::now_v7();
        for row in &mut events {
            self.position += 1;
            (row.position, row.command_id) = (self.position, command_id);
            // A log never goes back.
            self.recorded = self.recorded.max(row.recorded_at);
            row.recorded_at = self.recorded;
            row.checksum = digest::checksum(&row.borrowed());
            self.chain = digest::chain(&self.chain, &row.checksum);
            row.chain = self.chain;
        }
        self.waiting.push(RecordedCommand {
            request_hash: [0; 32],
            events,
        });
    }

    fn write(&mut self, runtime: &Runtime, log: &dyn EventLog) {
        let commands = std::mem::take(&mut self.waiting);
        runtime.block_on(log.adopt(TENANT, commands)).unwrap();
    }
}

/// A log of at least so many events in a file, opened to read.
pub(crate) fn grown(runtime: &Runtime, folder: &Path, events: u64) -> Source {
    let url = format!("sqlite://{}", folder.join("judge.db").display());
    let log = open(&url, OpenOptions::default()).unwrap();
    let (setup, life, commands) = pattern();
    let mut grower = Grower {
        position: 0,
        chain: digest::GENESIS,
        recorded: DateTime::UNIX_EPOCH,
        waiting: Vec::new(),
    };
    setup.into_iter().for_each(|rows| grower.push(rows));
    let mut number = 1_000_u128;
    while grower.position < events {
        for rows in &commands {
            for other in 0..BESIDE {
                let other = CaseId(Uuid::from_u128((number + other) << 64 | 7));
                let mut rows = rows.clone();
                for row in &mut rows {
                    row.stream.aggregate_id = other.to_string();
                    assert!(!row.payload.contains(&life.to_string()));
                }
                grower.push(rows);
            }
        }
        number += BESIDE;
        grower.write(runtime, &*log);
    }
    drop(log);
    runtime.block_on(Source::open(&url, TENANT)).unwrap()
}

/// Measures a full judgement.
pub(crate) fn run(runtime: &Runtime, plan: Plan, source: &Source) {
    let events = runtime.block_on(source.head()).unwrap();
    println!("judging {events} events in a file");
    let plan = Plan { events, ..plan };
    let memory = Memory::watch();
    let replayed = plan.median(|| {
        let mut each = |_: gridwhistle_store::EventRef<'_>| std::ops::ControlFlow::Continue(());
        source.log().replay(TENANT, 0, events, &mut each).unwrap();
    });
    plan.tell("only reading the log", replayed, None);
    for judges in [1, 2] {
        let took = plan.median(|| {
            let options = JudgeOptions {
                judges: Some(judges),
                ..JudgeOptions::default()
            };
            let report = runtime.block_on(judge(source, options)).unwrap();
            assert!(report.is_clean(), "{:#?}", report.listed.first());
            assert_eq!(report.events, events);
        });
        plan.tell(&format!("judged by {judges}"), took, None);
    }
    memory.tell();
}
