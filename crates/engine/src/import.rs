//! Import of foreign case lists: a documented mapping turns rows into import commands.
//!
//! Responsible for reading (CSV, CSV.gz), for the mapping and its refusals, for turning local wall
//! clock into instants, and for saying of every row what became of it: a case or a reject, each with
//! its line. It refuses to guess: a column that is not there, a date that does not exist or an id that
//! stands twice is told, never repaired in silence. Rows are streamed; memory grows with the number of
//! ids (16 bytes each), not with the file.
//!
//! [`crate::Engine::import`] executes the commands.
//!
//! Source of rule: `docs/reference/import-mapping.md`.
//!
//! ```
//! use gridwhistle::import::{Importer, Mapping, Row};
//!
//! let mapping = Mapping::built_in("pingshan").unwrap();
//! let list = "REC_ID,CREATE_TIME,DISPOSE_UNIT_NAME,DISPOSE_UNIT_ID,EVENT_TYPE_NAME,MAIN_TYPE_NAME,\
//!             SUB_TYPE_NAME,STREET_NAME,COMMUNITY_NAME,DISTRICT_NAME,INTIME_ARCHIVE_NUM,\
//!             OVERTIME_ARCHIVE_NUM\n\
//!             1,2018-07-04 17:24:41,城管办,7,市容环卫,市容,绿化,东街道,东社区,某区,1,0\n";
//! let mut importer = Importer::new(mapping.into(), list.as_bytes()).unwrap();
//! match importer.next() {
//!     Some(Ok(Row::Case(row))) => assert_eq!((row.line, row.source_id.as_str()), (2, "1")),
//!     other => panic!("a case was expected, not {other:?}"),
//! }
//! assert!(importer.next().is_none());
//! ```

mod case_row;
mod columns;
pub mod failure;
pub mod mapping;
pub mod reject;
mod report;
mod rows;
mod run;
mod survey;
mod table;

pub use failure::ImportFailure;
pub use gridwhistle_domain::case::anomaly::Anomaly;
pub use gridwhistle_domain::wall_clock::{self, LocalQuirk, Moment, SourceClock};
pub use mapping::{Mapping, MappingProblem};
pub use reject::RejectReason;
pub use report::{ImportProgress, ImportReport};
pub use rows::{ImportRow, Importer, Row, case_id};
pub use run::ImportError;
pub use survey::{DoubleNames, Survey};
