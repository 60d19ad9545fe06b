//! Who serves which grid for which matter (`DOMAIN.md` row 14, 入网服务).

use super::place::Area;
use crate::ids::{MatterCode, UnitId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is no pattern of matters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no pattern of matters; accepted: a matter code, a prefix such as `environment.*`, or `*`"
)]
pub struct UnknownPattern(pub String);

/// Matters by code: one (`environment.noise`), a prefix (`environment.*`) or all (`*`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct MatterPattern(String);

crate::schema::shape_of_text!(MatterPattern);

impl MatterPattern {
    /// Whether a matter is meant.
    #[must_use]
    pub fn matches(&self, matter: &MatterCode) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => matter.as_str().starts_with(prefix),
            None => matter.as_str() == self.0,
        }
    }

    /// How exactly it names a matter: one code before prefixes, long prefixes before short ones.
    #[must_use]
    pub fn precision(&self) -> usize {
        if self.0.ends_with('*') {
            self.0.len()
        } else {
            usize::MAX
        }
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MatterPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<MatterPattern> for String {
    fn from(pattern: MatterPattern) -> Self {
        pattern.0
    }
}

impl FromStr for MatterPattern {
    type Err = UnknownPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let stem = text.strip_suffix('*').unwrap_or(text);
        let well_formed = !text.is_empty()
            && !stem.contains('*')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownPattern(text.to_owned()))
        }
    }
}

impl TryFrom<String> for MatterPattern {
    type Error = UnknownPattern;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A unit serves an area for matters from an instant, perhaps until another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Who serves.
    pub unit: UnitId,
    /// For what.
    pub matter: MatterPattern,
    /// Where.
    pub area: Area,
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it; open while empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

impl Service {
    /// Whether it holds at the instant.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}
