//! The events behind the changes of one case: found by folding its stream.

use crate::problem::Problem;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseFact;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_projections::read;
use gridwhistle_projections::timeline::{self, TimelineEntry};
use gridwhistle_store::RecordedEvent;

/// Of the events between two points, those that did something.
#[derive(Default)]
pub(super) struct Behind {
    /// The first event of the case.
    pub(super) first: Option<TimelineEntry>,
    /// The last that changed its stage.
    pub(super) stage: Option<TimelineEntry>,
    /// The last that changed a clock.
    pub(super) clock: Option<TimelineEntry>,
    /// The last that changed its class.
    pub(super) class: Option<TimelineEntry>,
    /// The last that changed its matter.
    pub(super) matter: Option<TimelineEntry>,
    /// The last that changed the unit that leads.
    pub(super) unit: Option<TimelineEntry>,
    /// Those that raised a card, with its colour.
    pub(super) cards: Vec<(Card, TimelineEntry)>,
}

impl Behind {
    pub(super) fn of(
        stream: &[RecordedEvent],
        reference: &Reference,
        between: &dyn Fn(&RecordedEvent) -> bool,
    ) -> Result<Self, Problem> {
        let mut behind = Self::default();
        let mut case = Case::default();
        let entries = timeline::tell(stream, reference)?;
        for (event, entry) in stream.iter().zip(entries) {
            let fact = read(event)?;
            let (stage, clocks) = (case.stage, case.clocks.clone());
            let (class, matter, unit) = (case.class, case.matter.clone(), leads(&case));
            evolve(&mut case, &fact);
            if !between(event) {
                continue;
            }
            if event.sequence == 1 {
                behind.first = Some(entry.clone());
            }
            if case.stage != stage {
                behind.stage = Some(entry.clone());
            }
            if case.clocks != clocks {
                behind.clock = Some(entry.clone());
            }
            if case.class != class {
                behind.class = Some(entry.clone());
            }
            if case.matter != matter {
                behind.matter = Some(entry.clone());
            }
            if leads(&case) != unit {
                behind.unit = Some(entry.clone());
            }
            if let CaseFact::SupervisionRaised { card, .. } = &fact.fact {
                behind.cards.push((*card, entry));
            }
        }
        Ok(behind)
    }
}

/// The unit that leads a case.
fn leads(case: &Case) -> Option<UnitId> {
    case.lead().map(|leg| leg.unit.clone())
}
