//! The mapping: which column means what, how times are written, and what counts as missing.
//!
//! A mapping is parsed once and is then complete: whatever could be wrong with it is refused here,
//! with the line, the field, the rule and what would be accepted. What the file looks like is asked
//! only when a file is opened.

mod built_in;
mod check;
mod location;
mod problem;
mod raw;

pub(super) use location::Located;
pub use location::{Bounds, LocationRule};
pub use problem::MappingProblem;

use super::wall_clock::SourceClock;
use gridwhistle_domain::class::CaseClass;
use std::collections::{BTreeMap, BTreeSet};

/// How one foreign system writes its cases. Reference: `docs/reference/import-mapping.md`.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The system's name; with the source's id it makes the case id, so it never changes.
    pub(super) source: String,
    /// The separator, one ASCII sign.
    pub(super) delimiter: u8,
    pub(super) clock: SourceClock,
    pub(super) columns: ColumnNames,
    /// Level to column.
    pub(super) areas: BTreeMap<String, String>,
    pub(super) class: ClassRule,
    pub(super) status: Option<StatusRule>,
    pub(super) on_time: Option<FlagRule>,
    pub(super) verdict: Option<VerdictRule>,
    pub(super) location: Option<LocationRule>,
    /// Column to texts that mean "missing".
    pub(super) missing: BTreeMap<String, BTreeSet<String>>,
    /// Column to (text of the source to text here).
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The columns with a meaning of their own.
#[derive(Clone, Debug)]
pub(super) struct ColumnNames {
    pub(super) id: String,
    pub(super) created: String,
    pub(super) due: Option<String>,
    pub(super) closed: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) unit_id: Option<String>,
    pub(super) matter: Vec<String>,
    pub(super) title: Vec<String>,
    pub(super) place: Option<String>,
}

/// Where the class comes from.
#[derive(Clone, Debug)]
pub(super) struct ClassRule {
    pub(super) constant: Option<CaseClass>,
    pub(super) column: Option<String>,
    pub(super) values: BTreeMap<String, CaseClass>,
}

/// Which statuses are open and which are closed.
#[derive(Clone, Debug)]
pub(super) struct StatusRule {
    pub(super) column: String,
    /// Text to whether it means closed.
    pub(super) closed: BTreeMap<String, bool>,
}

/// The source's own on-time flag.
#[derive(Clone, Debug)]
pub(super) struct FlagRule {
    pub(super) column: String,
    /// Text to whether it means on time.
    pub(super) on_time: BTreeMap<String, bool>,
}

/// Closed on time or late, where the source gives a verdict instead of a time.
#[derive(Clone, Debug)]
pub(super) struct VerdictRule {
    pub(super) on_time: Sign,
    pub(super) late: Sign,
}

/// A column that shows a text.
#[derive(Clone, Debug)]
pub(super) struct Sign {
    pub(super) column: String,
    pub(super) value: String,
}

impl Mapping {
    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line, field, rule and what would be accepted.
    ///
    /// ```
    /// use gridwhistle::import::Mapping;
    ///
    /// let problem = Mapping::parse("source = \"my-city\"\n[time]\nzone = \"Boston\"\n").unwrap_err();
    /// assert_eq!((problem.line, problem.field.as_str()), (2, "time"));
    /// ```
    pub fn parse(toml: &str) -> Result<Self, MappingProblem> {
        check::complete(toml, raw::read(toml)?)
    }

    /// The system's name, e.g. `boston-311`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The source's wall clock, for spans as its own reports give them.
    #[must_use]
    pub fn clock(&self) -> &SourceClock {
        &self.clock
    }

    /// Every column the mapping reads, in the order of the mapping, each once.
    #[must_use]
    pub fn column_names(&self) -> Vec<&str> {
        let columns = &self.columns;
        let one = [Some(&columns.id), Some(&columns.created)];
        let some = [
            &columns.due,
            &columns.closed,
            &columns.unit,
            &columns.unit_id,
            &columns.place,
        ];
        let rules = [
            self.status.as_ref().map(|rule| &rule.column),
            self.on_time.as_ref().map(|rule| &rule.column),
            self.verdict.as_ref().map(|rule| &rule.on_time.column),
            self.verdict.as_ref().map(|rule| &rule.late.column),
            self.location.as_ref().map(|rule| &rule.latitude),
            self.location.as_ref().map(|rule| &rule.longitude),
            self.class.column.as_ref(),
        ];
        let all = one
            .into_iter()
            .chain(some.into_iter().map(Option::as_ref))
            .chain(rules)
            .flatten()
            .chain(&columns.matter)
            .chain(&columns.title)
            .chain(self.areas.values());
        let mut seen = BTreeSet::new();
        all.map(String::as_str)
            .filter(|name| seen.insert(*name))
            .collect()
    }
}
