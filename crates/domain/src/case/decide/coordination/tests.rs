use super::super::scenes::*;
use crate::actor::{Actor, Rank};
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::fact::CoordinationDecision;
use crate::case::kit::*;
use crate::case::record::Deliverable;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{Card, ClockKind, LegStage, Stage};
use crate::class::CaseClass;
use crate::ids::LegNo;
use crate::policy::rows::EvidenceKind;

const CONVENE: ClockId = ClockId::case(ClockKind::Convene);

fn propose(cause: &str) -> C {
    let cause = cause.into();
    C::ProposeCoordination { cause }
}

fn with(change: impl FnOnce(&mut CoordinationDecision)) -> C {
    let mut decision = decision();
    change(&mut decision);
    decide(decision)
}

/// A whistle case in work with the water bureau, sent to a meeting by the street.
fn escalated() -> Given {
    answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(street(), propose("no_progress"))
        .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
}

#[test]
fn the_street_proposes_a_meeting_for_a_cause_of_its_own_once() {
    with_water()
        .when(street(), propose(" "))
        .then_refused(Code::FieldMissing)
        .when(street(), propose("no_progress"))
        .then(&["CoordinationProposed"])
        .when(street(), propose("no_progress"))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn the_engine_proposes_a_meeting_only_for_a_cause_that_holds() {
    with_water()
        .when(system(), propose("returns"))
        .then_refused(Code::NotProposed)
        .when(system(), propose("no_progress"))
        .then_refused(Code::NotProposed);
    for cause in ["returns", "no_lead"] {
        disputed()
            .when(system(), propose(cause))
            .then(&["CoordinationProposed"]);
    }
    let given = disputed()
        .when(system(), propose("reworks"))
        .then_refused(Code::NotProposed);
    assert_eq!(given.refusal().accepted, "no_lead, returns");
}

#[test]
fn a_red_card_that_stands_is_a_cause() {
    let red = C::RaiseCard {
        card: Card::Red,
        rule: "leader".into(),
        emergency: true,
        note: "children at risk".into(),
    };
    let mut given = with_water().and(supervisor(), red);
    given.case.coordination_proposed = false;
    given
        .when(system(), propose("red_card"))
        .then(&["CoordinationProposed"]);
}

/// Responded as often as reworks are allowed, and once more.
fn used_up() -> Given {
    let call = C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: String::new(),
    };
    let mut given = with_water()
        .and(water(), acknowledge(LEAD))
        .and(water(), call);
    let answer = respond(&[EvidenceKind::WrittenReply]);
    for _ in 0..3 {
        let rework = C::RequireRework {
            reason: "not_solved".into(),
            note: "it still leaks".into(),
        };
        given = given.and(water(), answer.clone()).and(community(), rework);
    }
    given.and(water(), answer)
}

#[test]
fn used_up_reworks_lead_from_the_response_to_a_meeting_and_back_to_work() {
    let given = used_up()
        .stands(Stage::Responded)
        .when(system(), propose("reworks"))
        .then(&["CoordinationProposed"])
        .when(street_leader(), convene(&[WATER, ROADS, POLICE]))
        .then(&["CoordinationConvened", "ClockCancelled"])
        .stands(Stage::Coordinating)
        .when(street_leader(), decide(decision()))
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended);
    assert_eq!(given.case.response, None);
    let handling = given.case.handling().unwrap();
    assert!(handling.is_running());
    assert_eq!(handling.started_at, at("2026-03-02 09:00"));
}

#[test]
fn a_special_case_is_called_to_its_meeting_in_time() {
    special()
        .owes(CONVENE, "2026-03-09 18:00")
        .when(street_leader(), convene(&[WATER, ROADS]))
        .then(&["CoordinationConvened", "ClockStopped"])
        .stands(Stage::Coordinating)
        .owes_no(CONVENE);
}

#[test]
fn a_meeting_names_active_units_once_and_an_agenda() {
    let silent = C::Convene {
        units: units(&[WATER]),
        agenda: String::new(),
    };
    special()
        .when(street_leader(), convene(&[]))
        .then_refused(Code::FieldMissing)
        .when(street_leader(), convene(&[WATER, "B-gone"]))
        .then_refused(Code::UnitInactive)
        .when(street_leader(), convene(&[WATER, WATER]))
        .then_refused(Code::LeadInCoHandlers)
        .when(street_leader(), silent)
        .then_refused(Code::FieldMissing)
        .when(street(), convene(&[WATER]))
        .then_refused(Code::ChairRank);
}

