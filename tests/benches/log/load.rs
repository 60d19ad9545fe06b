//! Loads of a 20-event stream, and of a 20-event case by the engine, at 1 and 16 callers; the file is
//! in the system's cache.

use std::path::Path;
use std::time::Instant;

use gridwhistle_store::{OpenOptions, open};
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Runtime;

use crate::city::City;
use crate::ours::{self, EVENTS};
use crate::payload::STREAMS;
use crate::table::{compare, maybe, subject};
use crate::{Plan, peer, rows};

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let log = open(
        &format!("sqlite://{}", path.display()),
        OpenOptions::default(),
    )
    .unwrap();
    for version in 0..EVENTS {
        let commands = (0..STREAMS)
            .map(|case| rows::append(case, version, 1))
            .collect();
        let answers = runtime.block_on(log.append_all(commands));
        assert!(answers.iter().all(Result::is_ok));
    }
    let peer_file = folder.path().join("peer.db").display().to_string();
    peer::measure(&["fill", &peer_file, &(STREAMS * EVENTS).to_string()]);
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let (warm, cold) = runtime.block_on(async {
        let warm = City::open(&url("warm.db"), folder.path()).await;
        warm.grow(EVENTS).await;
        // A cache of one case, so that every question loads; a file of its own, for one writes it.
        let cold = url("cold.db");
        City::open(&cold, folder.path()).await.grow(EVENTS).await;
        (warm, City::reopen(&cold, folder.path(), 1).await)
    });
    for callers in [1, 16] {
        let title = format!("load of 20 events, {callers} callers");
        let millis = plan.time.as_millis().to_string();
        compare(
            &title,
            plan,
            &["raw rows", peer::NAME],
            vec![
                subject("raw rows", || raw(&path, plan, callers)),
                maybe(peer::NAME, || {
                    peer::measure(&["load", &peer_file, &callers.to_string(), &millis])
                }),
                subject("the log, checked", || {
                    ours::load(runtime, plan, callers, &log, |_| 1)
                }),
                subject("the log, checked and typed", || {
                    ours::load(runtime, plan, callers, &log, rows::decode)
                }),
                subject("the engine, cold case", || {
                    runtime.block_on(cold.cases(plan, callers))
                }),
                subject("the engine, warm case", || {
                    runtime.block_on(warm.cases(plan, callers))
                }),
            ],
        );
    }
}

/// A thread and a connection for each caller, payloads copied out, no check of anything.
fn raw(path: &Path, plan: Plan, callers: u64) -> f64 {
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|caller| {
                scope.spawn(move || {
                    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                    let file = Connection::open_with_flags(path, flags).unwrap();
                    let (mut done, mut cases) = (0, ours::cases(caller));
                    while began.elapsed() < plan.time {
                        let stream = rows::name(cases.next().unwrap());
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
                        assert_eq!(events.len() as u64, EVENTS);
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
