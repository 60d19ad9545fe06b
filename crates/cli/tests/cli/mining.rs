//! `audit export`, `audit foreign`, `audit conformance`: files for other tools, and what those find.

use crate::city::{City, DISPATCHER, LEADER, MONDAY, Ran, WATER};
use crate::life::city_with_closed;
use crate::lived::Lived;
use crate::shapes::section;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools of others, by the versions that the figures here were found with.
const TOOLS: [&str; 4] = [
    "pm4py==2.7.23",
    "lxml==6.1.3",
    "jsonschema==4.26.0",
    "duckdb==2.0.1",
];
/// After the demo city's last day.
const LATER: &str = "2026-07-01 09:00";

/// A demo city, and the folder of its store.
struct Demo {
    city: City,
}

impl Demo {
    fn of(cases: u32) -> Self {
        let city = Lived::plain(cases).city;
        Self { city }
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.said(args, "en")
    }

    fn said(&self, args: &[&str], language: &str) -> Ran {
        let store = ["--store", "sqlite://demo.db", "--lang", language];
        self.city.at(LATER, &[args, &store].concat())
    }

    fn json(&self, args: &[&str]) -> Value {
        let out = self.run(&[args, &["--json"]].concat()).fine();
        serde_json::from_str(&out).expect("JSON")
    }
}

fn shared() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let missing = "the shared data is missing: put `shared/data` beside the repository";
    assert!(path.exists(), "{missing}: {}", path.display());
    path
}

