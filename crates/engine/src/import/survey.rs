//! A first look at the whole file before anything is written: it can be read to its end, how many
//! rows it has, and which unit ids stand with more than one name.
//!
//! Without it the importer knows a second name only from the row on where it appears; with it every
//! row of such an id is flagged, whatever the order of the file.

use super::failure::ImportFailure;
use super::mapping::Mapping;
use super::table::Table;
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// What is known of a file after one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Rows after the header.
    pub rows: u64,
    /// Unit ids with more than one name.
    pub double_names: DoubleNames,
}

/// Unit ids with more than one name, and the names; both as written.
pub type DoubleNames = BTreeMap<String, BTreeSet<String>>;

impl Survey {
    /// Reads a file to its end.
    ///
    /// # Errors
    /// Why the file cannot be read to its end.
    pub fn of<R: Read>(mapping: &Mapping, reader: R) -> Result<Self, ImportFailure> {
        let mut table = Table::open(mapping, reader)?;
        let mut record = StringRecord::new();
        let mut names = UnitNames::default();
        let mut rows = 0;
        while table.next(&mut record)?.is_some() {
            rows += 1;
            let columns = &table.columns;
            let id = columns
                .unit_id
                .as_ref()
                .and_then(|field| field.get(&record));
            let name = columns.unit.as_ref().and_then(|field| field.get(&record));
            if let (Some(id), Some(name)) = (id, name) {
                names.note(id, name);
            }
        }
        Ok(Self {
            rows,
            double_names: names.doubles(),
        })
    }
}

/// The names of each unit id, as they are met.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitNames {
    names: BTreeMap<String, BTreeSet<String>>,
}

impl UnitNames {
    /// Notes a name; whether the id has more than one by now.
    pub(super) fn note(&mut self, id: &str, name: &str) -> bool {
        if !self.names.contains_key(id) {
            self.names.insert(id.to_owned(), BTreeSet::new());
        }
        let Some(known) = self.names.get_mut(id) else {
            return false;
        };
        if !known.contains(name) {
            known.insert(name.to_owned());
        }
        known.len() > 1
    }

    /// The ids with more than one name.
    pub(super) fn doubles(&self) -> DoubleNames {
        let doubled = self.names.iter().filter(|(_, names)| names.len() > 1);
        doubled
            .map(|(id, names)| (id.clone(), names.clone()))
            .collect()
    }
}
