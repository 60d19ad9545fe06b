//! The shapes of `--json`: each answer's fields and their kinds, held against the reference page.

use crate::city::{ADMIN, City, LEADER, MONDAY, OFFICER, STREET};
use crate::life::closed;
use expect_test::expect_file;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const HEAD: &str = "\
# JSON

With `--json` every command writes one JSON object to standard output and nothing else; errors are one object on one line of standard error. Fields are added in later versions, never renamed or taken away within one major version. Instants are RFC 3339 in UTC; ids, codes and names of fields are the same in both languages; only `message`, `details` and the sentences of a timeline are words for people.

This page is written by a test from real answers: a line is a field and the kinds of value seen there; `[]` is any entry of a list, `{}` any entry of a map by code.

A page of a list ends with `next`: give it as `--cursor` for the next one; `null` on the last. Voided and merged cases stand under `excluded` and are in no other figure.
";

fn walk(place: &str, value: &Value, found: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "yes/no",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    if !place.is_empty() {
        found.entry(place.to_owned()).or_default().insert(kind);
    }
    let inner = |name: &str| {
        if place.is_empty() {
            name.to_owned()
        } else {
            format!("{place}.{name}")
        }
    };
    match value {
        Value::Array(all) => all
            .iter()
            .for_each(|one| walk(&format!("{place}[]"), one, found)),
        Value::Object(all) => {
            for (name, one) in all {
                let by_code = [
                    "anomalies",
                    "unit_ids_with_two_names",
                    "sealed",
                    "area",
                    "department",
                    "limits",
                ];
                let last = place.rsplit('.').next().unwrap_or_default();
                let map = by_code.contains(&last);
                walk(
                    &if map {
                        format!("{place}.{{}}")
                    } else {
                        inner(name)
                    },
                    one,
                    found,
                );
            }
        }
        _ => {}
    }
}

fn section(page: &mut String, title: &str, answer: &Value) {
    let mut found = BTreeMap::new();
    walk("", answer, &mut found);
    page.push_str(&format!("\n## `{title}`\n\n```text\n"));
    let width = found.keys().map(String::len).max().unwrap_or(0);
    for (place, kinds) in found {
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(" or ");
        page.push_str(&format!("{place:width$}  {kinds}\n"));
    }
    page.push_str("```\n");
}

fn error(city: &City, args: &[&str]) -> Value {
    let ran = city.run(&[args, &["--json"]].concat());
    serde_json::from_str(&ran.err).expect("an error object")
}

#[test]
fn the_reference_page_shows_what_is_answered() {
    let city = City::ready();
    let closed = &closed(&city);
    let open = &city.reported();
    let accept = [
        "accept",
        open,
        "--class",
        "time_limited",
        "--matter",
        "environment.leak",
    ];
    let receipt = city.give("2026-03-03 09:00", LEADER, &accept);
    let list = "id,opened,due,closed,unit\n1,2026-01-05 09:00,2026-01-08 18:00,2026-01-04 10:00,水务局\n,,,,\n";
    let data = city.write("list.csv", list);
    let mapping = "source = \"hotline\"\n[time]\nzone = \"Asia/Shanghai\"\nformats = [\"%Y-%m-%d %H:%M\"]\n\
        [columns]\nid = \"id\"\ncreated = \"opened\"\ndue = \"due\"\nclosed = \"closed\"\nunit = \"unit\"\n\
        [class]\nconstant = \"time_limited\"\n";
    let mapping = city.write("hotline.toml", mapping);
    let rules = city.run(&["policy", "show", "--built-in"]).fine();
    let rules = city.write("rules.toml", rules);
    let late = "2026-03-20 09:00";
    let ask = |args: &[&str]| city.at(MONDAY, &[args, &["--json"]].concat()).json();
    let mut page = HEAD.to_owned();
    let refusal = error(
        &city,
        &["case", "urge", closed, "--note", "x", "--as", STREET],
    );
    section(&mut page, "an error: a command is refused", &refusal);
    section(
        &mut page,
        "an error: anything else",
        &error(&city, &["case", "acept"]),
    );
    section(&mut page, "case <command>", &receipt);
    let answers: &[(&str, Value)] = &[
        ("case show", ask(&["case", "show", closed])),
        ("case timeline", ask(&["case", "timeline", closed])),
        (
            "case reporters",
            ask(&["case", "reporters", closed, "--as", OFFICER]),
        ),
        (
            "list ledger",
            ask(&["list", "ledger", "--as-of", late, "--rows", "1"]),
        ),
        (
            "list prewarning|overdue|severe|suspended",
            ask(&["list", "overdue", "--as-of", late]),
        ),
        (
            "report units|areas|classes",
            ask(&["report", "units", "--as-of", late]),
        ),
        ("evaluate pairs", ask(&["evaluate", "pairs", closed])),
        (
            "evaluate seal|show",
            ask(&["evaluate", "show", closed, "--leg", "1"]),
        ),
        ("import", ask(&["import", "--mapping", &mapping, &data])),
        ("catalogue show", ask(&["catalogue", "show"])),
        ("policy check", ask(&["policy", "check", &rules])),
        ("policy show", ask(&["policy", "show"])),
        (
            "policy diagram",
            ask(&["policy", "diagram", "--class", "special"]),
        ),
        ("calendar show", ask(&["calendar", "show"])),
        (
            "calendar due",
            ask(&["calendar", "due", "2026-03-02 09:00", "3 wd"]),
        ),
        ("rebuild", ask(&["rebuild"])),
        ("verify", ask(&["verify"])),
        ("tick", ask(&["tick"])),
    ];
    for (title, answer) in answers {
        section(&mut page, title, answer);
    }
    let fresh = City::empty();
    section(&mut page, "init", &fresh.run(&["init", "--json"]).json());
    let units = fresh.write(
        "units.csv",
        "unit_id,kind,level,name_zh,parent,valid_from\nCITY,city,,城,,2020-01-01\n",
    );
    let imported = fresh
        .run(&["registry", "import", &units, "--as", ADMIN, "--json"])
        .json();
    let title = "registry import, catalogue import, policy publish, calendar publish";
    section(&mut page, title, &imported);
    expect_file!["../../../../docs/reference/json.md"].assert_eq(&page);
}
