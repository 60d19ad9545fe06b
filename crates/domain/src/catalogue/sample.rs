//! A sample catalogue of generic matters over the eight domains, for the demo city and for tests.
//! Invented; no city's list.

use super::command::CatalogueCommand;
use super::csv::parse;
use crate::registry::csv::CsvIssue;

/// The sample in the form of `catalogue.csv`. The units it names as owners of funding are the
/// departments `dept-…`, which the registry must know first.
pub const SAMPLE_CSV: &str = include_str!("sample.csv");

/// The sample as one import.
///
/// # Errors
/// None for the file as it is built in; the type is that of [`parse`].
pub fn sample() -> Result<CatalogueCommand, Vec<CsvIssue>> {
    parse(SAMPLE_CSV.as_bytes()).map(CatalogueCommand::Import)
}
