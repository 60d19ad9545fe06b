//! One event of every form of the score run, with every optional field given.

use super::{at, by};
use gridwhistle_domain::score::composite::{Input, Part, ScoreRules, UnitInputs, scores};
use gridwhistle_domain::score::rate::Rate;
use gridwhistle_domain::score::run::{RunRecord, ScoreRunEvent, ScoreRunFact, result_hash};
use rust_decimal::Decimal;

pub(crate) fn samples() -> Vec<ScoreRunEvent> {
    let inputs = UnitInputs {
        unit: "B-water".to_owned(),
        group: "department/district".to_owned(),
        legs: 12,
        inputs: [
            (Part::OnTime, Input::Rate(Rate::new(6, 7))),
            (
                Part::Mutual,
                Input::Opinion {
                    score: Decimal::new(8_125, 2),
                    forms: 9,
                    factor: Decimal::new(75, 2),
                },
            ),
        ]
        .into(),
        yellow: 1,
        red: 1,
    };
    let units = scores(&[inputs], &ScoreRules::default());
    let run = RunRecord {
        from: at(0),
        before: at(8),
        asked_at: at(9),
        at: at(8),
        policy: Some("default-2026.1".into()),
        definition: None,
        up_to: 4_711,
        sha256: result_hash(&units),
        units,
    };
    let numbered = RunRecord {
        definition: Some(1),
        ..run.clone()
    };
    let event = |run| ScoreRunEvent {
        at: at(9),
        by: by(),
        fact: ScoreRunFact::ScoresPublished { run },
    };
    vec![event(run), event(numbered)]
}
