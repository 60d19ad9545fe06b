//! Local rules over the national calendar: stops of work, summer hours, the end of the day.

use crate::shared::{at, date, local, toml};
use gridwhistle_domain::calendar::{Calendar, CalendarBook, CalendarVersion, Limit, Measure};

fn fuzhou() -> CalendarBook {
    CalendarBook::china()
        .publish(toml(include_str!("fuzhou.toml")))
        .unwrap()
}

#[track_caller]
fn check(calendar: &Calendar, start: &str, limit: &str, due: &str) {
    let got = calendar.due(at(start), limit.parse::<Limit>().unwrap());
    assert_eq!(local(got.at), due, "{start} + {limit}");
}

#[test]
fn a_typhoon_stops_the_clocks_of_the_versions_that_know_it() {
    let book = fuzhou();
    check(
        book.latest(),
        "2026-07-21 11:00",
        "2 wh",
        "2026-07-23 09:00",
    );
    check(
        book.latest(),
        "2026-07-20 11:00",
        "2 wd",
        "2026-07-24 00:00",
    );
    let national = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    check(national, "2026-07-21 11:00", "2 wh", "2026-07-21 15:00");
    check(national, "2026-07-20 11:00", "2 wd", "2026-07-22 18:00");
}

#[test]
fn half_a_day_of_stopped_work_is_still_a_working_day() {
    let book = fuzhou();
    let calendar = book.latest();
    assert!(calendar.is_working_day(date("2026-07-21")));
    assert!(!calendar.is_working_day(date("2026-07-22")));
    assert_eq!(
        calendar.close_of_business(date("2026-07-21")),
        Some(at("2026-07-21 12:00"))
    );
    assert_eq!(calendar.close_of_business(date("2026-07-22")), None);
    assert_eq!(calendar.day(date("2026-07-22")).unwrap().name, "台风停工");
}

#[test]
fn a_stop_on_a_make_up_day_leaves_its_other_half() {
    let book = fuzhou();
    check(
        book.latest(),
        "2026-05-09 08:00",
        "1 wh",
        "2026-05-09 15:00",
    );
}

#[test]
fn a_stop_on_a_day_off_does_not_make_people_work() {
    let stop = r#"
        version = "stop"
        known_at = "2026-02-01T00:00:00Z"
        days = [{ date = "2026-02-16", kind = "stop_work", part = "morning" }]
    "#;
    let book = CalendarBook::china().publish(toml(stop)).unwrap();
    assert!(!book.latest().is_working_day(date("2026-02-16")));
}

