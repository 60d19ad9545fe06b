//! A replay that is longer than what is read ahead, and than one COPY, shows what a short one shows.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail their test")]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use gridwhistle_cluster::{Cluster, Database, Settings};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{EventLog, PostgresLog, RecordedEvent, StoreError};
use tokio::sync::OnceCell;
use tokio::task::block_in_place;

use crate::desk::{open, patient};

/// Two whole ranges and a part of a third one; of each, many times what may wait to be looked at.
const EVENTS: u64 = 120_000;
/// Events of one command.
const EACH: u64 = 10_000;

async fn fill(log: &PostgresLog) {
    for id in 0..EVENTS / EACH {
        log.append(append(id, 0, EACH as usize)).await.unwrap();
    }
}

/// A database of its own that holds so many events; they are written once.
async fn filled() -> Database<'static> {
    static FILLED: OnceCell<Database<'static>> = OnceCell::const_new();
    let filled = FILLED.get_or_init(|| async {
        let database = block_in_place(|| Cluster::shared().database());
        let log = open(&database.url(), patient());
        fill(&log).await;
        database
    });
    let name = filled.await.name();
    block_in_place(|| {
        // Nobody may be connected to what is copied.
        Cluster::shared().sql(
            "postgres",
            &format!(
                "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity \
                 where datname = '{name}'"
            ),
        );
        Cluster::shared().database_with(&format!("template {name}"))
    })
}

/// What a replay has shown so far.
#[derive(Default)]
struct Seen(Vec<RecordedEvent>);

impl Seen {
    /// Replays from what was seen to the end, until the position at which `stop` says so.
    fn on(
        &mut self,
        log: &PostgresLog,
        mut stop: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let after = self.0.len() as u64;
        block_in_place(|| {
            log.replay(TENANT, after, u64::MAX, &mut |event| {
                self.0.push(event.to_recorded());
                stop(event.position)
            })
        })
    }
}

fn at(place: u64) -> impl FnMut(u64) -> ControlFlow<()> {
    move |position| match position == place {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_replay_shows_every_event_in_order_and_waits_for_whoever_looks() {
    let database = filled().await;
    let log = open(&database.url(), patient());
    let waiting = "select count(*) from pg_stat_activity \
                   where datname = current_database() and wait_event = 'ClientWrite'";
    let mut seen = Seen::default();
    let last = seen.on(&log, |position| {
        // Nobody looks on for a while: the server has to wait, for nothing is heaped up here.
        if position == 3 {
            let until = std::time::Instant::now() + Duration::from_secs(30);
            let mut waited = 0;
            while waited < 5 {
                assert!(std::time::Instant::now() < until, "the server never waits");
                waited = match database.sql(waiting) == "1" {
                    true => waited + 1,
                    false => 0,
                };
            }
        }
        ControlFlow::Continue(())
    });
    assert_eq!(last.unwrap(), EVENTS);
    let all = log.read_log(TENANT, 0, usize::MAX / 2).await.unwrap();
    assert!(seen.0 == all);
    let mut part = Vec::new();
    let last = block_in_place(|| {
        log.replay(TENANT, 49_998, 100_002, &mut |event| {
            part.push(event.to_recorded());
            ControlFlow::Continue(())
        })
    });
    assert_eq!(last.unwrap(), 100_002);
    assert!(part == all[49_998..100_002]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_replay_stops_when_told_and_can_be_taken_up() {
    let database = filled().await;
    let log = open(&database.url(), patient());
    // More often than there are connections for reading: none of them is left in the middle.
    for _ in 0..10 {
        assert_eq!(Seen::default().on(&log, at(1)).unwrap(), 1);
    }
    let mut seen = Seen::default();
    for place in [7, 50_000, 50_001, 99_999] {
        assert_eq!(seen.on(&log, at(place)).unwrap(), place);
        assert_eq!(seen.0.len() as u64, place);
    }
    assert_eq!(seen.on(&log, at(0)).unwrap(), EVENTS);
    assert_eq!(seen.on(&log, at(0)).unwrap(), EVENTS, "there is no more");
    let positions = seen.0.iter().map(|event| event.position);
    assert!(positions.eq(1..=EVENTS));
    assert_eq!(log.head(TENANT).await.unwrap(), EVENTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_replay_names_a_gap_after_all_that_is_before_it() {
    let database = filled().await;
    let log = open(&database.url(), patient());
    // The last of all; one in the middle; the first and the last of a range.
    for (missing, named) in [
        (120_000, "it is missing, the log's head names 120000"),
        (75_000, "it is missing, the next one is 75001"),
        (50_001, "it is missing, the next one is 50002"),
        (50_000, "it is missing, the next one is 50002"),
    ] {
        database.sql(&format!(
            "delete from gridwhistle.events where position = {missing}"
        ));
        let mut seen = Seen::default();
        let answer = seen.on(&log, at(0));
        assert_eq!(seen.0.len() as u64, missing - 1);
        match answer {
            Err(StoreError::Corrupt {
                position: Some(found),
                what,
            }) => assert_eq!((found, &what[..]), (missing, named)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_in_the_middle_of_a_replay_is_told_and_the_rest_comes_later() {
    let cluster = Cluster::start(&Settings::default());
    let database = cluster.database();
    let log: Arc<PostgresLog> = open(&database.url(), patient());
    fill(&log).await;
    let mut seen = Seen::default();
    let told = seen.on(&log, |position| {
        if position == 20_000 {
            cluster.kill();
        }
        ControlFlow::Continue(())
    });
    let told = told.unwrap_err();
    assert!(
        matches!(told, StoreError::Unavailable { .. }) && told.may_retry(),
        "{told}"
    );
    let before = seen.0.len() as u64;
    assert!((20_000..EVENTS).contains(&before), "{before}");
    block_in_place(|| cluster.restart());
    assert_eq!(seen.on(&log, at(0)).unwrap(), EVENTS);
    assert!(seen.0 == log.read_log(TENANT, 0, usize::MAX / 2).await.unwrap());
}
