//! Clauses: many writers at once, and those who read and wait beside them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Backend, TENANT, append, case, clock};
use crate::error::AppendError;
use crate::event::Append;
use crate::log::EventLog;

const WRITERS: u64 = 32;
const ROUNDS: u64 = 20;

/// Each of many writers keeps appending to a stream of its own, two events a command.
fn start_writers(log: &Arc<dyn EventLog>) -> tokio::task::JoinSet<Vec<u64>> {
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let log = log.clone();
        writers.spawn(async move {
            let mut positions = Vec::new();
            for round in 0..ROUNDS {
                let answer = log.append(append(writer, round * 2, 2)).await.unwrap();
                assert_eq!(answer.version, round * 2 + 2);
                assert!(
                    positions
                        .last()
                        .is_none_or(|last| *last < answer.first_position)
                );
                positions.extend(answer.first_position..=answer.last_position);
            }
            positions
        });
    }
    writers
}

/// Every acknowledged event is there once, and positions have neither gap nor repeat.
pub async fn concurrent_writers_lose_nothing(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let answered: BTreeSet<u64> = start_writers(&log)
        .join_all()
        .await
        .into_iter()
        .flatten()
        .collect();
    let total = WRITERS * ROUNDS * 2;
    assert!(answered.iter().copied().eq(1..=total));
    let events = log.read_log(TENANT, 0, usize::MAX / 2).await.unwrap();
    assert!(events.iter().map(|event| event.position).eq(1..=total));
    for writer in 0..WRITERS {
        let stream = log.read_stream(TENANT, &case(writer), 0).await.unwrap();
        assert!(stream.iter().map(|event| event.sequence).eq(1..=ROUNDS * 2));
    }
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// Of many who decided on the same version one gets through, and the others learn the new one.
pub async fn a_race_for_one_version_has_one_winner(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    for version in 0..10 {
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            let log = log.clone();
            racers.spawn(async move { log.append(append("one", version, 1)).await });
        }
        let answers = racers.join_all().await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, 1);
        let actual = version + 1;
        let lost = AppendError::Conflict {
            expected: version,
            actual,
        };
        assert!(
            answers
                .iter()
                .flat_map(|answer| answer.as_ref().err())
                .all(|error| *error == lost)
        );
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 10);
}

/// Commands that are refused in a batch leave the others of the batch alone.
pub async fn a_conflict_refuses_one_command_not_the_batch(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let known = append("known", 0, 1);
    log.append(known.clone()).await.unwrap();
    let mut senders = tokio::task::JoinSet::new();
    let send = |senders: &mut tokio::task::JoinSet<_>, command: Append, goes: bool| {
        let log = log.clone();
        senders.spawn(async move { (log.append(command).await, goes) });
    };
    for id in 0..200 {
        send(&mut senders, append(id, 0, 1), true);
        send(&mut senders, append(format!("stale {id}"), 5, 1), false);
        let mut reused = append(format!("reused {id}"), 0, 1);
        reused.command_id = known.command_id;
        send(&mut senders, reused, false);
    }
    for (answer, goes) in senders.join_all().await {
        assert_eq!(answer.is_ok(), goes, "{answer:?}");
    }
    assert_eq!(log.head(TENANT).await.unwrap(), 201);
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// The same command from many callers at once is written once, and all get the same positions.
pub async fn a_command_sent_twice_at_once_is_written_once(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let command = append(1, 0, 2);
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (log, command) = (log.clone(), command.clone());
        senders.spawn(async move { log.append(command).await.unwrap() });
    }
    let answers = senders.join_all().await;
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| (answer.first_position, answer.version) == (1, 2))
    );
    assert_eq!(log.head(TENANT).await.unwrap(), 2);
}

/// A reader that goes on from the last position it saw, while many write, sees every position.
pub async fn a_reader_never_passes_a_position_that_may_still_appear(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let writers = start_writers(&log);
    let reader = {
        let log = log.clone();
        tokio::spawn(async move {
            let mut seen = 0;
            while seen < WRITERS * ROUNDS * 2 {
                // No wait: the reader polls as fast as it can, to catch a position too early.
                for event in log.read_log(TENANT, seen, 7).await.unwrap() {
                    assert_eq!(event.position, seen + 1);
                    seen = event.position;
                }
                tokio::task::yield_now().await;
            }
        })
    };
    writers.join_all().await;
    reader.await.unwrap();
}

/// A follower that only waits on the watch and reads up to it sees every event, and what the
/// watch names can be read at once.
pub async fn the_watch_never_skips(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let mut watch = log.watch(TENANT);
    let writers = start_writers(&log);
    let mut seen = 0;
    let mut before = 0;
    while seen < WRITERS * ROUNDS * 2 {
        watch.changed().await.unwrap();
        let head = *watch.borrow_and_update();
        assert!(head > before, "the watch went from {before} to {head}");
        before = head;
        let events = log.read_log(TENANT, seen, usize::MAX / 2).await.unwrap();
        assert!(
            events
                .iter()
                .zip(seen + 1..)
                .all(|(event, next)| event.position == next)
        );
        seen = events.last().map_or(seen, |event| event.position);
        assert!(
            seen >= head,
            "the watch said {head}, only {seen} can be read"
        );
        if seen > head && seen == WRITERS * ROUNDS * 2 {
            break;
        }
    }
    writers.join_all().await;
    assert_eq!(*log.watch(TENANT).borrow(), WRITERS * ROUNDS * 2);
    assert_eq!(*log.watch("elsewhere").borrow(), 0);
}
