//! A score run as it is on record, and what differs between two.

use chrono::{DateTime, Utc};
use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_domain::score::run::{RunRecord, ScoreRun, UnitChange, compare};
use serde::Serialize;

/// A run as it is on record.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PublishedRun {
    /// Its number: the position of the event that recorded it.
    pub run: u64,
    /// When it was put on record.
    pub made_at: Option<DateTime<Utc>>,
    /// By whom: person, role, unit.
    pub made_by: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub record: RunRecord,
}

impl PublishedRun {
    /// Of a run by its number; none of one that says nothing.
    #[must_use]
    pub fn of(run: u64, made: ScoreRun) -> Option<Self> {
        Some(Self {
            run,
            made_at: made.made_at,
            made_by: made.by.map(|by| by.signature()),
            record: made.record?,
        })
    }
}

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
