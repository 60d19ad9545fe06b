//! `audit export` and `audit foreign`: the log for the tools of process mining, and their logs here.

use super::target::Making;
use super::{archive, conformance, source};
use crate::args::{ExportLogArgs, ForeignArgs, ForeignCommand, LogForm, MiningCommand, Target};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::{Session, read_text};
use crate::table::{Column, Table};
use crate::words::{Word as W, language, told};
use gridwhistle_audit::Problem;
use gridwhistle_audit::mining::foreign::{Converted, Figures, ForeignLog, LeftOut, LogMapping};
use gridwhistle_audit::mining::ocel::{self, OcelForm};
use gridwhistle_audit::mining::xes::{self, XesOptions};
use gridwhistle_audit::mining::{MiningProblem, Written};
use serde::Serialize;
use std::fs::File;
use std::io::BufWriter;

/// Answers one question.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) async fn run(session: &Session, command: MiningCommand) -> Result<(), Failure> {
    match command {
        MiningCommand::Export(args) => export(session, args).await,
        MiningCommand::Archive(command) => archive::run(session, command).await,
        MiningCommand::Conformance { listed } => conformance::run(session, listed).await,
        MiningCommand::Foreign(ForeignCommand::Stats { log, pairs }) => {
            let figures = read(&log)?.figures(pairs).map_err(of_mining)?;
            session.output.answer(&figures, |out| show(out, &figures))
        }
        MiningCommand::Foreign(ForeignCommand::Convert { log, to }) => convert(session, &log, &to),
    }
}

/// An export, with the hash of its file.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    written: Written,
    sha256: String,
}

async fn export(session: &Session, args: ExportLogArgs) -> Result<(), Failure> {
    let source = source(session).await?;
    let making = Making::begin(&args.to)?;
    let form = match args.form {
        LogForm::Xes => None,
        LogForm::OcelJson => Some(OcelForm::Json),
        LogForm::OcelXml => Some(OcelForm::Xml),
        LogForm::OcelSqlite => Some(OcelForm::Sqlite),
    };
    let written = match form {
        Some(form) => ocel::write(&source, form, args.clocks, making.path()).await?,
        None => {
            let options = XesOptions {
                clocks: args.clocks,
                language: language(),
            };
            xes::write(&source, options, BufWriter::new(making.file()?)).await?
        }
    };
    let sha256 = making.put()?;
    let exported = Exported { written, sha256 };
    session.output.answer(&exported, |out| {
        let path = args.to.to.display();
        let counts: [&dyn std::fmt::Display; 5] = [
            &path,
            &written.cases,
            &written.events,
            &written.objects,
            &exported.sha256,
        ];
        let word = match form {
            Some(_) => told(W::LogAsOcel, &counts),
            None => told(W::LogAsXes, &[counts[0], counts[1], counts[2], counts[4]]),
        };
        out.say(word)
    })
}

fn of_mining(problem: MiningProblem) -> Failure {
    Problem::from(problem).into()
}

fn read(args: &ForeignArgs) -> Result<ForeignLog, Failure> {
    let mapping = match &args.mapping {
        Some(path) => LogMapping::parse(&read_text(path)?),
        None => LogMapping::standard(),
    };
    let file = File::open(&args.log).map_err(|error| Failure::file(&args.log, &error))?;
    ForeignLog::read(&mapping.map_err(of_mining)?, file).map_err(of_mining)
}

/// A conversion, with the hash of its file.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    converted: Converted,
    sha256: String,
}

fn convert(session: &Session, args: &ForeignArgs, to: &Target) -> Result<(), Failure> {
    let log = read(args)?;
    let making = Making::begin(to)?;
    let file = BufWriter::new(making.file()?);
    let converted = log.write_xes(file).map_err(of_mining)?;
    let sha256 = making.put()?;
    let answer = Answer { converted, sha256 };
    session.output.answer(&answer, |out| {
        let converted = &answer.converted;
        out.say(told(
            W::LogAsXes,
            &[
                &to.to.display(),
                &converted.cases,
                &converted.events,
                &answer.sha256,
            ],
        ))?;
        for (key, name) in &converted.renamed {
            out.say(told(W::KeyRenamed, &[key, name]))?;
        }
        left_out(out, converted.left_out)
    })
}

/// What was not taken along, where something was not.
fn left_out(out: &Output, left: LeftOut) -> Result<(), Failure> {
    let counts = [
        (W::WithoutCase, left.events_without_case),
        (W::WithoutActivity, left.events_without_activity),
        (W::WithoutTime, left.events_without_time),
        (W::Nested, left.nested_attributes),
    ];
    for (word, count) in counts.iter().filter(|(_, count)| *count > 0) {
        out.say(told(*word, &[count]))?;
    }
    Ok(())
}

fn show(out: &Output, figures: &Figures) -> Result<(), Failure> {
    let mut table = Table::pairs();
    let rows: [(W, String); 10] = [
        (W::MiningCases, figures.cases.to_string()),
        (W::MiningEvents, figures.events.to_string()),
        (W::Activities, figures.activities.to_string()),
        (W::Resources, figures.resources.to_string()),
        (W::Variants, figures.variants.to_string()),
        (W::Pairs, figures.dfg_edges.to_string()),
        (W::FirstEvent, figures.first_event.to_rfc3339()),
        (W::LastEvent, figures.last_event.to_rfc3339()),
        (W::MedianHours, figures.median_case_h.to_string()),
        (W::P90Hours, figures.p90_case_h.to_string()),
    ];
    for (word, value) in rows {
        table.row([word.to_string(), value]);
    }
    out.part(&table)?;
    left_out(out, figures.left_out)?;
    if figures.dfg.is_empty() {
        return Ok(());
    }
    let columns = [W::FirstActivity.into(), W::NextActivity.into()];
    let count = Column::from(W::Times).right();
    let mut table = Table::new(columns.into_iter().chain([count]));
    for edge in &figures.dfg {
        table.row([edge.from.clone(), edge.to.clone(), edge.count.to_string()]);
    }
    out.line("")?;
    out.table(&table)
}
