//! From above only where nobody of the step's own office is left, and each person signs once.

use crate::actor::{Actor, Role};
use crate::case::command::{CallbackResult, CaseCommand as C};
use crate::case::decide::pause_scenes::{also, whistled};
use crate::case::decide::scenes::{acknowledge, come, from_above};
use crate::case::decide::verify::tests::special_answered;
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

fn sign() -> C {
    C::SignOff {}
}

/// What a unit does and records before the community may verify.
fn answered(given: Given, who: &Actor) -> Given {
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: "told".into(),
    };
    let respond = C::Respond {
        outcome: Outcome::Resolved,
        reply: "sealed".into(),
        evidence: vec![evidence(E::BeforePhoto), evidence(E::AfterPhoto)],
        elements: Some(ReplyElements {
            contacted_at: at("2026-03-02 09:00"),
            contact: "the reporter".into(),
            measure: "the pipe is sealed".into(),
            deadline: at("2026-03-09 09:00"),
        }),
    };
    let given = given.and(who.clone(), contact);
    // Nobody reports in for a superior's task.
    let called = given.case.whistle.is_some();
    let given = if called {
        given.and(who.clone(), come(who, LEAD))
    } else {
        given
    };
    given.and(who.clone(), respond)
}

fn called_twice(given: Given) -> Given {
    let call = || C::RecordCallback {
        result: CallbackResult::Confirmed,
        note: String::new(),
        satisfaction: None,
    };
    given.and(dispatcher(), call()).and(dispatcher(), call())
}

#[test]
fn the_street_leader_does_not_sign_the_step_of_a_community_that_has_people() {
    called_twice(answered(whistled(), &water()).and(community(), pass()))
        .when(street_leader(), sign())
        .then_refused(Code::SignOffOutOfOrder)
        .and(community(), sign())
        .when(supervisor(), sign())
        .then_refused(Code::SignOffOutOfOrder)
        .and(street_leader(), sign());
}

#[test]
fn one_person_with_two_offices_signs_one_step() {
    let given = also(
        whistled(),
        &community(),
        Role::StreetStaff,
        "unit:S-old-town",
    );
    let at_the_street = Actor {
        role: Role::StreetStaff,
        unit: "S-old-town".into(),
        ..community()
    };
    called_twice(answered(given, &water()).and(community_secretary(), pass()))
        .and(community(), sign())
        .when(at_the_street, sign())
        .then_refused(Code::SignedBefore)
        .and(street(), sign());
}

#[test]
fn from_above_signs_where_the_steps_own_office_handled_the_case() {
    let assign = C::Assign {
        undertaker: "C-east".into(),
    };
    let given = from_above()
        .and(duty_chief(), assign)
        .and(community(), acknowledge(LEAD));
    called_twice(answered(given, &community()).and(street(), pass()))
        .when(community_secretary(), sign())
        .then_refused(Code::SelfSignOff)
        .and(street_leader(), sign())
        .when(street_leader(), sign())
        .then_refused(Code::SignedBefore)
        .and(street(), sign());
}

#[test]
fn a_superiors_task_is_verified_from_above_and_needs_no_report_in() {
    let assign = |unit: &str| C::Assign {
        undertaker: unit.into(),
    };
    let by_community = from_above()
        .and(duty_chief(), assign("C-east"))
        .and(community(), acknowledge(LEAD));
    answered(by_community, &community()).and(street(), pass());
    let by_street = from_above()
        .and(duty_chief(), assign("S-old-town"))
        .and(street(), acknowledge(LEAD));
    answered(by_street, &street())
        .when(community(), pass())
        .then_refused(Code::WrongUnit)
        .when(street_leader(), pass())
        .then_refused(Code::SelfVerification)
        .and(supervisor(), pass());
}

#[test]
fn a_street_leader_of_another_street_never_steps_in() {
    let elsewhere = Actor::new("P-other-street", Role::StreetLeader, "S-new-town");
    let given = also(
        from_above(),
        &elsewhere,
        Role::StreetLeader,
        "unit:S-new-town",
    );
    let assign = C::Assign {
        undertaker: "C-east".into(),
    };
    let given = given
        .and(duty_chief(), assign)
        .and(community(), acknowledge(LEAD));
    called_twice(answered(given, &community()).and(street(), pass()))
        .when(elsewhere, sign())
        .then_refused(Code::WrongUnit);
}

#[test]
fn the_street_leader_does_not_sign_for_the_party_organisation_of_the_grid() {
    let implementation = C::Disclose {
        what: Disclosure::Implementation,
        place: "notice board".into(),
    };
    special_answered()
        .and(street_leader(), pass())
        .and(party_secretary(), pass())
        .and(community(), implementation)
        .when(street_leader(), sign())
        .then_refused(Code::SignOffOutOfOrder)
        .and(party_secretary(), sign())
        .and(roads(), sign())
        .and(street_leader(), sign());
}
