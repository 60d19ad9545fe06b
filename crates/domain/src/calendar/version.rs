//! One immutable version of the calendar, and the arithmetic on it.

use super::day::{CalendarDay, DayKind, DayPart, is_weekday};
use super::hours::{Hours, Shift};
use super::limit::{Limit, Measure};
use super::table::{DAY, Table, date_of, day_number};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

/// China's offset from UTC, in minutes. Fixed: no summer time since 1991 (`DOMAIN.md` section 5).
pub(super) const OFFSET: i64 = 480;

/// The label of a calendar version, e.g. `cn-2026`. A clock pins the version it was computed with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct CalendarVersion(String);

impl CalendarVersion {
    /// Takes the label as it is written.
    pub fn new(label: impl Into<String>) -> Self {
        Self(label.into())
    }

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for CalendarVersion {
    fn from(label: &str) -> Self {
        Self(label.to_owned())
    }
}

impl fmt::Display for CalendarVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When a limit in days ends on its last day.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayEnd {
    /// When business stops (民法典 203, second sentence).
    #[default]
    CloseOfBusiness,
    /// At 24:00 (民法典 203, first sentence).
    Midnight,
}

/// When something falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The instant, on a whole minute.
    pub at: DateTime<Utc>,
    /// Whether the count passed through a year whose holidays are not published: there Monday to
    /// Friday was assumed, and the instant may change when they are.
    pub provisional: bool,
}

/// One version of the calendar: everything published until [`Calendar::known_at`], taken together.
#[derive(Debug)]
pub struct Calendar {
    version: CalendarVersion,
    known_at: DateTime<Utc>,
    years: BTreeSet<i32>,
    /// Holidays and make-up workdays.
    days: BTreeMap<NaiveDate, CalendarDay>,
    /// Stops of work; each cuts what its day would be without it.
    stops: BTreeMap<NaiveDate, CalendarDay>,
    /// By `valid_from`, oldest first; never empty.
    hours: Vec<Hours>,
    day_end: DayEnd,
    /// A cache of the fields above, filled by the first question.
    table: OnceLock<Table>,
}

/// The minute of local time that an instant lies in, counted from 1970-01-01 00:00 local.
fn local_minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60) + OFFSET
}

fn instant(local_minute: i64) -> DateTime<Utc> {
    let edge = if local_minute < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    let seconds = local_minute.saturating_sub(OFFSET).saturating_mul(60);
    DateTime::from_timestamp(seconds, 0).unwrap_or(edge)
}

impl Calendar {
    /// What holds before anything is published: Monday to Friday, standard hours.
    pub(super) fn base() -> Self {
        Self {
            version: CalendarVersion::new("base"),
            known_at: DateTime::<Utc>::MIN_UTC,
            years: BTreeSet::new(),
            days: BTreeMap::new(),
            stops: BTreeMap::new(),
            hours: vec![Hours::standard()],
            day_end: DayEnd::default(),
            table: OnceLock::new(),
        }
    }

    /// This calendar with another name and a later publication laid over it.
    pub(super) fn overlaid(
        &self,
        version: CalendarVersion,
        known_at: DateTime<Utc>,
        laid: Overlay<'_>,
    ) -> Self {
        let mut next = Self {
            version,
            known_at,
            years: self
                .years
                .union(&laid.years.iter().copied().collect())
                .copied()
                .collect(),
            days: self.days.clone(),
            stops: self.stops.clone(),
            hours: self.hours.clone(),
            day_end: laid.day_end.unwrap_or(self.day_end),
            table: OnceLock::new(),
        };
        for day in laid.days {
            match day.kind {
                DayKind::Holiday | DayKind::Makeup => next.days.insert(day.date, day.clone()),
                DayKind::StopWork => next.stops.insert(day.date, day.clone()),
                DayKind::Regular => {
                    next.days.remove(&day.date);
                    next.stops.remove(&day.date)
                }
            };
        }
        if let Some(hours) = laid.hours {
            next.hours
                .retain(|older| older.valid_from < hours.valid_from);
            next.hours.push(hours.clone());
        }
        next
    }

