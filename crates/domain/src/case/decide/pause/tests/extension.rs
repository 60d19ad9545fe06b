//! 延期.

use super::*;

#[test]
fn an_extension_is_asked_for_and_its_decision_is_on_a_clock() {
    let given = at_work()
        .at("2026-03-03 10:00")
        .when(water(), ask(TWO_DAYS))
        .then(&["ExtensionRequested", "ClockStarted"]);
    assert_eq!(given.due(DECISION), at("2026-03-04 18:00"));
    assert_eq!(given.due(HANDLE), at("2026-03-09 18:00"));
}

#[test]
fn a_granted_extension_ends_with_the_nth_working_day_after_the_old_due_time() {
    let given = at_work()
        .at("2026-03-03 10:00")
        .and(water(), ask(TWO_DAYS))
        .at("2026-03-04 09:00")
        .when(dispatcher(), grant())
        .then(&["ExtensionGranted", "ClockStopped", "ClockRebased"]);
    assert_eq!(given.due(HANDLE), at("2026-03-11 18:00"));
    let clock = given.case.owed(HANDLE).unwrap();
    assert_eq!(clock.budget, clock.original + 960);
    assert_eq!(given.case.extensions_granted, 1);
    assert_eq!(given.case.extension_request, None);
}

#[test]
fn an_extension_in_hours_runs_on_from_the_old_due_time() {
    let given = at_work()
        .and(water(), ask(Limit::WorkingMinutes(90)))
        .and(dispatcher(), grant());
    assert_eq!(given.due(HANDLE), at("2026-03-10 09:30"));
}

#[test]
fn an_extension_that_was_asked_for_in_time_may_be_granted_late_and_is_no_miss() {
    let given = at_work()
        .at("2026-03-09 18:00")
        .and(water(), ask(TWO_DAYS))
        .at("2026-03-10 09:00")
        .and(dispatcher(), grant());
    assert_eq!(given.due(HANDLE), at("2026-03-11 18:00"));
    assert!(!given.case.owed(HANDLE).unwrap().missed);
}

#[test]
fn a_denied_extension_moves_nothing_and_another_may_be_asked_for() {
    let given = at_work()
        .and(water(), ask(TWO_DAYS))
        .when(dispatcher(), deny("the crew is there"))
        .then(&["ExtensionDenied", "ClockStopped"]);
    assert_eq!(given.due(HANDLE), at("2026-03-09 18:00"));
    given
        .when(water(), ask(Limit::WorkingDays(1)))
        .then(&["ExtensionRequested", "ClockStarted"]);
}

#[test]
fn an_extension_needs_a_reason() {
    let blank = C::RequestExtension {
        limit: TWO_DAYS,
        reason: " ".to_owned(),
    };
    at_work()
        .when(water(), blank)
        .then_refused(Code::ReasonRequired);
    at_work()
        .and(water(), ask(TWO_DAYS))
        .when(dispatcher(), deny(""))
        .then_refused(Code::ReasonRequired);
}

#[test]
fn only_one_extension_is_asked_for_at_a_time() {
    at_work()
        .and(water(), ask(TWO_DAYS))
        .when(water(), ask(TWO_DAYS))
        .then_refused(Code::AlreadyDone);
}

#[test]
fn after_the_due_time_nobody_asks_for_an_extension() {
    let given = at_work()
        .at("2026-03-09 18:01")
        .when(water(), ask(TWO_DAYS))
        .then_refused(Code::AfterDue);
    assert_eq!(given.refusal().given, "2026-03-09T10:00:00+00:00");
}

#[test]
fn an_extension_above_its_share_of_the_budget_is_refused_with_the_share() {
    let given = at_work()
        .when(water(), ask(Limit::WorkingDays(3)))
        .then_refused(Code::ExtensionLimit);
    let refusal = given.refusal();
    assert_eq!(refusal.given, "3 wd = 1440 min");
    assert_eq!(refusal.accepted, "50% = 1410 min");
}

#[test]
fn a_class_grants_no_more_extensions_than_its_row_has() {
    let given = at_work()
        .and(water(), ask(TWO_DAYS))
        .and(dispatcher(), grant())
        .when(water(), ask(Limit::WorkingDays(1)))
        .then_refused(Code::ExtensionLimit);
    assert_eq!(given.refusal().accepted, "1");
}

#[test]
fn no_extension_leads_beyond_the_cap_of_handling() {
    let capped = policy(|policy| {
        let row = policy.class.get_mut(&CaseClass::TimeLimited).unwrap();
        row.limits.handle_cap = Some(Limit::WorkingDays(6));
    });
    let given = at_work_in(Given::nothing().knowing(capped))
        .when(water(), ask(TWO_DAYS))
        .then_refused(Code::ExtensionLimit);
    assert_eq!(given.refusal().accepted, "6 wd = 3300 min");
}

#[test]
fn a_role_that_the_row_does_not_name_decides_on_no_extension() {
    let asked = || at_work().and(water(), ask(TWO_DAYS));
    for command in [grant(), deny("no")] {
        let given = asked()
            .when(street(), command)
            .then_refused(Code::NotYourStep);
        let accepted = &given.refusal().accepted;
        assert_eq!(accepted, "street_leader, dispatcher, duty_chief");
    }
}

#[test]
fn the_requesters_own_unit_decides_on_no_extension() {
    for command in [grant(), deny("no")] {
        street_at_work()
            .and(street(), ask(TWO_DAYS))
            .when(street_leader(), command)
            .then_refused(Code::SelfApproval);
    }
}

#[test]
fn without_a_request_there_is_nothing_to_decide() {
    for command in [grant(), deny("no")] {
        at_work()
            .when(dispatcher(), command)
            .then_refused(Code::NoRequest);
    }
}

#[test]
fn an_extension_is_granted_only_when_the_citizen_was_told() {
    let untold = C::GrantExtension {
        citizen_informed: false,
    };
    at_work()
        .and(water(), ask(TWO_DAYS))
        .when(dispatcher(), untold)
        .then_refused(Code::CitizenNotInformed);
}

#[test]
fn a_request_ends_with_the_response_and_may_be_made_anew_after_a_rework() {
    let ask = || C::RequestExtension {
        limit: "1 wd".parse().unwrap(),
        reason: "the pump is late".to_owned(),
    };
    let contact = C::ContactResident {
        leg: Some(LEAD),
        means: "telephone".to_owned(),
        note: "told".to_owned(),
    };
    let respond = C::Respond {
        outcome: crate::case::stage::Outcome::Resolved,
        reply: "sealed".to_owned(),
        evidence: vec![evidence(EvidenceKind::WrittenReply)],
        elements: None,
    };
    let rework = C::RequireRework {
        reason: "not_solved".to_owned(),
        note: "it drips".to_owned(),
    };
    at_work()
        .and(water(), ask())
        .and(water(), contact)
        .and(water(), respond)
        .and(community(), rework)
        .when(
            dispatcher(),
            C::GrantExtension {
                citizen_informed: true,
            },
        )
        .then_refused(Code::NoRequest)
        .and(water(), ask());
}
