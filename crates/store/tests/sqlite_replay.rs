//! A replay that is long enough to be read ahead shows what a short one shows.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use gridwhistle_store::conformance::{TENANT, append, clock};
use gridwhistle_store::{EventLog, RecordedEvent, SqliteLog, SqliteOptions, StoreError};
use rusqlite::Connection;

/// Several ranges of several threads, and a rest.
const EVENTS: u64 = 9_500;

/// A folder with a path for a log in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    (folder, path)
}

/// A log of so many events, of which some are larger than what threads hand over at once.
async fn long(path: &Path) -> SqliteLog {
    let log = SqliteLog::open(path, clock(), SqliteOptions::default()).unwrap();
    let mut command = append(1, 0, EVENTS as usize);
    for large in [3, 4, 2_000, 7_777] {
        command.events[large].payload = format!("\"{}\"", "网".repeat(100_000));
    }
    log.append(command).await.unwrap();
    log
}

/// The events of a replay that stops at `stop`, and its answer.
fn replay(
    log: &SqliteLog,
    after: u64,
    up_to: u64,
    stop: u64,
) -> (Vec<RecordedEvent>, Result<u64, StoreError>) {
    let mut seen = Vec::new();
    let answer = log.replay(TENANT, after, up_to, &mut |event| {
        seen.push(event.to_recorded());
        if event.position == stop {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    (seen, answer)
}

#[tokio::test]
async fn a_long_replay_shows_every_event_in_order() {
    let (_folder, path) = place();
    let log = long(&path).await;
    let all = log.read_log(TENANT, 0, EVENTS as usize).await.unwrap();
    let (seen, last) = replay(&log, 0, u64::MAX, 0);
    assert_eq!(last.unwrap(), EVENTS);
    assert!(seen == all);
    let (seen, last) = replay(&log, 1_234, 8_765, 0);
    assert_eq!(last.unwrap(), 8_765);
    assert!(seen == all[1_234..8_765]);
}

#[tokio::test]
async fn a_long_replay_stops_when_told_and_can_be_taken_up() {
    let (_folder, path) = place();
    let log = long(&path).await;
    let (seen, last) = replay(&log, 0, u64::MAX, 4_001);
    assert_eq!((seen.len(), last.unwrap()), (4_001, 4_001));
    let (seen, last) = replay(&log, 4_001, u64::MAX, 0);
    assert_eq!((seen.len() as u64, last.unwrap()), (EVENTS - 4_001, EVENTS));
}

#[tokio::test]
async fn a_long_replay_names_damage_after_all_that_is_before_it() {
    let (_folder, path) = place();
    drop(long(&path).await);
    for (sql, position, named) in [
        (
            "delete from events where position = 9500",
            9_500,
            "it is missing, the log's head names 9500",
        ),
        (
            "update events set chain = x'01' where position = 7001",
            7_001,
            "its column chain cannot be read",
        ),
        (
            "delete from events where position = 5000",
            5_000,
            "it is missing, the next one is 5001",
        ),
    ] {
        let tampered = Connection::open(&path).unwrap().execute(sql, []).unwrap();
        assert_eq!(tampered, 1);
        let log = SqliteLog::open_read_only(&path).unwrap();
        let (seen, answer) = replay(&log, 0, u64::MAX, 0);
        assert_eq!(seen.len() as u64, position - 1);
        match answer {
            Err(StoreError::Corrupt {
                position: Some(found),
                what,
            }) => assert_eq!((found, &what[..]), (position, named)),
            other => panic!("{other:?}"),
        }
    }
}
