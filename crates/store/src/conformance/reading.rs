//! Clauses: reading, replay, verification, snapshots.

use std::ops::ControlFlow;

use super::{Backend, TENANT, append, case, clock};
use crate::digest;
use crate::error::StoreError;
use crate::event::Snapshot;

/// Pages of the log join without a gap or a repeat.
pub async fn the_log_is_read_in_pages(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    for id in 0..7 {
        log.append(append(id, 0, 3)).await.unwrap();
    }
    let all = log.read_log(TENANT, 0, 1_000).await.unwrap();
    assert_eq!(all.len(), 21);
    assert!(
        all.iter()
            .zip(1..)
            .all(|(event, position)| event.position == position)
    );
    let (mut paged, mut after) = (Vec::new(), 0);
    loop {
        let page = log.read_log(TENANT, after, 4).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 4);
        after = last.position;
        paged.extend(page);
    }
    assert_eq!(paged, all);
    assert_eq!(log.read_log(TENANT, 0, 0).await.unwrap(), []);
    assert_eq!(log.read_log(TENANT, 99, 5).await.unwrap(), []);
}

/// Replay hands over exactly the range, and no more once the callback breaks.
pub async fn replay_hands_over_a_range_and_stops_when_told(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    for id in 0..10 {
        log.append(append(id, 0, 2)).await.unwrap();
    }
    let all = log.read_log(TENANT, 0, 100).await.unwrap();
    let replay = |after, up_to, stop: u64| {
        let mut seen = Vec::new();
        let last = log.replay(TENANT, after, up_to, &mut |event| {
            seen.push(event.to_recorded());
            if event.position == stop {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        (last.unwrap(), seen)
    };
    assert_eq!(replay(0, u64::MAX, 0), (20, all.clone()));
    assert_eq!(replay(3, 9, 0), (9, all[3..9].to_vec()));
    assert_eq!(replay(3, 9, 5), (5, all[3..5].to_vec()));
    assert_eq!(replay(20, 99, 0), (20, Vec::new()));
    assert_eq!(replay(9, 3, 0), (9, Vec::new()));
}

/// A log that is opened again holds every event, version, command and head.
pub async fn reopening_sees_everything(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    for id in 0..50 {
        log.append(append(id, 0, 2)).await.unwrap();
    }
    let before = log.read_log(TENANT, 0, 1_000).await.unwrap();
    drop(log);
    let log = backend.open(clock()).await;
    assert_eq!(log.head(TENANT).await.unwrap(), 100);
    assert_eq!(*log.watch(TENANT).borrow(), 100);
    assert_eq!(log.read_log(TENANT, 0, 1_000).await.unwrap(), before);
    assert_eq!(
        log.append(append(7, 2, 1)).await.unwrap().first_position,
        101
    );
    log.append(append(7, 2, 1)).await.unwrap_err();
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// Every checksum and chain value can be recomputed from what is read.
pub async fn the_chain_verifies(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    let empty = log.verify(TENANT).await.unwrap();
    assert!(empty.is_sound());
    assert_eq!(empty.events, 0);
    for id in 0..20 {
        log.append(append(id % 4, u64::from(id as u32 / 4) * 3, 3))
            .await
            .unwrap();
    }
    let mut chain = digest::GENESIS;
    for event in log.read_log(TENANT, 0, 100).await.unwrap() {
        assert_eq!(digest::checksum(&event.borrowed()), event.checksum);
        chain = digest::chain(&chain, &event.checksum);
        assert_eq!(chain, event.chain);
    }
    let report = log.verify(TENANT).await.unwrap();
    assert_eq!((report.events, report.fault), (60, None));
    let hex: String = chain.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report.chain, hex);
}

/// A snapshot comes back, a newer one replaces it, an older one does not, and all can go.
pub async fn snapshots_can_be_deleted(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(1, 0, 5)).await.unwrap();
    let snapshot = |sequence| Snapshot {
        sequence,
        payload: vec![0, 255, sequence as u8],
    };
    assert_eq!(log.snapshot(TENANT, &case(1)).await.unwrap(), None);
    for sequence in [2, 4, 3] {
        log.put_snapshot(TENANT, &case(1), snapshot(sequence))
            .await
            .unwrap();
    }
    assert_eq!(
        log.snapshot(TENANT, &case(1)).await.unwrap(),
        Some(snapshot(4))
    );
    assert_eq!(log.snapshot("elsewhere", &case(1)).await.unwrap(), None);
    let before = log.read_stream(TENANT, &case(1), 0).await.unwrap();
    assert_eq!(log.drop_snapshots(TENANT).await.unwrap(), 1);
    assert_eq!(log.drop_snapshots(TENANT).await.unwrap(), 0);
    assert_eq!(log.snapshot(TENANT, &case(1)).await.unwrap(), None);
    assert_eq!(log.read_stream(TENANT, &case(1), 0).await.unwrap(), before);
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

/// A snapshot of a version that the stream does not have would hide events to come.
pub async fn a_snapshot_beyond_its_stream_is_refused(backend: &dyn Backend) {
    let log = backend.open(clock()).await;
    log.append(append(1, 0, 2)).await.unwrap();
    for (stream, sequence) in [(1, 3), (1, 0), (2, 1)] {
        let snapshot = Snapshot {
            sequence,
            payload: Vec::new(),
        };
        match log.put_snapshot(TENANT, &case(stream), snapshot).await {
            Err(StoreError::Invalid { field, .. }) => assert_eq!(field, "snapshot.sequence"),
            other => panic!("{other:?}"),
        }
    }
}
