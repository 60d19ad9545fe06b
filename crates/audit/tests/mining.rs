//! Process mining over real logs: the same figures as other tools, in and out again.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expected, also in the functions its steps share"
)]

use gridwhistle_audit::mining::MiningProblem;
use gridwhistle_audit::mining::foreign::{Figures, ForeignLog, LogMapping};
use gridwhistle_domain::text::Language;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;

/// A file of the shared data.
fn shared(name: &str) -> PathBuf {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let path = PathBuf::from(path).join(name);
    assert!(
        path.exists(),
        "the shared data is missing: {} is not there; put the folder `shared/data` beside the \
         repository",
        path.display()
    );
    path
}

fn open(name: &str) -> File {
    File::open(shared(&format!("eventlogs/{name}"))).expect("a readable file")
}

/// The rows of a table of the truth.
fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    let file = File::open(shared(&format!("truth/{name}"))).expect("a readable file");
    let rows = csv::Reader::from_reader(file).into_deserialize();
    rows.map(|row| row.expect("a row")).collect()
}

fn mapping(toml: &str) -> LogMapping {
    LogMapping::parse(toml).expect("a mapping")
}

fn standard() -> LogMapping {
    LogMapping::standard().expect("the built-in mapping")
}

/// Holds a log's figures against the truth: the row of the statistics, and the 300 pairs.
#[track_caller]
fn check(name: &str, figures: &Figures) {
    let rows = truth("open_log_stats.csv");
    let row = rows.iter().find(|row| row["log"] == name).expect("a row");
    let counts = [
        ("cases", figures.cases),
        ("events", figures.events),
        ("activities", figures.activities),
        ("resources", figures.resources),
        ("variants", figures.variants),
        ("dfg_edges", figures.dfg_edges),
    ];
    for (column, found) in counts {
        assert_eq!(found.to_string(), row[column], "{name}: {column}");
    }
    for (column, found) in [
        ("first_event", figures.first_event),
        ("last_event", figures.last_event),
    ] {
        let known = row[column].replacen(' ', "T", 1);
        let known: chrono::DateTime<chrono::Utc> = known.parse().expect("an instant");
        assert_eq!(found, known, "{name}: {column}");
    }
    for (column, found) in [
        ("median_case_h", figures.median_case_h),
        ("p90_case_h", figures.p90_case_h),
    ] {
        let known: rust_decimal::Decimal = row[column].parse().expect("a number");
        assert_eq!(found.normalize(), known.normalize(), "{name}: {column}");
    }
    let pairs = truth(&format!("open_log_{name}_dfg_top300.csv"));
    let known: Vec<_> = pairs
        .iter()
        .map(|pair| {
            (
                pair["from"].as_str(),
                pair["to"].as_str(),
                pair["count"].clone(),
            )
        })
        .collect();
    let found: Vec<_> = figures
        .dfg
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.count.to_string()))
        .collect();
    assert_eq!(found, known, "{name}");
}

/// Reads a log, holds it against the truth, writes it as XES, and holds that against it too.
#[track_caller]
fn in_and_out(name: &str, file: &str, mapping: &LogMapping) {
    let log = ForeignLog::read(mapping, open(file)).expect("a log");
    check(name, &log.figures(300).expect("figures"));
    let mut xes = Vec::new();
    let converted = log.write_xes(&mut xes).expect("XES");
    let again = ForeignLog::read(&standard(), xes.as_slice()).expect("our own XES");
    let figures = again.figures(300).expect("figures");
    check(name, &figures);
    assert_eq!(
        (converted.cases, converted.events),
        (figures.cases, figures.events)
    );
}

#[test]
fn logs_in_xes_have_the_figures_that_other_tools_find_and_keep_them_on_the_way_out() {
    in_and_out("receipt", "receipt.xes.gz", &standard());
    in_and_out("helpdesk", "helpdesk.xes.gz", &standard());
    in_and_out(
        "bpic2013_closed_problems",
        "bpic2013_closed_problems.xes.gz",
        &standard(),
    );
    in_and_out("roadtraffic100", "roadtraffic100traces.xes", &standard());
}

