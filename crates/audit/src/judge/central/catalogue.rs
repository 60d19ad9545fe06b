//! The catalogue of matters: each fact must be what one request to the state before it gives.

use super::Central;
use crate::judge::differ::differ;
use crate::judge::report::Finding;
use cqrs_es::DomainEvent;
use gridwhistle_domain::catalogue::{
    Catalogue, CatalogueCommand as C, CatalogueEvent, CatalogueFact as F, active_units,
};
use gridwhistle_store::RecordedEvent;

const COMMAND: &str = "catalogue";

impl Central {
    pub(super) fn catalogue(&mut self, rows: &[RecordedEvent], events: &[CatalogueEvent]) {
        if let Some(first) = events.first() {
            self.may_set_up(rows, first, COMMAND);
        }
        let before = self.running.catalogue.clone();
        let mut index = 0;
        while let Some(rest) = events.get(index..).filter(|rest| !rest.is_empty()) {
            let taken = match self.admitted(&before, rest) {
                Ok(taken) => taken,
                Err((at, finding)) => {
                    self.deviates(rows, index + at, COMMAND, &finding);
                    1
                }
            };
            for event in rest.iter().take(taken) {
                self.running.catalogue.evolve(event);
            }
            index += taken;
        }
    }

    /// How many of the facts one request gives, or what does not fit about the first. `before` is the
    /// catalogue before the whole command: only what stood there must not be changed backwards.
    fn admitted(
        &self,
        before: &Catalogue,
        rest: &[CatalogueEvent],
    ) -> Result<usize, (usize, Finding)> {
        let Some(first) = rest.first() else {
            return Ok(0);
        };
        let (command, code, from) = match first.fact.clone() {
            F::MatterAdmitted { from, matter } => {
                let code = matter.code.clone();
                (C::AdmitMatter { matter, from }, code, from)
            }
            F::MatterRevised { from, matter } => {
                let code = matter.code.clone();
                (C::ReviseMatter { matter, from }, code, from)
            }
            F::MatterRetired { code, until } => {
                let command = C::RetireMatter {
                    code: code.clone(),
                    until,
                };
                (command, code, until)
            }
        };
        let new = before.history(&code).is_none();
        let now = if new { first.at.min(from) } else { first.at };
        let units = active_units(&command, &self.running.registry);
        let given = self
            .running
            .catalogue
            .decide(&command, now, &first.by, &units);
        let fact = || first.event_type();
        match given {
            Err(refusal) => Err((0, refusal.into())),
            Ok(given) if given.is_empty() => Err((0, Finding::Surplus { fact: fact() })),
            Ok(mut given) => {
                given.iter_mut().for_each(|event| event.at = first.at);
                let held = rest.get(..given.len()).unwrap_or(rest);
                match differ(&given, held, DomainEvent::event_type) {
                    None => Ok(given.len()),
                    Some(found) => Err(found),
                }
            }
        }
    }
}
