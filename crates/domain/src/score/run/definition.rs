//! Which version of the formulas a run was computed by.

use super::RunRecord;
use serde::{Deserialize, Serialize};

/// The definition by which this program computes scores.
///
/// Raise it by one in the commit that makes the same events, policy and window come to other bytes of
/// [`result_hash`](super::result_hash): what counts in a figure behind a score, how parts are put
/// together, ranked and rounded, or how a score is written. Weights and thresholds are the policy's,
/// which a run names: they raise nothing. A run keeps the number that it was computed by, so a check by a program of another
/// definition says so and accuses nobody.
pub const DEFINITION: u32 = 1;

/// The definition of runs from before definitions were numbered.
const FIRST: u32 = 1;

/// By which definition a result was computed, and by which the one beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Definitions {
    /// That of the run.
    pub then: u32,
    /// That of the run it is compared with, or of this program.
    pub now: u32,
}

impl Definitions {
    /// Whether the same events must come to the same bytes.
    ///
    /// ```
    /// use gridwhistle_domain::score::run::Definitions;
    ///
    /// assert!(Definitions { then: 1, now: 1 }.same());
    /// assert!(!Definitions { then: 1, now: 2 }.same());
    /// ```
    #[must_use]
    pub const fn same(self) -> bool {
        self.then == self.now
    }
}

impl RunRecord {
    /// The definition that it was computed by, and that of this program.
    #[must_use]
    pub fn definitions(&self) -> Definitions {
        Definitions {
            then: self.definition.unwrap_or(FIRST),
            now: DEFINITION,
        }
    }
}
