//! Why a clock is due when it is, in the language of this process.

use crate::words::language;
use chrono::{DateTime, Utc};
use gridwhistle::domain::calendar::{Calendar, CalendarBook, Limit};
use gridwhistle::domain::case::clock::Clock;
use gridwhistle::projections::models::why;

pub(crate) use why::used;

/// How a limit is counted from an instant to a due time.
pub(crate) fn counted(
    limit: Limit,
    start: DateTime<Utc>,
    due: DateTime<Utc>,
    calendar: &Calendar,
) -> String {
    why::counted(limit, start, due, calendar, language())
}

/// One clock explained, as of an instant.
pub(crate) fn explained(clock: &Clock, calendars: &CalendarBook, at: DateTime<Utc>) -> String {
    why::explained(clock, calendars, at, language())
}
