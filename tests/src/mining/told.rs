//! A unit that reports in late, a case that units hand on to each other, a case that stands for the third
//! time: each made through the engine in a city that is honest otherwise, and found with its evidence;
//! one step less is not told.

use super::report;
use crate::city::work::{LEAD, accept, closed, evidence, report as reported, time_limited};
use crate::city::{City, NOISE, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::record::{Attendance, ReplyElements};
use gridwhistle::domain::case::stage::Outcome;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::LegNo;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};
use gridwhistle_audit::conformance::{DeviationKind, Flag, FlagKind};
use gridwhistle_domain::text::Language;

/// The co-handler's leg.
const SECOND: LegNo = LegNo(2);

/// A city with a case that went its way, beside which something is made.
async fn honest() -> City {
    let city = City::in_memory().await;
    closed(&city, case(1)).await;
    assert!(report(&city).await.is_clean());
    city
}

/// Where the events of a name stand.
async fn positions(city: &City, name: &str) -> Vec<u64> {
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
async fn act(city: &City, who: Actor, command: C) {
    city.later(TimeDelta::minutes(10));
    city.allowed(who, case(2), command).await;
}

fn comes(who: &Actor, leg: LegNo) -> C {
    C::ReportIn {
        leg,
        attendance: Attendance {
            person: who.person.clone(),
            role: who.role,
            place: "at the gate".to_owned(),
        },
        evidence: vec![evidence(EvidenceKind::ReportInRecord)],
    }
}

/// Two units are whistled for and acknowledge.
async fn whistled(city: &City) {
    act(city, people::resident(), reported("drums at night")).await;
    let undertaken = accept(CaseClass::Undertaken, NOISE);
    act(city, people::leader(), undertaken).await;
    let blow = C::BlowWhistle {
        kind: WhistleKind::Hard,
        ground: "joint_enforcement".to_owned(),
        targets: vec!["B-water".into(), "B-police".into()],
        prework: vec![evidence(EvidenceKind::BeforePhoto)],
        new_facts: String::new(),
    };
    act(city, people::community_secretary(), blow).await;
    act(city, people::street_leader(), C::ApproveWhistle {}).await;
    let dispatch = C::Dispatch {
        lead: "B-water".into(),
        co_handlers: vec!["B-police".into()],
        emergency: false,
        precedent: None,
    };
    act(city, people::dispatcher(), dispatch).await;
    act(city, people::water(), C::Acknowledge { leg: LEAD }).await;
    act(city, people::police(), C::Acknowledge { leg: SECOND }).await;
}

/// The co-handler is done, and the lead answers for both.
async fn answered(city: &City) {
    let result = "the drums were taken in".to_owned();
    let leg = SECOND;
    act(city, people::police(), C::CompleteLeg { leg, result }).await;
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "phone".to_owned(),
        note: "told".to_owned(),
    };
    act(city, people::water(), contact).await;
    let now = city.engine.now();
    let kinds = [
        EvidenceKind::BeforePhoto,
        EvidenceKind::AfterPhoto,
        EvidenceKind::ReportInRecord,
    ];
    let respond = C::Respond {
        outcome: Outcome::Resolved,
        reply: "quiet after ten".to_owned(),
        evidence: kinds.into_iter().map(evidence).collect(),
        elements: Some(ReplyElements {
            contacted_at: now,
            contact: "the resident".to_owned(),
            measure: "a round each night".to_owned(),
            deadline: now + TimeDelta::days(7),
        }),
    };
    act(city, people::water(), respond).await;
}

#[tokio::test]
async fn units_that_report_in_before_the_response_are_not_told() {
    let city = honest().await;
    whistled(&city).await;
    act(&city, people::water(), comes(&people::water(), LEAD)).await;
    act(&city, people::police(), comes(&people::police(), SECOND)).await;
    answered(&city).await;
    let report = report(&city).await;
    assert!(report.is_clean(), "{report:#?}");
}

/// 报到 after 反馈: it is the unit that came late which is named, be it the lead or not.
#[tokio::test]
async fn a_unit_that_reports_in_after_the_response_is_named_with_its_event() {
    for late in ["B-water", "B-police"] {
        let city = honest().await;
        whistled(&city).await;
        let (water, police) = (people::water(), people::police());
        let (in_time, afterwards) = match late {
            "B-water" => ((police, SECOND), (water, LEAD)),
            _ => ((water, LEAD), (police, SECOND)),
        };
        act(&city, in_time.0.clone(), comes(&in_time.0, in_time.1)).await;
        answered(&city).await;
        assert!(report(&city).await.is_clean(), "{late}: not yet");
        let come = comes(&afterwards.0, afterwards.1);
        act(&city, afterwards.0.clone(), come).await;
        let report = report(&city).await;
        assert_eq!(report.flags, []);
        let [found] = report.deviations.as_slice() else {
            panic!("{late}: {:#?}", report.deviations)
        };
        assert_eq!(found.kind, DeviationKind::OutOfOrder);
        let what: Vec<_> = found.what.iter().map(|one| one.code()).collect();
        assert_eq!(
            (what.as_slice(), found.unit.as_deref()),
            (&["report_in"][..], Some(late))
        );
        assert_eq!(found.case, case(2).to_string());
        let came = positions(&city, "DepartmentReportedIn").await;
        assert_eq!(Some(&found.event), came.last());
        assert_eq!(
            found.words().get(Language::ZhCn),
            "顺序颠倒：报到（已反馈时）"
        );
    }
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
