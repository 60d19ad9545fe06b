//! What can be wrong with the file of a SQLite log, each shown by a test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail their test"
)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gridwhistle_store::conformance::{TENANT, append, case, clock};
use gridwhistle_store::{
    AppendError, EventLog, FaultKind, OpenOptions, SqliteLog, SqliteOptions, StoreError, open,
};
use rusqlite::Connection;

/// A folder with a path for a log in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    (folder, path)
}

fn try_open(path: &Path) -> Result<SqliteLog, StoreError> {
    SqliteLog::open(path, clock(), SqliteOptions::default())
}

fn refusal(path: &Path) -> StoreError {
    match try_open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(refused) => refused,
    }
}

/// A closed log of 40 cases of 5 events.
async fn filled(path: &Path) {
    let log = try_open(path).unwrap();
    for id in 0..40 {
        log.append(append(id, 0, 5)).await.unwrap();
    }
}

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

#[test]
fn a_file_of_garbage_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let garbage = b"case,unit\n1,water works\n".repeat(200);
    std::fs::write(&path, &garbage).unwrap();
    assert!(matches!(refusal(&path), StoreError::NotADatabase { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), garbage);
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let (_folder, path) = place();
    Connection::open(&path)
        .unwrap()
        .execute_batch("create table t (x); insert into t values (1)")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let refused = refusal(&path);
    assert!(
        matches!(refused, StoreError::NotADatabase { .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("not a Gridwhistle log"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (_folder, path) = place();
    filled(&path).await;
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 7)
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let expected = StoreError::NewerSchema {
        found: 7,
        supported: 1,
    };
    assert_eq!(refusal(&path), expected);
    assert_eq!(SqliteLog::open_read_only(&path).err(), Some(expected));
    assert_eq!(std::fs::read(&path).unwrap(), before);
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

#[tokio::test]
async fn a_read_only_file_is_refused_for_writing_and_can_be_read() {
    let (_folder, path) = place();
    filled(&path).await;
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let refused = refusal(&path);
    assert!(
        matches!(refused, StoreError::ReadOnly { .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("write permission"));
    let log = SqliteLog::open_read_only(&path).unwrap();
    assert_eq!(log.read_log(TENANT, 0, 1_000).await.unwrap().len(), 200);
}

#[tokio::test]
async fn a_handle_for_reading_writes_nothing_and_follows_the_writer() {
    let (_folder, path) = place();
    let writer = try_open(&path).unwrap();
    writer.append(append(1, 0, 1)).await.unwrap();
    let options = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    let reader = open(&format!("sqlite://{}", path.display()), options).unwrap();
    let refused = reader.append(append(2, 0, 1)).await.unwrap_err();
    assert!(
        matches!(refused, AppendError::Storage(StoreError::ReadOnly { .. })),
        "{refused:?}"
    );
    assert!(matches!(
        reader.drop_snapshots(TENANT).await,
        Err(StoreError::ReadOnly { .. })
    ));
    let mut watch = reader.watch(TENANT);
    assert_eq!(*watch.borrow_and_update(), 1);
    writer.append(append(1, 1, 3)).await.unwrap();
    assert_eq!(reader.head(TENANT).await.unwrap(), 4);
    watch.changed().await.unwrap();
    assert_eq!(*watch.borrow(), 4);
    assert_eq!(
        reader.read_stream(TENANT, &case(1), 0).await.unwrap().len(),
        4
    );
}

#[tokio::test]
async fn a_second_writer_in_this_process_is_told_so() {
    let (folder, path) = place();
    let first = try_open(&path).unwrap();
    match refusal(&folder.path().join(".").join("log.db")) {
        StoreError::Locked { by } => assert!(by.contains("this very process"), "{by}"),
        other => panic!("{other:?}"),
    }
    drop(first);
    try_open(&path).unwrap();
}

/// The other process is this test binary, which runs [`holds_the_log_for_its_parent`] alone.
#[test]
fn a_second_process_is_named() {
    use std::io::{BufRead, BufReader};
    let (_folder, path) = place();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holds_the_log_for_its_parent", "--nocapture"])
        .env("GRIDWHISTLE_HOLD", &path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("the log is held")));
    let refused = refusal(&path);
    assert_eq!(
        refused,
        StoreError::Locked {
            by: format!("process {}", child.id())
        }
    );
    assert!(refused.to_string().contains("stop that process"));
    let reader = SqliteLog::open_read_only(&path);
    assert!(reader.is_ok(), "{:?}", reader.err());
    drop(reader);
    // A process that is killed leaves no lock behind.
    child.kill().unwrap();
    child.wait().unwrap();
    try_open(&path).unwrap();
}

/// Does nothing unless a test of this file asks for it.
#[test]
fn holds_the_log_for_its_parent() {
    let Some(path) = std::env::var_os("GRIDWHISTLE_HOLD") else {
        return;
    };
    let _log = try_open(Path::new(&path)).unwrap();
    println!("the log is held");
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let (folder, _) = place();
    let refused = refusal(&folder.path().join("none").join("log.db"));
    assert!(
        matches!(&refused, StoreError::Io { what } if what.contains("none")),
        "{refused:?}"
    );
    let missing = SqliteLog::open_read_only(&folder.path().join("none.db"))
        .err()
        .unwrap();
    assert!(
        matches!(&missing, StoreError::Io { what } if what.contains("none.db")),
        "{missing:?}"
    );
}

#[test]
fn an_unknown_address_is_refused_with_what_would_go() {
    for url in ["postgres://x", "sqlite://", "log.db"] {
        let refused = open(url, OpenOptions::default()).err().unwrap();
        assert!(
            refused
                .to_string()
                .contains("`memory:` or `sqlite://PATH` goes"),
            "{refused}"
        );
    }
    let options = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    assert!(matches!(
        open("memory:", options),
        Err(StoreError::Invalid { .. })
    ));
}

#[tokio::test]
async fn a_backup_of_a_log_in_use_is_whole() {
    let (folder, path) = place();
    let log = Arc::new(try_open(&path).unwrap());
    for id in 0..20 {
        log.append(append(id, 0, 3)).await.unwrap();
    }
    let target = folder.path().join("copy.db");
    let writer = {
        let log = log.clone();
        tokio::spawn(async move {
            for id in 20..60 {
                log.append(append(id, 0, 3)).await.unwrap();
            }
        })
    };
    log.backup_to(&target).await.unwrap();
    writer.await.unwrap();
    let again = log.backup_to(&target).await.unwrap_err();
    assert!(matches!(again, StoreError::Invalid { .. }), "{again:?}");
    let copy = try_open(&target).unwrap();
    let report = copy.verify(TENANT).await.unwrap();
    assert!(report.is_sound() && report.events >= 60, "{report:?}");
    let events = copy.read_log(TENANT, 0, 1_000).await.unwrap();
    assert_eq!(events, log.read_log(TENANT, 0, events.len()).await.unwrap());
    copy.append(append("only in the copy", 0, 1)).await.unwrap();
}
