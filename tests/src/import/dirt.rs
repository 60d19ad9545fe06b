use gridwhistle::import::{Anomaly, Importer, Mapping, RejectReason, Row, Survey, case_id};
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::record::{ForeignCase, Point};
use gridwhistle_domain::class::CaseClass;
use std::sync::Arc;

const MAPPING: &str = r#"
source = "my-city"
delimiter = ";"
[time]
zone = "America/New_York"
formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
[columns]
id = "id"
created = "opened"
due = "due"
closed = "closed"
unit = "unit"
unit_id = "unit_id"
matter = ["kind"]
title = ["kind", "detail"]
[class]
column = "class"
values = { quick = "on_the_spot", hard = "special" }
[status]
column = "status"
open = ["open"]
closed = ["done"]
[on_time]
column = "flag"
on_time = ["Y"]
late = ["N"]
[areas]
street = "street"
[location]
latitude = "lat"
longitude = "lng"
placeholders = ["42.5,-71.5"]
bounds = { south = "42", west = "-72", north = "43", east = "-71" }
[missing]
unit = ["-"]
[values.unit]
PW = "Public Works"
"#;

const HEADER: &str =
    "id;opened;due;closed;unit;unit_id;kind;detail;class;status;flag;street;lat;lng\n";

fn rows(lines: &[&str]) -> Vec<Row> {
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let text = format!("{HEADER}{}\n", lines.join("\n"));
    let survey = Survey::of(&mapping, text.as_bytes()).unwrap();
    let importer = Importer::new(mapping, text.as_bytes())
        .unwrap()
        .surveyed(survey);
    importer.map(Result::unwrap).collect()
}

