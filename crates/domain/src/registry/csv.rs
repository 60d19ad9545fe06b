//! The registry's files: `units.csv`, `grids.csv`, `people.csv`, `tenures.csv`, `services.csv`
//! (columns in `docs/reference/registry-csv.md`).
//!
//! Responsible for turning files into commands and for saying, with line and column, everything
//! that is wrong at once. Decides nothing: whether a parent exists is the registry's to say, and
//! [`Batch::explain`] brings its answer back to the lines. Knows no file system.

mod issue;
mod rows;
pub(crate) mod table;

pub use issue::{CsvIssue, CsvRule};
pub use table::FIELD_CHARS_MAX;

use super::command::RegistryCommand;
use super::refusal::RegistryRefusal;
use crate::text::{Language, Text};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use table::Table;

/// The files, in the order in which a city fills them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CsvKind {
    /// Units and their tree.
    Units,
    /// Grids and their seats.
    Grids,
    /// People.
    People,
    /// Roles of people at places.
    Tenures,
    /// Who serves which area for which matter.
    Services,
}

impl CsvKind {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Units,
        Self::Grids,
        Self::People,
        Self::Tenures,
        Self::Services,
    ];

    /// The plain name of the file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Units => "units.csv",
            Self::Grids => "grids.csv",
            Self::People => "people.csv",
            Self::Tenures => "tenures.csv",
            Self::Services => "services.csv",
        }
    }

    /// The kind of a file by its plain name.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.file_name() == name)
    }
}

/// Reads one file.
///
/// # Errors
/// Every issue of the file, in the order of its lines.
pub fn parse(kind: CsvKind, bytes: &[u8]) -> Result<Vec<RegistryCommand>, Vec<CsvIssue>> {
    Batch::read([(kind, bytes)]).map(|batch| batch.commands)
}

/// The commands of one or several files, each with the line it came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    commands: Vec<RegistryCommand>,
    origins: Vec<(CsvKind, u64)>,
}

impl Batch {
    /// Reads files that are to be imported together; lines may name what another file brings.
    ///
    /// # Errors
    /// Every issue of every file.
    pub fn read<'a>(
        files: impl IntoIterator<Item = (CsvKind, &'a [u8])>,
    ) -> Result<Self, Vec<CsvIssue>> {
        let mut batch = Self::default();
        let mut issues = Vec::new();
        for (kind, bytes) in files {
            let mut table = Table::read(kind.file_name(), rows::columns(kind), bytes);
            let rows = std::mem::take(&mut table.rows);
            let mut claims = Claims::default();
            for row in &rows {
                if let Some(command) = rows::command(kind, &mut table, row) {
                    claims.note(&command, row.line);
                    batch.commands.push(command);
                    batch.origins.push((kind, row.line));
                }
            }
            claims.report(kind, &mut table);
            table.issues.sort_by_key(|issue| issue.line);
            issues.append(&mut table.issues);
        }
        if issues.is_empty() {
            Ok(batch)
        } else {
            Err(issues)
        }
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// All lines as one command: all of them or none.
    #[must_use]
    pub fn into_command(self) -> RegistryCommand {
        RegistryCommand::Import(self.commands)
    }

    /// The same without giving up the lines, which [`Self::explain`] needs.
    #[must_use]
    pub fn command(&self) -> RegistryCommand {
        RegistryCommand::Import(self.commands.clone())
    }

    /// Where in the files the refusal of [`Self::command`] has its reasons. Empty for a refusal
    /// that no line is the reason of, such as missing authority.
    #[must_use]
    pub fn explain(&self, refusal: &RegistryRefusal) -> Vec<CsvIssue> {
        let RegistryRefusal::Import(issues) = refusal else {
            return Vec::new();
        };
        let located = issues.iter().filter_map(|issue| {
            let (kind, line) = *self.origins.get(issue.entry)?;
            let refusal = &issue.refusal;
            let message = Text::new(
                refusal.message(Language::ZhCn),
                refusal.message(Language::En),
            );
            Some(CsvIssue {
                file: kind.file_name().to_owned(),
                line,
                column: refusal.field().to_owned(),
                rule: CsvRule::Refused {
                    code: refusal.code(),
                    message,
                },
                found: String::new(),
                accepted: Text::default(),
            })
        });
        located.collect()
    }
}

type Interval = (DateTime<Utc>, Option<DateTime<Utc>>, u64);

/// Which line speaks of what and when, to find two that speak of the same.
#[derive(Default)]
struct Claims(BTreeMap<String, Vec<Interval>>);

impl Claims {
    fn note(&mut self, command: &RegistryCommand, line: u64) {
        if let Some((id, from, to)) = rows::claim(command) {
            self.0.entry(id).or_default().push((from, to, line));
        }
    }

    /// A line without an end is followed by a later line about the same unit, grid or person: that
    /// is a change. For tenures and services it is an overlap.
    fn report(self, kind: CsvKind, table: &mut Table) {
        let changes = matches!(kind, CsvKind::Units | CsvKind::Grids | CsvKind::People);
        for (id, mut intervals) in self.0 {
            intervals.sort_unstable();
            for pair in intervals.windows(2) {
                let [(from, to, first), (next, _, line)] = pair else {
                    continue;
                };
                let open = if changes {
                    *from
                } else {
                    DateTime::<Utc>::MAX_UTC
                };
                if from == next || to.unwrap_or(open) > *next {
                    let accepted = Text::new(
                        format!("第 {first} 行已有该编码；后一时段应自前一时段结束起"),
                        format!("a period that begins after that of line {first}"),
                    );
                    table.report(*line, "valid_from", CsvRule::DuplicateId, &id, accepted);
                }
            }
        }
    }
}
