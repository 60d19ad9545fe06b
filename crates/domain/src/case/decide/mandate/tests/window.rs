//! From the window back to the principal.

use super::*;

#[test]
fn nobody_but_the_agent_acts_under_the_mandate() {
    for (given, command) in [
        (mandated(), submit()),
        (submitted(), request(&["photo"])),
        (
            submitted().and(officer(), request(&["photo"])),
            supply(&["photo"]),
        ),
        (submitted(), record(true, "")),
        (decided(), hand_back(&PAPERS)),
    ] {
        let given = given
            .when(substitute(), command)
            .then_refused(Code::ScopeExceeded);
        assert_eq!(given.refusal().accepted, "P-officer");
    }
}

#[test]
fn one_notice_lists_all_materials_and_the_statutory_clock_stands_until_the_last_is_there() {
    let given = submitted()
        .at("2026-03-04 08:00")
        .when(officer(), request(&["photo", "bank slip"]))
        .then(&["MaterialsRequested", "ClockSuspended"])
        .at("2026-03-05 08:00")
        .when(officer(), supply(&["photo"]))
        .then(&["MaterialsSupplied"])
        .at("2026-03-06 08:00")
        .when(officer(), supply(&["bank slip"]))
        .then(&["MaterialsSupplied", "ClockResumed"]);
    assert_eq!(given.due(STATUTORY), at("2026-04-01 18:00"));
}

