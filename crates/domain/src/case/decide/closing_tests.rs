//! Given/when/then for response, verification, sign-off and the ends of a case.

use crate::case::clock::ClockId;
use crate::case::command::{CallbackResult, CaseCommand as C, ReopenGround};
use crate::case::fact::Disclosure;
use crate::case::kit::*;
use crate::case::record::Evidence;
use crate::case::refusal::RefusalCode as Code;
use crate::case::stage::{ClockKind, Outcome, Stage};
use crate::class::CaseClass;
use crate::ids::CaseId;
use crate::policy::rows::EvidenceKind as E;
use crate::satisfaction::Satisfaction;
use uuid::Uuid;

const HANDLE: ClockId = ClockId::case(ClockKind::Handle);

fn respond(kinds: &[E]) -> C {
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "repaired".to_owned(),
        evidence: kinds.iter().map(|kind| evidence(*kind)).collect(),
        elements: None,
    }
}

/// A grid officer has the trash case in hand.
fn in_hand() -> Given {
    Given::nothing()
        .and(officer(), report())
        .and(officer(), accept(CaseClass::OnTheSpot, TRASH))
}

fn responded() -> Given {
    in_hand().and(officer(), respond(&[E::AfterPhoto]))
}

fn closed() -> Given {
    responded().and(leader(), C::SignOff {})
}

/// The water bureau has responded to a leak under the class with one responsible unit.
fn water_responded() -> Given {
    Given::nothing()
        .and(officer(), report())
        .and(community(), accept(CaseClass::TimeLimited, LEAK))
        .and(water(), C::Acknowledge { leg: LEAD })
        .and(
            water(),
            C::ContactResident {
                leg: Some(LEAD),
                means: "phone".into(),
                note: "seen".into(),
            },
        )
        .and(water(), respond(&[E::BeforePhoto, E::AfterPhoto]))
}

#[test]
fn an_on_the_spot_case_runs_from_report_to_closure() {
    let case = Given::nothing()
        .when(officer(), report())
        .then(&["CaseReported", "ClockStarted"])
        .when(officer(), accept(CaseClass::OnTheSpot, TRASH))
        .then(&[
            "CaseAccepted",
            "ClockStopped",
            "HandlingBegun",
            "ClockStarted",
        ])
        .when(officer(), respond(&[E::AfterPhoto]))
        .then(&["ResponseSubmitted", "ClockStopped", "ClockStarted"])
        .when(leader(), C::SignOff {})
        .then(&["SignOffRecorded", "ClockStopped", "CaseClosed"])
        .case;
    assert_eq!(case.stage, Some(Stage::Closed));
    assert_eq!(
        case.handling().map(|clock| clock.marks.due),
        Some(at("2026-03-03 09:00"))
    );
    assert_eq!(
        case.handling().and_then(|clock| clock.on_time()),
        Some(true)
    );
    assert_eq!(case.owed_clocks().count(), 0);
}

#[test]
fn self_handled_cases_are_one_batch() {
    let handled = |kinds: &[E]| C::ReportHandled {
        form: form(),
        matter: TRASH.into(),
        outcome: Outcome::Resolved,
        reply: "cleared away".to_owned(),
        evidence: kinds.iter().map(|kind| evidence(*kind)).collect(),
    };
    let case = Given::nothing()
        .when(officer(), handled(&[]))
        .then_refused(Code::EvidenceMissing);
    assert_eq!(case.case.stage, None);
    let case = case.and(officer(), handled(&[E::AfterPhoto])).case;
    assert_eq!(case.stage, Some(Stage::Responded));
    Given::nothing()
        .when(officer_of_neighbour(), handled(&[E::AfterPhoto]))
        .then_refused(Code::NotThisGrid);
}

