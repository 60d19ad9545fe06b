//! A window of time: what happened from its beginning to before its end.

use super::Moment;
use chrono::{DateTime, Datelike, Utc};
use gridwhistle_domain::local_time;
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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

    /// Reads a window as people write it: a year `2026`, a quarter `2026-Q2`, a month `2026-06`, or
    /// from an instant to before another, `2026-06-05..2026-06-08`.
    ///
    /// ```
    /// use gridwhistle_projections::questions::Window;
    ///
    /// let june = Window::read("2026-06").unwrap();
    /// assert_eq!(Window::read("2026-06-01..2026-07-01"), Some(june));
    /// assert_eq!(Window::read("2026-Q5"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().split_once("..") {
            Some((from, before)) => Self::new(local_time::read(from)?, local_time::read(before)?),
            None => named(text.trim()),
        }
    }

    /// The month of an instant.
    #[must_use]
    pub fn month_of(at: DateTime<Utc>) -> Option<Self> {
        let day = local_time::date(at);
        months(day.year(), day.month(), 1)
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

fn named(text: &str) -> Option<Window> {
    let (year, part) = match text.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (text, None),
    };
    let year = year.parse().ok().filter(|_| year.len() == 4)?;
    match part {
        None => months(year, 1, 12),
        Some(part) => match part.strip_prefix(['Q', 'q']) {
            Some(quarter) => {
                let quarter: u32 = quarter.parse().ok().filter(|of| (1..=4).contains(of))?;
                months(year, 3 * quarter - 2, 3)
            }
            None => months(year, part.parse().ok()?, 1),
        },
    }
}

/// So many months from the first day of one.
fn months(year: i32, month: u32, count: u32) -> Option<Window> {
    let first = |year: i32, month: u32| local_time::read(&format!("{year:04}-{month:02}-01"));
    let last = month + count;
    let next = if last > 12 {
        first(year + 1, last - 12)
    } else {
        first(year, last)
    };
    Window::new(first(year, month)?, next?)
}
