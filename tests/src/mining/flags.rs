//! Each pattern is flagged with its evidence where it was made, and not without it.

use super::planted::planted;
use super::{ALL, report};
use crate::city::City;
use crate::city::people;
use crate::city::work::{LEAD, closed, evidence, respond, time_limited, verified};
use chrono::TimeDelta;
use gridwhistle::Clock;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle_audit::conformance::{self, Flag, FlagKind};
use gridwhistle_store::RecordedEvent;
use uuid::Uuid;

fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

/// The flags of a kind, which must be the only one there is.
#[track_caller]
fn only(report: &conformance::Report, kind: FlagKind) -> Vec<Flag> {
    let kinds: Vec<_> = report.flags_found.keys().copied().collect();
    assert_eq!(kinds, [kind.code()], "{:#?}", report.flags);
    assert!(!report.is_clean());
    report.flags.clone()
}

/// The response is found wanting, and given again.
async fn rework(city: &City, case: CaseId) {
    let wanting = CaseCommand::RequireRework {
        reason: "not_solved".to_owned(),
        note: "still wet".to_owned(),
    };
    city.allowed(people::community(), case, wanting).await;
    let contact = CaseCommand::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "comes again".to_owned(),
    };
    city.allowed(people::water(), case, contact).await;
    let photos = [EvidenceKind::BeforePhoto, EvidenceKind::AfterPhoto];
    city.allowed(people::water(), case, respond(&photos)).await;
}

#[tokio::test]
async fn a_case_that_comes_back_three_times_is_ping_pong() {
    let city = City::in_memory().await;
    verified(&city, case(1)).await;
    rework(&city, case(1)).await;
    rework(&city, case(1)).await;
    assert!(report(&city).await.is_clean());
    rework(&city, case(1)).await;
    let flags = only(&report(&city).await, FlagKind::PingPong);
    let [flag] = flags.as_slice() else {
        panic!("{flags:#?}")
    };
    assert_eq!((flag.figures["reworks"], flag.events.len()), (3, 3));
    assert_eq!(flag.cases, [case(1).to_string()]);
    assert_eq!(flag.unit.as_deref(), Some("B-water"));
}

/// Cases that one handler acknowledges so many minutes after they were dispatched; two working hours
/// are given.
async fn acknowledged_after(minutes: i64, cases: u128) -> City {
    let city = City::in_memory().await;
    for number in 1..=cases {
        time_limited(&city, case(number)).await;
    }
    city.later(TimeDelta::minutes(minutes));
    for number in 1..=cases {
        let acknowledge = CaseCommand::Acknowledge { leg: LEAD };
        city.allowed(people::water(), case(number), acknowledge)
            .await;
    }
    city
}

#[tokio::test]
async fn many_signatures_at_the_deadline_by_one_person_are_a_burst() {
    let flags = only(
        &report(&acknowledged_after(115, 5).await).await,
        FlagKind::SignBurst,
    );
    let [flag] = flags.as_slice() else {
        panic!("{flags:#?}")
    };
    assert_eq!((flag.figures["signs"], flag.cases.len()), (5, 5));
    assert_eq!(flag.person.as_deref(), Some("P-water"));
    assert!(
        report(&acknowledged_after(60, 5).await).await.is_clean(),
        "in time"
    );
    assert!(
        report(&acknowledged_after(115, 4).await).await.is_clean(),
        "few"
    );
    assert!(
        report(&acknowledged_after(180, 5).await).await.is_clean(),
        "late is no burst"
    );
}

/// Cases closed on so many days of March 2026, which begins on the second for this city.
async fn closed_on(days: &[(i64, u128)]) -> City {
    let city = City::in_memory().await;
    let (mut today, mut number) = (2, 0);
    for (day, cases) in days {
        city.later(TimeDelta::days(day - today));
        today = *day;
        for _ in 0..*cases {
            number += 1;
            closed(&city, case(number)).await;
        }
    }
    city
}

#[tokio::test]
async fn many_closings_at_the_end_of_a_month_are_told_beside_the_days_before() {
    let report_of = closed_on(&[(3, 2), (31, 10)]).await;
    let flags = only(&report(&report_of).await, FlagKind::MonthEndClosing);
    let [flag] = flags.as_slice() else {
        panic!("{flags:#?}")
    };
    let figures = ["closings", "closings_before", "days", "days_before"];
    assert_eq!(figures.map(|name| flag.figures[name]), [10, 2, 3, 28]);
    assert_eq!((flag.cases.len(), flag.events.len()), (10, 10));
    assert!(
        report(&closed_on(&[(3, 2), (31, 9)]).await)
            .await
            .is_clean(),
        "few"
    );
    let usual = closed_on(&[(3, 16), (16, 16), (31, 10)]).await;
    assert!(
        report(&usual).await.is_clean(),
        "less than three times the usual"
    );
}

#[tokio::test]
async fn a_response_though_nobody_spoke_with_the_resident_is_told_with_its_event() {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    let gone = |row: RecordedEvent| {
        let kept = row.event_type != "ResidentContacted";
        kept.then_some(row).into_iter().collect()
    };
    let source = planted(&city, gone).await;
    let report = conformance::check(&source, ALL).await.unwrap();
    let flags = only(&report, FlagKind::ResponseWithoutContact);
    let [flag] = flags.as_slice() else {
        panic!("{flags:#?}")
    };
    let at = source
        .log()
        .read_log(source.tenant(), flag.events[0] - 1, 1)
        .await
        .unwrap();
    assert_eq!(at[0].event_type, "ResponseSubmitted");
}

#[tokio::test]
async fn a_suspension_on_the_last_day_is_told_and_one_at_the_beginning_is_not() {
    for (minutes, flagged) in [(30, false), (7 * 24 * 60, true)] {
        let city = City::in_memory().await;
        time_limited(&city, case(1)).await;
        let acknowledge = CaseCommand::Acknowledge { leg: LEAD };
        city.allowed(people::water(), case(1), acknowledge).await;
        city.later(TimeDelta::minutes(minutes));
        let suspend = CaseCommand::Suspend {
            reason: "waiting_material".to_owned(),
            until: city.clock.now() + TimeDelta::days(2),
            proof: vec![evidence(EvidenceKind::Document)],
        };
        city.allowed(people::dispatcher(), case(1), suspend).await;
        let report = report(&city).await;
        if flagged {
            let flags = only(&report, FlagKind::SuspiciousSuspension);
            assert!(flags[0].figures["minutes_left"] < flags[0].figures["minutes_given"] / 10);
            let all = city.all_events().await;
            let suspended = all.iter().find(|event| event.event_type == "CaseSuspended");
            assert_eq!(flags[0].events, [suspended.unwrap().position]);
            assert_eq!(flags[0].cases, [case(1).to_string()]);
            assert_eq!(flags[0].unit.as_deref(), Some("B-water"));
        } else {
            assert!(report.is_clean(), "{:#?}", report.flags);
        }
    }
}
