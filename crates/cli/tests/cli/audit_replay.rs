//! An auditor asks what was known when, in both languages, and gets the answers of then.

use crate::city::{City, LEADER, MONDAY, OFFICER, WATER};
use crate::life::city_with_closed;

const MAPPING: &str = "\
source = \"hotline\"
[time]
zone = \"Asia/Shanghai\"
formats = [\"%Y-%m-%d %H:%M\"]
[columns]
id = \"id\"
created = \"opened\"
due = \"due\"
closed = \"closed\"
unit = \"unit\"
[class]
constant = \"time_limited\"
";

/// The shapes of its answers, asked of the city of the reference page.
pub(crate) const ANSWERS: &[(&str, &str)] = &[
    ("audit verify", "audit verify"),
    (
        "audit case",
        "audit case CASE --as-of 2026-03-02T10:00 --known-at 2026-03-19 \
         && audit case hotline:9 --as-of 2026-02-01",
    ),
    (
        "audit permission",
        "audit permission water/department_handler/B-water --case CASE --as-of 2026-03-02T09:50",
    ),
    (
        "audit list",
        "audit list ledger --as-of 2026-03-04 --rows 1 --known-at 2026-03-19",
    ),
    (
        "audit figure",
        "audit figure departments --window 2026-03 --as-of 2026-03-19",
    ),
    (
        "audit explain",
        "audit explain acknowledged --unit B-water --window 2026-03 --as-of 2026-03-19",
    ),
    (
        "audit diff",
        "audit diff 2026-03-01T07:00 2026-03-19 --known-at 2026-03-19 && audit diff 2026-03-02 2026-03-19 --case OPEN \
         && audit diff 2 60 --rows 1",
    ),
    ("audit certificate", "audit certificate --position 60"),
    ("audit compare", "audit compare"),
];

fn at(city: &City, line: &str) -> crate::city::Ran {
    let args: Vec<&str> = line.split_whitespace().collect();
    city.at("2026-03-20 09:00", &args)
}

fn json(city: &City, line: &str) -> serde_json::Value {
    at(city, &format!("{line} --json")).json()
}

#[test]
fn a_list_of_then_is_the_list_that_was_shown_then() {
    let (city, case) = city_with_closed();
    let case = &case;
    city.reported();
    for list in ["ledger", "overdue", "suspended", "prewarning", "severe"] {
        let shown = city
            .at("2026-03-20 09:00", &["list", list, "--json"])
            .json();
        assert_eq!(json(&city, &format!("audit list {list}")), shown, "{list}");
    }
    let as_of = "--window 2026-03 --as-of 2026-03-19";
    for figure in [
        "departments",
        "areas",
        "indicators",
        "satisfaction",
        "evaluations",
        "ranking",
        "matrix",
        "appraisals",
    ] {
        let shown = json(&city, &format!("report {figure} {as_of}"));
        let audited = json(&city, &format!("audit figure {figure} {as_of}"));
        assert_eq!(audited, shown, "{figure}");
    }
    for figure in ["units", "classes"] {
        let shown = json(&city, &format!("report {figure}"));
        assert_eq!(json(&city, &format!("audit figure {figure}")), shown);
    }
    let opened = format!("explain acknowledged --unit B-water {as_of}");
    assert_eq!(
        json(&city, &format!("audit {opened}")),
        json(&city, &opened)
    );
    // By what was known on the second day it was with the department.
    let known = json(&city, "audit list ledger --known-at 2026-03-02T10:30");
    let row = known["rows"].as_array().expect("rows").iter();
    let row = row.clone().find(|row| row["case_id"] == case.as_str());
    assert_eq!(row.expect("the case")["stage"], "in_progress");
    for line in [
        "audit list exports",
        "audit explain appraisal --unit B-water",
    ] {
        let refused = at(&city, &format!("{line} --json")).error(2);
        assert_eq!(refused["code"], "needs_the_engine");
    }
}

#[test]
fn what_an_import_brought_later_was_not_known_before() {
    let city = City::ready();
    city.write("map.toml", MAPPING);
    let list = "id,opened,due,closed,unit\n9,2026-01-05 09:00,2026-01-08 18:00,,水务局\n";
    city.write("list.csv", list);
    let import = ["import", "--mapping", "map.toml", "list.csv"];
    city.at("2026-03-03 10:00", &import).fine();
    let rows = |line: &str| {
        let page = json(
            &city,
            &format!("audit list ledger --as-of 2026-02-01 {line}"),
        );
        page["rows"].as_array().expect("rows").len()
    };
    assert_eq!(rows("--known-at 2026-03-02"), 0);
    assert_eq!(rows("--known-at 2026-03-04"), 1);
    let case = json(&city, "audit case hotline:9 --as-of 2026-02-01");
    assert_eq!(case["timeline"][0]["learnt_later"], true);
    let zh = at(&city, "audit case hotline:9 --as-of 2026-02-01").fine();
    assert!(zh.contains("事后得知"), "{zh}");
    let en = at(&city, "audit case hotline:9 --as-of 2026-02-01 --lang en").fine();
    assert!(en.contains("learnt later"), "{en}");
    let before = "audit case hotline:9 --as-of 2026-02-01 --known-at 2026-03-02 --json";
    assert_eq!(at(&city, before).error(5)["code"], "case_unknown");
    let diff = json(&city, "audit diff 2026-03-02 2026-03-04 --recorded");
    assert_eq!(diff["cases"][0]["changes"][0]["what"], "opened");
}

#[test]
fn a_case_of_then_is_told_with_what_somebody_might_do() {
    let (city, case) = city_with_closed();
    let case = &case;
    let then = format!("--case {case} --as-of 2026-03-02T09:50");
    let may = json(&city, &format!("audit permission {WATER} {then}"));
    assert_eq!(may["stage"], "dispatched");
    let actions = may["actions"].as_array().expect("actions");
    let acknowledge = actions.iter().find(|one| one["command"] == "acknowledge");
    assert!(acknowledge.expect("acknowledge")["refusal"].is_null());
    let zh = at(&city, &format!("audit permission {LEADER} {then}")).fine();
    assert!(zh.contains("当时可办"), "{zh}");
    let shown = at(
        &city,
        &format!("audit case {} --as-of 2026-03-02T09:50", &case[..8]),
    )
    .fine();
    assert!(shown.contains("按日志至位置"), "{shown}");
    let diff = at(&city, "audit diff 2026-03-02 2026-03-04").fine();
    assert!(
        diff.contains("新上台账") && diff.contains("已结束"),
        "{diff}"
    );
    let diff = format!("audit diff 2026-03-02T09:50 2026-03-04 --case {case} --lang en");
    let diff = at(&city, &diff).fine();
    assert!(diff.contains("ended: "), "{diff}");
}

#[test]
fn a_certificate_is_written_kept_and_checked() {
    let (city, _) = city_with_closed();
    let text = at(&city, "audit certificate").fine();
    assert_eq!(at(&city, "audit certificate").fine(), text);
    city.write("kept.json", &text);
    let held = at(&city, "audit certificate --check kept.json").fine();
    assert!(held.contains("证书相符"), "{held}");
    city.reported();
    at(&city, "audit certificate --check kept.json").fine();
    city.write("forged.json", text.replace("\"rows\": 0", "\"rows\": 1"));
    let forged = at(&city, "audit certificate --check forged.json --json").error(1);
    assert_eq!(forged["code"], "certificate_differs");
    city.write("none.json", "[]");
    let none = at(&city, "audit certificate --check none.json --json").error(3);
    assert_eq!(none["code"], "certificate_unreadable");
    city.at("2026-03-20 09:00", &["list", "ledger"]).fine();
    let same = json(&city, "audit compare");
    assert_eq!(same["standing"], "comparable");
}

#[test]
fn a_point_that_is_not_there_is_refused_with_what_would_do() {
    let city = City::ready();
    city.give(
        MONDAY,
        OFFICER,
        &["report", "--channel", "patrol", "--description", "x"],
    );
    for (line, code) in [
        ("audit list ledger --position 99999", "position_beyond"),
        ("audit list ledger --known-at 2020-01-01", "before_log"),
        ("audit list ledger --known-at 2027-01-01", "not_yet_known"),
        (
            "audit list ledger --as-of 2026-03-19 --known-at 2026-03-05",
            "as_of_after_known",
        ),
        (
            "audit figure areas --as-of 2026-03-19 --known-at 2026-03-05",
            "as_of_after_known",
        ),
        ("audit diff 2026-03-05 2026-03-04", "order_wrong"),
        ("audit diff 3 2026-03-04", "points_differ"),
        ("audit diff 3 5 --cursor x", "cursor_wrong"),
    ] {
        let refused = at(&city, &format!("{line} --json")).error(2);
        assert_eq!(refused["code"], code, "{line}: {refused}");
        let told = at(&city, &format!("{line} --lang en"));
        assert_eq!(told.code, 2, "{line}");
    }
    let unknown = at(&city, "audit case 99999 --json").error(5);
    assert_eq!(unknown["code"], "case_unknown");
    let who = "audit permission nobody --case 56 --json";
    assert_eq!(at(&city, who).error(2)["code"], "actor_form");
}
