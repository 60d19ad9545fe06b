//! The writer of a SQLite log under stress: full disk, full queue, killed process.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gridwhistle_store::conformance::{TENANT, append, case, clock};
use gridwhistle_store::{
    Append, AppendError, EventLog, SqliteLog, SqliteOptions, StoreError, SystemClock,
};
use rusqlite::Connection;

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    (folder, path)
}

/// A command whose one event has about `bytes` bytes.
fn heavy(id: impl ToString, version: u64, bytes: usize) -> Append {
    let mut command = append(id, version, 1);
    command.events[0].payload = format!("\"{}\"", "x".repeat(bytes));
    command
}

#[tokio::test]
async fn a_full_disk_writes_nothing_and_the_writer_goes_on() {
    let (_folder, path) = place();
    let options = SqliteOptions {
        max_file_bytes: Some(400_000),
        ..SqliteOptions::default()
    };
    let log = SqliteLog::open(&path, clock(), options).unwrap();
    log.append(append(1, 0, 2)).await.unwrap();
    let watch = log.watch(TENANT);
    for attempt in 0..3 {
        let command = heavy("big", 0, 1_000_000);
        let refused = log.append(command.clone()).await;
        assert_eq!(
            refused,
            Err(StoreError::DiskFull.into()),
            "attempt {attempt}"
        );
        assert_eq!(log.command(TENANT, command.command_id).await.unwrap(), None);
    }
    // One that does not fit takes the others of its transaction with it, whole.
    let together = vec![append(2, 0, 1), heavy("big", 0, 1_000_000), append(3, 0, 1)];
    let answers = log.append_all(together).await;
    assert_eq!(
        answers,
        vec![Err(AppendError::Storage(StoreError::DiskFull)); 3]
    );
    assert_eq!((log.head(TENANT).await.unwrap(), *watch.borrow()), (2, 2));
    // What fits goes on at once, on the very next position and on the right version.
    let answer = log.append(append(1, 2, 2)).await.unwrap();
    assert_eq!((answer.first_position, answer.version), (3, 4));
    log.append(append(2, 0, 1)).await.unwrap();
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_fills_up_under_load_keeps_what_it_acknowledged() {
    let (_folder, path) = place();
    let options = SqliteOptions {
        max_file_bytes: Some(2_000_000),
        ..SqliteOptions::default()
    };
    let log = Arc::new(SqliteLog::open(&path, clock(), options).unwrap());
    let mut writers = tokio::task::JoinSet::new();
    for id in 0..16 {
        let log = log.clone();
        writers.spawn(async move {
            let mut version = 0;
            loop {
                match log.append(heavy(id, version, 3_000)).await {
                    Ok(answer) => version = answer.version,
                    Err(AppendError::Storage(StoreError::DiskFull)) => return (id, version),
                    Err(other) => panic!("{other:?}"),
                }
            }
        });
    }
    let mut total = 0;
    for (id, version) in writers.join_all().await {
        assert_eq!(
            log.read_stream(TENANT, &case(id), 0).await.unwrap().len() as u64,
            version
        );
        total += version;
    }
    assert!(total > 100, "{total}");
    assert_eq!(log.head(TENANT).await.unwrap(), total);
    drop(log);
    // With room again, the same file goes on.
    let log = SqliteLog::open(&path, clock(), SqliteOptions::default()).unwrap();
    assert_eq!(
        log.append(heavy("more", 0, 3_000))
            .await
            .unwrap()
            .first_position,
        total + 1
    );
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_after_a_bounded_wait() {
    let (_folder, path) = place();
    let patience = Duration::from_millis(50);
    let options = SqliteOptions {
        queue: 1,
        patience,
        ..SqliteOptions::default()
    };
    let log = Arc::new(SqliteLog::open(&path, clock(), options).unwrap());
    log.append(append(1, 0, 1)).await.unwrap();
    // Somebody else holds SQLite's own lock, so the writer waits.
    let other = Connection::open(&path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut senders = tokio::task::JoinSet::new();
    for id in [2, 3] {
        let log = log.clone();
        senders.spawn(async move { log.append(append(id, 0, 1)).await });
    }
    // Which of the two gets the room is chance; the other one is refused first.
    let refused = senders.join_next().await.unwrap().unwrap();
    assert_eq!(
        refused,
        Err(AppendError::Overloaded {
            queue: 1,
            bytes: SqliteOptions::default().queue_bytes,
            waited: patience
        })
    );
    other.execute_batch("rollback").unwrap();
    senders.join_next().await.unwrap().unwrap().unwrap();
    log.append(append(4, 0, 1)).await.unwrap();
    assert_eq!(log.head(TENANT).await.unwrap(), 3);
}

/// Memory is bounded by bytes, not by commands, and so is what waits for room. On one thread,
/// where the callers come in their order, however long each takes on a busy machine.
#[tokio::test]
async fn large_commands_fill_the_queue_and_its_threshold_by_their_bytes() {
    let (_folder, path) = place();
    let patience = Duration::from_secs(2);
    let options = SqliteOptions {
        queue_bytes: 3_000_000,
        patience,
        ..SqliteOptions::default()
    };
    let log = Arc::new(SqliteLog::open(&path, clock(), options).unwrap());
    let other = Connection::open(&path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let full = |waited| {
        Err(AppendError::Overloaded {
            queue: 4_096,
            bytes: 3_000_000,
            waited,
        })
    };
    let mut callers = tokio::task::JoinSet::new();
    for id in 0..6 {
        let log = log.clone();
        callers.spawn(async move { log.append(heavy(id, 0, 1_000_000)).await });
    }
    // Two have room and two wait; there is no place for two more, who are told so at once.
    for _ in 0..2 {
        let refused = callers.join_next().await.unwrap().unwrap();
        assert_eq!(refused, full(Duration::ZERO));
    }
    for _ in 0..2 {
        let refused = callers.join_next().await.unwrap().unwrap();
        assert_eq!(refused, full(patience));
    }
    // What is small still has room.
    let small = log.clone();
    callers.spawn(async move { small.append(append("small", 0, 1)).await });
    other.execute_batch("rollback").unwrap();
    for written in callers.join_all().await {
        written.unwrap();
    }
    // Larger than all of the queue: it goes when it is alone.
    log.append(heavy("large", 0, 5_000_000)).await.unwrap();
    assert_eq!(log.head(TENANT).await.unwrap(), 4);
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_writer_that_went_round_the_lock_is_noticed() {
    let (_folder, path) = place();
    let log = SqliteLog::open(&path, clock(), SqliteOptions::default()).unwrap();
    log.append(append(1, 0, 1)).await.unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("update streams set version = 5")
        .unwrap();
    let refused = log.append(append(1, 1, 1)).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("does not hold the writer's lock"),
        "{refused}"
    );
    // It was rolled back and read again: now the truth of the file counts.
    let refused = log.append(append(1, 1, 1)).await;
    assert_eq!(
        refused,
        Err(AppendError::Conflict {
            expected: 1,
            actual: 5
        })
    );
    assert_eq!(log.head(TENANT).await.unwrap(), 1);
}

#[tokio::test]
async fn many_tenants_share_a_batch() {
    let (_folder, path) = place();
    let options = SqliteOptions {
        known_streams: 3,
        ..SqliteOptions::default()
    };
    let log = SqliteLog::open(&path, clock(), options).unwrap();
    for round in 0..4 {
        let commands = (0..60).map(|id| {
            let mut command = append(id / 6, round, 1);
            command.tenant = format!("tenant {}", id % 6);
            command
        });
        assert!(
            log.append_all(commands.collect())
                .await
                .iter()
                .all(Result::is_ok)
        );
    }
    let tenants = log.tenants().await.unwrap();
    assert_eq!(tenants.len(), 6);
    for tenant in tenants {
        assert_eq!(log.head(&tenant).await.unwrap(), 40);
        assert!(log.verify(&tenant).await.unwrap().is_sound());
    }
}

/// The process that is killed is this test binary, which runs [`appends_until_it_is_killed`].
#[tokio::test]
async fn a_killed_process_loses_nothing_it_acknowledged() {
    use std::io::{BufRead, BufReader};
    let (_folder, path) = place();
    let mut acknowledged = [0_u64; 8];
    for round in 0..10 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "appends_until_it_is_killed", "--nocapture"])
            .env("GRIDWHISTLE_APPEND", &path)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for (nth, line) in lines.enumerate() {
            let Ok(line) = line else { break };
            if let Some((id, version)) = line
                .strip_prefix("ack ")
                .and_then(|ack| ack.split_once(' '))
            {
                acknowledged[id.parse::<usize>().unwrap()] = version.parse().unwrap();
            }
            // Killed in mid-flight; what it still printed is read on.
            if nth == 60 + round * 7 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let log = SqliteLog::open(&path, clock(), SqliteOptions::default()).unwrap();
        assert!(log.verify(TENANT).await.unwrap().is_sound());
        for (id, version) in acknowledged.iter().enumerate() {
            let events = log.read_stream(TENANT, &case(id), 0).await.unwrap();
            let found = events.len() as u64;
            assert!(
                found >= *version,
                "round {round}: case {id} has {found}, not {version}"
            );
            assert_eq!(found % 3, 0, "round {round}: half a command in case {id}");
        }
    }
    assert!(acknowledged.iter().sum::<u64>() > 300);
}

/// Does nothing unless a test of this file asks for it.
#[test]
fn appends_until_it_is_killed() {
    let Some(path) = std::env::var_os("GRIDWHISTLE_APPEND") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let open = || {
        SqliteLog::open(
            Path::new(&path),
            Arc::new(SystemClock),
            SqliteOptions::default(),
        )
    };
    let log = Arc::new(open().unwrap());
    let mut tasks: Vec<tokio::task::JoinHandle<()>> = (0..8)
        .map(|id| {
            let log = log.clone();
            runtime.spawn(async move {
                let mut version = log.read_stream(TENANT, &case(id), 0).await.unwrap().len() as u64;
                loop {
                    version = log.append(append(id, version, 3)).await.unwrap().version;
                    println!("ack {id} {version}");
                }
            })
        })
        .collect();
    // None of them ever ends by itself.
    let task = tasks.swap_remove(0);
    runtime.block_on(task).unwrap();
}
