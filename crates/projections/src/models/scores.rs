//! What differs between two score runs.

use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_domain::score::run::{RunRecord, UnitChange, compare};
use serde::Serialize;

/// What differs from a run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Compared {
    /// The run.
    pub run: u64,
    /// The other one; none: the events as they stand now.
    pub with: Option<u64>,
    /// Unit by unit.
    pub changes: Vec<UnitChange>,
}

impl Compared {
    /// Of a run and the scores of another, or of now.
    #[must_use]
    pub fn of((run, before): (u64, &RunRecord), with: Option<u64>, after: &[UnitScore]) -> Self {
        Self {
            run,
            with,
            changes: compare(&before.units, after),
        }
    }
}
