//! Publishing: what was known when, what replaces what, and what is refused.

use crate::shared::{at, date, local};
use chrono::Datelike;
use gridwhistle_domain::calendar::{
    CalendarBook, CalendarProblem, CalendarPublication, CalendarVersion, DayKind, Limit,
};

fn toml(text: &str) -> CalendarPublication {
    CalendarPublication::from_toml(text).unwrap()
}

/// A publication of 2027 with more lines.
fn of_2027(more: &str) -> CalendarPublication {
    toml(&format!(
        "version = \"cn-2027\"\nknown_at = \"2026-11-05T00:00:00+08:00\"\nyears = [2027]\n{more}"
    ))
}

const NEW_YEAR: &str = r#"days = [{ date = "2027-01-01", kind = "holiday", name = "元旦" },
    { date = "2027-01-04", kind = "holiday" }, { date = "2027-01-09", kind = "makeup" }]"#;

#[test]
fn the_version_in_force_is_the_latest_that_was_known() {
    let book = CalendarBook::china();
    for (known_at, version) in [
        ("1999-01-01 00:00", "base"),
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
        assert_eq!(book.in_force(at(known_at)).version().as_str(), version, "{known_at}");
    }
}

#[test]
fn each_version_knows_the_years_until_its_own_and_none_after() {
    let book = CalendarBook::china();
    for calendar in book.versions().skip(1) {
        let year: i32 = calendar.version().as_str()[3..7].parse().unwrap();
        let years: Vec<i32> = calendar.published_years().iter().copied().collect();
        assert_eq!(years, (2004..=year).collect::<Vec<_>>(), "{}", calendar.version());
    }
}

