//! A special case is verified by both bodies that the policy names, a superior's task by a superior.

use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::decided;
use crate::case::fact::Disclosure;
use crate::case::kit::*;
use crate::case::record::ReplyElements;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::Outcome;
use crate::policy::rows::EvidenceKind as E;

fn pass() -> C {
    C::VerifyPass {
        note: "seen on the spot".to_owned(),
    }
}

/// A special case of water and roads that the lead has answered.
pub(in crate::case::decide) fn special_answered() -> Given {
    let come = crate::case::decide::scenes::come(&water(), LEAD);
    let elements = ReplyElements {
        contacted_at: at("2026-03-02 09:00"),
        contact: "the reporter".into(),
        measure: "both pipes are sealed".into(),
        deadline: at("2026-03-09 09:00"),
    };
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: "told".into(),
    };
    let done = C::CompleteLeg {
        leg: SECOND,
        result: "the road is open".into(),
    };
    let resolution = C::Disclose {
        what: Disclosure::Resolution,
        place: "notice board".into(),
    };
    decided()
        .and(roads(), C::Acknowledge { leg: SECOND })
        .and(water(), contact)
        .and(water(), come)
        .and(roads(), done)
        .and(water(), C::ConfirmLeg { leg: SECOND })
        .and(community(), resolution)
        .and(
            water(),
            C::Respond {
                outcome: Outcome::Resolved,
                reply: "sealed and paved".into(),
                evidence: vec![evidence(E::BeforePhoto), evidence(E::AfterPhoto)],
                elements: Some(elements),
            },
        )
}

#[test]
fn a_special_case_is_verified_by_both_bodies() {
    special_answered()
        .when(street_leader(), pass())
        .then(&["VerificationPassed"])
        .when(street_leader(), pass())
        .then_refused(Code::NotYourStep)
        .when(party_secretary(), C::SignOff {})
        .then_refused(Code::NotVerified)
        .when(party_secretary(), pass())
        .then(&[
            "VerificationPassed",
            "ClockStopped",
            "LegConfirmed",
            "ClockStarted",
        ]);
}

#[test]
fn nobody_from_above_verifies_for_a_body_that_has_people() {
    special_answered()
        .when(supervisor(), pass())
        .then_refused(Code::NotYourStep);
}

#[test]
fn from_above_comes_the_word_of_a_body_that_has_nobody() {
    special_answered()
        .knowing(|reference| leaves(reference, &party_secretary()))
        .and(supervisor(), pass())
        .when(street_leader(), pass())
        .then(&[
            "VerificationPassed",
            "ClockStopped",
            "LegConfirmed",
            "ClockStarted",
        ]);
}