#[test]
fn one_notice_lists_all_and_there_is_no_second() {
    submitted()
        .and(officer(), request(&["photo"]))
        .and(officer(), supply(&["photo"]))
        .when(officer(), request(&["bank slip"]))
        .then_refused(Code::AlreadyDone);
    submitted()
        .and(officer(), request(&["photo"]))
        .when(officer(), request(&["bank slip"]))
        .then_refused(Code::AlreadyDone);
    mandated()
        .when(officer(), request(&["photo"]))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn a_notice_has_a_number_and_lists_something() {
    submitted()
        .when(officer(), request(&[]))
        .then_refused(Code::FieldMissing);
    let unnumbered = C::RequestMaterials {
        materials: list(&["photo"]),
        notice: String::new(),
    };
    submitted()
        .when(officer(), unnumbered)
        .then_refused(Code::FieldMissing);
}

#[test]
fn only_materials_that_were_asked_for_are_taken() {
    let asked = || submitted().and(officer(), request(&["photo"]));
    let given = asked()
        .when(officer(), supply(&["photo", "diary"]))
        .then_refused(Code::ScopeExceeded);
    assert_eq!(given.refusal().given, "diary");
    asked()
        .when(officer(), supply(&[]))
        .then_refused(Code::FieldMissing);
    submitted()
        .when(officer(), supply(&["photo"]))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn the_windows_decision_begins_the_hand_back() {
    let given = submitted()
        .at("2026-03-10 10:00")
        .when(officer(), record(true, ""))
        .then(&["WindowDecided", "ClockStopped", "ClockStarted"]);
    assert_eq!(given.due(HAND_BACK), at("2026-03-11 18:00"));
}

#[test]
fn a_refusal_by_the_window_keeps_its_written_reason() {
    submitted()
        .when(officer(), record(false, " "))
        .then_refused(Code::ReasonRequired);
    let unnumbered = C::RecordDecision {
        granted: true,
        reason: String::new(),
        document: String::new(),
        decided_at: None,
    };
    submitted()
        .when(officer(), unnumbered)
        .then_refused(Code::FieldMissing);
    submitted()
        .and(officer(), request(&["photo"]))
        .when(officer(), record(true, ""))
        .then_refused(Code::MandateStageWrong);
    let given = submitted()
        .and(officer(), record(false, "eleven months are missing"))
        .and(officer(), hand_back(&PAPERS));
    let response = given.case.response.as_ref().unwrap();
    assert_eq!(response.outcome, Outcome::Explained);
}

fn record_of(decided: &str) -> C {
    C::RecordDecision {
        granted: true,
        reason: String::new(),
        document: "JD-1".to_owned(),
        decided_at: Some(at(decided)),
    }
}

#[test]
fn a_decision_entered_late_stopped_the_windows_limit_when_it_was_made() {
    let card = C::RaiseCard {
        card: crate::case::stage::Card::Yellow,
        rule: "overdue_150".to_owned(),
        emergency: false,
        note: String::new(),
    };
    // The limit of twenty working days ends on Monday 30 March; the agent types it in May.
    let given = submitted()
        .at("2026-05-20 10:00")
        .when(officer(), record_of("2026-03-30 10:00"))
        .then(&["WindowDecided", "ClockStopped", "ClockStarted"])
        .when(system(), card)
        .then(&["SupervisionRaised"]);
    // The card is for the agent, who kept the papers, and not for the window.
    let carded = &given.case.cards[0];
    assert_eq!(carded.unit, Some("C-east".into()));
    let mut clocks = given.case.clocks.iter();
    let statutory = clocks.find(|clock| clock.id == STATUTORY).unwrap();
    assert_eq!(statutory.ended_at, Some(at("2026-03-30 10:00")));
    assert_eq!(statutory.on_time(), Some(true));
    assert!(statutory.consumed < statutory.budget);
    // Since then the agent owes the papers: late is late.
    assert_eq!(given.due(HAND_BACK), at("2026-03-31 18:00"));
    let late = submitted()
        .at("2026-05-20 10:00")
        .and(officer(), record_of("2026-04-01 10:00"));
    let mut clocks = late.case.clocks.iter();
    let statutory = clocks.find(|clock| clock.id == STATUTORY).unwrap();
    assert_eq!(statutory.on_time(), Some(false));
}

#[test]
fn a_window_decides_neither_in_the_future_nor_before_its_limit_runs() {
    let future = submitted()
        .at("2026-03-10 10:00")
        .when(officer(), record_of("2026-03-10 10:01"))
        .then_refused(Code::InTheFuture);
    assert!(future.refusal().given.starts_with("decided_at 2026-03-10"));
    let early = future
        .when(officer(), record_of("2026-03-02 14:59"))
        .then_refused(Code::BeforeItsCause);
    assert_eq!(
        early.refusal().accepted,
        at("2026-03-02 15:00").to_rfc3339()
    );
    // Nor while it still waited for materials.
    early
        .and(officer(), request(&["photo"]))
        .at("2026-03-12 10:00")
        .and(officer(), supply(&["photo"]))
        .when(officer(), record_of("2026-03-11 10:00"))
        .then_refused(Code::BeforeItsCause)
        .and(officer(), record_of("2026-03-12 10:00"));
}

#[test]
fn a_hand_back_of_everything_is_the_response_that_resident_and_leader_sign() {
    let given = decided()
        .at("2026-03-11 10:00")
        .when(officer(), hand_back(&PAPERS))
        .then(&[
            "HandedBack",
            "ClockStopped",
            "ResponseSubmitted",
            "ClockStarted",
        ]);
    assert_eq!(given.case.stage, Some(Stage::Responded));
    let response = given.case.response.as_ref().unwrap();
    assert_eq!(response.outcome, Outcome::Resolved);
    given
        .when(resident(), C::SignOff {})
        .then(&["SignOffRecorded", "ClockStopped", "ClockStarted"])
        .when(leader(), C::SignOff {})
        .then(&["SignOffRecorded", "ClockStopped", "CaseClosed"]);
}

#[test]
fn a_hand_back_needs_every_paper_and_no_other() {
    let given = decided()
        .when(officer(), hand_back(&[PAPERS[0]]))
        .then_refused(Code::PapersOutstanding);
    assert_eq!(given.refusal().given, "contribution record");
    decided()
        .when(
            officer(),
            hand_back(&[PAPERS[0], PAPERS[1], "a neighbour's deed"]),
        )
        .then_refused(Code::ScopeExceeded);
    decided()
        .when(officer(), hand_back(&[]))
        .then_refused(Code::FieldMissing);
    submitted()
        .when(officer(), hand_back(&PAPERS))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn a_hand_back_without_the_principals_signature_is_no_proof() {
    let unsigned = C::HandBack {
        papers: list(&PAPERS),
        signature: String::new(),
    };
    decided()
        .when(officer(), unsigned)
        .then_refused(Code::EvidenceMissing);
}

#[test]
fn a_revoked_mandate_ends_the_case_when_all_papers_are_back() {
    for given in [mandated(), submitted(), decided()] {
        let given = given
            .when(resident(), revoke(&[PAPERS[0]]))
            .then_refused(Code::PapersOutstanding)
            .when(resident(), revoke(&PAPERS))
            .then(&["MandateRevoked", "ClockCancelled", "CaseWithdrawn"]);
        assert_eq!(given.case.stage, Some(Stage::Withdrawn));
    }
    mandated()
        .when(resident(), revoke(&[PAPERS[0], PAPERS[1], "a deed"]))
        .then_refused(Code::ScopeExceeded);
    awaiting_mandate()
        .when(resident(), revoke(&[]))
        .then_refused(Code::MandateStageWrong);
}

#[test]
fn a_substitute_of_the_same_grid_acts_from_then_on() {
    let given = mandated()
        .when(leader(), substitute_by(substitute(), true))
        .then(&["AgentSubstituted"]);
    assert_eq!(
        given.case.handler.as_ref().unwrap().person,
        substitute().person
    );
    given
        .when(officer(), submit())
        .then_refused(Code::ScopeExceeded)
        .when(substitute(), submit())
        .then(&["SubmittedToWindow", "ClockStopped", "ClockStarted"]);
}

#[test]
fn a_substitute_is_in_office_of_the_grid_another_person_and_known_to_the_principal() {
    for (agent, told, code) in [
        (
            Actor::new("P-nobody", Role::GridOfficer, "C-east"),
            true,
            Code::PersonInactive,
        ),
        (officer_of_neighbour(), true, Code::NotThisGrid),
        (officer(), true, Code::AlreadyDone),
        (substitute(), false, Code::PrincipalNotTold),
    ] {
        mandated()
            .when(leader(), substitute_by(agent, told))
            .then_refused(code);
    }
    awaiting_mandate()
        .when(leader(), substitute_by(officer(), true))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn a_reopened_case_begins_with_a_new_mandate() {
    let given = decided()
        .and(officer(), hand_back(&PAPERS))
        .and(resident(), C::SignOff {})
        .and(leader(), C::SignOff {})
        .at("2026-03-20 10:00")
        .beside(2)
        .when(
            leader(),
            C::Reopen {
                ground: crate::case::command::ReopenGround::SameProblem,
                note: "the amount is wrong".to_owned(),
                same_as: Some(crate::ids::CaseId(uuid::Uuid::from_u128(2))),
            },
        )
        .then(&["CaseReopened", "ClockStarted"]);
    assert_eq!(given.due(TAKE_PAPERS), at("2026-03-23 18:00"));
    given
        .when(officer(), grant(|_| ()))
        .then(&["MandateGranted", "ClockStopped", "ClockStarted"]);
}

fn guardian() -> Actor {
    Actor::new("R-daughter", Role::Resident, "")
}

fn with_guardian() -> Given {
    let grant = grant(|mandate| {
        mandate.guardian = Some(Reporter {
            subject: serde_json::from_value("R-daughter".into()).unwrap(),
            details: None,
        });
    });
    awaiting_mandate().and(officer(), grant)
}

#[test]
fn principal_and_guardian_revoke_and_no_officer_of_the_grid() {
    mandated()
        .when(officer(), revoke(&PAPERS))
        .then_refused(Code::NotYourStep)
        .and(resident(), revoke(&PAPERS));
    with_guardian().and(guardian(), revoke(&PAPERS));
    mandated()
        .when(guardian(), revoke(&PAPERS))
        .then_refused(Code::NotTheReporter);
}

#[test]
fn only_principal_or_guardian_sign_and_not_whoever_reported() {
    let back = || {
        let grant = grant(|mandate| {
            mandate.principal.subject = serde_json::from_value("R-grandmother".into()).unwrap();
            mandate.guardian = Some(Reporter {
                subject: serde_json::from_value("R-daughter".into()).unwrap(),
                details: None,
            });
        });
        awaiting_mandate()
            .and(officer(), grant)
            .and(officer(), submit())
            .and(officer(), record(true, ""))
            .and(officer(), hand_back(&PAPERS))
    };
    back()
        .when(resident(), C::SignOff {})
        .then_refused(Code::NotTheReporter);
    back().and(guardian(), C::SignOff {});
    let grandmother = Actor::new("R-grandmother", Role::Resident, "");
    back().and(grandmother, C::SignOff {});
}

#[test]
fn an_agent_who_was_replaced_does_not_countersign() {
    Given::nothing()
        .and(resident(), report())
        .and(leader(), accept(CaseClass::Proxy, PENSION))
        .and(leader(), grant(|_| ()))
        .and(leader(), submit())
        .and(leader(), substitute_by(officer(), true))
        .and(officer(), record(true, ""))
        .and(officer(), hand_back(&PAPERS))
        .and(resident(), C::SignOff {})
        .when(leader(), C::SignOff {})
        .then_refused(Code::SelfSignOff)
        .and(community_secretary(), C::SignOff {});
}

#[test]
fn no_case_ends_or_changes_its_class_over_papers_that_are_out() {
    let void = C::ProposeVoid {
        reason: "entered twice".to_owned(),
    };
    mandated()
        .when(
            resident(),
            C::Withdraw {
                reason: "no more".to_owned(),
            },
        )
        .then_refused(Code::PapersOutstanding)
        .and(dispatcher(), void)
        .when(duty_chief(), C::ConfirmVoid {})
        .then_refused(Code::PapersOutstanding)
        .and(resident(), revoke(&PAPERS))
        .and(duty_chief(), C::ConfirmVoid {});
}
