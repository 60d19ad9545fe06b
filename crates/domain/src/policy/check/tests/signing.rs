//! Chains, verifications and approvals with a hole.

use super::*;

#[test]
fn an_empty_chain_is_found_and_the_response_is_stuck() {
    let mut policy = Policy::built_in();
    policy
        .class
        .get_mut(&CaseClass::TimeLimited)
        .unwrap()
        .sign_off
        .clear();
    let found = check(&policy);
    assert_eq!(found[0].rule, CheckRule::ChainEmpty);
    let stuck = |stage: Stage| {
        let mut all = found
            .iter()
            .filter(|one| one.rule == CheckRule::StageWithoutExit);
        all.any(|one| one.place.stage.as_deref() == Some(stage.code()))
    };
    assert!(stuck(Stage::Responded));
    assert!(stuck(Stage::Closed), "nobody ever gets there");
}

#[test]
fn a_chain_of_co_handlers_alone_is_no_chain() {
    let mut policy = Policy::built_in();
    let row = policy.class.get_mut(&CaseClass::Special).unwrap();
    row.sign_off.retain(|step| step.every_co_handler);
    let rules: Vec<CheckRule> = check(&policy).iter().map(|one| one.rule).collect();
    assert_eq!(rules, [CheckRule::ChainEmpty]);
}

#[test]
fn a_step_code_that_stands_twice_is_found() {
    holes(
        &within("undertaken", "step = \"street\"", "step = \"community\""),
        &[(CheckRule::StepCode, "class.undertaken.sign_off[1].step")],
    );
}

#[test]
fn a_step_that_the_handler_may_sign_is_found() {
    holes(
        &within(
            "on_the_spot",
            "[[class.on_the_spot.sign_off]]\nstep = \"grid_leader\"\nroles = [\"grid_leader\",",
            "[[class.on_the_spot.sign_off]]\nstep = \"grid_leader\"\nroles = [\"grid_officer\", \"grid_leader\",",
        ),
        &[
            (
                CheckRule::SelfSignOff,
                "class.on_the_spot.sign_off[0].roles",
            ),
            (CheckRule::NobodyMay, "class.on_the_spot.sign_off[0]"),
        ],
    );
    holes(
        &within(
            "undertaken",
            "step = \"street\"\nroles = [\"street_staff\"",
            "step = \"street\"\nroles = [\"department_handler\"",
        ),
        &[(CheckRule::SelfSignOff, "class.undertaken.sign_off[1].roles")],
    );
    holes(
        &within("undertaken", "scope = \"street\"", "scope = \"lead\""),
        &[(CheckRule::SelfSignOff, "class.undertaken.sign_off[1].scope")],
    );
}

#[test]
fn a_step_left_to_one_office_that_may_be_the_handler_is_a_warning() {
    let text = within(
        "undertaken",
        "scope = \"street\"\nabove = [\"supervisor\", \"district_leader\"]",
        "scope = \"street\"",
    );
    holes(
        &text,
        &[(CheckRule::SelfSignOff, "class.undertaken.sign_off[1].roles")],
    );
    assert_eq!(check_text(&text).unwrap().1[0].severity, Severity::Warning);
}

#[test]
fn a_verification_by_the_handler_is_found() {
    holes(
        &within(
            "special",
            "every_role = true\nscope = \"area\"",
            "every_role = true\nscope = \"leg\"",
        ),
        &[(CheckRule::SelfVerification, "class.special.verify.scope")],
    );
    holes(
        &within(
            "special",
            "roles = [\"party_org_secretary\", \"street_leader\"]",
            "roles = [\"department_leader\", \"street_leader\"]",
        ),
        &[
            (CheckRule::SelfVerification, "class.special.verify.roles"),
            (CheckRule::NobodyMay, "class.special.verify.roles"),
        ],
    );
}

#[test]
fn low_roles_do_not_act_from_anywhere() {
    holes(
        &within(
            "time_limited",
            "above = [\"supervisor\", \"district_leader\"]",
            "above = [\"supervisor\", \"community_secretary\"]",
        ),
        &[(CheckRule::AboveRank, "class.time_limited.verify.above")],
    );
}

#[test]
fn a_verification_that_nobody_may_give_is_found_and_the_response_is_stuck() {
    let text = within("proxy", "required = false\nroles", "required = true\nroles");
    let (_, found) = check_text(&text).unwrap();
    let rules: Vec<CheckRule> = found.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&CheckRule::NobodyMay), "{rules:?}");
    assert!(rules.contains(&CheckRule::StageWithoutExit), "{rules:?}");
}

#[test]
fn approvers_stand_in_the_step_table() {
    holes(
        &within(
            "undertaken",
            "approvers = [\"district_leader\", \"city_office\"]",
            "approvers = [\"grid_leader\"]",
        ),
        &[(
            CheckRule::NobodyMay,
            "class.undertaken.extension[1].approvers",
        )],
    );
    holes(
        &with(
            "approver = \"street\"\napprove = \"4 wh\"\nacknowledge = \"15 min\"",
            "approver = \"city\"\napprove = \"4 wh\"\nacknowledge = \"15 min\"",
        ),
        &[
            (CheckRule::NobodyMay, "whistle.emergency.approver"),
            (CheckRule::NobodyMay, "whistle.emergency.approver"),
        ],
    );
}

#[test]
fn a_class_that_takes_no_suspension_cannot_have_one() {
    let text = with(
        "[class.on_the_spot.suspension]",
        "[class.on_the_spot.suspension]\nreasons = [\"season\"]\ncap_percent = 100\napprovers = [\"street_leader\"]",
    );
    holes(
        &text,
        &[(
            CheckRule::NobodyMay,
            "class.on_the_spot.suspension.approvers",
        )],
    );
}
