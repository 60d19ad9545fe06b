//! Every refusal, provoked; none leaves a trace.

use super::city::{city, day};
use crate::actor::{Actor, Role};
use crate::registry::csv::CsvKind::{self, Grids, People, Services, Tenures, Units};
use crate::registry::{RegistryCommand as C, RegistryRefusal};
use crate::text::Language;

#[track_caller]
fn refused(command: &C, code: &str) -> RegistryRefusal {
    let mut registry = city();
    let refusal = registry.take(command).expect_err("a refusal");
    assert_eq!(refusal.code(), code, "{refusal}");
    let zh = refusal.message(Language::ZhCn);
    assert_ne!(zh, refusal.message(Language::En));
    assert!(
        zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{zh}"
    );
    assert!(
        refusal.message(Language::En).contains("accepted"),
        "{refusal}"
    );
    assert_eq!(registry, city(), "nothing was recorded");
    refusal
}

#[track_caller]
fn line(kind: CsvKind, line: &str, code: &str, field: &str) {
    let (_, header) = super::city::files()
        .into_iter()
        .find(|(k, _)| *k == kind)
        .expect("a kind");
    let header = String::from_utf8_lossy(header)
        .lines()
        .next()
        .expect("a header")
        .to_owned();
    let text = format!("{header}\n{line}\n");
    let commands = crate::registry::csv::parse(kind, text.as_bytes()).expect("a good line");
    assert_eq!(refused(&commands[0], code).field(), field);
}

/// Each row: the code and the field of the refusal, then the line of the file that provokes it.
#[track_caller]
fn lines(kind: CsvKind, table: &str) {
    for row in table.lines() {
        let (expected, text) = row.split_once(" | ").expect("a row");
        let (code, field) = expected.split_once(' ').expect("a code and a field");
        line(kind, text, code, field);
    }
}

#[test]
fn only_the_administrator_changes_the_registry() {
    let command = C::CloseUnit {
        unit: "B-city".into(),
        until: day("2025-01-01"),
    };
    let actor = Actor::new("chen", Role::GridOfficer, "C-1");
    let refusal = city()
        .decide(&command, day("2026-01-01"), &actor)
        .unwrap_err();
    assert_eq!(
        refusal,
        RegistryRefusal::NotAuthorised {
            role: Role::GridOfficer
        }
    );
    assert!(refusal.message(Language::ZhCn).contains("administrator"));
}

#[test]
fn units_are_refused() {
    lines(
        Units,
        "\
personal_number contact | X,department,district,局,,D-1,13800138000,2020-01-01,
personal_number contact | X,department,district,局,,D-1,+86 138-0013-8000,2020-01-01,
level_mismatch level | X,department,,局,,D-1,,2020-01-01,
level_mismatch level | X,street,city,街,,D-1,,2020-01-01,
fixed kind | C-1,street,,河东社区,River East,D-1,,2020-01-01,
fixed level | B-water,department,city,区水务局,,D-1,,2020-01-01,
history_fixed valid_from | C-1,community,,河东社区,River East,S-2,,2020-01-01,
before_history valid_from | C-1,community,,河东社区,River East,S-2,,2019-01-01,
parent_missing parent | X,community,,社区,,,,2020-01-01,
unknown_place parent | X,community,,社区,,S-9,,2020-01-01,
unknown_place parent | X,community,,社区,,S-1,,2019-01-01,
wrong_kind parent | X,community,,社区,,D-1,,2020-01-01,
wrong_kind parent | X,city,,市,,CITY,,2020-01-01,
cycle parent | X,company,,公司,,X,,2020-01-01,
still_in_use valid_to | C-1,community,,河东社区,River East,S-1,,2020-01-01,2025-01-01
still_in_use valid_to | S-1,street,,河口街道,River Mouth,D-1,,2024-01-01,2025-01-01",
    );
}

#[test]
fn a_unit_may_not_be_moved_below_itself_even_later() {
    let mut registry = city();
    for line in [
        "K-1,company,,甲公司,,C-1,,2020-01-01,",
        "K-2,company,,乙公司,,C-1,,2020-01-01,",
        "K-1,company,,甲公司,,K-2,,2027-01-01,",
    ] {
        registry.line(Units, line).unwrap();
    }
    let refusal = registry
        .line(Units, "K-2,company,,乙公司,,K-1,,2026-01-01,")
        .unwrap_err();
    assert_eq!(refusal.code(), "cycle");
}

#[test]
fn grids_are_refused() {
    lines(
        Grids,
        "\
host_mismatch host | X,one,dedicated,格,,C-1,,,,,2020-01-01,
host_mismatch host | X,one,basic,格,,C-1,,H-1,,,2020-01-01,
fixed level | G-1,two,basic,河东一区,,,G-2,,,,2020-01-01,
fixed kind | G-1,one,dedicated,河东一区,,C-1,,H-1,,,2020-01-01,
wrong_kind community | X,one,basic,格,,S-1,,,,,2020-01-01,
wrong_kind party_org | X,one,basic,格,,C-1,,,H-1,,2020-01-01,
unknown_place host | X,one,dedicated,格,,C-1,,H-9,,,2020-01-01,
unknown_place parent_grid | X,two,basic,格,,,G-9,,,,2020-01-01,
wrong_seat level | X,two,basic,格,,,G-1-1,,,,2020-01-01,
still_in_use valid_to | G-1,one,basic,河东一区,Estate One,C-1,,,P-1,东至河,2020-01-01,2025-01-01
personal_number boundary | G-1,one,basic,河东一区,,C-1,,,,身份证 350102199001011234,2024-01-01,",
    );
}

