//! What residents say when they are called back (`DOMAIN.md` 4.7).
//!
//! A resident who was not reached is not content: nobody asked, so they stand apart and are in no
//! share but that of who was reached.

use super::rate::Rate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Answers by stars, one star first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Stars(pub [u64; 5]);

impl Stars {
    /// How many answered.
    #[must_use]
    pub fn valid(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Three, four and five stars of all.
    #[must_use]
    pub fn satisfied(&self) -> Rate {
        let [_, _, three, four, five] = self.0;
        Rate::new(three + four + five, self.valid())
    }

    /// Four and five stars of all.
    #[must_use]
    pub fn strict(&self) -> Rate {
        let [_, _, _, four, five] = self.0;
        Rate::new(four + five, self.valid())
    }

    /// The mean of the stars; none of nobody.
    ///
    /// ```
    /// use gridwhistle_domain::score::opinion::Stars;
    ///
    /// // Two of one star, one of three, five of four, two of five: 35 stars of 10 people.
    /// let stars = Stars([2, 0, 1, 5, 2]);
    /// assert_eq!(stars.mean().unwrap().to_string(), "3.5");
    /// assert_eq!((stars.satisfied().met, stars.strict().met), (8, 7));
    /// assert_eq!(Stars::default().mean(), None);
    /// ```
    #[must_use]
    pub fn mean(&self) -> Option<Decimal> {
        let each = self.0.iter().zip(1_u64..);
        let stars: u64 = each.map(|(people, stars)| people * stars).sum();
        let valid = self.valid();
        (valid > 0).then(|| (Decimal::from(stars) / Decimal::from(valid)).normalize())
    }
}

/// How much each of the three rates (三率) weighs, in any unit; what a city publishes is policy data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ThreeWeights {
    /// 响应率.
    pub response: u32,
    /// 解决率.
    pub solved: u32,
    /// 满意率.
    pub satisfied: u32,
}

impl ThreeWeights {
    /// The three rates as one number from 0 to 1; none where one of them is of nothing, for what
    /// nobody asked about is neither good nor bad.
    ///
    /// ```
    /// use gridwhistle_domain::score::opinion::ThreeWeights;
    /// use gridwhistle_domain::score::rate::Rate;
    ///
    /// let weights = ThreeWeights { response: 30, solved: 35, satisfied: 35 };
    /// // 0.3 · 0.9 + 0.35 · 0.8 + 0.35 · 0.6 = 0.76
    /// let [response, solved, satisfied] = [Rate::new(9, 10), Rate::new(8, 10), Rate::new(6, 10)];
    /// assert_eq!(weights.together(response, solved, satisfied).unwrap().to_string(), "0.76");
    /// assert_eq!(weights.together(response, solved, Rate::default()), None);
    /// ```
    #[must_use]
    pub fn together(&self, response: Rate, solved: Rate, satisfied: Rate) -> Option<Decimal> {
        let parts = [
            (self.response, response),
            (self.solved, solved),
            (self.satisfied, satisfied),
        ];
        let (mut sum, mut all) = (Decimal::ZERO, Decimal::ZERO);
        for (weight, rate) in parts {
            let weight = Decimal::from(weight);
            sum += weight * rate.value()?;
            all += weight;
        }
        sum.checked_div(all).map(|one| one.normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_one_star_is_nobody_content() {
        let stars = Stars([4, 0, 0, 0, 0]);
        assert_eq!(stars.satisfied(), Rate::new(0, 4));
        assert_eq!(stars.mean(), Some(Decimal::ONE));
    }

    #[test]
    fn weights_that_are_all_nought_make_no_number() {
        let weights = ThreeWeights {
            response: 0,
            solved: 0,
            satisfied: 0,
        };
        let all = Rate::new(1, 1);
        assert_eq!(weights.together(all, all, all), None);
    }
}