#[test]
fn a_response_needs_its_evidence_and_says_which() {
    let refused = in_hand()
        .when(officer(), respond(&[]))
        .then_refused(Code::EvidenceMissing);
    assert_eq!(
        refused.refusal().accepted,
        "after_photo | resident_confirmation"
    );
    let bare = Evidence {
        kind: E::AfterPhoto,
        reference: " ".into(),
        note: String::new(),
    };
    let command = C::Respond {
        outcome: Outcome::Resolved,
        reply: "done".into(),
        evidence: vec![bare],
        elements: None,
    };
    in_hand()
        .when(officer(), command)
        .then_refused(Code::FieldMissing);
}

#[test]
fn the_handler_never_signs() {
    // The leader handles it, so the leader's own signature does not count.
    Given::nothing()
        .and(officer(), report())
        .and(leader(), accept(CaseClass::OnTheSpot, TRASH))
        .and(leader(), respond(&[E::AfterPhoto]))
        .when(leader(), C::SignOff {})
        .then_refused(Code::SelfSignOff)
        .when(community_secretary(), C::SignOff {})
        .then(&["SignOffRecorded", "ClockStopped", "CaseClosed"]);
}

#[test]
fn the_chain_has_an_order_and_roles() {
    responded()
        .when(community(), C::SignOff {})
        .then_refused(Code::SignOffOutOfOrder);
    in_hand()
        .when(leader(), C::SignOff {})
        .then_refused(Code::WrongStage);
    closed()
        .when(leader(), C::SignOff {})
        .then_refused(Code::CaseEnded);
}

#[test]
fn undrawn_cases_close_by_the_clock_and_drawn_ones_never() {
    let given = responded();
    assert!(!given.case.sampled, "the kit's case is not drawn");
    let mut drawn = responded();
    drawn.case.sampled = true;
    given
        .at("2026-03-02 12:00")
        .when(system(), C::AutoSignOff {})
        .then_refused(Code::TooEarly)
        .at("2026-03-03 09:00")
        .when(system(), C::AutoSignOff {})
        .then(&["SignOffRecorded", "ClockStopped", "CaseClosed"]);
    drawn
        .at("2026-03-03 09:00")
        .when(system(), C::AutoSignOff {})
        .then_refused(Code::SampledNeedsCheck);
}

#[test]
fn a_disputed_case_is_not_signed_off() {
    let disputed = C::RecordCallback {
        result: CallbackResult::Disputed,
        note: String::new(),
        satisfaction: None,
    };
    let confirmed = C::RecordCallback {
        result: CallbackResult::Confirmed,
        note: String::new(),
        satisfaction: None,
    };
    responded()
        .and(community(), disputed)
        .when(leader(), C::SignOff {})
        .then_refused(Code::ResidentDisputes)
        .and(community(), confirmed)
        .and(leader(), C::SignOff {});
}

#[test]
fn rework_is_given_once_on_the_spot_and_then_the_class_must_change() {
    let rework = || {
        let reasons = crate::policy::Policy::built_in().reasons.rework;
        let reason = reasons.keys().next().unwrap().clone();
        C::RequireRework {
            reason,
            note: "half of it is still there".to_owned(),
        }
    };
    let again = responded()
        .at("2026-03-02 15:00")
        .when(leader(), rework())
        .then(&["ReworkRequired", "ClockCancelled", "ClockRebased"]);
    // Responded at 09:00 sharp, nothing consumed: all of the 24 h remain, from 15:00.
    assert_eq!(
        again.case.handling().map(|clock| clock.marks.due),
        Some(at("2026-03-03 15:00"))
    );
    again
        .and(officer(), respond(&[E::AfterPhoto]))
        .when(leader(), rework())
        .then_refused(Code::ReclassifyInstead);
    let nonsense = C::RequireRework {
        reason: "because".into(),
        note: String::new(),
    };
    responded()
        .when(leader(), nonsense)
        .then_refused(Code::ReasonRequired);
}

