use super::super::scenes::*;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::context::Gathered;
use crate::case::kit::*;
use crate::case::record::{Part, Precedent};
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, LegStage, Stage};
use crate::ids::{CaseId, LegNo};
use crate::policy::rows::WhistleKind;

fn citing(lead: &str, co_handlers: &[&str]) -> C {
    C::Dispatch {
        lead: lead.into(),
        co_handlers: units(co_handlers),
        emergency: false,
        precedent: Some(CaseId(uuid::Uuid::from_u128(7))),
    }
}

fn knowing(precedent: Precedent) -> Gathered {
    Gathered {
        precedent: Some(precedent),
        ..Gathered::default()
    }
}

fn assign(undertaker: &str) -> C {
    C::Assign {
        undertaker: undertaker.into(),
    }
}

#[test]
fn dispatch_by_hand_opens_a_leg_with_its_clocks() {
    waiting()
        .owes(DISPATCH, "2026-03-02 15:00")
        .when(street(), dispatch(WATER, &[]))
        .then(&[
            "CaseDispatched",
            "ClockStopped",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
        ])
        .stands(Stage::Dispatched)
        .owes(
            ClockId::leg(ClockKind::Acknowledge, LEAD),
            "2026-03-02 11:00",
        )
        .owes(HANDLE, "2026-03-09 18:00");
}

#[test]
fn a_whistle_opens_a_leg_for_each_unit() {
    let given = answered_whistle();
    let parts: Vec<Part> = given.case.legs.iter().map(|leg| leg.part).collect();
    assert_eq!(parts, [Part::Lead, Part::CoHandler]);
}

#[test]
fn an_approved_whistle_is_dispatched_with_the_clocks_of_its_kind() {
    whistled()
        .when(street(), dispatch(WATER, &[]))
        .then_refused(Code::ApprovalMissing)
        .and(street(), C::ApproveWhistle {})
        .when(street(), dispatch(WATER, &[]))
        .then(&[
            "CaseDispatched",
            "ClockStopped",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
            "ClockStarted",
            "ClockStarted",
        ])
        .owes(
            ClockId::leg(ClockKind::Acknowledge, LEAD),
            "2026-03-02 10:00",
        )
        .owes(ClockId::leg(ClockKind::Contact, LEAD), "2026-03-03 09:00")
        .owes(ClockId::leg(ClockKind::ReportIn, LEAD), "2026-03-05 18:00")
        .owes(HANDLE, "2026-03-16 18:00");
}

#[test]
fn an_emergency_goes_out_before_approval_and_its_approval_clock_falls_away() {
    let approve = ClockId::case(ClockKind::ApproveWhistle);
    let given = before_whistle()
        .and(leader(), blow(WhistleKind::Emergency))
        .when(street(), dispatch_emergency())
        .stands(Stage::Dispatched)
        .owes_no(approve)
        .owes(ClockId::case(ClockKind::Ratify), "2026-03-03 09:00");
    let clock = given.case.clocks.iter().find(|clock| clock.id == approve);
    assert_eq!(clock.unwrap().on_time(), None);
    let whistle = given.case.whistle.as_ref().unwrap();
    assert!(whistle.awaiting_ratification);
}

#[test]
fn an_emergency_that_is_dispatched_twice_is_ratified_once() {
    let again = returned(
        before_whistle().and(street(), dispatch_emergency()),
        water(),
        LEAD,
    )
    .at("2026-03-02 11:00")
    .and(street(), dispatch_emergency())
    .owes(ClockId::case(ClockKind::Ratify), "2026-03-03 09:00");
    let ratify = ClockId::case(ClockKind::Ratify);
    let owed = again.case.owed_clocks().filter(|clock| clock.id == ratify);
    assert_eq!(owed.count(), 1);
}

#[test]
fn a_policy_may_keep_emergencies_from_going_out_unapproved() {
    before_whistle()
        .changed(|policy| {
            let row = policy.whistle.get_mut(&WhistleKind::Emergency).unwrap();
            row.ratify = None;
        })
        .when(street(), dispatch_emergency())
        .then_refused(Code::ApprovalMissing);
}

#[test]
fn a_special_case_is_not_dispatched_before_its_meeting_decided() {
    let given = special()
        .when(street(), dispatch(WATER, &[]))
        .then_refused(Code::ApprovalMissing);
    assert_eq!(given.refusal().accepted, "decide");
}

