//! Bad files: everything that is wrong, with line and column, and nothing half-applied.

use super::city::{UNITS, city};
use crate::registry::Registry;
use crate::registry::csv::{Batch, CsvKind, parse};
use crate::text::Language;

#[track_caller]
fn check(kind: CsvKind, bytes: &[u8], expected: &[(u64, &str, &str)]) {
    let issues = parse(kind, bytes).expect_err("issues");
    let found: Vec<_> = issues
        .iter()
        .map(|i| (i.line, i.column.as_str(), i.rule.code()))
        .collect();
    assert_eq!(found, expected);
    for issue in issues {
        for language in [Language::ZhCn, Language::En] {
            let message = issue.message(language);
            assert!(
                message.contains(&format!("{}:{}", kind.file_name(), issue.line)),
                "{message}"
            );
        }
    }
}

#[test]
fn a_byte_order_mark_and_crlf_read_the_same() {
    let plain = parse(CsvKind::Units, UNITS.as_bytes()).unwrap();
    let marked = format!("\u{feff}{}", UNITS.replace('\n', "\r\n"));
    assert_eq!(parse(CsvKind::Units, marked.as_bytes()).unwrap(), plain);
}

#[test]
fn columns_are_checked() {
    let text = "person_id,name,name,phone,valid_from\n";
    let expected = [
        (1, "name", "duplicate_column"),
        (1, "phone", "unknown_column"),
        (1, "employment", "missing_column"),
    ];
    check(CsvKind::People, text.as_bytes(), &expected);
    let all = ["person", "role", "place", "valid_from"].map(|c| (1, c, "missing_column"));
    check(CsvKind::Tenures, b"", &all);
}

#[test]
fn every_bad_field_is_reported_at_once() {
    let text = "unit_id,kind,level,name_zh,parent,valid_from,valid_to
,village,planet,,D-1,2026-02-30,tomorrow
X,street,,街,D-1,2026-02-01,2026-01-01
X,street,,街
Y,street,,街,D-1,,
";
    let expected = [
        (2, "unit_id", "empty"),
        (2, "kind", "unknown_code"),
        (2, "level", "unknown_code"),
        (2, "name_zh", "empty"),
        (2, "valid_from", "impossible_date"),
        (2, "valid_to", "impossible_date"),
        (3, "valid_to", "period_reversed"),
        (4, "", "field_count"),
        (5, "valid_from", "empty"),
    ];
    check(CsvKind::Units, text.as_bytes(), &expected);
}

#[test]
fn invalid_utf8_is_named_by_line_and_column() {
    let bytes = b"person_id,name,employment,valid_from\nx,\xff\xfe,full_time,2020-01-01\n";
    check(CsvKind::People, bytes, &[(2, "name", "not_utf8")]);
}

#[test]
fn a_field_of_a_novel_is_too_long() {
    let name = "长".repeat(2_001);
    let text = format!("person_id,name,employment,valid_from\nx,{name},full_time,2020-01-01\n");
    check(CsvKind::People, text.as_bytes(), &[(2, "name", "too_long")]);
}

#[test]
fn doubles_and_overlaps_are_found() {
    let text = "person_id,name,employment,valid_from,valid_to
x,甲,full_time,2020-01-01,2022-01-01
x,甲,full_time,2020-01-01,
x,甲,part_time,2021-01-01,
y,乙,full_time,2020-01-01,
y,乙,part_time,2021-01-01,
";
    let expected = [
        (2, "valid_from", "duplicate_id"),
        (4, "valid_from", "duplicate_id"),
    ];
    check(CsvKind::People, text.as_bytes(), &expected);
    let text = "unit,matter,area,valid_from
B,*,everywhere,2020-01-01
B,*,everywhere,2021-01-01
";
    check(
        CsvKind::Services,
        text.as_bytes(),
        &[(3, "valid_from", "duplicate_id")],
    );
}

#[test]
fn codes_of_the_other_files_are_checked() {
    let text = "grid_id,level,kind,name_zh,community,parent_grid,valid_from
x,one,basic,格,,G,2020-01-01
y,two,square,格,C,,2020-01-01
";
    let expected = [
        (2, "parent_grid", "unknown_code"),
        (2, "community", "empty"),
        (3, "kind", "unknown_code"),
        (3, "community", "unknown_code"),
        (3, "parent_grid", "empty"),
    ];
    check(CsvKind::Grids, text.as_bytes(), &expected);
    let text = "person,role,place,valid_from\nx,king,castle,2020-01-01\n";
    let expected = [(2, "role", "unknown_code"), (2, "place", "unknown_code")];
    check(CsvKind::Tenures, text.as_bytes(), &expected);
    let text = "unit,matter,area,valid_from\nx,*.a*,unit:,2020-01-01\n";
    let expected = [(2, "matter", "unknown_code"), (2, "area", "unknown_code")];
    check(CsvKind::Services, text.as_bytes(), &expected);
}

#[test]
fn a_phone_number_is_never_echoed() {
    let text = "person,role,place,valid_from\nx,13800138000,grid:G,2020-01-01\n";
    let issues = parse(CsvKind::Tenures, text.as_bytes()).unwrap_err();
    assert!(!issues[0].message(Language::En).contains("13800138000"));
}

#[test]
fn what_the_registry_refuses_comes_back_to_its_line() {
    let units = "unit_id,kind,name_zh,parent,valid_from
C-7,community,社区,S-7,2020-01-01
C-8,community,社区,S-1,2020-01-01
";
    let grids = "grid_id,level,kind,name_zh,community,parent_grid,valid_from
G-8,one,basic,格,C-8,,2020-01-01
G-7,one,basic,格,C-7,,2020-01-01
";
    let files = [
        (CsvKind::Units, units.as_bytes()),
        (CsvKind::Grids, grids.as_bytes()),
    ];
    let batch = Batch::read(files).unwrap();
    let mut registry = city();
    let refusal = registry.take(&batch.command()).unwrap_err();
    assert_eq!(registry, city(), "nothing half-applied");
    let issues = batch.explain(&refusal);
    let found: Vec<_> = issues
        .iter()
        .map(|i| (i.file.as_str(), i.line, i.column.as_str(), i.rule.code()))
        .collect();
    let expected = [
        ("units.csv", 2, "parent", "unknown_place"),
        ("grids.csv", 3, "community", "unknown_place"),
    ];
    assert_eq!(found, expected);
    assert!(issues[0].message(Language::ZhCn).contains("S-7"));
}

#[test]
fn an_empty_file_with_its_columns_is_no_change() {
    let batch = Batch::read([(
        CsvKind::People,
        b"person_id,name,employment,valid_from\n".as_slice(),
    )]);
    assert_eq!(
        Registry::default().take(&batch.unwrap().command()),
        Ok(Vec::new())
    );
}
