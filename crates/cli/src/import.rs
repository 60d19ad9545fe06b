//! `import`: a foreign case list into the log; every row ends as a case or as a line of the rejects
//! file, and the counts tie out.

use crate::args::ImportArgs;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::progress;
use crate::session::{Session, read_text};
use crate::words::{Word, language, say, told};
use gridwhistle::import::{Anomaly, ImportError, ImportReport, Mapping};
use serde::Serialize;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Excel reads a CSV as UTF-8 only with this before it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What an import comes to; the JSON form is documented in `docs/reference/json.md`.
#[derive(Serialize)]
struct Imported<'a> {
    source: &'a str,
    #[serde(flatten)]
    report: ImportReport,
    rejects_file: Option<&'a Path>,
}

/// Imports a list.
///
/// # Errors
/// When the mapping or the file is wrong (then nothing was written), or the store fails (then a
/// repeat goes on where it stopped).
pub(crate) async fn run(session: &Session, args: ImportArgs) -> Result<(), Failure> {
    let mapping = Arc::new(mapping(&args.mapping)?);
    File::open(&args.data).map_err(|error| Failure::file(&args.data, &error))?;
    let engine = session.open().await?;
    let path = args.rejects.unwrap_or_else(|| beside(&args.data));
    let unwritable = |error| Failure::unwritable(&path, &error);
    let mut file = File::create(&path).map_err(unwritable)?;
    file.write_all(BYTE_ORDER_MARK).map_err(unwritable)?;
    let bar = progress::rows();
    let imported = engine
        .import(
            Arc::clone(&mapping),
            || File::open(&args.data),
            (file, language()),
            |done| {
                bar.set_length(done.of);
                bar.set_position(done.rows);
            },
        )
        .await;
    bar.finish_and_clear();
    let rejected = imported.as_ref().map_or(0, |report| report.rejected);
    if rejected == 0 {
        std::fs::remove_file(&path).map_err(unwritable)?;
    }
    let report = imported.map_err(failed)?;
    engine.wait(report.last_position).await?;
    let imported = Imported {
        source: mapping.source(),
        report,
        rejects_file: (rejected > 0).then_some(path.as_path()),
    };
    session.output.answer(&imported, |out| imported.show(out))
}

/// `cases.csv.gz` → `cases.csv.gz.rejects.csv`.
fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".rejects.csv");
    data.with_file_name(name)
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
        if let Some(file) = self.rejects_file {
            out.line(told(Word::RejectsIn, &[&file.display()]))?;
        }
        for (code, count) in &report.anomalies {
            let label = Anomaly::from_code(code).map(|anomaly| say(&anomaly.label()));
            out.line(told(
                Word::AnomalyLine,
                &[&label.as_ref().unwrap_or(code), &count],
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
