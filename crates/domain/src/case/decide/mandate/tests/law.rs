//! What the law gives the window and the principal: more time, uncounted time, erasure, a second
//! hand-back.

use super::*;
use crate::calendar::Limit;
use crate::policy::rows::EvidenceKind;
use crate::sealed::Sealed;

fn extend(limit: Limit) -> C {
    C::RecordWindowExtension {
        limit,
        reason: "a file is missing in the archive".to_owned(),
        notice: "YQ-1".to_owned(),
    }
}

fn suspend(reason: &str, until: &str) -> C {
    C::Suspend {
        reason: reason.to_owned(),
        until: at(until),
        proof: vec![evidence(EvidenceKind::Document)],
    }
}

fn statutory(given: &Given) -> &crate::case::clock::Clock {
    given.case.owed(STATUTORY).unwrap()
}

#[test]
fn the_window_extends_its_limit_once_by_ten_working_days_at_most() {
    let ten = Limit::WorkingDays(10);
    submitted()
        .when(officer(), extend(Limit::WorkingDays(11)))
        .then_refused(Code::ExtensionLimit);
    submitted()
        .when(substitute(), extend(ten))
        .then_refused(Code::ScopeExceeded);
    let given = submitted()
        .when(officer(), extend(ten))
        .then(&["WindowExtended", "ClockRebased"]);
    // Ten working days after 30 March, over the Qingming holiday.
    assert_eq!(given.due(STATUTORY), at("2026-04-14 18:00"));
    given
        .when(officer(), extend(Limit::WorkingDays(1)))
        .then_refused(Code::AlreadyDone);
    submitted()
        .at("2026-03-30 18:01")
        .when(officer(), extend(ten))
        .then_refused(Code::AfterDue);
}

#[test]
fn a_joint_limit_is_extended_by_fifteen() {
    let joint = |reference: &mut Reference| {
        let (code, now) = (PENSION.into(), at("2026-03-02 09:00"));
        let mut matter = reference.catalogue.in_force(&code, now).unwrap().clone();
        matter.statutory_limit = Some(Limit::WorkingDays(45));
        reference.catalogue = with_matter(matter);
    };
    let given = || {
        Given::nothing()
            .knowing(joint)
            .and(resident(), report())
            .and(officer(), accept(CaseClass::Proxy, PENSION))
            .and(officer(), grant(|_| ()))
            .and(officer(), submit())
    };
    given().and(officer(), extend(Limit::WorkingDays(15)));
    given()
        .when(officer(), extend(Limit::WorkingDays(16)))
        .then_refused(Code::ExtensionLimit);
}

#[test]
fn a_closed_window_stands_the_steps_within_the_cap() {
    let given = mandated()
        .at("2026-03-02 14:00")
        .when(
            community_secretary(),
            suspend("window_stopped", "2026-03-05 09:00"),
        )
        .then(&["CaseSuspended", "ClockSuspended"])
        .at("2026-03-05 09:00")
        .when(system(), C::Resume {})
        .then(&["CaseResumed", "ClockResumed"]);
    assert_eq!(given.case.suspended_counted, 240 + 2 * 480 + 60);
    mandated()
        .when(
            community_secretary(),
            suspend("window_stopped", "2026-06-05 09:00"),
        )
        .then_refused(Code::SuspensionCap);
    mandated()
        .when(community_secretary(), suspend("season", "2026-03-05 09:00"))
        .then_refused(Code::ReasonNotAllowed);
}

#[test]
fn the_time_of_a_hearing_or_appraisal_is_not_counted_and_has_no_cap() {
    for reason in ["hearing", "appraisal", "expert_review"] {
        let given = submitted()
            .at("2026-03-03 08:00")
            .and(community_secretary(), suspend(reason, "2026-06-03 08:00"))
            .at("2026-06-03 08:00")
            .and(system(), C::Resume {});
        // Twenty working days began on 2 March; a day and an afternoon hour of them are consumed.
        assert_eq!(
            statutory(&given).marks.due,
            at("2026-07-01 18:00"),
            "{reason}"
        );
        assert_eq!(given.case.suspended_counted, 0);
    }
    let unproven = C::Suspend {
        reason: "hearing".to_owned(),
        until: at("2026-03-20 08:00"),
        proof: Vec::new(),
    };
    submitted()
        .when(community_secretary(), unproven)
        .then_refused(Code::ProofMissing);
}

