//! Months of the city's civil time (+08:00).

use super::version::OFFSET;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use std::fmt;

/// A month in China, from its first instant to before that of the next; `2026-06` in text form.
///
/// ```
/// use gridwhistle_domain::calendar::Month;
///
/// // 24:00 in China is 16:00 in UTC.
/// let month = Month::of("2026-05-31T16:00:00Z".parse().unwrap());
/// assert_eq!(month.to_string(), "2026-06");
/// assert_eq!(month.start().to_rfc3339(), "2026-05-31T16:00:00+00:00");
/// assert_eq!(month.next().to_string(), "2026-07");
/// assert_eq!(month.number(), 202_606);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month that an instant lies in.
    #[must_use]
    pub fn of(at: DateTime<Utc>) -> Self {
        let local = at.naive_utc().checked_add_signed(offset());
        let local = local.unwrap_or_else(|| at.naive_utc());
        Self(local.year() * 12 + local.month0().cast_signed())
    }

    /// The month at whose end an instant has come: of its very first instant the month before.
    #[must_use]
    pub fn ended_with(at: DateTime<Utc>) -> Self {
        let month = Self::of(at);
        if month.start() == at {
            Self(month.0 - 1)
        } else {
            month
        }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        let month = self.0.rem_euclid(12).cast_unsigned() + 1;
        let first = NaiveDate::from_ymd_opt(self.0.div_euclid(12), month, 1);
        let first = first.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
        let first = first.and_then(|first| first.checked_sub_signed(offset()));
        first.unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// Year and month as one number, in the order of months: 202606.
    #[must_use]
    pub fn number(self) -> i64 {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        i64::from(year) * 100 + i64::from(month)
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

const fn offset() -> TimeDelta {
    TimeDelta::minutes(OFFSET)
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        write!(f, "{year:04}-{month:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_instant_of_a_month_is_not_yet_its_end() {
        let june = Month::of("2026-06-10T00:00:00Z".parse().unwrap());
        let first = june.next().start();
        assert_eq!(Month::of(first), june.next());
        assert_eq!(Month::ended_with(first), june);
        let before = first - TimeDelta::microseconds(1);
        assert_eq!(Month::of(before), june);
        assert_eq!(Month::ended_with(before), june);
        let after = first + TimeDelta::microseconds(1);
        assert_eq!(Month::ended_with(after), june.next());
    }

    #[test]
    fn a_year_ends_in_december() {
        let december = Month::of("2026-12-31T15:59:59Z".parse().unwrap());
        assert_eq!(december.to_string(), "2026-12");
        assert_eq!(december.next().to_string(), "2027-01");
    }

    #[test]
    fn no_instant_is_out_of_reach() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let month = Month::of(at);
            assert!(month.start() <= at || month.next().start() >= at);
        }
    }
}
