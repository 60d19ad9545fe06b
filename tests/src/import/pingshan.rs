use super::shared::{Imported, Read311, path, table};
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

fn read() -> Read311 {
    Read311::of("pingshan", "cn/pingshan_2018_02_10.csv.gz")
}

/// The value of a dimension of the truth, where the import keeps it.
fn value(dimension: &str, row: &Imported) -> Option<String> {
    let area = |level: &str| row.case.areas.get(level).cloned();
    match dimension {
        "ALL" => Some("(all)".to_owned()),
        "DISPOSE_UNIT_NAME" => row.case.unit.as_ref().map(ToString::to_string),
        "STREET_NAME" => area("street"),
        "COMMUNITY_NAME" => area("community"),
        "EVENT_TYPE_NAME" => Some(row.case.matter.clone()),
        _ => None,
    }
}

#[test]
fn counts_by_unit_street_community_and_type_come_out_as_the_truth_says() {
    let read = read();
    let mut found: BTreeMap<(String, String), [u64; 4]> = BTreeMap::new();
    let dimensions = [
        "ALL",
        "DISPOSE_UNIT_NAME",
        "STREET_NAME",
        "COMMUNITY_NAME",
        "EVENT_TYPE_NAME",
    ];
    for row in &read.cases {
        for dimension in dimensions {
            let value = value(dimension, row).unwrap();
            let group = found.entry((dimension.to_owned(), value)).or_default();
            let verdict = match row.on_time {
                Some(true) => 1,
                Some(false) => 2,
                None => 3,
            };
            group[0] += 1;
            group[verdict] += 1;
        }
    }
    let truth: BTreeMap<(String, String), [u64; 4]> =
        table("truth/open_cn_pingshan_by_dimension.csv")
            .into_iter()
            .filter(|row| dimensions.contains(&row["dimension"].as_str()))
            .map(|row| {
                let count = |column: &str| row[column].parse::<u64>().unwrap();
                let counts = [
                    count("n"),
                    count("intime_closed"),
                    count("overtime_closed"),
                    count("unknown"),
                ];
                ((row["dimension"].clone(), row["value"].clone()), counts)
            })
            .collect();
    assert_eq!(truth.len(), 1 + 145 + 7 + 24 + 18);
    assert_eq!(found, truth);
}

#[test]
fn a_closure_without_a_time_is_kept_with_its_verdict_and_flagged() {
    let read = read();
    assert_eq!(read.flagged("closure_time_unknown"), 6_236 + 714);
    assert_eq!(read.flagged("closure_unknown"), 2);
    for row in &read.cases {
        let closed = row.on_time.is_some();
        assert_eq!(row.closed_at, closed.then_some(row.case.received_at));
    }
}

/// The names of each unit id, straight from the file.
fn names() -> BTreeMap<String, BTreeSet<String>> {
    let file = File::open(path("cn/pingshan_2018_02_10.csv.gz")).unwrap();
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let rows = csv::Reader::from_reader(GzDecoder::new(file)).into_deserialize();
    for row in rows {
        let mut row: BTreeMap<String, String> = row.unwrap();
        let name = row.remove("DISPOSE_UNIT_NAME").unwrap();
        names
            .entry(row.remove("DISPOSE_UNIT_ID").unwrap())
            .or_default()
            .insert(name);
    }
    names
}

#[test]
fn every_unit_id_with_two_names_is_listed_and_each_of_its_rows_flagged() {
    let read = read();
    let mut names = names();
    names.retain(|_, names| names.len() > 1);
    assert_eq!(read.survey.double_names, names);
    assert_eq!(names.len(), 30);
    assert_eq!(read.flagged("unit_id_with_two_names"), 1_768);
}
