//! Why a calendar publication is refused. Every problem names the field, the rule and what would
//! be accepted; all problems of a publication are told at once.

use super::hours::{MonthDay, Shift};
use super::version::CalendarVersion;
use super::{YEARS, day::DayKind};
use crate::text::Text;
use chrono::{DateTime, NaiveDate, Utc};

/// One thing that is wrong with a publication. In the order in which they are looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarProblem {
    /// The text is no publication at all. Handling: correct the named line.
    #[error("the calendar cannot be read: line {line}: {}", .words.en)]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// What is wrong there, and what would be accepted.
        words: Box<Text>,
    },
    /// The label is empty or has other signs than labels have.
    #[error(
        "`version`: `{0}` is no version label; accepted: 1 to 64 letters a-z, digits, `-`, `.`, \
         `_`, e.g. `cn-2027`"
    )]
    VersionLabel(CalendarVersion),
    /// A version never changes once published. Handling: choose a new label.
    #[error("`version`: `{0}` is published already; accepted: a label not used yet")]
    VersionTaken(CalendarVersion),
    /// Versions build on each other in the order in which they became known.
    #[error(
        "`known_at`: {known_at} is not after {latest}, when the latest version `{version}` became \
         known; accepted: a later instant"
    )]
    KnownTooEarly {
        /// What the publication says.
        known_at: DateTime<Utc>,
        /// The latest version there is.
        version: CalendarVersion,
        /// When that one became known.
        latest: DateTime<Utc>,
    },
    /// Nothing would change.
    #[error("`years`, `days`, `hours` and `day_end` are all empty; accepted: at least one of them")]
    NothingPublished,
    /// The year is outside the range in which working time is counted.
    #[error("`years`: {0} is out of range; accepted: {start} to {end}", start = YEARS.start(), end = YEARS.end())]
    YearOutOfRange(i32),
    /// The year stands twice.
    #[error("`years`: {0} stands twice; accepted: each year once")]
    YearTwice(i32),
    /// A year is published by its holidays; one without any would pass for a year of none.
    #[error("`years`: {0} has no holiday in `days`; accepted: a year with its holidays")]
    YearWithoutDays(i32),
    /// The day lies in a year that is not published.
    #[error(
        "`days`: {date} lies outside the years of this publication; accepted: a day of {years}, of \
         the December before, or of a year published already"
    )]
    DayOutsideYear {
        /// The day.
        date: NaiveDate,
        /// The years, for people.
        years: String,
    },
    /// Two overrides for one day.
    #[error("`days`: {date} stands twice as {kind:?}; accepted: each day once for each kind")]
    DayTwice {
        /// The day.
        date: NaiveDate,
        /// What it is said to be twice.
        kind: DayKind,
    },
    /// The day cannot be both off and worked.
    #[error(
        "`days`: {0} is named with kinds that exclude each other; accepted: one of holiday, makeup \
         and regular, and at most one stop_work beside a holiday or makeup"
    )]
    DayContradicted(NaiveDate),
    /// A make-up workday is a Saturday or Sunday.
    #[error(
        "`days`: the make-up workday {0} is a weekday; accepted: a Saturday or Sunday (to lift an \
         earlier override, kind `regular`)"
    )]
    MakeupOnWeekday(NaiveDate),
    /// A working day needs at least one shift.
    #[error("`{field}` is empty; accepted: at least one shift, e.g. `08:00-12:00`")]
    NoShifts {
        /// Which list of shifts.
        field: String,
    },
    /// Two shifts overlap or are out of order.
    #[error("`{field}`: {second} begins before {first} ends; accepted: shifts in order of the day")]
    ShiftsOverlap {
        /// Which list of shifts.
        field: String,
        /// The earlier entry.
        first: Shift,
        /// The entry that begins too early.
        second: Shift,
    },
    /// Two seasons claim the same day.
    #[error(
        "`hours.seasons`: {0} lies in more than one season; accepted: seasons that do not overlap"
    )]
    SeasonsOverlap(MonthDay),
    /// Hours would start outside the range in which working time is counted.
    #[error(
        "`hours.valid_from`: {0} is out of range; accepted: a day of {start} to {end}",
        start = YEARS.start(), end = YEARS.end()
    )]
    HoursOutOfRange(NaiveDate),
    /// The version to be replaced is not there.
    #[error(
        "`replaces`: `{0}` is not in force; accepted: a version published and not yet replaced"
    )]
    ReplacesUnknown(CalendarVersion),
    /// A replacement restates what it replaces.
    #[error("`years`: {year} of the replaced `{version}` is missing; accepted: all of its years")]
    ReplacedYearMissing {
        /// The year.
        year: i32,
        /// The version that had it.
        version: CalendarVersion,
    },
}

/// A publication that is refused, with every reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("calendar refused: {}", self.in_words())]
pub struct CalendarRefused {
    /// What is wrong, at least one thing.
    pub problems: Vec<CalendarProblem>,
}

impl CalendarRefused {
    fn in_words(&self) -> String {
        let words: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        words.join("; ")
    }
}

impl From<CalendarProblem> for CalendarRefused {
    fn from(problem: CalendarProblem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}
