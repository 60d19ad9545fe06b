//! Rows of the log as facts of the domain, in their present form.

use cqrs_es::DomainEvent;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_projections::Unreadable;
use gridwhistle_store::RecordedEvent;
use serde::de::DeserializeOwned;

/// An event of a case, through its upcasters.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn case(event: &RecordedEvent) -> Result<CaseEvent, Unreadable> {
    read_event(&event.event_type, &event.event_version, &event.payload)
        .map_err(|what| Unreadable::new(event, what))
}

/// An event of any other aggregate, whose forms have one version.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn other<E: DomainEvent + DeserializeOwned>(event: &RecordedEvent) -> Result<E, Unreadable> {
    serde_json::from_str(&event.payload).map_err(|what| Unreadable::new(event, what))
}
