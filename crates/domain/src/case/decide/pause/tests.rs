mod extension;
mod late;

use super::*;
use crate::case::command::CaseCommand as C;
use crate::case::decide::pause_scenes::{at_work, at_work_in, policy, street_at_work, whistled};
use crate::case::kit::*;
use crate::case::stage::{Card, Stage};
use crate::class::CaseClass;
use crate::policy::rows::EvidenceKind;

fn ask(limit: Limit) -> C {
    C::RequestExtension {
        limit,
        reason: "the pipe is older than the plan".to_owned(),
    }
}

fn grant() -> C {
    C::GrantExtension {
        citizen_informed: true,
    }
}

fn deny(reason: &str) -> C {
    C::DenyExtension {
        reason: reason.to_owned(),
    }
}

fn suspend(reason: &str, until: &str) -> C {
    C::Suspend {
        reason: reason.to_owned(),
        until: at(until),
        proof: vec![evidence(EvidenceKind::Document)],
    }
}

fn hold(reason: &str, review: Limit) -> C {
    C::Hold {
        reason: reason.to_owned(),
        review,
        proof: vec![evidence(EvidenceKind::Document)],
    }
}

fn review(next: Limit) -> C {
    C::ReviewHold {
        note: "the ground is still frozen".to_owned(),
        next,
    }
}

const TWO_DAYS: Limit = Limit::WorkingDays(2);

#[test]
fn a_suspended_case_stands_and_goes_on_by_itself_with_what_it_had_left() {
    let given = at_work()
        .at("2026-03-03 08:00")
        .when(
            dispatcher(),
            suspend("expert_appraisal", "2026-03-05 08:00"),
        )
        .then(&["CaseSuspended", "ClockSuspended"]);
    assert_eq!(given.case.stage, Some(Stage::Suspended));
    let given = given
        .at("2026-03-05 08:00")
        .when(system(), C::Resume {})
        .then(&["CaseResumed", "ClockResumed"]);
    assert!(matches!(
        given.facts()[0],
        F::CaseResumed {
            automatic: true,
            ..
        }
    ));
    assert_eq!(given.case.stage, Some(Stage::InProgress));
    assert_eq!(given.due(HANDLE), at("2026-03-11 18:00"));
    let clock = given.case.owed(HANDLE).unwrap();
    assert_eq!((clock.consumed, clock.suspended), (420, 960));
}

#[test]
fn a_whistled_case_stands_with_contact_and_reporting_in() {
    let given = whistled()
        .at("2026-03-02 10:00")
        .when(dispatcher(), suspend("force_majeure", "2026-03-04 10:00"))
        .then(&[
            "CaseSuspended",
            "ClockSuspended",
            "ClockSuspended",
            "ClockSuspended",
        ]);
    let contact = ClockId::leg(ClockKind::Contact, LEAD);
    let given = given
        .at("2026-03-03 10:00")
        .when(water(), C::Resume {})
        .then(&[
            "CaseResumed",
            "ClockResumed",
            "ClockResumed",
            "ClockResumed",
        ]);
    assert!(matches!(
        given.facts()[0],
        F::CaseResumed {
            automatic: false,
            ..
        }
    ));
    assert_eq!(given.due(contact), at("2026-03-04 09:00"));
}

#[test]
fn a_decision_that_nobody_may_take_while_the_case_stands_is_not_charged() {
    let given = at_work()
        .and(water(), ask(TWO_DAYS))
        .when(
            dispatcher(),
            suspend("expert_appraisal", "2026-03-04 08:00"),
        )
        .then(&["CaseSuspended", "ClockSuspended", "ClockSuspended"]);
    assert!(!given.case.owed(DECISION).unwrap().is_running());
}

#[test]
fn the_unit_that_owes_the_work_never_suspends_it() {
    street_at_work()
        .when(
            street_leader(),
            suspend("force_majeure", "2026-03-04 10:00"),
        )
        .then_refused(Code::SelfApproval);
}

#[test]
fn a_role_that_the_row_does_not_name_approves_no_pause() {
    at_work()
        .when(street(), suspend("force_majeure", "2026-03-04 10:00"))
        .then_refused(Code::NotYourStep);
    whistled()
        .when(street(), hold("season", Limit::NaturalDays(30)))
        .then_refused(Code::NotYourStep);
}

#[test]
fn a_reason_that_is_not_on_the_list_of_the_class_suspends_nothing() {
    let given = at_work()
        .when(dispatcher(), suspend("season", "2026-03-04 10:00"))
        .then_refused(Code::ReasonNotAllowed);
    assert_eq!(
        given.refusal().accepted,
        "expert_appraisal, force_majeure, waiting_material"
    );
    whistled()
        .when(dispatcher(), hold("force_majeure", Limit::NaturalDays(30)))
        .then_refused(Code::ReasonNotAllowed);
}

#[test]
fn all_suspensions_together_stay_under_their_cap() {
    let given = at_work()
        .at("2026-03-03 08:00")
        .and(dispatcher(), suspend("force_majeure", "2026-03-06 08:00"))
        .at("2026-03-06 08:00")
        .and(system(), C::Resume {})
        .when(
            dispatcher(),
            suspend("expert_appraisal", "2026-03-10 18:00"),
        )
        .then_refused(Code::SuspensionCap);
    assert_eq!(given.refusal().given, "2880 min");
    assert_eq!(given.refusal().accepted, "100% = 2820 min");
    given
        .when(
            dispatcher(),
            suspend("expert_appraisal", "2026-03-10 17:00"),
        )
        .then(&["CaseSuspended", "ClockSuspended"]);
}

