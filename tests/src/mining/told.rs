//! A case that units hand on to each other, a case that stands for the third time: each made through the
//! engine in a city that is honest otherwise, and found with its evidence; one step less is not told.

use super::report;
use crate::city::work::{LEAD, closed, evidence, time_limited};
use crate::city::{City, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::ids::LegNo;
use gridwhistle::domain::policy::rows::EvidenceKind;
use gridwhistle_audit::conformance::{Flag, FlagKind};

/// A city with a case that went its way, beside which something is made.
pub(super) async fn honest() -> City {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    assert!(report(&city).await.is_clean());
    city
}

/// Where the events of a name stand.
pub(super) async fn positions(city: &City, name: &str) -> Vec<u64> {
    let all = city.all_events().await.into_iter();
    let named = all.filter(|event| event.event_type == name);
    named.map(|event| event.position).collect()
}

/// The only thing that is found: one flag of a kind, with its evidence.
#[track_caller]
fn flag(report: gridwhistle_audit::conformance::Report, kind: FlagKind) -> Flag {
    assert_eq!(report.deviations, []);
    let kinds: Vec<_> = report.flags_found.into_iter().collect();
    assert_eq!(kinds, [(kind.code(), 1)]);
    report.flags.into_iter().next().expect("a flag")
}

/// Time goes by, then somebody acts on the second case.
pub(super) async fn act(city: &City, who: Actor, command: C) {
    city.later(TimeDelta::minutes(10));
    city.allowed(who, case(2), command).await;
}

#[tokio::test]
async fn a_case_that_three_units_hand_on_is_ping_pong_and_two_are_not() {
    let city = honest().await;
    time_limited(&city, case(2)).await;
    let units = [people::water(), people::roads(), people::police()];
    for (number, who) in (1..).zip(units) {
        let leg = LegNo(number);
        if number > 1 {
            assert!(report(&city).await.is_clean(), "{number}");
            let dispatch = C::Dispatch {
                lead: who.unit.clone(),
                co_handlers: Vec::new(),
                emergency: false,
                precedent: None,
            };
            act(&city, people::dispatcher(), dispatch).await;
        }
        let back = C::RequestReturn {
            leg,
            reason: "not_competent".to_owned(),
            legal_basis: "water act 12".to_owned(),
        };
        act(&city, who, back).await;
        act(&city, people::dispatcher(), C::ApproveReturn { leg }).await;
    }
    let flag = flag(report(&city).await, FlagKind::PingPong);
    assert_eq!(flag.cases, [case(2).to_string()]);
    assert_eq!(
        flag.unit.as_deref(),
        Some("B-police"),
        "the last that had it"
    );
    assert_eq!((flag.figures["returns"], flag.figures["from"]), (3, 3));
    assert_eq!((flag.figures["reworks"], flag.figures["reopens"]), (0, 0));
    assert_eq!(flag.events, positions(&city, "LegReturned").await);
    assert_eq!(flag.events.len(), 3);
}

#[tokio::test]
async fn a_third_suspension_is_told_with_all_three_and_the_second_is_not() {
    let city = honest().await;
    time_limited(&city, case(2)).await;
    act(&city, people::water(), C::Acknowledge { leg: LEAD }).await;
    for nth in 1..=3 {
        let suspend = C::Suspend {
            reason: "waiting_material".to_owned(),
            until: city.engine.now() + TimeDelta::days(1),
            proof: vec![evidence(EvidenceKind::Document)],
        };
        act(&city, people::dispatcher(), suspend).await;
        if nth < 3 {
            assert!(report(&city).await.is_clean(), "{nth}");
            act(&city, people::dispatcher(), C::Resume {}).await;
        }
    }
    let flag = flag(report(&city).await, FlagKind::SuspiciousSuspension);
    assert_eq!(flag.cases, [case(2).to_string()]);
    assert_eq!(flag.unit.as_deref(), Some("B-water"));
    assert_eq!((flag.figures["suspensions"], flag.figures["from"]), (3, 3));
    assert_eq!(flag.events, positions(&city, "CaseSuspended").await);
    assert_eq!(flag.events.len(), 3);
}
