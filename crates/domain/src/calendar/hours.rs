//! Office hours: shifts of a day, and seasons that have shifts of their own.

use super::day::date;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A spell of work within one day, in minutes from midnight; `from` belongs to it, `until` ends it.
/// The text form is `08:00-12:00`; the day ends at `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shift {
    from: u16,
    until: u16,
}

crate::schema::shape_of_text!(Shift);

impl Shift {
    /// A shift between two minutes of the day; none if it would be empty or pass midnight.
    #[must_use]
    pub const fn new(from: u16, until: u16) -> Option<Self> {
        if from < until && until <= 1_440 {
            Some(Self { from, until })
        } else {
            None
        }
    }

    /// The first minute of work, counted from midnight.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute at which work ends, counted from midnight.
    #[must_use]
    pub const fn until(self) -> u16 {
        self.until
    }

    /// How many minutes it has.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.until - self.from
    }

    /// What is left of it within `[from, until)`.
    pub(super) fn within(self, (from, until): (u16, u16)) -> Option<Self> {
        Self::new(self.from.max(from), self.until.min(until))
    }
}

/// The text of a shift or a month-day that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}; accepted: {accepted}")]
pub struct UnreadableHours {
    text: String,
    what: &'static str,
    accepted: &'static str,
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= 1_440).then_some(of_day)
}

impl FromStr for Shift {
    type Err = UnreadableHours;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once(['-', '–'])
            .and_then(|(from, until)| Self::new(minute_of_day(from)?, minute_of_day(until)?))
            .ok_or_else(|| UnreadableHours {
                text: text.chars().take(40).collect(),
                what: "shift (`shifts`)",
                accepted: "`HH:MM-HH:MM` with the end after the start, from 00:00 to 24:00",
            })
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until } = self;
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

impl TryFrom<String> for Shift {
    type Error = UnreadableHours;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Shift> for String {
    fn from(shift: Shift) -> Self {
        shift.to_string()
    }
}

/// A day of every year, `MM-DD`. `02-29` is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u8,
    day: u8,
}

crate::schema::shape_of_text!(MonthDay);

impl MonthDay {
    /// The month and day of a date.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        let byte = |n: u32| u8::try_from(n).unwrap_or_default();
        Self {
            month: byte(date.month()),
            day: byte(date.day()),
        }
    }
}

impl FromStr for MonthDay {
    type Err = UnreadableHours;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A leap year has every day that any year has.
        let in_leap_year = (text.len() == 5 && text.is_ascii())
            .then(|| NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok());
        in_leap_year
            .flatten()
            .map(Self::of)
            .ok_or_else(|| UnreadableHours {
                text: text.chars().take(40).collect(),
                what: "day of the year (`from`, `until`)",
                accepted: "`MM-DD`, e.g. `06-15`",
            })
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl TryFrom<String> for MonthDay {
    type Error = UnreadableHours;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

/// Shifts for a part of every year, both ends included; it may pass the turn of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Its first day.
    pub from: MonthDay,
    /// Its last day.
    pub until: MonthDay,
    /// The shifts of a working day in this season.
    pub shifts: Vec<Shift>,
}

impl Season {
    /// Whether a day of the year lies in the season.
    #[must_use]
    pub fn contains(&self, day: MonthDay) -> bool {
        if self.from <= self.until {
            self.from <= day && day <= self.until
        } else {
            self.from <= day || day <= self.until
        }
    }
}

/// Office hours from a date on, until other hours take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The first day on which they hold, so that past days keep the hours they had.
    #[serde(deserialize_with = "date")]
    pub valid_from: NaiveDate,
    /// The shifts of a working day outside every season.
    pub shifts: Vec<Shift>,
    /// Seasons with shifts of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<Season>,
}

impl Hours {
    /// 08:00–12:00 and 14:00–18:00 all year, since ever (`DOMAIN.md` section 5, "Hours").
    #[must_use]
    pub fn standard() -> Self {
        Self {
            valid_from: NaiveDate::MIN,
            shifts: [Shift::new(480, 720), Shift::new(840, 1_080)]
                .into_iter()
                .flatten()
                .collect(),
            seasons: Vec::new(),
        }
    }

    /// The shifts of a working day on a date.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> &[Shift] {
        let day = MonthDay::of(date);
        let season = self.seasons.iter().find(|season| season.contains(day));
        season.map_or(&self.shifts, |season| &season.shifts)
    }
}