#[test]
fn a_pause_needs_proof_that_can_be_found_again() {
    let bare = Evidence {
        reference: " ".to_owned(),
        ..evidence(EvidenceKind::Document)
    };
    for proof in [Vec::new(), vec![bare]] {
        let suspend = C::Suspend {
            reason: "force_majeure".to_owned(),
            until: at("2026-03-04 10:00"),
            proof: proof.clone(),
        };
        at_work()
            .when(dispatcher(), suspend)
            .then_refused(Code::ProofMissing);
        let hold = C::Hold {
            reason: "season".to_owned(),
            review: Limit::NaturalDays(30),
            proof,
        };
        whistled()
            .when(dispatcher(), hold)
            .then_refused(Code::ProofMissing);
    }
}

#[test]
fn a_suspension_ends_later_than_it_begins() {
    at_work()
        .when(dispatcher(), suspend("force_majeure", "2026-03-02 09:00"))
        .then_refused(Code::UntilInvalid);
}

#[test]
fn the_clock_does_not_resume_before_the_end_that_was_set() {
    let given = at_work()
        .and(dispatcher(), suspend("force_majeure", "2026-03-04 10:00"))
        .at("2026-03-04 09:59")
        .when(system(), C::Resume {})
        .then_refused(Code::TooEarly);
    assert_eq!(given.refusal().accepted, "2026-03-04T02:00:00+00:00");
}

#[test]
fn a_hold_stands_until_a_person_ends_it_and_is_reviewed_on_a_clock() {
    let given = whistled()
        .at("2026-03-02 10:00")
        .when(dispatcher(), hold("season", Limit::NaturalDays(30)))
        .then(&[
            "CaseHeldLongTerm",
            "ClockSuspended",
            "ClockSuspended",
            "ClockSuspended",
            "ClockStarted",
        ]);
    assert_eq!(given.due(REVIEW), at("2026-04-01 18:00"));
    let given = given
        .at("2026-03-20 10:00")
        .when(system(), C::Resume {})
        .then_refused(Code::NotYourStep)
        .when(dispatcher(), C::Resume {})
        .then(&[
            "CaseResumed",
            "ClockCancelled",
            "ClockResumed",
            "ClockResumed",
            "ClockResumed",
        ]);
    assert!(!given.case.on_hold);
    assert_eq!(given.case.stage, Some(Stage::InProgress));
}

#[test]
fn a_review_is_never_further_off_than_the_class_allows() {
    let given = whistled()
        .when(dispatcher(), hold("season", Limit::NaturalDays(120)))
        .then_refused(Code::ReviewTooLate);
    assert_eq!(given.refusal().accepted, "90 d");
    whistled()
        .and(dispatcher(), hold("season", Limit::NaturalDays(30)))
        .when(dispatcher(), review(Limit::NaturalDays(120)))
        .then_refused(Code::ReviewTooLate);
}

#[test]
fn a_reviewed_hold_gets_its_next_review() {
    let given = whistled()
        .and(dispatcher(), hold("season", Limit::NaturalDays(30)))
        .at("2026-03-25 10:00")
        .when(dispatcher(), review(Limit::NaturalDays(60)))
        .then(&["HoldReviewed", "ClockStopped", "ClockStarted"]);
    assert_eq!(given.due(REVIEW), at("2026-05-25 18:00"));
    assert!(given.case.on_hold);
}

#[test]
fn an_overdue_review_is_a_matter_for_supervision() {
    let overdue = || {
        whistled()
            .and(dispatcher(), hold("season", Limit::NaturalDays(30)))
            .at("2026-04-01 18:01")
    };
    overdue()
        .when(dispatcher(), review(Limit::NaturalDays(30)))
        .then_refused(Code::ReviewOverdue);
    overdue()
        .when(supervisor(), review(Limit::NaturalDays(30)))
        .then(&["HoldReviewed", "ClockStopped", "ClockStarted"]);
}

#[test]
fn a_review_says_what_was_found_and_needs_a_hold() {
    let blank = C::ReviewHold {
        note: String::new(),
        next: Limit::NaturalDays(30),
    };
    whistled()
        .and(dispatcher(), hold("season", Limit::NaturalDays(30)))
        .when(dispatcher(), blank)
        .then_refused(Code::FieldMissing);
    for (actor, command) in [
        (dispatcher(), review(Limit::NaturalDays(30))),
        (system(), C::MissReview {}),
    ] {
        whistled()
            .and(dispatcher(), suspend("force_majeure", "2026-03-04 10:00"))
            .when(actor, command)
            .then_refused(Code::WrongStage);
    }
}

#[test]
fn a_missed_review_brings_one_red_card_and_proposes_a_meeting() {
    let given = whistled()
        .and(dispatcher(), hold("season", Limit::NaturalDays(30)))
        .at("2026-04-01 18:00")
        .when(system(), C::MissReview {})
        .then_refused(Code::TooEarly)
        .at("2026-04-01 18:01")
        .when(system(), C::MissReview {})
        .then(&[
            "HoldReviewMissed",
            "SupervisionRaised",
            "CoordinationProposed",
            "ClockStarted",
            "ClockSuspended",
        ]);
    assert_eq!(given.case.standing_cards(Card::Red), 1);
    // Nobody may call the meeting before the case goes on, so nobody is late with it.
    let convene = ClockId::case(ClockKind::Convene);
    assert!(!given.case.owed(convene).unwrap().is_running());
    given
        .at("2026-04-02 18:01")
        .when(system(), C::MissReview {})
        .then_refused(Code::AlreadyDone)
        .and(dispatcher(), C::Resume {})
        .case
        .owed(convene)
        .filter(|clock| clock.is_running())
        .expect("the wait for the meeting goes on with the case");
}
