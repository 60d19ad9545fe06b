//! How a fact changes the registry. Total: an unknown id changes nothing.

use super::boundary::Boundary;
use super::fact::{RegistryEvent, RegistryFact as Fact};
use super::grid::{Grid, GridDetails};
use super::period::Timeline;
use super::person::{Person, PersonDetails, Tenure};
use super::place::Place;
use super::service::Service;
use super::unit::{Unit, UnitDetails};
use super::{MatterPattern, Registry};
use crate::actor::Role;
use crate::ids::{GridId, PersonId, UnitId};
use crate::text::Text;
use chrono::{DateTime, Utc};

impl Registry {
    /// Folds one event in.
    pub fn evolve(&mut self, event: &RegistryEvent) {
        match &event.fact {
            Fact::UnitRegistered {
                unit,
                kind,
                level,
                from,
                details,
            } => {
                let history = Timeline::default();
                let new = Unit {
                    id: unit.clone(),
                    kind: *kind,
                    level: *level,
                    history,
                };
                self.units.entry(unit.clone()).or_insert(new);
                self.revise_unit(unit, *from, details.clone());
            }
            Fact::UnitRevised {
                unit,
                from,
                details,
            } => {
                self.revise_unit(unit, *from, details.clone());
            }
            Fact::GridRegistered {
                grid,
                level,
                kind,
                from,
                details,
            } => {
                let history = Timeline::default();
                let new = Grid {
                    id: grid.clone(),
                    level: *level,
                    kind: *kind,
                    history,
                };
                self.grids.entry(grid.clone()).or_insert(new);
                self.revise_grid(grid, *from, details.clone());
            }
            Fact::GridRevised {
                grid,
                from,
                details,
            } => {
                self.revise_grid(grid, *from, details.clone());
            }
            Fact::PersonRegistered {
                person,
                from,
                details,
            }
            | Fact::PersonRevised {
                person,
                from,
                details,
            } => {
                self.revise_person(person, *from, details.clone());
            }
            Fact::TenureBegun { person, tenure } => self.begin_tenure(person, tenure.clone()),
            Fact::ServiceGranted { service } => self.grant(service.clone()),
            Fact::BoundaryDrawn {
                place,
                from,
                boundary,
            } => self.draw(place, *from, boundary.clone()),
            ending => self.evolve_ending(ending),
        }
    }

    fn draw(&mut self, place: &Place, from: DateTime<Utc>, boundary: Boundary) {
        let history = self.boundaries.entry(place.clone()).or_default();
        history.begin(from, boundary);
    }

    fn evolve_ending(&mut self, fact: &Fact) {
        match fact {
            Fact::UnitClosed { unit, until } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.history.end(*until);
                }
            }
            Fact::GridClosed { grid, until } => {
                if let Some(grid) = self.grids.get_mut(grid) {
                    grid.history.end(*until);
                }
            }
            Fact::PersonDeactivated { person, until } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.history.end(*until);
                }
            }
            Fact::TenureEnded {
                person,
                role,
                place,
                until,
            } => {
                self.end_tenure(person, *role, place, *until);
            }
            Fact::ServiceWithdrawn {
                unit,
                matter,
                area,
                until,
            } => {
                let by_unit = self.services.get_mut(area);
                for service in by_unit.and_then(|m| m.get_mut(unit)).into_iter().flatten() {
                    withdraw(service, matter, *until);
                }
            }
            Fact::UnitRegistered { .. }
            | Fact::UnitRevised { .. }
            | Fact::GridRegistered { .. }
            | Fact::GridRevised { .. }
            | Fact::PersonRegistered { .. }
            | Fact::PersonRevised { .. }
            | Fact::TenureBegun { .. }
            | Fact::ServiceGranted { .. }
            | Fact::BoundaryDrawn { .. } => {}
        }
    }

    fn revise_person(&mut self, id: &PersonId, from: DateTime<Utc>, details: PersonDetails) {
        let blank = || Person {
            id: id.clone(),
            history: Timeline::default(),
            tenures: Vec::new(),
        };
        self.people
            .entry(id.clone())
            .or_insert_with(blank)
            .history
            .begin(from, details);
    }

    fn revise_unit(&mut self, id: &UnitId, from: DateTime<Utc>, details: UnitDetails) {
        self.learn_name(&details.name, &Place::Unit(id.clone()));
        if let Some(unit) = self.units.get_mut(id) {
            unit.history.begin(from, details);
        }
    }

    fn revise_grid(&mut self, id: &GridId, from: DateTime<Utc>, details: GridDetails) {
        self.learn_name(&details.name, &Place::Grid(id.clone()));
        if let Some(grid) = self.grids.get_mut(id) {
            grid.history.begin(from, details);
        }
    }

    fn learn_name(&mut self, name: &Text, place: &Place) {
        for name in [&name.zh, &name.en] {
            if !name.is_empty() {
                self.names
                    .entry(name.clone())
                    .or_default()
                    .insert(place.clone());
            }
        }
    }

    fn begin_tenure(&mut self, id: &PersonId, tenure: Tenure) {
        if let Some(person) = self.people.get_mut(id) {
            self.staff
                .entry(tenure.place.clone())
                .or_default()
                .insert(id.clone());
            person.tenures.push(tenure);
        }
    }

    fn end_tenure(&mut self, id: &PersonId, role: Role, place: &Place, until: DateTime<Utc>) {
        let Some(person) = self.people.get_mut(id) else {
            return;
        };
        for tenure in &mut person.tenures {
            let open_then = tenure.from <= until && tenure.to.is_none_or(|to| until < to);
            if tenure.role == role && tenure.place == *place && open_then {
                tenure.to = Some(until);
            }
        }
    }

    fn grant(&mut self, service: Service) {
        let by_unit = self.services.entry(service.area.clone()).or_default();
        by_unit
            .entry(service.unit.clone())
            .or_default()
            .push(service);
    }
}

fn withdraw(service: &mut Service, matter: &MatterPattern, until: DateTime<Utc>) {
    if service.matter == *matter && service.contains(until) {
        service.to = Some(until);
    }
}
