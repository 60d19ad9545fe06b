//! What all calendar tests use: local times as text, and the shared data.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use gridwhistle_domain::calendar::CalendarPublication;
use std::path::PathBuf;

/// A local time (+08:00) written `YYYY-MM-DD HH:MM`.
#[track_caller]
pub(crate) fn at(local: &str) -> DateTime<Utc> {
    let naive = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    (naive - TimeDelta::hours(8)).and_utc()
}

/// The local time (+08:00) of an instant, written `YYYY-MM-DD HH:MM`.
pub(crate) fn local(at: DateTime<Utc>) -> String {
    (at + TimeDelta::hours(8))
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

#[track_caller]
pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The rows of a shared CSV file, as maps would be but in order: header and cells.
pub(crate) fn rows(path: &str) -> Vec<Vec<String>> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let file = PathBuf::from(shared).join(path);
    let mut reader = csv::Reader::from_path(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. These tests need the shared data: put the folder `shared/data` with \
             `{path}` beside the workspace's own folder",
            file.display()
        )
    });
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader.records().map(|row| cells(row.unwrap())).collect()
}

#[track_caller]
pub(crate) fn toml(text: &str) -> CalendarPublication {
    CalendarPublication::from_toml(text).unwrap()
}

/// A publication of 2027 with more lines.
#[track_caller]
pub(crate) fn of_2027(more: &str) -> CalendarPublication {
    toml(&format!(
        "version = \"cn-2027\"\nknown_at = \"2026-11-05T00:00:00+08:00\"\nyears = [2027]\n{more}"
    ))
}

/// Days of 2027, invented.
pub(crate) const NEW_YEAR: &str = r#"days = [
    { date = "2027-01-01", kind = "holiday", name = "元旦" },
    { date = "2027-01-04", kind = "holiday" },
    { date = "2027-01-09", kind = "makeup" },
]"#;
