//! The cases of a log, one by one in the order in which they began, each with all its events.

use super::MiningProblem;
use crate::problem::Problem;
use crate::source::Source;
use cqrs_es::Aggregate;
use gridwhistle_domain::case::Case;
use gridwhistle_store::{RecordedEvent, StreamId};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Ids of cases that are looked up ahead: a few kilobytes.
const AHEAD: usize = 512;

/// A walk over the cases up to a position. It holds the ids of some cases and the events of one.
pub struct CaseWalk<'a> {
    source: &'a Source,
    until: u64,
    looked: u64,
    ahead: VecDeque<String>,
}

impl<'a> CaseWalk<'a> {
    /// A walk up to a position; events after it are not seen.
    #[must_use]
    pub fn new(source: &'a Source, until: u64) -> Self {
        Self {
            source,
            until,
            looked: 0,
            ahead: VecDeque::new(),
        }
    }

    /// The next case's events, in order; none after the last case.
    ///
    /// # Errors
    /// [`Problem::Store`], or the runtime is shutting down.
    pub async fn next(&mut self) -> Result<Option<Vec<RecordedEvent>>, Problem> {
        if self.ahead.is_empty() {
            self.look_ahead().await?;
        }
        let Some(id) = self.ahead.pop_front() else {
            return Ok(None);
        };
        let stream = StreamId::new(Case::TYPE, id);
        Ok(Some(self.source.stream(&stream, self.until).await?))
    }

    /// Finds the cases that begin next.
    async fn look_ahead(&mut self) -> Result<(), Problem> {
        let log = Arc::clone(self.source.log());
        let tenant = self.source.tenant().to_owned();
        let (after, until) = (self.looked, self.until);
        let look = move || {
            let mut found = VecDeque::new();
            let looked = log.replay(&tenant, after, until, &mut |event| {
                if event.sequence == 1 && event.aggregate_type == Case::TYPE {
                    found.push_back(event.aggregate_id.to_owned());
                }
                if found.len() < AHEAD {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            Ok::<_, Problem>((found, looked))
        };
        let looked = tokio::task::spawn_blocking(look).await;
        (self.ahead, self.looked) = looked.map_err(|_| MiningProblem::Interrupted)??;
        Ok(())
    }
}
