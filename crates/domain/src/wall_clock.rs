//! The source's wall clock: texts to instants and back.
//!
//! Comparisons of imported cases are made on instants. Localisation keeps the order of wall-clock
//! times (it never swaps two of them), so counts by comparison are those of the wall clock. A *span*
//! on the wall clock differs from one between instants where daylight saving changes in between: take
//! both ends through [`SourceClock::wall`] for the former.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
    Utc,
};
use chrono_tz::Tz;

/// Years a time may lie in; others are typing errors.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Reads times as one source writes them.
#[derive(Clone, Debug)]
pub struct SourceClock {
    zone: Tz,
    formats: Vec<Vec<Item<'static>>>,
}

/// A time of the source as an instant, with what was odd about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Whether the local clock skipped or repeated it.
    pub quirk: Option<LocalQuirk>,
}

/// What daylight saving does to a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalQuirk {
    /// Skipped in spring: taken as the first instant after the gap.
    Skipped,
    /// Shown twice in autumn: taken as the first pass.
    Repeated,
}

impl SourceClock {
    /// A clock of an IANA zone name and formats in the notation of `strftime`, tried in turn.
    ///
    /// # Errors
    /// What is wrong: the zone, or the format by its number from 0.
    pub fn new(zone: &str, formats: &[&str]) -> Result<Self, ClockFault> {
        let zone: Tz = zone.parse().map_err(|_| ClockFault::Zone)?;
        if formats.is_empty() {
            return Err(ClockFault::NoFormat);
        }
        let read: Result<Vec<_>, _> = formats
            .iter()
            .enumerate()
            .map(|(number, format)| items(format).ok_or(ClockFault::Format(number)))
            .collect();
        Ok(Self {
            zone,
            formats: read?,
        })
    }

    /// The instant of a text, or nothing when no format fits, the day does not exist or the year is
    /// out of range. A text with an offset is taken at its word; others are local wall clock.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Moment> {
        let text = text.trim();
        self.formats
            .iter()
            .find_map(|format| self.read_as(text, format))
    }

    fn read_as(&self, text: &str, format: &[Item<'static>]) -> Option<Moment> {
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, format.iter()).ok()?;
        let date = parsed.to_naive_date().ok()?;
        let time = match (parsed.hour_div_12(), parsed.hour_mod_12()) {
            (None, None) => NaiveTime::MIN,
            _ => parsed.to_naive_time().ok()?,
        };
        let leap_second = time.nanosecond() >= 1_000_000_000;
        if leap_second || !YEARS.contains(&date.year()) {
            return None;
        }
        let wall = date.and_time(time);
        match parsed.offset() {
            Some(seconds) => Some(Moment {
                at: (wall - TimeDelta::seconds(i64::from(seconds))).and_utc(),
                quirk: None,
            }),
            None => self.localise(wall),
        }
    }

    /// The instant of a wall-clock time: the first pass of a repeated one, the first instant after
    /// the gap for a skipped one.
    #[must_use]
    pub fn localise(&self, wall: NaiveDateTime) -> Option<Moment> {
        match self.zone.from_local_datetime(&wall) {
            MappedLocalTime::Single(at) => Some(Moment {
                at: at.to_utc(),
                quirk: None,
            }),
            MappedLocalTime::Ambiguous(first, _) => Some(Moment {
                at: first.to_utc(),
                quirk: Some(LocalQuirk::Repeated),
            }),
            MappedLocalTime::None => Some(Moment {
                at: self.after_gap(wall)?,
                quirk: Some(LocalQuirk::Skipped),
            }),
        }
    }

    /// The first instant at which the local clock shows `wall` or later; bisection over two days.
    fn after_gap(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let (mut before, mut after) = (-86_400_i64, 86_400_i64);
        let base = wall.and_utc();
        let at = |seconds: i64| base.checked_add_signed(TimeDelta::seconds(seconds));
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.wall(at(middle)?) >= wall {
                after = middle;
            } else {
                before = middle;
            }
        }
        at(after)
    }

    /// What the source's clock shows at an instant.
    #[must_use]
    pub fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// The IANA name of the zone.
    #[must_use]
    pub fn zone_name(&self) -> &'static str {
        self.zone.name()
    }
}

/// What is wrong with a zone or a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockFault {
    /// No IANA zone of that name.
    Zone,
    /// No format at all.
    NoFormat,
    /// The format at this place cannot be read, or does not give year, month and day.
    Format(usize),
}

