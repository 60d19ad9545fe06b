//! `import`: a foreign case list into the log, row by row; every row ends as a case or as a line of
//! the rejects file, and the counts tie out.

mod rejects;
mod tally;

use crate::args::ImportArgs;
use crate::failure::Failure;
use crate::progress;
use crate::session::{Session, read_text};
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::import::{ImportRow, Importer, Mapping, Row, Survey};
use gridwhistle::{Engine, EngineError, Receipt, Request};
use indicatif::ProgressBar;
use rejects::Rejects;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tally::Tally;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Commands on their way to the log at once; it writes those that wait together with one flush.
const IN_FLIGHT: usize = 1_024;

/// Imports a list.
///
/// # Errors
/// When the mapping or the file is wrong (then nothing was written), or the store fails (then a
/// repeat goes on where it stopped).
pub(crate) async fn run(session: &Session, args: ImportArgs) -> Result<(), Failure> {
    let mapping = Arc::new(mapping(&args.mapping)?);
    // The first pass reads the file to its end, so that a broken one is refused before the first row.
    let survey = Survey::of(&mapping, open(&args.data)?)?;
    let engine = session.open().await?;
    let path = args.rejects.unwrap_or_else(|| rejects::beside(&args.data));
    let mut rejects = Rejects::new(path);
    let mut tally = Tally::new(mapping.source(), &survey.double_names);
    let bytes = std::fs::metadata(&args.data)
        .map(|data| data.len())
        .unwrap_or(0);
    let bar = progress::bytes(bytes);
    let file = bar.wrap_read(open(&args.data)?);
    let rows = Importer::new(Arc::clone(&mapping), file)?.surveyed(survey);
    write(&engine, rows, &mut tally, &mut rejects, &bar).await?;
    bar.finish_and_clear();
    engine.catch_up().await?;
    tally.rejects_file = rejects.finish()?;
    session.output.answer(&tally, |out| tally.show(out))
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::file(path, &error))
}

/// A built-in mapping by its name, or one from a file.
fn mapping(named: &str) -> Result<Mapping, Failure> {
    let path = Path::new(named);
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
        || path.is_file()
    {
        return Ok(Mapping::parse(&read_text(path)?)?);
    }
    Ok(Mapping::built_in(named)?)
}

/// What became of one row in the log.
type Outcome = (u64, String, Result<Receipt, EngineError>);

async fn write(
    engine: &Engine,
    rows: Importer<impl std::io::Read>,
    tally: &mut Tally,
    rejects: &mut Rejects,
    bar: &ProgressBar,
) -> Result<(), Failure> {
    let mut flying: JoinSet<Outcome> = JoinSet::new();
    for row in rows {
        match row? {
            Row::Reject { line, id, reason } => {
                tally.reject(reason.code());
                rejects.add(line, &id, reason.code(), &reason.text())?;
            }
            Row::Case(row) => {
                tally.notice(&row.command);
                flying.spawn(commit(engine.clone(), row));
            }
        }
        tally.rows += 1;
        if tally.rows.is_multiple_of(10_000) {
            bar.set_message(tally.rows.to_string());
        }
        if flying.len() >= IN_FLIGHT
            && let Some(landed) = flying.join_next().await
        {
            land(landed.map_err(Failure::internal)?, tally, rejects)?;
        }
    }
    while let Some(landed) = flying.join_next().await {
        land(landed.map_err(Failure::internal)?, tally, rejects)?;
    }
    Ok(())
}

async fn commit(engine: Engine, row: ImportRow) -> Outcome {
    let ImportRow {
        line,
        source_id,
        case_id,
        command,
    } = row;
    // Under a key of its own, so that a second import of the same row does nothing.
    let key = Uuid::new_v5(&case_id.0, b"import");
    let request = Request::new(Actor::system(), case_id, command).with_key(key);
    (line, source_id, engine.request(request).await)
}

fn land(
    (line, id, answer): Outcome,
    tally: &mut Tally,
    rejects: &mut Rejects,
) -> Result<(), Failure> {
    match answer {
        Ok(receipt) if receipt.repeated => tally.known += 1,
        Ok(_) => tally.imported += 1,
        // The row differs from what was imported under this id before, or its content is refused.
        Err(error) if matches!(error.code(), "idempotency_key_reused") => {
            tally.reject("changed_since");
            rejects.add(line, &id, "changed_since", &rejects::changed())?;
        }
        Err(EngineError::Refused(refusal)) => {
            tally.reject(refusal.code.code());
            rejects.add(line, &id, refusal.code.code(), &rejects::words(&refusal))?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// The anomalies that a row keeps.
fn anomalies(command: &CaseCommand) -> &[String] {
    match command {
        CaseCommand::Import { case, .. } => &case.anomalies,
        _ => &[],
    }
}