    /// The label of this version.
    #[must_use]
    pub fn version(&self) -> &CalendarVersion {
        &self.version
    }

    /// From when on this version was known.
    #[must_use]
    pub fn known_at(&self) -> DateTime<Utc> {
        self.known_at
    }

    /// The years whose holidays this version knows.
    #[must_use]
    pub fn published_years(&self) -> &BTreeSet<i32> {
        &self.years
    }

    /// When a limit in days ends on its last day.
    #[must_use]
    pub fn day_end(&self) -> DayEnd {
        self.day_end
    }

    /// What this version says about a day that the week does not; a stop of work first.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Option<&CalendarDay> {
        self.stops.get(&date).or_else(|| self.days.get(&date))
    }

    /// The spells of work on a date, in order; none on a day off.
    #[must_use]
    pub fn shifts(&self, date: NaiveDate) -> Cow<'_, [Shift]> {
        let (special, stop) = (self.days.get(&date), self.stops.get(&date));
        let works = special.map_or_else(|| is_weekday(date), |day| day.leaves_work());
        if !works || stop.is_some_and(|stop| stop.part == DayPart::Full) {
            return Cow::Borrowed(&[]);
        }
        let hours = self
            .hours
            .iter()
            .rev()
            .find(|hours| hours.valid_from <= date);
        let usual = hours
            .or(self.hours.first())
            .map_or(&[][..], |hours| hours.on(date));
        let windows: Vec<_> = [special, stop]
            .into_iter()
            .flatten()
            .map(|d| d.worked())
            .collect();
        if windows.is_empty() {
            return Cow::Borrowed(usual);
        }
        let cut = |shift: &Shift| windows.iter().try_fold(*shift, |left, w| left.within(*w));
        usual.iter().filter_map(cut).collect()
    }

    fn table(&self) -> &Table {
        self.table
            .get_or_init(|| Table::new(|date| self.shifts(date)))
    }

    /// Whether people work on a date, be it for half a day.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !self.shifts(date).is_empty()
    }

    /// When business stops on a date; none on a day off.
    #[must_use]
    pub fn close_of_business(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let shifts = self.shifts(date);
        let close = i64::from(shifts.last()?.until());
        Some(instant(day_number(date) * DAY + close))
    }

    /// The `n`th working day after a date, the date itself left out; for `n` = 0 the date itself.
    /// None when it lies beyond [`super::YEARS`].
    #[must_use]
    pub fn nth_working_day_after(&self, date: NaiveDate, n: u32) -> Option<NaiveDate> {
        if n == 0 {
            return Some(date);
        }
        self.table()
            .nth_working_day_from(day_number(date) + 1, i64::from(n))
            .map(date_of)
    }

    /// The first instant of the working day after the day that an instant ends or lies in; none
    /// where no working day is to come.
    #[must_use]
    pub fn working_day_after(&self, due: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // A limit that ends at 24:00 ends on the day before.
        let day = date_of((local_minute(due) - 1).div_euclid(DAY));
        let next = self.nth_working_day_after(day, 1)?;
        Some(instant(day_number(next) * DAY))
    }

    /// The first instant of the last working day that has begun: whatever was due by then has
    /// come to the working day after it. None where there was none within a year.
    #[must_use]
    pub fn working_day_begun(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = local_minute(now).div_euclid(DAY);
        let mut days = (today - 366..=today).rev();
        let last = days.find(|day| self.is_working_day(date_of(*day)))?;
        Some(instant(last * DAY))
    }

    /// Working days after `from` until `to`, `to` included; negative when `to` lies before `from`.
    #[must_use]
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let until = |date| self.table().days_before(day_number(date) + 1);
        until(to) - until(from)
    }

    /// Working days from the local day of one instant to that of another, as
    /// [`Self::working_days_between`]: how old something is.
    #[must_use]
    pub fn age_in_working_days(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let day = |at| date_of(local_minute(at).div_euclid(DAY));
        self.working_days_between(day(from), day(to))
    }

    /// Minutes from one instant to another by a measure, both floored to the minute; negative when
    /// `to` lies before `from`. Additive over splits, and never less for a later `to`.
    #[must_use]
    pub fn minutes_between(&self, measure: Measure, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let (from, to) = (local_minute(from), local_minute(to));
        match measure {
            Measure::Calendar => to - from,
            Measure::Working => self.table().minutes_before(to) - self.table().minutes_before(from),
        }
    }

    /// The first instant at which `minutes` have passed since `start` by a measure; a negative
    /// count looks back in the same way, nought is the start itself.
    ///
    /// A working count that ends exactly at close is that close. Inverse of
    /// [`Self::minutes_between`]: the minutes from `start` to the answer are `minutes`, as long as
    /// the answer lies within [`super::YEARS`]; beyond, the answer is the edge, and provisional.
    #[must_use]
    pub fn add_minutes(&self, measure: Measure, start: DateTime<Utc>, minutes: i64) -> Due {
        let from = local_minute(start);
        if measure == Measure::Calendar || minutes == 0 {
            return Due {
                at: instant(from.saturating_add(minutes)),
                provisional: false,
            };
        }
        let worked = self.table().minutes_before(from).saturating_add(minutes);
        match self.table().first_at(worked) {
            Some((day, at)) => {
                let today = from.div_euclid(DAY);
                let provisional = self.passes_unpublished(today.min(day), today.max(day));
                Due {
                    at: instant(at),
                    provisional,
                }
            }
            None if minutes < 0 => Due {
                at: instant(0),
                provisional: true,
            },
            None => self.edge(),
        }
    }

    /// When a limit that starts at an instant falls due (`DOMAIN.md` section 5, "Units").
    ///
    /// Counts in minutes run from the minute and, in working time, wait for the next working
    /// minute. Counts in days leave the start day out and end by [`Self::day_end`]; natural days
    /// that end on a day off move on to the next working day. A limit of nought is due at once.
    #[must_use]
    pub fn due(&self, start: DateTime<Utc>, limit: Limit) -> Due {
        let today = local_minute(start).div_euclid(DAY);
        let (first, n) = match limit {
            Limit::CalendarMinutes(n) => {
                return self.add_minutes(Measure::Calendar, start, i64::from(n));
            }
            Limit::WorkingMinutes(n) => {
                return self.add_minutes(Measure::Working, start, i64::from(n));
            }
            Limit::WorkingDays(0) | Limit::NaturalDays(0) => {
                return self.add_minutes(Measure::Calendar, start, 0);
            }
            Limit::WorkingDays(n) => (today + 1, i64::from(n)),
            Limit::NaturalDays(n) => (today + i64::from(n), 1),
        };
        let Some(day) = self.table().nth_working_day_from(first, n) else {
            return self.edge();
        };
        let midnight = Due {
            at: instant((day + 1) * DAY),
            provisional: false,
        };
        let at = match self.day_end {
            DayEnd::Midnight => midnight.at,
            DayEnd::CloseOfBusiness => self.close_of_business(date_of(day)).unwrap_or(midnight.at),
        };
        Due {
            at,
            provisional: self.passes_unpublished(first, day),
        }
    }

    /// Whether a year between two days, both included, has no published holidays.
    fn passes_unpublished(&self, first: i64, last: i64) -> bool {
        let years = date_of(first).year()..=date_of(last).year();
        years.into_iter().any(|year| !self.years.contains(&year))
    }

    /// The end of [`super::YEARS`]: what a count that leaves them is answered with.
    fn edge(&self) -> Due {
        Due {
            at: instant(self.table().end()),
            provisional: true,
        }
    }
}

/// What a publication lays over an older version.
pub(super) struct Overlay<'a> {
    pub(super) years: &'a [i32],
    pub(super) days: &'a [CalendarDay],
    pub(super) hours: Option<&'a Hours>,
    pub(super) day_end: Option<DayEnd>,
}
