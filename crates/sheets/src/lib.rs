//! The answers of the views as spreadsheets: one sheet a table, headings in the reader's language, a
//! share as value, numerator, denominator and interval.
//!
//! A cell can be no formula, a file is hashed on the way and has no name until it is complete. Who takes
//! a file out is put on record by whoever writes it: the command line and the service.
//!
//! Reading order: [`cell`] is a table in parts, [`mod@file`] how it is written, [`sheets`] answers as whole
//! tables, [`lists`] lists that come in pages; what is behind a figure, who read, took out and administered
//! what ([`oversight`]), evaluations, score runs and reference data have a file each.

pub mod cases;
pub mod cell;
mod evaluations;
mod explained;
pub mod figures;
pub mod file;
pub mod lists;
pub mod oversight;
mod registry;
mod scores;
pub mod sheets;
mod spoken;

pub use cell::{Cell, Heading};
pub use file::{Form, SheetError, SheetFile, Written};
pub use gridwhistle_projections::models::Names;
pub use sheets::{AsSheet, Sheet};
