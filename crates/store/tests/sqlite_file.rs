//! What can be wrong with the file of a SQLite log, each shown by a test.
#![expect(clippy::panic, reason = "helpers of tests fail their test")]

mod place;

use std::path::Path;
use std::sync::Arc;

use gridwhistle_store::conformance::{TENANT, append, case};
use gridwhistle_store::{AppendError, EventLog, OpenOptions, SqliteLog, StoreError, open};
use rusqlite::Connection;

use crate::place::{filled, place, try_open};

fn refusal(path: &Path) -> StoreError {
    match try_open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(refused) => refused,
    }
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
    for url in ["mysql://x", "sqlite://", "log.db"] {
        let refused = open(url, OpenOptions::default()).err().unwrap();
        assert!(
            refused
                .to_string()
                .contains("`memory:`, `sqlite://PATH` or `postgres://…` goes"),
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
