//! What an evaluation opens with: the forms and rules of the policy that the case pinned, and the
//! facts of the leg.

use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{LegFacts, Opening};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::rows::{EvaluationMode, EvaluationRules, Forms};

use chrono::{DateTime, Utc};

/// The opening of a pair's evaluation, as the case stands.
pub(super) fn opening(
    case: CaseId,
    state: &Case,
    pair: &EvaluationPair,
    window_ends: DateTime<Utc>,
    pinned: Option<&Policy>,
) -> Opening {
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
    Opening {
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