#[test]
fn a_limit_that_stands_for_materials_goes_on_standing_when_the_window_opens_again() {
    let given = submitted()
        .and(officer(), request(&["photo"]))
        .and(
            community_secretary(),
            suspend("window_stopped", "2026-03-05 09:00"),
        )
        .at("2026-03-05 09:00")
        .when(system(), C::Resume {})
        .then(&["CaseResumed"]);
    assert!(!statutory(&given).is_running());
    let given = given.and(officer(), supply(&["photo"]));
    assert!(statutory(&given).is_running());
}

#[test]
fn whoever_acts_as_agent_pauses_nothing_for_themselves() {
    Given::nothing()
        .and(resident(), report())
        .and(leader(), accept(CaseClass::Proxy, PENSION))
        .and(leader(), grant(|_| ()))
        .when(leader(), suspend("window_stopped", "2026-03-05 09:00"))
        .then_refused(Code::NotYourStep);
}

#[test]
fn a_disputed_hand_back_is_made_again_once_with_the_same_papers() {
    let rework = || C::RequireRework {
        reason: "resident_disputes".to_owned(),
        note: "the record is of somebody else".to_owned(),
    };
    let given = decided()
        .at("2026-03-11 10:00")
        .and(officer(), hand_back(&PAPERS))
        .when(leader(), rework())
        .then_refused(Code::NotYourStep)
        .when(resident(), rework())
        .then(&["ReworkRequired", "ClockCancelled", "ClockRebased"]);
    assert_eq!(given.case.stage, Some(Stage::InProgress));
    let out = &given.case.mandate.as_ref().unwrap().papers_out;
    assert_eq!(out.len(), PAPERS.len());
    assert!(given.case.owed(HAND_BACK).is_some());
    given
        .when(resident(), C::SignOff {})
        .then_refused(Code::WrongStage)
        .and(officer(), hand_back(&PAPERS))
        .when(resident(), rework())
        .then_refused(Code::ReclassifyInstead)
        .and(resident(), C::SignOff {})
        .and(leader(), C::SignOff {});
}

#[test]
fn a_revoked_mandate_is_erased_when_its_time_has_come() {
    let sealed = |key: crate::ids::SubjectId| {
        grant(move |mandate| {
            mandate.principal.details = Some(Sealed {
                alg: "A256GCM".to_owned(),
                subject: key,
                nonce: "00".to_owned(),
                ciphertext: "00".to_owned(),
            });
        })
    };
    let person = signed().principal.subject;
    let own = person.within(case_id());
    let given = awaiting_mandate()
        .and(officer(), sealed(own))
        .and(resident(), revoke(&PAPERS));
    let from = given.case.mandate.as_ref().unwrap().erase_from;
    assert_eq!(from, Some(at("2026-04-01 18:00")));
    let given = given
        .at("2026-04-01 17:59")
        .when(system(), C::EraseMandate {})
        .then_refused(Code::TooEarly)
        .at("2026-04-01 18:00")
        .when(system(), C::EraseMandate {})
        .then(&["MandateErased"])
        .when(system(), C::EraseMandate {})
        .then_refused(Code::NoRequest);
    assert_eq!(given.case.mandate.as_ref().unwrap().erase_from, None);
    // What was sealed for the person as a whole is not this case's to erase.
    let given = awaiting_mandate()
        .and(officer(), sealed(person))
        .and(resident(), revoke(&PAPERS));
    assert_eq!(given.case.mandate.as_ref().unwrap().erase_from, None);
}

#[test]
fn a_mandate_is_revoked_and_the_agent_replaced_while_the_window_is_closed() {
    let closed = || {
        mandated().and(
            community_secretary(),
            suspend("window_stopped", "2026-03-05 09:00"),
        )
    };
    closed().and(leader(), substitute_by(substitute(), true));
    closed().and(resident(), revoke(&PAPERS));
}

#[test]
fn a_substitute_works_in_the_grid_and_does_not_only_live_in_it() {
    mandated()
        .when(leader(), substitute_by(party_secretary(), true))
        .then_refused(Code::NotThisGrid);
}

#[test]
fn an_agent_with_an_office_that_pauses_does_not_pause_their_own_case() {
    let mut secretary = leader();
    secretary.role = crate::actor::Role::CommunitySecretary;
    let given = crate::case::decide::pause_scenes::also(
        Given::nothing(),
        &leader(),
        secretary.role,
        "unit:C-east",
    );
    given
        .and(resident(), report())
        .and(leader(), accept(CaseClass::Proxy, PENSION))
        .and(leader(), grant(|_| ()))
        .when(secretary, suspend("window_stopped", "2026-03-05 09:00"))
        .then_refused(Code::SelfApproval);
}