#[test]
fn other_routes_meet_only_after_a_proposal_or_a_dispute() {
    with_water()
        .when(street_leader(), convene(&[WATER]))
        .then_refused(Code::NotProposed);
    disputed()
        .when(street_leader(), convene(&[WATER, ROADS]))
        .then(&["CoordinationConvened"])
        .stands(Stage::Coordinating);
    reported()
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .when(street_leader(), convene(&[WATER]))
        .then_refused(Code::CommandNotAllowedForClass);
}

#[test]
fn a_policy_without_rules_for_meetings_is_named() {
    special()
        .changed(|policy| {
            let row = policy.class.get_mut(&CaseClass::Special).unwrap();
            row.coordination = None;
        })
        .when(street_leader(), convene(&[WATER]))
        .then_refused(Code::PolicyMissing);
}

#[test]
fn the_second_adjournment_hands_the_chair_to_the_next_level() {
    let given = meeting()
        .when(street_leader(), C::Adjourn { reason: " ".into() })
        .then_refused(Code::ReasonRequired)
        .when(street(), adjourn())
        .then_refused(Code::ChairRank)
        .when(street_leader(), adjourn())
        .then(&["CoordinationAdjourned", "ClockStarted"])
        .owes(CONVENE, "2026-03-09 18:00")
        .at("2026-03-09 10:00")
        .when(street_leader(), adjourn())
        .then(&[
            "CoordinationAdjourned",
            "CoordinationEscalated",
            "ClockStopped",
            "ClockStarted",
        ])
        .owes(CONVENE, "2026-03-16 18:00")
        .stands(Stage::Coordinating)
        .when(street_leader(), adjourn())
        .then_refused(Code::AdjournLimit);
    assert_eq!(given.refusal().accepted, "district");
    given
        .when(street_leader(), decide(decision()))
        .then_refused(Code::ChairRank)
        .when(street_leader(), convene(&[WATER]))
        .then_refused(Code::ChairRank)
        .when(district_leader(), convene(&[WATER, ROADS, POLICE, "CITY"]))
        .then(&["CoordinationConvened", "ClockStopped"])
        .when(district_leader(), decide(decision()))
        .stands(Stage::Dispatched)
        .owes_no(CONVENE);
}

#[test]
fn at_the_top_the_meeting_must_decide() {
    let twice =
        |given: Given, chair: Actor| given.and(chair.clone(), adjourn()).and(chair, adjourn());
    let given = twice(
        twice(twice(meeting(), street_leader()), district_leader()),
        city_office(),
    )
    .when(city_office(), adjourn())
    .then_refused(Code::AdjournLimit);
    assert_eq!(given.refusal().accepted, "decide");
    let chair = given
        .case
        .coordination
        .as_ref()
        .and_then(|meeting| meeting.chair);
    assert_eq!(chair, Some(Rank::City));
}

#[test]
fn a_decision_dispatches_to_lead_and_co_handlers_with_its_own_time() {
    let given = meeting()
        .at("2026-03-03 09:00")
        .when(
            street_leader(),
            C::Decide {
                decision: CoordinationDecision {
                    handle: Some("20 wd".parse().unwrap()),
                    deliverables: vec![Deliverable {
                        unit: WATER.into(),
                        what: "seal the pipe".into(),
                    }],
                    ..decision()
                },
                precedent: Some(precedent(ROADS)),
            },
        )
        .then(&[
            "CoordinationDecided",
            "ClockStarted",
            "CaseDispatched",
            "LegOpened",
            "ClockStarted",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
            "PrecedentRegistered",
        ])
        .stands(Stage::Dispatched)
        .owes(HANDLE, "2026-03-31 18:00")
        .owes(ClockId::case(ClockKind::Progress), "2026-03-10 18:00");
    assert_eq!(given.case.lead().map(|leg| leg.unit.as_str()), Some(ROADS));
}

#[test]
fn a_decision_without_a_time_runs_by_the_class() {
    meeting()
        .when(street_leader(), decide(decision()))
        .owes(HANDLE, "2026-03-23 18:00");
}

