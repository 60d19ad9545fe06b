//! The measurements, through the public API of stock cqrs-es and nothing else.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, QueryReplay, SerializedEvent,
};
use cqrs_es::{Aggregate, CqrsFramework, EventEnvelope, EventStore, Query};

use crate::payload::{METADATA, STREAMS, payload, stream, turns};
use crate::recorder::{Noted, Recorder};

/// Events in each transaction of `fill`.
const FILL_EVENTS: u64 = 10_000;
/// Events of a stream that is loaded.
pub(crate) const LOAD_EVENTS: u64 = 20;

/// What came out.
pub(crate) struct Measured {
    pub(crate) done: u64,
    /// Commands that were answered with an error, and are not in `done`.
    pub(crate) failed: u64,
    pub(crate) seconds: f64,
}

/// Callers that each do their tasks one after the other, until the time is over. A task says
/// whether it was done.
pub(crate) async fn by_callers<I, W>(
    callers: u64,
    time: Duration,
    tasks: impl Fn(u64) -> I,
    work: impl Fn(I::Item) -> W + Clone + Send + 'static,
) -> Measured
where
    I: Iterator<Item: Send> + Send + 'static,
    W: Future<Output = bool> + Send,
{
    let began = Instant::now();
    let hands: Vec<_> = (0..callers)
        .map(|caller| {
            let (mut tasks, work) = (tasks(caller), work.clone());
            tokio::spawn(async move {
                let (mut done, mut failed) = (0, 0);
                while began.elapsed() < time {
                    let task = tasks.next().expect("tasks never end");
                    if work(task).await {
                        done += 1;
                    } else {
                        failed += 1;
                    }
                }
                (done, failed)
            })
        })
        .collect();
    let (mut done, mut failed) = (0, 0);
    for hand in hands {
        let (well, badly) = hand.await.expect("a caller ends");
        done += well;
        failed += badly;
    }
    Measured {
        done,
        failed,
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// The cases that one caller loads.
pub(crate) fn loads(caller: u64) -> impl Iterator<Item = u64> {
    (0..).map(move |nth| (nth * 7 + caller * 125) % STREAMS)
}

/// Streams of 20 events, in the order in which `fill` writes them: they grow side by side, as a
/// city's do; each gets four events, then each gets four more.
pub(crate) fn filling(events: u64) -> impl Iterator<Item = (u64, u64)> {
    let streams = events.div_ceil(LOAD_EVENTS);
    (1..=LOAD_EVENTS).step_by(4).flat_map(move |first| {
        (0..streams).flat_map(move |case| (first..first + 4).map(move |nth| (case, nth)))
    })
}

/// Single-event commands through `CqrsFramework`.
pub(crate) async fn append<R>(repository: R, callers: u64, time: Duration) -> Measured
where
    R: PersistedEventRepository + 'static,
{
    let store = PersistedEventStore::<R, Recorder>::new_event_store(repository);
    let framework = Arc::new(CqrsFramework::new(store, vec![], ()));
    let metadata: HashMap<String, String> =
        serde_json::from_str(METADATA).expect("the metadata is a flat map");
    let work = move |(case, version): (u64, u64)| {
        let (framework, metadata) = (framework.clone(), metadata.clone());
        async move {
            let (stream, command) = (stream(case), Noted::read(&payload(case, version + 1)));
            let answer = framework.execute_with_metadata(&stream, command, metadata);
            answer.await.is_ok()
        }
    };
    by_callers(callers, time, |caller| turns(caller, callers), work).await
}

/// Loads of a 20-event aggregate.
pub(crate) async fn load<R>(repository: R, callers: u64, time: Duration) -> Measured
where
    R: PersistedEventRepository + 'static,
{
    let store = Arc::new(PersistedEventStore::<R, Recorder>::new_event_store(
        repository,
    ));
    let work = move |case| {
        let store = store.clone();
        async move {
            let context = store.load_aggregate(&stream(case)).await;
            let seen = context.expect("the stream loads").aggregate.seen;
            assert_eq!(seen, LOAD_EVENTS);
            true
        }
    };
    by_callers(callers, time, loads, work).await
}

/// Writes streams in large transactions, for `load` and `replay` to read.
pub(crate) async fn fill<R: PersistedEventRepository>(repository: &R, events: u64) -> Measured {
    let metadata: serde_json::Value = serde_json::from_str(METADATA).expect("the metadata is JSON");
    let began = Instant::now();
    let mut events = filling(events).map(|(case, sequence)| {
        let value = serde_json::from_str(&payload(case, sequence));
        SerializedEvent::new(
            stream(case),
            sequence as usize,
            Recorder::TYPE.to_owned(),
            "CaseNoted".to_owned(),
            "1.0".to_owned(),
            value.expect("the payload is JSON"),
            metadata.clone(),
        )
    });
    let mut done = 0;
    loop {
        let batch: Vec<_> = events.by_ref().take(FILL_EVENTS as usize).collect();
        if batch.is_empty() {
            break;
        }
        let written = repository.persist::<Recorder>(&batch, None).await;
        written.expect("the events go in");
        done += batch.len() as u64;
    }
    Measured {
        done,
        failed: 0,
        seconds: began.elapsed().as_secs_f64(),
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
pub(crate) async fn replay<R>(repository: R) -> Measured
where
    R: PersistedEventRepository,
{
    let (events, bytes) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let count = Count {
        events: events.clone(),
        bytes: bytes.clone(),
    };
    let began = Instant::now();
    let replay = QueryReplay::<_, _, Recorder>::new(repository, count);
    replay.replay_all().await.expect("the replay runs");
    let seconds = began.elapsed().as_secs_f64();
    assert!(bytes.load(Ordering::Relaxed) > 0, "nothing was replayed");
    Measured {
        done: events.load(Ordering::Relaxed),
        failed: 0,
        seconds,
    }
}
