//! The holidays of China, built in as data (`china.csv`; provenance in its header and in
//! `docs/reference/calendars.md`).

use super::book::CalendarBook;
use super::day::{CalendarDay, DayKind};
use super::publication::CalendarPublication;
use super::version::CalendarVersion;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use std::sync::LazyLock;

const DATA: &str = include_str!("china.csv");

static BOOK: LazyLock<CalendarBook> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the data is compiled in; a test reads all of it"
    )]
    CalendarBook::from_publications(publications(DATA)).expect("china.csv is in order")
});

/// The built-in book; its versions are computed once for all clones.
pub(super) fn book() -> CalendarBook {
    BOOK.clone()
}

/// Reads the data. A line that is in no form is left out, which the tests would notice by the
/// count of lines and by the days themselves.
fn publications(data: &str) -> Vec<CalendarPublication> {
    let mut found = Vec::<CalendarPublication>::new();
    for line in data.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.splitn(6, ',');
        let mut cell = || cells.next().unwrap_or_default();
        let (first, second, third) = (cell(), cell(), cell());
        if first == "notice" {
            let (basis, year, note) = (cell(), cell(), cell());
            found.extend(third.parse().ok().and_then(known_at).map(|known_at| {
                CalendarPublication {
                    version: CalendarVersion::from(second),
                    known_at,
                    years: year.parse().into_iter().collect(),
                    days: Vec::new(),
                    hours: None,
                    day_end: None,
                    replaces: None,
                    note: format!("{note} ({basis})"),
                }
            }));
        } else if let (Some(kind), Ok(date), Some(notice)) =
            (kind(first), second.parse(), found.last_mut())
        {
            notice.days.push(CalendarDay::new(date, kind, third));
        }
    }
    found
}

fn kind(text: &str) -> Option<DayKind> {
    match text {
        "holiday" => Some(DayKind::Holiday),
        "makeup" => Some(DayKind::Makeup),
        _ => None,
    }
}

/// A notice is known from 00:00 (+08:00) of the day it was made public: there is no time of day.
fn known_at(date: NaiveDate) -> Option<DateTime<Utc>> {
    let evening_before = NaiveTime::from_hms_opt(16, 0, 0)?;
    Some(
        date.checked_sub_days(Days::new(1))?
            .and_time(evening_before)
            .and_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        let lines = DATA.lines().filter(|line| !line.starts_with('#')).count();
        let read = publications(DATA);
        let days: usize = read.iter().map(|publication| publication.days.len()).sum();
        assert_eq!(read.len() + days, lines);
        assert_eq!(
            read.len(),
            26,
            "23 years, and the changes of 2015, 2019 and 2020"
        );
        assert!(CalendarBook::from_publications(read).is_ok());
    }
}
