//! Damage inside the file of a SQLite log, each kind found and its position named.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test")]

mod place;

use std::ops::ControlFlow;
use std::path::Path;

use gridwhistle_store::conformance::{TENANT, append, case};
use gridwhistle_store::{AppendError, EventLog, FaultKind, StoreError};
use rusqlite::Connection;

use crate::place::{filled, place, try_open};

/// Changes the file as no writer of the log would.
fn tamper(path: &Path, sql: &str) {
    assert_eq!(Connection::open(path).unwrap().execute(sql, []).unwrap(), 1);
}

#[tokio::test]
async fn a_flipped_byte_is_found_and_its_position_named() {
    let (_folder, path) = place();
    filled(&path).await;
    // The text of the third event of case 17, at position 88, as it stands in the file.
    let mut bytes = std::fs::read(&path).unwrap();
    // Page splits leave stale copies in free space, so every copy is flipped.
    let needle = b"{\"text\": \"17 3\"}";
    let copies: Vec<_> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(needle))
        .collect();
    assert!(!copies.is_empty());
    for at in copies {
        bytes[at + 11] ^= 0x01;
    }
    std::fs::write(&path, &bytes).unwrap();

    let log = try_open(&path).unwrap();
    let report = log.verify(TENANT).await.unwrap();
    let fault = report.fault.unwrap();
    assert_eq!((fault.position, &fault.kind), (88, &FaultKind::Checksum));
    assert_eq!(
        fault.to_string(),
        "the checksum of position 88 does not fit"
    );
    // Nobody decides on it either: the load of the case and the page of the log name it.
    let load = log.read_stream(TENANT, &case(17), 0).await;
    assert!(
        matches!(
            load,
            Err(StoreError::Corrupt {
                position: Some(88),
                ..
            })
        ),
        "{load:?}"
    );
    let page = log.read_log(TENANT, 80, 50).await;
    assert!(
        matches!(
            page,
            Err(StoreError::Corrupt {
                position: Some(88),
                ..
            })
        ),
        "{page:?}"
    );
    assert_eq!(
        log.read_stream(TENANT, &case(16), 0).await.unwrap().len(),
        5
    );
}

/// Wherever a byte of the events' own pages is flipped, it is found or was never read.
#[tokio::test]
async fn no_flipped_byte_changes_an_event_unseen() {
    let (_folder, path) = place();
    filled(&path).await;
    let log = try_open(&path).unwrap();
    let sound = log.read_log(TENANT, 0, 1_000).await.unwrap();
    drop(log);
    let bytes = std::fs::read(&path).unwrap();
    let mut found = 0;
    for at in (100..bytes.len()).step_by(397) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        std::fs::write(&path, &flipped).unwrap();
        let Ok(log) = try_open(&path) else {
            found += 1;
            continue;
        };
        match log.read_log(TENANT, 0, 1_000).await {
            Ok(events) if events == sound => {}
            Ok(events) => {
                // Only the tail can be missing from a read, and then the head gives it away.
                assert!(events[..] == sound[..events.len()], "byte {at}");
                let report = log.verify(TENANT).await;
                assert!(!report.is_ok_and(|report| report.is_sound()), "byte {at}");
                found += 1;
            }
            Err(_) => found += 1,
        }
    }
    assert!(found > 50, "{found}");
}

#[tokio::test]
async fn each_kind_of_tampering_is_found() {
    let cases = [
        ("delete from events where position = 12", 12, "missing"),
        ("delete from events where position = 200", 200, "head"),
        (
            "update events set occurred_at = occurred_at + 1 where position = 31",
            31,
            "checksum",
        ),
        (
            "update events set chain = zeroblob(32) where position = 44",
            44,
            "chain",
        ),
        (
            "update events set chain = x'00' where position = 45",
            45,
            "unreadable",
        ),
        ("update heads set position = 201", 200, "head"),
        (
            "update streams set version = 4 where aggregate_id = '3'",
            200,
            "index",
        ),
        (
            "update commands set last_position = 9 where first_position = 1",
            200,
            "index",
        ),
        (
            "update commands set last_position = 3 where first_position = 1",
            200,
            "index",
        ),
        (
            "delete from commands where first_position = 6",
            200,
            "index",
        ),
        ("delete from streams where aggregate_id = '3'", 200, "index"),
        (
            "update heads set recorded_at = recorded_at + 1",
            200,
            "head",
        ),
    ];
    for (sql, position, kind) in cases {
        let (_folder, path) = place();
        filled(&path).await;
        tamper(&path, sql);
        let log = try_open(&path).unwrap();
        let fault = log.verify(TENANT).await.unwrap().fault.unwrap();
        let found = match &fault.kind {
            FaultKind::Missing { .. } => "missing",
            FaultKind::Checksum => "checksum",
            FaultKind::Chain => "chain",
            FaultKind::Head { .. } => "head",
            FaultKind::Index(_) => "index",
            FaultKind::Unreadable(_) => "unreadable",
            _ => "another",
        };
        // Whoever walked the events already asks for the rest alone.
        let derived = log.verify_derived(TENANT).await.unwrap();
        if matches!(found, "head" | "index") {
            assert!(derived.is_some(), "{sql}");
        }
        let at = if sql.contains("= 200") { 199 } else { position };
        assert_eq!((fault.position, found), (at, kind), "{sql}: {fault}");
    }
}

