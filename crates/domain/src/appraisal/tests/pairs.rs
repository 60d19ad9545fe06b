//! Who met whom, from what happened.

use super::*;
use crate::appraisal::{Encounter, rosters, speaks};
use crate::registry::Registry;
use crate::registry::csv::{Batch, CsvKind};

const UNITS: &str = "unit_id,kind,level,name_zh,parent,valid_from
CITY,city,,市,,2020-01-01
D-1,district,,区,CITY,2020-01-01
S-1,street,,街道,D-1,2020-01-01
C-1,community,,社区,S-1,2020-01-01
O-1,party_org,,第一党支部,C-1,2020-01-01
B-water,department,district,水务局,D-1,2020-01-01
";
const GRIDS: &str = "grid_id,level,kind,name_zh,community,parent_grid,party_org,valid_from
G-1,one,basic,一格,C-1,,O-1,2020-01-01
G-1-1,two,basic,一格一栋,,G-1,,2020-01-01
G-2,one,basic,二格,C-1,,,2020-01-01
G-3,one,basic,三格,C-1,,,2020-01-01
";
const PEOPLE: &str = "person_id,name,employment,valid_from
P-first,甲,part_time,2020-01-01
P-second,乙,part_time,2020-01-01
P-old,丙,full_time,2020-01-01
P-new,丁,full_time,2020-01-01
";
const TENURES: &str = "person,role,place,valid_from,valid_to
P-first,party_org_secretary,unit:O-1,2020-01-01,
P-second,party_org_secretary,grid:G-2,2020-01-01,
P-second,community_secretary,unit:C-1,2020-01-01,
P-old,department_leader,unit:B-water,2020-01-01,2026-02-01
P-new,department_leader,unit:B-water,2026-02-01,
";

fn registry() -> Registry {
    let files = [
        (CsvKind::Units, UNITS.as_bytes()),
        (CsvKind::Grids, GRIDS.as_bytes()),
        (CsvKind::People, PEOPLE.as_bytes()),
        (CsvKind::Tenures, TENURES.as_bytes()),
    ];
    let import = Batch::read(files).expect("good files").command();
    let admin = Actor::new("admin", Role::Administrator, "CITY");
    let mut registry = Registry::default();
    let events = registry.decide(&import, at("2026-01-01T00:00"), &admin);
    events
        .expect("sound")
        .iter()
        .for_each(|event| registry.evolve(event));
    registry
}

fn met(grid: &str, unit: &str, day: &str, meeting: bool) -> Encounter {
    Encounter {
        grid: grid.into(),
        unit: unit.into(),
        at: at(&format!("{day}T10:00")),
        meeting,
    }
}

/// Rater, rated, legs, meetings: a line each.
fn told(encounters: &[Encounter]) -> Vec<String> {
    let rosters = rosters(&registry(), encounters.to_vec());
    let of_rater = |(rater, roster): (&Place, &crate::appraisal::Roster)| {
        let line = |met: Met| format!("{rater} {} {} {}", met.ratee, met.legs, met.meetings);
        roster.met().into_iter().map(line).collect::<Vec<_>>()
    };
    rosters.iter().flat_map(of_rater).collect()
}

#[test]
fn the_organisation_of_the_grid_rates_the_unit_and_who_led_it_then() {
    let encounters = [
        // A building of the first grid: bound to the organisation through its level-1 grid.
        met("G-1-1", "B-water", "2026-01-20", false),
        met("G-1", "B-water", "2026-02-10", false),
        met("G-1", "B-water", "2026-03-10", true),
        // No organisation is bound to the second grid, but it has a secretary.
        met("G-2", "B-water", "2026-03-10", true),
        // The third has neither: nobody speaks for it.
        met("G-3", "B-water", "2026-03-10", false),
    ];
    assert_eq!(
        told(&encounters),
        [
            "unit:O-1 unit:B-water 2 1",
            "unit:O-1 person:P-new@B-water 1 1",
            "unit:O-1 person:P-old@B-water 1 0",
            "grid:G-2 unit:B-water 0 1",
            "grid:G-2 person:P-new@B-water 0 1",
        ]
    );
}

#[test]
fn nobody_rates_their_own_organisation_or_secretary() {
    let encounters = [
        met("G-1", "O-1", "2026-01-20", false),
        // The secretary of the second grid also leads the community.
        met("G-2", "C-1", "2026-01-20", false),
        met("G-1", "C-1", "2026-01-20", false),
    ];
    assert_eq!(
        told(&encounters),
        [
            "unit:O-1 unit:C-1 1 0",
            "unit:O-1 person:P-second@C-1 1 0",
            "grid:G-2 unit:C-1 1 0",
        ]
    );
    assert_eq!(told(&[]), Vec::<String>::new());
}

#[test]
fn a_secretary_speaks_for_the_organisation_while_in_office() {
    let registry = registry();
    let speaks = |person: &str, rater: &Place, day: &str| {
        let grids = BTreeSet::from(["G-2".into()]);
        speaks(&registry, &person.into(), (rater, &grids), at(day))
    };
    let (own, second) = (Place::Unit("O-1".into()), Place::Grid("G-2".into()));
    assert!(speaks("P-first", &own, "2026-03-01T09:00"));
    assert!(speaks("P-second", &second, "2026-03-01T09:00"));
    assert!(!speaks("P-first", &second, "2026-03-01T09:00"));
    assert!(!speaks("P-old", &own, "2026-03-01T09:00"), "another office");
    assert!(!speaks("P-first", &own, "2019-03-01T09:00"), "not yet");
}
