//! The shapes of `--json`: each answer's fields and their kinds, held against the reference page.

use crate::city::{ADMIN, City, DISPATCHER, LEADER, MONDAY, OFFICER, STREET, SUPERVISOR, WATER};
use crate::life::closed;
use expect_test::expect_file;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const HEAD: &str = "\
# JSON

With `--json` every command writes one JSON object to standard output and nothing else (`--help` and `--version` stay text); errors are one object on one line of standard error. Fields are added in later versions, never renamed or taken away within one major version. Instants are RFC 3339 in UTC; ids, codes and names of fields are the same in both languages; only `message`, `details` and what stands under `zh` and `en` are words for people.

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
        // Several answers of one command are one shape.
        Value::Array(all) if place.is_empty() => all.iter().for_each(|one| walk("", one, found)),
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
                    "class",
                    "refused",
                    "filter",
                    "not_judged",
                    "by_rule",
                    "flags_found",
                    "figures",
                    "renamed",
                ];
                let last = place.rsplit('.').next().unwrap_or_default();
                // The reasons of a policy are kept by what they are reasons for, and then by code.
                let of_reasons = place
                    .rsplit_once('.')
                    .is_some_and(|(of, _)| of == "reasons");
                let of_item = place.ends_with("items[].reasons");
                let map = by_code.contains(&last) || of_reasons || of_item;
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

