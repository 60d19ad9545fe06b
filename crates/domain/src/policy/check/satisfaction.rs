//! The rules on residents' opinions: a share of cases is called back, and the weights make a whole.

use super::{CheckRule as Rule, Finding};
use crate::policy::Policy;

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let rules = &policy.satisfaction;
    let percent = rules.callback_percent;
    let mut found = Vec::new();
    if percent > 100 {
        let field = "satisfaction.callback_percent";
        found.push(Finding::error(Rule::PercentRange, field, percent, "0-100"));
    }
    let weights = rules.weights();
    let each = [weights.response, weights.solved, weights.satisfied];
    let sum: u64 = each.iter().copied().map(u64::from).sum();
    if sum != 100 {
        let accepted = "response_weight + solved_weight + satisfied_weight = 100";
        let finding = Finding::error(Rule::WeightSum, "satisfaction", sum, accepted);
        found.push(finding);
    }
    found
}
