//! A response is proved by what the handlers brought for it.

use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::{at_work, whistled};
use crate::case::decide::scenes::{come, respond};
use crate::case::kit::*;
use crate::case::record::{Attendance, ReplyElements};
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::Outcome;
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind as E;

const PHOTOS: [E; 2] = [E::BeforePhoto, E::AfterPhoto];

fn contact() -> C {
    C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".into(),
        note: "told".into(),
    }
}

fn rework() -> C {
    C::RequireRework {
        reason: "evidence_insufficient".into(),
        note: "it is another pipe".into(),
    }
}

#[test]
fn after_a_rework_the_old_proof_and_the_old_contact_no_longer_count() {
    at_work()
        .and(water(), contact())
        .and(water(), respond(&PHOTOS))
        .and(community(), rework())
        .when(water(), respond(&[]))
        .then_refused(Code::EvidenceMissing)
        .when(water(), respond(&PHOTOS))
        .then_refused(Code::EvidenceMissing)
        .and(water(), contact())
        .when(water(), respond(&[E::BeforePhoto]))
        .then_refused(Code::EvidenceMissing)
        // How it was before stays shown.
        .and(water(), respond(&[E::AfterPhoto]));
}

#[test]
fn the_reporters_own_photo_does_not_prove_the_work() {
    let mut form = form();
    form.evidence = vec![evidence(E::AfterPhoto)];
    Given::nothing()
        .and(officer(), C::Report { form })
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .when(officer(), respond(&[]))
        .then_refused(Code::EvidenceMissing)
        .and(officer(), respond(&[E::AfterPhoto]));
}

#[test]
fn the_four_elements_of_a_reply_are_four() {
    let reply = |change: &dyn Fn(&mut ReplyElements)| {
        let mut elements = ReplyElements {
            contacted_at: at("2026-03-02 09:00"),
            contact: "the reporter".into(),
            measure: "the pipe is sealed".into(),
            deadline: at("2026-03-09 09:00"),
        };
        change(&mut elements);
        C::Respond {
            outcome: Outcome::Resolved,
            reply: "sealed".into(),
            evidence: PHOTOS.map(evidence).to_vec(),
            elements: Some(elements),
        }
    };
    let given = whistled()
        .and(water(), contact())
        .and(water(), come(&water(), LEAD));
    given
        .when(water(), reply(&|reply| reply.contact.clear()))
        .then_refused(Code::FieldMissing)
        .when(water(), reply(&|reply| reply.measure.clear()))
        .then_refused(Code::FieldMissing)
        .when(
            water(),
            reply(&|reply| reply.contacted_at = at("2026-03-02 09:01")),
        )
        .then_refused(Code::FieldMissing)
        .when(
            water(),
            reply(&|reply| reply.contacted_at = at("2026-03-02 08:59")),
        )
        .then_refused(Code::FieldMissing)
        .when(
            water(),
            reply(&|reply| reply.deadline = at("2026-03-02 08:59")),
        )
        .then_refused(Code::FieldMissing)
        .and(water(), reply(&|_| ()));
}

#[test]
fn reporting_in_shows_a_photo_of_who_came() {
    let come = |evidence| C::ReportIn {
        leg: LEAD,
        attendance: Attendance {
            person: water().person,
            role: water().role,
            place: "12 East Lane".into(),
        },
        evidence,
    };
    whistled()
        .when(water(), come(vec![]))
        .then_refused(Code::EvidenceMissing)
        .when(water(), come(vec![evidence(E::Document)]))
        .then_refused(Code::EvidenceMissing)
        .and(water(), come(vec![evidence(E::BeforePhoto)]));
}
