//! Every rule has a policy with exactly its hole.

mod numbers;
mod opinion;
mod satisfaction;
mod signing;

use super::*;
use crate::case::command::CommandName;
use crate::case::kit::chinese::bare_english;
use crate::case::steps::Step;
use crate::text::Text;

/// The built-in rules with one part of the text replaced; the part must be there.
fn with(from: &str, to: &str) -> String {
    let text = Policy::default_text();
    assert!(text.contains(from), "not in the built-in rules: {from}");
    text.replacen(from, to, 1)
}

/// Replaces within the tables of one class.
fn within(class: &str, from: &str, to: &str) -> String {
    let text = Policy::default_text();
    let (before, rest) = text.split_once(&format!("[class.{class}]")).unwrap();
    assert!(rest.contains(from), "not in {class}: {from}");
    format!("{before}[class.{class}]{}", rest.replacen(from, to, 1))
}

/// The findings are exactly these rules at these fields.
#[track_caller]
fn holes(text: &str, expected: &[(CheckRule, &str)]) {
    let (_, found) = check_text(text).unwrap();
    let given: Vec<(CheckRule, &str)> = found
        .iter()
        .map(|finding| (finding.rule, finding.place.field.as_str()))
        .collect();
    assert_eq!(given, expected, "{}", codes(&found));
    for finding in &found {
        let told = finding.message(Language::ZhCn);
        let rest = told.split_once('；').map_or("", |(_, rest)| rest);
        let bare = bare_english(rest);
        assert_eq!(bare, None, "{told}: a line for refusal::phrases");
    }
}

#[test]
fn the_built_in_rules_have_no_finding() {
    let (_, found) = check_text(Policy::default_text()).unwrap();
    assert_eq!(found, [], "{}", codes(&found));
}

#[test]
fn a_class_without_a_row_is_found() {
    let mut policy = Policy::built_in();
    policy.class.remove(&CaseClass::Proxy);
    policy.legal.retain(|law| law.class != CaseClass::Proxy);
    let found = check(&policy);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, CheckRule::ClassMissing);
    assert_eq!(found[0].place.class, Some(CaseClass::Proxy));
}

#[test]
fn a_kind_of_whistle_without_a_row_is_found() {
    let text = Policy::default_text();
    let (before, rest) = text.split_once("[whistle.hard]").unwrap();
    let (_, after) = rest.split_once("[whistle.emergency]").unwrap();
    let text = format!("{before}[whistle.emergency]{after}");
    holes(&text, &[(CheckRule::WhistleMissing, "whistle.hard")]);
}

#[test]
fn a_name_in_one_language_only_is_found() {
    holes(
        &with("en = \"routine whistle\"", "en = \" \""),
        &[(CheckRule::LabelMissing, "whistle.routine.label")],
    );
    holes(
        &with("en = \"reported before\"", "en = \"\""),
        &[(CheckRule::LabelMissing, "reasons.reject.duplicate")],
    );
}

#[test]
fn an_empty_table_of_reasons_is_found() {
    let mut policy = Policy::built_in();
    policy.reasons.rework.clear();
    let rules: Vec<CheckRule> = check(&policy).iter().map(|one| one.rule).collect();
    assert_eq!(rules, [CheckRule::ReasonsMissing]);
}

#[test]
fn an_unknown_reason_is_found_with_those_there_are() {
    let text = within("time_limited", "\"force_majeure\"]", "\"weather\"]");
    holes(
        &text,
        &[(
            CheckRule::ReasonUnknown,
            "class.time_limited.suspension.reasons",
        )],
    );
    let (_, found) = check_text(&text).unwrap();
    assert_eq!(found[0].given, "weather");
    assert!(found[0].accepted.contains("force_majeure"));
    let line = found[0].place.line.unwrap();
    assert!(text.lines().nth(line - 1).unwrap().contains("weather"));
}

#[test]
fn rules_that_need_each_other_are_asked_for_together() {
    holes(
        &within("time_limited", "adjudicate_after = 3\n", ""),
        &[(
            CheckRule::Incomplete,
            "class.time_limited.returns.adjudicate_after",
        )],
    );
    holes(
        &within("time_limited", "cap_percent = 100", "cap_percent = 0"),
        &[(
            CheckRule::Incomplete,
            "class.time_limited.suspension.cap_percent",
        )],
    );
    holes(
        &with("description_max = 4000", "description_max = 0"),
        &[(CheckRule::Incomplete, "windows.description_max")],
    );
}

#[test]
fn a_coordination_class_without_meetings_is_found_and_cannot_go_on() {
    let mut policy = Policy::built_in();
    policy
        .class
        .get_mut(&CaseClass::Special)
        .unwrap()
        .coordination = None;
    let found = check(&policy);
    let rules: Vec<CheckRule> = found.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&CheckRule::Incomplete), "{rules:?}");
    let stuck = found
        .iter()
        .find(|one| one.rule == CheckRule::StageWithoutExit);
    assert_eq!(stuck.unwrap().place.class, Some(CaseClass::Special));
}

#[test]
fn disputes_need_a_class_that_is_coordinated_and_self_handling_a_direct_one() {
    let mut policy = Policy::built_in();
    policy.class.get_mut(&CaseClass::OnTheSpot).unwrap().route = crate::policy::rows::Route::Unit;
    let found = check(&policy);
    assert!(
        found
            .iter()
            .any(|one| one.rule == CheckRule::Incomplete && one.given == "report-handled")
    );
}

