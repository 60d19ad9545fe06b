//! Every command and every fact.

use super::city::{admin, city, day, files, names};
use crate::actor::Role;
use crate::registry::csv::{Batch, CsvKind};
use crate::registry::{Registry, RegistryCommand as C, RegistryFact as F, RegistryOrder};
use cqrs_es::test::TestFramework;

#[test]
fn a_whole_city_is_one_import_in_the_order_of_things() {
    let import = Batch::read(files()).unwrap().command();
    let facts = Registry::default().take(&import).unwrap();
    let count = |name| facts.iter().filter(|fact| fact.name() == name).count();
    assert_eq!(count("UnitRegistered"), 10);
    assert_eq!(count("GridRegistered"), 3);
    assert_eq!(count("PersonRegistered"), 3);
    assert_eq!(count("TenureBegun"), 3);
    assert_eq!(count("ServiceGranted"), 3);
    assert_eq!(facts.len(), 22);
}

#[test]
fn lines_may_stand_in_any_order() {
    let C::Import(mut commands) = Batch::read(files()).unwrap().command() else {
        unreachable!()
    };
    commands.reverse();
    let mut registry = Registry::default();
    registry.take(&C::Import(commands)).unwrap();
    for unit in city().units() {
        assert_eq!(registry.unit(&unit.id), Some(unit));
    }
    assert_eq!(registry.grids().count(), 3);
}

#[test]
fn importing_twice_changes_nothing() {
    let mut registry = city();
    let before = registry.clone();
    let import = Batch::read(files()).unwrap().command();
    assert_eq!(registry.take(&import), Ok(Vec::new()));
    assert_eq!(registry, before);
}

#[test]
fn importing_the_first_file_again_after_a_change_changes_nothing() {
    let mut registry = city();
    registry
        .line(
            CsvKind::Units,
            "C-1,community,,河东社区,River East,S-2,,2024-01-01,",
        )
        .unwrap();
    let before = registry.clone();
    assert_eq!(
        registry.take(&Batch::read(files()).unwrap().command()),
        Ok(Vec::new())
    );
    assert_eq!(registry, before);
}

#[test]
fn reparenting_a_unit_adds_a_period_and_keeps_what_was() {
    let mut registry = city();
    let facts = registry
        .line(
            CsvKind::Units,
            "C-1,community,,河东社区,River East,S-2,,2024-01-01,",
        )
        .unwrap();
    assert_eq!(names(&facts), ["UnitRevised"]);
    let street = |date| {
        registry
            .grid_path(&"G-1-1".into(), day(date))
            .unwrap()
            .street
    };
    assert_eq!(street("2023-12-31"), "S-1".into());
    assert_eq!(street("2024-01-01"), "S-2".into());
}

#[test]
fn reparenting_a_grid_adds_a_period_and_keeps_what_was() {
    let mut registry = city();
    let facts = registry
        .line(
            CsvKind::Grids,
            "G-1,one,basic,河东一区,Estate One,C-2,,,,东至河,2024-01-01,",
        )
        .unwrap();
    assert_eq!(names(&facts), ["GridRevised"]);
    let community = |date| registry.community_of(&"G-1-1".into(), day(date)).cloned();
    assert_eq!(community("2023-12-31"), Some("C-1".into()));
    assert_eq!(community("2024-01-01"), Some("C-2".into()));
}

#[test]
fn a_file_with_history_reads_as_changes_and_closures() {
    let text = "unit_id,kind,level,name_zh,parent,valid_from,valid_to
N-1,department,district,旧名局,D-1,2020-01-01,2022-01-01
N-1,department,district,新名局,D-1,2022-01-01,2023-01-01
N-1,department,district,新名局,D-1,2024-01-01,";
    let batch = Batch::read([(CsvKind::Units, text.as_bytes())]).unwrap();
    let mut registry = city();
    let facts = registry.take(&batch.command()).unwrap();
    assert_eq!(
        names(&facts),
        ["UnitRegistered", "UnitRevised", "UnitClosed", "UnitRevised"]
    );
    let name = |date| {
        registry
            .unit_at(&"N-1".into(), day(date))
            .map(|unit| unit.name.zh.clone())
    };
    assert_eq!(name("2021-12-31"), Some("旧名局".into()));
    assert_eq!(name("2022-01-01"), Some("新名局".into()));
    assert_eq!(name("2023-06-01"), None);
    assert_eq!(name("2024-06-01"), Some("新名局".into()));
    assert_eq!(registry.take(&batch.command()), Ok(Vec::new()));
}

#[test]
fn a_parent_may_change_its_name_while_children_stay() {
    let text = "unit_id,kind,name_zh,name_en,parent,valid_from,valid_to
S-1,street,河口街道,River Mouth,D-1,2020-01-01,2024-01-01
S-1,street,新河口街道,River Mouth,D-1,2024-01-01,";
    let mut registry = city();
    let batch = Batch::read([(CsvKind::Units, text.as_bytes())]).unwrap();
    assert_eq!(
        names(&registry.take(&batch.command()).unwrap()),
        ["UnitRevised"]
    );
    assert!(registry.is_within(&"C-1".into(), &"S-1".into(), day("2025-01-01")));
}

