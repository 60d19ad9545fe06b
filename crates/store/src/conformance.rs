//! The clauses that every backend must pass, each a test by name.
//!
//! A backend gives a [`Backend`] and calls [`conformance_suite!`](crate::conformance_suite) once.
//! The clauses assume nothing but the port: no file, no SQL, no thread. A clause that fails
//! panics, for it runs as a test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "these are tests; they live in the library so that every backend runs the same ones"
)]

mod appending;
mod commands;
mod moving;
mod reading;
mod writers;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

pub use self::appending::*;
pub use self::commands::*;
pub use self::moving::*;
pub use self::reading::*;
pub use self::writers::*;

use crate::clock::{Clock, ManualClock};
use crate::event::{Append, NewEvent, StreamId};
use crate::log::EventLog;

/// A backend under test, with one log of its own.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Opens the log, or opens it again: what was appended before is there. Only one handle is
    /// open at a time.
    async fn open(&self, clock: Arc<dyn Clock>) -> Arc<dyn EventLog>;
}

/// Runs all clauses on a backend: `conformance_suite!(memory, MemoryBackend::default());` makes a
/// module of that name with a test for each clause; every test makes its own backend.
#[macro_export]
macro_rules! conformance_suite {
    ($name:ident, $backend:expr) => {
        mod $name {
            use super::*;
            $crate::conformance_suite! { @clauses $backend;
                events_of_a_stream_come_back_in_order
                a_stale_writer_conflicts
                an_append_is_whole_or_not_at_all
                bad_input_is_refused_by_name
                many_appends_are_each_for_themselves
                recorded_at_never_goes_back
                instants_are_cut_to_microseconds
                a_repeat_gets_the_first_answer
                a_repeat_gets_the_first_answer_on_a_stale_version
                a_reused_command_id_is_refused
                what_is_known_of_a_command_can_be_asked
                tenants_are_independent
                the_log_is_read_in_pages
                replay_hands_over_a_range_and_stops_when_told
                reopening_sees_everything
                the_chain_verifies
                snapshots_can_be_deleted
                a_snapshot_beyond_its_stream_is_refused
                concurrent_writers_lose_nothing
                a_race_for_one_version_has_one_winner
                a_conflict_refuses_one_command_not_the_batch
                a_command_sent_twice_at_once_is_written_once
                a_reader_never_passes_a_position_that_may_still_appear
                the_watch_never_skips
                a_log_is_moved_whole_and_goes_on_where_it_stopped
                nothing_that_does_not_follow_is_taken
            }
        }
    };
    (@clauses $backend:expr; $($clause:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $clause() {
                let backend = $backend;
                $crate::conformance::$clause(&backend).await;
            }
        )*
    };
}

/// The tenant that most clauses use.
pub const TENANT: &str = "坪山";

/// The instant at which the clauses' clock stands.
pub fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// A clock that stands at [`start`].
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(start()))
}

/// The stream of case `id`.
pub fn case(id: impl ToString) -> StreamId {
    StreamId::new("case", id.to_string())
}

/// An event whose payload says `text`.
pub fn event(text: impl std::fmt::Display) -> NewEvent {
    NewEvent {
        event_type: "Noted".to_owned(),
        event_version: "1.0".to_owned(),
        payload: format!("{{\"text\": \"{text}\"}}"),
        metadata: "{\"actor\":\"李四\"}".to_owned(),
        occurred_at: start(),
    }
}

/// A command of its own id that appends `count` events to case `id` of [`TENANT`].
pub fn append(id: impl ToString, expected_version: u64, count: usize) -> Append {
    let stream = case(id);
    let events = (1..=count as u64)
        .map(|nth| {
            event(format!(
                "{} {}",
                stream.aggregate_id,
                expected_version + nth
            ))
        })
        .collect();
    let command_id = Uuid::new_v4();
    Append {
        tenant: TENANT.to_owned(),
        stream,
        expected_version,
        command_id,
        request_hash: request_hash(command_id),
        events,
    }
}

fn request_hash(command_id: Uuid) -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..16].copy_from_slice(command_id.as_bytes());
    hash
}
