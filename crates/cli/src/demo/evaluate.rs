//! Mutual evaluation: some pairs are sealed by both sides, some by one, some by none; some low forms
//! are appealed against.

use super::DemoError;
use super::dice::Dice;
use super::world::World;
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::actor::Role;
use gridwhistle::domain::case::Case;
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::evaluation::{Answer, Answers, Form, Side, hundredths};
use gridwhistle::domain::ids::{CaseId, UnitId};
use std::collections::BTreeMap;

/// Working minutes within the window of five working days.
const WINDOW_MINUTES: (i64, i64) = (60, 2_100);

/// How many of a hundred low forms are appealed against, and how many appeals are upheld.
const APPEAL_PERCENT: u64 = 30;
const UPHELD_PERCENT: u64 = 40;

/// Grounds of the built-in policy, with what is said to them.
const GROUNDS: [(&str, &str); 3] = [
    ("facts_wrong", "签收与到场均在时限之内"),
    ("not_our_matter", "所评环节由其他单位承担"),
    ("retaliation", "与上一案件的评价有关"),
];

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
    let answers = answers(world.policy.form.of(side), other, dice);
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

/// The units read what was revealed; whoever was rated low may appeal. Answers the side whose form is
/// appealed against.
pub(super) async fn read(
    engine: &Engine,
    world: &World,
    case: CaseId,
    pair: &EvaluationPair,
    dice: &mut Dice,
) -> Result<Option<Side>, DemoError> {
    let reopened = engine.case(case).await?.is_none_or(|case| case.reopens > 0);
    let evaluation = engine.evaluation(case, pair).await?;
    let (Some(opening), Some(forms)) = (evaluation.opening(), evaluation.revealed()) else {
        return Ok(None);
    };
    let over = evaluation
        .appeal_until()
        .is_none_or(|until| engine.now() > until);
    if reopened || over {
        return Ok(None);
    }
    for (side, form) in forms {
        let points = hundredths(opening.form(*side), &form.answers, &opening.computed);
        let low = points.is_some_and(|points| world.policy.evaluation.flags.is_low(points));
        let rated = opening.unit(side.other()).as_str();
        let speaker = world.city.speaker(rated, dice.below(8));
        let Some(actor) = speaker.filter(|_| low && dice.hits(APPEAL_PERCENT)) else {
            continue;
        };
        let (ground, note) = *dice.pick(&GROUNDS);
        engine
            .appeal_evaluation(&actor, case, pair, *side, (ground, note))
            .await?;
        return Ok(Some(*side));
    }
    Ok(None)
}

/// The district's supervision decides on an appeal.
pub(super) async fn decide(
    engine: &Engine,
    world: &World,
    case: CaseId,
    pair: &EvaluationPair,
    side: Side,
    dice: &mut Dice,
) -> Result<(), DemoError> {
    let supervisor = world
        .city
        .holder("district", Role::Supervisor, dice.below(8));
    let reopened = engine.case(case).await?.is_none_or(|case| case.reopens > 0);
    let Some(supervisor) = supervisor.filter(|_| !reopened) else {
        return Ok(());
    };
    let upheld = dice.hits(UPHELD_PERCENT);
    let why = if upheld {
        "经核对办理记录，所评与事实不符"
    } else {
        "经核对办理记录，评价有据"
    };
    engine
        .decide_appeal(&supervisor, case, pair, side, (upheld, why))
        .await?;
    Ok(())
}

/// Slow units are rated lower, with a reason where the form asks for one.
fn answers(form: &Form, rated: &UnitId, dice: &mut Dice) -> Answers {
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
