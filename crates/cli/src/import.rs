//! `import`: a foreign case list into the log; every row ends as a case or as a line of the rejects
//! file, and the counts tie out.

use crate::args::ImportArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::progress;
use crate::rejects::RejectsFile;
use crate::session::{Session, read_text};
use crate::words::{Word, language, say, told};
use gridwhistle::import::{Anomaly, ImportError, ImportReport, Mapping};
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an import comes to; the JSON form is documented in `docs/reference/json.md`.
#[derive(Serialize)]
struct Imported<'a> {
    source: &'a str,
    #[serde(flatten)]
    report: ImportReport,
    rejects_file: Option<PathBuf>,
}

/// Imports a list.
///
/// # Errors
/// When the mapping, the file or the name for rejects is wrong (then nothing was written), or the
/// store fails (then a repeat goes on where it stopped).
pub(crate) async fn run(session: &Session, args: ImportArgs) -> Result<(), Failure> {
    let mapping = Arc::new(mapping(&args.mapping)?);
    let opened = File::open(&args.data).and_then(|file| file.metadata());
    let found = opened.map_err(|error| Failure::file(&args.data, &error))?;
    if found.is_dir() {
        let folder = std::io::ErrorKind::IsADirectory.into();
        return Err(Failure::file(&args.data, &folder));
    }
    let mut rejects = RejectsFile::begin(args.rejects, &args.data)?;
    let engine = session.open().await?;
    let bar = progress::rows();
    let imported = engine
        .import(
            Arc::clone(&mapping),
            || File::open(&args.data),
            (rejects.writer(), language()),
            |done| {
                bar.set_length(done.of);
                bar.set_position(done.rows);
            },
        )
        .await;
    bar.finish_and_clear();
    let report = imported.map_err(failed)?;
    let rejects_file = match report.rejected {
        0 => None,
        _ => Some(rejects.keep()?),
    };
    engine.wait(report.last_position).await?;
    let imported = Imported {
        source: mapping.source(),
        report,
        rejects_file,
    };
    session.output.answer(&imported, |out| imported.show(out))
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

fn failed(error: ImportError) -> Failure {
    match error {
        ImportError::File(failure) => failure.into(),
        ImportError::Engine(error) => error.into(),
        ImportError::Open(error) => {
            let message = told(Word::DataUnreadable, &[&error]);
            Failure::new(Exit::Input, "file_unreadable", message)
        }
        other => Failure::new(
            Exit::Store,
            "import_stopped",
            told(Word::ImportStopped, &[&other]),
        ),
    }
}

impl Imported<'_> {
    /// Tells people.
    fn show(&self, out: &Output) -> Result<(), Failure> {
        let report = &self.report;
        let counts: [&dyn std::fmt::Display; 4] = [
            &report.rows,
            &report.cases_new,
            &report.cases_known,
            &report.rejected,
        ];
        out.line(told(Word::Imported, &counts))?;
        if report.closures_added > 0 {
            out.line(told(Word::ClosuresAdded, &[&report.closures_added]))?;
        }
        if let Some(file) = &self.rejects_file {
            out.line(told(Word::RejectsIn, &[&file.display()]))?;
        }
        for (code, count) in &report.anomalies {
            out.line(told(
                Word::AnomalyLine,
                &[&say(&Anomaly::name_of(code)), &count, code],
            ))?;
        }
        let doubles = &report.unit_ids_with_two_names;
        if !doubles.is_empty() {
            out.line(told(Word::DoubleNames, &[&doubles.len()]))?;
        }
        for (id, names) in doubles {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            out.line(format_args!("  {id}: {}", names.join(" / ")))?;
        }
        Ok(())
    }
}
