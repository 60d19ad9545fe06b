//! The working calendar of a year, as it is known at an instant.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use gridwhistle_domain::calendar::{CalendarBook, DayKind, DayPart};
use serde::Serialize;

/// A year of the calendar: every day that the week alone does not tell.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalendarYear {
    /// The instant.
    pub as_of: DateTime<Utc>,
    /// The version in force then.
    pub version: String,
    /// Since when it is known.
    pub known_at: DateTime<Utc>,
    /// The year.
    pub year: i32,
    /// Whether its holidays are published; else Monday to Friday is assumed, and due times in it may
    /// move.
    pub published: bool,
    /// The years whose holidays are published.
    pub years: Vec<i32>,
    /// Working days of the year.
    pub working_days: u64,
    /// Days that differ from the week, in order.
    pub days: Vec<DayShown>,
    /// Working hours of the day on which the year begins, and from when others hold.
    pub hours: Vec<HoursShown>,
}

/// A day that differs from the week.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DayShown {
    /// The day.
    pub date: NaiveDate,
    /// Why.
    pub kind: DayKind,
    /// Which part of it.
    pub part: DayPart,
    /// The occasion.
    pub name: String,
    /// Whether any of it is worked.
    pub works: bool,
}

/// Working hours from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HoursShown {
    /// The first day.
    pub from: NaiveDate,
    /// Each as `08:00-12:00`.
    pub shifts: Vec<String>,
}

impl CalendarYear {
    /// A year as known at an instant; none: no calendar counts in that year.
    #[must_use]
    pub fn of(book: &CalendarBook, year: i32, at: DateTime<Utc>) -> Option<Self> {
        let calendar = book.in_force(at);
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let dates = first.iter_days().take_while(|date| date.year() == year);
        let (mut days, mut hours, mut working_days) = (Vec::new(), Vec::new(), 0);
        for date in dates {
            let works = calendar.is_working_day(date);
            working_days += u64::from(works);
            if let Some(day) = calendar.day(date) {
                days.push(DayShown {
                    date,
                    kind: day.kind,
                    part: day.part,
                    name: day.name.clone(),
                    works,
                });
            } else if works {
                // Hours are those of whole working days; a day that differs tells nothing of them.
                let shifts = calendar.shifts(date);
                let shifts: Vec<String> = shifts.iter().map(ToString::to_string).collect();
                let known = hours.last().map(|last: &HoursShown| &last.shifts);
                if known != Some(&shifts) {
                    hours.push(HoursShown { from: date, shifts });
                }
            }
        }
        Some(Self {
            as_of: at,
            version: calendar.version().to_string(),
            known_at: calendar.known_at(),
            year,
            published: calendar.published_years().contains(&year),
            years: calendar.published_years().iter().copied().collect(),
            working_days,
            days,
            hours,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_tells_what_the_week_does_not() {
        let book = CalendarBook::china();
        let at = "2026-03-02T00:00:00Z".parse().unwrap();
        let year = CalendarYear::of(&book, 2026, at).unwrap();
        assert!(year.published && year.years.contains(&2026));
        let of = |kind: DayKind| year.days.iter().filter(|day| day.kind == kind).count();
        assert!(of(DayKind::Holiday) >= 13 && of(DayKind::Makeup) >= 1);
        assert_eq!(year.hours.len(), 1, "{:?}", year.hours);
        let unknown = CalendarYear::of(&book, 2040, at).unwrap();
        assert!(!unknown.published && unknown.days.is_empty());
    }
}
