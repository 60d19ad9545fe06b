use super::*;
use crate::calendar::{CalendarBook, CalendarPublication, Limit};
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::{at_work_in, policy};
use crate::case::kit::*;
use crate::case::stage::ClockKind;
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;
use serde_json::json;

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

/// Next year's holidays as they might be published: New Year off from Friday to Sunday.
fn published(version: &str, known_at: &str, holidays: &[&str]) -> CalendarPublication {
    let days: Vec<_> = holidays
        .iter()
        .map(|date| json!({ "date": date, "kind": "holiday", "name": "元旦" }))
        .collect();
    serde_json::from_value(json!({
        "version": version, "known_at": at(known_at), "years": [2027], "days": days
    }))
    .unwrap()
}

fn knowing(publication: CalendarPublication) -> Given {
    let book = CalendarBook::china().publish(publication).unwrap();
    Given::nothing()
        .knowing(move |reference| reference.calendars = book)
        .at("2026-12-28 09:00")
}

fn next_year() -> CalendarPublication {
    published("cn-2027", "2026-12-29 12:00", &["2027-01-01"])
}

fn rebase(version: &str) -> C {
    C::RebaseClocks {
        calendar: version.into(),
    }
}

#[test]
fn a_due_time_that_reached_an_unpublished_year_moves_when_the_year_is_published() {
    let given = at_work_in(knowing(next_year()));
    let clock = given.case.owed(HANDLE).unwrap();
    assert!(clock.marks.provisional);
    assert_eq!(clock.marks.due, at("2027-01-04 18:00"));
    let given = given
        .at("2026-12-30 09:00")
        .when(system(), rebase("cn-2027"))
        .then(&["ClockRebased"]);
    let F::ClockRebased {
        old_due,
        calendar,
        cause,
        ..
    } = given.facts()[0]
    else {
        panic!("{:?}", given.facts());
    };
    assert_eq!(*old_due, at("2027-01-04 18:00"));
    assert_eq!((calendar.as_str(), cause.as_str()), ("cn-2027", "calendar"));
    let clock = given.case.owed(HANDLE).unwrap();
    assert_eq!(clock.marks.due, at("2027-01-05 18:00"));
    assert!(!clock.marks.provisional);
    assert_eq!(clock.consumed, 420 + 480 + 60);
}

#[test]
fn a_granted_extension_is_kept_when_the_year_is_published() {
    let given = at_work_in(knowing(next_year()))
        .and(
            water(),
            C::RequestExtension {
                limit: Limit::WorkingDays(2),
                reason: "frost".to_owned(),
            },
        )
        .and(
            dispatcher(),
            C::GrantExtension {
                citizen_informed: true,
            },
        );
    assert_eq!(given.due(HANDLE), at("2027-01-06 18:00"));
    let given = given
        .at("2026-12-30 09:00")
        .and(system(), rebase("cn-2027"));
    assert_eq!(given.due(HANDLE), at("2027-01-07 18:00"));
}

#[test]
fn a_clock_that_stood_keeps_what_it_consumed_and_runs_on_under_the_new_calendar() {
    let suspend = |until: &str| C::Suspend {
        reason: "force_majeure".to_owned(),
        until: at(until),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let given = at_work_in(knowing(next_year()))
        .at("2026-12-29 08:00")
        .and(dispatcher(), suspend("2026-12-30 08:00"))
        .at("2026-12-30 08:00")
        .and(system(), C::Resume {});
    assert_eq!(given.due(HANDLE), at("2027-01-05 18:00"));
    let given = given
        .at("2026-12-30 09:00")
        .and(system(), rebase("cn-2027"));
    assert_eq!(given.due(HANDLE), at("2027-01-06 18:00"));
    assert_eq!(given.case.owed(HANDLE).unwrap().budget, 2_820);
}

#[test]
fn a_clock_that_stands_is_rebased_without_losing_how_long_it_stood() {
    let suspend = C::Suspend {
        reason: "force_majeure".to_owned(),
        until: at("2026-12-31 08:00"),
        proof: vec![evidence(EvidenceKind::Document)],
    };
    let given = at_work_in(knowing(next_year()))
        .at("2026-12-29 08:00")
        .and(dispatcher(), suspend)
        .at("2026-12-30 09:00")
        .when(system(), rebase("cn-2027"))
        .then(&["ClockRebased"])
        .at("2026-12-31 08:00")
        .and(system(), C::Resume {});
    let clock = given.case.owed(HANDLE).unwrap();
    assert_eq!((clock.suspended, clock.consumed), (960, 420));
    assert_eq!(clock.marks.due, at("2027-01-07 18:00"));
}

#[test]
fn a_due_time_that_the_new_year_confirms_becomes_firm() {
    let given = at_work_in(knowing(published(
        "cn-2027",
        "2026-12-29 12:00",
        &["2027-01-02"],
    )))
    .at("2026-12-30 09:00")
    .when(system(), rebase("cn-2027"))
    .then(&["ClockRebased"]);
    assert!(!given.case.owed(HANDLE).unwrap().marks.provisional);
    assert_eq!(given.due(HANDLE), at("2027-01-04 18:00"));
    given
        .when(system(), rebase("cn-2027"))
        .then_refused(Code::NothingToRebase);
}

#[test]
fn a_published_due_time_never_moves() {
    let book = CalendarBook::china().publish(next_year()).unwrap();
    let given = at_work_in(Given::nothing().knowing(move |reference| reference.calendars = book));
    given
        .at("2026-12-30 09:00")
        .when(system(), rebase("cn-2027"))
        .then_refused(Code::NothingToRebase);
}

#[test]
fn a_calendar_that_is_older_settles_nothing() {
    at_work_in(knowing(next_year()))
        .when(system(), rebase("cn-2025"))
        .then_refused(Code::NothingToRebase);
}

#[test]
fn a_calendar_that_nobody_knows_yet_is_refused_with_the_one_in_force() {
    for version in ["cn-2099", "cn-2027"] {
        let given = at_work_in(knowing(next_year()))
            .when(system(), rebase(version))
            .then_refused(Code::CalendarMissing);
        assert_eq!(given.refusal().given, version);
        assert!(given.refusal().accepted.starts_with("cn-2026"));
    }
}

#[test]
fn a_limit_that_ends_at_midnight_is_extended_by_whole_days() {
    let mut publication = next_year();
    publication.known_at = at("2026-12-27 12:00");
    publication.day_end = Some(crate::calendar::DayEnd::Midnight);
    let given = at_work_in(knowing(publication))
        .and(
            water(),
            C::RequestExtension {
                limit: Limit::WorkingDays(2),
                reason: "frost".to_owned(),
            },
        )
        .and(
            dispatcher(),
            C::GrantExtension {
                citizen_informed: true,
            },
        );
    assert_eq!(given.due(HANDLE), at("2027-01-08 00:00"));
}

#[test]
fn a_clock_of_natural_days_moves_off_the_new_holiday() {
    let natural = policy(|policy| {
        let row = policy.class.get_mut(&CaseClass::TimeLimited).unwrap();
        row.limits.handle = Some(Limit::NaturalDays(4));
    });
    let given = at_work_in(knowing(next_year()).knowing(natural));
    assert_eq!(given.due(HANDLE), at("2027-01-01 18:00"));
    let given = given
        .at("2026-12-30 09:00")
        .and(system(), rebase("cn-2027"));
    assert_eq!(given.due(HANDLE), at("2027-01-04 18:00"));
}
