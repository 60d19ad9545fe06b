//! The appraisal: a sound form that a person can fill, and protection of the raters.

use super::{CheckRule as Rule, Finding};
use crate::appraisal::RATERS_MIN;
use crate::policy::Policy;

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let Some(rules) = &policy.appraisal else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if rules.raters_min < RATERS_MIN {
        found.push(Finding::error(
            Rule::AppraisalUnsound,
            "appraisal.raters_min",
            rules.raters_min,
            format!("from {RATERS_MIN}"),
        ));
    }
    let items = || rules.form.items.iter();
    if rules.form.check().is_err() {
        let weights: Vec<String> = items()
            .map(|item| format!("`{}` {}", item.code, item.weight))
            .collect();
        found.push(Finding::error(
            Rule::AppraisalUnsound,
            "appraisal.form.items",
            weights.join(", "),
            "`weight`: 100",
        ));
    }
    if let Some(item) = items().find(|item| item.computed) {
        found.push(Finding::error(
            Rule::AppraisalUnsound,
            "appraisal.form.items",
            format!("`{}`: `computed = true`", item.code),
            "`computed = false`",
        ));
    }
    if rules.form.reasons.is_empty() {
        found.push(Finding::error(
            Rule::AppraisalUnsound,
            "appraisal.form.reasons",
            "-",
            "from 1",
        ));
    }
    found
}
