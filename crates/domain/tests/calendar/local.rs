//! Local rules over the national calendar: stops of work, summer hours, the end of the day.

use crate::shared::{at, date, local};
use gridwhistle_domain::calendar::{
    Calendar, CalendarBook, CalendarPublication, CalendarVersion, Limit, Measure,
};

fn fuzhou() -> CalendarBook {
    let local = CalendarPublication::from_toml(include_str!("fuzhou.toml")).unwrap();
    CalendarBook::china().publish(local).unwrap()
}

#[track_caller]
fn check(calendar: &Calendar, start: &str, limit: &str, due: &str) {
    let got = calendar.due(at(start), limit.parse::<Limit>().unwrap());
    assert_eq!(local(got.at), due, "{start} + {limit}");
}

#[test]
fn a_typhoon_stops_the_clocks_of_the_versions_that_know_it() {
    let book = fuzhou();
    check(book.latest(), "2026-07-21 11:00", "2 wh", "2026-07-23 09:00");
    check(book.latest(), "2026-07-20 11:00", "2 wd", "2026-07-24 00:00");
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
    assert_eq!(calendar.close_of_business(date("2026-07-21")), Some(at("2026-07-21 12:00")));
    assert_eq!(calendar.close_of_business(date("2026-07-22")), None);
    assert_eq!(calendar.day(date("2026-07-22")).unwrap().name, "台风停工");
}

#[test]
fn a_stop_on_a_make_up_day_leaves_its_other_half() {
    let book = fuzhou();
    check(book.latest(), "2026-05-09 08:00", "1 wh", "2026-05-09 15:00");
}

#[test]
fn a_stop_on_a_day_off_does_not_make_people_work() {
    let stop = r#"
        version = "stop"
        known_at = "2026-02-01T00:00:00Z"
        days = [{ date = "2026-02-16", kind = "stop_work", part = "morning" }]
    "#;
    let stop = CalendarPublication::from_toml(stop).unwrap();
    let book = CalendarBook::china().publish(stop).unwrap();
    assert!(!book.latest().is_working_day(date("2026-02-16")));
}

#[test]
fn summer_afternoons_begin_and_end_later() {
    let book = fuzhou();
    check(book.latest(), "2026-06-12 17:30", "1 wh", "2026-06-15 08:30");
    check(book.latest(), "2026-06-15 11:30", "1 wh", "2026-06-15 15:30");
    check(book.latest(), "2026-06-15 08:00", "450 wmin", "2026-06-15 18:30");
    check(book.latest(), "2026-09-15 18:00", "1 wh", "2026-09-16 08:30");
}

#[test]
fn a_season_may_pass_the_turn_of_the_year() {
    let book = fuzhou();
    check(book.latest(), "2026-12-01 08:00", "30 wmin", "2026-12-01 09:00");
    check(book.latest(), "2027-02-15 17:00", "1 wh", "2027-02-16 08:30");
}

#[test]
fn new_hours_do_not_reach_back_before_they_hold() {
    let book = fuzhou();
    let (from, to) = (at("2025-07-01 00:00"), at("2025-07-02 00:00"));
    assert_eq!(book.latest().minutes_between(Measure::Working, from, to), 480);
    let (from, to) = (at("2026-07-01 00:00"), at("2026-07-02 00:00"));
    assert_eq!(book.latest().minutes_between(Measure::Working, from, to), 450);
}

#[test]
fn days_end_at_midnight_or_at_close_as_the_calendar_says() {
    let book = fuzhou();
    check(book.latest(), "2026-10-12 10:00", "1 wd", "2026-10-14 00:00");
    check(book.latest(), "2026-10-12 10:00", "5 d", "2026-10-20 00:00");
    let national = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    check(national, "2026-10-12 10:00", "1 wd", "2026-10-13 18:00");
    check(national, "2026-10-12 10:00", "5 d", "2026-10-19 18:00");
}

#[test]
fn midnight_of_the_last_published_day_is_not_provisional() {
    let book = fuzhou();
    let due = book.latest().due(at("2026-12-30 10:00"), Limit::WorkingDays(1));
    assert_eq!((local(due.at).as_str(), due.provisional), ("2027-01-01 00:00", false));
}