#[test]
fn logs_in_tables_have_them_too_by_a_mapping_of_their_columns() {
    in_and_out("receipt", "receipt.csv.gz", &standard());
    in_and_out("bpic15_a", "bpic15_municipality1_a.csv.gz", &standard());
    let plain = "source = \"plain\"\n[columns]\ncase = \"case_id\"\nactivity = \"activity\"\n\
                 time = \"timestamp\"\nresource = \"resource\"\nlifecycle = \"lifecycle\"\n";
    in_and_out("traffic_a", "traffic_fines_10k_a.csv.gz", &mapping(plain));
    in_and_out(
        "billing_a",
        "hospital_billing_10k_a.csv.gz",
        &mapping(plain),
    );
    let incidents = "source = \"bpic14\"\n[columns]\ncase = \"incident_id\"\n\
                     activity = \"incident_activity_type\"\ntime = \"data_stamp\"\n\
                     resource = \"assignment_group\"\n";
    in_and_out(
        "bpic14_a",
        "bpic14_incident_events_a.csv.gz",
        &mapping(incidents),
    );
}

#[track_caller]
fn refused(bytes: &[u8], expected: &str) {
    let Err(problem) = ForeignLog::read(&standard(), bytes) else {
        panic!("a log that should be refused: {expected}")
    };
    assert!(problem.is_input(), "{problem}");
    assert!(problem.to_string().contains(expected), "{problem}");
    assert_eq!(problem.code(), "event_log_wrong");
    let zh = problem.message(Language::ZhCn);
    assert!(zh.starts_with("第 ") && zh.contains("可用："), "{zh}");
}

#[test]
fn a_log_that_is_cut_off_garbled_or_something_else_is_refused_with_its_place() {
    let mut packed = Vec::new();
    let mut file = open("receipt.xes.gz");
    file.read_to_end(&mut packed).expect("a readable file");
    refused(&packed[..packed.len() / 2], "ends in the middle");
    let half = packed.len() / 2;
    packed[half..half + 64].fill(0x55);
    refused(&packed, "");
    refused(b"<log><trace><event>", "ends in the middle");
    refused(b"<log><trace></event></trace></log>", "no XML");
    refused(
        b"<log><trace><event><string key='a'/></event></trace></log>",
        "lacks its key or value",
    );
    refused(b"<!DOCTYPE log [<!ENTITY a 'b'>]><log/>", "DTD");
    refused(b"<html></html>", "no element `log`");
    refused(b"<log></log>", "no event");
    refused(b"", "no column");
    refused(b"a,b\n1,2\n", "no column `case:concept:name`");
    refused(
        b"case:concept:name,concept:name,time:timestamp\n",
        "no event",
    );
    refused(
        b"case:concept:name,concept:name,time:timestamp\n\xff,a,2020-01-01\n",
        "no UTF-8",
    );
}

#[test]
fn what_is_not_taken_along_is_counted() {
    let xes = "<log xmlns='x'><string key='k' value='v'/><trace>\
        <string key='concept:name' value='A'><int key='n' value='1'/></string>\
        <list key='l'><string key='in' value='x'/></list>\
        <event><string key='concept:name' value='a'/><date key='time:timestamp' value='2020-01-01'/></event>\
        <event><date key='time:timestamp' value='2020-01-02'/></event>\
        <event><string key='concept:name' value='b'/><date key='time:timestamp' value='soon'/></event>\
        </trace><event><string key='concept:name' value='c'/></event></log>";
    let log = ForeignLog::read(&standard(), xes.as_bytes()).expect("a log");
    let figures = log.figures(10).expect("figures");
    let left = figures.left_out;
    assert_eq!(
        (figures.cases, figures.events, figures.dfg_edges),
        (1, 1, 0)
    );
    assert_eq!(
        (
            left.events_without_activity,
            left.events_without_time,
            left.events_without_case,
            left.nested_attributes
        ),
        (1, 1, 1, 3)
    );
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_is_full_is_told_as_such() {
    let csv = "case:concept:name,concept:name,time:timestamp\nA,a,2020-01-01\n";
    let log = ForeignLog::read(&standard(), csv.as_bytes()).expect("a log");
    let problem = log.write_xes(Full).expect_err("a full disk");
    assert!(matches!(problem, MiningProblem::Unwritable(_)));
}
