//! `score …`: scores put on record, shown, compared, and counted again.

use crate::args::{AsOf, Other, ScoreCommand};
use crate::failure::{Exit, Failure};
use crate::labels::{self, Names};
use crate::list::more;
use crate::moment;
use crate::report::ranking::{rank, table, two};
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use gridwhistle::domain::score::run::{Definitions, RunRecord, UnitChange};
use gridwhistle::projections::case_view::RunRow;
use gridwhistle::projections::models::Compared;
use gridwhistle::projections::questions::{Moment, Window};
use gridwhistle::scores::Recount;
use gridwhistle::{Engine, EngineError};
use rust_decimal::Decimal;
use serde::Serialize;

/// Publishes scores, shows them, compares them.
///
/// # Errors
/// When the rules refuse, there is no such run, or the store cannot be read.
pub(crate) async fn run(session: &Session, command: ScoreCommand) -> Result<(), Failure> {
    match command {
        ScoreCommand::Run { window } => publish(session, window).await,
        ScoreCommand::List { page, as_of } => {
            let engine = session.open_to_ask().await?;
            let moment = Moment::of(engine.now(), as_of.as_of);
            let questions = engine.questions();
            let asked = questions.score_runs(moment, page.limit(), page.cursor.as_deref());
            let runs = asked.await.map_err(EngineError::from)?;
            session.output.answer(&runs, |out| {
                out.table(&runs_table(&runs.runs))?;
                more(out, runs.next.as_deref())
            })
        }
        ScoreCommand::Show { run, as_of } => {
            let engine = session.open_to_ask().await?;
            let record = on_record(&engine, run, &as_of).await?;
            session.output.answer(&record, |out| {
                heading(out, &record)?;
                out.table(&table(&record.units, &Names::of(&engine, record.at)))
            })
        }
        ScoreCommand::Compare { run, with, as_of } => changes(session, run, with, &as_of).await,
        ScoreCommand::Check { run } => check(session, run).await,
    }
}

/// What a run is compared with, as it is typed.
///
/// # Errors
/// The words for what is neither a number nor `now`.
pub(crate) fn other(text: &str) -> Result<Other, String> {
    match text.trim() {
        "now" => Ok(Other::Now),
        number => number
            .parse()
            .map(Other::Run)
            .map_err(|_| told(W::ScoreOther, &[&text])),
    }
}

/// What was put on record.
#[derive(Serialize)]
struct Published {
    run: u64,
    units: usize,
    up_to: u64,
    sha256: String,
}

async fn publish(session: &Session, window: Window) -> Result<(), Failure> {
    let engine = session.open().await?;
    let actor = session.actor()?;
    let run = engine.publish_scores(&actor, window).await?.position;
    let RunRecord {
        units,
        up_to,
        sha256,
        ..
    } = engine.published_scores(run).await?;
    let published = Published {
        run,
        units: units.len(),
        up_to,
        sha256,
    };
    session.output.answer(&published, |out| {
        let parts: [&dyn std::fmt::Display; 4] =
            [&run, &published.units, &up_to, &published.sha256];
        out.say(told(W::ScorePublished, &parts))
    })
}

fn heading(out: &crate::output::Output, record: &RunRecord) -> Result<(), Failure> {
    let (from, before) = (moment::show(record.from), moment::show(record.before));
    out.say(told(W::WindowLine, &[&from, &before]))?;
    out.say(told(W::ScoreDefinition, &[&record.definitions().then]))
}

fn runs_table(runs: &[RunRow]) -> Table {
    let mut table = Table::new([
        Column::from(W::HRun).right().least(4),
        Column::from(W::HMadeAt).rank(1).least(16),
        Column::from(W::HMadeBy).rank(5).least(12),
        Column::from(W::HWindow).least(20),
        Column::from(W::HPolicy).rank(4).least(10),
        Column::from(W::HUnits).rank(2).right().least(4),
        Column::from(W::HUpTo).rank(6).right().least(6),
        Column::from(W::HHash).rank(3).least(16),
    ]);
    for run in runs {
        let (from, before) = (
            moment::show(run.window_from),
            moment::show(run.window_before),
        );
        table.row([
            run.run_no.to_string(),
            moment::show(run.made_at),
            run.made_by.clone(),
            format!("{from} – {before}"),
            run.policy
                .clone()
                .unwrap_or_else(|| labels::DASH.to_owned()),
            run.units.to_string(),
            run.up_to.to_string(),
            run.sha256.clone(),
        ]);
    }
    table
}

/// A run that was on record at the asked instant.
async fn on_record(engine: &Engine, number: u64, as_of: &AsOf) -> Result<RunRecord, Failure> {
    let run = engine.published_run(number).await?;
    let known = match (as_of.as_of, run.made_at) {
        (Some(at), Some(made)) => made <= at,
        _ => true,
    };
    let record = run.record.filter(|_| known);
    Ok(record.ok_or(EngineError::NoScoreRun { number })?)
}

