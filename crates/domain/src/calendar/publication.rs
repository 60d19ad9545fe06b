//! The plain form in which a calendar version is published: the body of the event, and a TOML file.

use super::YEARS;
use super::day::{CalendarDay, DayKind};
use super::hours::{Hours, MonthDay, Shift};
use super::problem::{CalendarProblem, CalendarRefused};
use super::version::{CalendarVersion, DayEnd};
use crate::text::{Text, reader_in_chinese, reader_parts};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What one notice, or one local decision, adds to the calendar.
///
/// ```
/// use gridwhistle_domain::calendar::{CalendarBook, CalendarPublication};
/// let typhoon = CalendarPublication::from_toml(r#"
///     version = "fz-2026-typhoon-1"
///     known_at = "2026-07-20T20:00:00+08:00"
///     note = "stop of work, afternoon"
///     [[days]]
///     date = "2026-07-21"
///     kind = "stop_work"
///     part = "afternoon"
/// "#)?;
/// let book = CalendarBook::china().publish(typhoon)?;
/// assert_eq!(book.latest().version().as_str(), "fz-2026-typhoon-1");
/// # Ok::<(), gridwhistle_domain::calendar::CalendarRefused>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CalendarPublication {
    /// The label of the version that comes into being.
    pub version: CalendarVersion,
    /// When it became known (RFC 3339), e.g. the date of the notice.
    pub known_at: DateTime<Utc>,
    /// The years whose holidays it publishes; none for a local override.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<i32>,
    /// Holidays, make-up workdays, stops of work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<CalendarDay>,
    /// Office hours from a date on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// When limits in days end, if that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_end: Option<DayEnd>,
    /// The version whose own part this one takes the place of; it restates all of its years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<CalendarVersion>,
    /// Where it comes from, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl CalendarPublication {
    /// Reads the TOML form. The content is judged when it is published.
    ///
    /// # Errors
    /// [`CalendarProblem::Unreadable`] with line, column, field and what is accepted.
    pub fn from_toml(text: &str) -> Result<Self, CalendarRefused> {
        toml::from_str(text).map_err(|error| unreadable(text, &error).into())
    }

    /// What is wrong with the publication by itself, whatever is published already. `published`
    /// are the years in which a day may lie besides its own.
    pub(super) fn problems(&self, published: &BTreeSet<i32>) -> Vec<CalendarProblem> {
        let mut found = Vec::new();
        let label = self.version.as_str();
        let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
        if label.is_empty() || label.len() > 64 || !label.chars().all(sign) {
            found.push(CalendarProblem::VersionLabel(self.version.clone()));
        }
        let empty = self.years.is_empty() && self.days.is_empty() && self.hours.is_none();
        if empty && self.day_end.is_none() {
            found.push(CalendarProblem::NothingPublished);
        }
        self.year_problems(&mut found);
        self.day_problems(published, &mut found);
        if let Some(hours) = &self.hours {
            hours_problems(hours, &mut found);
        }
        found
    }

    fn year_problems(&self, found: &mut Vec<CalendarProblem>) {
        let mut seen = BTreeSet::new();
        let off = self.days.iter().filter(|day| day.kind == DayKind::Holiday);
        let with_days: BTreeSet<i32> = off.map(|day| day.date.year()).collect();
        for &year in &self.years {
            if !YEARS.contains(&year) {
                found.push(CalendarProblem::YearOutOfRange(year));
            } else if !seen.insert(year) {
                found.push(CalendarProblem::YearTwice(year));
            } else if !with_days.contains(&year) {
                found.push(CalendarProblem::YearWithoutDays(year));
            }
        }
    }

    fn day_problems(&self, published: &BTreeSet<i32>, found: &mut Vec<CalendarProblem>) {
        let mut kinds = BTreeMap::<NaiveDate, BTreeSet<DayKind>>::new();
        for day in &self.days {
            let (date, year) = (day.date, day.date.year());
            let own = self.years.contains(&year);
            let december = date.month() == 12 && self.years.contains(&(year + 1));
            if !own && !december && !published.contains(&year) {
                let years: Vec<String> = self.years.iter().map(ToString::to_string).collect();
                let years = if years.is_empty() {
                    "none".into()
                } else {
                    years.join(", ")
                };
                found.push(CalendarProblem::DayOutsideYear { date, years });
            }
            if day.kind == DayKind::Makeup && super::day::is_weekday(date) {
                found.push(CalendarProblem::MakeupOnWeekday(date));
            }
            if !kinds.entry(date).or_default().insert(day.kind) {
                found.push(CalendarProblem::DayTwice {
                    date,
                    kind: day.kind,
                });
            }
        }
        for (date, kinds) in kinds {
            let special = kinds
                .iter()
                .filter(|kind| **kind != DayKind::StopWork)
                .count();
            if special > 1 || kinds.len() > 1 && kinds.contains(&DayKind::Regular) {
                found.push(CalendarProblem::DayContradicted(date));
            }
        }
    }
}

fn hours_problems(hours: &Hours, found: &mut Vec<CalendarProblem>) {
    if !YEARS.contains(&hours.valid_from.year()) {
        found.push(CalendarProblem::HoursOutOfRange(hours.valid_from));
    }
    shift_problems("hours.shifts".into(), &hours.shifts, found);
    for (index, season) in hours.seasons.iter().enumerate() {
        shift_problems(
            format!("hours.seasons[{index}].shifts"),
            &season.shifts,
            found,
        );
    }
    let leap_year = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    let claimed_twice = leap_year
        .iter_days()
        .take(366)
        .map(MonthDay::of)
        .find(|day| {
            hours
                .seasons
                .iter()
                .filter(|season| season.contains(*day))
                .count()
                > 1
        });
    found.extend(claimed_twice.map(CalendarProblem::SeasonsOverlap));
}

fn shift_problems(field: String, shifts: &[Shift], found: &mut Vec<CalendarProblem>) {
    for pair in shifts.windows(2) {
        if let &[first, second] = pair
            && second.from() < first.until()
        {
            found.push(CalendarProblem::ShiftsOverlap {
                field: field.clone(),
                first,
                second,
            });
        }
    }
    if shifts.is_empty() {
        found.push(CalendarProblem::NoShifts { field });
    }
}

/// What the reader says, with its line and what would be accepted.
fn unreadable(text: &str, error: &toml::de::Error) -> CalendarProblem {
    const FIELDS: &str = "a TOML file with `version`, `known_at` and the fields of \
        docs/reference/calendars.md";
    let start = error.span().map_or(0, |span| span.start);
    let before = text.as_bytes().iter().take(start);
    let line = before.filter(|byte| **byte == b'\n').count() + 1;
    let written = text.lines().nth(line - 1).unwrap_or_default();
    let field = written.split('=').next().unwrap_or_default().trim();
    let (rule, accepted) = reader_parts(error.message());
    let accepted = accepted.map_or_else(
        || {
            Text::new(
                "含 version、known_at 及 docs/reference/calendars.md 所列字段的 TOML",
                FIELDS,
            )
        },
        |en| Text::new(reader_in_chinese(en), en),
    );
    let words = Text::new(
        format!(
            "`{field}`：{}；应为：{}",
            reader_in_chinese(rule),
            accepted.zh
        ),
        format!("`{field}`: {rule}; accepted: {}", accepted.en),
    );
    CalendarProblem::Unreadable {
        line,
        words: Box::new(words),
    }
}
