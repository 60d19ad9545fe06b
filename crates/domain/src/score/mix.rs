//! What was met against what was to be expected of this mix of matters and classes.
//!
//! Who gets the hard matters is late more often. So each leg is expected to be on time as often as
//! the whole city is with its matter and class (`DOMAIN.md` 4.4, mix adjustment).

use super::rate::Rate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The city's shares by stratum, such as (matter, class).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strata<S: Ord>(BTreeMap<S, Rate>);

impl<S: Ord> Strata<S> {
    /// Counts legs of one stratum.
    pub fn add(&mut self, stratum: S, rate: Rate) {
        let known = self.0.entry(stratum).or_default();
        *known = known.plus(rate);
    }

    /// What one leg of a stratum is expected to add: the city's share of it, from 0 to 1. None of a stratum
    /// that nobody had.
    pub fn expected(&self, stratum: &S) -> Option<Decimal> {
        self.0.get(stratum).copied().and_then(Rate::value)
    }

    /// Observed over expected for one unit, from its own shares by stratum: 1 is as the city, above
    /// is better. None where nothing was to be expected.
    ///
    /// ```
    /// use gridwhistle_domain::score::mix::Strata;
    /// use gridwhistle_domain::score::rate::Rate;
    ///
    /// // The city meets 90 of 100 lamps and 20 of 40 leaks; this unit had 8 of 10 lamps and 9 of 10 leaks.
    /// let mut city = Strata::default();
    /// city.add("lamp", Rate::new(90, 100));
    /// city.add("leak", Rate::new(20, 40));
    /// let own = [("lamp", Rate::new(8, 10)), ("leak", Rate::new(9, 10))];
    /// // 17 observed, 10 · 0.9 + 10 · 0.5 = 14 expected.
    /// assert_eq!(city.observed_over_expected(own).unwrap().round_dp(4).to_string(), "1.2143");
    /// ```
    pub fn observed_over_expected(
        &self,
        own: impl IntoIterator<Item = (S, Rate)>,
    ) -> Option<Decimal> {
        let (mut observed, mut expected) = (0, Decimal::ZERO);
        for (stratum, rate) in own {
            let city = self.0.get(&stratum).copied().unwrap_or(rate);
            observed += rate.met;
            expected += Decimal::from(rate.of) * city.value().unwrap_or_default();
        }
        (!expected.is_zero()).then(|| Decimal::from(observed) / expected)
    }
}
