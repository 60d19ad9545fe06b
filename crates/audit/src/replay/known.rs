//! What was known: the log up to the last position that it had taken by an instant.

use super::ReplayProblem;
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use gridwhistle_projections::Moment;
use gridwhistle_store::{Fault, FaultKind, RecordedEvent, StoreError};
use serde::Serialize;

/// How much of the log is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KnownBy {
    /// All of it.
    #[default]
    Now,
    /// What it had taken by an instant.
    At(DateTime<Utc>),
    /// Its events up to a position.
    Position(u64),
}

/// What was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The last position that was known.
    pub position: u64,
    /// At which instant; of a position, when the log took it.
    pub at: DateTime<Utc>,
    /// The latest instant of which it says everything: the log took nothing more until then.
    pub latest: DateTime<Utc>,
}

impl Known {
    /// Finds the position. It reads a handful of events, however long the log is, and the last one
    /// always: of a log that was cut off nobody says what was known.
    ///
    /// # Errors
    /// [`ReplayProblem::NoPosition`], [`ReplayProblem::BeforeLog`], [`ReplayProblem::NotYetKnown`];
    /// [`Problem::Store`], also where times of recording run backwards on the way, or the log ends
    /// before its head.
    pub async fn find(source: &Source, by: KnownBy, now: DateTime<Utc>) -> Result<Self, Problem> {
        let head = source.end().await?;
        match by {
            KnownBy::Now => Ok(Self {
                position: head,
                at: now,
                latest: now,
            }),
            KnownBy::Position(position) if position == 0 || position > head => {
                Err(ReplayProblem::NoPosition { position, head }.into())
            }
            KnownBy::Position(position) => {
                let at = event(source, position).await?.recorded_at;
                let latest = if position == head {
                    now.max(at)
                } else {
                    event(source, position + 1).await?.recorded_at
                };
                Ok(Self {
                    position,
                    at,
                    latest,
                })
            }
            KnownBy::At(asked) if asked > now => {
                Err(ReplayProblem::NotYetKnown { asked, now }.into())
            }
            KnownBy::At(asked) => {
                let began = event(source, 1).await?.recorded_at;
                if asked < began {
                    return Err(ReplayProblem::BeforeLog { asked, began }.into());
                }
                Ok(Self {
                    position: first_not(source, head, |at| at <= asked).await? - 1,
                    at: asked,
                    latest: asked,
                })
            }
        }
    }

    /// The moment of a question: as things stood at an instant, or as of when it was known.
    ///
    /// # Errors
    /// [`ReplayProblem::AfterKnown`].
    pub fn moment(&self, as_of: Option<DateTime<Utc>>) -> Result<Moment, ReplayProblem> {
        match as_of {
            Some(asked) if asked > self.latest => Err(ReplayProblem::AfterKnown {
                asked,
                latest: self.latest,
            }),
            as_of => Ok(Moment::of(self.at, as_of)),
        }
    }
}

/// The first position up to `head` of which the time of recording is not `before` any more; one beyond
/// the head where all are. Recording times never go back, so the search halves.
///
/// # Errors
/// [`StoreError::Corrupt`] where what it meets on its way, or beside what it found, was recorded before
/// what stands in front of it: then halving finds nothing. It looks at a handful of events; `audit
/// verify` looks at all.
pub(crate) async fn first_not(
    source: &Source,
    head: u64,
    before: impl Fn(DateTime<Utc>) -> bool,
) -> Result<u64, Problem> {
    let (mut low, mut high) = (1, head + 1);
    let (mut since, mut until) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    while low < high {
        let middle = low + (high - low) / 2;
        let at = event(source, middle).await?.recorded_at;
        if at < since || at > until {
            // Of two that are out of order the later one is named.
            let position = if at < since { middle } else { high };
            return Err(recorded_back(position));
        }
        if before(at) {
            (low, since) = (middle + 1, at);
        } else {
            (high, until) = (middle, at);
        }
    }
    // One event that is out of order leads astray, and then stands beside the place.
    let log = source.log();
    let beside = log
        .read_log(source.tenant(), low.saturating_sub(3), 4)
        .await?;
    for (one, next) in beside.iter().zip(beside.iter().skip(1)) {
        if next.recorded_at < one.recorded_at {
            return Err(recorded_back(next.position));
        }
    }
    Ok(low)
}

/// The log says that an event was recorded before its predecessor.
pub(crate) fn recorded_back(position: u64) -> Problem {
    let kind = FaultKind::RecordedBack;
    StoreError::from(Fault { position, kind }).into()
}

/// The event at a position that the log has.
pub(crate) async fn event(source: &Source, position: u64) -> Result<RecordedEvent, Problem> {
    let log = source.log();
    let page = log.read_log(source.tenant(), position - 1, 1).await?;
    let head = source.head().await?;
    let found = page.into_iter().next();
    found.ok_or_else(|| ReplayProblem::NoPosition { position, head }.into())
}