#[track_caller]
fn case(line: &str) -> (ForeignCase, Option<String>) {
    match rows(&[line]).pop() {
        Some(Row::Case(row)) => match row.command {
            CaseCommand::Import {
                case, closed_at, ..
            } => (*case, closed_at.map(|at| at.to_rfc3339())),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn flagged(line: &str, expected: &[Anomaly]) {
    let codes: Vec<_> = expected.iter().map(|anomaly| anomaly.code()).collect();
    assert_eq!(case(line).0.anomalies, codes, "{line}");
}

#[track_caller]
fn rejected(lines: &[&str], expected: &str, words: &str) {
    let Some(Row::Reject { line, reason, .. }) = rows(lines).pop() else {
        panic!("{lines:?} is no reject");
    };
    assert_eq!((line, reason.code()), (lines.len() as u64 + 1, expected));
    assert!(
        reason.text().en.contains(words) && !reason.text().zh.is_empty(),
        "{reason}"
    );
}

#[test]
fn a_clean_row_becomes_a_case_with_the_sources_own_times() {
    let (case, closed) = case(
        "A1;2026-07-01 08:00:00;2026-07-08;2026-07-02 09:30:00;PW;7;Trees;Fallen limb;hard;done;Y; High St ;42.25;-71.25",
    );
    assert_eq!(case.received_at.to_rfc3339(), "2026-07-01T12:00:00+00:00");
    assert_eq!(case.due.unwrap().to_rfc3339(), "2026-07-08T04:00:00+00:00");
    assert_eq!(closed.as_deref(), Some("2026-07-02T13:30:00+00:00"));
    assert_eq!(case.unit.unwrap().as_str(), "Public Works");
    assert_eq!(
        (case.matter.as_str(), case.summary.as_str()),
        ("Trees", "Trees / Fallen limb")
    );
    assert_eq!(case.class, CaseClass::Special);
    assert_eq!(case.areas["street"], " High St ", "names stay as written");
    assert_eq!(
        case.point,
        Some(Point {
            lat: 42_250_000,
            lng: -71_250_000
        })
    );
    assert_eq!(case.source_on_time, Some(true));
    assert!(case.anomalies.is_empty());
}

#[test]
fn rows_that_cannot_be_cases_are_rejected_with_line_code_and_words() {
    let good = "A1;2026-07-01;;;PW;7;k;d;quick;open;;s;;";
    rejected(
        &["A1;2026-07-01;;"],
        "field_count",
        "4 fields, the header 14",
    );
    rejected(
        &[" ;2026-07-01;;;PW;7;k;d;quick;open;;s;;"],
        "id_missing",
        "`id`",
    );
    rejected(
        &[good, "A2;2026-07-01;;;PW;7;k;d;quick;open;;s;;", good],
        "id_twice",
        "earlier line",
    );
    rejected(
        &["A1; ;;;PW;7;k;d;quick;open;;s;;"],
        "created_missing",
        "`opened`",
    );
    rejected(
        &["A1;2026-02-30;;;PW;7;k;d;quick;open;;s;;"],
        "impossible_time",
        "`2026-02-30`",
    );
    rejected(
        &["A1;2026-07-01;soon;;PW;7;k;d;quick;open;;s;;"],
        "impossible_time",
        "`due`: `soon`",
    );
    rejected(
        &["A1;2026-07-01;;0001-01-01;PW;7;k;d;quick;open;;s;;"],
        "impossible_time",
        "`closed`",
    );
    rejected(
        &["A1;2026-07-01;;;PW;7;k;d;odd;open;;s;;"],
        "class_unknown",
        "`class`: `odd`",
    );
    let long = format!(
        "A1;2026-07-01;;;PW;7;k;{};quick;open;;s;;",
        "字".repeat(4_001)
    );
    rejected(&[&long], "text_too_long", "at most 4000");
    let name = "字".repeat(257);
    for long in [
        format!("{name};2026-07-01;;;PW;7;k;d;quick;open;;s;;"),
        format!("A1;2026-07-01;;;{name};7;k;d;quick;open;;s;;"),
        format!("A1;2026-07-01;;;PW;7;{name};d;quick;open;;s;;"),
        format!("A1;2026-07-01;;;PW;7;k;d;quick;open;;{name};;"),
    ] {
        rejected(&[&long], "text_too_long", "at most 256");
    }
}

#[test]
fn the_first_of_two_equal_ids_is_kept_and_the_id_of_a_reject_is_told() {
    let good = "A1;2026-07-01;;;PW;7;k;d;quick;open;;s;;";
    let rows = rows(&[good, good]);
    assert!(matches!(&rows[0], Row::Case(row) if row.case_id == case_id("my-city", "A1")));
    assert!(
        matches!(&rows[1], Row::Reject { line: 3, id, reason: RejectReason::IdTwice { .. } } if id == "A1")
    );
}

#[test]
fn oddities_are_kept_and_flagged() {
    use Anomaly as A;
    flagged(
        "A1;2026-07-02;;2026-07-01;PW;7;k;d;quick;done;;s;;",
        &[A::ClosedBeforeOpened],
    );
    flagged(
        "A1;2026-07-02;2026-07-01;;PW;7;k;d;quick;open;;s;;",
        &[A::DueBeforeOpened],
    );
    flagged(
        "A1;2026-07-02;;2026-07-03;PW;7;k;d;quick;open;;s;;",
        &[A::StatusDisagrees],
    );
    flagged(
        "A1;2026-07-02;;;PW;7;k;d;quick;done;;s;;",
        &[A::StatusDisagrees],
    );
    flagged("A1;2026-07-02;;;PW;7;k;d;quick;;;s;;", &[A::StatusUnknown]);
    flagged(
        "A1;2026-07-02;;;PW;7;k;d;quick;open;maybe;s;;",
        &[A::OnTimeFlagUnknown],
    );
    flagged(
        "A1;2026-07-02;;;PW;7;k;d;quick;open;;s;41.9;-71.5",
        &[A::ImpossibleLocation],
    );
    flagged(
        "A1;2026-07-02;;;PW;7;k;d;quick;open;;s;42.5;",
        &[A::ImpossibleLocation],
    );
    flagged(
        "A1;2026-03-08 02:30:00;;;PW;7;k;d;quick;open;;s;;",
        &[A::LocalTimeNonexistent],
    );
    flagged(
        "A1;2026-11-01 01:30:00;;;PW;7;k;d;quick;open;;s;;",
        &[A::LocalTimeAmbiguous],
    );
}

#[test]
fn placeholders_and_blanks_are_missing_and_no_oddity() {
    let (case, closed) = case("A1;2026-07-02; ;;-;7;;;quick;open;;  ;42.5;-71.5");
    assert_eq!(
        (case.unit, case.due, closed, case.point),
        (None, None, None, None)
    );
    assert!(case.matter.is_empty() && case.areas.is_empty() && case.anomalies.is_empty());
}

#[test]
fn every_row_of_a_unit_id_with_two_names_is_flagged_once_the_file_is_surveyed() {
    let lines = [
        "A1;2026-07-02;;;Roads;7;k;d;quick;open;;s;;",
        "A2;2026-07-02;;;Parks;8;k;d;quick;open;;s;;",
        "A3;2026-07-02;;;Roads (old);7;k;d;quick;open;;s;;",
    ];
    let flags = |rows: Vec<Row>| -> Vec<bool> {
        let flagged = |row: &Row| match row {
            Row::Case(row) => match &row.command {
                CaseCommand::Import { case, .. } => !case.anomalies.is_empty(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        rows.iter().map(flagged).collect()
    };
    assert_eq!(flags(rows(&lines)), [true, false, true]);
    // Without a survey the second name is news only where it appears.
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let text = format!("{HEADER}{}\n", lines.join("\n"));
    let mut importer = Importer::new(mapping, text.as_bytes()).unwrap();
    assert_eq!(
        flags(importer.by_ref().map(Result::unwrap).collect()),
        [false, false, true]
    );
    let names: Vec<_> = importer.double_names().into_iter().collect();
    assert_eq!(
        names,
        [(
            "7".to_owned(),
            ["Roads".to_owned(), "Roads (old)".to_owned()].into()
        )]
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let good = "A1;2026-07-02;;;PW;7;\"k\nk\";d;quick;open;;s;;";
    let lines = |rows: Vec<Row>| -> Vec<u64> {
        let line = |row: &Row| match row {
            Row::Case(row) => row.line,
            Row::Reject { line, .. } => *line,
        };
        rows.iter().map(line).collect()
    };
    assert_eq!(lines(rows(&[good, "", "", "A2", "A3"])), [2, 6, 7]);
    let mapping = Arc::new(Mapping::parse(MAPPING).unwrap());
    let text = format!("{HEADER}{good}\nA2\nA3").replace('\n', "\r\n");
    let importer = Importer::new(mapping, text.as_bytes()).unwrap();
    assert_eq!(lines(importer.map(Result::unwrap).collect()), [2, 4, 5]);
}

#[test]
fn codes_of_anomalies_are_stable_and_have_labels() {
    for anomaly in Anomaly::ALL {
        assert_eq!(Anomaly::from_code(anomaly.code()), Some(*anomaly));
        assert!(!anomaly.label().zh.is_empty() && !anomaly.label().en.is_empty());
    }
    assert_eq!(Anomaly::ALL.len(), 11);
}
