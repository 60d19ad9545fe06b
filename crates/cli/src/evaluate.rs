//! `evaluate pairs|seal|show|appeal|decide-appeal`: mutual evaluation by commit and reveal.

mod shown;

use crate::args::{AppealArgs, DecideAppealArgs, EvaluateCommand, PairArgs, SealArgs};
use crate::failure::Failure;
use crate::labels::Names;
use crate::session::Session;
use crate::table::Table;
use crate::words::{Word as W, told};
use chrono::{DateTime, Utc};
use gridwhistle::domain::case::record::EvaluationPair;
use gridwhistle::domain::evaluation::{Answer, Answers, LegFacts, Side};
use gridwhistle::domain::ids::{CaseId, UnitId};
use gridwhistle::{Engine, EngineError};
use serde::Serialize;
use shown::{Told, facts_line};

/// Runs a command of this group.
///
/// # Errors
/// When the rules refuse, there is no such evaluation, or the store does not take it.
pub(crate) async fn run(session: &Session, command: EvaluateCommand) -> Result<(), Failure> {
    match command {
        EvaluateCommand::Pairs { case, as_of } => {
            let engine = session.open_to_read().await?;
            let case = case.resolve(&engine).await?;
            pairs(session, &engine, case, as_of.as_of).await
        }
        EvaluateCommand::Seal(args) => seal(session, args).await,
        EvaluateCommand::Show { pair, as_of } => {
            let engine = session.open_to_read().await?;
            let as_of = as_of.as_of;
            let (case, pair) = named(&engine, &pair, as_of).await?;
            let shown = shown::of(&engine, case, pair, as_of).await?;
            let names = Names::of(&engine, as_of.unwrap_or_else(|| engine.now()));
            session
                .output
                .answer(&shown, |out| Told(&shown).tell(out, &names))
        }
        EvaluateCommand::Appeal(args) => appeal(session, args).await,
        EvaluateCommand::DecideAppeal(args) => decide(session, args).await,
    }
}

async fn seal(session: &Session, args: SealArgs) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open().await?;
    let (case, pair) = named(&engine, &args.pair, None).await?;
    let answers = Answers(args.score.into_iter().collect());
    let side = side(&args.side);
    let sealed = engine.seal_evaluation(&actor, case, &pair, side, answers);
    let position = sealed.await?.position;
    let answer = shown::of(&engine, case, pair, None).await?;
    let done = |out: &crate::output::Output| out.line(told(W::Sealed, &[&position]));
    session.output.answer(&answer, done)
}

async fn appeal(session: &Session, args: AppealArgs) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open().await?;
    let (case, pair) = named(&engine, &args.pair, None).await?;
    let (side, why) = (side(&args.side), (args.ground.as_str(), args.note.as_str()));
    let filed = engine.appeal_evaluation(&actor, case, &pair, side, why);
    let position = filed.await?.position;
    let answer = shown::of(&engine, case, pair, None).await?;
    let done = |out: &crate::output::Output| out.line(told(W::AppealFiled, &[&position]));
    session.output.answer(&answer, done)
}

async fn decide(session: &Session, args: DecideAppealArgs) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open().await?;
    let (case, pair) = named(&engine, &args.pair, None).await?;
    let (side, what) = (side(&args.side), (args.is_upheld(), args.note.as_str()));
    let decided = engine.decide_appeal(&actor, case, &pair, side, what);
    let position = decided.await?.position;
    let answer = shown::of(&engine, case, pair, None).await?;
    let done = |out: &crate::output::Output| out.line(told(W::AppealDecided, &[&position]));
    session.output.answer(&answer, done)
}

/// A side that the parser let through.
fn side(code: &str) -> Side {
    Side::from_code(code).unwrap_or(Side::Area)
}

#[derive(Serialize)]
struct Pairs {
    case: CaseId,
    as_of: DateTime<Utc>,
    pairs: Vec<KnownPair>,
}

/// A pair, and what is known of its leg before anybody rates it.
#[derive(Serialize)]
struct KnownPair {
    #[serde(flatten)]
    pair: EvaluationPair,
    facts: Option<LegFacts>,
}

async fn pairs(
    session: &Session,
    engine: &Engine,
    case: CaseId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(), Failure> {
    let opened = opened(engine, case, as_of).await?;
    let opened = opened.ok_or_else(|| crate::case::missing(&case))?;
    let mut pairs = Vec::new();
    for pair in opened {
        let state = match as_of {
            Some(at) => engine.evaluation_as_of(case, &pair, at).await?,
            None => engine.evaluation(case, &pair).await?,
        };
        let facts = state.opening().and_then(|opening| opening.facts.clone());
        pairs.push(KnownPair { pair, facts });
    }
    let pairs = Pairs {
        case,
        as_of: as_of.unwrap_or_else(|| engine.now()),
        pairs,
    };
    let names = Names::of(engine, engine.now());
    session.output.answer(&pairs, |out| {
        let mut table = Table::new([W::HLeg, W::HArea, W::HDepartment, W::HFacts]).fold();
        for KnownPair { pair, facts } in &pairs.pairs {
            table.row([
                pair.leg.to_string(),
                names.unit(Some(pair.left.as_str())),
                names.unit(Some(pair.right.as_str())),
                facts.as_ref().map_or_else(dash, facts_line),
            ]);
        }
        out.table(&table)
    })
}

fn dash() -> String {
    crate::labels::DASH.to_owned()
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

/// The case, and the pair of a leg of it; with an area, where a leg has several.
async fn named(
    engine: &Engine,
    args: &PairArgs,
    as_of: Option<DateTime<Utc>>,
) -> Result<(CaseId, EvaluationPair), Failure> {
    let case = args.case.resolve(engine).await?;
    let area = args.area.as_deref();
    let pairs = opened(engine, case, as_of).await?.unwrap_or_default();
    let mut of_leg = pairs.into_iter().filter(|pair| {
        pair.leg.0 == args.leg && area.is_none_or(|area| pair.left == UnitId::new(area))
    });
    let pair = of_leg.next().ok_or(EngineError::NoEvaluation { case })?;
    Ok((case, pair))
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