/// The items of a format, if a time written with it can be read back.
fn items(format: &str) -> Option<Vec<Item<'static>>> {
    let items = StrftimeItems::new(format).parse_to_owned().ok()?;
    let sample = "2024-07-19T15:25:35Z".parse::<DateTime<Utc>>().ok()?;
    let written = sample.format_with_items(items.iter()).to_string();
    let mut parsed = Parsed::new();
    parse(&mut parsed, &written, items.iter()).ok()?;
    let same_day = parsed.to_naive_date().ok()? == sample.date_naive();
    let hour_told = parsed.hour_div_12().is_some() || parsed.hour_mod_12().is_some();
    (same_day && (!hour_told || parsed.to_naive_time().is_ok())).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::{ClockFault, LocalQuirk, SourceClock};

    fn boston() -> SourceClock {
        SourceClock::new(
            "America/New_York",
            &[
                "%Y-%m-%d %H:%M:%S",
                "%m/%d/%Y %I:%M:%S %p",
                "%Y-%m-%d %H:%M:%S%:z",
                "%Y-%m-%d",
            ],
        )
        .unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Option<LocalQuirk>)>) {
        let found = boston()
            .read(text)
            .map(|moment| (moment.at.to_rfc3339(), moment.quirk));
        let found = found.as_ref().map(|(at, quirk)| (at.as_str(), *quirk));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn wall_clock_is_read_in_the_zone_and_its_season() {
        check(
            "2011-07-01 01:32:33",
            Some(("2011-07-01T05:32:33+00:00", None)),
        );
        check(
            "2011-12-01 01:32:33",
            Some(("2011-12-01T06:32:33+00:00", None)),
        );
        check(
            "11/13/2018 01:06:56 PM",
            Some(("2018-11-13T18:06:56+00:00", None)),
        );
        check(
            "11/13/2018 12:06:56 AM",
            Some(("2018-11-13T05:06:56+00:00", None)),
        );
        check(
            "2016-07-13 15:11:07+00:00",
            Some(("2016-07-13T15:11:07+00:00", None)),
        );
        check("2016-07-13", Some(("2016-07-13T04:00:00+00:00", None)));
    }

    #[test]
    fn autumn_takes_the_first_pass_and_spring_the_end_of_the_gap() {
        check(
            "2011-11-06 01:30:00",
            Some(("2011-11-06T05:30:00+00:00", Some(LocalQuirk::Repeated))),
        );
        check(
            "2011-11-06 02:00:00",
            Some(("2011-11-06T07:00:00+00:00", None)),
        );
        check(
            "2018-03-11 02:00:00",
            Some(("2018-03-11T07:00:00+00:00", Some(LocalQuirk::Skipped))),
        );
        check(
            "2018-03-11 02:23:08",
            Some(("2018-03-11T07:00:00+00:00", Some(LocalQuirk::Skipped))),
        );
        check(
            "2018-03-11 03:00:00",
            Some(("2018-03-11T07:00:00+00:00", None)),
        );
    }

    #[test]
    fn times_that_do_not_exist_are_not_read() {
        for text in [
            "",
            "2011-02-29 00:00:00",
            "2011-13-01 00:00:00",
            "2011-01-01 24:00:00",
            "2011-01-01 23:59:60",
            "0011-01-01 00:00:00",
            "2911-01-01 00:00:00",
            "yesterday",
            "2011-01-01 00:00:00 and more",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn order_on_the_wall_is_never_swapped() {
        let clock = boston();
        for day in ["2018-03-11", "2018-11-04"] {
            let start = format!("{day} 00:00:00");
            let start = chrono::NaiveDateTime::parse_from_str(&start, "%Y-%m-%d %H:%M:%S").unwrap();
            let minutes = (0..360).map(|minute| start + chrono::TimeDelta::minutes(minute));
            let instants: Vec<_> = minutes
                .map(|wall| clock.localise(wall).unwrap().at)
                .collect();
            assert!(instants.is_sorted(), "{day}");
        }
    }

    #[test]
    fn a_faulty_zone_or_format_is_told() {
        let fault = |zone, formats: &[&str]| SourceClock::new(zone, formats).unwrap_err();
        assert_eq!(fault("Boston", &["%Y-%m-%d"]), ClockFault::Zone);
        assert_eq!(fault("UTC", &[]), ClockFault::NoFormat);
        assert_eq!(fault("UTC", &["%Y-%m-%d", "%H:%M"]), ClockFault::Format(1));
        assert_eq!(fault("UTC", &["%Y-%m-%Q"]), ClockFault::Format(0));
        assert_eq!(fault("UTC", &["%Y-%m-%d %I:%M"]), ClockFault::Format(0));
    }
}