#[test]
fn a_first_miss_stays_counted_after_a_rework() {
    let reason = crate::policy::Policy::built_in()
        .reasons
        .rework
        .keys()
        .next()
        .unwrap()
        .clone();
    let case = in_hand()
        .at("2026-03-03 10:00")
        .and(officer(), respond(&[E::AfterPhoto]))
        .and(
            leader(),
            C::RequireRework {
                reason,
                note: "look again".into(),
            },
        )
        .and(officer(), respond(&[E::AfterPhoto]))
        .case;
    let clock = case.handling().unwrap();
    // A quarter of the budget is given back once; on time it is not any more.
    assert_eq!(clock.budget, 25 * 60 + 6 * 60);
    assert_eq!(clock.on_time(), Some(false));
}

#[test]
fn verification_is_by_another_unit_and_comes_before_the_signature() {
    let pass = || C::VerifyPass {
        note: "seen on the spot".to_owned(),
    };
    water_responded()
        .when(water(), pass())
        .then_refused(Code::NotYourStep);
    water_responded()
        .when(community(), C::SignOff {})
        .then_refused(Code::NotVerified);
    let mut by_own_unit = water_responded();
    by_own_unit.case.legs[0].unit = "C-east".into();
    by_own_unit
        .when(community(), pass())
        .then_refused(Code::SelfVerification);
    water_responded()
        .when(community(), pass())
        .then(&[
            "VerificationPassed",
            "ClockStopped",
            "LegConfirmed",
            "ClockStarted",
        ])
        .when(community(), pass())
        .then_refused(Code::AlreadyDone)
        .when(community_secretary(), C::SignOff {})
        .then(&[
            "SignOffRecorded",
            "ClockStopped",
            "CaseClosed",
            "EvaluationOpened",
        ]);
}

#[test]
fn a_response_without_contact_is_not_verified() {
    let mut silent = water_responded();
    silent.case.contacts = 0;
    silent
        .when(
            community(),
            C::VerifyPass {
                note: String::new(),
            },
        )
        .then_refused(Code::ContactMissing);
}

