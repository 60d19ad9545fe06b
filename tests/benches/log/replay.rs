//! Ordered replay of all events beside bare scans of the same file.

use std::path::Path;
use std::time::Instant;

use gridwhistle_store::{OpenOptions, open};
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Runtime;

use crate::table::{compare, maybe, subject};
use crate::{Plan, ours, peer, rows};

const TYPED_SCAN: &str = "bare scan, typed";
const TYPED_REPLAY: &str = "replay, typed";

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
    let total = ours::fill(runtime, &log, plan.events);
    let size = std::fs::metadata(&path).unwrap().len();
    println!(
        "\nreplay file: {total} events, {} bytes an event",
        size / total
    );
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
    let peer_file = folder.path().join("peer.db").display().to_string();
    peer::measure(&["fill", &peer_file, &total.to_string()]);
    let table = compare(
        "ordered replay, events",
        plan,
        &[TYPED_SCAN, "bare scan", peer::NAME],
        vec![
            subject("bare scan", || scan(&path, total, None)),
            subject("bare scan, payload as text", || {
                scan(&path, total, Some(str::len))
            }),
            subject(TYPED_SCAN, || scan(&path, total, Some(rows::decode))),
            subject("replay", || ours::replay(&log, total, str::len)),
            subject(TYPED_REPLAY, || ours::replay(&log, total, rows::decode)),
            maybe(peer::NAME, || peer::measure(&["replay", &peer_file])),
        ],
    );
    table.aim(TYPED_REPLAY, TYPED_SCAN, 0.6);
    table.aim(TYPED_REPLAY, peer::NAME, 8.0);
    compare(
        "verify, events: checksums, chain, indexes",
        Plan { rounds: 1, ..plan },
        &[],
        vec![subject("verify", verify)],
    );
}

/// Plain SQLite over the same file: all columns selected, the payload looked at as asked.
fn scan(path: &Path, total: u64, look: Option<fn(&str) -> usize>) -> f64 {
    let file = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .unwrap();
    let began = Instant::now();
    let sql = format!("select {COLUMNS} from events order by id");
    let mut select = file.prepare(&sql).unwrap();
    let mut rows = select.query([]).unwrap();
    let (mut seen, mut bytes) = (0, 0);
    while let Some(row) = rows.next().unwrap() {
        seen += 1;
        if let Some(look) = look {
            bytes += look(row.get_ref(6).unwrap().as_str().unwrap());
        }
    }
    assert_eq!(seen, total);
    assert!(bytes > 0 || look.is_none());
    total as f64 / began.elapsed().as_secs_f64()
}
