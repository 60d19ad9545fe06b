//! A share: so many of so many.

use rust_decimal::{Decimal, MathematicalOps};
use serde::{Deserialize, Serialize};

/// The 97.5 % point of the normal distribution, 1.95996…: an interval of 95 %.
fn z() -> Decimal {
    Decimal::new(1_959_963_984_540_054, 15)
}

/// How many of how many. The parts are kept, so that a share can be added up, opened and defended;
/// nothing of nothing has no value.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rate {
    /// Those that met what was asked: at most `of`.
    pub met: u64,
    /// Those of which it was asked.
    pub of: u64,
}

/// Where the true share lies with 95 % confidence (Wilson), each bound from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Interval {
    /// The lower bound.
    pub low: Decimal,
    /// The upper bound.
    pub high: Decimal,
}

/// A share as it is shown: its parts, its value and its interval, rounded at the very end, half to
/// even, to four digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Share {
    /// Those that met what was asked.
    pub met: u64,
    /// Those of which it was asked.
    pub of: u64,
    /// From 0 to 1; none of nothing.
    pub value: Option<Decimal>,
    /// The lower bound of its interval.
    pub low: Option<Decimal>,
    /// The upper bound.
    pub high: Option<Decimal>,
}

impl Share {
    /// The same without its interval: for parts that are not independent of each other, such as minutes.
    #[must_use]
    pub const fn without_interval(self) -> Self {
        Self {
            low: None,
            high: None,
            ..self
        }
    }
}

impl From<Rate> for Share {
    fn from(rate: Rate) -> Self {
        let interval = rate.interval();
        let shown = |value: Decimal| value.round_dp(4).normalize();
        Self {
            met: rate.met,
            of: rate.of,
            value: rate.value().map(shown),
            low: interval.map(|interval| shown(interval.low)),
            high: interval.map(|interval| shown(interval.high)),
        }
    }
}

impl Rate {
    /// So many of so many; what was met beyond that is not counted.
    ///
    /// ```
    /// use gridwhistle_domain::score::rate::Rate;
    ///
    /// assert_eq!(Rate::new(6, 7).value().unwrap().round_dp(4).to_string(), "0.8571");
    /// assert_eq!(Rate::new(0, 0).value(), None);
    /// ```
    #[must_use]
    pub const fn new(met: u64, of: u64) -> Self {
        let met = if met > of { of } else { met };
        Self { met, of }
    }

    /// Counts one more.
    pub const fn add(&mut self, met: bool) {
        self.met += met as u64;
        self.of += 1;
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            of: self.of + other.of,
        }
    }

    /// From 0 to 1; none of nothing.
    #[must_use]
    pub fn value(self) -> Option<Decimal> {
        (self.of > 0).then(|| Decimal::from(self.met) / Decimal::from(self.of))
    }

    /// The share moved towards the mean of the peers, as if `weight` more had been met like theirs
    /// (`DOMAIN.md` 4.5). Of nothing it is the mean.
    ///
    /// ```
    /// use gridwhistle_domain::score::rate::Rate;
    ///
    /// let mean = "0.98".parse().unwrap();
    /// assert_eq!(Rate::new(6, 7).shrunk(mean, 20).round_dp(3).to_string(), "0.948");
    /// ```
    #[must_use]
    pub fn shrunk(self, mean: Decimal, weight: u32) -> Decimal {
        let (of, weight) = (Decimal::from(self.of), Decimal::from(weight));
        let all = of + weight;
        if all.is_zero() {
            return mean;
        }
        (Decimal::from(self.met) + weight * mean) / all
    }

    /// The Wilson interval of 95 %; none of nothing.
    ///
    /// ```
    /// use gridwhistle_domain::score::rate::Rate;
    ///
    /// // Six of seven orders: somewhere between half and nearly all (`DOMAIN.md` 4.5).
    /// let interval = Rate::new(6, 7).interval().unwrap();
    /// let shown = (interval.low.round_dp(3), interval.high.round_dp(3));
    /// assert_eq!(shown, ("0.487".parse().unwrap(), "0.974".parse().unwrap()));
    /// ```
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        let share = self.value()?;
        let (of, z) = (Decimal::from(self.of), z());
        let z2 = z * z;
        let widened = Decimal::ONE + z2 / of;
        let middle = (share + z2 / (Decimal::TWO * of)) / widened;
        let spread = share * (Decimal::ONE - share) / of + z2 / (Decimal::from(4) * of * of);
        let half = z * spread.sqrt()? / widened;
        // At the ends rounding would leave a sliver of what is impossible.
        let low = if self.met == 0 {
            Decimal::ZERO
        } else {
            middle - half
        };
        let high = if self.met == self.of {
            Decimal::ONE
        } else {
            middle + half
        };
        Some(Interval { low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// Worked by hand: n = 10, all met. z² = 3.8414588; middle = (1 + 0.19207294) / 1.38414588
    /// = 0.8612336; half = 1.95996398 · √(0.00960365) / 1.38414588 = 0.1387664.
    #[test]
    fn ten_of_ten_is_not_surely_everything() {
        let interval = Rate::new(10, 10).interval().unwrap();
        assert_eq!(interval.low.round_dp(6), decimal("0.722467"));
        assert_eq!(interval.high, Decimal::ONE);
    }

    #[test]
    fn a_share_is_shown_with_four_digits_and_its_interval() {
        let share = Share::from(Rate::new(6, 7));
        let shown = [share.value, share.low, share.high].map(|one| one.unwrap().to_string());
        assert_eq!(shown, ["0.8571", "0.4869", "0.9743"]);
        assert_eq!(Share::from(Rate::default()), Share::default());
    }

    #[test]
    fn nothing_of_nothing_is_the_mean_of_the_peers_and_has_no_interval() {
        let none = Rate::default();
        assert_eq!(none.shrunk(decimal("0.9"), 20), decimal("0.9"));
        assert_eq!(none.shrunk(decimal("0.9"), 0), decimal("0.9"));
        assert_eq!(none.interval(), None);
    }

    #[test]
    fn more_met_than_asked_is_all_of_it() {
        assert_eq!(Rate::new(8, 7), Rate { met: 7, of: 7 });
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval_and_between_itself_and_the_mean(
            of in 1_u64..100_000, part in 0_u64..=100, mean in 0_u32..=100,
        ) {
            let rate = Rate::new(of * part / 100, of);
            let (value, interval) = (rate.value().unwrap(), rate.interval().unwrap());
            prop_assert!(interval.low <= value && value <= interval.high);
            let mean = Decimal::from(mean) / Decimal::ONE_HUNDRED;
            let shrunk = rate.shrunk(mean, 20);
            let slack = Decimal::new(1, 24);
            prop_assert!(value.min(mean) - slack <= shrunk && shrunk <= value.max(mean) + slack);
        }
    }
}