#[test]
fn a_disclosure_is_made_once_and_somewhere() {
    let disclose = |place: &str| C::Disclose {
        what: Disclosure::Resolution,
        place: place.into(),
    };
    in_hand()
        .when(community(), disclose(""))
        .then_refused(Code::FieldMissing)
        .when(community(), disclose("notice board"))
        .then(&["Disclosed"])
        .when(community(), disclose("notice board"))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_closed_case_comes_back_within_its_window() {
    let reopen = |note: &str| C::Reopen {
        ground: ReopenGround::DisputeUpheld,
        note: note.into(),
        same_as: None,
    };
    let disputed = C::RecordCallback {
        result: CallbackResult::Disputed,
        note: String::new(),
        satisfaction: None,
    };
    let closed = || closed().and(community(), disputed.clone());
    closed()
        .when(community(), reopen(""))
        .then_refused(Code::ReasonRequired);
    let back = closed()
        .at("2026-03-30 09:00")
        .when(community(), reopen("the resident is right"))
        .then(&["CaseReopened", "ClockRebased"]);
    assert_eq!(back.case.stage, Some(Stage::InProgress));
    // Nothing of the 24 h was used: all of it is left, counted from the reopening.
    assert_eq!(
        back.case.owed(HANDLE).map(|clock| clock.marks.due),
        Some(at("2026-03-31 09:00"))
    );
    closed()
        .at("2026-04-10 09:00")
        .when(community(), reopen("late"))
        .then_refused(Code::ReopenWindowClosed);
    responded()
        .when(community(), reopen("open still"))
        .then_refused(Code::WrongStage);
}

#[test]
fn a_closed_case_comes_back_for_a_ground_on_record() {
    let reopen = |ground, same_as| C::Reopen {
        ground,
        note: "it drips again".into(),
        same_as,
    };
    let again = CaseId(Uuid::from_u128(2));
    closed()
        .when(community(), reopen(ReopenGround::DisputeUpheld, None))
        .then_refused(Code::GroundNotOnRecord)
        .when(community(), reopen(ReopenGround::SameProblem, None))
        .then_refused(Code::GroundNotOnRecord)
        .when(
            community(),
            reopen(ReopenGround::SameProblem, Some(case_id())),
        )
        .then_refused(Code::GroundNotOnRecord)
        .when(community(), reopen(ReopenGround::SameProblem, Some(again)))
        .then_refused(Code::GroundNotOnRecord)
        .beside(2)
        .and(community(), reopen(ReopenGround::SameProblem, Some(again)));
}

#[test]
fn only_the_reporter_withdraws_and_never_a_matter_of_safety() {
    let withdraw = || C::Withdraw {
        reason: "solved itself".to_owned(),
    };
    let reported = || Given::nothing().and(resident(), report());
    reported()
        .when(officer(), withdraw())
        .then_refused(Code::NotTheReporter);
    reported()
        .when(resident(), withdraw())
        .then(&["ClockCancelled", "CaseWithdrawn"]);
    reported()
        .when(resident(), C::Withdraw { reason: " ".into() })
        .then_refused(Code::ReasonRequired);
    reported()
        .and(community(), accept(CaseClass::TimeLimited, GAS))
        .when(resident(), withdraw())
        .then_refused(Code::SafetyMatter);
}

#[test]
fn archiving_waits_for_every_window() {
    closed()
        .at("2026-03-20 09:00")
        .when(system(), C::Archive {})
        .then_refused(Code::TooEarly)
        .at("2026-04-02 09:00")
        .when(system(), C::Archive {})
        .then(&["CaseArchived"])
        .when(leader(), C::SignOff {})
        .then_refused(Code::CaseEnded);
}

#[test]
fn voiding_takes_two_persons() {
    let propose = || C::ProposeVoid {
        reason: "entered twice by the test desk".to_owned(),
    };
    closed()
        .when(duty_chief(), C::ConfirmVoid {})
        .then_refused(Code::NoRequest);
    closed()
        .when(
            duty_chief(),
            C::ProposeVoid {
                reason: String::new(),
            },
        )
        .then_refused(Code::ReasonRequired)
        .when(duty_chief(), propose())
        .then(&["VoidProposed"])
        .when(duty_chief(), propose())
        .then_refused(Code::AlreadyDone)
        .when(duty_chief(), C::ConfirmVoid {})
        .then_refused(Code::SecondPersonNeeded)
        .when(supervisor(), C::ConfirmVoid {})
        .then(&["CaseVoided"])
        .when(supervisor(), C::ConfirmVoid {})
        .then_refused(Code::CaseEnded);
}

#[test]
fn the_gate_refuses_in_its_documented_order() {
    let sign = || C::SignOff {};
    Given::nothing()
        .when(leader(), sign())
        .then_refused(Code::CaseUnknown);
    Given::nothing()
        .and(officer(), report())
        .when(officer(), report())
        .then_refused(Code::CaseExists);
    in_hand()
        .at("2026-03-01 09:00")
        .when(officer(), respond(&[]))
        .then_refused(Code::TimeGoesBack);
    in_hand()
        .when(officer(), C::Acknowledge { leg: LEAD })
        .then_refused(Code::CommandNotAllowedForClass);
    responded()
        .when(officer(), respond(&[E::AfterPhoto]))
        .then_refused(Code::WrongStage);
    in_hand()
        .when(resident(), respond(&[E::AfterPhoto]))
        .then_refused(Code::NotYourStep);
    let stranger = crate::actor::Actor {
        person: "P-nobody".into(),
        ..officer()
    };
    in_hand()
        .when(stranger, respond(&[E::AfterPhoto]))
        .then_refused(Code::PersonInactive);
    in_hand()
        .when(officer_of_neighbour(), respond(&[E::AfterPhoto]))
        .then_refused(Code::NotThisGrid);
    water_responded()
        .when(
            water(),
            C::AnswerUrge {
                reason: "pump is on its way".into(),
            },
        )
        .then_refused(Code::NoRequest)
        .when(
            police(),
            C::AnswerUrge {
                reason: "not ours".into(),
            },
        )
        .then_refused(Code::WrongUnit);
    Given::nothing()
        .knowing(|reference| reference.policies = Default::default())
        .when(officer(), report())
        .then_refused(Code::PolicyMissing);
}

#[test]
fn merging_needs_an_open_target_and_closes_no_circle() {
    use crate::case::context::Gathered;
    use crate::case::record::MergeTarget;
    let into = CaseId(Uuid::from_u128(2));
    let target = |open: bool, merged_into: Vec<CaseId>| Gathered {
        merge_target: Some(MergeTarget {
            case: into,
            open,
            merged_into,
        }),
        ..Gathered::default()
    };
    let reported = || Given::nothing().and(resident(), report());
    let merge = || C::Merge { into };
    reported()
        .when(community(), merge())
        .then_refused(Code::TargetClosed);
    reported()
        .gathered(target(false, vec![]))
        .when(community(), merge())
        .then_refused(Code::TargetClosed);
    reported()
        .gathered(target(true, vec![case_id()]))
        .when(community(), merge())
        .then_refused(Code::MergeCycle);
    reported()
        .when(community(), C::Merge { into: case_id() })
        .then_refused(Code::MergeCycle);
    reported()
        .gathered(target(true, vec![]))
        .when(community(), merge())
        .then(&["ClockCancelled", "CaseMerged"]);
    let absorb = || C::AbsorbDuplicate {
        others: Vec::new(),
        from: into,
        reporter: None,
    };
    reported()
        .when(system(), absorb())
        .then(&["DuplicateAbsorbed"])
        .when(system(), absorb())
        .then_refused(Code::AlreadyDone);
}

#[test]
fn due_times_wait_for_working_hours_and_never_for_a_click() {
    // A Friday evening report for the water bureau: the acknowledgement clock starts at dispatch.
    let case = Given::nothing()
        .at("2026-03-06 17:30")
        .and(officer(), report())
        .and(community(), accept(CaseClass::TimeLimited, LEAK))
        .case;
    let due = |kind, leg| {
        let id = ClockId { kind, leg };
        case.owed(id).map(|clock| clock.marks.due)
    };
    assert_eq!(
        due(ClockKind::Acknowledge, Some(LEAD)),
        Some(at("2026-03-09 09:30"))
    );
    assert_eq!(due(ClockKind::Handle, None), Some(at("2026-03-13 18:00")));
}

#[test]
fn time_is_given_back_once_whatever_the_class_becomes() {
    let rework = C::RequireRework {
        reason: "not_solved".into(),
        note: "it still runs".into(),
    };
    let reclassify = C::Reclassify {
        to: CaseClass::Undertaken,
        reason: "more than one unit".into(),
    };
    let given = water_responded()
        .and(community(), rework)
        .and(dispatcher(), reclassify);
    assert!(given.case.restored);
    assert_eq!(given.case.reworks, 0);
}

#[test]
fn nobody_says_how_content_a_resident_is_who_was_not_reached() {
    let call = |result, satisfaction| C::RecordCallback {
        result,
        note: String::new(),
        satisfaction,
    };
    let content = Some(Satisfaction::Satisfied);
    let refused = responded()
        .when(community(), call(CallbackResult::Unreachable, content))
        .then_refused(Code::NotReached);
    assert_eq!(refused.refusal().given, "satisfied");
    let reached = refused
        .when(community(), call(CallbackResult::Disputed, content))
        .then(&["ResidentDisputed", "SatisfactionRated"])
        .and(community(), call(CallbackResult::Unreachable, None));
    assert_eq!(reached.case.satisfaction, content, "the last word stands");
}
