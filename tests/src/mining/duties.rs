//! What a class asks for on the way, by a policy that asks for more; and signatures at the last moment.

use super::planted::planted;
use super::{ALL, report};
use crate::city::City;
use crate::city::people;
use crate::city::work::{closed, verified};
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::case::fact::CaseFact;
use gridwhistle::domain::case::stage::ClockKind;
use gridwhistle::domain::ids::CaseId;
use gridwhistle_audit::conformance::{self, DeviationKind as Kind, FlagKind, Report};
use gridwhistle_domain::text::Language;
use gridwhistle_store::RecordedEvent;
use serde_json::{Value, json};
use uuid::Uuid;

fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

/// The policy of the city with more lines for time-limited cases, in the place of one.
fn with(mut row: RecordedEvent, lines: &str) -> RecordedEvent {
    if row.event_type != "PolicyPublished" {
        return row;
    }
    let mut payload: Value = serde_json::from_str(&row.payload).unwrap();
    let text = &mut payload["fact"]["PolicyPublished"]["text"];
    let whole = text.as_str().unwrap().to_owned();
    let (before, class) = whole.split_once("[class.time_limited]").unwrap();
    let asked = class.replacen("report_in_required = false", lines, 1);
    assert_ne!(class, asked);
    *text = json!(format!("{before}[class.time_limited]{asked}"));
    row.payload = payload.to_string();
    row
}

/// The deviations of a closed case where its class had asked for more: kind, what, in which words.
async fn found(
    lines: &str,
    change: impl Fn(RecordedEvent) -> Vec<RecordedEvent>,
) -> Vec<(Kind, &'static str, String)> {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    let source = planted(&city, |row| change(with(row, lines))).await;
    let report = conformance::check(&source, ALL).await.unwrap();
    let all = report.deviations.iter().map(|one| {
        let words = one.words();
        (
            one.kind,
            one.what[0].code(),
            words.get(Language::ZhCn).to_owned(),
        )
    });
    all.collect()
}

fn as_it_was(row: RecordedEvent) -> Vec<RecordedEvent> {
    vec![row]
}

#[tokio::test]
async fn disclosures_that_a_class_asks_for_are_missed_where_they_were_due() {
    let resolution = "report_in_required = false\ndisclosure = { resolution_before_response = true, implementation_before_sign_off = false }";
    let expected = "跳过步骤：决议公开（办理中时）";
    assert_eq!(
        found(resolution, as_it_was).await,
        [(Kind::Skipped, "resolution_disclosed", expected.to_owned())]
    );
    let both = resolution.replace("false }", "true }");
    let told = found(&both, as_it_was).await;
    let what: Vec<_> = told.iter().map(|(kind, what, _)| (*kind, *what)).collect();
    let implementation = (Kind::Skipped, "implementation_disclosed");
    assert_eq!(
        what,
        [(Kind::Skipped, "resolution_disclosed"), implementation]
    );
}

/// Five closings by one person, so many minutes before the signatures are due.
async fn signed_before(minutes: i64) -> Report {
    let city = City::in_memory().await;
    for number in 1..=5 {
        verified(&city, case(number)).await;
    }
    let mut due = city
        .events(case(1))
        .await
        .into_iter()
        .filter_map(|event| match event.fact {
            CaseFact::ClockStarted { clock } if clock.id.kind == ClockKind::SignOff => {
                Some(clock.marks.due)
            }
            _ => None,
        });
    let due = due.next_back().expect("a clock of signing");
    city.clock.set(due - TimeDelta::minutes(minutes));
    for number in 1..=5 {
        city.allowed(people::community(), case(number), CaseCommand::SignOff {})
            .await;
    }
    report(&city).await
}

#[tokio::test]
async fn signatures_under_closings_at_the_last_moment_are_a_burst() {
    let report = signed_before(2).await;
    let [flag] = report.flags.as_slice() else {
        panic!("{:#?}", report.flags)
    };
    assert_eq!((flag.kind, flag.figures["signs"]), (FlagKind::SignBurst, 5));
    assert_eq!(flag.person.as_deref(), Some("P-community"));
    assert_eq!((flag.events.len(), flag.cases.len()), (5, 5));
    let early = signed_before(10 * 60).await;
    assert!(early.is_clean(), "{:#?}", early.flags);
}
