//! Typed identifiers. Codes are the city's own (units, grids, people, matters); case ids are UUIDs.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the city's own code as it is written.
            pub fn new(code: impl Into<String>) -> Self {
                Self(code.into())
            }

            /// The code as the city writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self(code.to_owned())
            }
        }
    };
}

code!(
    /// A unit (单位): city, district, street, community, department, party or social organisation, company.
    UnitId
);
code!(
    /// A grid (网格) of level one or two.
    GridId
);
code!(
    /// A person known to the registry.
    PersonId
);
code!(
    /// A matter (事项) of the grid matter catalogue.
    MatterCode
);
code!(
    /// The version label of a published policy, e.g. `default-2026.1`.
    PolicyVersion
);
code!(
    /// A data subject whose personal data is sealed under a key of its own.
    SubjectId
);

/// One case (案件).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
///
/// ```
/// use gridwhistle_domain::ids::{CaseId, UnitId};
///
/// let case = CaseId(uuid::Uuid::nil());
/// assert_eq!(case.to_string(), "00000000-0000-0000-0000-000000000000");
/// assert_eq!(UnitId::from("C-1").as_str(), "C-1", "codes are the city's own");
/// ```
#[serde(transparent)]
pub struct CaseId(pub Uuid);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a leg within its case, from 1 in the order of dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct LegNo(pub u32);

impl fmt::Display for LegNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl SubjectId {
    /// The key of what a person gave for one case alone, so that it can be erased with that case and
    /// nothing else of the person.
    #[must_use]
    pub fn within(&self, case: CaseId) -> Self {
        Self::new(format!("{}/{case}", self.as_str()))
    }

    /// Whether this is such a key of a case.
    #[must_use]
    pub fn is_of(&self, case: CaseId) -> bool {
        self.as_str().ends_with(&format!("/{case}"))
    }

    /// Whether this is the person's own key, or one of what they gave for a case.
    #[must_use]
    pub fn belongs_to(&self, person: &Self) -> bool {
        let own = self.as_str().split('/').next();
        self == person || own == Some(person.as_str())
    }
}
