//! `evaluate pairs|seal|show`: mutual evaluation by commit and reveal.

use crate::args::EvaluateCommand;
use crate::failure::Failure;
use crate::moment::show;
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{Answer, Answers, Evaluation, Side};
use gridwhistle::domain::ids::{CaseId, UnitId};
use gridwhistle::{Engine, EngineError};
use serde::Serialize;
use std::collections::BTreeMap;

/// Runs a command of this group.
///
/// # Errors
/// When the rules refuse, there is no such evaluation, or the store does not take it.
pub(crate) async fn run(session: &Session, command: EvaluateCommand) -> Result<(), Failure> {
    match command {
        EvaluateCommand::Pairs { case, as_of } => {
            let engine = session.open_to_read().await?;
            pairs(session, &engine, case, as_of.as_of).await
        }
        EvaluateCommand::Seal {
            case,
            leg,
            area,
            side,
            score,
        } => {
            let actor = session.actor()?;
            let engine = session.open().await?;
            let pair = pair(&engine, case, (leg, area.as_deref()), None).await?;
            let side = Side::from_code(&side).unwrap_or(Side::Area);
            let answers = Answers(score.into_iter().collect());
            let position = engine
                .seal_evaluation(&actor, case, &pair, side, answers)
                .await?;
            let answer = Shown::of(&engine, case, pair, None).await?;
            session
                .output
                .answer(&answer, |out| out.line(told(W::Sealed, &[&position])))
        }
        EvaluateCommand::Show {
            case,
            leg,
            area,
            as_of,
        } => {
            let engine = session.open_to_read().await?;
            let as_of = as_of.as_of;
            let pair = pair(&engine, case, (leg, area.as_deref()), as_of).await?;
            let shown = Shown::of(&engine, case, pair, as_of).await?;
            session
                .output
                .answer(&shown, |out| out.table(&shown.table()))
        }
    }
}

#[derive(Serialize)]
struct Pairs {
    case: CaseId,
    as_of: DateTime<Utc>,
    pairs: Vec<EvaluationPair>,
}

async fn pairs(
    session: &Session,
    engine: &Engine,
    case: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let pairs = opened(engine, case, as_of).await?;
    let pairs = Pairs {
        case,
        as_of: as_of.unwrap_or_else(|| engine.now()),
        pairs: pairs.ok_or_else(|| crate::case::missing(case))?,
    };
    session.output.answer(&pairs, |out| {
        let mut table = Table::new([W::HLeg, W::HArea, W::HDepartment]);
        for pair in &pairs.pairs {
            table.row([
                pair.leg.to_string(),
                pair.left.to_string(),
                pair.right.to_string(),
            ]);
        }
        out.table(&table)
    })
}

/// The pairs that a case had opened by an instant; none if there is no case.
async fn opened(
    engine: &Engine,
    case: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<Option<Vec<EvaluationPair>>, EngineError> {
    match as_of {
        Some(at) => engine.evaluation_pairs_as_of(case, at).await,
        None => Ok(engine.case(case).await?.map(|case| case.evaluations)),
    }
}

/// The pair of a leg; with an area, where a leg has several.
async fn pair(
    engine: &Engine,
    case: CaseId,
    (leg, area): (u32, Option<&str>),
    as_of: Option<DateTime<Utc>>,
) -> Result<EvaluationPair, Failure> {
    let pairs = opened(engine, case, as_of).await?.unwrap_or_default();
    let mut of_leg = pairs
        .into_iter()
        .filter(|pair| pair.leg.0 == leg && area.is_none_or(|area| pair.left == UnitId::new(area)));
    of_leg
        .next()
        .ok_or_else(|| EngineError::NoEvaluation { case }.into())
}

#[derive(Serialize)]
struct Shown {
    case: CaseId,
    as_of: DateTime<Utc>,
    #[serde(flatten)]
    pair: EvaluationPair,
    window_ends: Option<DateTime<Utc>>,
    /// The commitments, by side.
    sealed: BTreeMap<&'static str, String>,
    /// The answers, once both sides are opened together.
    revealed: Option<BTreeMap<&'static str, Answers>>,
    lapsed: Vec<&'static str>,
}

impl Shown {
    async fn of(
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
        let sealed = evaluation.sealed().iter();
        let revealed = evaluation.revealed().map(|forms| {
            forms
                .iter()
                .map(|(side, form)| (side.code(), form.answers.clone()))
                .collect()
        });
        Self {
            case,
            as_of,
            pair,
            window_ends: evaluation.opening().map(|opening| opening.window_ends),
            sealed: sealed
                .map(|(side, form)| (side.code(), form.commitment.clone()))
                .collect(),
            revealed,
            lapsed: evaluation.lapsed().iter().map(|side| side.code()).collect(),
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new([W::HSide, W::HUnit, W::HCommitment, W::HScores]);
        for (side, unit) in [
            (Side::Area, &self.pair.left),
            (Side::Department, &self.pair.right),
        ] {
            let side = side.code();
            let answers = self.revealed.as_ref().and_then(|forms| forms.get(side));
            let scores = answers.map(|answers| {
                let each = answers
                    .0
                    .iter()
                    .map(|(item, answer)| format!("{item}={}", answer.score));
                each.collect::<Vec<_>>().join(" ")
            });
            let commitment = self.sealed.get(side).cloned();
            let lapsed = self.lapsed.contains(&side).then(|| W::Lapsed.to_string());
            let waiting = self
                .window_ends
                .map(|ends| told(W::UntilThen, &[&show(ends)]));
            table.row([
                side.to_owned(),
                unit.to_string(),
                commitment
                    .or(lapsed)
                    .or(waiting)
                    .unwrap_or_else(|| "-".to_owned()),
                scores.unwrap_or_else(|| "-".to_owned()),
            ]);
        }
        table
    }
}

/// `ITEM=SCORE`, with `;REASON` at 2 and below.
pub(crate) fn score(text: &str) -> Result<(String, Answer), String> {
    let refuse = || told(W::ScoreForm, &[&text]);
    let (item, rest) = text.split_once('=').ok_or_else(refuse)?;
    let (score, reason) = match rest.split_once(';') {
        Some((score, reason)) => (score, Some(reason.trim().to_owned())),
        None => (rest, None),
    };
    let score = score.trim().parse().map_err(|_| refuse())?;
    Ok((item.trim().to_owned(), Answer { score, reason }))
}
