//! What holds for every instant, count and limit.

use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle_domain::calendar::{Calendar, CalendarBook, CalendarPublication, Limit, Measure};
use proptest::prelude::*;
use std::sync::LazyLock;

/// China, and China with seasons, half days and limits that end at midnight.
static BOOK: LazyLock<CalendarBook> = LazyLock::new(|| {
    let local = CalendarPublication::from_toml(include_str!("fuzhou.toml")).unwrap();
    CalendarBook::china().publish(local).unwrap()
});

fn calendars() -> impl Strategy<Value = &'static Calendar> {
    let versions: Vec<&Calendar> = BOOK.versions().collect();
    (0..versions.len()).prop_map(move |index| versions[index])
}

/// Any second of the years 1990 to 2060.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (631_152_000_i64..2_840_140_800).prop_map(|s| DateTime::from_timestamp(s, 0).unwrap())
}

/// An instant and one at most some weeks away, where shifts and holidays matter most.
fn near() -> impl Strategy<Value = (DateTime<Utc>, DateTime<Utc>)> {
    (instants(), -3_000_000_i64..3_000_000).prop_map(|(a, s)| (a, a + TimeDelta::seconds(s)))
}

fn measures() -> impl Strategy<Value = Measure> {
    prop_oneof![Just(Measure::Calendar), Just(Measure::Working)]
}

fn limits() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (1_u32..200_000).prop_map(Limit::CalendarMinutes),
        (1_u32..50_000).prop_map(Limit::WorkingMinutes),
        (1_u32..400).prop_map(Limit::WorkingDays),
        (1_u32..400).prop_map(Limit::NaturalDays),
    ]
}

fn floored(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp().div_euclid(60) * 60, 0).unwrap()
}

/// The slow truth: one minute at a time, by the shifts of each day.
fn walked(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let minutes = (floored(to) - floored(from)).num_minutes();
    let works = |n: &i64| {
        let local = floored(from) + TimeDelta::minutes(*n) + TimeDelta::hours(8);
        let minute = (local.timestamp().rem_euclid(86_400) / 60) as u16;
        let shifts = calendar.shifts(local.date_naive());
        shifts
            .iter()
            .any(|shift| shift.from() <= minute && minute < shift.until())
    };
    (0..minutes).filter(works).count() as i64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_is_the_inverse_of_counting(
        calendar in calendars(), measure in measures(), start in instants(),
        minutes in -200_000_i64..200_000,
    ) {
        let there = calendar.add_minutes(measure, start, minutes).at;
        prop_assert_eq!(calendar.minutes_between(measure, start, there), minutes);
        // And it is the first such instant: a minute earlier one minute is missing.
        let earlier = there - TimeDelta::minutes(1);
        if minutes != 0 {
            prop_assert_eq!(calendar.minutes_between(measure, start, earlier), minutes - 1);
        }
    }

    #[test]
    fn adding_in_two_steps_is_adding_at_once(
        calendar in calendars(), measure in measures(), start in instants(),
        first in 1_i64..50_000, second in 1_i64..50_000,
    ) {
        let halfway = calendar.add_minutes(measure, start, first);
        let there = calendar.add_minutes(measure, halfway.at, second);
        let at_once = calendar.add_minutes(measure, start, first + second);
        prop_assert_eq!(there.at, at_once.at);
        prop_assert_eq!(halfway.provisional || there.provisional, at_once.provisional);
    }

    #[test]
    fn adding_and_taking_away_comes_back_within_a_shift(
        calendar in calendars(), start in instants(), minutes in 1_i64..50_000,
    ) {
        // From the first instant of a worked minute's end, there and back is the same instant.
        let start = calendar.add_minutes(Measure::Working, start, 1).at;
        let there = calendar.add_minutes(Measure::Working, start, minutes).at;
        prop_assert_eq!(calendar.add_minutes(Measure::Working, there, -minutes).at, start);
    }

    #[test]
    fn counting_is_additive_over_splits(
        calendar in calendars(), measure in measures(),
        a in instants(), b in instants(), c in instants(),
    ) {
        let count = |from, to| calendar.minutes_between(measure, from, to);
        prop_assert_eq!(count(a, b) + count(b, c), count(a, c));
        prop_assert_eq!(count(a, b), -count(b, a));
    }

    #[test]
    fn counting_never_falls_and_never_outruns_the_wall(
        calendar in calendars(), (a, b) in near(),
    ) {
        let (a, b) = (a.min(b), a.max(b));
        let worked = calendar.minutes_between(Measure::Working, a, b);
        let passed = calendar.minutes_between(Measure::Calendar, a, b);
        prop_assert!(0 <= worked && worked <= passed);
    }

    #[test]
    fn counting_is_what_a_walk_over_minutes_finds(calendar in calendars(), (a, b) in near()) {
        let b = a + (b - a).abs() / 10;
        let counted = calendar.minutes_between(Measure::Working, a, b);
        prop_assert_eq!(counted, walked(calendar, a, b));
    }

    #[test]
    fn a_due_lies_after_its_start_on_a_whole_minute(
        calendar in calendars(), start in instants(), limit in limits(),
    ) {
        let due = calendar.due(start, limit).at;
        prop_assert!(due > floored(start));
        prop_assert_eq!(due, floored(due));
    }

    #[test]
    fn a_later_start_or_a_longer_limit_is_never_due_earlier(
        calendar in calendars(), (a, b) in near(), limit in limits(),
    ) {
        prop_assert!(calendar.due(a.min(b), limit).at <= calendar.due(a.max(b), limit).at);
        let longer = match limit {
            Limit::CalendarMinutes(n) => Limit::CalendarMinutes(n + 1),
            Limit::WorkingMinutes(n) => Limit::WorkingMinutes(n + 1),
            Limit::WorkingDays(n) => Limit::WorkingDays(n + 1),
            Limit::NaturalDays(n) => Limit::NaturalDays(n + 1),
        };
        prop_assert!(calendar.due(a, limit).at <= calendar.due(a, longer).at);
    }

    #[test]
    fn a_working_due_lies_in_working_time(
        calendar in calendars(), start in instants(), minutes in 1_u32..50_000,
    ) {
        let due = calendar.due(start, Limit::WorkingMinutes(minutes)).at;
        let minute_before = due - TimeDelta::minutes(1);
        prop_assert_eq!(calendar.minutes_between(Measure::Working, minute_before, due), 1);
    }

    #[test]
    fn nothing_panics_at_the_ends_of_time(
        calendar in calendars(), measure in measures(), limit in any::<u32>(), minutes in any::<i64>(),
        seconds in -8_334_601_228_800_i64..8_210_266_876_799,
    ) {
        let start = DateTime::from_timestamp(seconds, 0).unwrap();
        let _ = calendar.add_minutes(measure, start, minutes);
        let _ = calendar.minutes_between(measure, start, DateTime::<Utc>::MAX_UTC);
        let _ = calendar.is_working_day(start.date_naive());
        let _ = calendar.close_of_business(start.date_naive());
        let _ = calendar.nth_working_day_after(start.date_naive(), limit);
        for limit in [
            Limit::CalendarMinutes(limit), Limit::WorkingMinutes(limit),
            Limit::WorkingDays(limit), Limit::NaturalDays(limit),
        ] {
            let _ = calendar.due(start, limit);
        }
    }

    #[test]
    fn any_limit_within_bounds_survives_its_text(limit in limits()) {
        prop_assert_eq!(limit.to_string().parse::<Limit>(), Ok(limit));
    }
}
