//! One evaluation as people and scripts see it: facts and forms for who fills one, commitments until
//! the reveal, then answers, points and appeals.

use crate::failure::Failure;
use crate::labels::{self, DASH, Names};
use crate::moment::show;
use crate::output::Output;
use crate::table::Table;
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{
    Answers, Appeal, AppealRules, Evaluation, Form, Kept, LegFacts, Opening, Side, hundredths,
};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::domain::text::Text;
use gridwhistle::{Engine, EngineError};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Shown {
    case: CaseId,
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    pair: EvaluationPair,
    window_ends: Option<DateTime<Utc>>,
    /// Silence is no breach.
    optional: bool,
    /// What is known of the leg.
    facts: Option<LegFacts>,
    /// The stars that are computed, by item.
    computed: BTreeMap<String, u8>,
    /// What each side is asked.
    forms: Vec<ShownForm>,
    /// The commitments, by side.
    sealed: BTreeMap<&'static str, String>,
    /// The answers, once both sides are opened together.
    revealed: Option<BTreeMap<&'static str, Answers>>,
    /// What they come to, from 0 to 100.
    points: Option<BTreeMap<&'static str, Decimal>>,
    lapsed: Vec<&'static str>,
    appeal_until: Option<DateTime<Utc>>,
    appeals: Vec<ShownAppeal>,
}

#[derive(Serialize)]
struct ShownForm {
    side: &'static str,
    version: String,
    items: Vec<ShownItem>,
    /// The reason codes for two stars and less.
    reasons: Vec<Coded>,
}

#[derive(Serialize)]
struct ShownItem {
    #[serde(flatten)]
    coded: Coded,
    weight: u32,
    computed: bool,
}

#[derive(Serialize)]
struct Coded {
    code: String,
    #[serde(flatten)]
    name: Text,
}

#[derive(Serialize)]
struct ShownAppeal {
    /// Whose form it is against.
    side: &'static str,
    #[serde(flatten)]
    appeal: Appeal,
    /// The words of its ground.
    ground_name: Option<Text>,
}

impl ShownForm {
    fn of(side: Side, form: &Form) -> Self {
        let coded = |code: &String, name: &Text| Coded {
            code: code.clone(),
            name: name.clone(),
        };
        let items = form.items.iter().map(|item| ShownItem {
            coded: coded(&item.code, &item.name),
            weight: item.weight,
            computed: item.computed,
        });
        let reasons = form.reasons.iter();
        Self {
            side: side.code(),
            version: form.version.clone(),
            items: items.collect(),
            reasons: reasons.map(|(code, name)| coded(code, name)).collect(),
        }
    }
}

