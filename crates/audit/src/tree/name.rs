//! How people name an event: by its position, or by its case and its number there.

use super::trouble::TreeProblem;
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_store::{RecordedEvent, StreamId};

/// An event, as somebody named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventName {
    /// Its position in the tenant's log.
    Position(u64),
    /// The stream it belongs to, and its number there.
    Nth(StreamId, u64),
}

impl EventName {
    /// Reads `POSITION`, `CASE/SEQUENCE` or `KIND/ID/SEQUENCE`.
    ///
    /// # Errors
    /// [`TreeProblem::NoEvent`] tells what goes.
    pub fn read(text: &str) -> Result<Self, TreeProblem> {
        let wrong = || TreeProblem::NoEvent(text.to_owned());
        let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
        let Some((stream, nth)) = text.rsplit_once('/') else {
            return number(text).map(Self::Position).ok_or_else(wrong);
        };
        let (kind, id) = stream.split_once('/').unwrap_or(("case", stream));
        let nth = number(nth).filter(|_| !kind.is_empty() && !id.is_empty());
        let nth = nth.ok_or_else(wrong)?;
        Ok(Self::Nth(StreamId::new(kind, id), nth))
    }

    /// Finds it in a log.
    ///
    /// # Errors
    /// [`TreeProblem::NoEvent`], and what reading the log answers.
    pub async fn find(&self, source: &Source) -> Result<RecordedEvent, Problem> {
        let tenant = source.tenant();
        let found = match self {
            Self::Position(position) => {
                let rows = source.log().read_log(tenant, position - 1, 1).await?;
                rows.into_iter().next()
            }
            Self::Nth(stream, nth) => {
                let rows = source.log().read_stream(tenant, stream, nth - 1).await?;
                rows.into_iter().next()
            }
        };
        Ok(found.ok_or_else(|| TreeProblem::NoEvent(self.to_string()))?)
    }
}

impl std::fmt::Display for EventName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Position(position) => write!(f, "{position}"),
            Self::Nth(stream, nth) if stream.aggregate_type == "case" => {
                write!(f, "{}/{nth}", stream.aggregate_id)
            }
            Self::Nth(stream, nth) => write!(f, "{stream}/{nth}"),
        }
    }
}
