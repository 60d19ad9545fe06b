//! Publishing: what was known when, what replaces what, and what is refused.

use crate::shared::{NEW_YEAR, at, date, local, of_2027, toml};
use chrono::Datelike;
use gridwhistle_domain::calendar::{
    CalendarBook, CalendarProblem, CalendarPublication, CalendarVersion, DayKind, Limit,
};

#[test]
fn the_version_in_force_is_the_latest_that_was_known() {
    let book = CalendarBook::china();
    for (known_at, version) in [
        ("1999-01-01 00:00", "base"),
        ("2006-12-18 00:00", "cn-2007"),
        ("2007-12-17 23:59", "cn-2007"),
        ("2019-03-21 23:59", "cn-2019"),
        ("2019-03-22 00:00", "cn-2019.2"),
        ("2020-01-26 23:59", "cn-2020"),
        ("2020-01-27 00:00", "cn-2020.2"),
        ("2023-10-24 23:59", "cn-2023"),
        ("2023-10-25 00:00", "cn-2024"),
        ("2024-11-12 00:00", "cn-2025"),
        ("2025-11-03 23:59", "cn-2025"),
        ("2025-11-04 00:00", "cn-2026"),
        ("2099-01-01 00:00", "cn-2026"),
    ] {
        assert_eq!(
            book.in_force(at(known_at)).version().as_str(),
            version,
            "{known_at}"
        );
    }
}

#[test]
fn each_version_knows_the_years_until_its_own_and_none_after() {
    let book = CalendarBook::china();
    for calendar in book.versions().skip(1) {
        let year: i32 = calendar.version().as_str()[3..7].parse().unwrap();
        let years: Vec<i32> = calendar.published_years().iter().copied().collect();
        assert_eq!(
            years,
            (2004..=year).collect::<Vec<_>>(),
            "{}",
            calendar.version()
        );
    }
}

#[test]
fn notices_that_changed_a_running_year_are_seen_only_from_then_on() {
    let book = CalendarBook::china();
    let works = |version: &str, day: &str| {
        book.get(&CalendarVersion::from(version))
            .unwrap()
            .is_working_day(date(day))
    };
    for (before, after, day, was, is) in [
        ("cn-2015", "cn-2015.2", "2015-09-03", true, false),
        ("cn-2015", "cn-2015.2", "2015-09-06", false, true),
        ("cn-2019", "cn-2019.2", "2019-05-01", false, false),
        ("cn-2019", "cn-2019.2", "2019-05-02", true, false),
        ("cn-2019", "cn-2019.2", "2019-04-28", false, true),
        ("cn-2020", "cn-2020.2", "2020-01-31", true, false),
        ("cn-2020", "cn-2020.2", "2020-02-01", true, false),
        ("cn-2020", "cn-2020.2", "2020-02-03", true, true),
        ("cn-2011", "cn-2012", "2011-12-31", false, true),
    ] {
        assert_eq!((works(before, day), works(after, day)), (was, is), "{day}");
    }
}

#[test]
fn publishing_a_year_settles_what_was_provisional() {
    let before = CalendarBook::china();
    let after = before.publish(of_2027(NEW_YEAR)).unwrap();
    let start = at("2026-12-31 10:00");
    let due = |book: &CalendarBook| book.latest().due(start, Limit::WorkingDays(3));
    assert!(due(&before).provisional);
    assert_eq!(local(due(&before).at), "2027-01-05 18:00");
    assert!(!due(&after).provisional);
    assert_eq!(local(due(&after).at), "2027-01-07 18:00");
    // The pinned version answers as before.
    let pinned = after.get(before.latest().version()).unwrap();
    assert_eq!(pinned.due(start, Limit::WorkingDays(3)), due(&before));
    assert_eq!(
        after.in_force(at("2026-11-04 23:59")).version().as_str(),
        "cn-2026"
    );
}

#[test]
fn a_replacement_takes_the_place_of_one_version_and_keeps_the_others() {
    let wrong = of_2027(NEW_YEAR);
    let local_stop = toml(
        r#"version = "fz-2027.1"
        known_at = "2026-12-01T00:00:00Z"
        days = [{ date = "2027-03-01", kind = "stop_work" }]"#,
    );
    let right = toml(
        r#"version = "cn-2027.2"
        known_at = "2026-12-02T00:00:00Z"
        years = [2027]
        replaces = "cn-2027"
        days = [{ date = "2027-01-01", kind = "holiday" }]"#,
    );
    let book = CalendarBook::china()
        .publish(wrong)
        .unwrap()
        .publish(local_stop)
        .unwrap();
    let book = book.publish(right.clone()).unwrap();
    let calendar = book.latest();
    assert!(
        calendar.is_working_day(date("2027-01-04")),
        "no longer a holiday"
    );
    assert!(
        !calendar.is_working_day(date("2027-01-09")),
        "no longer made up"
    );
    assert!(
        !calendar.is_working_day(date("2027-03-01")),
        "the stop stands"
    );
    assert!(
        calendar.published_years().contains(&2027) && calendar.published_years().contains(&2026)
    );
    let again = CalendarPublication {
        version: "cn-2027.3".into(),
        ..right
    };
    let problems = book.problems(&again);
    assert!(
        problems.contains(&CalendarProblem::ReplacesUnknown("cn-2027".into())),
        "{problems:?}"
    );
}

#[test]
fn a_regular_day_lifts_an_override() {
    let lift = toml(
        r#"version = "lift"
        known_at = "2026-01-02T00:00:00Z"
        days = [{ date = "2026-05-09", kind = "regular" }, { date = "2026-05-05", kind = "regular" }]"#,
    );
    let book = CalendarBook::china().publish(lift).unwrap();
    assert!(!book.latest().is_working_day(date("2026-05-09")));
    assert!(book.latest().is_working_day(date("2026-05-05")));
}

#[test]
fn a_book_comes_back_from_its_publications_in_json() {
    let local = toml(include_str!("fuzhou.toml"));
    let book = CalendarBook::china().publish(local).unwrap();
    let events: Vec<String> = book
        .publications()
        .map(|p| serde_json::to_string(p).unwrap())
        .collect();
    let read = events
        .iter()
        .map(|event| serde_json::from_str(event).unwrap());
    let again = CalendarBook::from_publications(read).unwrap();
    assert!(again.publications().eq(book.publications()));
    let days = date("2003-01-01")
        .iter_days()
        .take_while(|day| day.year() < 2028);
    for day in days {
        assert_eq!(
            again.latest().shifts(day),
            book.latest().shifts(day),
            "{day}"
        );
    }
}

#[test]
fn a_publication_has_one_json_form() {
    let json = serde_json::to_string(&of_2027(NEW_YEAR)).unwrap();
    expect_test::expect![[r#"{"version":"cn-2027","known_at":"2026-11-04T16:00:00Z","years":[2027],"days":[{"date":"2027-01-01","kind":"holiday","name":"元旦"},{"date":"2027-01-04","kind":"holiday"},{"date":"2027-01-09","kind":"makeup"}]}"#]].assert_eq(&json);
    let day = &of_2027(NEW_YEAR).days[0];
    assert_eq!((day.date, day.kind), (date("2027-01-01"), DayKind::Holiday));
}
