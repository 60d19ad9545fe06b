//! Working time: which days and minutes count, and when a limit falls due (`DOMAIN.md` section 5).
//!
//! Responsible for: limits as they are written ([`Limit`]), one immutable calendar version
//! ([`Calendar`]), all versions by the instant at which they became known ([`CalendarBook`]), and
//! the plain form in which a version is published ([`CalendarPublication`]).
//! Refuses: clocks and ledgers of a case (they live with the case), time-zone databases (China is
//! a fixed +08:00 without summer time), floating point, reading "now", and changing a version
//! that has been published: a correction is a new version.
//!
//! Everything is integer minutes. Instants are floored to the minute, for hour counts run from
//! the minute.

mod book;
mod china;
mod day;
mod hours;
mod limit;
mod month;
mod problem;
mod publication;
pub mod published;
mod table;
mod version;

pub use book::CalendarBook;
pub use day::{CalendarDay, DayKind, DayPart};
pub use hours::{Hours, MonthDay, Season, Shift};
pub use limit::{Limit, Measure, UnreadableLimit};
pub use month::Month;
pub use problem::{CalendarProblem, CalendarRefused};
pub use publication::CalendarPublication;
pub use version::{Calendar, CalendarVersion, DayEnd, Due};

/// The years in which working time is counted. Outside them no working minute exists: sums stop
/// at the edge and a due that would lie beyond is the edge itself, marked provisional.
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;
