//! `registry show units|grids|people`: who and what there is, with the codes that commands take.

use crate::args::{RegistryShow, Within};
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::ids::UnitId;
use gridwhistle::domain::policy::words;
use gridwhistle::domain::registry::{GridSeat, Place, Registry};
use gridwhistle::domain::text::Text;
use serde::Serialize;

#[derive(Serialize)]
struct Units<'a> {
    as_of: DateTime<Utc>,
    units: Vec<UnitShown<'a>>,
}

#[derive(Serialize)]
struct UnitShown<'a> {
    unit: &'a str,
    kind: &'static str,
    name: &'a Text,
    parent: Option<&'a UnitId>,
    /// The kind for people.
    #[serde(skip)]
    told: String,
}

#[derive(Serialize)]
struct Grids<'a> {
    as_of: DateTime<Utc>,
    grids: Vec<GridShown<'a>>,
}

#[derive(Serialize)]
struct GridShown<'a> {
    grid: &'a str,
    level: &'static str,
    kind: &'static str,
    name: &'a Text,
    within: &'a str,
    /// Kind and place for people.
    #[serde(skip)]
    told: [String; 2],
}

#[derive(Serialize)]
struct People<'a> {
    as_of: DateTime<Utc>,
    people: Vec<Holder<'a>>,
}

/// One office that somebody holds.
#[derive(Serialize)]
struct Holder<'a> {
    person: &'a str,
    name: &'a str,
    role: &'static str,
    /// The role for people.
    #[serde(skip)]
    told: String,
    unit: String,
    grid: Option<String>,
    /// As `--as` takes it.
    #[serde(rename = "as")]
    actor: String,
}

fn columns() -> [Column; 4] {
    [
        Column::from(W::HCode).whole(),
        Column::from(W::HName).least(16),
        Column::from(W::HKind).rank(2),
        Column::from(W::HParent).rank(1).least(12),
    ]
}

/// The part of the registry that is asked for, at an instant.
struct Asked<'a> {
    registry: &'a Registry,
    within: Option<UnitId>,
    at: DateTime<Utc>,
}

/// Shows a part of the registry.
///
/// # Errors
/// When the unit is not there or the store cannot be read.
pub(super) async fn run(session: &Session, what: RegistryShow) -> Result<(), Failure> {
    let engine = session.open_to_read().await?;
    let reference = engine.reference();
    let (RegistryShow::Units { within }
    | RegistryShow::Grids { within }
    | RegistryShow::People { within }) = &what;
    let Within { unit, as_of } = within;
    let at = as_of.as_of.unwrap_or_else(|| engine.now());
    let names = Names::of(&engine, at);
    let asked = Asked {
        registry: &reference.registry,
        within: unit.as_deref().map(UnitId::new),
        at,
    };
    asked.unit_is_there()?;
    match what {
        RegistryShow::Units { .. } => asked.units(session, &names),
        RegistryShow::Grids { .. } => asked.grids(session, &names),
        RegistryShow::People { .. } => asked.people(session, &names),
    }
}

impl Asked<'_> {
    fn unit_is_there(&self) -> Result<(), Failure> {
        match &self.within {
            Some(unit) if self.registry.unit(unit).is_none() => Err(Failure::not_found(
                "unit_unknown",
                told(W::UnitMissing, &[unit]),
            )),
            _ => Ok(()),
        }
    }

    fn holds(&self, unit: &UnitId) -> bool {
        let within = self.within.as_ref();
        within.is_none_or(|above| unit == above || self.registry.is_within(unit, above, self.at))
    }

    fn units(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let units = self.registry.units().filter_map(|unit| {
            let details = self.registry.unit_at(&unit.id, self.at)?;
            self.holds(&unit.id).then(|| UnitShown {
                unit: unit.id.as_str(),
                kind: unit.kind.code(),
                name: &details.name,
                parent: self.registry.parent(&unit.id, self.at),
                told: say(&words::unit_kind(unit.kind)),
            })
        });
        let shown = Units {
            as_of: self.at,
            units: units.collect(),
        };
        session.output.answer(&shown, |out| {
            let mut table = Table::new(columns());
            for one in &shown.units {
                table.row([
                    one.unit.to_owned(),
                    names.unit(Some(one.unit)),
                    one.told.clone(),
                    names.unit(one.parent.map(|unit| unit.as_str())),
                ]);
            }
            out.table(&table)
        })
    }

    fn grids(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let grids = self.registry.grids().filter_map(|grid| {
            let details = self.registry.grid_at(&grid.id, self.at)?;
            let community = self.registry.community_of(&grid.id, self.at)?;
            let (within, above) = match &details.seat {
                GridSeat::Community(unit) => (unit.as_str(), names.unit(Some(unit.as_str()))),
                GridSeat::Grid(grid) => (grid.as_str(), names.grid(Some(grid.as_str()))),
            };
            self.holds(community).then(|| GridShown {
                grid: grid.id.as_str(),
                level: grid.level.code(),
                kind: grid.kind.code(),
                name: &details.name,
                within,
                told: [say(&words::grid_kind(grid.level, grid.kind)), above],
            })
        });
        let shown = Grids {
            as_of: self.at,
            grids: grids.collect(),
        };
        session.output.answer(&shown, |out| {
            let mut table = Table::new(columns());
            for one in &shown.grids {
                let [kind, above] = one.told.clone();
                let name = names.grid(Some(one.grid));
                table.row([one.grid.to_owned(), name, kind, above]);
            }
            out.table(&table)
        })
    }

    fn people(&self, session: &Session, names: &Names) -> Result<(), Failure> {
        let mut people = Vec::new();
        for person in self.registry.people() {
            let Some(details) = self.registry.person_at(&person.id, self.at) else {
                continue;
            };
            for tenure in self.registry.tenures_at(&person.id, self.at) {
                let (unit, grid) = match &tenure.place {
                    Place::Unit(unit) => (Some(unit), None),
                    Place::Grid(grid) => (self.registry.community_of(grid, self.at), Some(grid)),
                };
                let Some(unit) = unit.filter(|unit| self.holds(unit)) else {
                    continue;
                };
                people.push(Holder {
                    person: person.id.as_str(),
                    name: &details.name,
                    role: tenure.role.code(),
                    told: say(&tenure.role.label()),
                    unit: unit.to_string(),
                    grid: grid.map(ToString::to_string),
                    actor: format!("{}/{}/{unit}", person.id, tenure.role.code()),
                });
            }
        }
        let shown = People {
            as_of: self.at,
            people,
        };
        session.output.answer(&shown, |out| {
            let mut table = Table::new([
                Column::from(W::HAs).whole(),
                Column::from(W::HName),
                Column::from(W::HRole).rank(2),
                Column::from(W::HWhere).rank(1).least(12),
            ]);
            for one in &shown.people {
                let place = match &one.grid {
                    Some(grid) => names.grid(Some(grid)),
                    None => names.unit(Some(&one.unit)),
                };
                table.row([
                    one.actor.clone(),
                    one.name.to_owned(),
                    one.told.clone(),
                    place,
                ]);
            }
            out.table(&table)
        })
    }
}
