//! The columns of one file: the mapping's names resolved to places in the row.

use super::failure::ImportFailure;
use super::mapping::{Mapping, StatusRule};
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};

/// One column of the file, with what counts as missing in it and how its texts are renamed.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    index: usize,
    missing: BTreeSet<String>,
    values: BTreeMap<String, String>,
}

impl Field {
    /// The text as written, nothing when blank or a placeholder.
    pub(super) fn get<'r>(&self, record: &'r StringRecord) -> Option<&'r str> {
        let text = record.get(self.index)?;
        let blank = text.trim().is_empty();
        let placeholder = !self.missing.is_empty() && self.missing.contains(text.trim());
        (!blank && !placeholder).then_some(text)
    }

    /// The text under the name it has here.
    pub(super) fn named<'t>(&'t self, text: &'t str) -> &'t str {
        if self.values.is_empty() {
            return text;
        }
        self.values.get(text).map_or(text, String::as_str)
    }
}

/// The columns a mapping reads, in one file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) id: Field,
    pub(super) created: Field,
    pub(super) due: Option<Field>,
    pub(super) closed: Option<Field>,
    pub(super) unit: Option<Field>,
    pub(super) unit_id: Option<Field>,
    pub(super) matter: Vec<Field>,
    pub(super) title: Vec<Field>,
    pub(super) place: Option<Field>,
    pub(super) class: Option<Field>,
    pub(super) status: Option<Field>,
    pub(super) on_time: Option<Field>,
    /// The columns of the two verdicts: on time, late.
    pub(super) verdict: Option<(Field, Field)>,
    pub(super) location: Option<(Field, Field)>,
    /// Level and column.
    pub(super) areas: Vec<(String, Field)>,
}

impl Columns {
    /// Finds the mapping's columns in a header.
    ///
    /// # Errors
    /// [`ImportFailure::ColumnsMissing`] with all that are missing; [`ImportFailure::ColumnTwice`].
    pub(super) fn find(mapping: &Mapping, header: &StringRecord) -> Result<Self, ImportFailure> {
        let present: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let wanted = mapping.column_names();
        let missing: Vec<String> = wanted
            .iter()
            .filter(|name| !present.iter().any(|there| there == name.trim()))
            .map(|name| (*name).to_owned())
            .collect();
        if !missing.is_empty() {
            return Err(ImportFailure::ColumnsMissing { missing, present });
        }
        for name in wanted {
            if present.iter().filter(|there| *there == name.trim()).count() > 1 {
                return Err(ImportFailure::ColumnTwice {
                    column: name.to_owned(),
                });
            }
        }
        let field = |name: &String| Field {
            index: present
                .iter()
                .position(|there| there == name.trim())
                .unwrap_or(usize::MAX),
            missing: mapping.missing.get(name).cloned().unwrap_or_default(),
            values: mapping.values.get(name).cloned().unwrap_or_default(),
            name: name.clone(),
        };
        let optional = |name: &Option<String>| name.as_ref().map(field);
        let columns = &mapping.columns;
        let status = |rule: &StatusRule| field(&rule.column);
        Ok(Self {
            id: field(&columns.id),
            created: field(&columns.created),
            due: optional(&columns.due),
            closed: optional(&columns.closed),
            unit: optional(&columns.unit),
            unit_id: optional(&columns.unit_id),
            matter: columns.matter.iter().map(field).collect(),
            title: columns.title.iter().map(field).collect(),
            place: optional(&columns.place),
            class: optional(&mapping.class.column),
            status: mapping.status.as_ref().map(status),
            on_time: mapping.on_time.as_ref().map(|rule| field(&rule.column)),
            verdict: mapping
                .verdict
                .as_ref()
                .map(|rule| (field(&rule.on_time.column), field(&rule.late.column))),
            location: mapping
                .location
                .as_ref()
                .map(|rule| (field(&rule.latitude), field(&rule.longitude))),
            areas: mapping
                .areas
                .iter()
                .map(|(level, name)| (level.clone(), field(name)))
                .collect(),
        })
    }
}
