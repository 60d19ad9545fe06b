//! How long it took: mean, median and ninetieth percentile of whole working minutes.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Handling times of what is done, in working minutes of each clock's own calendar. Percentiles are
/// by nearest rank: always a time that somebody really needed (`DOMAIN.md` 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// The mean, rounded to whole minutes, half to even.
    pub mean: i64,
    /// Half needed no longer.
    pub median: i64,
    /// Nine in ten needed no longer.
    pub p90: i64,
}

impl Spread {
    /// Of these minutes, in any order; none of nothing.
    ///
    /// ```
    /// use gridwhistle_domain::score::spread::Spread;
    ///
    /// let spread = Spread::of(&mut [30, 10, 20, 1_000]).unwrap();
    /// assert_eq!((spread.mean, spread.median, spread.p90), (265, 20, 1_000));
    /// ```
    #[must_use]
    pub fn of(minutes: &mut [i64]) -> Option<Self> {
        minutes.sort_unstable();
        let count = u64::try_from(minutes.len()).ok()?;
        let total: i128 = minutes.iter().copied().map(i128::from).sum();
        let mean = Decimal::try_from_i128_with_scale(total, 0).ok()?;
        let mean = mean.checked_div(Decimal::from(count))?;
        Some(Self {
            count,
            mean: i64::try_from(mean.round()).ok()?,
            median: ranked(minutes, 50)?,
            p90: ranked(minutes, 90)?,
        })
    }
}

/// The smallest of the sorted values that at least so many percent do not exceed.
fn ranked(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_there_is_no_time() {
        assert_eq!(Spread::of(&mut []), None);
    }

    #[test]
    fn percentiles_are_times_that_somebody_needed() {
        let mut hundred: Vec<i64> = (1..=100).rev().collect();
        let spread = Spread::of(&mut hundred).unwrap();
        // 50.5 is rounded to even.
        assert_eq!((spread.mean, spread.median, spread.p90), (50, 50, 90));
        let spread = Spread::of(&mut [7]).unwrap();
        assert_eq!((spread.mean, spread.median, spread.p90), (7, 7, 7));
        let spread = Spread::of(&mut [1, 2]).unwrap();
        assert_eq!((spread.mean, spread.median, spread.p90), (2, 1, 2));
    }

    #[test]
    fn a_century_of_minutes_overflows_nothing() {
        let spread = Spread::of(&mut [i64::MAX, i64::MAX]).unwrap();
        assert_eq!(spread.mean, i64::MAX);
    }
}
