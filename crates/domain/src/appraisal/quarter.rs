//! Quarters of the calendar year in China: the periods of appraisal.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// China is eight hours before UTC, without summer time.
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// A quarter. In text and JSON `2026-Q2`.
///
/// ```
/// use gridwhistle_domain::appraisal::Quarter;
///
/// let spring: Quarter = "2026-Q2".parse()?;
/// assert_eq!(spring.from().to_rfc3339(), "2026-03-31T16:00:00+00:00");
/// assert_eq!(Quarter::ended(spring.before()), Some(spring));
/// # Ok::<(), gridwhistle_domain::appraisal::quarter::NoQuarter>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Quarter {
    year: i32,
    /// From 1 to 4.
    quarter: u32,
}

crate::schema::shape_of_text!(Quarter);

/// A text that names no quarter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no quarter; accepted: a year and a quarter, e.g. 2026-Q2")]
pub struct NoQuarter(pub String);

impl Quarter {
    /// A quarter from 1 to 4 of a year from 1 to 9999.
    #[must_use]
    pub fn new(year: i32, quarter: u32) -> Option<Self> {
        let sound = (1..=9_999).contains(&year) && (1..=4).contains(&quarter);
        sound.then_some(Self { year, quarter })
    }

    /// The last quarter that is over at an instant.
    #[must_use]
    pub fn ended(at: DateTime<Utc>) -> Option<Self> {
        let local = at.with_timezone(&FixedOffset::east_opt(8 * 3_600)?);
        match local.month0() / 3 {
            0 => Self::new(local.year() - 1, 4),
            passed => Self::new(local.year(), passed),
        }
    }

    /// Its first instant.
    #[must_use]
    pub fn from(self) -> DateTime<Utc> {
        first(self.year, self.quarter)
    }

    /// The first instant after it.
    #[must_use]
    pub fn before(self) -> DateTime<Utc> {
        match self.quarter {
            4 => first(self.year + 1, 1),
            quarter => first(self.year, quarter + 1),
        }
    }
}

fn first(year: i32, quarter: u32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, 3 * quarter - 2, 1).unwrap_or_default();
    day.and_time(NaiveTime::MIN).and_utc() - AHEAD
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.quarter)
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}

impl FromStr for Quarter {
    type Err = NoQuarter;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once("-Q").or_else(|| text.split_once("-q"));
        let read = |(year, quarter): (&str, &str)| {
            let digits = year.len() == 4 && quarter.len() == 1;
            let (year, quarter) = (year.parse().ok()?, quarter.parse().ok()?);
            digits.then(|| Self::new(year, quarter)).flatten()
        };
        let none = || NoQuarter(text.to_owned());
        parts.and_then(read).ok_or_else(none)
    }
}

impl TryFrom<String> for Quarter {
    type Error = NoQuarter;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_over_when_the_next_one_begins_in_china() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        for (instant, last) in [
            ("2026-03-31T15:59:59Z", "2025-Q4"),
            ("2026-03-31T16:00:00Z", "2026-Q1"),
            ("2025-12-31T16:00:00Z", "2025-Q4"),
            ("2026-07-02T00:00:00Z", "2026-Q2"),
        ] {
            let quarter = Quarter::ended(at(instant)).expect("a quarter");
            assert_eq!(quarter.to_string(), last, "{instant}");
            assert!(quarter.from() < quarter.before() && quarter.before() <= at(instant));
        }
    }

    #[test]
    fn anything_else_is_told_what_is_accepted() {
        for text in [
            "", "2026", "2026-Q5", "2026-Q0", "26-Q1", "2026-Q12", "x-Q1",
        ] {
            let refused = text.parse::<Quarter>().expect_err(text);
            assert!(refused.to_string().contains("2026-Q2"), "{text}");
        }
    }
}
