//! What a calendar says about one day that the week does not.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Why a day differs from the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 法定节假日, or a day off moved next to one.
    Holiday,
    /// 调休上班: a Saturday or Sunday on which people work.
    Makeup,
    /// 停工: a local stop of work, e.g. a typhoon day.
    StopWork,
    /// Back to the week: lifts what an earlier version said about the day.
    Regular,
}

/// Which part of the day is meant. The day is cut at 12:00.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// All of it.
    #[default]
    Full,
    /// Until 12:00.
    Morning,
    /// From 12:00.
    Afternoon,
}

impl DayPart {
    /// The window of the day, in minutes, that is the part.
    const fn window(self) -> (u16, u16) {
        match self {
            Self::Full => (0, 1_440),
            Self::Morning => (0, 720),
            Self::Afternoon => (720, 1_440),
        }
    }

    /// The window that is left without the part; empty for the full day.
    const fn rest(self) -> (u16, u16) {
        match self {
            Self::Full => (0, 0),
            Self::Morning => (720, 1_440),
            Self::Afternoon => (0, 720),
        }
    }
}

/// One day override. `part` says which half is off (holiday, stop-work) or worked (make-up).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    /// The day, in local time.
    #[serde(deserialize_with = "date")]
    pub date: NaiveDate,
    /// Why it differs.
    pub kind: DayKind,
    /// Which part of it differs; all of it when left out.
    #[serde(default, skip_serializing_if = "is_full")]
    pub part: DayPart,
    /// What people call the occasion, e.g. 春节.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_full(part: &DayPart) -> bool {
    *part == DayPart::Full
}

impl CalendarDay {
    /// A whole day.
    pub fn new(date: NaiveDate, kind: DayKind, name: impl Into<String>) -> Self {
        Self {
            date,
            kind,
            part: DayPart::Full,
            name: name.into(),
        }
    }

    /// The same day, of which only a part is meant.
    #[must_use]
    pub fn only(mut self, part: DayPart) -> Self {
        self.part = part;
        self
    }

    /// Whether any of the day is worked under this override alone. A holiday on a weekend leaves
    /// nothing, whatever its part.
    pub(super) fn leaves_work(&self) -> bool {
        match self.kind {
            DayKind::Makeup => true,
            DayKind::Holiday => self.part != DayPart::Full && is_weekday(self.date),
            DayKind::StopWork | DayKind::Regular => is_weekday(self.date),
        }
    }

    /// The window of the day, in minutes, outside which this override stops all work.
    pub(super) const fn worked(&self) -> (u16, u16) {
        match self.kind {
            DayKind::Makeup => self.part.window(),
            DayKind::Holiday | DayKind::StopWork => self.part.rest(),
            DayKind::Regular => DayPart::Full.window(),
        }
    }
}

/// Monday to Friday: what holds where no calendar says otherwise.
pub(super) fn is_weekday(date: NaiveDate) -> bool {
    date.weekday().num_days_from_monday() < 5
}

/// Reads a date, and says which form is accepted when it is none.
pub(super) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(from)?;
    let in_form = text.len() == 10 && text.is_ascii();
    let parsed = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    parsed.filter(|_| in_form).ok_or_else(|| {
        de::Error::custom(format!(
            "`{text}` is no day of the calendar; accepted: a quoted date that exists, YYYY-MM-DD"
        ))
    })
}
