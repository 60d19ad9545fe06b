//! The registry: each fact must be what one request to the state before it gives.

use super::Central;
use crate::judge::differ::differ;
use crate::judge::report::Finding;
use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use gridwhistle_domain::registry::{
    Registry, RegistryCommand as C, RegistryEvent, RegistryFact as F,
};
use gridwhistle_store::RecordedEvent;

const COMMAND: &str = "registry";

impl Central {
    pub(super) fn registry(&mut self, rows: &[RecordedEvent], events: &[RegistryEvent]) {
        if let Some(first) = events.first() {
            self.may_set_up(rows, first, COMMAND);
        }
        let mut index = 0;
        while let Some(rest) = events.get(index..).filter(|rest| !rest.is_empty()) {
            let taken = match self.allowed(rest) {
                Ok(taken) => taken,
                Err((at, finding)) => {
                    self.deviates(rows, index + at, COMMAND, &finding);
                    1
                }
            };
            for event in rest.iter().take(taken) {
                self.running.registry.evolve(event);
            }
            index += taken;
        }
    }

    /// How many of the facts one request gives, or what does not fit about the first.
    fn allowed(&self, rest: &[RegistryEvent]) -> Result<usize, (usize, Finding)> {
        let mut why = None;
        let Some(first) = rest.first() else {
            return Ok(0);
        };
        for command in requests(&self.running.registry, rest) {
            match self.running.registry.decide(&command, first.at, &first.by) {
                Ok(given) if !given.is_empty() => {
                    let held = rest.get(..given.len()).unwrap_or(rest);
                    match differ(&given, held, DomainEvent::event_type) {
                        None => return Ok(given.len()),
                        found => why = why.or(found),
                    }
                }
                Ok(_) => {
                    let fact = first.event_type();
                    why = why.or(Some((0, Finding::Surplus { fact })));
                }
                Err(refusal) => why = why.or(Some((0, refusal.into()))),
            }
        }
        let fact = first.event_type();
        Err(why.unwrap_or((0, Finding::Surplus { fact })))
    }
}

/// The requests that may have given the first fact: as it stands, and with the end that follows it.
fn requests(registry: &Registry, rest: &[RegistryEvent]) -> Vec<C> {
    let Some(first) = rest.first() else {
        return Vec::new();
    };
    let next = rest.get(1).map(|event| &event.fact);
    let mut requests: Vec<C> = request(registry, &first.fact, None).into_iter().collect();
    if let (Some(until), true) = (ended(next), begins(&first.fact)) {
        requests.extend(request(registry, &first.fact, Some(until)));
    }
    requests
}

const fn begins(fact: &F) -> bool {
    matches!(
        fact,
        F::UnitRegistered { .. }
            | F::UnitRevised { .. }
            | F::GridRegistered { .. }
            | F::GridRevised { .. }
            | F::PersonRegistered { .. }
            | F::PersonRevised { .. }
    )
}

fn ended(next: Option<&F>) -> Option<DateTime<Utc>> {
    match next? {
        F::UnitClosed { until, .. }
        | F::GridClosed { until, .. }
        | F::PersonDeactivated { until, .. } => Some(*until),
        _ => None,
    }
}

/// What was asked for a fact; what never changes of a thing stands in the registry already.
fn request(registry: &Registry, fact: &F, to: Option<DateTime<Utc>>) -> Option<C> {
    Some(match fact.clone() {
        F::UnitRegistered {
            unit,
            kind,
            level,
            from,
            details,
        } => C::RecordUnit {
            unit,
            kind,
            level,
            details,
            from,
            to,
        },
        F::UnitRevised {
            unit,
            from,
            details,
        } => {
            let known = registry.unit(&unit)?;
            let (kind, level) = (known.kind, known.level);
            C::RecordUnit {
                unit,
                kind,
                level,
                details,
                from,
                to,
            }
        }
        F::UnitClosed { unit, until } => C::CloseUnit { unit, until },
        F::GridRegistered {
            grid,
            level,
            kind,
            from,
            details,
        } => C::RecordGrid {
            grid,
            level,
            kind,
            details,
            from,
            to,
        },
        F::GridRevised {
            grid,
            from,
            details,
        } => {
            let known = registry.grid(&grid)?;
            let (level, kind) = (known.level, known.kind);
            C::RecordGrid {
                grid,
                level,
                kind,
                details,
                from,
                to,
            }
        }
        F::GridClosed { grid, until } => C::CloseGrid { grid, until },
        people => of_people(people, to)?,
    })
}

fn of_people(fact: F, to: Option<DateTime<Utc>>) -> Option<C> {
    Some(match fact {
        F::PersonRegistered {
            person,
            from,
            details,
        }
        | F::PersonRevised {
            person,
            from,
            details,
        } => C::RecordPerson {
            person,
            details,
            from,
            to,
        },
        F::PersonDeactivated { person, until } => C::DeactivatePerson { person, until },
        F::TenureBegun { person, tenure } => C::BeginTenure {
            person,
            role: tenure.role,
            place: tenure.place,
            from: tenure.from,
            to: tenure.to,
        },
        F::TenureEnded {
            person,
            role,
            place,
            until,
        } => C::EndTenure {
            person,
            role,
            place,
            until,
        },
        F::ServiceGranted { service } => C::GrantService {
            unit: service.unit,
            matter: service.matter,
            area: service.area,
            from: service.from,
            to: service.to,
        },
        F::ServiceWithdrawn {
            unit,
            matter,
            area,
            until,
        } => C::WithdrawService {
            unit,
            matter,
            area,
            until,
        },
        F::BoundaryDrawn {
            place,
            from,
            boundary,
        } => C::DrawBoundary {
            place,
            boundary,
            from,
        },
        // The others are of units and grids.
        _ => return None,
    })
}
