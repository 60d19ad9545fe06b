//! What is refused as a publication, and in which words.

use crate::shared::{NEW_YEAR, at, date, of_2027};
use gridwhistle_domain::calendar::{CalendarBook, CalendarPublication, CalendarVersion};

/// The publication is refused for one reason, told with these words and with what is accepted.
#[track_caller]
fn refused(publication: CalendarPublication, words: &str) {
    let refused = CalendarBook::china().publish(publication).unwrap_err();
    assert_eq!(refused.problems.len(), 1, "{refused}");
    assert!(refused.to_string().contains(words), "{refused}");
    assert!(refused.to_string().contains("accepted: "), "{refused}");
}

#[track_caller]
fn unreadable(text: &str, words: &str) {
    let refused = CalendarPublication::from_toml(text)
        .unwrap_err()
        .to_string();
    assert!(refused.contains(words), "{text}\n{refused}");
}

fn plain() -> CalendarPublication {
    of_2027(NEW_YEAR)
}

fn without_years(publication: CalendarPublication) -> CalendarPublication {
    let days = publication.days.into_iter().take(1).collect();
    CalendarPublication {
        years: Vec::new(),
        days,
        ..publication
    }
}

/// A publication of 2027 with Labour Day (a Saturday) and one more day.
fn with_day(day: &str) -> CalendarPublication {
    of_2027(&format!(
        "days = [{{ date = \"2027-05-01\", kind = \"holiday\" }}, {day}]"
    ))
}

fn with_hours(hours: &str) -> CalendarPublication {
    of_2027(&format!(
        "{NEW_YEAR}\n[hours]\nvalid_from = \"2027-01-01\"\n{hours}"
    ))
}

fn season(from: &str, until: &str) -> String {
    format!("{{ from = \"{from}\", until = \"{until}\", shifts = [\"08:00-12:00\"] }}")
}

#[test]
fn a_version_has_a_label_of_its_own_and_comes_after_the_others() {
    for (label, words) in [
        ("", "`version`: ``"),
        ("年 2027", "`version`: `年 2027`"),
        ("cn-2026", "published already"),
        ("base", "published already"),
    ] {
        refused(
            CalendarPublication {
                version: CalendarVersion::new(label),
                ..plain()
            },
            words,
        );
    }
    let early = CalendarPublication {
        known_at: at("2025-11-04 00:00"),
        ..plain()
    };
    refused(early, "`known_at`: 2025-11-03 16:00:00 UTC is not after");
}

#[test]
fn a_year_is_in_range_named_once_and_has_holidays() {
    refused(without_years(of_2027("")), "all empty");
    refused(of_2027(""), "`years`: 2027 has no holiday");
    refused(
        CalendarPublication {
            years: vec![2027, 2027],
            ..plain()
        },
        "2027 stands twice",
    );
    refused(
        CalendarPublication {
            years: vec![2027, 3000],
            ..plain()
        },
        "3000 is out of range",
    );
}

#[test]
fn a_day_lies_in_its_year_and_is_one_thing() {
    refused(without_years(plain()), "`days`: 2027-01-01 lies outside");
    for (day, words) in [
        (
            r#"{ date = "2028-01-01", kind = "holiday" }"#,
            "a day of 2027, of the December before",
        ),
        (
            r#"{ date = "2027-05-01", kind = "holiday" }"#,
            "2027-05-01 stands twice",
        ),
        (
            r#"{ date = "2027-05-01", kind = "makeup" }"#,
            "kinds that exclude",
        ),
        (
            r#"{ date = "2027-05-03", kind = "makeup" }"#,
            "2027-05-03 is a weekday",
        ),
    ] {
        refused(with_day(day), words);
    }
    let december = with_day(r#"{ date = "2026-12-31", kind = "holiday" }"#);
    assert!(CalendarBook::china().publish(december).is_ok());
}

#[test]
fn hours_have_shifts_that_do_not_overlap() {
    refused(
        with_hours(r#"shifts = ["08:00-12:00", "11:59-18:00"]"#),
        "11:59-18:00 begins before",
    );
    refused(with_hours("shifts = []"), "`hours.shifts` is empty");
    let some = "shifts = [\"08:00-12:00\"]";
    let idle = r#"seasons = [{ from = "06-01", until = "06-30", shifts = [] }]"#;
    refused(
        with_hours(&format!("{some}\n{idle}")),
        "`hours.seasons[0].shifts` is empty",
    );
    let seasons = [season("11-01", "03-01"), season("03-01", "04-01")].join(", ");
    let twice = with_hours(&format!("{some}\nseasons = [{seasons}]"));
    refused(twice, "`hours.seasons`: 03-01 lies in more than one season");
    let mut early = with_hours(some);
    early.hours.as_mut().unwrap().valid_from = date("1969-12-31");
    refused(early, "`hours.valid_from`: 1969-12-31 is out of range");
}

#[test]
fn a_replacement_names_a_standing_version_and_restates_its_years() {
    let unknown = CalendarPublication {
        replaces: Some("cn-1999".into()),
        ..plain()
    };
    refused(unknown, "`replaces`: `cn-1999` is not in force");
    let partial = CalendarPublication {
        replaces: Some("cn-2026".into()),
        ..plain()
    };
    refused(
        partial,
        "`years`: 2026 of the replaced `cn-2026` is missing",
    );
}

#[test]
fn all_problems_of_a_publication_are_told_at_once() {
    let years = vec![2027, 1900];
    let bad = CalendarPublication {
        version: "cn-2026".into(),
        years,
        ..of_2027("")
    };
    let refused = CalendarBook::china().publish(bad).unwrap_err();
    assert_eq!(refused.problems.len(), 3, "{refused}");
}

const HEAD: &str = "version = \"x\"\nknown_at = \"2027-01-01T00:00:00Z\"\n";

#[test]
fn days_that_cannot_be_read_are_refused_with_the_form_of_days() {
    for (day, words) in [
        (
            r#"date = "2027-02-30", kind = "holiday""#,
            "accepted: a quoted date that exists",
        ),
        (
            r#"date = "2027-2-3", kind = "holiday""#,
            "accepted: a quoted date that exists",
        ),
        (
            r#"date = "2027-02-03", kind = "feast""#,
            "accepted: one of `holiday`, `makeup`",
        ),
        (r#"date = "2027-02-03""#, "missing field `kind`"),
    ] {
        unreadable(&format!("{HEAD}days = [{{ {day} }}]"), words);
    }
}

#[test]
fn hours_that_cannot_be_read_are_refused_with_the_form_of_hours() {
    let impossible = season("02-30", "03-01");
    for (hours, words) in [
        (r#"shifts = ["08:00-25:00"]"#, "from 00:00 to 24:00"),
        (r#"shifts = ["12:00-08:00"]"#, "the end after the start"),
        (r#"shifts = ["+8:00-12:00"]"#, "`HH:MM-HH:MM`"),
        (
            &format!("shifts = []\nseasons = [{impossible}]"),
            "accepted: `MM-DD`",
        ),
    ] {
        unreadable(
            &format!("{HEAD}[hours]\nvalid_from = \"2027-01-01\"\n{hours}"),
            words,
        );
    }
}

#[test]
fn text_that_is_no_publication_is_refused_with_the_field() {
    unreadable("version = \"x\"", "missing field `known_at`");
    unreadable("version = \"x\"\nknown_at = \"yesterday\"", "known_at");
    unreadable("colour = \"red\"", "unknown field `colour`");
    unreadable("= =", "cannot be read: line 1: ");
}
