//! A score run as it is on record, and what differs between two.

use chrono::{DateTime, Utc};
use gridwhistle_domain::score::composite::UnitScore;
use gridwhistle_domain::score::run::{Definitions, RunRecord, ScoreRun, UnitChange, compare};
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
    /// The definition that it was computed by, and that of this program.
    pub definitions: Definitions,
    /// What it says.
    #[serde(flatten)]
    pub record: RunRecord,
}

impl PublishedRun {
    /// Of a run by its number; none of one that says nothing.
    #[must_use]
    pub fn of(run: u64, made: ScoreRun) -> Option<Self> {
        let record = made.record?;
        Some(Self {
            run,
            made_at: made.made_at,
            made_by: made.by.map(|by| by.signature()),
            definitions: record.definitions(),
            record,
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
    /// The definitions that both were computed by. Where they are not the same, a change may be one of
    /// definition and none of facts.
    pub definitions: Definitions,
    /// Unit by unit.
    pub changes: Vec<UnitChange>,
}

impl Compared {
    /// Of a run and another by its number.
    #[must_use]
    pub fn with_run((run, before): (u64, &RunRecord), (with, after): (u64, &RunRecord)) -> Self {
        let definitions = Definitions {
            then: before.definitions().then,
            now: after.definitions().then,
        };
        Self {
            run,
            with: Some(with),
            definitions,
            changes: compare(&before.units, &after.units),
        }
    }

    /// Of a run and the scores as this program computes them from the events as they stand.
    #[must_use]
    pub fn with_now((run, before): (u64, &RunRecord), after: &[UnitScore]) -> Self {
        Self {
            run,
            with: None,
            definitions: before.definitions(),
            changes: compare(&before.units, after),
        }
    }
}
