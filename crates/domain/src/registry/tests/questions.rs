//! What the registry answers, as of an instant.

use super::city::{city, day};
use crate::actor::Role;
use crate::ids::{GridId, MatterCode, UnitId};
use crate::registry::csv::CsvKind;
use crate::registry::{GridPath, Place};

#[test]
fn a_grid_answers_its_path() {
    let path = GridPath {
        grid: "G-1-1".into(),
        level_one: "G-1".into(),
        community: "C-1".into(),
        street: "S-1".into(),
        district: "D-1".into(),
    };
    assert_eq!(
        city().grid_path(&"G-1-1".into(), day("2020-01-01")),
        Some(path)
    );
    assert_eq!(city().grid_path(&"G-1-1".into(), day("2019-12-31")), None);
    assert_eq!(city().grid_path(&"nowhere".into(), day("2020-01-01")), None);
}

#[test]
fn a_street_under_the_city_answers_the_city_as_its_district() {
    let mut registry = city();
    registry
        .line(CsvKind::Units, "S-3,street,,新城街道,,CITY,,2020-01-01,")
        .unwrap();
    registry
        .line(CsvKind::Units, "C-3,community,,新城社区,,S-3,,2020-01-01,")
        .unwrap();
    registry
        .line(CsvKind::Grids, "G-3,one,basic,新城,,C-3,,,,,2020-01-01,")
        .unwrap();
    let path = registry
        .grid_path(&"G-3".into(), day("2021-01-01"))
        .unwrap();
    assert_eq!(
        (path.level_one, path.district),
        ("G-3".into(), "CITY".into())
    );
}

#[test]
fn units_know_what_is_above_them() {
    let (registry, at) = (city(), day("2021-01-01"));
    assert_eq!(registry.parent(&"C-1".into(), at), Some(&"S-1".into()));
    assert_eq!(registry.parent(&"CITY".into(), at), None);
    assert!(registry.is_within(&"C-1".into(), &"CITY".into(), at));
    assert!(registry.is_within(&"C-1".into(), &"C-1".into(), at));
    assert!(!registry.is_within(&"C-1".into(), &"S-2".into(), at));
    assert!(!registry.is_within(&"C-1".into(), &"CITY".into(), day("2019-01-01")));
    let street = |place: &str| registry.street_of(&place.parse().unwrap(), at).cloned();
    assert_eq!(street("grid:G-1-1"), Some("S-1".into()));
    assert_eq!(street("unit:P-1"), Some("S-1".into()));
    assert_eq!(street("unit:D-1"), None);
    assert_eq!(
        registry.district_of(&Place::Unit("C-2".into()), at),
        Some(&"D-1".into())
    );
}

#[test]
fn a_tenure_counts_within_its_period_and_at_its_place() {
    let registry = city();
    let holds = |person: &str, role, unit: &str, date| {
        registry.holds(&person.into(), role, &unit.into(), day(date))
    };
    assert!(holds(
        "wu",
        Role::DepartmentHandler,
        "B-water",
        "2023-12-31"
    ));
    assert!(!holds(
        "wu",
        Role::DepartmentHandler,
        "B-water",
        "2024-01-01"
    ));
    assert!(!holds(
        "wu",
        Role::DepartmentHandler,
        "B-city",
        "2023-12-31"
    ));
    assert!(!holds(
        "wu",
        Role::DepartmentLeader,
        "B-water",
        "2023-12-31"
    ));
    assert!(
        holds("chen", Role::GridOfficer, "C-1", "2024-01-01"),
        "a grid counts for its community"
    );
    assert!(!holds("chen", Role::GridOfficer, "S-1", "2024-01-01"));
    assert!(!holds("nobody", Role::GridOfficer, "C-1", "2024-01-01"));
}

#[test]
fn a_person_who_is_not_active_holds_nothing() {
    let mut registry = city();
    registry
        .line(
            CsvKind::People,
            "chen,陈网格,full_time,2020-01-01,2023-01-01",
        )
        .unwrap();
    let at = day("2023-01-01");
    assert!(!registry.person_active(&"chen".into(), at));
    assert!(!registry.holds(&"chen".into(), Role::GridOfficer, &"C-1".into(), at));
    assert!(registry.grids_of(&"chen".into(), at).is_empty());
    assert_eq!(
        registry.grids_of(&"chen".into(), day("2022-01-01")),
        [&GridId::from("G-1-1")]
    );
}

