//! One case folded event by event: how it stood after each.

use super::activity;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_projections::Unreadable;
use gridwhistle_projections::projection;
use gridwhistle_store::RecordedEvent;

/// One event, and how the case stood after it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its position in the log: its id.
    pub position: u64,
    /// Its number in the case's stream.
    pub sequence: u64,
    /// When the log took it.
    pub recorded_at: DateTime<Utc>,
    /// What happened.
    pub event: CaseEvent,
    /// The stage after it.
    pub stage: Option<Stage>,
    /// The class after it.
    pub class: Option<CaseClass>,
    /// When handling is due after it.
    pub due: Option<DateTime<Utc>>,
    /// The unit of the leg that it is about.
    pub leg_unit: Option<UnitId>,
}

/// A case from its first event to the last one that was read.
#[derive(Clone, Debug)]
pub struct Story {
    /// The case.
    pub case: String,
    /// Its events, in order.
    pub steps: Vec<Step>,
    /// How it stands at the end.
    pub end: Case,
}

/// When a case is due: by its clock of handling, or by its source for an imported one.
#[must_use]
pub fn due(case: &Case) -> Option<DateTime<Utc>> {
    let foreign = || case.foreign.as_ref().and_then(|foreign| foreign.due);
    let own = case.supervised().map(|clock| clock.marks.due);
    own.or_else(foreign)
}

/// Folds the events of one stream.
///
/// # Errors
/// [`Unreadable`] names the event.
pub fn read(rows: &[RecordedEvent]) -> Result<Story, Unreadable> {
    let mut case = Case::default();
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        let event = projection::read(row)?;
        evolve(&mut case, &event);
        let leg = activity::leg(&event.fact).and_then(|no| case.leg(no));
        steps.push(Step {
            position: row.position,
            sequence: row.sequence,
            recorded_at: row.recorded_at,
            stage: case.stage,
            class: case.class,
            due: due(&case),
            leg_unit: leg.map(|leg| leg.unit.clone()),
            event,
        });
    }
    let id = rows.first().map(|row| row.stream.aggregate_id.clone());
    Ok(Story {
        case: id.unwrap_or_default(),
        steps,
        end: case,
    })
}

impl Step {
    /// What happened.
    #[must_use]
    pub const fn fact(&self) -> &CaseFact {
        &self.event.fact
    }
}