async fn changes(session: &Session, run: u64, with: Other, as_of: &AsOf) -> Result<(), Failure> {
    let engine = session.open_to_ask().await?;
    let before = on_record(&engine, run, as_of).await?;
    let (compared, at) = match with {
        Other::Run(number) => {
            let other = on_record(&engine, number, as_of).await?;
            let compared = Compared::with_run((run, &before), (number, &other));
            (compared, other.at)
        }
        Other::Now => {
            let ranking = as_it_stands(&engine, &before, as_of).await?;
            let compared = Compared::with_now((run, &before), &ranking.units);
            (compared, ranking.at)
        }
    };
    session.output.answer(&compared, |out| {
        heading(out, &before)?;
        let Definitions { then, now } = compared.definitions;
        if !compared.definitions.same() {
            out.say(told(W::ScoreDefinitions, &[&then, &now]))?;
        }
        if compared.changes.is_empty() {
            return out.say(W::ScoreNoChange);
        }
        out.table(&changes_table(&compared.changes, &Names::of(&engine, at)))
    })
}

/// The window of a run as its events stand now, or stood at the asked instant.
async fn as_it_stands(
    engine: &Engine,
    run: &RunRecord,
    as_of: &AsOf,
) -> Result<gridwhistle::projections::questions::Ranking, Failure> {
    let window = Window {
        from: run.from,
        before: run.before,
    };
    let moment = Moment::of(engine.now(), as_of.as_of);
    let reference = engine.reference();
    let asked = engine.questions().ranking(window, moment, &reference);
    Ok(asked.await.map_err(EngineError::from)?)
}

fn changes_table(changes: &[UnitChange], names: &Names) -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(7);
    let mut table = Table::new([
        Column::from(W::HUnit).least(12),
        figure(W::HRank, 1),
        figure(W::HScore, 0),
        figure(W::HChange, 0),
        Column::from(W::HWhy).rank(2).least(20),
    ]);
    let score = |score: Option<Decimal>| score.map_or_else(|| labels::DASH.to_owned(), two);
    for change in changes {
        let parts = change.parts.iter().filter_map(|part| {
            let of = part.after.as_ref().or(part.before.as_ref())?;
            Some(format!("{} {}", say(&of.part.label()), signed(part.points)))
        });
        let cards = change.deduction.0 - change.deduction.1;
        let cards = (!cards.is_zero()).then(|| format!("{} {}", W::HDeduction, signed(cards)));
        let why: Vec<String> = parts.chain(cards).collect();
        table.row([
            names.unit(Some(&change.unit)),
            format!("{} → {}", rank(change.rank.0), rank(change.rank.1)),
            format!("{} → {}", score(change.score.0), score(change.score.1)),
            change
                .points
                .map_or_else(|| labels::DASH.to_owned(), signed),
            why.join("; "),
        ]);
    }
    table
}

fn signed(points: Decimal) -> String {
    let sign = if points.is_sign_negative() { "" } else { "+" };
    format!("{sign}{}", two(points))
}

async fn check(session: &Session, run: u64) -> Result<(), Failure> {
    let engine = session.open_to_ask().await?;
    let recount = engine.recount_scores(run).await?;
    confirmed(&recount)?;
    let up_to = recount.up_to;
    session.output.answer(&recount, |out| {
        out.say(told(W::ScoreSame, &[&up_to, &recount.sha256]))
    })
}

/// What is not the same is somebody's doing only where both were computed by one definition.
fn confirmed(recount: &Recount) -> Result<(), Failure> {
    let Recount {
        same,
        definitions,
        sha256,
        recounted,
        up_to,
    } = recount;
    if *same {
        return Ok(());
    }
    let (code, message) = if definitions.same() {
        let parts: [&dyn std::fmt::Display; 3] = [up_to, recounted, sha256];
        ("scores_differ", told(W::ScoreDiffers, &parts))
    } else {
        let Definitions { then, now } = definitions;
        let parts: [&dyn std::fmt::Display; 4] = [then, now, recounted, sha256];
        ("definition_differs", told(W::ScoreOtherDefinition, &parts))
    };
    Err(Failure::new(Exit::Refused, code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_hash_accuses_nobody_where_the_definition_is_another_one() {
        let recount = |same, now| Recount {
            same,
            definitions: Definitions { then: 1, now },
            sha256: "aa".to_owned(),
            recounted: "bb".to_owned(),
            up_to: 7,
        };
        for (same, now, code) in [
            (true, 1, None),
            // The same bytes are the same.
            (true, 2, None),
            (false, 1, Some("scores_differ")),
            (false, 2, Some("definition_differs")),
        ] {
            let failure = confirmed(&recount(same, now)).err();
            let told = failure.as_ref().map(Failure::code);
            assert_eq!(told, code, "{same}, {now}");
        }
    }
}
