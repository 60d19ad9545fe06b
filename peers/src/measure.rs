//! The measurements, through the public API of stock cqrs-es and nothing else.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, QueryReplay, SerializedEvent,
};
use cqrs_es::{Aggregate, EventEnvelope, EventStore, Query};
use sqlite_es::{SqliteEventRepository, sqlite_cqrs};
use sqlx::sqlite::SqlitePool;

use crate::payload::{METADATA, STREAMS, payload, stream, turns};
use crate::recorder::{Noted, Recorder};
use crate::stock::{self, InForce};

/// Events in each transaction of `fill`.
const FILL_EVENTS: u64 = 10_000;
/// Events of a stream that is loaded.
const LOAD_EVENTS: u64 = 20;

/// What came out.
pub(crate) struct Measured {
    pub(crate) done: u64,
    /// Commands that were answered with an error, and are not in `done`.
    pub(crate) failed: u64,
    pub(crate) seconds: f64,
    pub(crate) file: InForce,
}

/// Single-event commands through `CqrsFramework`.
pub(crate) async fn append(pool: SqlitePool, callers: u64, time: Duration) -> Measured {
    let file = stock::in_force(&pool).await;
    let framework = Arc::new(sqlite_cqrs::<Recorder>(pool, vec![], ()));
    let metadata: HashMap<String, String> =
        serde_json::from_str(METADATA).expect("the metadata is a flat map");
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (framework, metadata) = (framework.clone(), metadata.clone());
            tokio::spawn(async move {
                let (mut done, mut failed) = (0, 0);
                let mut turns = turns(caller, callers);
                while began.elapsed() < time {
                    let Some((case, version)) = turns.next() else {
                        break;
                    };
                    let command = Noted::read(&payload(case, version + 1));
                    let answer = framework
                        .execute_with_metadata(&stream(case), command, metadata.clone())
                        .await;
                    match answer {
                        Ok(()) => done += 1,
                        Err(_) => failed += 1,
                    }
                }
                (done, failed)
            })
        })
        .collect();
    let (mut done, mut failed) = (0, 0);
    for task in tasks {
        let (well, badly) = task.await.expect("a caller ends");
        done += well;
        failed += badly;
    }
    Measured {
        done,
        failed,
        seconds: began.elapsed().as_secs_f64(),
        file,
    }
}

/// Loads of a 20-event aggregate.
pub(crate) async fn load(pool: SqlitePool, callers: u64, time: Duration) -> Measured {
    let file = stock::in_force(&pool).await;
    let store =
        PersistedEventStore::<_, Recorder>::new_event_store(SqliteEventRepository::new(pool));
    let store = Arc::new(store);
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while began.elapsed() < time {
                    let case = (done * 7 + caller * 125) % STREAMS;
                    let context = store.load_aggregate(&stream(case)).await;
                    let seen = context.expect("the stream loads").aggregate.seen;
                    assert_eq!(seen, LOAD_EVENTS);
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a caller ends");
    }
    Measured {
        done,
        failed: 0,
        seconds: began.elapsed().as_secs_f64(),
        file,
    }
}

/// Writes 20-event streams in large transactions, for `load` and `replay` to read. Streams grow
/// side by side, as a city's do: each gets four events, then each gets four more.
pub(crate) async fn fill(pool: SqlitePool, events: u64) -> Measured {
    let file = stock::in_force(&pool).await;
    let repository = SqliteEventRepository::new(pool);
    let metadata: serde_json::Value = serde_json::from_str(METADATA).expect("the metadata is JSON");
    let streams = events.div_ceil(LOAD_EVENTS);
    let mut batch = Vec::new();
    let mut done = 0;
    let began = Instant::now();
    for first in (1..=LOAD_EVENTS).step_by(4) {
        for case in 0..streams {
            for sequence in first..first + 4 {
                let value = serde_json::from_str(&payload(case, sequence));
                batch.push(SerializedEvent::new(
                    stream(case),
                    sequence as usize,
                    Recorder::TYPE.to_owned(),
                    "CaseNoted".to_owned(),
                    "1.0".to_owned(),
                    value.expect("the payload is JSON"),
                    metadata.clone(),
                ));
            }
            let last = case + 1 == streams;
            if batch.len() as u64 >= FILL_EVENTS || last {
                let written = repository.persist::<Recorder>(&batch, None).await;
                written.expect("the events go in");
                done += batch.len() as u64;
                batch.clear();
            }
        }
    }
    Measured {
        done,
        failed: 0,
        seconds: began.elapsed().as_secs_f64(),
        file,
    }
}

/// Counts what a replay hands over.
struct Count {
    events: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

#[async_trait]
impl Query<Recorder> for Count {
    async fn dispatch(&self, _: &str, events: &[EventEnvelope<Recorder>]) {
        let bytes: usize = events.iter().map(|event| event.payload.text.len()).sum();
        self.events
            .fetch_add(events.len() as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// All events, typed, through `QueryReplay`; stock sorts them by their number in the stream.
pub(crate) async fn replay(pool: SqlitePool) -> Measured {
    let file = stock::in_force(&pool).await;
    let (events, bytes) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let count = Count {
        events: events.clone(),
        bytes: bytes.clone(),
    };
    let began = Instant::now();
    let replay = QueryReplay::new(SqliteEventRepository::new(pool), count);
    replay.replay_all().await.expect("the replay runs");
    let seconds = began.elapsed().as_secs_f64();
    assert!(bytes.load(Ordering::Relaxed) > 0, "nothing was replayed");
    Measured {
        done: events.load(Ordering::Relaxed),
        failed: 0,
        seconds,
        file,
    }
}
