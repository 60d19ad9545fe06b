//! Loads of a 20-event stream, at 1 and 16 callers, warm.

use std::path::Path;
use std::time::Instant;

use gridwhistle_store::{OpenOptions, StreamId, open};
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Runtime;

use crate::{Plan, compare, rows};

const STREAMS: u64 = 2_000;

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let log = open(
        &format!("sqlite://{}", path.display()),
        OpenOptions::default(),
    )
    .unwrap();
    for version in 0..20 {
        let commands = (0..STREAMS)
            .map(|case| rows::append(case, version, 1))
            .collect();
        assert!(
            runtime
                .block_on(log.append_all(commands))
                .iter()
                .all(Result::is_ok)
        );
    }
    for callers in [1, 16] {
        let title = format!("load of a 20-event stream, {callers} callers");
        let mut ours = || {
            let began = Instant::now();
            let tasks: Vec<_> = (0..callers)
                .map(|caller| {
                    let log = log.clone();
                    runtime.spawn(async move {
                        let mut done = 0;
                        while began.elapsed() < plan.time {
                            let stream = name(done * 7 + caller * 125);
                            let events = log.read_stream(rows::TENANT, &stream, 0).await.unwrap();
                            assert_eq!(events.len(), 20);
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
        };
        let mut raw = || raw(&path, plan, callers);
        compare(
            &title,
            plan,
            &mut [("raw", &mut raw), ("the log", &mut ours)],
        );
    }
}

fn name(nth: u64) -> StreamId {
    StreamId::new("case", format!("case-{:08}", nth % STREAMS))
}

/// A thread and a connection for each caller, payloads copied out, no check of anything.
fn raw(path: &Path, plan: Plan, callers: u64) -> f64 {
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|caller| {
                scope.spawn(move || {
                    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
                    let file = Connection::open_with_flags(path, flags).unwrap();
                    let mut done = 0;
                    while began.elapsed() < plan.time {
                        let stream = name(done * 7 + caller * 125);
                        let mut select = file
                            .prepare_cached(
                                "select sequence, event_type, event_version, payload, metadata \
                                 from events where tenant = ?1 and aggregate_type = ?2 \
                                 and aggregate_id = ?3 order by sequence",
                            )
                            .unwrap();
                        let key = (rows::TENANT, stream.aggregate_type, stream.aggregate_id);
                        let read = |row: &rusqlite::Row<'_>| {
                            let text = |column| row.get::<_, String>(column);
                            Ok((
                                row.get::<_, i64>(0)?,
                                [text(1)?, text(2)?, text(3)?, text(4)?],
                            ))
                        };
                        let events: Vec<_> = select
                            .query_map(key, read)
                            .unwrap()
                            .collect::<Result<_, _>>()
                            .unwrap();
                        assert_eq!(events.len(), 20);
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
