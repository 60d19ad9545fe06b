//! Who may end a case, and what must be settled before.

use crate::case::command::CaseCommand as C;
use crate::case::decide::scenes::{Seen, approved_whistle, dispatch, returned};
use crate::case::kit::*;
use crate::case::record::Reporter;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::LegStage;
use crate::class::CaseClass;

fn withdraw() -> C {
    C::Withdraw {
        reason: "solved itself".to_owned(),
    }
}

#[test]
fn the_resident_withdraws_and_not_the_clerk_who_typed_the_report() {
    let mut form = form();
    form.reporter = Some(Reporter {
        subject: serde_json::from_value("R-lin".into()).expect("a subject"),
        details: None,
    });
    Given::nothing()
        .and(community(), C::Report { form })
        .when(community(), withdraw())
        .then_refused(Code::NotTheReporter)
        .and(resident(), withdraw());
}

#[test]
fn whoever_handles_their_own_report_does_not_withdraw_it() {
    Given::nothing()
        .and(officer(), report())
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .when(officer(), withdraw())
        .then_refused(Code::SelfApproval);
    Given::nothing()
        .and(officer(), report())
        .and(officer(), withdraw());
}

#[test]
fn no_leg_is_left_standing_when_a_returned_case_is_turned_away() {
    let one_left = || {
        returned(
            approved_whistle().and(dispatcher(), dispatch("B-water", &["B-roads"])),
            water(),
            LEAD,
        )
    };
    let reject = C::Reject {
        reason: "judicial".into(),
        note: "told".into(),
    };
    let out = C::TransferOut {
        to: "judicial".into(),
        reason: "the court has it".into(),
    };
    for command in [reject, out] {
        one_left()
            .and(dispatcher(), command)
            .leg_at(SECOND, LegStage::Ended);
    }
}

#[test]
fn a_proposal_to_void_lapses_and_may_be_made_anew() {
    let propose = || C::ProposeVoid {
        reason: "entered twice".into(),
    };
    let given = || {
        Given::nothing()
            .and(officer(), report())
            .and(dispatcher(), propose())
    };
    given()
        .at("2026-03-09 18:00")
        .and(duty_chief(), C::ConfirmVoid {});
    given()
        .at("2026-03-09 18:01")
        .when(duty_chief(), C::ConfirmVoid {})
        .then_refused(Code::NoRequest)
        .and(duty_chief(), propose())
        .and(supervisor(), C::ConfirmVoid {});
}

#[test]
fn no_unit_voids_the_case_that_it_handles() {
    let propose = C::ProposeVoid {
        reason: "entered twice".to_owned(),
    };
    crate::case::decide::pause_scenes::street_at_work()
        .and(supervisor(), propose)
        .when(street_leader(), C::ConfirmVoid {})
        .then_refused(Code::SelfApproval)
        .and(duty_chief(), C::ConfirmVoid {});
}
