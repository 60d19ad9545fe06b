//! The stream of rows: every row of the file ends as a case or as a reject.

use super::Anomaly;
use super::case_row::CaseRow;
use super::failure::ImportFailure;
use super::mapping::Mapping;
use super::reject::RejectReason;
use super::survey::{DoubleNames, Survey, UnitNames};
use super::table::Table;
use csv::StringRecord;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::ids::CaseId;
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;
use uuid::Uuid;

/// The name space of imported case ids; fixed for ever, or a second import would make new cases.
const IMPORTED: Uuid = Uuid::from_u128(0x8c1f_0d7a_52be_5d1c_9a30_6e1b_7f94_c2a5);

/// The case id of a source's id: the same on every machine and in every tenant.
#[must_use]
pub fn case_id(source: &str, id: &str) -> CaseId {
    // A source name holds no `/`, so two pairs never make one name.
    CaseId(Uuid::new_v5(&IMPORTED, format!("{source}/{id}").as_bytes()))
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every row is a case: a box would cost each of them an allocation"
)]
pub enum Row {
    /// It is a case.
    Case(ImportRow),
    /// It is none.
    Reject {
        /// The line the row begins on; the header is line 1.
        line: u64,
        /// The source's id, empty when it has none.
        id: String,
        /// Why.
        reason: RejectReason,
    },
}

/// A row that is a case.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// The line the row begins on; the header is line 1.
    pub line: u64,
    /// The source's id.
    pub source_id: String,
    /// The id here.
    pub case_id: CaseId,
    /// [`CaseCommand::Import`], to be executed by the system.
    pub command: CaseCommand,
}

/// Reads a foreign case list row by row. Ends after the last row or the first failure of the file.
pub struct Importer<R: Read> {
    mapping: Arc<Mapping>,
    table: Table<R>,
    record: StringRecord,
    seen: HashSet<CaseId>,
    units: UnitNames,
    survey: Option<Survey>,
    ended: bool,
}

impl<R: Read> Importer<R> {
    /// Opens a list, plain or gzip, and finds the mapping's columns in it.
    ///
    /// # Errors
    /// Why the file cannot be read at all.
    pub fn new(mapping: Arc<Mapping>, reader: R) -> Result<Self, ImportFailure> {
        let table = Table::open(&mapping, reader)?;
        Ok(Self {
            mapping,
            table,
            record: StringRecord::new(),
            seen: HashSet::new(),
            units: UnitNames::default(),
            survey: None,
            ended: false,
        })
    }

    /// With what a first pass over the same file has found: every row of a unit id with two names is
    /// flagged, not only those after the second name.
    #[must_use]
    pub fn surveyed(mut self, survey: Survey) -> Self {
        self.survey = Some(survey);
        self
    }

    /// Unit ids with more than one name in the rows read so far.
    #[must_use]
    pub fn double_names(&self) -> DoubleNames {
        self.units.doubles()
    }

    fn row(&mut self, line: u64) -> Row {
        let record = &self.record;
        let columns = &self.table.columns;
        let id = columns.id.get(record).map(str::trim).unwrap_or_default();
        let reject = |reason| Row::Reject {
            line,
            id: id.to_owned(),
            reason,
        };
        if record.len() != self.table.width() {
            let (header, row) = (self.table.width(), record.len());
            return reject(RejectReason::FieldCount { header, row });
        }
        if id.is_empty() {
            return reject(RejectReason::IdMissing {
                column: columns.id.name.clone(),
            });
        }
        let case_id = case_id(&self.mapping.source, id);
        if !self.seen.insert(case_id) {
            return reject(RejectReason::IdTwice {
                column: columns.id.name.clone(),
            });
        }
        let mut row = CaseRow::new(&self.mapping, columns, record);
        let unit_id = columns.unit_id.as_ref().and_then(|field| field.get(record));
        let unit = columns.unit.as_ref().and_then(|field| field.get(record));
        if let (Some(unit_id), Some(name)) = (unit_id, unit) {
            let doubled = self.units.note(unit_id, name);
            let surveyed = self.survey.as_ref();
            if doubled || surveyed.is_some_and(|known| known.double_names.contains_key(unit_id)) {
                row.flag(Anomaly::UnitIdWithTwoNames);
            }
        }
        match row.command(id) {
            Ok(command) => Row::Case(ImportRow {
                line,
                source_id: id.to_owned(),
                case_id,
                command,
            }),
            Err(reason) => reject(reason),
        }
    }
}

impl<R: Read> Iterator for Importer<R> {
    type Item = Result<Row, ImportFailure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.table.next(&mut self.record) {
            Ok(Some(line)) => Some(Ok(self.row(line))),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(failure) => {
                self.ended = true;
                Some(Err(failure))
            }
        }
    }
}