#[test]
fn a_decision_on_a_case_in_work_keeps_what_was_consumed_and_ends_other_legs() {
    let given = escalated()
        .owes(HANDLE, "2026-03-16 18:00")
        .at("2026-03-04 09:00")
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = POLICE.into();
                decision.co_handlers = units(&[ROADS]);
                decision.handle = Some("12 wd".parse().unwrap());
            }),
        )
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended)
        .leg_at(SECOND, LegStage::Pending)
        .leg_at(LegNo(3), LegStage::Pending)
        .owes(HANDLE, "2026-03-18 18:00");
    let handling = given.case.handling().unwrap();
    assert_eq!(handling.consumed, 2 * 480);
    assert_eq!(given.case.live_legs().count(), 2);
    let lead_clocks = given
        .case
        .owed_clocks()
        .filter(|clock| clock.id.leg == Some(LEAD));
    assert_eq!(lead_clocks.count(), 0);
}

#[test]
fn a_lead_that_the_meeting_confirms_goes_on_without_a_second_leg() {
    let given = escalated()
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = WATER.into();
                decision.co_handlers = units(&[ROADS]);
            }),
        )
        .then(&["CoordinationDecided", "CaseDispatched"])
        .stands(Stage::InProgress)
        .leg_at(LEAD, LegStage::Acknowledged);
    assert_eq!(given.case.legs.len(), 2);
}

#[test]
fn a_co_handler_that_the_meeting_makes_lead_has_one_leg() {
    let given = escalated()
        .when(street_leader(), decide(decision()))
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended)
        .leg_at(SECOND, LegStage::Ended);
    let live: Vec<&str> = given
        .case
        .live_legs()
        .map(|leg| leg.unit.as_str())
        .collect();
    assert_eq!(live, [ROADS, WATER]);
}

#[test]
fn a_decision_overtakes_a_request_to_return() {
    with_water()
        .and(water(), give_back(LEAD))
        .and(street(), propose("no_lead"))
        .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
        .when(
            street_leader(),
            with(|decision| {
                decision.lead = WATER.into();
                decision.co_handlers.clear();
            }),
        )
        .then(&[
            "CoordinationDecided",
            "ReturnRefused",
            "ClockStopped",
            "CaseDispatched",
        ])
        .leg_at(LEAD, LegStage::Pending)
        .stands(Stage::Dispatched);
}

#[test]
fn a_meeting_decides_with_a_quorum_of_the_units_it_named() {
    let given = meeting()
        .when(
            street_leader(),
            with(|decision| {
                decision.present = units(&[WATER, WATER, ROADS, "CITY"]);
            }),
        )
        .then_refused(Code::QuorumMissing);
    assert_eq!(given.refusal().given, "2/3");
    assert_eq!(given.refusal().accepted, "3");
}

#[test]
fn a_decision_keeps_its_minutes_and_stays_below_its_cap() {
    meeting()
        .when(
            street_leader(),
            with(|decision| decision.minutes = "x".repeat(64)),
        )
        .then_refused(Code::MinutesMissing)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("61 wd".parse().unwrap())),
        )
        .then_refused(Code::DecisionAboveCap)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("100 d".parse().unwrap())),
        )
        .then_refused(Code::DecisionAboveCap)
        .when(
            street_leader(),
            with(|decision| decision.handle = Some("60 wd".parse().unwrap())),
        )
        .stands(Stage::Dispatched);
}

#[test]
fn a_decision_names_one_lead_active_units_and_who_owes_what() {
    let owes = |unit: &str, what: &str| Deliverable {
        unit: unit.into(),
        what: what.into(),
    };
    meeting()
        .when(
            street_leader(),
            with(|decision| decision.co_handlers = units(&[ROADS])),
        )
        .then_refused(Code::LeadInCoHandlers)
        .when(
            street_leader(),
            with(|decision| decision.lead = "B-gone".into()),
        )
        .then_refused(Code::UnitInactive)
        .when(
            street_leader(),
            with(|decision| decision.deliverables = vec![owes(POLICE, "close the road")]),
        )
        .then_refused(Code::WrongUnit)
        .when(
            street_leader(),
            with(|decision| decision.deliverables = vec![owes(WATER, " ")]),
        )
        .then_refused(Code::FieldMissing)
        .when(street(), decide(decision()))
        .then_refused(Code::ChairRank);
}

#[test]
fn a_new_meeting_after_a_decision_begins_at_the_lowest_chair_again() {
    meeting()
        .and(street_leader(), adjourn())
        .and(street_leader(), adjourn())
        .and(district_leader(), decide(decision()))
        .when(street_leader(), convene(&[WATER, ROADS]))
        .then(&["CoordinationConvened"]);
}
