//! What an import comes to: rows = imported + known + rejected.

use crate::failure::Failure;
use crate::output::Output;
use crate::words::{Word, say, told};
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::import::{Anomaly, DoubleNames};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The counts; the JSON form is documented in `docs/reference/json.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Tally {
    /// The source system.
    pub(crate) source: String,
    /// Rows of the file.
    pub(crate) rows: u64,
    /// New cases.
    pub(crate) imported: u64,
    /// Cases that an earlier import brought.
    pub(crate) known: u64,
    /// Rows in the rejects file.
    pub(crate) rejected: u64,
    /// Rejected rows by code.
    pub(crate) rejects: BTreeMap<String, u64>,
    /// The file they are in.
    pub(crate) rejects_file: Option<PathBuf>,
    /// Rows with an anomaly that was kept, by code.
    pub(crate) anomalies: BTreeMap<String, u64>,
    /// Unit ids with more than one name.
    pub(crate) double_names: DoubleNames,
}

impl Tally {
    pub(crate) fn new(source: &str, double_names: &DoubleNames) -> Self {
        Self {
            source: source.to_owned(),
            rows: 0,
            imported: 0,
            known: 0,
            rejected: 0,
            rejects: BTreeMap::new(),
            rejects_file: None,
            anomalies: BTreeMap::new(),
            double_names: double_names.clone(),
        }
    }

    /// Counts a rejected row.
    pub(crate) fn reject(&mut self, code: &str) {
        self.rejected += 1;
        *self.rejects.entry(code.to_owned()).or_default() += 1;
    }

    /// Counts the anomalies that a row keeps.
    pub(crate) fn notice(&mut self, command: &CaseCommand) {
        for code in super::anomalies(command) {
            *self.anomalies.entry(code.clone()).or_default() += 1;
        }
    }

    /// Tells people.
    pub(crate) fn show(&self, out: Output) -> Result<(), Failure> {
        let counts: [&dyn std::fmt::Display; 4] =
            [&self.rows, &self.imported, &self.known, &self.rejected];
        out.line(told(Word::Imported, &counts))?;
        if let Some(file) = &self.rejects_file {
            out.line(told(Word::RejectsIn, &[&file.display()]))?;
        }
        for (code, count) in &self.rejects {
            out.line(format_args!("  {code}: {count}"))?;
        }
        for (code, count) in &self.anomalies {
            let label = Anomaly::from_code(code).map(|anomaly| say(&anomaly.label()));
            out.line(told(
                Word::AnomalyLine,
                &[&label.as_ref().unwrap_or(code), &count],
            ))?;
        }
        if !self.double_names.is_empty() {
            out.line(told(Word::DoubleNames, &[&self.double_names.len()]))?;
        }
        for (id, names) in &self.double_names {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            out.line(format_args!("  {id}: {}", names.join(" / ")))?;
        }
        Ok(())
    }
}
