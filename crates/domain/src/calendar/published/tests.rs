use super::*;
use chrono::TimeZone;

fn at(month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, month, day, 4, 0, 0).unwrap()
}

fn administrator() -> Actor {
    Actor::new("P-admin", Role::Administrator, "CITY")
}

fn typhoon(version: &str) -> CalendarPublication {
    let text = format!(
        "version = \"{version}\"\nknown_at = \"2026-07-20T20:00:00+08:00\"\n\
         [[days]]\ndate = \"2026-07-21\"\nkind = \"stop_work\"\n"
    );
    CalendarPublication::from_toml(&text).unwrap()
}

fn publish(version: &str) -> CalendarCommand {
    CalendarCommand::Publish {
        publication: typhoon(version),
    }
}

fn ask(all: &mut PublishedCalendars, command: &CalendarCommand, now: DateTime<Utc>) -> usize {
    let events = all.decide(command, now, &administrator()).unwrap();
    for event in &events {
        all.evolve(event);
    }
    events.len()
}

#[test]
fn the_built_in_book_serves_until_something_is_published() {
    let all = PublishedCalendars::default();
    assert_eq!(all.book().latest().version().as_str(), "cn-2026");
    assert_eq!(serde_json::to_string(&all).unwrap(), "[]");
}

#[test]
fn the_first_publication_writes_the_built_in_notices_before_its_own() {
    let mut all = PublishedCalendars::default();
    let built_in = all.book().publications().count();
    assert_eq!(
        ask(&mut all, &publish("fz-typhoon-1"), at(7, 21)),
        built_in + 1
    );
    assert_eq!(all.book().latest().version().as_str(), "fz-typhoon-1");
    assert_eq!(all.book().publications().count(), built_in + 1);
    assert!(all.refused().is_empty());
}

#[test]
fn adopting_again_adds_nothing() {
    let mut all = PublishedCalendars::default();
    let built_in = all.book().publications().count();
    let adopt = CalendarCommand::AdoptBuiltIn {};
    assert_eq!(ask(&mut all, &adopt, at(1, 1)), built_in);
    assert_eq!(ask(&mut all, &adopt, at(1, 2)), 0);
}

#[test]
fn a_notice_that_comes_with_an_update_becomes_known_when_it_is_adopted() {
    // A stream that was begun by a release which did not have the notice for 2026 yet.
    let mut all = PublishedCalendars::default();
    for publication in CalendarBook::china().publications() {
        if publication.version.as_str() != "cn-2026" {
            all.keep(publication.clone());
        }
    }
    let mut typhoon = typhoon("fz-typhoon-1");
    typhoon.years = vec![];
    typhoon.days[0].date = chrono::NaiveDate::from_ymd_opt(2025, 12, 30).unwrap();
    typhoon.known_at = Utc.with_ymd_and_hms(2025, 12, 29, 0, 0, 0).unwrap();
    let published = CalendarCommand::Publish {
        publication: typhoon,
    };
    assert_eq!(ask(&mut all, &published, at(1, 1)), 1);
    assert_eq!(
        ask(&mut all, &CalendarCommand::AdoptBuiltIn {}, at(1, 5)),
        1
    );
    let latest = all.book().latest();
    assert_eq!(
        (latest.version().as_str(), latest.known_at()),
        ("cn-2026", at(1, 5))
    );
}

#[test]
fn every_refusal_is_given_with_its_code_in_both_languages() {
    let mut all = PublishedCalendars::default();
    ask(&mut all, &publish("fz-typhoon-1"), at(7, 21));
    let stranger = Actor::new("P-dispatcher", Role::Dispatcher, "D-centre");
    for (actor, command, now, code) in [
        (
            stranger,
            publish("fz-typhoon-2"),
            at(7, 22),
            "not_authorised",
        ),
        (
            administrator(),
            publish("fz-typhoon-2"),
            at(7, 1),
            "known_in_future",
        ),
        (
            administrator(),
            publish("fz-typhoon-1"),
            at(7, 22),
            "calendar_refused",
        ),
    ] {
        let refused = all.decide(&command, now, &actor).unwrap_err();
        assert_eq!(refused.code(), code);
        let (zh, en) = (
            refused.message(Language::ZhCn),
            refused.message(Language::En),
        );
        assert_ne!(zh, en);
        assert!(zh.chars().any(|c| c > '\u{4e00}'), "{zh}");
    }
}

#[test]
fn a_snapshot_holds_the_same_versions() {
    let mut all = PublishedCalendars::default();
    ask(&mut all, &publish("fz-typhoon-1"), at(7, 21));
    let json = serde_json::to_string(&all).unwrap();
    let back: PublishedCalendars = serde_json::from_str(&json).unwrap();
    let labels = |all: &PublishedCalendars| -> Vec<String> {
        all.book()
            .versions()
            .map(|one| one.version().to_string())
            .collect()
    };
    assert_eq!(labels(&back), labels(&all));
}
