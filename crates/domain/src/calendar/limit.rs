//! A limit as policy writes it: an amount and one of four units (`DOMAIN.md` section 5, "Units").

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How long a duty may take.
///
/// The text form is used in policy files and events: `15 min`, `24 h` (calendar time), `30 wmin`,
/// `2 wh` (working time), `3 wd` (working days), `5 d` (natural days).
///
/// ```
/// use gridwhistle_domain::calendar::Limit;
/// let limit: Limit = "2 wh".parse()?;
/// assert_eq!(limit, Limit::WorkingMinutes(120));
/// assert_eq!(limit.to_string(), "2 wh");
/// assert!("2 weeks".parse::<Limit>().is_err());
/// # Ok::<(), gridwhistle_domain::calendar::UnreadableLimit>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Limit {
    /// 紧急工作时: minutes on the wall, around the clock.
    CalendarMinutes(u32),
    /// 工作时: minutes within working hours.
    WorkingMinutes(u32),
    /// 工作日: ends with the Nth working day after the start day.
    WorkingDays(u32),
    /// 自然日: ends with the Nth day after the start day, moved on to a working day.
    NaturalDays(u32),
}

crate::schema::shape_of_text!(Limit);

/// What a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Every minute.
    Calendar,
    /// Only the minutes within working hours of working days.
    Working,
}

/// The text of a limit that nobody can read, and what can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "limit `{text}` {why}; accepted: a whole number from 1 and a unit, as in `15 min`, `24 h` \
     (calendar time), `30 wmin`, `2 wh` (working time), `3 wd` (working days), `5 d` (natural \
     days), at most {} days or the same in minutes or hours",
    Limit::MAX_DAYS
)]
pub struct UnreadableLimit {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Limit {
    /// The longest limit that can be written, in days: ten years.
    pub const MAX_DAYS: u32 = 3_650;
    /// The longest limit that can be written, in minutes: as many as [`Self::MAX_DAYS`] have.
    pub const MAX_MINUTES: u32 = Self::MAX_DAYS * 1_440;

    /// What a clock under this limit counts: a budget in working hours or days is consumed by
    /// working minutes, any other by calendar minutes.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Self::WorkingMinutes(_) | Self::WorkingDays(_) => Measure::Working,
            Self::CalendarMinutes(_) | Self::NaturalDays(_) => Measure::Calendar,
        }
    }

    /// Whether the limit is within the bounds of the text form. Limits made in code are not
    /// checked by construction; arithmetic is total for all of them.
    #[must_use]
    pub const fn is_within_bounds(self) -> bool {
        let (amount, max) = match self {
            Self::CalendarMinutes(n) | Self::WorkingMinutes(n) => (n, Self::MAX_MINUTES),
            Self::WorkingDays(n) | Self::NaturalDays(n) => (n, Self::MAX_DAYS),
        };
        amount >= 1 && amount <= max
    }
}

impl FromStr for Limit {
    type Err = UnreadableLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |why| UnreadableLimit {
            text: text.chars().take(60).collect(),
            why,
        };
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (amount, unit) = trimmed.split_at(digits);
        if amount.is_empty() {
            return Err(refuse("does not begin with a whole number"));
        }
        let too_long = || refuse("is too long");
        let amount: u32 = amount.parse().map_err(|_| too_long())?;
        let hours = || amount.checked_mul(60).ok_or_else(too_long);
        let limit = match unit.trim_start() {
            "min" => Self::CalendarMinutes(amount),
            "h" => Self::CalendarMinutes(hours()?),
            "wmin" => Self::WorkingMinutes(amount),
            "wh" => Self::WorkingMinutes(hours()?),
            "wd" => Self::WorkingDays(amount),
            "d" => Self::NaturalDays(amount),
            "" => return Err(refuse("has no unit")),
            _ => return Err(refuse("has an unknown unit")),
        };
        if amount == 0 {
            return Err(refuse("is nought"));
        }
        if limit.is_within_bounds() {
            Ok(limit)
        } else {
            Err(too_long())
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CalendarMinutes(n) if n % 60 == 0 => write!(f, "{} h", n / 60),
            Self::CalendarMinutes(n) => write!(f, "{n} min"),
            Self::WorkingMinutes(n) if n % 60 == 0 => write!(f, "{} wh", n / 60),
            Self::WorkingMinutes(n) => write!(f, "{n} wmin"),
            Self::WorkingDays(n) => write!(f, "{n} wd"),
            Self::NaturalDays(n) => write!(f, "{n} d"),
        }
    }
}

impl TryFrom<String> for Limit {
    type Error = UnreadableLimit;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> Self {
        limit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_and_prints_in_its_short_form() {
        for (text, limit, printed) in [
            ("15 min", Limit::CalendarMinutes(15), "15 min"),
            ("24 h", Limit::CalendarMinutes(1_440), "24 h"),
            ("90min", Limit::CalendarMinutes(90), "90 min"),
            ("30 wmin", Limit::WorkingMinutes(30), "30 wmin"),
            (" 2  wh ", Limit::WorkingMinutes(120), "2 wh"),
            ("3 wd", Limit::WorkingDays(3), "3 wd"),
            ("5 d", Limit::NaturalDays(5), "5 d"),
            ("3650 wd", Limit::WorkingDays(3_650), "3650 wd"),
        ] {
            assert_eq!(text.parse(), Ok(limit), "{text}");
            assert_eq!(limit.to_string(), printed);
            assert_eq!(printed.parse(), Ok(limit), "{printed}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_what_can() {
        for (text, why) in [
            ("", "does not begin with a whole number"),
            ("wd", "does not begin with a whole number"),
            ("-3 wd", "does not begin with a whole number"),
            ("٣ wd", "does not begin with a whole number"),
            ("3", "has no unit"),
            ("3 weeks", "has an unknown unit"),
            ("1.5 h", "has an unknown unit"),
            ("0 d", "is nought"),
            ("3651 d", "is too long"),
            ("4294967295 h", "is too long"),
            ("99999999999999999999 min", "is too long"),
        ] {
            let refused = text.parse::<Limit>().unwrap_err();
            assert_eq!(refused.why, why, "{text}");
            assert!(refused.to_string().contains("`3 wd` (working days)"));
        }
    }

    #[test]
    fn serde_uses_the_text_form() {
        let limit: Limit = serde_json::from_str("\"4 wh\"").unwrap();
        assert_eq!(limit, Limit::WorkingMinutes(240));
        assert_eq!(serde_json::to_string(&limit).unwrap(), "\"4 wh\"");
        let refused = serde_json::from_str::<Limit>("\"4 fortnights\"").unwrap_err();
        assert!(
            refused.to_string().contains("accepted: a whole number"),
            "{refused}"
        );
    }

    #[test]
    fn working_limits_are_consumed_by_working_minutes() {
        assert_eq!(Limit::WorkingDays(1).measure(), Measure::Working);
        assert_eq!(Limit::WorkingMinutes(1).measure(), Measure::Working);
        assert_eq!(Limit::NaturalDays(1).measure(), Measure::Calendar);
        assert_eq!(Limit::CalendarMinutes(1).measure(), Measure::Calendar);
    }
}
