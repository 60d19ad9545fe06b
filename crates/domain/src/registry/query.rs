//! The questions people and decisions ask of the registry, each as of an instant.
//!
//! Every answer is a few look-ups in ordered maps; none walks all units, grids or people, and one alone
//! all services.

use super::Registry;
use super::boundary::Boundary;
use super::grid::{Grid, GridDetails, GridPath, GridSeat};
use super::person::{Person, PersonDetails, Tenure};
use super::place::{Area, Place};
use super::service::Service;
use super::unit::{Unit, UnitDetails, UnitKind};
use crate::actor::{Actor, Role};
use crate::ids::{GridId, MatterCode, PersonId, UnitId};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// No tree of a city is deeper; it bounds every walk, whatever an event may say.
pub(crate) const DEPTH_MAX: usize = 16;

impl Registry {
    /// A unit, whenever it existed.
    #[must_use]
    pub fn unit(&self, unit: &UnitId) -> Option<&Unit> {
        self.units.get(unit)
    }

    /// All units ever, in the order of their codes.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Name, parent and contact of a unit at an instant; none when it was not active then.
    #[must_use]
    pub fn unit_at(&self, unit: &UnitId, at: DateTime<Utc>) -> Option<&UnitDetails> {
        self.units.get(unit)?.history.at(at)
    }

    /// Whether a unit existed at an instant.
    #[must_use]
    pub fn unit_active(&self, unit: &UnitId, at: DateTime<Utc>) -> bool {
        self.unit_at(unit, at).is_some()
    }

    /// The unit above a unit at an instant.
    #[must_use]
    pub fn parent(&self, unit: &UnitId, at: DateTime<Utc>) -> Option<&UnitId> {
        self.unit_at(unit, at)?.parent.as_ref()
    }

