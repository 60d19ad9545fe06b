//! Events to views, and the questions people ask of them.
//!
//! A view row is a pure function of the events up to a position; a list compares the row's
//! instants with the asked one, so that no job has to run for a list to be right. This crate names
//! no database client, reads no clock and issues no command: whoever asks brings the instant.
//!
//! ```text
//! log ──► runner ──► case view (ledger, legs, clocks, case_events) ──► questions
//! log ──────────────────────────────────────────────────────────────► timeline
//! ```
//!
//! Reading order: [`projection`] is what a view of one's own has to bring, [`runner`] feeds it,
//! [`case_view`] is ours, [`questions`] are what is asked of it, [`timeline`] tells one case's story,
//! [`models`] put several answers together.

pub mod case_view;
mod failure;
pub mod models;
pub mod projection;
pub mod questions;
pub mod row;
pub mod runner;
pub mod timeline;

pub use case_view::CaseView;
pub use projection::{Need, Projection, Unreadable, read};
pub use questions::{Moment, QuestionError, Questions};
pub use runner::{ProjectionError, Runner, ViewHealth};

use gridwhistle_store::StreamId;

/// The stream of one case.
#[must_use]
pub fn case_stream(case: gridwhistle_domain::ids::CaseId) -> StreamId {
    StreamId::new("case", case.to_string())
}

/// The one registry stream of a tenant, from which areas are resolved.
#[must_use]
pub fn registry_stream() -> StreamId {
    StreamId::new("registry", "registry")
}