#[test]
fn notices_that_changed_a_running_year_are_seen_only_from_then_on() {
    let book = CalendarBook::china();
    let works = |version: &str, day: &str| {
        book.get(&CalendarVersion::from(version)).unwrap().is_working_day(date(day))
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
    assert_eq!(after.in_force(at("2026-11-04 23:59")).version().as_str(), "cn-2026");
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
    let book = CalendarBook::china().publish(wrong).unwrap().publish(local_stop).unwrap();
    let book = book.publish(right.clone()).unwrap();
    let calendar = book.latest();
    assert!(calendar.is_working_day(date("2027-01-04")), "no longer a holiday");
    assert!(!calendar.is_working_day(date("2027-01-09")), "no longer made up");
    assert!(!calendar.is_working_day(date("2027-03-01")), "the stop stands");
    assert!(calendar.published_years().contains(&2027) && calendar.published_years().contains(&2026));
    let again = CalendarPublication { version: "cn-2027.3".into(), ..right };
    let problems = book.problems(&again);
    assert!(problems.contains(&CalendarProblem::ReplacesUnknown("cn-2027".into())), "{problems:?}");
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
    let events: Vec<String> =
        book.publications().map(|p| serde_json::to_string(p).unwrap()).collect();
    let read = events.iter().map(|event| serde_json::from_str(event).unwrap());
    let again = CalendarBook::from_publications(read).unwrap();
    assert!(again.publications().eq(book.publications()));
    let days = date("2003-01-01").iter_days().take_while(|day| day.year() < 2028);
    for day in days {
        assert_eq!(again.latest().shifts(day), book.latest().shifts(day), "{day}");
    }
}

#[test]
fn a_publication_has_one_json_form() {
    let json = serde_json::to_string(&of_2027(NEW_YEAR)).unwrap();
    expect_test::expect![[r#"{"version":"cn-2027","known_at":"2026-11-04T16:00:00Z","years":[2027],"days":[{"date":"2027-01-01","kind":"holiday","name":"元旦"},{"date":"2027-01-04","kind":"holiday"},{"date":"2027-01-09","kind":"makeup"}]}"#]].assert_eq(&json);
    let day = &of_2027(NEW_YEAR).days[0];
    assert_eq!((day.date, day.kind), (date("2027-01-01"), DayKind::Holiday));
}

#[test]
fn text_that_is_no_publication_is_refused_with_field_and_form() {
    let days = |day: &str| format!("version = \"x\"\nknown_at = \"2027-01-01T00:00:00Z\"\ndays = [{day}]");
    let hours = |hours: &str| {
        format!("version = \"x\"\nknown_at = \"2027-01-01T00:00:00Z\"\n[hours]\nvalid_from = \"2027-01-01\"\n{hours}")
    };
    for (text, words) in [
        (days(r#"{ date = "2027-02-30", kind = "holiday" }"#), "accepted: a quoted date that exists"),
        (days(r#"{ date = "2027-2-3", kind = "holiday" }"#), "accepted: a quoted date that exists"),
        (days(r#"{ date = "2027-02-03", kind = "feast" }"#), "expected one of `holiday`, `makeup`"),
        (days(r#"{ date = "2027-02-03" }"#), "missing field `kind`"),
        (hours(r#"shifts = ["08:00-25:00"]"#), "from 00:00 to 24:00"),
        (hours(r#"shifts = ["12:00-08:00"]"#), "the end after the start"),
        (hours("shifts = []\nseasons = [{ from = \"02-30\", until = \"03-01\", shifts = [] }]"), "accepted: `MM-DD`"),
        ("version = \"x\"".into(), "missing field `known_at`"),
        ("version = \"x\"\nknown_at = \"yesterday\"".into(), "known_at"),
        ("colour = \"red\"".into(), "unknown field `colour`"),
        ("= =".into(), "cannot be read"),
    ] {
        let refused = CalendarPublication::from_toml(&text).unwrap_err().to_string();
        assert!(refused.contains(words), "{text}\n{refused}");
    }
}

#[track_caller]
fn refused(publication: CalendarPublication, words: &str) {
    let refused = CalendarBook::china().publish(publication).unwrap_err();
    assert_eq!(refused.problems.len(), 1, "{refused}");
    assert!(refused.to_string().contains(words), "{refused}");
    assert!(refused.to_string().contains("accepted: "), "{refused}");
}

#[test]
fn each_broken_rule_is_refused_by_name() {
    let plain = || of_2027(NEW_YEAR);
    refused(CalendarPublication { version: "".into(), ..plain() }, "`version`: ``");
    refused(CalendarPublication { version: "年 2027".into(), ..plain() }, "`version`: `年 2027`");
    refused(CalendarPublication { version: "cn-2026".into(), ..plain() }, "published already");
    refused(CalendarPublication { version: "base".into(), ..plain() }, "published already");
    refused(CalendarPublication { known_at: at("2025-11-04 00:00"), ..plain() }, "`known_at`");
    refused(of_2027("").without_years(), "all empty");
    refused(of_2027(""), "`years`: 2027 has no holiday");
    refused(CalendarPublication { years: vec![2027, 2027], ..plain() }, "2027 stands twice");
    refused(CalendarPublication { years: vec![2027, 3000], ..plain() }, "3000 is out of range");
    refused(plain().without_years(), "`days`: 2027-01-01 lies outside");
    refused(with_day(r#"{ date = "2028-01-01", kind = "holiday" }"#), "2028-01-01 lies outside");
    refused(with_day(r#"{ date = "2027-05-01", kind = "holiday" }"#), "2027-05-01 stands twice");
    refused(with_day(r#"{ date = "2027-05-01", kind = "makeup" }"#), "kinds that exclude");
    refused(with_day(r#"{ date = "2027-05-03", kind = "makeup" }"#), "2027-05-03 is a weekday");
    refused(with_hours(r#"shifts = ["08:00-12:00", "11:59-18:00"]"#), "11:59-18:00 begins before");
    refused(with_hours("shifts = []"), "`hours.shifts` is empty");
    refused(
        with_hours("shifts = [\"08:00-12:00\"]\nseasons = [{ from = \"06-01\", until = \"06-30\", shifts = [] }]"),
        "`hours.seasons[0].shifts` is empty",
    );
    let season = |from: &str, until: &str| {
        format!("{{ from = \"{from}\", until = \"{until}\", shifts = [\"08:00-12:00\"] }}")
    };
    let seasons = [season("11-01", "03-01"), season("03-01", "04-01")].join(", ");
    refused(
        with_hours(&format!("shifts = [\"08:00-12:00\"]\nseasons = [{seasons}]")),
        "`hours.seasons`: 03-01 lies in more than one season",
    );
    let mut early = with_hours("shifts = [\"08:00-12:00\"]");
    early.hours.as_mut().unwrap().valid_from = date("1969-12-31");
    refused(early, "`hours.valid_from`: 1969-12-31 is out of range");
    let unknown = CalendarPublication { replaces: Some("cn-1999".into()), ..plain() };
    refused(unknown, "`replaces`: `cn-1999` is not in force");
    let partial = CalendarPublication { replaces: Some("cn-2026".into()), ..plain() };
    refused(partial, "`years`: 2026 of the replaced `cn-2026` is missing");
}

#[test]
fn all_problems_of_a_publication_are_told_at_once() {
    let bad = CalendarPublication { version: "cn-2026".into(), years: vec![2027, 1900], ..of_2027("") };
    let refused = CalendarBook::china().publish(bad).unwrap_err();
    assert_eq!(refused.problems.len(), 3, "{refused}");
}

/// A publication of 2027 with Labour Day and one more day.
fn with_day(day: &str) -> CalendarPublication {
    of_2027(&format!("days = [{{ date = \"2027-05-01\", kind = \"holiday\" }}, {day}]"))
}

fn with_hours(hours: &str) -> CalendarPublication {
    of_2027(&format!("{NEW_YEAR}\n[hours]\nvalid_from = \"2027-01-01\"\n{hours}"))
}

trait WithoutYears {
    fn without_years(self) -> Self;
}

impl WithoutYears for CalendarPublication {
    fn without_years(mut self) -> Self {
        self.years.clear();
        self.days.truncate(1);
        self
    }
}
