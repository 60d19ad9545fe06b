//! The forms of mutual evaluation and their numbers: what cannot be filled, added up or appealed
//! against.

use super::{CheckRule as Rule, Finding, codes};
use crate::evaluation::form::WEIGHT_SUM;
use crate::evaluation::{Form, RESPONSE_SPEED};
use crate::policy::Policy;
use crate::text::Text;
use std::collections::BTreeSet;

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    form("form.area", &policy.form.area, &mut found);
    form("form.department", &policy.form.department, &mut found);
    numbers(policy, &mut found);
    appeal(policy, &mut found);
    found
}

fn unnamed(text: &Text) -> bool {
    text.zh.trim().is_empty() || text.en.trim().is_empty()
}

fn form(path: &str, form: &Form, found: &mut Vec<Finding>) {
    let at = |field: &str| format!("{path}.{field}");
    if form.version.trim().is_empty() {
        let accepted = "a label of the form";
        found.push(Finding::error(Rule::FormItems, at("version"), "", accepted));
    }
    let asked = form.items.iter().filter(|item| !item.computed).count();
    if asked == 0 {
        let accepted = "at least one item that is asked";
        found.push(Finding::error(
            Rule::FormItems,
            at("items"),
            asked,
            accepted,
        ));
    }
    let mut seen = BTreeSet::new();
    for (index, item) in form.items.iter().enumerate() {
        let at = |field: &str| format!("{path}.items[{index}].{field}");
        let (code, weight) = (item.code.as_str(), item.weight);
        if code.trim().is_empty() || !seen.insert(code) {
            let accepted = "a code that no other item has";
            found.push(Finding::error(Rule::FormItems, at("code"), code, accepted));
        }
        if item.computed && code != RESPONSE_SPEED {
            let rule = Rule::FormComputed;
            found.push(Finding::error(rule, at("computed"), code, RESPONSE_SPEED));
        }
        if weight == 0 {
            let rule = Rule::FormWeights;
            found.push(Finding::error(rule, at("weight"), weight, "1-100"));
        }
        if unnamed(&item.name) {
            found.push(Finding::error(Rule::LabelMissing, at("name"), "", "zh, en"));
        }
    }
    let sum: u64 = form.items.iter().map(|item| u64::from(item.weight)).sum();
    if sum != u64::from(WEIGHT_SUM) && asked > 0 {
        let rule = Rule::FormWeights;
        found.push(Finding::error(rule, at("items"), sum, WEIGHT_SUM));
    }
    words(&at("reasons"), form.reasons.iter(), found);
}

/// A table of coded words: something in it, each in both languages.
fn words<'a>(
    path: &str,
    all: impl ExactSizeIterator<Item = (&'a String, &'a Text)>,
    found: &mut Vec<Finding>,
) {
    if all.len() == 0 {
        let accepted = "at least one reason";
        found.push(Finding::error(Rule::ReasonsMissing, path, "", accepted));
    }
    for (code, _) in all.filter(|(_, text)| unnamed(text)) {
        let field = format!("{path}.{code}");
        found.push(Finding::error(Rule::LabelMissing, field, "", "zh, en"));
    }
}

fn numbers(policy: &Policy, found: &mut Vec<Finding>) {
    let rules = &policy.evaluation;
    let (scores, flags) = (&rules.scores, &rules.flags);
    for (field, given, from, until) in [
        ("participation_percent", rules.participation_percent, 1, 100),
        ("scores.trim_percent", scores.trim_percent, 0, 49),
        ("scores.pair_percent", scores.pair_percent, 1, 100),
        ("flags.collusion_points", flags.collusion_points, 0, 100),
        ("flags.low_points", flags.low_points, 0, 100),
    ] {
        if given < from || given > until {
            let (field, accepted) = (format!("evaluation.{field}"), format!("{from}-{until}"));
            found.push(Finding::error(Rule::PercentRange, field, given, accepted));
        }
    }
    for (field, given, least) in [
        ("collusion_forms", flags.collusion_forms, 1),
        ("same_answers", flags.same_answers, 2),
    ] {
        if given < least {
            let (field, accepted) = (format!("evaluation.flags.{field}"), format!("from {least}"));
            found.push(Finding::error(Rule::FlagCount, field, given, accepted));
        }
    }
    let speed = &rules.response_speed.percents;
    if speed.windows(2).any(|pair| pair[0] >= pair[1]) {
        let field = "evaluation.response_speed.percents";
        let given = codes(speed);
        found.push(Finding::error(Rule::SpeedOrder, field, given, "rising"));
    }
}

fn appeal(policy: &Policy, found: &mut Vec<Finding>) {
    let appeal = &policy.evaluation.appeal;
    if appeal.deciders.is_empty() {
        let (field, accepted) = ("evaluation.appeal.deciders", "roles");
        found.push(Finding::error(Rule::Incomplete, field, "", accepted));
    }
    words("evaluation.appeal.grounds", appeal.grounds.iter(), found);
}
