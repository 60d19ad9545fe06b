use super::shared::{Imported, Read311, table};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// One set of the truth: mapping, file, name in the truth.
struct Set(&'static str, &'static str, &'static str);

const BOSTON_2011: Set = Set(
    "boston-311-2011",
    "311/boston_2011_q3.csv.gz",
    "boston_2011_q3",
);
const BOSTON_2015: Set = Set(
    "boston-311-2015",
    "311/boston_2015_2017_subset.csv.gz",
    "boston_2015_2017",
);
const BALTIMORE: Set = Set(
    "baltimore-311",
    "311/baltimore_2014_2019_a.csv.gz",
    "baltimore_a",
);
const NEW_YORK: Set = Set(
    "nyc-311",
    "311/nyc_elevator_2024_a.csv.gz",
    "nyc_elevator_a",
);

const BY_AGENCY: &[&str] = &[
    "n",
    "n_closed",
    "n_never_closed",
    "n_due",
    "n_closed_with_due",
    "n_on_time",
    "n_negative_duration",
    "asof_received",
    "asof_closed",
    "asof_open",
    "asof_open_with_due",
    "asof_open_overdue",
    "asof_closed_late",
    "asof_due_next_24h",
    "city_ontime",
    "city_overdue",
    "city_blank",
];

const BY_MONTH: &[&str] = &["n", "n_closed", "n_due", "n_closed_with_due", "n_on_time"];

/// Counts of one group by the column names of the truth.
type Counts = BTreeMap<&'static str, u64>;

/// Whether a case counts under a column, at an instant; the definitions of the truth, word by word.
fn counts(column: &str, row: &Imported, at: DateTime<Utc>, next_day: DateTime<Utc>) -> bool {
    let (created, due, closed) = (row.case.received_at, row.case.due, row.closed_at);
    let received_at = created <= at;
    let closed_at = received_at && closed.is_some_and(|closed| closed <= at);
    let open_at = received_at && !closed_at;
    match column {
        "n" => true,
        "n_closed" => closed.is_some(),
        "n_never_closed" => closed.is_none(),
        "n_due" => due.is_some(),
        "n_closed_with_due" => due.is_some() && closed.is_some(),
        "n_on_time" => due.zip(closed).is_some_and(|(due, closed)| closed <= due),
        "n_negative_duration" => closed.is_some_and(|closed| closed < created),
        "asof_received" => received_at,
        "asof_closed" => closed_at,
        "asof_open" => open_at,
        "asof_open_with_due" => open_at && due.is_some(),
        "asof_open_overdue" => open_at && due.is_some_and(|due| due < at),
        "asof_closed_late" => {
            closed_at && due.zip(closed).is_some_and(|(due, closed)| closed > due)
        }
        "asof_due_next_24h" => open_at && due.is_some_and(|due| at <= due && due < next_day),
        "city_ontime" => row.case.source_on_time == Some(true),
        "city_overdue" => row.case.source_on_time == Some(false),
        "city_blank" => row.case.source_on_time.is_none(),
        other => panic!("no definition of {other}"),
    }
}

fn agency(row: &Imported) -> &str {
    row.case
        .unit
        .as_ref()
        .map_or("(none)", |unit| unit.as_str())
}

/// Folds the cases into counts by group and compares them with the truth, row by row.
fn compare<K: Ord + std::fmt::Debug>(
    read: &Read311,
    at: DateTime<Utc>,
    columns: &[&'static str],
    groups: impl Fn(&Imported) -> Vec<K>,
    truth: BTreeMap<K, BTreeMap<String, String>>,
) {
    let next_day = read.mapping.clock().wall(at) + TimeDelta::hours(24);
    let next_day = read.mapping.clock().localise(next_day).unwrap().at;
    let mut found: BTreeMap<K, Counts> = BTreeMap::new();
    for row in &read.cases {
        for group in groups(row) {
            let group = found.entry(group).or_default();
            for column in columns {
                *group.entry(column).or_default() += u64::from(counts(column, row, at, next_day));
            }
        }
    }
    let wanted = |row: BTreeMap<String, String>| -> Counts {
        columns
            .iter()
            .map(|column| (*column, row[*column].parse().unwrap()))
            .collect()
    };
    let truth: BTreeMap<K, Counts> = truth
        .into_iter()
        .map(|(group, row)| (group, wanted(row)))
        .collect();
    assert!(!truth.is_empty());
    for (group, wanted) in &truth {
        assert_eq!(found.get(group), Some(wanted), "{group:?}");
    }
    assert_eq!(found.len(), truth.len());
}

#[track_caller]
fn check(Set(mapping, file, set): &Set) -> Read311 {
    let read = Read311::of(mapping, file);
    let rows = table(&format!("truth/open_311_{set}_by_agency.csv"));
    let at = read.instant(&rows[0]["as_of"]);
    let both = |row: &Imported| vec!["(all)".to_owned(), agency(row).to_owned()];
    let by_agency = rows
        .into_iter()
        .map(|row| (row["agency"].clone(), row))
        .collect();
    compare(&read, at, BY_AGENCY, both, by_agency);

    let rows = table(&format!("truth/open_311_{set}_by_month_agency.csv"));
    let month = |row: &Imported| {
        let created = read.mapping.clock().wall(row.case.received_at);
        vec![(created.format("%Y-%m").to_string(), agency(row).to_owned())]
    };
    let by_month =
        |row: BTreeMap<String, String>| ((row["month"].clone(), row["agency"].clone()), row);
    compare(
        &read,
        at,
        BY_MONTH,
        month,
        rows.into_iter().map(by_month).collect(),
    );
    assert_eq!(read.survey.rows, read.cases.len() as u64);
    read
}

/// Ten-thousandths of an hour of a span in seconds, rounded to the nearest; a tie cannot occur.
fn ten_thousandths(seconds: i64) -> i64 {
    (seconds * 50 + 9).div_euclid(18)
}

/// The same of a decimal text.
fn decimal(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let fraction: i64 = format!("{fraction:0<4}").parse().unwrap();
    whole.parse::<i64>().unwrap() * 10_000 + fraction
}

/// The full overdue list, in order of due time and id, with hours on the source's wall clock.
#[track_caller]
fn check_overdue(read: &Read311, set: &str) {
    let clock = read.mapping.clock();
    let as_of = table(&format!("truth/open_311_{set}_by_agency.csv"))[0]["as_of"].clone();
    let at = read.instant(&as_of);
    let mut found: Vec<_> = read
        .cases
        .iter()
        .filter(|row| counts("asof_open_overdue", row, at, at))
        .map(|row| {
            let due = clock.wall(row.case.due.unwrap());
            let hours = ten_thousandths((clock.wall(at) - due).num_seconds());
            let created = clock.wall(row.case.received_at);
            let id = row.case.source.id.clone();
            (
                due.to_string(),
                id,
                agency(row).to_owned(),
                created.to_string(),
                hours,
            )
        })
        .collect();
    found.sort();
    let truth: Vec<_> = table(&format!("truth/open_311_{set}_overdue_at_asof.csv.gz"))
        .into_iter()
        .map(|row| {
            let text = |column: &str| row[column].clone();
            (
                text("due"),
                text("id"),
                text("agency"),
                text("created"),
                decimal(&row["hours_overdue"]),
            )
        })
        .collect();
    assert!(!truth.is_empty());
    assert_eq!(found.len(), truth.len());
    for (found, truth) in found.iter().zip(&truth) {
        assert_eq!(found, truth);
    }
}

/// The city's own flag, recomputed on every row where it is filled. The export was taken years after
/// the last due time that counts, so "not closed" is overdue whenever the due time was before it.
#[track_caller]
fn check_flag(read: &Read311, filled: usize) {
    let extracted = read.instant("2023-05-01 00:00:00");
    let mut compared = 0;
    for row in &read.cases {
        let Some(on_time) = row.case.source_on_time else {
            continue;
        };
        let late = row
            .case
            .due
            .is_some_and(|due| row.closed_at.is_none_or(|closed| closed > due));
        assert_eq!(on_time, !late, "{} at {extracted}", row.case.source.id);
        compared += 1;
    }
    assert_eq!(compared, filled);
}

#[test]
fn boston_2011_comes_out_as_the_truth_says() {
    let read = check(&BOSTON_2011);
    check_overdue(&read, BOSTON_2011.2);
    check_flag(&read, 25_369 + 6_376);
    assert_eq!(read.flagged("due_before_opened"), 3);
    assert_eq!(read.flagged("closed_before_opened"), 0);
    assert_eq!(read.flagged("status_disagrees"), 0);
}

#[test]
fn boston_2015_to_2017_comes_out_as_the_truth_says() {
    let read = check(&BOSTON_2015);
    check_overdue(&read, BOSTON_2015.2);
    check_flag(&read, 21_475);
    assert_eq!(read.flagged("closed_before_opened"), 10);
}

#[test]
fn baltimore_comes_out_as_the_truth_says() {
    let read = check(&BALTIMORE);
    check_overdue(&read, BALTIMORE.2);
    assert_eq!(read.flagged("status_disagrees"), 0);
    assert_eq!(read.flagged("status_unknown"), 0);
    assert_eq!(read.flagged("local_time_nonexistent"), 1);
}

#[test]
fn new_york_comes_out_as_the_truth_says_though_its_status_disagrees() {
    let read = check(&NEW_YORK);
    assert_eq!(read.flagged("status_disagrees"), 159);
    assert_eq!(read.flagged("status_unknown"), 0);
}
