//! Two-level grids (小区—楼栋二级网格), basic and dedicated (`DOMAIN.md` rows 1, 2, 3, 5).

use super::period::Timeline;
use super::unit::codes;
use crate::ids::{GridId, UnitId};
use crate::text::Text;
use serde::{Deserialize, Serialize};

codes!(
    /// The level of a grid.
    GridLevel {
        /// 一级网格: an estate, a lane, a natural village, or a resident unit.
        One = "one",
        /// 二级网格: a building or yard within a level-1 grid.
        Two = "two",
    }
);

codes!(
    /// What a grid covers.
    GridKind {
        /// 基础网格: lanes and estates with their shops.
        Basic = "basic",
        /// 专属网格: an enterprise, office, school, hospital, market or office building.
        Dedicated = "dedicated",
    }
);

/// What may change about a grid, each change from an instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GridDetails {
    /// The name for people.
    pub name: Text,
    /// Where it hangs in the tree.
    pub seat: GridSeat,
    /// 专属网格: the resident unit that fills it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<UnitId>,
    /// The party organisation bound to the grid (支部建在网格上, row 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_org: Option<UnitId>,
    /// The boundary in words or as an address list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub boundary: String,
}

/// Where a grid hangs: a level-1 grid in a community, a level-2 grid in a level-1 grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GridSeat {
    /// The community of a level-1 grid.
    Community(UnitId),
    /// The level-1 grid of a level-2 grid.
    Grid(GridId),
}

/// A grid with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// The city's own code.
    pub id: GridId,
    /// Level one or two; fixed for its life.
    pub level: GridLevel,
    /// Basic or dedicated; fixed for its life.
    pub kind: GridKind,
    /// Names, seats and boundaries over time; a gap or an end means closed.
    pub history: Timeline<GridDetails>,
}

/// Where a grid stood at an instant, from the grid upwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GridPath {
    /// The grid itself.
    pub grid: GridId,
    /// Its level-1 grid; the grid itself when it is of level one.
    pub level_one: GridId,
    /// The community of the level-1 grid.
    pub community: UnitId,
    /// The street above the community.
    pub street: UnitId,
    /// The unit above the street: the district, or the city where no district stands between.
    pub district: UnitId,
}
