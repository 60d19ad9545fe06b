//! The rejects file: line, id, code, reason; made only when a row is rejected.

use crate::failure::Failure;
use crate::words::{Word, language};
use gridwhistle::domain::case::refusal::Refusal;
use gridwhistle::domain::text::{Language, Text};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Excel reads a CSV as UTF-8 only with this before it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rejected rows on their way to a file.
pub(crate) struct Rejects {
    path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

/// `cases.csv.gz` → `cases.csv.gz.rejects.csv`.
pub(crate) fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".rejects.csv");
    data.with_file_name(name)
}

impl Rejects {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, writer: None }
    }

    /// Adds a row.
    pub(crate) fn add(
        &mut self,
        line: u64,
        id: &str,
        code: &str,
        why: &Text,
    ) -> Result<(), Failure> {
        let path = &self.path;
        let failed = |error: csv::Error| Failure::unwritable(path, &error.into());
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let mut file =
                    File::create(path).map_err(|error| Failure::unwritable(path, &error))?;
                std::io::Write::write_all(&mut file, BYTE_ORDER_MARK)
                    .map_err(|error| Failure::unwritable(path, &error))?;
                let mut writer = csv::Writer::from_writer(file);
                writer
                    .write_record(["line", "id", "code", "reason"])
                    .map_err(failed)?;
                self.writer.insert(writer)
            }
        };
        let line = line.to_string();
        // A spreadsheet must not take an id for a formula.
        let id = if id.starts_with(['=', '+', '-', '@']) {
            format!("'{id}")
        } else {
            id.to_owned()
        };
        let record = [line.as_str(), id.as_str(), code, why.get(language())];
        writer.write_record(record).map_err(failed)
    }

    /// Writes what is left; answers the file, if one was made.
    pub(crate) fn finish(mut self) -> Result<Option<PathBuf>, Failure> {
        let Some(writer) = &mut self.writer else {
            return Ok(None);
        };
        writer
            .flush()
            .map_err(|error| Failure::unwritable(&self.path, &error))?;
        Ok(Some(self.path))
    }
}

/// The row was imported before with other content.
pub(crate) fn changed() -> Text {
    let get = |language| Word::ChangedSince.get(language);
    Text::new(get(Language::ZhCn), get(Language::En))
}

/// A refusal in both languages.
pub(crate) fn words(refusal: &Refusal) -> Text {
    Text::new(
        refusal.message(Language::ZhCn),
        refusal.message(Language::En),
    )
}
