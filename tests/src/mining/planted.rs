//! A copy of a city's log with something changed: the events are what somebody would have written who
//! went past the engine, in a log that is sound in itself.

use crate::city::City;
use gridwhistle_audit::Source;
use gridwhistle_store::{Append, EventLog, MemoryLog, NewEvent, RecordedEvent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Copies a city's log; `change` answers what stands in the place of each event.
pub(super) async fn planted(
    city: &City,
    mut change: impl FnMut(RecordedEvent) -> Vec<RecordedEvent>,
) -> Source {
    let (log, tenant) = (city.engine.log(), city.engine.tenant());
    let rows = log.read_log(tenant, 0, usize::MAX >> 1).await.unwrap();
    let copy: Arc<dyn EventLog> = Arc::new(MemoryLog::new(Arc::clone(&city.clock) as Arc<_>));
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    let changed: Vec<RecordedEvent> = rows.into_iter().flat_map(&mut change).collect();
    for events in changed.chunk_by(|one, next| one.command_id == next.command_id) {
        let first = &events[0];
        let version = versions.entry(first.stream.to_string()).or_default();
        let append = Append {
            tenant: tenant.to_owned(),
            stream: first.stream.clone(),
            expected_version: *version,
            command_id: first.command_id,
            request_hash: [0; 32],
            events: events.iter().map(as_new).collect(),
        };
        *version += events.len() as u64;
        copy.append(append).await.unwrap();
    }
    Source::of(copy, tenant).await.unwrap()
}

fn as_new(row: &RecordedEvent) -> NewEvent {
    NewEvent {
        event_type: row.event_type.clone(),
        event_version: row.event_version.clone(),
        payload: row.payload.clone(),
        metadata: row.metadata.clone(),
        occurred_at: row.occurred_at,
    }
}