impl Shown {
    pub(super) async fn of(
        engine: &Engine,
        case: CaseId,
        pair: EvaluationPair,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Self, EngineError> {
        let evaluation = match as_of {
            Some(at) => engine.evaluation_as_of(case, &pair, at).await?,
            None => engine.evaluation(case, &pair).await?,
        };
        let at = as_of.unwrap_or_else(|| engine.now());
        Ok(Self::at(at, case, pair, &evaluation))
    }

    fn at(
        as_of: DateTime<Utc>,
        case: CaseId,
        pair: EvaluationPair,
        evaluation: &Evaluation,
    ) -> Self {
        let opening = evaluation.opening();
        let rules = opening.map_or_else(AppealRules::default, Opening::appeal_rules);
        let sealed = evaluation.sealed().iter();
        let revealed = evaluation.revealed();
        let answers = revealed.map(|forms| {
            let answers = forms.iter();
            let answers = answers.map(|(side, form)| (side.code(), form.answers.clone()));
            answers.collect()
        });
        let form = |opening: &Opening| {
            let forms = Side::ALL.iter();
            let forms = forms.map(|side| ShownForm::of(*side, opening.form(*side)));
            forms.collect()
        };
        let appeals = evaluation
            .appeals()
            .iter()
            .map(|(side, appeal)| ShownAppeal {
                side: side.code(),
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
                .map(|(side, form)| (side.code(), form.commitment.clone()))
                .collect(),
            revealed: answers,
            points: opening.zip(revealed).map(|(opening, forms)| {
                let points = forms.iter().filter_map(|(side, form)| {
                    let form = hundredths(opening.form(*side), &form.answers, &opening.computed);
                    Some((side.code(), Decimal::new(i64::from(form?), 2).normalize()))
                });
                points.collect()
            }),
            lapsed: evaluation.lapsed().iter().map(|side| side.code()).collect(),
            appeal_until: evaluation.appeal_until(),
            appeals: appeals.collect(),
        }
    }

    pub(super) fn tell(&self, out: &Output, names: &Names) -> Result<(), Failure> {
        if let Some(facts) = &self.facts {
            out.say(told(W::FactsLine, &[&facts_line(facts)]))?;
        }
        out.table(&self.table(names))?;
        if self.revealed.is_none() && self.lapsed.is_empty() {
            out.part(&self.asked())?;
        }
        for ShownAppeal {
            side,
            appeal,
            ground_name,
        } in &self.appeals
        {
            let ground = ground_name.as_ref();
            let ground = ground.map_or_else(|| appeal.ground.clone(), say);
            let decided = match appeal.decision.as_ref().map(|decision| decision.upheld) {
                None => W::AppealWaits,
                Some(true) => W::AppealUpheld,
                Some(false) => W::AppealDismissed,
            };
            let whose = rater(side);
            out.say(told(
                W::AppealLine,
                &[&whose, &ground, &appeal.note, &decided],
            ))?;
        }
        Ok(())
    }

    fn table(&self, names: &Names) -> Table {
        let mut table = Table::new([W::HSide, W::HUnit, W::HCommitment, W::HScores, W::HPoints]);
        for (side, unit) in [
            (Side::Area, &self.pair.left),
            (Side::Department, &self.pair.right),
        ] {
            let side = side.code();
            let lapsed = self.lapsed.contains(&side).then(|| W::Lapsed.to_string());
            let waiting = self.window_ends;
            let waiting = waiting.map(|ends| told(W::UntilThen, &[&show(ends)]));
            let commitment = self.sealed.get(side).cloned();
            let points = self.points.as_ref().and_then(|points| points.get(side));
            table.row([
                rater(side).to_string(),
                names.unit(Some(unit.as_str())),
                commitment.or(lapsed).or(waiting).unwrap_or_else(dash),
                self.scores(side).unwrap_or_else(dash),
                points.map_or_else(dash, Decimal::to_string),
            ]);
        }
        table.fold()
    }

    /// The answers of a side, each under the name of its item.
    fn scores(&self, side: &str) -> Option<String> {
        let answers = self.revealed.as_ref()?.get(side)?;
        let form = self.forms.iter().find(|form| form.side == side);
        let name = |code: &String| {
            let mut items = form.into_iter().flat_map(|form| &form.items);
            let item = items.find(|item| item.coded.code == *code);
            item.map_or_else(|| code.clone(), |item| say(&item.coded.name))
        };
        let each = answers.0.iter();
        let each = each.map(|(item, answer)| format!("{} {}", name(item), answer.score));
        Some(each.collect::<Vec<_>>().join(&W::ListComma.to_string()))
    }

    /// What is asked of whom, for who has still to seal.
    fn asked(&self) -> Table {
        let mut table = Table::new([W::HSide, W::HItem, W::HName, W::HFactor, W::HScores]);
        for form in &self.forms {
            for item in &form.items {
                let stars = self.computed.get(&item.coded.code);
                let stars = stars.map_or_else(dash, u8::to_string);
                table.row([
                    rater(form.side).to_string(),
                    item.coded.code.clone(),
                    say(&item.coded.name),
                    item.weight.to_string(),
                    if item.computed { stars } else { String::new() },
                ]);
            }
        }
        table
    }
}

fn dash() -> String {
    DASH.to_owned()
}

fn rater(side: &str) -> W {
    match side {
        "area" => W::HArea,
        _ => W::HDepartment,
    }
}

/// The facts of a leg in one line.
pub(super) fn facts_line(facts: &LegFacts) -> String {
    let duty = |word: W, kept: &Kept| {
        let late = if kept.in_time {
            W::FactInTime
        } else {
            W::FactLate
        };
        let (took, of) = (labels::hours(kept.minutes), labels::hours(kept.budget));
        told(W::FactDuty, &[&word, &took, &of, &late])
    };
    let duties = [
        (W::HAcknowledged, &facts.acknowledged),
        (W::HContacted, &facts.contacted),
        (W::HReportedIn, &facts.reported_in),
        (W::HHandled, &facts.handled),
    ];
    let mut told: Vec<String> = duties
        .iter()
        .filter_map(|(word, kept)| Some(duty(*word, kept.as_ref()?)))
        .collect();
    if facts.by_the_clock {
        told.push(W::FactByTheClock.to_string());
    }
    if facts.report_in_waived {
        told.push(W::FactWaived.to_string());
    }
    let counts = [
        (W::HReworks, facts.reworks),
        (W::HReturns, facts.returns),
        (W::HExtensions, facts.extensions),
    ];
    told.extend(counts.map(|(word, count)| format!("{word} {count}")));
    if let Some(at) = facts.carded_at {
        told.push(crate::words::told(W::FactCarded, &[&show(at)]));
    }
    told.join(&W::ListComma.to_string())
}
