//! The law as the log goes on: policies, calendars, catalogue and registry, event by event.

use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::Catalogue;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::registry::Registry;
use std::sync::Arc;

/// Earlier laws that are kept for decisions which overlapped with a change.
const EARLIER_MAX: usize = 4;

/// What was in force at a stretch of the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Law {
    now: Arc<Reference>,
    /// The latest first, each with the instant at which the log took the change that ended it.
    earlier: Vec<(i64, Arc<Reference>)>,
}

impl Law {
    /// The law that stands at the position.
    pub(crate) const fn now(&self) -> &Arc<Reference> {
        &self.now
    }

    /// What a decision may have been made by that was begun at an instant: the law of the position;
    /// then, of those before it, whichever ended after the decision was begun.
    pub(crate) fn of(&self, begun_micros: i64) -> impl Iterator<Item = &Arc<Reference>> {
        let overlapped = self
            .earlier
            .iter()
            .take_while(move |(ended, _)| *ended >= begun_micros);
        std::iter::once(&self.now).chain(overlapped.map(|(_, reference)| reference))
    }
}

/// The states of the four streams, and the law that follows from them.
#[derive(Debug, Default)]
pub(crate) struct Running {
    pub(crate) policies: PublishedPolicies,
    pub(crate) calendars: PublishedCalendars,
    pub(crate) catalogue: Catalogue,
    pub(crate) registry: Registry,
    law: Option<Arc<Law>>,
    /// What the last law said, and when the log took the first change since.
    last: Option<(Arc<Law>, i64)>,
}

impl Running {
    /// The streams are about to change by an event that the log took at an instant.
    pub(crate) fn changes(&mut self, recorded_micros: i64) {
        if let Some(law) = self.law.take() {
            self.last = Some((law, recorded_micros));
        }
    }

    /// The law as it stands; made anew only after a change.
    pub(crate) fn law(&mut self) -> Arc<Law> {
        if let Some(law) = &self.law {
            return Arc::clone(law);
        }
        let (catalogue, registry) = (self.catalogue.clone(), self.registry.clone());
        let now = Reference::of(&self.policies, &self.calendars, catalogue, registry);
        let now = Arc::new(now);
        let mut earlier = Vec::new();
        if let Some((last, ended)) = self.last.take() {
            earlier.push((ended, Arc::clone(&last.now)));
            let before = last.earlier.iter().take(EARLIER_MAX - 1);
            earlier.extend(before.map(|(ended, law)| (*ended, Arc::clone(law))));
        }
        let law = Arc::new(Law { now, earlier });
        self.law = Some(Arc::clone(&law));
        law
    }
}
