//! 报到: a unit that comes too late, by its due time or by the response, made through the engine in a city
//! that is honest otherwise: named with its event, its due time and by how much. One step less is not told.

use super::report;
use super::told::{act, honest, positions};
use crate::city::work::{LEAD, accept, evidence, report as reported};
use crate::city::{City, NOISE, at, case, people};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::clock::ClockId;
use gridwhistle::domain::case::command::CaseCommand as C;
use gridwhistle::domain::case::fact::CaseFact;
use gridwhistle::domain::case::record::{Attendance, ReplyElements};
use gridwhistle::domain::case::stage::{ClockKind, Outcome};
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::ids::LegNo;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};
use gridwhistle::domain::score::rate::Share;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::{Moment, Window};
use gridwhistle_audit::conformance::{Deviation, DeviationKind as Kind, Overdue, Report};

/// The co-handler's leg.
const SECOND: LegNo = LegNo(2);

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
        let found = only(report(&city).await);
        assert_eq!((found.kind, found.overdue), (Kind::OutOfOrder, None));
        assert_eq!(found.unit.as_deref(), Some(late));
        let came = positions(&city, "DepartmentReportedIn").await;
        assert_eq!(Some(&found.event), came.last());
        assert_eq!(
            found.words().get(Language::ZhCn),
            "顺序颠倒：报到（已反馈时）"
        );
    }
}

/// The only thing that is found: a reporting-in of the second case that does not fit.
#[track_caller]
fn only(report: Report) -> Deviation {
    assert_eq!(report.flags, []);
    assert_eq!(report.deviations_found, 1, "{:#?}", report.deviations);
    assert_eq!(report.total.fitting + 1, report.total.steps);
    let found = report.deviations.into_iter().next().expect("a deviation");
    let what: Vec<_> = found.what.iter().map(|one| one.code()).collect();
    let second = case(2).to_string();
    assert_eq!(
        (what.as_slice(), &found.case),
        (&["report_in"][..], &second)
    );
    found
}

/// When the unit that leads was to have come.
async fn due(city: &City) -> DateTime<Utc> {
    let asked = ClockId::leg(ClockKind::ReportIn, LEAD);
    let facts = city.events(case(2)).await.into_iter();
    let mut due = facts.filter_map(|event| match event.fact {
        CaseFact::ClockStarted { clock } => (clock.id == asked).then_some(clock.marks.due),
        _ => None,
    });
    due.next().expect("a clock of reporting in")
}

/// 按时报到率 of the unit that leads, as its bureau reads it.
async fn figure(city: &City) -> Share {
    city.engine.catch_up().await.unwrap();
    let window = Window::new(at("2026-03-01 00:00"), at("2026-04-01 00:00")).unwrap();
    let (questions, reference) = (city.engine.questions(), city.engine.reference());
    let moment = Moment::now(city.engine.now());
    let asked = questions.departments(window, moment, &reference.calendars);
    let units = asked.await.unwrap().units.into_iter();
    let water = units.into_iter().find(|unit| unit.unit == "B-water");
    water.expect("the bureau").reported_in
}

#[tokio::test]
async fn a_unit_that_comes_past_its_due_time_is_late_by_as_much_as_the_figures_say_that_it_is() {
    for (seconds, minutes) in [(-1, None), (0, None), (1, Some(1)), (61, Some(2))] {
        let city = honest().await;
        whistled(&city).await;
        act(&city, people::police(), comes(&people::police(), SECOND)).await;
        let due = due(&city).await;
        city.clock.set(due + TimeDelta::seconds(seconds));
        let comes = comes(&people::water(), LEAD);
        city.allowed(people::water(), case(2), comes).await;
        answered(&city).await;
        let share = figure(&city).await;
        assert_eq!((share.met, share.of), (u64::from(minutes.is_none()), 1));
        let report = report(&city).await;
        let Some(minutes) = minutes else {
            assert!(report.is_clean(), "{seconds}: {report:#?}");
            assert_eq!(report.total.fitting, report.total.steps);
            continue;
        };
        let found = only(report);
        assert_eq!(
            (found.kind, found.unit.as_deref()),
            (Kind::Late, Some("B-water"))
        );
        assert_eq!(found.overdue, Some(Overdue { due, minutes }));
        let came = positions(&city, "DepartmentReportedIn").await;
        assert_eq!(Some(&found.event), came.last());
        let words = found.words();
        let zh = format!("逾期：报到（办理中时，应于 2026-03-09 18:00 前，晚 0时{minutes}分）");
        assert_eq!(words.get(Language::ZhCn), zh);
        let en = "late: reporting in (when in progress, due 2026-03-09 18:00, 0h ";
        assert!(words.get(Language::En).starts_with(en), "{words:?}");
    }
}

/// One step that deviates, however late it is: what it is told as is the order, and how late stands beside.
#[tokio::test]
async fn a_unit_that_comes_after_the_response_and_past_its_due_time_is_told_once_with_both() {
    let city = honest().await;
    whistled(&city).await;
    act(&city, people::police(), comes(&people::police(), SECOND)).await;
    let due = due(&city).await;
    answered(&city).await;
    city.clock.set(due + TimeDelta::hours(25));
    let comes = comes(&people::water(), LEAD);
    city.allowed(people::water(), case(2), comes).await;
    let found = only(report(&city).await);
    let minutes = 25 * 60;
    assert_eq!(
        (found.kind, found.overdue),
        (Kind::OutOfOrder, Some(Overdue { due, minutes }))
    );
    let en = "out of order: reporting in (when responded, due 2026-03-09 18:00, 1d 1h late)";
    assert_eq!(found.words().get(Language::En), en);
}

/// Who came once, or was spared the way, is asked nothing more; coming again is nobody's mistake.
#[tokio::test]
async fn a_unit_that_comes_again_or_need_not_come_is_not_told() {
    let city = honest().await;
    whistled(&city).await;
    act(&city, people::water(), comes(&people::water(), LEAD)).await;
    let reason = "answered by phone".to_owned();
    let waive = C::WaiveReportIn {
        leg: SECOND,
        reason,
    };
    act(&city, people::street(), waive).await;
    let due = due(&city).await;
    answered(&city).await;
    city.clock.set(due + TimeDelta::hours(1));
    act(&city, people::water(), comes(&people::water(), LEAD)).await;
    act(&city, people::police(), comes(&people::police(), SECOND)).await;
    let report = report(&city).await;
    assert!(report.is_clean(), "{report:#?}");
}
