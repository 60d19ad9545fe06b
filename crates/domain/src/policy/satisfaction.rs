//! What a policy says of residents' opinions: how many are called back, and how much the three rates
//! (三率) weigh.

use crate::score::opinion::ThreeWeights;
use serde::{Deserialize, Serialize};

/// `[satisfaction]`. A policy that does not say means the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SatisfactionRules {
    /// Of a hundred closed cases, how many are drawn to be called back.
    pub callback_percent: u32,
    /// The weight of 响应率: contacted in time.
    pub response_weight: u32,
    /// The weight of 解决率: solved, say the residents.
    pub solved_weight: u32,
    /// The weight of 满意率: satisfied, say the residents.
    pub satisfied_weight: u32,
}

impl Default for SatisfactionRules {
    fn default() -> Self {
        Self {
            callback_percent: 10,
            response_weight: 30,
            solved_weight: 35,
            satisfied_weight: 35,
        }
    }
}

impl SatisfactionRules {
    /// The weights of the three rates.
    #[must_use]
    pub const fn weights(&self) -> ThreeWeights {
        ThreeWeights {
            response: self.response_weight,
            solved: self.solved_weight,
            satisfied: self.satisfied_weight,
        }
    }
}
