//! Units, grids and people in office, at an instant, of all of the tenant or below a unit.

use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::ids::{GridId, PersonId, UnitId};
use gridwhistle_domain::registry::{GridKind, GridLevel, GridSeat, Place, Registry, UnitKind};
use gridwhistle_domain::text::Text;
use serde::Serialize;

/// The units of an instant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Units {
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// By code.
    pub units: Vec<UnitShown>,
}

/// One unit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UnitShown {
    /// Its code.
    pub unit: UnitId,
    /// Its kind.
    pub kind: UnitKind,
    /// Its name.
    pub name: Text,
    /// The unit above.
    pub parent: Option<UnitId>,
}

/// The grids of an instant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Grids {
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// By code.
    pub grids: Vec<GridShown>,
}

/// One grid.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GridShown {
    /// Its code.
    pub grid: GridId,
    /// One or two.
    pub level: GridLevel,
    /// Basic or dedicated.
    pub kind: GridKind,
    /// Its name.
    pub name: Text,
    /// The code of its community, or of the level-1 grid that it is a part of.
    pub within: String,
}

/// Who holds which office at an instant.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct People {
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// An entry for each office.
    pub people: Vec<Holder>,
}

/// One office that somebody holds.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Holder {
    /// The person's code.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The unit; of an office at a grid, the grid's community.
    pub unit: UnitId,
    /// The grid, for an office at one.
    pub grid: Option<GridId>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when, where the end is known already.
    pub until: Option<DateTime<Utc>>,
    /// As `--as` and `Gridwhistle-Office` take it, with the person before it.
    #[serde(rename = "as")]
    pub actor: String,
}

/// What part of a registry is meant, and when.
struct Part<'a> {
    registry: &'a Registry,
    within: Option<&'a UnitId>,
    at: DateTime<Utc>,
}

impl Part<'_> {
    fn holds(&self, unit: &UnitId) -> bool {
        let within = self.within;
        within.is_none_or(|above| unit == above || self.registry.is_within(unit, above, self.at))
    }
}

impl Units {
    /// Those of the tenant, or of a unit and what is below it.
    #[must_use]
    pub fn of(registry: &Registry, within: Option<&UnitId>, at: DateTime<Utc>) -> Self {
        let part = Part {
            registry,
            within,
            at,
        };
        let units = registry.units().filter_map(|unit| {
            let details = registry.unit_at(&unit.id, at)?;
            part.holds(&unit.id).then(|| UnitShown {
                unit: unit.id.clone(),
                kind: unit.kind,
                name: details.name.clone(),
                parent: registry.parent(&unit.id, at).cloned(),
            })
        });
        Self {
            as_of: at,
            units: units.collect(),
        }
    }
}

impl Grids {
    /// Those of the tenant, or below a unit.
    #[must_use]
    pub fn of(registry: &Registry, within: Option<&UnitId>, at: DateTime<Utc>) -> Self {
        let part = Part {
            registry,
            within,
            at,
        };
        let grids = registry.grids().filter_map(|grid| {
            let details = registry.grid_at(&grid.id, at)?;
            let community = registry.community_of(&grid.id, at)?;
            let within = match &details.seat {
                GridSeat::Community(unit) => unit.to_string(),
                GridSeat::Grid(grid) => grid.to_string(),
            };
            part.holds(community).then(|| GridShown {
                grid: grid.id.clone(),
                level: grid.level,
                kind: grid.kind,
                name: details.name.clone(),
                within,
            })
        });
        Self {
            as_of: at,
            grids: grids.collect(),
        }
    }
}

impl People {
    /// Who holds office in the tenant, or at a unit and below it.
    #[must_use]
    pub fn of(registry: &Registry, within: Option<&UnitId>, at: DateTime<Utc>) -> Self {
        let part = Part {
            registry,
            within,
            at,
        };
        let mut people = Vec::new();
        for person in registry.people() {
            let Some(details) = registry.person_at(&person.id, at) else {
                continue;
            };
            for tenure in registry.tenures_at(&person.id, at) {
                let (unit, grid) = match &tenure.place {
                    Place::Unit(unit) => (Some(unit), None),
                    Place::Grid(grid) => (registry.community_of(grid, at), Some(grid)),
                };
                let Some(unit) = unit.filter(|unit| part.holds(unit)) else {
                    continue;
                };
                people.push(Holder {
                    person: person.id.clone(),
                    name: details.name.clone(),
                    role: tenure.role,
                    unit: unit.clone(),
                    grid: grid.cloned(),
                    from: tenure.from,
                    until: tenure.to,
                    actor: format!("{}/{}/{unit}", person.id, tenure.role.code()),
                });
            }
        }
        Self { as_of: at, people }
    }
}
