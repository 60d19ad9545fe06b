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
use gridwhistle::domain::evaluation::{Kept, LegFacts, Side};
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::models::{EvaluationSheet, SheetAppeal};
use gridwhistle::{Engine, EngineError};
use rust_decimal::Decimal;

/// What is known of an evaluation now, or then.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub(super) async fn of(
    engine: &Engine,
    case: CaseId,
    pair: EvaluationPair,
    as_of: Option<DateTime<Utc>>,
) -> Result<EvaluationSheet, EngineError> {
    let evaluation = match as_of {
        Some(at) => engine.evaluation_as_of(case, &pair, at).await?,
        None => engine.evaluation(case, &pair).await?,
    };
    let at = as_of.unwrap_or_else(|| engine.now());
    Ok(EvaluationSheet::of(&evaluation, (case, pair), at))
}

/// Tells one evaluation on a terminal.
pub(super) struct Told<'a>(pub(super) &'a EvaluationSheet);

impl Told<'_> {
    pub(super) fn tell(&self, out: &Output, names: &Names) -> Result<(), Failure> {
        if let Some(facts) = &self.0.facts {
            out.say(told(W::FactsLine, &[&facts_line(facts)]))?;
        }
        out.table(&self.table(names))?;
        if self.0.revealed.is_none() && self.0.lapsed.is_empty() {
            out.part(&self.asked())?;
        }
        for SheetAppeal {
            side,
            appeal,
            ground_name,
        } in &self.0.appeals
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
            (Side::Area, &self.0.pair.left),
            (Side::Department, &self.0.pair.right),
        ] {
            let side = side.code();
            let lapsed = self
                .0
                .lapsed
                .iter()
                .any(|one| one == side)
                .then(|| W::Lapsed.to_string());
            let waiting = self.0.window_ends;
            let waiting = waiting.map(|ends| told(W::UntilThen, &[&show(ends)]));
            let commitment = self.0.sealed.get(side).cloned();
            let points = self.0.points.as_ref().and_then(|points| points.get(side));
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
        let answers = self.0.revealed.as_ref()?.get(side)?;
        let form = self.0.forms.iter().find(|form| form.side == side);
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
        for form in &self.0.forms {
            for item in &form.items {
                let stars = self.0.computed.get(&item.coded.code);
                let stars = stars.map_or_else(dash, u8::to_string);
                table.row([
                    rater(&form.side).to_string(),
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
