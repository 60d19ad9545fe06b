//! Nobody judges their own work, by whatever office, unit or stand-in they come.

use crate::actor::{Actor, Role};
use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::{also, at_work, at_work_in};
use crate::case::decide::scenes::{come, respond, with_both};
use crate::case::kit::*;
use crate::case::record::ReplyElements;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::Outcome;
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind as E;

fn pass() -> C {
    C::VerifyPass {
        note: "seen on the spot".to_owned(),
    }
}

fn contact() -> C {
    C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: "told".into(),
    }
}

fn answered(given: Given) -> Given {
    given
        .and(water(), contact())
        .and(water(), respond(&[E::BeforePhoto, E::AfterPhoto]))
}

fn for_someone(actor: Actor, absent: &Actor) -> Actor {
    Actor {
        on_behalf_of: Some(absent.person.clone()),
        ..actor
    }
}

#[test]
fn a_stand_in_for_the_handler_does_not_verify() {
    answered(at_work())
        .when(for_someone(community(), &water()), pass())
        .then_refused(Code::SelfVerification)
        .when(community(), pass())
        .then(&[
            "VerificationPassed",
            "ClockStopped",
            "LegConfirmed",
            "ClockStarted",
        ]);
}

#[test]
fn a_second_office_in_the_handling_unit_bars_from_verifying() {
    let given = also(
        Given::nothing(),
        &community(),
        Role::DepartmentLeader,
        "unit:B-water",
    );
    answered(at_work_in(given))
        .when(community(), pass())
        .then_refused(Code::SelfVerification)
        .and(community_secretary(), pass());
}

#[test]
fn a_second_office_in_the_handling_unit_bars_from_signing() {
    let given = also(
        Given::nothing(),
        &community_secretary(),
        Role::DepartmentLeader,
        "unit:B-water",
    );
    answered(at_work_in(given))
        .and(community(), pass())
        .when(community_secretary(), C::SignOff {})
        .then_refused(Code::SelfSignOff)
        .and(community(), C::SignOff {});
}

#[test]
fn whoever_did_a_co_handlers_part_does_not_verify_from_another_office() {
    let clerk = Actor::new("P-roads", Role::StreetStaff, "S-old-town");
    let mut given = with_both()
        .and(water(), C::Acknowledge { leg: LEAD })
        .and(roads(), C::Acknowledge { leg: SECOND });
    given = also(given, &roads(), Role::StreetStaff, "unit:S-old-town");
    let done = C::CompleteLeg {
        leg: SECOND,
        result: "the road is open".into(),
    };
    let elements = ReplyElements {
        contacted_at: at("2026-03-02 09:00"),
        contact: "the reporter".into(),
        measure: "sealed".into(),
        deadline: at("2026-03-09 09:00"),
    };
    let answer = C::Respond {
        outcome: Outcome::Resolved,
        reply: "sealed".into(),
        evidence: [E::BeforePhoto, E::AfterPhoto].map(evidence).to_vec(),
        elements: Some(elements),
    };
    given
        .and(roads(), done)
        .and(water(), contact())
        .and(water(), come(&water(), LEAD))
        .and(water(), answer)
        .when(clerk, pass())
        .then_refused(Code::SelfVerification);
}

#[test]
fn a_stand_in_for_the_one_who_asked_grants_no_extension() {
    let ask = C::RequestExtension {
        limit: "1 wd".parse().expect("a limit"),
        reason: "the pump is late".into(),
    };
    let grant = || C::GrantExtension {
        citizen_informed: true,
    };
    at_work()
        .and(water(), ask)
        .when(for_someone(dispatcher(), &water()), grant())
        .then_refused(Code::SelfApproval)
        .and(dispatcher(), grant());
}

#[test]
fn one_person_does_not_void_a_case_in_two_names() {
    let propose = C::ProposeVoid {
        reason: "entered twice".into(),
    };
    at_work()
        .and(dispatcher(), propose)
        .when(for_someone(duty_chief(), &dispatcher()), C::ConfirmVoid {})
        .then_refused(Code::SecondPersonNeeded)
        .and(duty_chief(), C::ConfirmVoid {});
}

#[test]
fn a_second_office_in_the_lead_pauses_nothing() {
    let given = also(
        Given::nothing(),
        &duty_chief(),
        Role::DepartmentLeader,
        "unit:B-water",
    );
    let suspend = || C::Suspend {
        reason: "expert_appraisal".into(),
        until: at("2026-03-04 09:00"),
        proof: vec![evidence(E::Document)],
    };
    at_work_in(given)
        .when(duty_chief(), suspend())
        .then_refused(Code::SelfApproval)
        .and(dispatcher(), suspend());
}

#[test]
fn a_unit_that_only_returned_the_case_may_still_verify_it() {
    let by_hand = C::Accept {
        class: CaseClass::TimeLimited,
        matter: LEAK.into(),
        manual_dispatch: true,
        origin: None,
    };
    let to = |unit: &str| crate::case::decide::scenes::dispatch(unit, &[]);
    let back = crate::case::decide::scenes::give_back(LEAD);
    let given = Given::nothing()
        .and(resident(), report())
        .and(dispatcher(), by_hand)
        .and(dispatcher(), to("C-east"))
        .and(community(), back)
        .and(dispatcher(), C::ApproveReturn { leg: LEAD })
        .and(dispatcher(), to("B-water"))
        .and(water(), C::Acknowledge { leg: SECOND });
    let contact = C::ContactResident {
        leg: Some(SECOND),
        means: "telephone".into(),
        note: "told".into(),
    };
    given
        .and(water(), contact)
        .and(water(), respond(&[E::BeforePhoto, E::AfterPhoto]))
        .and(community(), pass());
}

#[test]
fn whoever_handled_a_case_does_not_call_the_resident_back() {
    let call = || C::RecordCallback {
        result: crate::case::command::CallbackResult::Confirmed,
        note: String::new(),
        satisfaction: None,
    };
    Given::nothing()
        .and(officer(), report())
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .and(officer(), respond(&[E::AfterPhoto]))
        .when(officer(), call())
        .then_refused(Code::SelfVerification)
        .and(community(), call());
}
