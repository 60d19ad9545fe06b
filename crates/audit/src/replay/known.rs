//! What was known: the log up to the last position that it had taken by an instant.

use super::ReplayProblem;
use crate::problem::Problem;
use crate::source::Source;
use chrono::{DateTime, Utc};
use gridwhistle_projections::Moment;
use gridwhistle_store::RecordedEvent;
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
    /// Finds the position. It reads a handful of events, however long the log is.
    ///
    /// # Errors
    /// [`ReplayProblem::NoPosition`], [`ReplayProblem::BeforeLog`], [`ReplayProblem::NotYetKnown`];
    /// [`Problem::Store`].
    pub async fn find(source: &Source, by: KnownBy, now: DateTime<Utc>) -> Result<Self, Problem> {
        let head = source.head().await?;
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
                    position: last_by(source, asked, head).await?,
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

/// The last of the positions up to `head` that the log had taken by an instant; the first one was.
async fn last_by(source: &Source, at: DateTime<Utc>, head: u64) -> Result<u64, Problem> {
    let (mut taken, mut not_after) = (1, head);
    while taken < not_after {
        let middle = taken + (not_after - taken).div_ceil(2);
        if event(source, middle).await?.recorded_at <= at {
            taken = middle;
        } else {
            not_after = middle - 1;
        }
    }
    Ok(taken)
}

/// The event at a position that the log has.
pub(crate) async fn event(source: &Source, position: u64) -> Result<RecordedEvent, Problem> {
    let log = source.log();
    let page = log.read_log(source.tenant(), position - 1, 1).await?;
    let head = source.head().await?;
    let found = page.into_iter().next();
    found.ok_or_else(|| ReplayProblem::NoPosition { position, head }.into())
}