pub(crate) fn section(page: &mut String, title: &str, answer: &Value) {
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

/// Questions and what an operator does, each with the line that shows its shape. `CASE` is closed.
const ANSWERS: &[(&str, &str)] = &[
    (
        "case show",
        "case show CASE && case show OPEN --as water/department_handler/B-water \
         && case show HELD && case show SPOT && case show hotline:9",
    ),
    ("case timeline", "case timeline CASE"),
    (
        "case reporters",
        "case reporters TOLD --as officer/grid_officer/C-1",
    ),
    (
        "list ledger",
        "list ledger --as-of 2026-03-04 --rows 1 && list ledger --as-of 2026-03-20",
    ),
    (
        "list prewarning|overdue|severe|suspended",
        "list overdue --as-of 2026-03-20 && list suspended --as-of 2026-03-04 \
         && list prewarning --as-of 2026-03-09T16:00 && list severe --rows 1",
    ),
    ("report units|classes", "report units --as-of 2026-03-20"),
    (
        "report departments",
        "report departments --window 2026-03 --as-of 2026-03-20",
    ),
    (
        "report areas",
        "report areas --window 2026-03 --as-of 2026-03-20",
    ),
    (
        "report indicators",
        "report indicators --by area --window 2026-03 --as-of 2026-03-20",
    ),
    (
        "report satisfaction",
        "report satisfaction --window 2026-03 --as-of 2026-03-20",
    ),
    (
        "list callbacks",
        "list callbacks --window 2026-03-03..2026-03-20 --as-of 2026-03-20",
    ),
    (
        "report evaluations",
        "report evaluations --window 2026-03 --as-of 2026-03-20 \
         && report evaluations --window 2026-03 --as-of 2026-03-05",
    ),
    (
        "report matrix",
        "report matrix --window 2026-03 --as-of 2026-03-20 \
         && report matrix --window 2026-03 --as-of 2026-03-05",
    ),
    (
        "explain",
        "explain acknowledged --unit B-water --window 2026-03 --as-of 2026-03-20 \
         && explain closed --area S-1 --window 2026-03 --as-of 2026-03-20",
    ),
    (
        "explain mutual",
        "explain mutual --unit B-water --window 2026-03 --as-of 2026-03-20 \
         && explain mutual --unit B-water --window 2026-03 --as-of 2026-03-05",
    ),
    (
        "explain handling|suspended|backlog|observed_over_expected|times_over|…",
        "explain handling --unit B-water --window 2026-03 --as-of 2026-03-20 \
         && explain suspended --unit B-water --window 2026-03 --as-of 2026-03-20 \
         && explain half_done_by --unit B-water --window 2026-03 --as-of 2026-03-20 \
         && explain backlog --unit B-water --window 2026-03 --as-of 2026-03-03T09:30 \
         && explain case_observed_over_expected --area S-1 --window 2026-03 --as-of 2026-03-20 \
         && explain times_over --window 2026-03 --as-of 2026-03-20 \
         && explain cases_done --area S-1 --window 2026-03 --as-of 2026-03-20",
    ),
    ("report ranking", "report ranking --window 2026-03"),
    (
        "explain score",
        "explain score --unit B-water --window 2026-03",
    ),
    (
        "score run",
        "score run --window 2026-03 --as supervisor/supervisor/D-1",
    ),
    ("score list", "score list"),
    ("score show", "score show RUN"),
    ("score compare", "score compare RUN now"),
    ("score check", "score check RUN"),
    ("evaluate pairs", "evaluate pairs CASE"),
    (
        "evaluate seal|show|appeal|decide-appeal",
        "evaluate show CASE --leg 1 && evaluate show CASE --leg 1 --as-of 2026-03-04T09:05",
    ),
    ("import", "import --mapping hotline.toml list.csv"),
    ("registry show units", "registry show units"),
    ("registry show grids", "registry show grids"),
    ("registry show people", "registry show people"),
    ("catalogue show", "catalogue show"),
    ("policy check", "policy check rules.toml"),
    ("policy show", "policy show"),
    (
        "policy show VERSION, policy show --built-in",
        "policy show --built-in",
    ),
    (
        "policy diagram",
        "policy diagram --class special && policy diagram --class special --matter environment.leak",
    ),
    ("calendar show", "calendar show"),
    ("calendar due", "calendar due 2026-03-02T09:00 3wd"),
    ("migrate", "migrate"),
    ("copy", "copy --to sqlite://copy.db"),
    ("backup", "backup backup.db"),
    ("rebuild", "rebuild"),
    ("verify", "verify"),
    ("audit verify", "audit verify"),
    ("audit judge", "audit judge"),
    (
        "audit what-if",
        "audit what-if --policy stricter.toml --from 2026-03-02T08:00 --to 2026-03-20",
    ),
    ("tick", "tick"),
    (
        "registry import, catalogue import, policy publish, calendar publish",
        "registry import units.csv --as admin/administrator/CITY",
    ),
    ("erase", "erase SUBJECT --yes --as admin/administrator/CITY"),
    ("demo", "demo --cases 1 --dir demo"),
    ("completions", "completions bash"),
];

const LIST: &str = "\
id,opened,due,closed,unit
1,2026-01-05 09:00,2026-01-08 18:00,2026-01-04 10:00,水务局
,,,,
";

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

const UNITS: &str = "\
unit_id,kind,level,name_zh,parent,valid_from
S-2,street,,山前街道,D-1,2020-01-01
";

fn give(city: &City, who: &str, line: &str) {
    let args: Vec<&str> = line.split_whitespace().collect();
    city.give("2026-03-03 10:00", who, &args);
}

/// A case that waits for a reason.
fn held(city: &City) -> String {
    let case = city.reported();
    give(
        city,
        LEADER,
        &format!("accept {case} --class time_limited --matter environment.leak"),
    );
    give(city, WATER, &format!("acknowledge {case} --leg 1"));
    let wait = "--reason waiting_material --until 2026-03-09 --proof document=ab";
    give(city, DISPATCHER, &format!("suspend {case} {wait}"));
    case
}

/// Scores on record, and a case that is voided afterwards.
fn published(city: &City) -> String {
    let case = &closed(city);
    let args = [
        "score", "run", "--window", "2026-03", "--as", SUPERVISOR, "--json",
    ];
    let run = city.at("2026-03-19 10:00", &args).json();
    let void = ["propose-void", case, "--reason", "twice"];
    city.give("2026-03-19 11:00", DISPATCHER, &void);
    city.give("2026-03-19 11:00", SUPERVISOR, &["confirm-void", case]);
    run["run"].to_string()
}

/// Every closed case is drawn to be called back: by the default of one in ten, chance would decide
/// whether the list of callbacks has a row to show.
fn call_everybody(city: &City) {
    let rules = city.run(&["policy", "show", "--built-in"]).fine();
    let all = rules.replace("callback_percent = 10", "callback_percent = 100");
    assert_ne!(all, rules, "the default policy says how many are drawn");
    let all = all.replace("default-2026.1", "everybody");
    let now = all.replace("2019-12-31T16:00:00Z", "2026-03-02T01:00:00Z");
    city.write("all.toml", now);
    let publish = ["policy", "publish", "all.toml", "--as", ADMIN];
    city.at(MONDAY, &publish).fine();
}

/// The built-in policy, and one that is stricter.
fn write_policies(city: &City) {
    let default = city.run(&["policy", "show", "--built-in"]).fine();
    let stricter = default.replacen("handle = \"5 wd\"", "handle = \"1 wh\"", 1);
    city.write("rules.toml", default);
    city.write("stricter.toml", stricter);
}

#[test]
fn the_reference_page_shows_what_is_answered() {
    let city = City::ready();
    call_everybody(&city);
    let closed = &closed(&city);
    let open = &city.reported();
    let accept = "accept OPEN --class time_limited --matter environment.leak".replace("OPEN", open);
    let accept: Vec<&str> = accept.split_whitespace().collect();
    let taken = city.give("2026-03-03 09:00", LEADER, &accept);
    city.write("lin.toml", "name = \"林小明\"\nphone = \"13800138000\"\n");
    let sealed = "report --channel patrol --description x --reporter-file lin.toml";
    let sealed: Vec<&str> = sealed.split_whitespace().collect();
    let receipt = city.give(MONDAY, OFFICER, &sealed);
    let subject = receipt["subjects"][0].as_str().expect("a subject");
    let told = receipt["case"].as_str().expect("a case");
    crate::opinions::evaluated(&city, closed);
    city.write("list.csv", LIST);
    city.write("hotline.toml", MAPPING);
    city.write("earlier.csv", LIST.replace("\n1,", "\n9,"));
    let earlier = ["import", "--mapping", "hotline.toml", "earlier.csv"];
    city.at("2026-03-03 10:00", &earlier).fine();
    let held = &held(&city);
    give(&city, STREET, &format!("urge {open} --note soon"));
    let spot = &city.reported();
    give(
        &city,
        LEADER,
        &format!("accept {spot} --class on_the_spot --matter civility.trash"),
    );
    let run = &published(&city);
    city.write("units.csv", UNITS);
    write_policies(&city);
    let mut page = HEAD.to_owned();
    let urge = ["case", "urge", closed, "--note", "x", "--as", STREET];
    section(
        &mut page,
        "an error: a command is refused",
        &error(&city, &urge),
    );
    section(
        &mut page,
        "an error: anything else",
        &error(&city, &["case", "acept"]),
    );
    let both = serde_json::json!([taken, receipt]);
    section(&mut page, "case <command>", &both);
    for (title, line) in ANSWERS.iter().chain(crate::audit_replay::ANSWERS) {
        let line = line.replace("CASE", closed);
        let line = line.replace("OPEN", open).replace("TOLD", told);
        let line = line.replace("SUBJECT", subject);
        let line = line.replace("RUN", run);
        let line = line.replace("HELD", held).replace("SPOT", spot);
        let answers = line.split(" && ").map(|line| {
            let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
            city.at("2026-03-20 09:00", &args).json()
        });
        let answer = Value::Array(answers.collect());
        section(&mut page, title, &answer);
    }
    crate::appraise::shapes(&mut page);
    crate::proofs::shapes(&mut page);
    crate::mining::shapes(&mut page);
    crate::keys::shapes(&mut page);
    section(
        &mut page,
        "init",
        &City::empty().run(&["init", "--json"]).json(),
    );
    section(&mut page, "serve", &crate::serve::said());
    expect_file!["../../../../docs/reference/json.md"].assert_eq(&page);
}

/// The commands that a title of the page stands for: `list a|b` is two.
fn commands_of(title: &str) -> Vec<String> {
    let each = title.split(", ").flat_map(|one| {
        let (group, names) = one.rsplit_once(' ').unwrap_or(("", one));
        let full = move |name: &str| format!("{group} {name}").trim().to_owned();
        names.split('|').map(full).collect::<Vec<_>>()
    });
    each.collect()
}

#[test]
fn every_command_of_the_reference_has_its_shape() {
    let between = |page: &'static str, before: &'static str, after: &'static str| {
        let lines = page
            .lines()
            .filter_map(move |line| line.strip_prefix(before));
        lines.filter_map(move |line| line.strip_suffix(after))
    };
    let shapes = include_str!("../../../../docs/reference/json.md");
    let titles = between(shapes, "## `", "`");
    let known: BTreeSet<String> = titles.flat_map(commands_of).collect();
    let commands = include_str!("../../../../docs/reference/cli.md");
    for command in between(commands, "#### `gridwhistle ", "`") {
        let to_a_case = command.starts_with("case ") && known.contains("case <command>");
        assert!(
            known.contains(command) || to_a_case,
            "{command} has no shape"
        );
    }
}