fn receipt() -> String {
    let path = shared().join("eventlogs/receipt.xes.gz");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn an_export_holds_every_case_says_so_and_replaces_nothing_unasked() {
    let demo = Demo::of(40);
    for (form, file) in [
        ("xes", "log.xes"),
        ("ocel-json", "log.json"),
        ("ocel-xml", "log.xml"),
        ("ocel-sqlite", "log.sqlite"),
    ] {
        let before = demo.json(&["verify"]);
        let told = demo.json(&["audit", "export", form, "--to", file]);
        assert_eq!(told["cases"], 40, "{form}");
        assert_eq!(told["until"], before["events"], "{form}");
        let again = demo.run(&["audit", "export", form, "--to", file]);
        assert_eq!(
            (again.code, again.out.as_str()),
            (2, ""),
            "{form}: {}",
            again.err
        );
        let twice = demo.json(&["audit", "export", form, "--to", file, "--force"]);
        assert_eq!(twice["events"], told["events"]);
        if form != "ocel-sqlite" {
            assert_eq!(
                twice["sha256"], told["sha256"],
                "the same log gives the same file"
            );
        }
        assert_eq!(
            demo.json(&["verify"]),
            before,
            "the auditor writes nothing into the log"
        );
    }
    let text = std::fs::read_to_string(demo.city.path("log.xes")).expect("a file");
    for secret in ["ciphertext", "nonce", "subject", "description", "R-0"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let whole = demo.json(&["audit", "export", "xes", "--to", "all.xes", "--clocks"]);
    let all = demo.json(&["audit", "foreign", "stats", "all.xes"]);
    let acts = demo.json(&["audit", "foreign", "stats", "log.xes"]);
    assert_eq!(all["events"], whole["events"]);
    assert!(all["events"].as_u64() > acts["events"].as_u64());
}

#[test]
fn a_foreign_log_is_measured_and_converted_and_a_wrong_one_is_told() {
    let city = City::empty();
    let receipt = receipt();
    let table = city.run(&["audit", "foreign", "stats", &receipt, "--pairs", "2"]);
    let page = table.fine();
    for part in ["1434", "8577", "116", "0.7968", "338.2838", "1177"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let to = ["--to", "out.xes"];
    city.run(&[&["audit", "foreign", "convert", &receipt], &to[..]].concat())
        .fine();
    let mapping = city.write("map.toml", "source = \"x\"\n[time]\nzone = \"Mars\"\n");
    let wrong = city.run(&["audit", "foreign", "stats", &receipt, "--mapping", &mapping]);
    assert_eq!(wrong.code, 3, "{}", wrong.err);
    assert!(
        wrong.err.contains("mapping_wrong") && wrong.err.contains("第 3 行"),
        "{}",
        wrong.err
    );
    let cut = city.write("cut.xes", "<log><trace><event>");
    let wrong = city.run(&["audit", "foreign", "stats", &cut, "--lang", "en"]);
    assert_eq!(wrong.code, 3, "{}", wrong.err);
    assert!(wrong.err.contains("ends in the middle"), "{}", wrong.err);
    let absent = city.run(&["audit", "foreign", "stats", "absent.xes"]);
    assert_eq!(absent.code, 3, "{}", absent.err);
}

#[test]
fn conformance_tells_fitness_and_flags_in_words_and_as_json() {
    let demo = Demo::of(60);
    let ran = demo.run(&["audit", "conformance", "--json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("a report, whatever was found");
    assert_eq!(report["total"]["cases"], 60);
    // Everything in it was allowed; some units came late, as units do.
    let late = report["deviations"].as_array().expect("deviations");
    let found = late.len() as u64;
    assert!(found > 0, "nobody came late");
    assert_eq!(report["deviations_found"], found);
    for one in late {
        let told = (&one["kind"], &one["what"], &one["overdue"]["due"]);
        assert_eq!((told.0, &told.1[0]), (&"late".into(), &"report_in".into()));
        assert!(one["unit"].is_string() && one["at"].as_str() > told.2.as_str());
        assert!(one["overdue"]["minutes"].as_u64() > Some(0), "{one}");
    }
    let (steps, fitting) = (&report["total"]["steps"], &report["total"]["fitting"]);
    assert_eq!(steps.as_u64(), fitting.as_u64().map(|all| all + found));
    assert_eq!(ran.code, 1, "{}", ran.err);
    let page = demo.said(&["audit", "conformance"], "zh-CN");
    assert!(page.out.contains("60 件案件"), "{}", page.out);
    assert!(page.out.contains("逾期：报到"), "{}", page.out);
}

/// A folder of tools, installed once for one list of versions.
fn tools() -> PathBuf {
    let name = format!("tools-{}", TOOLS.join("-").replace(['=', '.'], "_"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = folder.join("complete");
    if !done.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        let python =
            "python3 with its module venv is needed (Debian: apt-get install python3-venv)";
        ran(
            Command::new("python3").args(["-m", "venv"]).arg(&folder),
            python,
        );
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        let pip = "the Python registry is needed once, to install the tools that read our exports";
        ran(
            Command::new(folder.join("bin/python"))
                .args(install)
                .args(TOOLS),
            pip,
        );
        std::fs::write(done, "").expect("a file");
    }
    folder.join("bin/python")
}

#[track_caller]
fn ran(command: &mut Command, needs: &str) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{needs}: {error}"));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{needs}: {err}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What we say of an event log, with how often each pair occurs.
fn stats(demo: &Demo, file: &str) -> Value {
    let mut stats = demo.json(&["audit", "foreign", "stats", file, "--pairs", "1000000"]);
    let pairs = stats["dfg"].as_array().expect("pairs").iter().map(|pair| {
        let text = |name: &str| pair[name].as_str().expect("a name").to_owned();
        (
            format!("{} > {}", text("from"), text("to")),
            pair["count"].clone(),
        )
    });
    let pairs: serde_json::Map<String, Value> = pairs.collect();
    assert!(pairs.len() > 10, "{pairs:?}");
    stats["followed"] = Value::Object(pairs);
    stats
}

/// The one test that needs tools of others: everything they are asked is asked here.
#[test]
fn schemas_hold_and_pm4py_counts_as_we_do() {
    let demo = Demo::of(120);
    for (form, file) in [
        ("xes", "log.xes"),
        ("ocel-json", "log.json"),
        ("ocel-xml", "log.xml"),
        ("ocel-sqlite", "log.sqlite"),
    ] {
        demo.json(&["audit", "export", form, "--to", file]);
    }
    demo.json(&[
        "audit",
        "foreign",
        "convert",
        &receipt(),
        "--to",
        "receipt.xes",
    ]);
    let write = [
        "audit",
        "archive",
        "segment",
        "write",
        "--to",
        "log.parquet",
    ];
    let sealed = demo.json(&write);
    let extension =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/gridwhistle.xesext");
    std::fs::copy(extension, demo.city.path("gridwhistle.xesext")).expect("a copy");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/mining/check.py");
    let mut check = Command::new(tools());
    check.arg(script).arg(demo.city.folder.path()).arg(shared());
    let told = ran(&mut check, "the check of our exports by other tools");
    let told = told.lines().last().expect("an answer");
    let found: Value = serde_json::from_str(told).expect("JSON");
    for (schema, faults) in found["faults"].as_object().expect("by schema") {
        assert_eq!(faults, &Value::Array(Vec::new()), "{schema}");
    }
    assert_eq!(found["segment"]["events"], sealed["events"]);
    assert_eq!(found["segment"]["chain"], sealed["chain_after"]);
    let own = stats(&demo, "log.xes");
    assert_eq!(found["segment"]["cases"], own["cases"]);
    let receipt = stats(&demo, "receipt.xes");
    for (theirs, ours) in [
        ("xes", &own),
        ("json", &own),
        ("xml", &own),
        ("sqlite", &own),
        ("converted", &receipt),
    ] {
        for (name, count) in [
            ("cases", "cases"),
            ("events", "events"),
            ("variants", "variants"),
            ("pairs", "dfg_edges"),
            // Not only which pairs there are: how often each of them.
            ("followed", "followed"),
        ] {
            assert_eq!(found[theirs][name], ours[count], "{theirs}: {name}");
        }
    }
    let types = ["case", "coordination", "grid", "leg", "person_role", "unit"];
    assert_eq!(found["json"]["types"], serde_json::json!(types));
    for form in ["xml", "sqlite"] {
        assert_eq!(found[form]["objects"], found["json"]["objects"], "{form}");
    }
}

/// The shapes of what an auditor takes along, and of a report in which something was found: a suspension
/// on the last afternoon.
pub(crate) fn shapes(page: &mut String) {
    let (city, over) = city_with_closed();
    for (title, line) in [
        (
            "export",
            "export xes --to log.xes && audit export ocel-json --to log.json",
        ),
        ("foreign stats", "foreign stats log.xes"),
        ("foreign convert", "foreign convert log.xes --to again.xes"),
        ("archive case", "archive case CASE --to case.html"),
        ("archive verify-case", "archive verify-case case.html"),
        (
            "archive segment write",
            "archive segment write --to log.parquet",
        ),
        (
            "archive segment verify",
            "archive segment verify log.parquet",
        ),
        (
            "archive segment replay",
            "archive segment replay log.parquet --into sqlite://replayed.db",
        ),
    ] {
        let line = format!("audit {line}").replace("CASE", &over);
        let answers = line.split(" && ").map(|line| {
            let args: Vec<&str> = line.split_whitespace().chain(["--json"]).collect();
            city.at("2026-03-20 09:00", &args).json()
        });
        let answers = Value::Array(answers.collect());
        section(page, &format!("audit {title}"), &answers);
    }
    let case = &city.reported();
    let give = |at: &str, who: &str, line: &str| {
        let line = line.replace("CASE", case);
        let args: Vec<&str> = line.split_whitespace().collect();
        city.give(at, who, &args);
    };
    let accept = "accept CASE --class time_limited --matter environment.leak";
    give(MONDAY, LEADER, accept);
    give(MONDAY, WATER, "acknowledge CASE --leg 1");
    let wait = "suspend CASE --reason waiting_material --until 2026-03-12 --proof document=ab";
    give("2026-03-09 15:00", DISPATCHER, wait);
    let ran = city.at("2026-03-10 09:00", &["audit", "conformance", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("a report");
    assert_eq!(report["flags_found"]["suspicious_suspension"], 1);
    section(page, "audit conformance", &report);
}