#[test]
fn people_tenures_and_services_are_refused() {
    lines(
        People,
        "\
personal_number name | X,张三 13912345678,full_time,2020-01-01,
history_fixed valid_from | chen,陈格,full_time,2020-01-01,",
    );
    lines(
        Tenures,
        "\
unknown_person person | nobody,grid_officer,grid:G-1,2020-01-01,
unknown_person person | wu,grid_officer,grid:G-1,2019-01-01,
unknown_place place | wu,grid_officer,grid:G-9,2020-01-01,
role_not_here role | wu,grid_leader,grid:G-1-1,2020-01-01,
role_not_here role | wu,resident,unit:C-1,2020-01-01,
seat_taken place | wu,grid_leader,grid:G-1,2022-01-01,
tenure_overlaps valid_from | chen,grid_officer,grid:G-1-1,2022-01-01,",
    );
    lines(
        Services,
        "\
unknown_place unit | B-nobody,*,everywhere,2020-01-01,
unknown_place area | B-water,*,grid:G-9,2020-01-01,
service_overlaps valid_from | B-water,environment.*,unit:D-1,2022-01-01,",
    );
}

#[test]
fn commands_made_by_hand_are_held_to_the_form_of_fields() {
    let details =
        serde_json::from_value(serde_json::json!({ "name": "  ", "employment": "full_time" }));
    let (person, from) = ("x".into(), day("2020-01-01"));
    let command = C::RecordPerson {
        person,
        details: details.unwrap(),
        from,
        to: None,
    };
    assert_eq!(refused(&command, "empty_field").field(), "name");
    let (unit, matter) = ("B-water".into(), "*".parse().unwrap());
    let area = "everywhere".parse().unwrap();
    let command = C::GrantService {
        unit,
        matter,
        area,
        from,
        to: Some(from),
    };
    assert_eq!(refused(&command, "period_reversed").field(), "valid_to");
}

#[test]
fn what_does_not_hold_cannot_end() {
    let until = day("2025-01-01");
    refused(
        &C::CloseUnit {
            unit: "X".into(),
            until,
        },
        "not_open",
    );
    refused(
        &C::CloseUnit {
            unit: "B-city".into(),
            until: day("2020-01-01"),
        },
        "not_open",
    );
    refused(
        &C::CloseGrid {
            grid: "X".into(),
            until,
        },
        "not_open",
    );
    refused(
        &C::DeactivatePerson {
            person: "X".into(),
            until,
        },
        "not_open",
    );
    let place = "unit:B-water".parse().unwrap();
    let role = Role::DepartmentHandler;
    refused(
        &C::EndTenure {
            person: "wu".into(),
            role,
            place,
            until,
        },
        "not_open",
    );
    let (matter, area) = ("x".parse().unwrap(), "everywhere".parse().unwrap());
    refused(
        &C::WithdrawService {
            unit: "B-city".into(),
            matter,
            area,
            until,
        },
        "not_open",
    );
}

#[test]
fn an_import_names_every_refused_entry_and_records_none() {
    let until = day("2025-01-01");
    let good = C::CloseUnit {
        unit: "B-city".into(),
        until,
    };
    let bad = |unit: &str| C::CloseUnit {
        unit: unit.into(),
        until,
    };
    let import = C::Import(vec![bad("X"), good, C::Import(vec![bad("Y")])]);
    let RegistryRefusal::Import(issues) = refused(&import, "import_refused") else {
        unreachable!()
    };
    assert_eq!(
        issues.iter().map(|issue| issue.entry).collect::<Vec<_>>(),
        [0, 2]
    );
}

#[test]
fn the_three_administrations_are_never_in_one_hand_at_a_time() {
    let mut registry = city();
    registry
        .line(Tenures, "wu,auditor,unit:CITY,2024-01-01,2025-01-01")
        .unwrap();
    for (role, place, from) in [
        ("administrator", "unit:D-1", "2024-06-01"),
        ("security_administrator", "unit:CITY", "2023-01-01"),
    ] {
        let line = format!("wu,{role},{place},{from},");
        let refusal = registry.line(Tenures, &line).unwrap_err();
        assert_eq!(refusal.code(), "administrations_together");
        assert_eq!(refusal.field(), "role");
        let (zh, en) = (
            refusal.message(Language::ZhCn),
            refusal.message(Language::En),
        );
        assert!(zh.contains("审计员") && zh.contains("三员分立"), "{zh}");
        assert!(en.contains("auditor") && en.contains("accepted"), "{en}");
    }
    // Another office beside it, the same one after it, and another hand are all right.
    for line in [
        "wu,supervisor,unit:D-1,2024-06-01,",
        "wu,administrator,unit:CITY,2025-01-01,",
        "lin,security_administrator,unit:CITY,2024-06-01,",
    ] {
        registry.line(Tenures, line).unwrap();
    }
    let refusal = registry
        .line(Tenures, "wu,security_administrator,unit:CITY,2026-01-01,")
        .unwrap_err();
    assert_eq!(refusal.code(), "administrations_together");
}
