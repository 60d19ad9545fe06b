//! The composite score: weights, parts and tiers.

use super::{CheckRule as Rule, Finding, codes};
use crate::policy::Policy;
use crate::score::composite::ScoreProblem as P;

pub(super) fn findings(policy: &Policy) -> Vec<Finding> {
    let rules = &policy.score;
    let finding = |problem| {
        let (field, given, accepted) = match problem {
            P::WeightSum(sum) => ("score.component".to_owned(), sum.to_string(), "100"),
            P::EmptyComponent(component) => {
                let field = format!("score.component.{component}.parts");
                (field, "0".to_owned(), "from 1")
            }
            P::PartTwice(part) => (
                "score.component".to_owned(),
                part.to_string(),
                "each part once",
            ),
            P::Tiers => ("score.tiers".to_owned(), codes(&rules.tiers), "rising"),
        };
        Finding::error(Rule::ScoreWeights, field, given, accepted)
    };
    rules.problems().into_iter().map(finding).collect()
}
