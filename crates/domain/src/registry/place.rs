//! Where a person serves, and the area that a unit serves.

use crate::ids::{GridId, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that names no place or area.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no area; accepted: `unit:CODE`, `grid:CODE`, and for services also `everywhere`"
)]
pub struct UnknownArea(pub String);

/// A unit or a grid. In text and JSON `unit:CODE` or `grid:CODE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Place {
    /// An organisation.
    Unit(UnitId),
    /// A grid of either level.
    Grid(GridId),
}

crate::schema::shape_of_text!(Place);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => write!(f, "unit:{unit}"),
            Self::Grid(grid) => write!(f, "grid:{grid}"),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl FromStr for Place {
    type Err = UnknownArea;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("unit", code)) if !code.is_empty() => Ok(Self::Unit(code.into())),
            Some(("grid", code)) if !code.is_empty() => Ok(Self::Grid(code.into())),
            _ => Err(UnknownArea(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = UnknownArea;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The area of a service. In text and JSON `everywhere`, `unit:CODE` or `grid:CODE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Area {
    /// The whole tenant.
    Everywhere,
    /// Everything within a unit or a grid.
    Within(Place),
}

crate::schema::shape_of_text!(Area);

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere => f.write_str("everywhere"),
            Self::Within(place) => place.fmt(f),
        }
    }
}

impl From<Area> for String {
    fn from(area: Area) -> Self {
        area.to_string()
    }
}

impl FromStr for Area {
    type Err = UnknownArea;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "everywhere" => Ok(Self::Everywhere),
            other => other.parse().map(Self::Within),
        }
    }
}

impl TryFrom<String> for Area {
    type Error = UnknownArea;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
