//! Clauses: a log is moved whole, and nothing that does not follow is taken.

use std::sync::Arc;

use super::{Backend, TENANT, append, clock};
use crate::copy::{CopyError, copy};
use crate::error::StoreError;
use crate::event::RecordedCommand;
use crate::log::EventLog;
use crate::memory::MemoryLog;

/// Some commands on several streams, interleaved, of one and of several events.
async fn fill(log: &dyn EventLog, from: u64, to: u64) {
    for round in from..to {
        for id in 0..3 {
            let count = 1 + (id as usize + round as usize) % 3;
            let stream = super::case(id);
            let known = log.read_stream(TENANT, &stream, 0).await.unwrap();
            log.append(append(id, known.len() as u64, count))
                .await
                .unwrap();
        }
    }
}

async fn equal(one: &dyn EventLog, other: &dyn EventLog) {
    let events = one.read_log(TENANT, 0, usize::MAX / 2).await.unwrap();
    let copies = other.read_log(TENANT, 0, usize::MAX / 2).await.unwrap();
    assert_eq!(events, copies);
    for event in &events {
        let (first, second) = (
            one.command(TENANT, event.command_id).await.unwrap(),
            other.command(TENANT, event.command_id).await.unwrap(),
        );
        assert!(first.is_some() && first == second);
    }
}

/// A copy is the same log, goes on where it was interrupted, and answers repeats as the first did.
pub async fn a_log_is_moved_whole_and_goes_on_where_it_stopped(backend: &dyn Backend) {
    let ours = backend.open(clock()).await;
    let there: Arc<dyn EventLog> = Arc::new(MemoryLog::new(clock()));
    fill(&*there, 0, 4).await;
    let mut told = Vec::new();
    let mut tell = |at, head| told.push((at, head));
    let copied = copy(&*there, &*ours, TENANT, &mut tell).await.unwrap();
    let head = there.head(TENANT).await.unwrap();
    assert_eq!((copied.events, copied.copied), (head, head));
    assert_eq!(told.last(), Some(&(head, head)));
    equal(&*there, &*ours).await;
    assert_eq!(ours.tenants().await.unwrap(), [TENANT]);

    fill(&*there, 4, 6).await;
    let more = copy(&*there, &*ours, TENANT, &mut |_, _| ()).await.unwrap();
    assert_eq!(more.copied, there.head(TENANT).await.unwrap() - head);
    equal(&*there, &*ours).await;
    let none = copy(&*there, &*ours, TENANT, &mut |_, _| ()).await.unwrap();
    assert_eq!((none.copied, none.chain), (0, more.chain));

    // The copy is a log like any other: it goes on by itself, and can be copied back.
    fill(&*ours, 6, 8).await;
    assert!(ours.verify(TENANT).await.unwrap().is_sound());
    let back: Arc<dyn EventLog> = Arc::new(MemoryLog::new(clock()));
    copy(&*ours, &*back, TENANT, &mut |_, _| ()).await.unwrap();
    equal(&*ours, &*back).await;
}

/// What follows on another history is refused, and nothing of it is written.
pub async fn nothing_that_does_not_follow_is_taken(backend: &dyn Backend) {
    let ours = backend.open(clock()).await;
    let there = MemoryLog::new(clock());
    fill(&there, 0, 2).await;
    let events = there.read_log(TENANT, 0, 100).await.unwrap();
    let whole = |from: usize, to: usize| RecordedCommand {
        request_hash: [1; 32],
        events: events[from..to].to_vec(),
    };
    let first = events
        .iter()
        .take_while(|event| event.command_id == events[0].command_id)
        .count();
    let refused = |answer: Result<u64, StoreError>| {
        let error = answer.unwrap_err();
        assert!(matches!(error, StoreError::NotNext { .. }), "{error}");
    };
    refused(ours.adopt(TENANT, vec![whole(first, first + 1)]).await);
    refused(ours.adopt("another", vec![whole(0, first)]).await);
    let mut changed = whole(0, first);
    changed.events[0].payload.push(' ');
    refused(ours.adopt(TENANT, vec![changed]).await);
    let twice = vec![whole(0, first), whole(0, first)];
    refused(ours.adopt(TENANT, twice).await);
    assert_eq!(ours.head(TENANT).await.unwrap(), 0);
    assert_eq!(
        ours.adopt(TENANT, vec![whole(0, first)]).await.unwrap(),
        first as u64
    );
    refused(ours.adopt(TENANT, vec![whole(0, first)]).await);

    fill(&*ours, 0, 3).await;
    let other = copy(&there, &*ours, TENANT, &mut |_, _| ()).await;
    assert!(matches!(other, Err(CopyError::Another { .. })), "{other:?}");
    assert!(ours.verify(TENANT).await.unwrap().is_sound());
}
