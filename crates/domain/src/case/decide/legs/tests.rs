use super::super::scenes::*;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::kit::*;
use crate::case::record::ReplyElements;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, LegStage, Outcome, Stage};
use crate::class::CaseClass;
use crate::ids::LegNo;
use crate::policy::rows::EvidenceKind;

const ACK: ClockId = ClockId::leg(ClockKind::Acknowledge, LEAD);
const CONTACT: ClockId = ClockId::leg(ClockKind::Contact, LEAD);
const REPORT_IN: ClockId = ClockId::leg(ClockKind::ReportIn, LEAD);

fn call(leg: Option<LegNo>, means: &str) -> C {
    C::ContactResident {
        leg,
        means: means.into(),
        note: "the leak began at night".into(),
    }
}

fn complete(leg: LegNo, result: &str) -> C {
    let result = result.into();
    C::CompleteLeg { leg, result }
}

fn waive(leg: LegNo, reason: &str) -> C {
    let reason = reason.into();
    C::WaiveLeg { leg, reason }
}

fn spare(leg: LegNo, reason: &str) -> C {
    let reason = reason.into();
    C::WaiveReportIn { leg, reason }
}

/// Both units have acknowledged.
fn at_work() -> Given {
    with_both()
        .and(water(), acknowledge(LEAD))
        .and(roads(), acknowledge(SECOND))
}

fn on_time(given: &Given, id: ClockId) -> Option<bool> {
    let clock = given.case.clocks.iter().find(|clock| clock.id == id);
    clock.and_then(|clock| clock.on_time())
}

#[test]
fn a_lead_that_acknowledges_in_time_brings_the_case_into_work() {
    let given = with_water()
        .owes(ACK, "2026-03-02 11:00")
        .at("2026-03-02 11:00")
        .when(water(), acknowledge(LEAD))
        .then(&["LegAcknowledged", "ClockStopped"])
        .stands(Stage::InProgress)
        .leg_at(LEAD, LegStage::Acknowledged);
    assert_eq!(on_time(&given, ACK), Some(true));
}

#[test]
fn a_late_acknowledgement_is_kept_as_missed() {
    let given = with_water()
        .at("2026-03-02 11:01")
        .when(water(), acknowledge(LEAD))
        .then(&["LegAcknowledged", "AckMissed", "ClockStopped"]);
    assert_eq!(on_time(&given, ACK), Some(false));
}

#[test]
fn a_leg_is_acknowledged_once_by_its_own_unit() {
    with_water()
        .when(roads(), acknowledge(LEAD))
        .then_refused(Code::WrongUnit)
        .when(water(), acknowledge(LegNo(7)))
        .then_refused(Code::LegUnknown)
        .and(water(), acknowledge(LEAD))
        .when(water(), acknowledge(LEAD))
        .then_refused(Code::LegStageWrong);
}

#[test]
fn the_clock_acknowledges_for_a_silent_unit_after_the_due_time_only() {
    let auto = C::AutoAcknowledge { leg: LEAD };
    let given = with_water()
        .at("2026-03-02 11:00")
        .when(system(), auto.clone())
        .then_refused(Code::TooEarly)
        .at("2026-03-02 11:01")
        .when(system(), auto.clone())
        .then(&["LegAutoAcknowledged", "AckMissed", "ClockStopped"])
        .stands(Stage::InProgress)
        .when(system(), auto)
        .then_refused(Code::LegStageWrong);
    assert_eq!(on_time(&given, ACK), Some(false));
}

#[test]
fn a_co_handler_acknowledges_while_a_new_lead_is_sought() {
    returned(with_both(), water(), LEAD)
        .stands(Stage::Accepted)
        .when(roads(), acknowledge(SECOND))
        .then(&["LegAcknowledged", "ClockStopped"])
        .stands(Stage::Accepted);
}

#[test]
fn contact_stops_the_contact_clock_and_shows_that_the_unit_works() {
    answered_whistle()
        .owes(CONTACT, "2026-03-03 09:00")
        .when(water(), call(Some(LEAD), "telephone"))
        .then_refused(Code::LegStageWrong)
        .and(water(), acknowledge(LEAD))
        .when(water(), call(Some(LEAD), ""))
        .then_refused(Code::FieldMissing)
        .when(water(), call(None, "telephone"))
        .then_refused(Code::FieldMissing)
        .when(water(), call(Some(LEAD), "telephone"))
        .then(&["ResidentContacted", "ClockStopped"])
        .owes_no(CONTACT)
        .leg_at(LEAD, LegStage::Working);
}

#[test]
fn the_grid_contacts_the_resident_without_a_leg_where_it_handles_itself() {
    reported()
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .when(officer(), call(None, "on_the_spot"))
        .then(&["ResidentContacted"]);
}

#[test]
fn a_department_reports_in_with_a_person_who_holds_the_office() {
    let mut nowhere = come(&water_leader(), LEAD);
    if let C::ReportIn { attendance, .. } = &mut nowhere {
        attendance.place.clear();
    }
    let mut bare = come(&water_leader(), LEAD);
    if let C::ReportIn {
        evidence: proof, ..
    } = &mut bare
    {
        let mut photo = evidence(EvidenceKind::Document);
        photo.reference.clear();
        proof.push(photo);
    }
    answered_whistle()
        .owes(REPORT_IN, "2026-03-05 18:00")
        .when(water(), come(&water(), LEAD))
        .then_refused(Code::LegStageWrong)
        .and(water(), acknowledge(LEAD))
        .when(water(), come(&roads(), LEAD))
        .then_refused(Code::PersonInactive)
        .when(water(), nowhere)
        .then_refused(Code::FieldMissing)
        .when(water(), bare)
        .then_refused(Code::FieldMissing)
        .when(water(), come(&water_leader(), LEAD))
        .then(&["DepartmentReportedIn", "ClockStopped"])
        .owes_no(REPORT_IN)
        .leg_at(LEAD, LegStage::Working);
}

