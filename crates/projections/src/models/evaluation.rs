//! One evaluation: facts and forms for who fills one, commitments until the reveal, then answers,
//! points and appeals.

use chrono::{DateTime, Utc};
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{
    Answers, Appeal, AppealRules, Evaluation, EvaluationAct, EvaluationProspect, EvaluationRefusal,
    Form, LegFacts, Opening, Side, hundredths,
};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_domain::text::{Language, Text};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// One evaluation of a pair.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EvaluationSheet {
    /// The case.
    pub case: CaseId,
    /// The instant that is told of.
    pub as_of: DateTime<Utc>,
    /// The leg, and who rate each other.
    #[serde(flatten)]
    pub pair: EvaluationPair,
    /// Until when forms are taken.
    pub window_ends: Option<DateTime<Utc>>,
    /// Silence is no breach.
    pub optional: bool,
    /// What is known of the leg.
    pub facts: Option<LegFacts>,
    /// The stars that are computed, by item.
    pub computed: BTreeMap<String, u8>,
    /// What each side is asked.
    pub forms: Vec<SheetForm>,
    /// The commitments, by side.
    pub sealed: BTreeMap<String, String>,
    /// The answers, once both sides are opened together.
    pub revealed: Option<BTreeMap<String, Answers>>,
    /// What they come to, from 0 to 100.
    pub points: Option<BTreeMap<String, Decimal>>,
    /// The sides whose window ended without a form.
    pub lapsed: Vec<String>,
    /// Until when a form may be appealed against.
    pub appeal_until: Option<DateTime<Utc>>,
    /// The grounds on which one may be appealed against.
    pub grounds: Vec<Coded>,
    /// The appeals, in order.
    pub appeals: Vec<SheetAppeal>,
    /// What the asker may do now, and why not the rest, where the answer is to somebody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<SheetAct>,
}

/// Something that one may do to an evaluation, or may not.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SheetAct {
    /// `seal`, `appeal`, `decide-appeal`: the last part of its address.
    pub act: EvaluationAct,
    /// The side whose form it is about.
    pub side: Side,
    /// Why not; none: it may be done.
    pub refusal: Option<Coded>,
}

impl From<EvaluationProspect> for SheetAct {
    fn from(prospect: EvaluationProspect) -> Self {
        let told = |refusal: EvaluationRefusal| Coded {
            code: refusal.code().to_owned(),
            name: Text::new(
                refusal.message(Language::ZhCn),
                refusal.message(Language::En),
            ),
        };
        Self {
            act: prospect.act,
            side: prospect.side,
            refusal: prospect.refusal.map(told),
        }
    }
}

/// What one side is asked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SheetForm {
    /// `area` or `department`.
    pub side: String,
    /// The version of the form.
    pub version: String,
    /// What is rated, in order.
    pub items: Vec<SheetItem>,
    /// The reason codes for two stars and less.
    pub reasons: Vec<Coded>,
}

/// One item of a form.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SheetItem {
    /// Code and name.
    #[serde(flatten)]
    pub coded: Coded,
    /// Its weight among the items.
    pub weight: u32,
    /// Whether the star is computed.
    pub computed: bool,
}

/// A code with its name.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Coded {
    /// The code.
    pub code: String,
    /// The name.
    #[serde(flatten)]
    pub name: Text,
}

/// One appeal.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SheetAppeal {
    /// Whose form it is against.
    pub side: String,
    /// The appeal.
    #[serde(flatten)]
    pub appeal: Appeal,
    /// The words of its ground.
    pub ground_name: Option<Text>,
}

fn coded(code: &str, name: &Text) -> Coded {
    Coded {
        code: code.to_owned(),
        name: name.clone(),
    }
}

impl SheetForm {
    fn of(side: Side, form: &Form) -> Self {
        let items = form.items.iter().map(|item| SheetItem {
            coded: coded(&item.code, &item.name),
            weight: item.weight,
            computed: item.computed,
        });
        let reasons = form.reasons.iter();
        Self {
            side: side.code().to_owned(),
            version: form.version.clone(),
            items: items.collect(),
            reasons: reasons.map(|(code, name)| coded(code, name)).collect(),
        }
    }
}

impl EvaluationSheet {
    /// Of what is known of it at an instant.
    #[must_use]
    pub fn of(
        evaluation: &Evaluation,
        (case, pair): (CaseId, EvaluationPair),
        as_of: DateTime<Utc>,
    ) -> Self {
        let opening = evaluation.opening();
        let rules = opening.map_or_else(AppealRules::default, Opening::appeal_rules);
        let sealed = evaluation.sealed().iter();
        let revealed = evaluation.revealed();
        let answers = revealed.map(|forms| {
            let answers = forms.iter();
            let answers =
                answers.map(|(side, form)| (side.code().to_owned(), form.answers.clone()));
            answers.collect()
        });
        let form = |opening: &Opening| {
            let forms = Side::ALL.iter();
            let forms = forms.map(|side| SheetForm::of(*side, opening.form(*side)));
            forms.collect()
        };
        let appeals = evaluation
            .appeals()
            .iter()
            .map(|(side, appeal)| SheetAppeal {
                side: side.code().to_owned(),
                ground_name: rules.grounds.get(&appeal.ground).cloned(),
                appeal: appeal.clone(),
            });
        Self {
            case,
            as_of,
            pair,
            window_ends: opening.map(|opening| opening.window_ends),
            optional: opening.is_some_and(|opening| opening.optional),
            facts: opening.and_then(|opening| opening.facts.clone()),
            computed: opening.map_or_else(BTreeMap::new, |opening| opening.computed.clone()),
            forms: opening.map_or_else(Vec::new, form),
            sealed: sealed
                .map(|(side, form)| (side.code().to_owned(), form.commitment.clone()))
                .collect(),
            revealed: answers,
            points: opening.zip(revealed).map(|(opening, forms)| {
                let points = forms.iter().filter_map(|(side, form)| {
                    let form = hundredths(opening.form(*side), &form.answers, &opening.computed);
                    Some((
                        side.code().to_owned(),
                        Decimal::new(i64::from(form?), 2).normalize(),
                    ))
                });
                points.collect()
            }),
            lapsed: evaluation
                .lapsed()
                .iter()
                .map(|side| side.code().to_owned())
                .collect(),
            appeal_until: evaluation.appeal_until(),
            grounds: rules
                .grounds
                .iter()
                .map(|(code, name)| coded(code, name))
                .collect(),
            appeals: appeals.collect(),
            acts: Vec::new(),
        }
    }

    /// The same for somebody who may act on it.
    #[must_use]
    pub fn open_to(self, outlook: Vec<EvaluationProspect>) -> Self {
        let acts = outlook.into_iter().map(SheetAct::from).collect();
        Self { acts, ..self }
    }
}
