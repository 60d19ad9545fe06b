//! People who act in office, and their tenures (`DOMAIN.md` rows 6, 7, 8).
//!
//! Office holders act publicly and their names stand in clear. Phone and identity numbers do not
//! belong here at all: the commands refuse them.

use super::period::Timeline;
use super::place::Place;
use super::unit::codes;
use crate::actor::Role;
use crate::ids::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

codes!(
    /// How a person is employed. 专职为兜底、兼职为补充 (`DOMAIN.md` row 8).
    Employment {
        /// 专职.
        FullTime = "full_time",
        /// 兼职.
        PartTime = "part_time",
    }
);

/// What may change about a person, each change from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonDetails {
    /// The name in office.
    pub name: String,
    /// Full-time or part-time.
    pub employment: Employment,
}

/// A role at a unit or a grid from an instant, perhaps until another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tenure {
    /// The capacity.
    pub role: Role,
    /// Where it is held.
    pub place: Place,
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it; open while empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

impl Tenure {
    /// Whether it is held at the instant.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// A person with history and tenures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The city's own code for the person.
    pub id: PersonId,
    /// Names and employment over time; a gap or an end means not active.
    pub history: Timeline<PersonDetails>,
    /// All tenures ever held, in order of recording.
    pub tenures: Vec<Tenure>,
}
