//! Each kind of deviation is found where it was planted, and nothing in an honest log.

use super::planted::planted;
use super::{ALL, report};
use crate::city::City;
use crate::city::people;
use crate::city::work::{closed, on_the_spot, report as reported, time_limited};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::ids::CaseId;
use gridwhistle_audit::conformance::{self, DeviationKind as Kind, Report};
use gridwhistle_domain::text::Language;
use gridwhistle_store::RecordedEvent;
use uuid::Uuid;

fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

/// A city with a closed case, one at work, one on the spot, and one taken back.
async fn city() -> City {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    time_limited(&city, case(2)).await;
    on_the_spot(&city, case(3)).await;
    let resident = people::resident();
    city.allowed(resident.clone(), case(4), reported("never mind"))
        .await;
    let withdraw = CaseCommand::Withdraw {
        reason: "it is gone".to_owned(),
    };
    city.allowed(resident, case(4), withdraw).await;
    city
}

/// The only deviation, as kind, what, and the sentence in English.
#[track_caller]
fn one(report: &Report) -> (Kind, Vec<&'static str>, String) {
    let [deviation] = report.deviations.as_slice() else {
        panic!("one deviation, not {:#?}", report.deviations)
    };
    assert_eq!(report.deviations_found, 1);
    assert_eq!(report.total.fitting + 1, report.total.steps);
    assert_eq!(report.total.fit_cases + 1, report.total.cases);
    let what = deviation.what.iter().map(|one| one.code()).collect();
    let words = deviation.words();
    assert!(!words.get(Language::ZhCn).is_ascii());
    (deviation.kind, what, words.get(Language::En).to_owned())
}

/// What is found when every event of a name is left out.
async fn without(name: &str) -> (Kind, Vec<&'static str>, String) {
    let city = city().await;
    let gone = |row: RecordedEvent| {
        let kept = row.event_type != name;
        kept.then_some(row).into_iter().collect()
    };
    let source = planted(&city, gone).await;
    one(&conformance::check(&source, ALL).await.unwrap())
}

#[tokio::test]
async fn an_honest_log_fits_wholly() {
    let report = report(&city().await).await;
    assert_eq!(report.deviations, []);
    assert_eq!((report.total.cases, report.total.fit_cases), (4, 4));
    assert_eq!(report.total.fitness, Some(1.into()));
    assert!(report.is_clean());
    let groups = report.groups.iter().map(|group| {
        let unit = group.unit.as_deref().unwrap_or("-");
        (unit, group.class.as_deref().unwrap_or("-"), group.fit.cases)
    });
    let groups: Vec<_> = groups.collect();
    assert!(
        groups.contains(&("B-water", "time_limited", 2)),
        "{groups:?}"
    );
    assert!(groups.contains(&("-", "-", 1)), "{groups:?}");
}

#[tokio::test]
async fn a_stage_that_was_skipped_is_named() {
    assert_eq!(
        without("LegAcknowledged").await,
        (
            Kind::Skipped,
            vec!["in_progress"],
            "skipped: in progress (dispatched to responded)".to_owned()
        )
    );
}

#[tokio::test]
async fn duties_that_were_skipped_are_named_where_they_were_due() {
    assert_eq!(
        without("ResidentContacted").await,
        (
            Kind::Skipped,
            vec!["contact"],
            "skipped: contact with the resident (when in progress)".to_owned()
        )
    );
    let (kind, what, _) = without("VerificationPassed").await;
    assert_eq!((kind, what), (Kind::Skipped, vec!["verification"]));
    let (kind, what, _) = without("SignOffRecorded").await;
    assert_eq!((kind, what), (Kind::Skipped, vec!["sign_off_chain"]));
}

#[tokio::test]
async fn what_comes_after_an_end_is_out_of_order_or_no_part_of_the_flow() {
    for (planted_name, expected) in [
        ("CaseClosed", Kind::OutOfOrder),
        ("CaseRejected", Kind::Inserted),
    ] {
        let city = city().await;
        let refusal = serde_json::json!({ "reason": "duplicate", "note": "told" });
        let source = planted(&city, |row| {
            if row.event_type != "CaseWithdrawn" {
                return vec![row];
            }
            let mut after = row.clone();
            let mut payload: serde_json::Value = serde_json::from_str(&row.payload).unwrap();
            payload["fact"] = match planted_name {
                "CaseClosed" => serde_json::json!({ "CaseClosed": { "outcome": "resolved" } }),
                _ => serde_json::json!({ "CaseRejected": refusal }),
            };
            after.payload = payload.to_string();
            after.event_type = planted_name.to_owned();
            after.command_id = Uuid::from_u128(99);
            vec![row, after]
        });
        let source = source.await;
        let report = conformance::check(&source, ALL).await.unwrap();
        let kinds: Vec<Kind> = report.deviations.iter().map(|one| one.kind).collect();
        assert!(
            kinds.contains(&expected),
            "{planted_name}: {:#?}",
            report.deviations
        );
        assert!(
            report
                .deviations
                .iter()
                .all(|one| one.case == case(4).to_string())
        );
    }
}

#[tokio::test]
async fn a_policy_that_nobody_published_is_told() {
    let city = city().await;
    let source = planted(&city, |mut row| {
        row.payload = row
            .payload
            .replace("\"policy\":\"default-2026.1\"", "\"policy\":\"secret\"");
        vec![row]
    });
    let report = conformance::check(&source.await, ALL).await.unwrap();
    assert!(report.deviations_found > 0);
    let known = |one: &conformance::Deviation| one.what[0].code() == "known_policy";
    assert!(
        report.deviations.iter().all(known),
        "{:#?}",
        report.deviations
    );
}

#[tokio::test]
async fn all_deviations_are_counted_however_few_are_listed() {
    let city = city().await;
    let gone = |row: RecordedEvent| {
        let kept = !["LegAcknowledged", "VerificationPassed"].contains(&row.event_type.as_str());
        kept.then_some(row).into_iter().collect()
    };
    let source = planted(&city, gone).await;
    let report = conformance::check(&source, 1).await.unwrap();
    assert_eq!((report.deviations.len(), report.deviations_found), (1, 2));
}
