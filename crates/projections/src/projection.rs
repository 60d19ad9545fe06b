//! What a view must bring to be fed by the [`crate::runner`]: its tables, and the fold of events
//! into steps on rows.
//!
//! A projection sees every event of its tenant once, in the order of positions. It may keep what
//! it folded in memory, but must be able to start anew anywhere: for streams that it does not hold
//! it asks for the past ([`Projection::needs`]), and the runner brings it from the log. It never
//! commands, never reads a clock, and its steps do not depend on how events fall into batches.

use gridwhistle_domain::happened::Happened;
use gridwhistle_store::views::{RowOp, View};
use gridwhistle_store::{RecordedEvent, StreamId};

/// A stream's past that a projection has to see before a batch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Whose past.
    pub stream: StreamId,
    /// Its events before this position.
    pub before: u64,
}

/// An event that cannot be read. It stops the view that met it, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {sequence} of {stream} at position {position} ({form}) cannot be read: {what}")]
pub struct Unreadable {
    /// Its position in the tenant's log.
    pub position: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its number in the stream.
    pub sequence: u64,
    /// Type and version of its form as recorded, e.g. `CaseClosed 1.0`.
    pub form: String,
    /// What is wrong with it.
    pub what: String,
}

impl Unreadable {
    /// Names an event and what is wrong with it.
    #[must_use]
    pub fn new(event: &RecordedEvent, what: impl std::fmt::Display) -> Self {
        Self {
            position: event.position,
            stream: event.stream.clone(),
            sequence: event.sequence,
            form: format!("{} {}", event.event_type, event.event_version),
            what: what.to_string(),
        }
    }
}

/// The event of a row, in its present form.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn read<E: Happened>(event: &RecordedEvent) -> Result<E, Unreadable> {
    E::read(&event.event_type, &event.event_version, &event.payload)
        .map_err(|what| Unreadable::new(event, what))
}

/// A view in the making.
pub trait Projection: Send {
    /// Its tables. The version is raised whenever tables or rules change.
    fn view(&self) -> &'static View;

    /// What it must recall before it can fold these events.
    fn needs(&self, events: &[RecordedEvent]) -> Vec<Need>;

    /// Takes a past it needed: the events of one stream, complete and in order.
    ///
    /// # Errors
    /// [`Unreadable`] names the event.
    fn recall(&mut self, stream: &StreamId, past: &[RecordedEvent]) -> Result<(), Unreadable>;

    /// Folds a batch and adds its steps to `ops`.
    ///
    /// # Errors
    /// [`Unreadable`] names the event; `ops` then holds the steps of all events before it.
    fn fold(&mut self, events: &[RecordedEvent], ops: &mut Vec<RowOp>) -> Result<(), Unreadable>;

    /// Forgets all state: the next batch may begin anywhere.
    fn forget(&mut self);
}
