//! The shapes that go into the log and come out of it.
//!
//! The names `aggregate_type`, `aggregate_id`, `sequence`, `event_type`, `event_version`,
//! `payload` and `metadata` are those of the postgres-es table; the rest is the log's own.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::from_micros;

/// The name of one stream within a tenant: one aggregate's history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamId {
    /// Kind of the aggregate, for instance `case`.
    pub aggregate_type: String,
    /// Identity within its kind.
    pub aggregate_id: String,
}

impl StreamId {
    /// A stream name from its two parts.
    pub fn new(aggregate_type: impl Into<String>, aggregate_id: impl Into<String>) -> Self {
        Self {
            aggregate_type: aggregate_type.into(),
            aggregate_id: aggregate_id.into(),
        }
    }
}

impl std::fmt::Display for StreamId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.aggregate_type, self.aggregate_id)
    }
}

/// An event that is not in the log yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Name of the event's form.
    pub event_type: String,
    /// Version of the event's form.
    pub event_version: String,
    /// Exact JSON text; the log keeps every byte of it.
    pub payload: String,
    /// A flat JSON map of strings, as postgres-es wants it.
    pub metadata: String,
    /// When it happened, in UTC; cut to microseconds.
    pub occurred_at: DateTime<Utc>,
}

/// One command's outcome, to be appended whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Whose log.
    pub tenant: String,
    /// Which stream of it.
    pub stream: StreamId,
    /// The version that the decision was made on; 0 for a stream that is not there yet.
    pub expected_version: u64,
    /// The idempotency key, unique within the tenant. Any UUID goes; time-ordered ones (version 7)
    /// are cheapest, because keys of neighbouring commands then share pages of the index.
    pub command_id: Uuid,
    /// A hash of the whole request, to tell a repeat from a reused key.
    pub request_hash: [u8; 32],
    /// At least one event, in order.
    pub events: Vec<NewEvent>,
}

impl Append {
    /// About how many bytes its events take in memory and on the line.
    pub(crate) fn bytes(&self) -> usize {
        let of = |event: &NewEvent| {
            let texts = [&event.event_type, &event.event_version, &event.payload];
            let texts: usize = texts.iter().map(|text| text.len()).sum();
            texts + event.metadata.len() + BESIDE
        };
        self.events.iter().map(of).sum()
    }
}

/// What an event takes beside its texts, in bytes.
const BESIDE: usize = 256;

/// Where an [`Append`] went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Appended {
    /// Position of the first event in the tenant's log.
    pub first_position: u64,
    /// Position of the last event in the tenant's log.
    pub last_position: u64,
    /// Version of the stream after these events.
    pub version: u64,
    /// The idempotency key was known: this is the first answer, and nothing was written now.
    pub repeated: bool,
}

/// An event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Whose log.
    pub tenant: String,
    /// 1-based, gapless, in commit order within the tenant.
    pub position: u64,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// 1-based, gapless within the stream.
    pub sequence: u64,
    /// Name of the event's form.
    pub event_type: String,
    /// Version of the event's form.
    pub event_version: String,
    /// Exact JSON text.
    pub payload: String,
    /// A flat JSON map of strings.
    pub metadata: String,
    /// The command that caused it.
    pub command_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the log took it; never goes back within a tenant.
    pub recorded_at: DateTime<Utc>,
    /// SHA-256 over every field above, see [`crate::digest`].
    pub checksum: [u8; 32],
    /// SHA-256 over the chain value of the event before it and this checksum.
    pub chain: [u8; 32],
}

/// An event borrowed from the row that is being read: the shape of the fast path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRef<'a> {
    /// See [`RecordedEvent::tenant`].
    pub tenant: &'a str,
    /// See [`RecordedEvent::position`].
    pub position: u64,
    /// See [`StreamId::aggregate_type`].
    pub aggregate_type: &'a str,
    /// See [`StreamId::aggregate_id`].
    pub aggregate_id: &'a str,
    /// See [`RecordedEvent::sequence`].
    pub sequence: u64,
    /// See [`RecordedEvent::event_type`].
    pub event_type: &'a str,
    /// See [`RecordedEvent::event_version`].
    pub event_version: &'a str,
    /// See [`RecordedEvent::payload`].
    pub payload: &'a str,
    /// See [`RecordedEvent::metadata`].
    pub metadata: &'a str,
    /// See [`RecordedEvent::command_id`].
    pub command_id: Uuid,
    /// Microseconds after 1970, UTC.
    pub occurred_at_micros: i64,
    /// Microseconds after 1970, UTC.
    pub recorded_at_micros: i64,
    /// See [`RecordedEvent::checksum`].
    pub checksum: &'a [u8; 32],
    /// See [`RecordedEvent::chain`].
    pub chain: &'a [u8; 32],
}

impl EventRef<'_> {
    /// When it happened.
    pub fn occurred_at(&self) -> DateTime<Utc> {
        from_micros(self.occurred_at_micros)
    }

    /// When the log took it.
    pub fn recorded_at(&self) -> DateTime<Utc> {
        from_micros(self.recorded_at_micros)
    }

    /// A copy that outlives the row.
    pub fn to_recorded(&self) -> RecordedEvent {
        RecordedEvent {
            tenant: self.tenant.to_owned(),
            position: self.position,
            stream: StreamId::new(self.aggregate_type, self.aggregate_id),
            sequence: self.sequence,
            event_type: self.event_type.to_owned(),
            event_version: self.event_version.to_owned(),
            payload: self.payload.to_owned(),
            metadata: self.metadata.to_owned(),
            command_id: self.command_id,
            occurred_at: self.occurred_at(),
            recorded_at: self.recorded_at(),
            checksum: *self.checksum,
            chain: *self.chain,
        }
    }
}

impl RecordedEvent {
    /// The same event, borrowed.
    pub fn borrowed(&self) -> EventRef<'_> {
        EventRef {
            tenant: &self.tenant,
            position: self.position,
            aggregate_type: &self.stream.aggregate_type,
            aggregate_id: &self.stream.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: &self.payload,
            metadata: &self.metadata,
            command_id: self.command_id,
            occurred_at_micros: self.occurred_at.timestamp_micros(),
            recorded_at_micros: self.recorded_at.timestamp_micros(),
            checksum: &self.checksum,
            chain: &self.chain,
        }
    }
}

/// What the log remembers of a command, so that a repeat gets the first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRecord {
    /// The idempotency key.
    pub command_id: Uuid,
    /// Hash of the request that came first under this key.
    pub request_hash: [u8; 32],
    /// Position of its first event.
    pub first_position: u64,
    /// Position of its last event.
    pub last_position: u64,
    /// Version of its stream after its events.
    pub version: u64,
}

/// The columns of an event after its tenant, in the order in which every backend reads them.
pub(crate) const EVENT_COLUMNS: [&str; 13] = [
    "position",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "command_id",
    "occurred_at",
    "recorded_at",
    "checksum",
    "chain",
];

/// A command with everything that the log holds of it: the shape in which a log is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCommand {
    /// Hash of its request.
    pub request_hash: [u8; 32],
    /// Its events, all of them and in order: at least one, all of one stream.
    pub events: Vec<RecordedEvent>,
}

/// A stream's folded state at a version: a cache, of which any entry may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last event that is folded in.
    pub sequence: u64,
    /// The state, in a form that only the caller knows.
    pub payload: Vec<u8>,
}
