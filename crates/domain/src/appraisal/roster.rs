//! Who met whom: the pairs of a round, from what happened in its quarter.
//!
//! The rater is the party organisation of a case's grid (支部建在网格上, `DOMAIN.md` row 5): the one
//! bound to the grid or to its level-1 grid; where none is recorded but a secretary holds office at
//! the level-1 grid, that grid's own. Who answers for a unit is its leader at the time (row 6).

use super::ratee::{Met, Ratee};
use crate::actor::Role;
use crate::ids::{GridId, PersonId, UnitId};
use crate::registry::{Place, Registry};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The offices that answer for a unit.
pub const RESPONSIBLE: [Role; 4] = [
    Role::DepartmentLeader,
    Role::StreetLeader,
    Role::CommunitySecretary,
    Role::DistrictLeader,
];

/// A unit had to do with a case of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encounter {
    /// The grid of the case.
    pub grid: GridId,
    /// The unit.
    pub unit: UnitId,
    /// When, within the period: who was in office then counts.
    pub at: DateTime<Utc>,
    /// At a coordination meeting; else by a leg.
    pub meeting: bool,
}

/// What one grid party organisation may rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The grids by which it is the rater.
    pub grids: BTreeSet<GridId>,
    met: BTreeMap<Ratee, (u32, u32)>,
}

impl Roster {
    /// Whom it met, by their order.
    #[must_use]
    pub fn met(&self) -> Vec<Met> {
        let met = |(ratee, (legs, meetings)): (&Ratee, &(u32, u32))| Met {
            ratee: ratee.clone(),
            legs: *legs,
            meetings: *meetings,
        };
        self.met.iter().map(met).collect()
    }
}

/// Who may rate whom, by rater.
#[must_use]
pub fn rosters(
    registry: &Registry,
    encounters: impl IntoIterator<Item = Encounter>,
) -> BTreeMap<Place, Roster> {
    let mut rosters: BTreeMap<Place, Roster> = BTreeMap::new();
    for Encounter {
        grid,
        unit,
        at,
        meeting,
    } in encounters
    {
        let Some((rater, own)) = rater_of(registry, &grid, at) else {
            continue;
        };
        if rater == Place::Unit(unit.clone()) {
            continue;
        }
        let own = BTreeSet::from([own.clone()]);
        let of_unit = |person: &&PersonId| !speaks(registry, person, (&rater, &own), at);
        let place = Place::Unit(unit.clone());
        let leaders = RESPONSIBLE.iter().flat_map(|role| {
            let holders = registry.holders(*role, &place, at);
            holders.into_iter().filter(of_unit).collect::<Vec<_>>()
        });
        let person = |person: &PersonId| Ratee::Person {
            person: person.clone(),
            unit: unit.clone(),
        };
        let mut ratees: BTreeSet<Ratee> = leaders.map(person).collect();
        ratees.insert(Ratee::Unit(unit.clone()));
        let roster = rosters.entry(rater).or_default();
        roster.grids.extend(own);
        for ratee in ratees {
            let (legs, meetings) = roster.met.entry(ratee).or_default();
            *(if meeting { meetings } else { legs }) += 1;
        }
    }
    rosters
}

/// The party organisation of a grid at an instant, and the grid that it is bound to.
fn rater_of<'a>(
    registry: &'a Registry,
    grid: &'a GridId,
    at: DateTime<Utc>,
) -> Option<(Place, &'a GridId)> {
    let level_one = registry.level_one(grid, at)?;
    let bound = |grid: &'a GridId| {
        let org = registry.grid_at(grid, at)?.party_org.clone()?;
        Some((Place::Unit(org), grid))
    };
    let of_grid = || {
        let place = Place::Grid(level_one.clone());
        let secretaries = registry.holders(Role::PartyOrgSecretary, &place, at);
        (!secretaries.is_empty()).then_some((place, level_one))
    };
    bound(grid).or_else(|| bound(level_one)).or_else(of_grid)
}

/// Whether somebody is secretary of a grid party organisation at an instant: at the organisation, or
/// at a grid that it is bound to.
#[must_use]
pub fn speaks(
    registry: &Registry,
    person: &PersonId,
    (rater, grids): (&Place, &BTreeSet<GridId>),
    at: DateTime<Utc>,
) -> bool {
    let secretary = |place: &Place| {
        place == rater || matches!(place, Place::Grid(grid) if grids.contains(grid))
    };
    registry
        .tenures_at(person, at)
        .any(|tenure| tenure.role == Role::PartyOrgSecretary && secretary(&tenure.place))
}
