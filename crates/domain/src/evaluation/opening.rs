//! What an evaluation opens with: the forms and rules of the policy that the case pinned, and the
//! facts of the leg.

use super::fact::Opening;
use super::facts::LegFacts;
use crate::case::Case;
use crate::case::record::EvaluationPair;
use crate::ids::CaseId;
use crate::policy::Policy;
use crate::policy::rows::{EvaluationMode, EvaluationRules, Forms};
use chrono::{DateTime, Utc};

impl Opening {
    /// The opening of a pair's evaluation, as the case stands.
    #[must_use]
    pub fn of(
        case: CaseId,
        state: &Case,
        pair: &EvaluationPair,
        window_ends: DateTime<Utc>,
        pinned: Option<&Policy>,
    ) -> Self {
        let (forms, rules) = pinned.map_or_else(
            || (Forms::default(), EvaluationRules::default()),
            |policy| (policy.form.clone(), policy.evaluation.clone()),
        );
        let facts = LegFacts::of(state, pair.leg);
        let computed = facts.as_ref().map(|facts| {
            let speed = &rules.response_speed;
            let mut computed = facts.computed(&forms.area, speed);
            computed.extend(facts.computed(&forms.department, speed));
            computed
        });
        let row = pinned.zip(state.class);
        let row = row.and_then(|(policy, class)| policy.row(class));
        Self {
            case,
            leg: pair.leg,
            area: pair.left.clone(),
            department: pair.right.clone(),
            area_form: forms.area,
            department_form: forms.department,
            window_ends,
            facts,
            computed: computed.unwrap_or_default(),
            optional: row.is_some_and(|row| row.evaluation == EvaluationMode::Optional),
            appeals: Some(rules.appeal),
        }
    }
}

impl EvaluationPair {
    /// The name of its stream after a closure of the case, counted from 1: a case that is reopened and
    /// closed again is evaluated again.
    #[must_use]
    pub fn stream(&self, case: CaseId, closure: usize) -> String {
        let first = format!("{case}/{}/{}", self.leg, self.left);
        match closure {
            0 | 1 => first,
            later => format!("{first}/{later}"),
        }
    }
}