#[test]
fn the_leader_of_a_building_is_the_leader_of_its_estate() {
    let (registry, at) = (city(), day("2021-01-01"));
    assert_eq!(
        registry.grid_leader(&"G-1-1".into(), at),
        Some(&"lin".into())
    );
    assert_eq!(registry.grid_leader(&"G-2".into(), at), None);
    let place = "grid:G-1-1".parse().unwrap();
    assert_eq!(
        registry.holders(Role::GridOfficer, &place, at),
        [&"chen".into()]
    );
}

#[test]
fn units_serve_by_matter_and_area_the_nearest_first() {
    let registry = city();
    let serving = |matter: &str, date| -> Vec<UnitId> {
        let (matter, grid) = (MatterCode::from(matter), "G-1-1".into());
        let units = registry.units_serving(&matter, &grid, day(date));
        let units: Vec<UnitId> = units.into_iter().cloned().collect();
        assert!(
            units
                .iter()
                .all(|unit| registry.serves(unit, &matter, &grid, day(date)))
        );
        units
    };
    let ids = |ids: &[&str]| ids.iter().map(|id| UnitId::from(*id)).collect::<Vec<_>>();
    assert_eq!(
        serving("environment.noise", "2022-01-01"),
        ids(&["S-1", "B-water", "B-city"])
    );
    assert_eq!(
        serving("environment.noise", "2023-01-01"),
        ids(&["B-water", "B-city"])
    );
    assert_eq!(
        serving("civility.littering", "2022-01-01"),
        ids(&["B-city"])
    );
    assert_eq!(serving("environment.noise", "2019-01-01"), ids(&[]));
    let serves = |unit: &str| {
        registry.serves(
            &unit.into(),
            &"civility.x".into(),
            &"G-1".into(),
            day("2022-01-01"),
        )
    };
    assert!(!serves("B-water"));
    assert!(!serves("unknown"));
}

#[test]
fn within_an_area_the_exact_matter_comes_first() {
    let mut registry = city();
    for line in [
        "S-2,environment.*,unit:D-1",
        "B-city,environment.river,unit:D-1",
    ] {
        registry
            .line(CsvKind::Services, &format!("{line},2020-01-01,"))
            .unwrap();
    }
    let (matter, grid) = ("environment.river".into(), "G-1".into());
    let units = registry.units_serving(&matter, &grid, day("2024-01-01"));
    assert_eq!(
        units,
        [&"B-city".into(), &"B-water".into(), &UnitId::from("S-2")]
    );
}

#[test]
fn a_closed_unit_serves_nothing() {
    let mut registry = city();
    let line = "B-water,department,district,区水务局,Water Bureau,D-1,政务大楼 3 楼 0591-87654321,2020-01-01,2023-01-01";
    registry.line(CsvKind::Units, line).unwrap();
    let serves = |date| {
        registry.serves(
            &"B-water".into(),
            &"environment.x".into(),
            &"G-1".into(),
            day(date),
        )
    };
    assert!(serves("2022-12-31"));
    assert!(!serves("2023-01-01"));
}

#[test]
fn double_names_are_all_found_as_they_were_then() {
    let mut registry = city();
    registry
        .line(CsvKind::Units, "C-9,community,,河东社区,,S-2,,2022-01-01,")
        .unwrap();
    let found = |name: &str, date| -> Vec<String> {
        registry
            .find_by_name(name, day(date))
            .into_iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(found("河东社区", "2021-01-01"), ["unit:C-1"]);
    assert_eq!(found("河东社区", "2022-01-01"), ["unit:C-1", "unit:C-9"]);
    assert_eq!(found("Building One", "2022-01-01"), ["grid:G-1-1"]);
    assert_eq!(found("没有", "2022-01-01"), Vec::<String>::new());
}
