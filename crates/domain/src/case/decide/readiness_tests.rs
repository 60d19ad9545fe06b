//! What must stand before a response is taken and before a case is signed off: co-handlers,
//! disclosures, reporting in, callbacks.

use super::scenes::*;
use crate::actor::Actor;
use crate::case::command::{CallbackResult, CaseCommand as C};
use crate::case::fact::Disclosure;
use crate::case::kit::*;
use crate::case::record::ReplyElements;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{Outcome, Stage};
use crate::ids::LegNo;
use crate::policy::rows::EvidenceKind as E;

/// A unit takes its leg up and has spoken with the resident.
fn at_work(given: Given, who: &Actor, leg: LegNo) -> Given {
    let contact = C::ContactResident {
        leg: Some(leg),
        means: "phone".into(),
        note: "seen".into(),
    };
    given
        .and(who.clone(), acknowledge(leg))
        .and(who.clone(), contact)
}

/// A response with pictures and the four elements of a reply.
fn full_response() -> C {
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "the pipe is sealed".into(),
        evidence: vec![evidence(E::BeforePhoto), evidence(E::AfterPhoto)],
        elements: Some(ReplyElements {
            contacted_at: at("2026-03-02 09:00"),
            contact: "subject-1".into(),
            measure: "a new sleeve".into(),
            deadline: at("2026-03-04 18:00"),
        }),
    }
}

fn complete(leg: LegNo) -> C {
    C::CompleteLeg {
        leg,
        result: "the road is closed and open again".into(),
    }
}

#[test]
fn a_lead_does_not_respond_before_its_co_handlers_are_done() {
    let both = at_work(at_work(with_both(), &water(), LEAD), &roads(), SECOND);
    let refused = both
        .and(water(), come(&water(), LEAD))
        .when(water(), full_response())
        .then_refused(Code::CoHandlersPending);
    assert!(refused.refusal().given.contains(ROADS));
    refused
        .and(roads(), complete(SECOND))
        .and(water(), full_response());
}

#[test]
fn a_whistle_is_not_signed_off_before_every_unit_came_and_the_resident_was_called() {
    let called = || C::RecordCallback {
        result: CallbackResult::Unreachable,
        note: String::new(),
        satisfaction: None,
    };
    let passed = C::VerifyPass {
        note: "dry and level".into(),
    };
    let begun = || {
        at_work(
            at_work(answered_whistle(), &water(), LEAD),
            &roads(),
            SECOND,
        )
        .and(water(), come(&water(), LEAD))
    };
    let verified = |given: Given| {
        given
            .and(roads(), complete(SECOND))
            .and(water(), full_response())
            .and(street(), passed.clone())
    };
    let absent = verified(begun())
        .when(community(), C::SignOff {})
        .then_refused(Code::ReportInMissing);
    assert_eq!(absent.refusal().given, ROADS);
    let waive = C::WaiveReportIn {
        leg: SECOND,
        reason: "it worked from the depot".into(),
    };
    let uncalled = verified(begun().and(street(), waive))
        .and(community(), called())
        .when(community(), C::SignOff {})
        .then_refused(Code::CallbackMissing);
    assert_eq!(uncalled.refusal().given, "1");
    uncalled
        .and(community(), called())
        .and(community(), C::SignOff {});
}

#[test]
fn a_special_case_is_disclosed_before_the_response_and_before_the_signature() {
    let disclose = |what| C::Disclose {
        what,
        place: "the board of the community".into(),
    };
    let seen = || C::VerifyPass {
        note: "seen".into(),
    };
    let confirmed = C::ConfirmLeg { leg: SECOND };
    let decided = meeting().and(street_leader(), decide(decision()));
    let silent = at_work(at_work(decided, &roads(), LEAD), &water(), SECOND)
        .and(roads(), come(&roads(), LEAD))
        .and(water(), complete(SECOND))
        .and(roads(), confirmed)
        .when(roads(), full_response())
        .then_refused(Code::DisclosureMissing);
    assert_eq!(silent.refusal().accepted, "disclose resolution");
    let unsigned = silent
        .and(community(), disclose(Disclosure::Resolution))
        .and(roads(), full_response())
        .and(street_leader(), seen())
        .and(party_secretary(), seen())
        .when(party_secretary(), C::SignOff {})
        .then_refused(Code::DisclosureMissing);
    assert_eq!(unsigned.refusal().accepted, "disclose implementation");
    unsigned
        .and(community(), disclose(Disclosure::Implementation))
        .and(party_secretary(), C::SignOff {})
        .stands(Stage::Responded);
}
