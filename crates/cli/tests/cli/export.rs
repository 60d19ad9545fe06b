//! Exports, read back: cells by their kind, hostile words, the record, and what is refused.

use crate::city::{City, LEADER, MONDAY, OFFICER, SUPERVISOR, WATER};
use sha2::{Digest, Sha256};
use std::io::Read;

/// What a spreadsheet must not take for a formula, and what a file must not break on.
const HOSTILE: [&str; 9] = [
    "=HYPERLINK(\"http://example.invalid\",\"看\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\u{ff1d}1+1",
    "<b>&\"',;\r\n第二行",
    " =1",
    "平安无事",
];

/// A city with a case for each of these descriptions, in their order.
fn hostile() -> City {
    let city = City::ready();
    for text in HOSTILE {
        let said = ["report", "--channel", "patrol", "--grid", "G-1"];
        let described = format!("--description={text}");
        city.give(MONDAY, OFFICER, &[&said[..], &[&described]].concat());
    }
    city
}

fn args(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn export(city: &City, line: &str) -> crate::city::Ran {
    let line = format!("export {line} --as {SUPERVISOR}");
    city.at("2026-03-04 10:00", &args(&line))
}

/// The rows of a CSV with its byte order mark.
fn csv_rows(city: &City, name: &str) -> Vec<Vec<String>> {
    let bytes = std::fs::read(city.path(name)).expect("a file");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text);
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// One part of a workbook.
fn part(city: &City, name: &str, part: &str) -> String {
    let file = std::fs::File::open(city.path(name)).expect("a file");
    let mut archive = zip::ZipArchive::new(file).expect("a workbook");
    let mut text = String::new();
    let mut entry = archive.by_name(part).expect(part);
    entry.read_to_string(&mut text).expect("UTF-8");
    text
}

/// The cells of a sheet: reference, kind (`n` for numbers), and what stands in them.
fn cells(sheet: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for cell in sheet.split("<c ").skip(1) {
        let attribute = |name: &str| {
            let rest = cell.split_once(&format!("{name}=\""))?.1;
            Some(rest.split_once('"')?.0.to_owned())
        };
        let kind = attribute(" t").unwrap_or_else(|| "n".to_owned());
        let inner = cell.split_once("</c>").map_or("", |(inner, _)| inner);
        let inner = inner.rsplit_once("</").map_or("", |(inner, _)| inner);
        let inner = inner.trim_end_matches("</t>");
        let value = inner.rsplit_once('>').map_or("", |(_, value)| value);
        found.push((attribute("r").expect("a reference"), kind, value.to_owned()));
    }
    found
}

#[test]
fn a_csv_holds_no_formula_and_loses_no_word() {
    let city = hostile();
    export(&city, "list ledger --sort number --to out.csv").fine();
    let rows = csv_rows(&city, "out.csv");
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    let place = |name: &str| {
        rows[0]
            .iter()
            .position(|one| one == name)
            .expect("a column")
    };
    let (number, said) = (place("台账号"), place("描述"));
    for (row, text) in rows[1..].iter().zip(HOSTILE) {
        let cell = &row[said];
        let kept = cell.strip_prefix('\'').unwrap_or(cell);
        assert_eq!(kept.trim(), text.trim(), "no word is lost");
        let first = cell.chars().next().expect("a character");
        assert!(!"=+-@\t\r\n".contains(first), "{cell}");
        assert_ne!(first, '\u{ff1d}', "{cell}");
        assert!(row[number].parse::<u64>().is_ok(), "numbers stay numbers");
    }
    assert_eq!(rows[1][place("上报")], "2026-03-02T09:00:00+08:00");
}

#[test]
fn a_workbook_has_a_frozen_heading_strings_and_numbers_and_no_formula() {
    let city = hostile();
    export(&city, "list ledger --sort number --to out.xlsx").fine();
    let sheet = part(&city, "out.xlsx", "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no formula");
    assert!(sheet.contains("ySplit=\"1\"") && sheet.contains("state=\"frozen\""));
    let cells = cells(&sheet);
    let kinds: std::collections::BTreeSet<&str> =
        cells.iter().map(|(_, kind, _)| kind.as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["inlineStr", "n"]);
    let at = |reference: &str| {
        let cell = cells.iter().find(|(one, ..)| one == reference);
        cell.map(|(_, kind, value)| (kind.as_str(), value.as_str()))
            .unwrap_or_default()
    };
    assert_eq!(at("A1"), ("inlineStr", "台账号"));
    assert_eq!(at("A2").0, "n");
    // Descriptions stand in column G.
    let quoted = "=HYPERLINK(\"http://example.invalid\",\"看\")";
    assert_eq!(at("G2"), ("inlineStr", quoted));
    assert_eq!(at("G3"), ("inlineStr", "+1+1"));
    assert!(part(&city, "out.xlsx", "xl/workbook.xml").contains("台账"));
    export(&city, "list ledger --to en.xlsx --lang en").fine();
    let sheet = part(&city, "en.xlsx", "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("description") && !sheet.contains("台账号"));
}

#[test]
fn shares_stand_with_their_parts() {
    let (city, _) = crate::life::city_with_closed();
    let line = "report departments --window 2026-03 --to units.csv";
    export(&city, line).fine();
    let rows = csv_rows(&city, "units.csv");
    let place = |name: &str| {
        rows[0]
            .iter()
            .position(|one| one == name)
            .expect("a column")
    };
    let water = rows.iter().find(|row| row[0] == "B-water").expect("a row");
    let cell = |name: &str| water[place(name)].as_str();
    assert_eq!(cell("单位"), "区水务局");
    assert_eq!(
        [
            cell("按期处置率"),
            cell("按期处置率 分子"),
            cell("按期处置率 分母")
        ],
        ["1", "1", "1"]
    );
    assert_eq!(cell("按时联系率 分母"), "1");
    assert_eq!(cell("返工率"), "0");
    assert_eq!(cell("不当退单率"), "", "a share of nothing is none");
    for line in [
        "report units",
        "report areas",
        "report classes",
        "report appraisals",
        "report ranking",
        "report evaluations",
        "report matrix",
        "report indicators",
        "report satisfaction --by unit",
    ] {
        for form in ["csv", "xlsx"] {
            let name = format!("{}.{form}", line.replace(' ', "-"));
            export(&city, &format!("{line} --to {name}")).fine();
        }
    }
    for list in [
        "prewarning",
        "overdue",
        "severe",
        "suspended",
        "exports",
        "callbacks",
    ] {
        export(&city, &format!("list {list} --to {list}.xlsx")).fine();
    }
}

#[test]
fn who_took_what_is_on_record_before_the_file_is_there() {
    let city = hostile();
    let line = "list ledger --unit B-water --text 林晓梅 --to 台账.xlsx --json";
    let receipt = export(&city, line).json();
    let bytes = std::fs::read(city.path("台账.xlsx")).expect("a file");
    let sum = hex::encode(Sha256::digest(&bytes));
    assert_eq!(receipt["sha256"], sum.as_str());
    let listed = city
        .at("2026-03-04 11:00", &["list", "exports", "--json"])
        .json();
    let event = &listed["exports"][0];
    assert_eq!(event["by"]["person"], "supervisor");
    let told = &event["fact"]["FileExported"]["exported"];
    assert_eq!(told["sha256"], sum.as_str());
    assert_eq!(told["file"], "台账.xlsx");
    assert_eq!(told["filter"]["unit"], "B-water");
    assert_eq!(
        told["filter"]["text"], "…",
        "whom somebody looked for stays unsaid"
    );
    assert_eq!(told["rows"], 0);
    let before = ["list", "exports", "--as-of", "2026-03-04 09:00", "--json"];
    let before = city.at("2026-03-04 11:00", &before).json();
    assert_eq!(before["exports"].as_array().map(Vec::len), Some(0));
    let people = city.at("2026-03-04 11:00", &["list", "exports"]).fine();
    assert!(people.contains("list ledger") && people.contains("unit=B-water"));
}

#[test]
fn what_is_refused_leaves_no_file_and_nothing_on_record() {
    let city = hostile();
    let head = || city.at(MONDAY, &["verify", "--json"]).json()["events"].clone();
    let before = head();
    std::fs::write(city.path("there.csv"), "mine").expect("a file");
    let refused = |line: &str, code: &str| {
        let ran = city.at("2026-03-04 10:00", &args(&format!("{line} --json")));
        assert!(
            ran.err.contains(&format!("\"{code}\"")),
            "{line}: {}",
            ran.err
        );
    };
    let as_water = format!("--as {WATER}");
    refused(
        &format!("export list ledger --to there.csv {as_water}"),
        "export_file_exists",
    );
    refused(
        &format!("export list ledger --to out.ods {as_water}"),
        "export_form",
    );
    refused(
        &format!("export list ledger --to nowhere/out.csv {as_water}"),
        "file_unwritable",
    );
    refused(&format!("export list ledger {as_water}"), "usage");
    refused(
        &format!("export list ledger --rows 5 --to out.csv {as_water}"),
        "usage",
    );
    refused("export list ledger --to out.csv", "actor_missing");
    refused(
        "export list ledger --to out.csv --as R-1/resident/",
        "not_authorised",
    );
    refused(
        "export list ledger --to out.csv --as water/dispatcher/B-centre",
        "not_authorised",
    );
    assert_eq!(head(), before);
    assert_eq!(
        std::fs::read(city.path("there.csv")).expect("mine"),
        b"mine"
    );
    let names = std::fs::read_dir(city.folder.path()).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name());
    let mut names = names.map(|name| name.to_string_lossy().into_owned());
    assert!(!names.any(|name| name.starts_with(".export") || name.starts_with("out")));
    let forced = format!("export list ledger --to there.csv --force --as {LEADER}");
    city.at("2026-03-04 10:00", &args(&forced)).fine();
    assert_ne!(
        std::fs::read(city.path("there.csv")).expect("a file"),
        b"mine"
    );
    assert_ne!(head(), before);
}
