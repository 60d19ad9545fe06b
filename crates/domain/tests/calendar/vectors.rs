//! The computed vectors of `DOMAIN.md` section 5.

use crate::shared::{at, date, local};
use chrono::{Datelike, NaiveDate};
use gridwhistle_domain::calendar::{CalendarBook, CalendarVersion, Limit};

#[track_caller]
fn check(start: &str, limit: &str, due: &str, provisional: bool) {
    let book = CalendarBook::china();
    let calendar = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    let got = calendar.due(at(start), limit.parse::<Limit>().unwrap());
    assert_eq!(
        (local(got.at).as_str(), got.provisional),
        (due, provisional),
        "{start} + {limit}"
    );
}

#[test]
fn working_hours_reach_over_make_up_days_and_holidays() {
    check("2026-02-13 17:30", "2 wh", "2026-02-14 09:30", false);
    check("2026-02-14 17:59", "1 wh", "2026-02-24 08:59", false);
    check("2026-09-30 17:00", "4 wh", "2026-10-08 11:00", false);
    check("2026-05-09 12:30", "30 wmin", "2026-05-09 14:30", false);
}

#[test]
fn working_days_leave_the_start_day_out_and_end_at_close() {
    check("2026-02-13 09:00", "3 wd", "2026-02-25 18:00", false);
    check("2026-09-24 09:00", "5 wd", "2026-10-09 18:00", false);
    check("2026-09-24 23:59", "6 wd", "2026-10-10 18:00", false);
    check("2026-04-30 00:00", "5 wd", "2026-05-11 18:00", false);
}

#[test]
fn a_due_in_an_unpublished_year_is_provisional() {
    check("2026-12-31 10:00", "3 wd", "2027-01-05 18:00", true);
    check("2026-12-31 17:30", "1 wh", "2027-01-01 08:30", true);
    check("2026-12-31 17:00", "1 wh", "2026-12-31 18:00", false);
    check("2026-12-30 17:00", "1 wd", "2026-12-31 18:00", false);
    check("2026-12-31 17:00", "1 d", "2027-01-01 18:00", true);
    check("2026-12-31 17:00", "24 h", "2027-01-01 17:00", false);
    check("2003-12-31 17:00", "1 wh", "2003-12-31 18:00", true);
    check("2003-12-31 17:00", "1 wd", "2004-01-02 18:00", false);
}

#[test]
fn hour_clocks_outside_hours_wait_for_the_next_working_minute() {
    check("2026-03-02 06:00", "1 wmin", "2026-03-02 08:01", false);
    check("2026-03-02 12:00", "1 wmin", "2026-03-02 14:01", false);
    check("2026-03-06 18:00", "1 wmin", "2026-03-09 08:01", false);
    check("2026-03-07 10:00", "2 wh", "2026-03-09 10:00", false);
}

#[test]
fn a_budget_that_ends_at_close_is_due_at_close() {
    check("2026-03-02 14:00", "4 wh", "2026-03-02 18:00", false);
    check("2026-03-02 08:00", "4 wh", "2026-03-02 12:00", false);
    check("2026-03-02 08:00", "8 wh", "2026-03-02 18:00", false);
}

#[test]
fn calendar_minutes_run_around_the_clock() {
    check("2026-02-15 23:50", "15 min", "2026-02-16 00:05", false);
    check("2026-02-15 23:50", "24 h", "2026-02-16 23:50", false);
}

#[test]
fn natural_days_that_end_on_a_day_off_move_to_the_next_working_day() {
    check("2026-03-02 10:00", "3 d", "2026-03-05 18:00", false);
    check("2026-03-02 10:00", "5 d", "2026-03-09 18:00", false);
    check("2026-02-13 10:00", "5 d", "2026-02-24 18:00", false);
    check("2026-02-13 10:00", "1 d", "2026-02-14 18:00", false);
}

#[test]
fn seconds_are_floored_to_the_minute() {
    let book = CalendarBook::china();
    let start = at("2026-03-02 08:00") + chrono::TimeDelta::milliseconds(59_999);
    let due = book.latest().due(start, Limit::WorkingMinutes(1));
    assert_eq!(local(due.at), "2026-03-02 08:01");
    assert_eq!(due.at.timestamp_subsec_nanos(), 0);
    let due = book.latest().due(start, Limit::CalendarMinutes(1));
    assert_eq!(due.at, at("2026-03-02 08:01"));
}

#[test]
fn the_days_of_2026_are_as_announced() {
    let book = CalendarBook::china();
    let calendar = book.latest();
    let year = date("2026-01-01")
        .iter_days()
        .take_while(|day| day.year() == 2026);
    let working: Vec<NaiveDate> = year.filter(|day| calendar.is_working_day(*day)).collect();
    assert_eq!(working.len(), 248);
    assert_eq!(
        calendar.working_days_between(date("2025-12-31"), date("2026-12-31")),
        248
    );
    for day in ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"] {
        assert!(
            working.contains(&date(&format!("2026-{day}"))),
            "{day} makes up"
        );
    }
    for (from, until) in [
        ("01-01", "01-03"),
        ("02-15", "02-23"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("06-19", "06-21"),
        ("09-25", "09-27"),
        ("10-01", "10-07"),
    ] {
        let until = date(&format!("2026-{until}"));
        let off = date(&format!("2026-{from}"))
            .iter_days()
            .take_while(|day| *day <= until);
        off.for_each(|day| assert!(!calendar.is_working_day(day), "{day} is off"));
    }
}

#[test]
fn the_working_day_after_a_due_time_leaves_out_days_off_and_takes_in_make_up_days() {
    let book = CalendarBook::china();
    let calendar = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    for (due, next) in [
        ("2026-02-12 18:00", "2026-02-13 00:00"),
        // Friday; Saturday is a make-up workday.
        ("2026-02-13 18:00", "2026-02-14 00:00"),
        // 24:00 of that Saturday, and the Spring Festival after it.
        ("2026-02-15 00:00", "2026-02-24 00:00"),
        ("2026-02-14 18:00", "2026-02-24 00:00"),
        // An emergency limit that ends within the holiday.
        ("2026-02-17 03:00", "2026-02-24 00:00"),
        ("2026-09-18 18:00", "2026-09-20 00:00"),
    ] {
        let got = calendar.working_day_after(at(due)).map(local);
        assert_eq!(got.as_deref(), Some(next), "{due}");
    }
}

#[test]
fn what_was_due_by_the_last_working_day_that_has_begun_has_come_to_the_day_after() {
    let book = CalendarBook::china();
    let calendar = book.get(&CalendarVersion::from("cn-2026")).unwrap();
    for (now, begun) in [
        ("2026-02-13 00:00", "2026-02-13 00:00"),
        ("2026-02-13 23:59", "2026-02-13 00:00"),
        ("2026-02-14 08:00", "2026-02-14 00:00"),
        ("2026-02-20 12:00", "2026-02-14 00:00"),
        ("2026-02-24 00:00", "2026-02-24 00:00"),
    ] {
        let got = calendar.working_day_begun(at(now)).unwrap();
        assert_eq!(local(got), begun, "{now}");
        assert_eq!(calendar.working_day_after(got), Some(got), "{now}");
        let later = got + chrono::TimeDelta::minutes(1);
        assert!(calendar.working_day_after(later).unwrap() > at(now));
    }
}