#[test]
fn an_announced_closure_outlives_a_change() {
    let mut registry = city();
    registry
        .take(&C::CloseUnit {
            unit: "B-water".into(),
            until: day("2027-01-01"),
        })
        .unwrap();
    let line = "B-water,department,district,区水利局,Water Bureau,D-1,,2026-01-01,";
    let facts = registry.line(CsvKind::Units, line).unwrap();
    assert_eq!(names(&facts), ["UnitRevised", "UnitClosed"]);
    assert!(!registry.unit_active(&"B-water".into(), day("2027-01-01")));
}

#[test]
fn things_end_and_ending_them_twice_changes_nothing() {
    let mut registry = city();
    let until = day("2025-01-01");
    let (person, place) = ("chen".into(), "grid:G-1-1".parse().unwrap());
    let area = "everywhere".parse().unwrap();
    let commands = [
        (
            C::EndTenure {
                person,
                role: Role::GridOfficer,
                place,
                until,
            },
            "TenureEnded",
        ),
        (
            C::DeactivatePerson {
                person: "chen".into(),
                until,
            },
            "PersonDeactivated",
        ),
        (
            C::CloseGrid {
                grid: "G-1-1".into(),
                until,
            },
            "GridClosed",
        ),
        (
            C::CloseUnit {
                unit: "B-water".into(),
                until,
            },
            "UnitClosed",
        ),
        (
            C::WithdrawService {
                unit: "B-city".into(),
                matter: "*".parse().unwrap(),
                area,
                until,
            },
            "ServiceWithdrawn",
        ),
    ];
    for (command, fact) in commands {
        assert_eq!(names(&registry.take(&command).unwrap()), [fact]);
        assert_eq!(registry.take(&command), Ok(Vec::new()), "{command:?}");
    }
    assert!(!registry.grid_active(&"G-1-1".into(), until));
    assert!(registry.grid_active(&"G-1-1".into(), day("2024-12-31")));
}

#[test]
fn a_line_with_an_end_ends_what_was_open() {
    let mut registry = city();
    let facts = registry.line(
        CsvKind::Units,
        "B-city,department,city,市城管局,City Management,CITY,,2020-01-01,2025-01-01",
    );
    assert_eq!(names(&facts.unwrap()), ["UnitClosed"]);
    let facts = registry.line(
        CsvKind::Grids,
        "G-1-1,two,basic,一号楼,Building One,,G-1,,,,2020-01-01,2025-01-01",
    );
    assert_eq!(names(&facts.unwrap()), ["GridClosed"]);
    let facts = registry.line(
        CsvKind::Tenures,
        "chen,grid_officer,grid:G-1-1,2020-01-01,2025-01-01",
    );
    assert_eq!(names(&facts.unwrap()), ["TenureEnded"]);
    let facts = registry.line(
        CsvKind::People,
        "chen,陈网格,full_time,2020-01-01,2025-01-01",
    );
    assert_eq!(names(&facts.unwrap()), ["PersonDeactivated"]);
    let facts = registry.line(
        CsvKind::Services,
        "B-water,environment.*,unit:D-1,2020-01-01,2025-01-01",
    );
    assert_eq!(names(&facts.unwrap()), ["ServiceWithdrawn"]);
    let facts = registry.line(CsvKind::People, "chen,陈网格,part_time,2026-01-01,");
    assert_eq!(names(&facts.unwrap()), ["PersonRevised"]);
}

#[test]
fn a_leader_may_follow_another_in_one_file_in_any_order() {
    let text = "person,role,place,valid_from,valid_to
wu,grid_leader,grid:G-1,2024-01-01,
lin,grid_leader,grid:G-1,2020-01-01,2024-01-01";
    let mut registry = city();
    let batch = Batch::read([(CsvKind::Tenures, text.as_bytes())]).unwrap();
    assert_eq!(
        names(&registry.take(&batch.command()).unwrap()),
        ["TenureEnded", "TenureBegun"]
    );
    let leader = |date| registry.grid_leader(&"G-1-1".into(), day(date)).cloned();
    assert_eq!(leader("2023-12-31"), Some("lin".into()));
    assert_eq!(leader("2024-01-01"), Some("wu".into()));
}

#[test]
fn the_aggregate_runs_on_the_framework() {
    let command = Batch::read([(CsvKind::People, super::city::PEOPLE.as_bytes())])
        .unwrap()
        .command();
    let order = RegistryOrder {
        command,
        now: day("2026-03-02"),
        actor: admin(),
    };
    let events = TestFramework::<Registry>::with(())
        .given_no_previous_events()
        .when(order.clone())
        .inspect_result()
        .unwrap();
    assert_eq!(events.len(), 3);
    assert!(matches!(events[0].fact, F::PersonRegistered { .. }));
    assert_eq!(
        cqrs_es::DomainEvent::event_type(&events[0]),
        "PersonRegistered"
    );
    TestFramework::<Registry>::with(())
        .given(events)
        .when(order)
        .then_expect_events(Vec::new());
}

#[test]
fn a_snapshot_comes_back_as_it_was() {
    let registry = city();
    let json = serde_json::to_string(&registry).unwrap();
    assert_eq!(serde_json::from_str::<Registry>(&json).unwrap(), registry);
}
