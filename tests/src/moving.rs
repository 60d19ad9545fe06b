//! `kill -9` in the middle of a move from a file to a database: what was copied stands, and the next
//! call goes on from there to an equal log.
//!
//! The child is this very test binary, started anew with both addresses in its environment.

use gridwhistle::moving;
use gridwhistle_cluster::Cluster;
use gridwhistle_store::{Append, EventLog, NewEvent, OpenOptions, StreamId, open};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

const FROM: &str = "GRIDWHISTLE_MOVE_FROM";
const TO: &str = "GRIDWHISTLE_MOVE_TO";
const TENANT: &str = "city";
/// Events of the commands, in their order: one of them is longer than two pages of a copy.
const COMMANDS: [(usize, usize); 3] = [(60, 100), (1, 9_000), (50, 100)];
const EVENTS: u64 = 20_000;

async fn fill(log: &Arc<dyn EventLog>) {
    let at = gridwhistle::Clock::now(&gridwhistle::SystemClock);
    for (kind, (commands, events)) in COMMANDS.into_iter().enumerate() {
        for number in 0..commands {
            let event = |nth| NewEvent {
                event_type: "Noted".to_owned(),
                event_version: "1.0".to_owned(),
                payload: format!("{{\"nth\":{nth},\"text\":\"{}\"}}", "巷口积水".repeat(20)),
                metadata: "{}".to_owned(),
                occurred_at: at,
            };
            let append = Append {
                tenant: TENANT.to_owned(),
                stream: StreamId::new("note", format!("{kind}-{number}")),
                expected_version: 0,
                command_id: Uuid::now_v7(),
                request_hash: [kind as u8; 32],
                events: (0..events).map(event).collect(),
            };
            log.append(append).await.unwrap();
        }
    }
    assert_eq!(log.head(TENANT).await.unwrap(), EVENTS);
}

fn start(from: &str, to: &str) -> Child {
    let name = "moving::a_move_that_is_killed_goes_on_where_it_stopped_and_ends_with_an_equal_log";
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(FROM, from)
        .env(TO, to)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_move_that_is_killed_goes_on_where_it_stopped_and_ends_with_an_equal_log() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let (Ok(from), Ok(to)) = (std::env::var(FROM), std::env::var(TO)) {
        // Slow enough to be killed on its way, however busy the machine is.
        let mut told = |_, _| std::thread::sleep(Duration::from_millis(500));
        let moved = moving::copy(&from, &to, TENANT, &mut told);
        runtime.block_on(moved).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let from = format!("sqlite://{}/city.db", folder.path().display());
    let source = open(&from, OpenOptions::default()).unwrap();
    runtime.block_on(fill(&source));
    let database = Cluster::shared().database();
    let to = database.url();
    moving::migrate(&to).unwrap();
    let reached = || -> u64 {
        let head = database.sql("select coalesce(max(position), 0) from gridwhistle.heads");
        head.parse().unwrap()
    };
    // Twice as soon as more has come over than was there before.
    let mut before = 0;
    for _ in 0..2 {
        let mut child = start(&from, &to);
        let began = Instant::now();
        while reached() == before {
            assert!(began.elapsed() < Duration::from_secs(300), "nothing moves");
        }
        child.kill().unwrap();
        let end = child.wait().unwrap();
        assert_eq!(
            end.signal(),
            Some(9),
            "it was over before it was killed: {end}"
        );
        // What was on its way when the process died may still be written.
        let writing = "select count(*) from pg_stat_activity \
                       where datname = current_database() and pid <> pg_backend_pid()";
        while database.sql(writing) != "0" {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(reached() > before, "what was copied stands");
        before = reached();
    }
    assert!((1..EVENTS).contains(&before), "{before}");
    let moved = runtime.block_on(moving::copy(&from, &to, TENANT, &mut |_, _| ()));
    let moved = moved.unwrap();
    assert_eq!((moved.events, moved.copied), (EVENTS, EVENTS - before));
    runtime.block_on(async {
        let target = open(&to, OpenOptions::default()).unwrap();
        let (here, there) = (source.verify(TENANT).await, target.verify(TENANT).await);
        assert_eq!(here.unwrap(), there.unwrap());
        let all = usize::MAX / 2;
        let (here, there) = (
            source.read_log(TENANT, 0, all).await.unwrap(),
            target.read_log(TENANT, 0, all).await.unwrap(),
        );
        assert!(here == there);
    });
}
