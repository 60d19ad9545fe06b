//! Whoever can write a whole database: changes events, computes every checksum and chain value
//! anew, and leaves a log that fits in itself.

use gridwhistle_store::conformance::TENANT;
use gridwhistle_store::{EventLog, RecordedCommand, RecordedEvent, digest};
use std::collections::BTreeMap;
use uuid::Uuid;

/// All events of a log.
pub(crate) async fn events(log: &dyn EventLog) -> Vec<RecordedEvent> {
    log.read_log(TENANT, 0, 1_000_000).await.unwrap()
}

/// Makes positions, numbers, checksums and chain fit whatever was done to the events.
pub(crate) fn made_to_fit(events: &mut [RecordedEvent]) {
    let mut numbers: BTreeMap<_, u64> = BTreeMap::new();
    let mut chain = digest::GENESIS;
    let mut recorded_at = None;
    for (nth, event) in events.iter_mut().enumerate() {
        event.position = nth as u64 + 1;
        let number = numbers.entry(event.stream.clone()).or_default();
        *number += 1;
        event.sequence = *number;
        recorded_at = recorded_at.max(Some(event.recorded_at));
        event.recorded_at = recorded_at.unwrap();
        event.checksum = digest::checksum(&event.borrowed());
        chain = digest::chain(&chain, &event.checksum);
        event.chain = chain;
    }
}

/// Writes events into an empty log as if they had always stood there.
pub(crate) async fn write(log: &dyn EventLog, events: Vec<RecordedEvent>) {
    let commands = events.into_iter().map(|event| RecordedCommand {
        request_hash: [7; 32],
        events: vec![event],
    });
    log.adopt(TENANT, commands.collect()).await.unwrap();
}

/// An event that never happened, like one that did.
pub(crate) fn invented(like: &RecordedEvent) -> RecordedEvent {
    let mut event = like.clone();
    event.payload = r#"{"text": "never happened"}"#.to_owned();
    event.command_id = Uuid::from_u128(like.command_id.as_u128() ^ 1);
    event
}
