//! Forms of mutual evaluation with a hole.

use super::*;
use crate::evaluation::{Form, Side};
use crate::policy::rows::{EvaluationRules, Forms};

#[test]
fn the_built_in_forms_and_numbers_are_the_defaults() {
    let policy = Policy::built_in();
    assert_eq!(policy.form, Forms::default());
    assert_eq!(policy.form.of(Side::Area), &Form::default_of(Side::Area));
    assert_eq!(policy.evaluation, EvaluationRules::default());
}

#[test]
fn a_policy_from_before_the_forms_reads_as_the_defaults() {
    let text = Policy::default_text();
    let (before, _) = text.split_once("# 双向互评").unwrap();
    let (policy, found) = check_text(before).unwrap();
    assert_eq!((policy, found), (Policy::built_in(), Vec::new()));
}

#[test]
fn a_form_adds_up_to_a_hundred_and_names_each_item_once() {
    for (text, expected) in [
        (
            with("weight = 20, computed", "weight = 25, computed"),
            vec![(CheckRule::FormWeights, "form.area.items")],
        ),
        (
            with(
                "weight = 30 },\n    { code = \"coordination\"",
                "weight = 0 },\n    { code = \"coordination\"",
            ),
            vec![
                (CheckRule::FormWeights, "form.area.items[2].weight"),
                (CheckRule::FormWeights, "form.area.items"),
            ],
        ),
        (
            with("code = \"support\"", "code = \"needed\""),
            vec![(CheckRule::FormItems, "form.department.items[3].code")],
        ),
        (
            with("version = \"area-1\"", "version = \"\""),
            vec![(CheckRule::FormItems, "form.area.version")],
        ),
        (
            with("en = \"response speed\"", "en = \"\""),
            vec![(CheckRule::LabelMissing, "form.area.items[0].name")],
        ),
        (
            with("weight = 15 }", "weight = 15, computed = true }"),
            vec![(CheckRule::FormComputed, "form.area.items[1].computed")],
        ),
    ] {
        holes(&text, &expected);
    }
}

#[test]
fn a_form_asks_something_and_has_reasons() {
    let text = Policy::default_text();
    let (before, form) = text.split_once("[form.department]").unwrap();
    let (_, after) = form.split_once("[evaluation]").unwrap();
    let empty = "[form.department]\nversion = \"x\"\nitems = []\n[form.department.reasons]\n";
    holes(
        &format!("{before}{empty}[evaluation]{after}"),
        &[
            (CheckRule::FormItems, "form.department.items"),
            (CheckRule::ReasonsMissing, "form.department.reasons"),
        ],
    );
}

#[test]
fn the_numbers_of_evaluation_stay_in_their_range() {
    for (from, to, rule, field) in [
        (
            "participation_percent = 80",
            "participation_percent = 0",
            CheckRule::PercentRange,
            "participation_percent",
        ),
        (
            "trim_percent = 10",
            "trim_percent = 50",
            CheckRule::PercentRange,
            "scores.trim_percent",
        ),
        (
            "pair_percent = 20",
            "pair_percent = 101",
            CheckRule::PercentRange,
            "scores.pair_percent",
        ),
        (
            "low_points = 50",
            "low_points = 150",
            CheckRule::PercentRange,
            "flags.low_points",
        ),
        (
            "collusion_forms = 8",
            "collusion_forms = 0",
            CheckRule::FlagCount,
            "flags.collusion_forms",
        ),
        (
            "same_answers = 10",
            "same_answers = 1",
            CheckRule::FlagCount,
            "flags.same_answers",
        ),
        (
            "percents = [25, 50, 75, 100]",
            "percents = [25, 50, 50, 100]",
            CheckRule::SpeedOrder,
            "response_speed.percents",
        ),
        (
            "deciders = [\"supervisor\", \"district_leader\", \"city_office\"]",
            "deciders = []",
            CheckRule::Incomplete,
            "appeal.deciders",
        ),
    ] {
        holes(&with(from, to), &[(rule, &format!("evaluation.{field}"))]);
    }
}

#[test]
fn an_appeal_has_grounds() {
    let text = Policy::default_text();
    let (before, _) = text.split_once("facts_wrong =").unwrap();
    holes(
        before,
        &[(CheckRule::ReasonsMissing, "evaluation.appeal.grounds")],
    );
}