#[test]
fn half_holidays_and_half_make_up_days_are_worked_by_half() {
    let halves = r#"
        version = "halves"
        known_at = "2026-02-01T00:00:00Z"
        days = [
            { date = "2026-03-06", kind = "holiday", part = "afternoon" },
            { date = "2026-03-07", kind = "makeup", part = "morning" },
            { date = "2026-03-08", kind = "holiday", part = "morning" },
        ]
    "#;
    let book = CalendarBook::china().publish(toml(halves)).unwrap();
    let shifts = |day: &str| -> Vec<String> {
        book.latest()
            .shifts(date(day))
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(shifts("2026-03-05"), ["08:00-12:00", "14:00-18:00"]);
    assert_eq!(shifts("2026-03-06"), ["08:00-12:00"]);
    assert_eq!(shifts("2026-03-07"), ["08:00-12:00"]);
    assert_eq!(
        shifts("2026-03-08"),
        [""; 0],
        "half a holiday on a Sunday is no work"
    );
    check(
        book.latest(),
        "2026-03-06 11:00",
        "2 wh",
        "2026-03-07 09:00",
    );
    check(
        book.latest(),
        "2026-03-06 11:00",
        "1 wd",
        "2026-03-07 12:00",
    );
}

#[test]
fn the_edges_of_counted_time_are_provisional() {
    let book = CalendarBook::china();
    let calendar = book.latest();
    for limit in [
        Limit::WorkingMinutes(u32::MAX),
        Limit::WorkingDays(u32::MAX),
    ] {
        let due = calendar.due(at("2026-03-02 10:00"), limit);
        assert_eq!(
            (local(due.at).as_str(), due.provisional),
            ("2101-01-01 00:00", true)
        );
    }
    let back = calendar.add_minutes(Measure::Working, at("2026-03-02 10:00"), i64::MIN);
    assert_eq!(
        (local(back.at).as_str(), back.provisional),
        ("1970-01-01 00:00", true)
    );
    assert_eq!(calendar.nth_working_day_after(date("2100-12-31"), 1), None);
    assert_eq!(
        calendar.nth_working_day_after(date("2026-03-01"), 0),
        Some(date("2026-03-01"))
    );
}

#[test]
fn a_look_back_finds_the_first_instant_with_as_much_left() {
    let book = CalendarBook::china();
    let back = |from: &str, minutes: i64| {
        local(
            book.latest()
                .add_minutes(Measure::Working, at(from), -minutes)
                .at,
        )
    };
    assert_eq!(back("2026-03-09 18:00", 240), "2026-03-09 12:00");
    assert_eq!(back("2026-03-09 18:00", 480), "2026-03-06 18:00");
    assert_eq!(back("2026-03-09 09:00", 120), "2026-03-06 17:00");
    assert_eq!(back("2026-03-08 09:00", 0), "2026-03-08 09:00");
}

#[test]
fn summer_afternoons_begin_and_end_later() {
    let book = fuzhou();
    check(
        book.latest(),
        "2026-06-12 17:30",
        "1 wh",
        "2026-06-15 08:30",
    );
    check(
        book.latest(),
        "2026-06-15 11:30",
        "1 wh",
        "2026-06-15 15:30",
    );
    check(
        book.latest(),
        "2026-06-15 08:00",
        "450 wmin",
        "2026-06-15 18:30",
    );
    check(
        book.latest(),
        "2026-09-15 18:00",
        "1 wh",
        "2026-09-16 08:30",
    );
}

#[test]
fn a_season_may_pass_the_turn_of_the_year() {
    let book = fuzhou();
    check(
        book.latest(),
        "2026-12-01 08:00",
        "30 wmin",
        "2026-12-01 09:00",
    );
    check(
        book.latest(),
        "2027-02-15 17:00",
        "1 wh",
        "2027-02-16 08:30",
    );
}

#[test]
fn new_hours_do_not_reach_back_before_they_hold() {
    let book = fuzhou();
    let (from, to) = (at("2025-07-01 00:00"), at("2025-07-02 00:00"));
    assert_eq!(
        book.latest().minutes_between(Measure::Working, from, to),
        480
    );
    let (from, to) = (at("2026-07-01 00:00"), at("2026-07-02 00:00"));
    assert_eq!(
        book.latest().minutes_between(Measure::Working, from, to),
        450
    );
}

#[test]
fn days_end_at_midnight_or_at_close_as_the_calendar_says() {
    let book = fuzhou();
    check(
        book.latest(),
        "2026-10-12 10:00",
        "1 wd",
        "2026-10-14 00:00",
    );
    check(book.latest(), "2026-10-12 10:00", "5 d", "2026-10-20 00:00");
    let national = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    check(national, "2026-10-12 10:00", "1 wd", "2026-10-13 18:00");
    check(national, "2026-10-12 10:00", "5 d", "2026-10-19 18:00");
}

#[test]
fn midnight_of_the_last_published_day_is_not_provisional() {
    let book = fuzhou();
    let due = book
        .latest()
        .due(at("2026-12-30 10:00"), Limit::WorkingDays(1));
    assert_eq!(
        (local(due.at).as_str(), due.provisional),
        ("2027-01-01 00:00", false)
    );
}
