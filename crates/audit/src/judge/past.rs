//! What the log held of other streams before a position, read on demand.

use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::record::{MergeTarget, Precedent};
use gridwhistle_domain::case::upcast::read_event;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::{RecordedEvent, StreamId};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

/// How long a merge may have looked at its target before it was decided, in microseconds.
const LOOKED_MICROS: i64 = 5_000_000;

/// The log behind a judge's own position. A judge runs on a thread of its own, so asking blocks it
/// alone.
#[derive(Clone)]
pub(super) struct Past {
    source: Source,
    runtime: Handle,
    /// The first failure to read: the judgement is not whole.
    failure: Arc<Mutex<Option<Problem>>>,
}

impl Past {
    pub(super) fn new(source: Source, runtime: Handle) -> Self {
        Self {
            source,
            runtime,
            failure: Arc::default(),
        }
    }

    /// Remembers that the log could not be read.
    pub(super) fn fail(&self, problem: Problem) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(problem);
    }

    /// The first failure to read.
    pub(super) fn failure(&self) -> Option<Problem> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// The events of a stream before a position.
    pub(super) fn stream(
        &self,
        stream: &StreamId,
        before: u64,
    ) -> Result<Vec<RecordedEvent>, Problem> {
        let until = before.saturating_sub(1);
        self.runtime.block_on(self.source.stream(stream, until))
    }

    /// The events of a case before a position with their numbers; none for what cannot be read.
    pub(super) fn case(
        &self,
        case: CaseId,
        before: u64,
    ) -> Result<Vec<(u64, Option<CaseEvent>)>, Problem> {
        let rows = self.stream(&StreamId::new("case", case.to_string()), before)?;
        let read = |row: RecordedEvent| {
            let event = read_event(&row.event_type, &row.event_version, &row.payload);
            (row.sequence, event.ok())
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The state of a case before a position.
    pub(super) fn state(&self, case: CaseId, before: u64) -> Result<Option<Case>, Problem> {
        let events = self.case(case, before)?;
        let mut state = Case::default();
        for event in events.iter().filter_map(|(_, event)| event.as_ref()) {
            evolve(&mut state, event);
        }
        Ok(state.stage.is_some().then_some(state))
    }

    /// The precedent that a case had registered.
    pub(super) fn precedent(
        &self,
        case: CaseId,
        before: u64,
    ) -> Result<Option<Precedent>, Problem> {
        Ok(self.state(case, before)?.and_then(|case| case.precedent))
    }

    /// The target of a merge, as whoever decided may have seen it: open, where it was open a moment
    /// before.
    pub(super) fn merge_target(
        &self,
        into: CaseId,
        before: u64,
        decided_micros: i64,
    ) -> Result<Option<MergeTarget>, Problem> {
        let stream = StreamId::new("case", into.to_string());
        let (mut state, mut open) = (Case::default(), false);
        for row in self.stream(&stream, before)? {
            let Ok(event) = read_event(&row.event_type, &row.event_version, &row.payload) else {
                continue;
            };
            let just_now = row.recorded_at.timestamp_micros() >= decided_micros - LOOKED_MICROS;
            let was_open = open && just_now;
            evolve(&mut state, &event);
            open = state.is_open() || was_open;
        }
        if state.stage.is_none() {
            return Ok(None);
        }
        let mut merged_into = Vec::new();
        let mut next = state.merged_into;
        while let Some(case) = next.filter(|case| !merged_into.contains(case)) {
            merged_into.push(case);
            next = self.state(case, before)?.and_then(|case| case.merged_into);
        }
        Ok(Some(MergeTarget {
            case: into,
            open,
            merged_into,
        }))
    }
}
