//! Mutual evaluation: some pairs are sealed by both sides, some by one, some by none.

use super::DemoError;
use super::dice::Dice;
use super::world::World;
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::evaluation::{Answer, Answers, Form, Side};
use gridwhistle::domain::ids::{CaseId, UnitId};
use std::collections::BTreeMap;

/// Working minutes within the window of five working days.
const WINDOW_MINUTES: (i64, i64) = (60, 2_100);

/// Who means to fill a form, and when.
pub(super) fn intended(
    world: &World,
    case: &Case,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Vec<(EvaluationPair, Side, DateTime<Utc>)> {
    // Where it is optional, few bother.
    let percent = if case.class == Some(CaseClass::TimeLimited) {
        8
    } else {
        68
    };
    let mut intended = Vec::new();
    for pair in &case.evaluations {
        for side in Side::ALL.iter().copied() {
            let (low, high) = WINDOW_MINUTES;
            let minutes = dice.between(low, high);
            if dice.hits(percent) {
                intended.push((pair.clone(), side, world.working(now, minutes)));
            }
        }
    }
    intended
}

/// Seals one side's form; answers whether it was still in time.
pub(super) async fn seal(
    engine: &Engine,
    world: &World,
    case: CaseId,
    pair: &EvaluationPair,
    side: Side,
    dice: &mut Dice,
) -> Result<bool, DemoError> {
    let (own, other) = match side {
        Side::Area => (&pair.left, &pair.right),
        Side::Department => (&pair.right, &pair.left),
    };
    let answers = answers(side, other, dice);
    let state = engine.case(case).await?;
    let until = state.and_then(|case| case.evaluation_until);
    let Some(actor) = world.city.speaker(own.as_str(), dice.below(8)) else {
        return Ok(false);
    };
    if until.is_none_or(|until| engine.now() > until) {
        return Ok(false);
    }
    engine
        .seal_evaluation(&actor, case, pair, side, answers)
        .await?;
    Ok(true)
}

/// Slow units are rated lower, with a reason where the form asks for one.
fn answers(side: Side, rated: &UnitId, dice: &mut Dice) -> Answers {
    let form = Form::default_of(side);
    let lift = if World::slowness(rated) > 100 { 0 } else { 1 };
    let reasons: Vec<&String> = form.reasons.keys().collect();
    let answer = |dice: &mut Dice| {
        let score = *dice.weighted(&[(6, 2_u8), (24, 3), (50, 4), (20, 5)]);
        let score = (score - 1 + lift).min(5);
        let low = score <= 2;
        Answer {
            score,
            reason: low.then(|| (*dice.pick(&reasons)).clone()),
        }
    };
    let asked = form.items.iter().filter(|item| !item.computed);
    let answers: BTreeMap<String, Answer> = asked
        .map(|item| (item.code.clone(), answer(dice)))
        .collect();
    Answers(answers)
}
