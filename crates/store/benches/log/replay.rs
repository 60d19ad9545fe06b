//! Ordered replay of all events beside bare scans of the same file.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use gridwhistle_store::{OpenOptions, open};
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Runtime;

use crate::{Plan, compare, rows};

const COLUMNS: &str = "position, aggregate_type, aggregate_id, sequence, event_type, \
                       event_version, payload, metadata, command_id, occurred_at, recorded_at, \
                       checksum, chain";

pub(crate) fn run(runtime: &Runtime, plan: Plan) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let log = open(
        &format!("sqlite://{}", path.display()),
        OpenOptions::default(),
    )
    .unwrap();
    let cases = plan.events.div_ceil(20);
    for version in (0..20).step_by(4) {
        for first in (0..cases).step_by(1_000) {
            let commands = (first..(first + 1_000).min(cases))
                .map(|case| rows::append(case, version, 4))
                .collect();
            assert!(
                runtime
                    .block_on(log.append_all(commands))
                    .iter()
                    .all(Result::is_ok)
            );
        }
    }
    let total = cases * 20;
    let size = std::fs::metadata(&path).unwrap().len();
    println!(
        "replay file: {total} events, {} bytes an event",
        size / total
    );
    let replay = |typed: bool| {
        let began = Instant::now();
        let mut bytes = 0;
        let last = log.replay(rows::TENANT, 0, u64::MAX, &mut |event| {
            bytes += count(event.payload, typed);
            ControlFlow::Continue(())
        });
        assert_eq!(last.unwrap(), total);
        assert!(bytes > 0);
        total as f64 / began.elapsed().as_secs_f64()
    };
    let verify = || {
        let began = Instant::now();
        assert!(
            runtime
                .block_on(log.verify(rows::TENANT))
                .unwrap()
                .is_sound()
        );
        total as f64 / began.elapsed().as_secs_f64()
    };
    let mut subjects: [(&str, &mut dyn FnMut() -> f64); 5] = [
        ("bare scan, columns untouched", &mut || {
            scan(&path, total, None)
        }),
        ("bare scan, payload as text", &mut || {
            scan(&path, total, Some(false))
        }),
        ("bare scan, typed", &mut || scan(&path, total, Some(true))),
        ("replay", &mut || replay(false)),
        ("replay, typed", &mut || replay(true)),
    ];
    compare("ordered replay, events", plan, &mut subjects);
    compare(
        "verify, events",
        Plan { rounds: 1, ..plan },
        &mut [("verify", &mut { verify })],
    );
}

/// What a reader does with a payload.
fn count(payload: &str, typed: bool) -> usize {
    if typed {
        let noted: rows::Noted<'_> = serde_json::from_str(payload).unwrap();
        noted.text.len()
    } else {
        payload.len()
    }
}

/// Plain SQLite over the same file: all columns selected, the payload looked at as asked.
fn scan(path: &Path, total: u64, typed: Option<bool>) -> f64 {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let began = Instant::now();
    let sql = format!("select {COLUMNS} from events order by id");
    let mut select = file.prepare(&sql).unwrap();
    let mut rows = select.query([]).unwrap();
    let (mut seen, mut bytes) = (0, 0);
    while let Some(row) = rows.next().unwrap() {
        seen += 1;
        if let Some(typed) = typed {
            bytes += count(row.get_ref(6).unwrap().as_str().unwrap(), typed);
        }
    }
    assert_eq!(seen, total);
    assert!(bytes > 0 || typed.is_none());
    total as f64 / began.elapsed().as_secs_f64()
}
