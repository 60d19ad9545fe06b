use super::super::scenes::*;
use crate::actor::{Actor, Rank};
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::kit::*;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{Card, ClockKind, LegStage, Stage};
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;

const CONVENE: ClockId = ClockId::case(ClockKind::Convene);

fn propose(cause: &str) -> C {
    let cause = cause.into();
    C::ProposeCoordination { cause }
}

#[test]
fn the_street_proposes_a_meeting_for_a_cause_of_its_own_once() {
    with_water()
        .when(street(), propose(" "))
        .then_refused(Code::FieldMissing)
        .when(street(), propose("no_progress"))
        .then(&["CoordinationProposed", "ClockStarted"])
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
            .then(&["CoordinationProposed", "ClockStarted"]);
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
        .then(&["CoordinationProposed"])
        .owes(CONVENE, "2026-03-09 18:00");
}

/// Responded as often as reworks are allowed, and once more.
fn used_up() -> Given {
    let call = C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: String::new(),
    };
    let mut given = with_water().and(water(), acknowledge(LEAD));
    let answer = respond(&[EvidenceKind::WrittenReply]);
    for _ in 0..3 {
        let rework = C::RequireRework {
            reason: "not_solved".into(),
            note: "it still leaks".into(),
        };
        given = given
            .and(water(), call.clone())
            .and(water(), answer.clone())
            .and(community(), rework);
    }
    given.and(water(), call).and(water(), answer)
}

#[test]
fn used_up_reworks_lead_from_the_response_to_a_meeting_and_back_to_work() {
    let given = used_up()
        .stands(Stage::Responded)
        .when(system(), propose("reworks"))
        .then(&["CoordinationProposed", "ClockStarted"])
        .when(street_leader(), convene(&[WATER, ROADS, POLICE]))
        .then(&[
            "CaseReclassified",
            "CoordinationConvened",
            "ClockCancelled",
            "ClockStopped",
            "ClockStarted",
        ])
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
        .at("2026-03-03 09:00")
        .when(street_leader(), convene(&[WATER, ROADS]))
        .then(&["CoordinationConvened", "ClockStopped", "ClockStarted"])
        .stands(Stage::Coordinating)
        // A meeting that does not decide is late like one that was not called.
        .owes(CONVENE, "2026-03-10 18:00");
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
        .then(&["CaseReclassified", "CoordinationConvened", "ClockStarted"])
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
        .then(&["CoordinationAdjourned", "ClockStopped", "ClockStarted"])
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
        .then(&["CoordinationConvened", "ClockStopped", "ClockStarted"])
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
fn a_new_meeting_after_a_decision_begins_at_the_lowest_chair_again() {
    meeting()
        .and(street_leader(), adjourn())
        .and(street_leader(), adjourn())
        .and(district_leader(), decide(decision()))
        .when(street_leader(), convene(&[WATER, ROADS]))
        .then(&["CoordinationConvened", "ClockCancelled", "ClockStarted"]);
}

/// A neighbouring district with a bureau and a leader of its own.
fn with_neighbour_district(given: Given) -> Given {
    given.knowing(|reference| {
        founds(reference, "D-north", "district", "CITY");
        founds(reference, "B-north", "department", "D-north");
        founds(reference, "B-metro", "department", "CITY");
        joins(reference, &leader_of_north(), "unit:D-north");
    })
}

fn leader_of_north() -> Actor {
    Actor::new("P-north", crate::actor::Role::DistrictLeader, "D-north")
}

#[test]
fn where_districts_meet_the_city_chairs() {
    let north = || convene(&[WATER, "B-north"]);
    with_neighbour_district(special())
        .when(street_leader(), north())
        .then_refused(Code::ChairRank)
        .when(district_leader(), north())
        .then_refused(Code::ChairRank)
        .and(city_office(), north())
        .when(street_leader(), adjourn())
        .then_refused(Code::AdjournLimit);
    // A bureau of the city belongs to no district.
    with_neighbour_district(special()).and(street_leader(), convene(&[WATER, "B-metro"]));
}

#[test]
fn a_districts_leader_chairs_for_the_own_district() {
    with_neighbour_district(special())
        .when(leader_of_north(), convene(&[WATER, ROADS]))
        .then_refused(Code::WrongUnit);
}
