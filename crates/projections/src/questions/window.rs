//! A window of time: what happened from its beginning to before its end.

use super::Moment;
use chrono::{DateTime, Utc};
use gridwhistle_store::views::{Filter, Op};
use serde::{Deserialize, Serialize};

/// From an instant to before another.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use gridwhistle_projections::questions::Window;
///
/// let from = DateTime::UNIX_EPOCH;
/// let month = Window::new(from, from + TimeDelta::days(31)).unwrap();
/// assert_eq!(month.from, from);
/// assert_eq!(Window::new(from, from), None, "a window without a minute");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub before: DateTime<Utc>,
}

impl Window {
    /// A window that is not empty.
    #[must_use]
    pub fn new(from: DateTime<Utc>, before: DateTime<Utc>) -> Option<Self> {
        (from < before).then_some(Self { from, before })
    }

    /// Rows whose instant is in it, and no later than the asked one.
    pub(super) fn filter(self, column: &str, at: DateTime<Utc>) -> Filter {
        Filter::And(vec![
            Filter::compare(column, Op::Ge, self.from),
            Filter::compare(column, Op::Lt, self.before),
            Filter::compare(column, Op::Le, at),
        ])
    }

    /// The moment at which a window is looked at: the asked one, and at the latest its end.
    pub(super) fn looked_at(self, moment: Moment) -> Moment {
        if moment.instant() > self.before {
            Moment::then(self.before)
        } else {
            moment
        }
    }
}
