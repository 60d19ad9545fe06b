//! What came of an import, and the file of the rows that came to nothing.

use super::reject::RejectReason;
use super::survey::DoubleNames;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::text::Language;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// Rows read so far.
    pub rows: u64,
    /// Rows of the file.
    pub of: u64,
}

/// What came of a whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rows after the header.
    pub rows: u64,
    /// Cases that are new in the log.
    pub cases_new: u64,
    /// Cases that the log knew.
    pub cases_known: u64,
    /// Closures added to cases that the log knew; they are counted in `cases_known` too.
    pub closures_added: u64,
    /// Rows in the rejects file.
    pub rejected: u64,
    /// Rows kept with an oddity, by the code of [`super::Anomaly`].
    pub anomalies: BTreeMap<String, u64>,
    /// Unit ids with more than one name, and their names.
    pub unit_ids_with_two_names: DoubleNames,
    /// The last position written or found: wait for it to read the import. 0 if there is none.
    pub last_position: u64,
    /// How long it took, views not counted.
    pub elapsed_ms: u64,
}

impl ImportReport {
    /// Whether every row is accounted for.
    #[must_use]
    pub fn ties_out(&self) -> bool {
        self.rows == self.cases_new + self.cases_known + self.rejected
    }

    pub(super) fn note_anomalies(&mut self, command: &CaseCommand) {
        if let CaseCommand::Import { case, .. } = command {
            for code in &case.anomalies {
                *self.anomalies.entry(code.clone()).or_default() += 1;
            }
        }
    }
}

/// The rejects file: `line,id,code,reason`.
pub(super) struct Rejects<W: Write> {
    writer: csv::Writer<W>,
    language: Language,
}

impl<W: Write> Rejects<W> {
    pub(super) fn begin(file: W, language: Language) -> Result<Self, csv::Error> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(["line", "id", "code", "reason"])?;
        Ok(Self { writer, language })
    }

    pub(super) fn write(
        &mut self,
        line: u64,
        id: &str,
        reason: &RejectReason,
    ) -> Result<(), csv::Error> {
        let line = line.to_string();
        let text = reason.text();
        self.writer
            .write_record([line.as_str(), id, reason.code(), text.get(self.language)])
    }

    pub(super) fn end(mut self) -> Result<(), csv::Error> {
        Ok(self.writer.flush()?)
    }
}