#[tokio::test]
async fn nothing_is_chained_onto_a_damaged_end() {
    let (_folder, path) = place();
    filled(&path).await;
    tamper(
        &path,
        "update events set payload = '{}' where position = 200",
    );
    let log = try_open(&path).unwrap();
    let refused = log.append(append("new", 0, 1)).await.unwrap_err();
    let damaged = matches!(
        refused,
        AppendError::Storage(StoreError::Corrupt {
            position: Some(200),
            ..
        })
    );
    assert!(damaged, "{refused:?}");
    assert!(
        refused.to_string().contains("restore a backup"),
        "{refused}"
    );
}

/// A head that was set ahead would date every later event into the future.
#[tokio::test]
async fn nothing_is_dated_by_a_damaged_head() {
    let (_folder, path) = place();
    filled(&path).await;
    tamper(&path, "update heads set recorded_at = recorded_at << 1");
    let log = try_open(&path).unwrap();
    let refused = log.append(append("new", 0, 1)).await.unwrap_err();
    let damaged = matches!(
        refused,
        AppendError::Storage(StoreError::Corrupt {
            position: Some(200),
            ..
        })
    );
    assert!(damaged, "{refused:?}");
}

#[tokio::test]
async fn replay_names_a_gap_and_an_unreadable_row() {
    let (_folder, path) = place();
    filled(&path).await;
    tamper(&path, "delete from events where position = 50");
    tamper(
        &path,
        "update events set command_id = x'01' where position = 20",
    );
    let log = try_open(&path).unwrap();
    let replay = |after| log.replay(TENANT, after, u64::MAX, &mut |_| ControlFlow::Continue(()));
    let at = |error| match error {
        StoreError::Corrupt { position, what } => (position, what),
        other => panic!("{other:?}"),
    };
    let (position, what) = at(replay(0).unwrap_err());
    assert_eq!(
        (position, &what[..]),
        (Some(20), "its column command_id cannot be read")
    );
    let (position, what) = at(replay(20).unwrap_err());
    assert_eq!(
        (position, &what[..]),
        (Some(50), "it is missing, the next one is 51")
    );
}

#[tokio::test]
async fn a_truncated_file_is_refused_or_its_damage_named() {
    let (_folder, path) = place();
    filled(&path).await;
    let bytes = std::fs::read(&path).unwrap();
    for kept in [
        50,
        100,
        8_192,
        bytes.len() / 2,
        bytes.len() - 8_192,
        bytes.len() - 1,
    ] {
        std::fs::write(&path, &bytes[..kept]).unwrap();
        match try_open(&path) {
            Err(StoreError::Corrupt { .. } | StoreError::NotADatabase { .. }) => {}
            Err(other) => panic!("{kept}: {other:?}"),
            Ok(log) => {
                let report = log.verify(TENANT).await.unwrap();
                assert!(!report.is_sound(), "{kept} bytes kept");
            }
        }
    }
}

/// What was asked is under no checksum of an event: its hash has a seal of its own.
#[tokio::test]
async fn a_changed_request_hash_is_told_as_damage_and_not_as_a_reused_key() {
    let (_folder, path) = place();
    let command = append("one", 0, 1);
    {
        let log = try_open(&path).unwrap();
        log.append(command.clone()).await.unwrap();
    }
    tamper(
        &path,
        "update commands set request_hash = cast(x'00' || substr(request_hash, 2) as blob)",
    );
    let log = try_open(&path).unwrap();
    let told = log.append(command.clone()).await.unwrap_err();
    assert!(
        matches!(told, AppendError::Storage(StoreError::Corrupt { .. })),
        "{told}"
    );
    let fault = log.verify(TENANT).await.unwrap().fault.unwrap();
    let what = format!("the request hash of command {}", command.command_id);
    assert!(fault.to_string().contains(&what), "{fault}");
}