#[test]
fn a_superiors_task_is_assigned_and_never_dispatched() {
    let given = from_above()
        .when(street(), dispatch(WATER, &[]))
        .then_refused(Code::ApprovalMissing);
    assert_eq!(given.refusal().accepted, "assign");
    given
        .when(district_leader(), assign("B-gone"))
        .then_refused(Code::UnitInactive)
        .when(district_leader(), assign("C-east"))
        .then(&[
            "TaskAssigned",
            "ClockStopped",
            "LegOpened",
            "ClockStarted",
            "ClockStarted",
        ])
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Pending);
    before_whistle()
        .when(district_leader(), assign("C-east"))
        .then_refused(Code::CommandNotAllowedForClass);
}

#[test]
fn every_unit_is_active_and_stands_once() {
    waiting()
        .when(street(), dispatch("B-gone", &[]))
        .then_refused(Code::UnitInactive)
        .when(street(), dispatch(WATER, &["B-nowhere"]))
        .then_refused(Code::UnitInactive)
        .when(street(), dispatch(WATER, &[WATER]))
        .then_refused(Code::LeadInCoHandlers)
        .when(street(), dispatch(WATER, &[ROADS, ROADS]))
        .then_refused(Code::LeadInCoHandlers)
        .when(other_street(), dispatch(WATER, &[]))
        .then_refused(Code::WrongUnit);
}

#[test]
fn a_cited_precedent_is_followed_to_the_unit_and_for_its_matter() {
    let mut noise = precedent(ROADS);
    noise.matter = NOISE.into();
    approved_whistle()
        .when(street(), citing(ROADS, &[WATER]))
        .then_refused(Code::PrecedentMismatch)
        .gathered(knowing(noise))
        .when(street(), citing(ROADS, &[WATER]))
        .then_refused(Code::PrecedentMismatch)
        .gathered(knowing(precedent(ROADS)))
        .when(street(), citing(ROADS, &[]))
        .then_refused(Code::PrecedentMismatch)
        .when(street(), citing(ROADS, &[WATER]))
        .stands(Stage::Dispatched);
}

#[test]
fn a_new_lead_leaves_the_co_handler_at_work_and_takes_no_second_leg() {
    let given = returned(with_both(), water(), LEAD)
        .and(dispatcher(), dispatch(POLICE, &[ROADS]))
        .leg_at(SECOND, LegStage::Pending)
        .leg_at(LegNo(3), LegStage::Pending);
    assert_eq!(given.case.legs.len(), 3);
    // A co-handler that leads from now on has one leg: the new one.
    let given = returned(with_both(), water(), LEAD)
        .and(dispatcher(), dispatch(ROADS, &[]))
        .leg_at(SECOND, LegStage::Ended);
    let live: Vec<Part> = given.case.live_legs().map(|leg| leg.part).collect();
    assert_eq!(live, [Part::Lead]);
}

#[test]
fn a_second_whistle_replaces_the_lead_and_never_doubles_it() {
    let second = |lead: &str| {
        answered_whistle()
            .and(water(), acknowledge(LEAD))
            .and(leader(), blow(WhistleKind::Routine))
            .and(street_leader(), C::ApproveWhistle {})
            .and(street(), dispatch(lead, &[]))
    };
    second(WATER)
        .stands(Stage::InProgress)
        .leg_at(LEAD, LegStage::Acknowledged);
    let given = second(POLICE)
        .stands(Stage::Dispatched)
        .leg_at(LEAD, LegStage::Ended);
    let leads = given.case.live_legs().filter(|leg| leg.part == Part::Lead);
    assert_eq!(leads.count(), 1);
}

#[test]
fn a_time_limited_case_goes_to_one_unit() {
    waiting()
        .when(dispatcher(), dispatch(WATER, &[ROADS]))
        .then_refused(Code::OneUnitOnly)
        .and(dispatcher(), dispatch(WATER, &[]));
}

#[test]
fn a_case_goes_to_units_in_which_somebody_handles_cases() {
    for unit in ["CITY", "D-district"] {
        waiting()
            .when(dispatcher(), dispatch(unit, &[]))
            .then_refused(Code::UnitCannotHandle);
    }
    from_above()
        .when(
            duty_chief(),
            C::Assign {
                undertaker: "D-district".into(),
            },
        )
        .then_refused(Code::UnitCannotHandle);
}