    /// A unit and everything above it at an instant, from the bottom up.
    pub fn chain<'a>(
        &'a self,
        unit: &'a UnitId,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a UnitId> {
        std::iter::successors(Some(unit), move |unit| self.parent(unit, at)).take(DEPTH_MAX)
    }

    /// Whether a unit stood below another, or is that unit, at an instant.
    #[must_use]
    pub fn is_within(&self, unit: &UnitId, ancestor: &UnitId, at: DateTime<Utc>) -> bool {
        self.unit_active(unit, at) && self.chain(unit, at).any(|above| above == ancestor)
    }

    /// The nearest unit of a kind at or above a place at an instant.
    #[must_use]
    pub fn above(&self, place: &Place, kind: UnitKind, at: DateTime<Utc>) -> Option<&UnitId> {
        let start = match place {
            Place::Unit(unit) => self.units.get_key_value(unit)?.0,
            Place::Grid(grid) => self.community_of(grid, at)?,
        };
        let is_kind = |id: &&UnitId| self.units.get(*id).is_some_and(|unit| unit.kind == kind);
        self.chain(start, at)
            .find(is_kind)
            .filter(|unit| self.unit_active(unit, at))
    }

    /// The street of a unit or a grid at an instant.
    #[must_use]
    pub fn street_of(&self, place: &Place, at: DateTime<Utc>) -> Option<&UnitId> {
        self.above(place, UnitKind::Street, at)
    }

    /// The district of a unit or a grid at an instant.
    #[must_use]
    pub fn district_of(&self, place: &Place, at: DateTime<Utc>) -> Option<&UnitId> {
        self.above(place, UnitKind::District, at)
    }

    /// A grid, whenever it existed.
    #[must_use]
    pub fn grid(&self, grid: &GridId) -> Option<&Grid> {
        self.grids.get(grid)
    }

    /// All grids ever, in the order of their codes.
    pub fn grids(&self) -> impl Iterator<Item = &Grid> {
        self.grids.values()
    }

    /// Name, seat, host and boundary of a grid at an instant; none when it was not active then.
    #[must_use]
    pub fn grid_at(&self, grid: &GridId, at: DateTime<Utc>) -> Option<&GridDetails> {
        self.grids.get(grid)?.history.at(at)
    }

    /// Whether a grid existed at an instant.
    #[must_use]
    pub fn grid_active(&self, grid: &GridId, at: DateTime<Utc>) -> bool {
        self.grid_at(grid, at).is_some()
    }

    /// The level-1 grid of a grid at an instant; a level-1 grid answers itself.
    #[must_use]
    pub fn level_one(&self, grid: &GridId, at: DateTime<Utc>) -> Option<&GridId> {
        match &self.grid_at(grid, at)?.seat {
            GridSeat::Community(_) => Some(&self.grids.get(grid)?.id),
            GridSeat::Grid(above) => self.grid_active(above, at).then_some(above),
        }
    }

    /// The community of a grid at an instant.
    #[must_use]
    pub fn community_of(&self, grid: &GridId, at: DateTime<Utc>) -> Option<&UnitId> {
        match &self.grid_at(self.level_one(grid, at)?, at)?.seat {
            GridSeat::Community(community) => Some(community),
            GridSeat::Grid(_) => None,
        }
    }

    /// Where a grid stood in the tree at an instant; none when it, or a unit above it, was not
    /// active then.
    #[must_use]
    pub fn grid_path(&self, grid: &GridId, at: DateTime<Utc>) -> Option<GridPath> {
        let level_one = self.level_one(grid, at)?;
        let community = self.community_of(grid, at)?;
        let street = self.street_of(&Place::Unit(community.clone()), at)?;
        let district = self.parent(street, at)?;
        self.unit_active(district, at).then(|| GridPath {
            grid: grid.clone(),
            level_one: level_one.clone(),
            community: community.clone(),
            street: street.clone(),
            district: district.clone(),
        })
    }

    /// Where a unit or grid lay on the map at an instant.
    #[must_use]
    pub fn boundary(&self, place: &Place, at: DateTime<Utc>) -> Option<&Boundary> {
        self.boundaries.get(place)?.at(at)
    }

    /// Every boundary of an instant.
    pub fn boundaries(&self, at: DateTime<Utc>) -> impl Iterator<Item = (&Place, &Boundary)> {
        let all = self.boundaries.iter();
        all.filter_map(move |(place, history)| Some((place, history.at(at)?)))
    }

    /// A person, whenever active.
    #[must_use]
    pub fn person(&self, person: &PersonId) -> Option<&Person> {
        self.people.get(person)
    }

    /// All people ever, in the order of their codes.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Name and employment of a person at an instant; none when not active then.
    #[must_use]
    pub fn person_at(&self, person: &PersonId, at: DateTime<Utc>) -> Option<&PersonDetails> {
        self.people.get(person)?.history.at(at)
    }

    /// Whether a person was active at an instant.
    #[must_use]
    pub fn person_active(&self, person: &PersonId, at: DateTime<Utc>) -> bool {
        self.person_at(person, at).is_some()
    }

    /// The tenures that an active person held at an instant.
    pub fn tenures_at<'a>(
        &'a self,
        person: &PersonId,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a Tenure> + use<'a> {
        let active = self
            .people
            .get(person)
            .filter(|person| person.history.at(at).is_some());
        active
            .into_iter()
            .flat_map(|person| &person.tenures)
            .filter(move |t| t.contains(at))
    }

    /// The offices that a person held at an instant, in order, each once: role and unit. A tenure at
    /// a grid counts for the grid's community then.
    #[must_use]
    pub fn offices(&self, person: &PersonId, at: DateTime<Utc>) -> Vec<(Role, UnitId)> {
        let office = |tenure: &Tenure| {
            let unit = match &tenure.place {
                Place::Unit(unit) => Some(unit).filter(|unit| self.unit_active(unit, at)),
                Place::Grid(grid) => self.community_of(grid, at),
            };
            unit.map(|unit| (tenure.role, unit.clone()))
        };
        let offices: BTreeSet<_> = self.tenures_at(person, at).filter_map(office).collect();
        offices.into_iter().collect()
    }

    /// Whether a person held a role for a unit at an instant. A tenure at a grid counts for the
    /// grid's community then.
    #[must_use]
    pub fn holds(&self, person: &PersonId, role: Role, unit: &UnitId, at: DateTime<Utc>) -> bool {
        self.tenures_at(person, at)
            .filter(|tenure| tenure.role == role)
            .any(|tenure| match &tenure.place {
                Place::Unit(held) => held == unit && self.unit_active(held, at),
                Place::Grid(grid) => self.community_of(grid, at) == Some(unit),
            })
    }

    /// Whether somebody holds the office that they name. Until a tenant has recorded an
    /// administrator, the host says who is one.
    #[must_use]
    pub fn holds_office(&self, actor: &Actor, at: DateTime<Utc>) -> bool {
        let administers = |person: &Person| {
            let mut tenures = self.tenures_at(&person.id, at);
            tenures.any(|tenure| tenure.role == Role::Administrator)
        };
        self.holds(&actor.person, actor.role, &actor.unit, at) || !self.people().any(administers)
    }

    /// Whether somebody may set up the tenant from the office that they name; which roles may, each
    /// command says itself.
    #[must_use]
    pub fn may_set_up(&self, actor: &Actor, at: DateTime<Utc>) -> bool {
        let bound = matches!(actor.role, Role::Administrator | Role::CityOffice);
        !bound || self.holds_office(actor, at)
    }

    /// The active people with a role at exactly this place at an instant, by code.
    #[must_use]
    pub fn holders(&self, role: Role, place: &Place, at: DateTime<Utc>) -> Vec<&PersonId> {
        let ever = self.staff.get(place).into_iter().flatten();
        let held_here = |tenure: &Tenure| tenure.role == role && tenure.place == *place;
        ever.filter(|person| self.tenures_at(person, at).any(held_here))
            .collect()
    }

    /// The grids at which a person held any role at an instant, by code, each once.
    #[must_use]
    pub fn grids_of(&self, person: &PersonId, at: DateTime<Utc>) -> Vec<&GridId> {
        let grids = self
            .tenures_at(person, at)
            .filter_map(|tenure| match &tenure.place {
                Place::Grid(grid) if self.grid_active(grid, at) => Some(grid),
                _ => None,
            });
        grids.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The leader of a grid at an instant; for a level-2 grid, the leader of its level-1 grid.
    /// Where two are recorded, the first by code.
    #[must_use]
    pub fn grid_leader(&self, grid: &GridId, at: DateTime<Utc>) -> Option<&PersonId> {
        let level_one = self.level_one(grid, at)?.clone();
        self.holders(Role::GridLeader, &Place::Grid(level_one), at)
            .into_iter()
            .next()
    }

    /// Whether an active unit served a grid for a matter at an instant.
    #[must_use]
    pub fn serves(
        &self,
        unit: &UnitId,
        matter: &MatterCode,
        grid: &GridId,
        at: DateTime<Utc>,
    ) -> bool {
        let matches = |service: &Service| service.contains(at) && service.matter.matches(matter);
        self.unit_active(unit, at)
            && self.areas_of(grid, at).iter().any(|area| {
                let services = self
                    .services
                    .get(area)
                    .and_then(|by_unit| by_unit.get(unit));
                services.into_iter().flatten().any(matches)
            })
    }

    /// The active units that served a grid for a matter at an instant, each once: the most
    /// specific area first, within it the most exact naming of the matter, then by code.
    #[must_use]
    pub fn units_serving(
        &self,
        matter: &MatterCode,
        grid: &GridId,
        at: DateTime<Utc>,
    ) -> Vec<&UnitId> {
        let mut found: Vec<&UnitId> = Vec::new();
        for area in self.areas_of(grid, at) {
            let mut here: Vec<(usize, &UnitId)> = Vec::new();
            for (unit, services) in self.services.get(&area).into_iter().flatten() {
                let fitting = services
                    .iter()
                    .filter(|service| service.contains(at) && service.matter.matches(matter));
                if let Some(precision) = fitting.map(|service| service.matter.precision()).max()
                    && self.unit_active(unit, at)
                    && !found.contains(&unit)
                {
                    here.push((usize::MAX - precision, unit));
                }
            }
            here.sort_unstable();
            found.extend(here.into_iter().map(|(_, unit)| unit));
        }
        found
    }

    /// Who served a matter at an instant, and where, in the order of areas and units.
    pub fn services_for<'a>(
        &'a self,
        matter: &'a MatterCode,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a Service> {
        let all = self.services.values().flat_map(|by_unit| by_unit.values());
        all.flatten().filter(move |service| {
            service.contains(at)
                && service.matter.matches(matter)
                && self.unit_active(&service.unit, at)
        })
    }

    /// The areas that hold a grid at an instant, the most specific first. Empty when the grid was
    /// not active then.
    #[must_use]
    pub fn areas_of(&self, grid: &GridId, at: DateTime<Utc>) -> Vec<Area> {
        let Some(level_one) = self.level_one(grid, at) else {
            return Vec::new();
        };
        let mut areas = vec![Area::Within(Place::Grid(grid.clone()))];
        if level_one != grid {
            areas.push(Area::Within(Place::Grid(level_one.clone())));
        }
        if let Some(community) = self.community_of(grid, at) {
            let units = self.chain(community, at).cloned();
            areas.extend(units.map(|unit| Area::Within(Place::Unit(unit))));
        }
        areas.push(Area::Everywhere);
        areas
    }

    /// Every unit and grid that bears a name at an instant, in either language. More than one
    /// answer is a double name: ask for the code.
    #[must_use]
    pub fn find_by_name(&self, name: &str, at: DateTime<Utc>) -> Vec<&Place> {
        let bears = |text: &crate::text::Text| text.zh == name || text.en == name;
        let ever = self.names.get(name).into_iter().flatten();
        ever.filter(|place| match place {
            Place::Unit(unit) => self.unit_at(unit, at).is_some_and(|unit| bears(&unit.name)),
            Place::Grid(grid) => self.grid_at(grid, at).is_some_and(|grid| bears(&grid.name)),
        })
        .collect()
    }
}
