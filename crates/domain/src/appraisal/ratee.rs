//! Who is rated, and how often a rater met them.

use crate::ids::{PersonId, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who is rated: a unit, or whoever answers for it (`DOMAIN.md` row 31).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ratee {
    /// A unit.
    Unit(UnitId),
    /// A responsible person (责任人), in the office of one unit.
    Person {
        /// Who.
        person: PersonId,
        /// For which unit.
        unit: UnitId,
    },
}

impl Ratee {
    /// The unit, or the unit that the person answers for.
    #[must_use]
    pub const fn unit(&self) -> &UnitId {
        match self {
            Self::Unit(unit) | Self::Person { unit, .. } => unit,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Unit(_) => None,
            Self::Person { person, .. } => Some(person),
        }
    }
}

impl fmt::Display for Ratee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Person { person, unit } => write!(f, "person:{person}@{unit}"),
        }
    }
}

/// How a rater met somebody in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// Whom.
    pub ratee: Ratee,
    /// Legs of the unit that ran in the period, of cases in the rater's grids.
    pub legs: u32,
    /// Coordination meetings of such cases to which the unit was called.
    pub meetings: u32,
}
