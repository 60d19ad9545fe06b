//! One event of every form of the registry, with every optional field given.

use super::{at, by, name, words};
use RegistryFact as F;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::registry::grid::{GridDetails, GridKind, GridLevel, GridSeat};
use gridwhistle_domain::registry::person::{Employment, PersonDetails, Tenure};
use gridwhistle_domain::registry::place::{Area, Place};
use gridwhistle_domain::registry::service::Service;
use gridwhistle_domain::registry::unit::{UnitDetails, UnitKind, UnitLevel};
use gridwhistle_domain::registry::{Boundary, RegistryEvent, RegistryFact};

pub(crate) fn samples() -> Vec<RegistryEvent> {
    let facts = [units(), grids(), people(), services(), boundaries()];
    let event = |fact| RegistryEvent {
        at: at(9),
        by: by(),
        fact,
    };
    facts.into_iter().flatten().map(event).collect()
}

fn unit_details() -> UnitDetails {
    UnitDetails {
        name: name(),
        parent: Some("D-district".into()),
        contact: words(),
    }
}

fn units() -> Vec<F> {
    vec![
        F::UnitRegistered {
            unit: "B-water".into(),
            kind: UnitKind::Department,
            level: Some(UnitLevel::District),
            from: at(0),
            details: unit_details(),
        },
        F::UnitRevised {
            unit: "B-water".into(),
            from: at(1),
            details: unit_details(),
        },
        F::UnitClosed {
            unit: "B-water".into(),
            until: at(2),
        },
    ]
}

fn grid_details(seat: GridSeat) -> GridDetails {
    GridDetails {
        name: name(),
        seat,
        host: Some("O-host".into()),
        party_org: Some("O-party".into()),
        boundary: words(),
    }
}

fn grids() -> Vec<F> {
    vec![
        F::GridRegistered {
            grid: "G-1".into(),
            level: GridLevel::One,
            kind: GridKind::Dedicated,
            from: at(0),
            details: grid_details(GridSeat::Community("C-east".into())),
        },
        F::GridRevised {
            grid: "G-1-1".into(),
            from: at(1),
            details: grid_details(GridSeat::Grid("G-1".into())),
        },
        F::GridClosed {
            grid: "G-1".into(),
            until: at(2),
        },
    ]
}

fn details() -> PersonDetails {
    PersonDetails {
        name: words(),
        employment: Employment::FullTime,
    }
}

fn people() -> Vec<F> {
    let place = Place::Grid("G-1".into());
    vec![
        F::PersonRegistered {
            person: "P-officer".into(),
            from: at(0),
            details: details(),
        },
        F::PersonRevised {
            person: "P-officer".into(),
            from: at(1),
            details: details(),
        },
        F::PersonDeactivated {
            person: "P-officer".into(),
            until: at(2),
        },
        F::TenureBegun {
            person: "P-officer".into(),
            tenure: Tenure {
                role: Role::GridOfficer,
                place: place.clone(),
                from: at(0),
                to: Some(at(3)),
            },
        },
        F::TenureEnded {
            person: "P-officer".into(),
            role: Role::GridOfficer,
            place,
            until: at(2),
        },
    ]
}

fn services() -> Vec<F> {
    let unit = UnitId::from("B-water");
    let matter = serde_json::from_str("\"environment.*\"").unwrap();
    let area = Area::Within(Place::Unit("S-old-town".into()));
    vec![
        F::ServiceGranted {
            service: Service {
                unit: unit.clone(),
                matter,
                area: area.clone(),
                from: at(0),
                to: Some(at(3)),
            },
        },
        F::ServiceWithdrawn {
            unit,
            matter: serde_json::from_str("\"environment.leak\"").unwrap(),
            area,
            until: at(2),
        },
    ]
}

fn boundaries() -> Vec<F> {
    let ring = vec![
        [119_270_000, 26_040_000],
        [119_280_000, 26_040_000],
        [119_280_000, 26_050_000],
        [119_270_000, 26_040_000],
    ];
    vec![F::BoundaryDrawn {
        place: Place::Unit("S-old-town".into()),
        from: at(0),
        boundary: Boundary {
            polygons: vec![vec![ring]],
            population: Some(12_345),
        },
    }]
}
