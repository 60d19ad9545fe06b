//! The pieces of an object-centric log, and the types that a file declares.

use crate::mining::activity::DETAILS;
use chrono::{DateTime, Utc};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectType {
    /// 案件.
    Case,
    /// One unit's part.
    Leg,
    /// 单位.
    Unit,
    /// 网格.
    Grid,
    /// A person in an office of a unit.
    PersonRole,
    /// 专题协调.
    Coordination,
}

impl ObjectType {
    /// All of them, in the order in which a file declares them.
    pub const ALL: [Self; 6] = [
        Self::Case,
        Self::Leg,
        Self::Unit,
        Self::Grid,
        Self::PersonRole,
        Self::Coordination,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Leg => "leg",
            Self::Unit => "unit",
            Self::Grid => "grid",
            Self::PersonRole => "person_role",
            Self::Coordination => "coordination",
        }
    }

    /// Its attributes; no name stands with two types.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Case => &[
                "case_channel",
                "class",
                "matter",
                "policy",
                "origin",
                "stage",
                "due",
                "outcome",
            ],
            Self::Leg => &["part", "leg_stage"],
            Self::Unit => &["unit_kind", "unit_name_zh", "unit_name_en"],
            Self::Grid => &["grid_name_zh", "grid_name_en"],
            Self::PersonRole => &["role", "rank"],
            Self::Coordination => &["decided"],
        }
    }
}

/// The attributes of an event type.
pub(super) fn attributes_of(event_type: &str) -> &'static [&'static str] {
    let known = DETAILS.iter().find(|(name, _)| *name == event_type);
    known.map_or(&[], |(_, attributes)| attributes)
}

/// The type of an attribute's values, as OCEL names it.
pub(super) fn type_of(attribute: &str) -> &'static str {
    match attribute {
        "due" | "clock_due" | "rebased_due" | "suspended_until" => "time",
        "reminded_percent" => "integer",
        "window_granted" | "decided" => "boolean",
        _ => "string",
    }
}

/// A value that an attribute of an object has from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The attribute.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// From when on.
    pub at: DateTime<Utc>,
}

/// A relation to an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The object.
    pub to: String,
    /// What it is.
    pub of: ObjectType,
    /// How they hang together.
    pub qualifier: &'static str,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its id, with its type before it: unique in the file.
    pub id: String,
    /// What it is.
    pub of: ObjectType,
    /// What its attributes were, in the order of time.
    pub attributes: Vec<Change>,
    /// Other objects it hangs on, each relation once.
    pub relations: Vec<Relation>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id: the position in the log, twelve digits.
    pub id: String,
    /// The name of its form.
    pub name: &'static str,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What it says.
    pub attributes: Vec<(&'static str, String)>,
    /// The objects it is about, each relation once.
    pub relations: Vec<Relation>,
}

#[cfg(test)]
mod tests {
    use super::{ObjectType, attributes_of};
    use gridwhistle_domain::case::fact::CaseFact;
    use std::collections::BTreeSet;

    #[test]
    fn no_attribute_name_stands_with_two_types() {
        let events = CaseFact::NAMES.iter().flat_map(|name| attributes_of(name));
        let objects = ObjectType::ALL.iter().flat_map(|of| of.attributes());
        for names in [events.collect::<Vec<_>>(), objects.collect()] {
            let once: BTreeSet<_> = names.iter().collect();
            assert_eq!(once.len(), names.len(), "{names:?}");
        }
    }
}