#[test]
fn the_street_waives_reporting_in_once_with_a_reason() {
    answered_whistle()
        .when(street(), spare(LEAD, ""))
        .then_refused(Code::ReasonRequired)
        .when(other_street(), spare(LEAD, "settled by telephone"))
        .then_refused(Code::WrongUnit)
        .when(street(), spare(LEAD, "settled by telephone"))
        .then(&["ReportInWaived", "ClockCancelled"])
        .owes_no(REPORT_IN)
        .when(street(), spare(LEAD, "settled by telephone"))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_street_does_not_waive_its_own_way_nor_that_of_a_returned_leg() {
    let with_street = waiting().and(dispatcher(), dispatch("S-old-town", &[]));
    with_street
        .when(street(), spare(LEAD, "near by"))
        .then_refused(Code::SelfApproval);
    returned(with_both(), water(), LEAD)
        .when(street(), spare(LEAD, "gone"))
        .then_refused(Code::LegStageWrong);
}

#[test]
fn a_co_handler_completes_its_part_and_the_lead_confirms_it() {
    at_work()
        .when(roads(), complete(SECOND, ""))
        .then_refused(Code::FieldMissing)
        .when(water(), C::ConfirmLeg { leg: SECOND })
        .then_refused(Code::LegStageWrong)
        .when(roads(), complete(SECOND, "the road is closed off"))
        .then(&["LegCompleted", "ClockCancelled"])
        .leg_at(SECOND, LegStage::Done)
        .when(roads(), complete(SECOND, "again"))
        .then_refused(Code::LegStageWrong)
        .when(water(), C::ConfirmLeg { leg: SECOND })
        .then(&["LegConfirmed"])
        .leg_at(SECOND, LegStage::Confirmed);
}

#[test]
fn a_part_completed_without_contact_was_not_a_contact_in_time() {
    let contact = ClockId::leg(ClockKind::Contact, SECOND);
    let given = answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(roads(), acknowledge(SECOND))
        .when(roads(), complete(SECOND, "the road is closed off"))
        .then(&["LegCompleted", "ClockCancelled"])
        .owes_no(contact)
        .owes(
            ClockId::leg(ClockKind::ReportIn, SECOND),
            "2026-03-05 18:00",
        );
    assert_eq!(on_time(&given, contact), None);
}

#[test]
fn the_lead_responds_instead_of_completing() {
    let given = at_work()
        .when(water(), complete(LEAD, "sealed"))
        .then_refused(Code::WrongUnit);
    assert_eq!(given.refusal().accepted, "respond");
}

#[test]
fn nobody_confirms_the_part_of_their_own_unit() {
    approved_whistle()
        .and(dispatcher(), dispatch(WATER, &["S-old-town"]))
        .and(water(), acknowledge(LEAD))
        .and(street(), acknowledge(SECOND))
        .and(street(), complete(SECOND, "the shop owners are told"))
        .when(street_leader(), C::ConfirmLeg { leg: SECOND })
        .then_refused(Code::SelfApproval);
}

#[test]
fn a_co_handler_is_released_with_a_reason_by_others_and_its_clocks_fall_away() {
    with_both()
        .when(dispatcher(), waive(LEAD, "not needed"))
        .then_refused(Code::WrongUnit)
        .when(dispatcher(), waive(SECOND, " "))
        .then_refused(Code::ReasonRequired)
        .when(dispatcher(), waive(SECOND, "not needed"))
        .then(&[
            "LegWaived",
            "ClockCancelled",
            "ClockCancelled",
            "ClockCancelled",
        ])
        .leg_at(SECOND, LegStage::Waived)
        .when(dispatcher(), waive(SECOND, "not needed"))
        .then_refused(Code::LegStageWrong);
    approved_whistle()
        .and(dispatcher(), dispatch(WATER, &["D-centre"]))
        .when(dispatcher(), waive(SECOND, "not needed"))
        .then_refused(Code::SelfApproval);
}

#[test]
fn reporting_in_is_made_good_after_the_response_and_does_not_call_the_case_back() {
    let answer = C::Respond {
        outcome: Outcome::Resolved,
        reply: "the pipe is sealed".into(),
        evidence: vec![evidence(EvidenceKind::WrittenReply)],
        elements: Some(ReplyElements {
            contacted_at: at("2026-03-02 09:00"),
            contact: "grid officer".into(),
            measure: "sealed".into(),
            deadline: at("2026-03-04 18:00"),
        }),
    };
    answered_whistle()
        .and(water(), acknowledge(LEAD))
        .and(roads(), acknowledge(SECOND))
        .and(water(), call(Some(LEAD), "telephone"))
        .and(water(), come(&water(), LEAD))
        .and(roads(), complete(SECOND, "the road is closed off"))
        .and(water(), answer)
        .stands(Stage::Responded)
        .when(roads(), come(&roads(), SECOND))
        .then(&["DepartmentReportedIn", "ClockStopped"])
        .stands(Stage::Responded)
        .leg_at(SECOND, LegStage::Done);
}
