//! Every row of the shared calendars and of the shared working-day arithmetic.

use crate::shared::{at, date, local, rows};
use chrono::{Datelike, NaiveDate, Weekday};
use gridwhistle_domain::calendar::{CalendarBook, Limit};
use std::collections::BTreeMap;

#[test]
fn all_pairs_of_the_working_day_arithmetic_come_out() {
    let book = CalendarBook::china();
    let calendar = book.latest();
    let pairs = rows("truth/open_cn_workday_arithmetic.csv");
    assert!(pairs.len() > 2_000, "only {} pairs", pairs.len());
    for row in pairs {
        let [start, n, deadline, range_end, in_range] = &row[..] else {
            panic!("five columns: {row:?}")
        };
        let (start_date, days): (_, u32) = (date(start), n.parse().unwrap());
        let nth = calendar.nth_working_day_after(start_date, days).unwrap();
        assert_eq!(nth, date(deadline), "{row:?}");
        let due = calendar.due(at(&format!("{start} 16:20")), Limit::WorkingDays(days));
        assert_eq!(local(due.at), format!("{deadline} 18:00"), "{row:?}");
        assert_eq!(due.provisional, date(deadline).year() > 2026, "{row:?}");
        let before = start_date.pred_opt().unwrap();
        let count = calendar.working_days_between(before, date(range_end));
        assert_eq!(count.to_string(), *in_range, "{row:?}");
    }
}

#[test]
fn every_day_from_2020_to_2026_is_off_or_worked_as_in_the_shared_calendar() {
    let book = CalendarBook::china();
    let days = rows("calendar/cn_workdays_2020_2026.csv");
    assert_eq!(days.len(), 2_557);
    for row in days {
        let works = book.latest().is_working_day(date(&row[0]));
        assert_eq!(works, row[2] == "1", "{row:?}");
    }
}

#[test]
fn every_day_from_2007_to_2026_agrees_with_the_special_days_of_the_notices() {
    let book = CalendarBook::china();
    let special: BTreeMap<NaiveDate, bool> = rows("calendar/holiday_cn_special_days_2007_2026.csv")
        .into_iter()
        .map(|row| (date(&row[0]), row[1] == "1"))
        .collect();
    let first = *special.keys().next().unwrap();
    let until = date("2026-12-31");
    let mut differing = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= until) {
        let week = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let expected = special.get(&day).copied().unwrap_or(week);
        if book.latest().is_working_day(day) != expected {
            differing.push(day);
        }
    }
    assert_eq!(differing, Vec::<NaiveDate>::new());
}

#[test]
fn years_before_the_shared_calendars_have_as_many_working_days_as_a_second_source_says() {
    // Counted with the package chinese-days 1.5.7, another source than the built-in data.
    let book = CalendarBook::china();
    let count = |year: i32| {
        let end = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        book.latest().working_days_between(end(year - 1), end(year))
    };
    assert_eq!([count(2004), count(2005), count(2006)], [252, 250, 251]);
}