#[test]
fn empty_evidence_is_found() {
    holes(
        &within(
            "on_the_spot",
            "[[\"after_photo\"], [\"resident_confirmation\"]]",
            "[[\"after_photo\"], []]",
        ),
        &[(CheckRule::EvidenceEmpty, "class.on_the_spot.evidence[1]")],
    );
    let text = within(
        "proxy",
        "[[\"mandate\", \"receipt\", \"result_document\", \"hand_back_signature\"]]",
        "[]",
    );
    holes(&text, &[(CheckRule::EvidenceEmpty, "class.proxy.evidence")]);
}

#[test]
fn every_duty_of_every_route_needs_its_clock() {
    for class in CaseClass::ALL {
        let route = Policy::built_in().row(class).unwrap().route;
        for name in duty::duties(route) {
            let mut policy = Policy::built_in();
            let row = policy.class.get_mut(&class).unwrap();
            let mut limits = toml::Table::try_from(&row.limits).unwrap();
            assert!(limits.remove(name.code()).is_some(), "{class} {name}");
            row.limits = limits.try_into().unwrap();
            let found = check(&policy);
            let field = format!("class.{class}.limits.{name}");
            let here = found
                .iter()
                .filter(|one| one.rule == CheckRule::DutyWithoutClock);
            let fields: Vec<&str> = here.map(|one| one.place.field.as_str()).collect();
            assert_eq!(fields, [field]);
        }
    }
}

#[test]
fn a_hold_needs_a_review_and_an_emergency_its_ratification() {
    holes(
        &within("special", "review = \"90 d\"\n", ""),
        &[(
            CheckRule::DutyWithoutClock,
            "class.special.suspension.review",
        )],
    );
    holes(
        &with("ratify = \"24 h\"\n", ""),
        &[(CheckRule::DutyWithoutClock, "whistle.emergency.ratify")],
    );
}

/// The step table without the rows of a command.
fn without(commands: &[CommandName]) -> Vec<Step> {
    let keep = |step: &&Step| !commands.contains(&step.command);
    STEPS.iter().filter(keep).copied().collect()
}

#[test]
fn a_stage_that_nobody_can_leave_is_found_in_the_step_table() {
    use CommandName as C;
    for (commands, class, stage) in [
        (&[C::Resume][..], CaseClass::Special, "suspended"),
        (&[C::Decide], CaseClass::Special, "coordinating"),
        (&[C::Accept], CaseClass::Proxy, "reported"),
        (
            &[C::Acknowledge, C::AutoAcknowledge],
            CaseClass::TimeLimited,
            "dispatched",
        ),
        (&[C::Archive], CaseClass::OnTheSpot, "closed"),
        (
            &[C::SignOff, C::AutoSignOff],
            CaseClass::OnTheSpot,
            "responded",
        ),
        (&[C::HandBack], CaseClass::Proxy, "in_progress"),
        (
            &[C::SupplyMaterials],
            CaseClass::Proxy,
            "awaiting_materials",
        ),
        (&[C::RecordDecision], CaseClass::Proxy, "submitted"),
    ] {
        let found = exit::findings(&Policy::built_in(), &without(commands));
        let here = found
            .iter()
            .any(|one| one.place.class == Some(class) && one.place.stage.as_deref() == Some(stage));
        assert!(here, "{commands:?} {class} {stage}: {}", codes(&found));
    }
}

#[test]
fn a_whistle_that_nobody_may_approve_leaves_the_case_stuck() {
    let mut policy = Policy::built_in();
    for row in policy.whistle.values_mut() {
        row.approver = crate::actor::Rank::City;
    }
    let found = check(&policy);
    let stages: Vec<&str> = found
        .iter()
        .filter(|one| one.rule == CheckRule::StageWithoutExit)
        .filter_map(|one| one.place.stage.as_deref())
        .collect();
    assert_eq!(stages, ["whistled"]);
}

#[test]
fn every_rule_is_broken_by_some_test_and_speaks_both_languages() {
    let tests = [
        include_str!("tests.rs"),
        include_str!("tests/numbers.rs"),
        include_str!("tests/opinion.rs"),
        include_str!("tests/satisfaction.rs"),
        include_str!("tests/signing.rs"),
    ]
    .concat();
    for rule in CheckRule::ALL {
        assert!(
            tests.contains(&format!("CheckRule::{rule:?}")),
            "{rule} has no test"
        );
        let Text { zh, en } = rule.label();
        assert!(!zh.is_empty() && !en.is_empty());
    }
}

#[test]
fn a_finding_is_one_line_with_place_rule_and_what_is_accepted() {
    let text = within("special", "quorum_percent = 67", "quorum_percent = 0");
    let (_, found) = check_text(&text).unwrap();
    let line = found[0].place.line.unwrap();
    assert_eq!(
        found[0].message(Language::En),
        format!(
            "line {line}: `class.special.coordination.quorum_percent`: percents stay in their range; \
             given: 0; accepted: 1-100"
        )
    );
    assert!(
        found[0]
            .message(Language::ZhCn)
            .contains("百分比须在允许范围内")
    );
}
