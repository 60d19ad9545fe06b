//! 网格地图: the areas of a level on a sheet of whole numbers, with what is open in each, and the places
//! of open cases within one street. The sheet is drawn from the boundaries of the registry; an area
//! without one is listed beside it.

mod sheet;

use super::counts::{Count, CountsBy};
use super::filter::LedgerFilter;
use super::light::Light;

use super::{AreaLevel, LedgerSort, Moment, QuestionError, Questions};
use crate::case_view::AccountRow;
use crate::row::part;
use chrono::{DateTime, Utc};
use gridwhistle_domain::authority::Within;
use gridwhistle_domain::ids::UnitId;
use gridwhistle_domain::registry::{Boundary, GridSeat, Place, Registry, UnitKind};
use gridwhistle_domain::text::Text;
use gridwhistle_store::views::{Filter, Value};
use rust_decimal::Decimal;
use serde::Serialize;
use sheet::Sheet;
use std::collections::BTreeMap;

/// Steps of shading above nothing.
const STEPS: i64 = 4;
/// Cases whose places are shown at most.
const POINTS: usize = 500;

/// By what areas are shaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MapFigure {
    /// Open cases.
    #[default]
    Open,
    /// Open cases whose handling is overdue.
    Overdue,
    /// Open cases of a thousand residents.
    Per1000,
}

impl MapFigure {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Open, Self::Overdue, Self::Per1000];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Per1000 => "per_1000",
        }
    }
}

/// One area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MapArea {
    /// The code of its unit or grid.
    pub area: String,
    /// Its name.
    pub name: Text,
    /// Open cases.
    pub open: i64,
    /// Of those, overdue.
    pub overdue: i64,
    /// Residents, where the boundary says so.
    pub population: Option<u32>,
    /// Open cases of a thousand residents.
    pub per_1000: Option<Decimal>,
    /// The step of its shade: 0 is nothing, 1 the least; none: the figure is not known.
    pub step: Option<u8>,
    /// Its polygons on the sheet, each an outer ring and its holes; none: it has no boundary.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Vec<Vec<Vec<i32>>>>))]
    pub polygons: Vec<Vec<Vec<[i32; 2]>>>,
    /// Where its name stands on the sheet.
    pub label: Option<[i32; 2]>,
}

/// The place of one open case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MapPoint {
    /// The case.
    pub case: String,
    /// Its number on the ledger.
    pub ledger_no: i64,
    /// Its light.
    pub light: Light,
    /// Where it lies on the sheet.
    pub at: [i32; 2],
}

/// The sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CityMap {
    /// The level of its areas.
    pub level: AreaLevel,
    /// The street that it shows; none: the city.
    pub within: Option<UnitId>,
    /// By what its areas are shaded.
    pub figure: MapFigure,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Its width and height.
    pub size: [i32; 2],
    /// Where each step of shading ends, the least first.
    pub steps: Vec<Decimal>,
    /// The areas, by code.
    pub areas: Vec<MapArea>,
    /// Open cases that lie in none of them.
    pub elsewhere: i64,
    /// Within a street: the places of open cases that the caller may see, the earliest due first.
    pub points: Vec<MapPoint>,
    /// Open cases that the caller may see, without a place on the sheet.
    pub placeless: i64,
}

/// Which map.
#[derive(Clone, Debug, Default)]
pub struct MapAsk {
    /// The level; none: streets of the city, communities of a street.
    pub level: Option<AreaLevel>,
    /// The street.
    pub within: Option<UnitId>,
    /// The figure.
    pub figure: MapFigure,
    /// Which cases the caller may see.
    pub sees: Option<Within>,
}

impl Questions {
    /// The map of the city, or of one of its streets.
    ///
    /// # Errors
    /// [`QuestionError::Views`].
    pub async fn map(
        &self,
        ask: &MapAsk,
        registry: &Registry,
        moment: Moment,
    ) -> Result<CityMap, QuestionError> {
        let at = moment.instant();
        let within = ask.within.as_ref();
        let level = ask.level.unwrap_or(match within {
            Some(_) => AreaLevel::Community,
            None => AreaLevel::Street,
        });
        let by = match level {
            AreaLevel::Street => CountsBy::Street,
            AreaLevel::Community => CountsBy::Community,
            AreaLevel::Grid => CountsBy::Grid,
        };
        let filter = LedgerFilter {
            street: within.map(ToString::to_string),
            ..LedgerFilter::default()
        };
        let counts = self.counts(by, &filter, moment).await?;
        let counted = counts.rows.iter();
        let counted: BTreeMap<&str, &Count> = counted
            .filter_map(|row| Some((row.group.as_deref()?, row)))
            .collect();
        let places = places(registry, level, within, at);
        let drawn = places
            .iter()
            .filter_map(|(place, _)| registry.boundary(place, at));
        let sheet = Sheet::around(drawn);
        let areas = places.iter().map(|(place, name)| {
            let count = counted.get(code(place)).copied();
            shown(place, name, count, registry.boundary(place, at), &sheet)
        });
        let mut areas: Vec<MapArea> = areas.collect();
        let steps = shade(&mut areas, ask.figure);
        let held: i64 = areas.iter().map(|area| area.open).sum();
        let (points, placeless) = self.points(ask, &sheet, moment).await?;
        Ok(CityMap {
            level,
            within: within.cloned(),
            figure: ask.figure,
            at,
            size: sheet.size(),
            steps,
            areas,
            elsewhere: counts.total.open - held,
            points,
            placeless,
        })
    }

    /// Where the open cases of a street lie, as far as the caller sees them.
    async fn points(
        &self,
        ask: &MapAsk,
        sheet: &Sheet,
        moment: Moment,
    ) -> Result<(Vec<MapPoint>, i64), QuestionError> {
        let Some(street) = &ask.within else {
            return Ok((Vec::new(), 0));
        };
        let mut places = BTreeMap::new();
        let open = Filter::And(vec![
            Filter::eq("street", street.as_str()),
            Filter::eq("open", true),
        ]);
        let look = &mut |cells: &[Value]| {
            let row = Placed::of(cells)?;
            if let (Some(lat), Some(lng)) = (row.lat, row.lng) {
                places.insert(row.case_id.to_owned(), (lng, lat));
            }
            Ok(())
        };
        let columns = Placed::COLUMNS.iter().copied();
        self.look((AccountRow::TABLE, moment), vec![open], columns, look)
            .await?;
        let filter = LedgerFilter {
            street: Some(street.to_string()),
            open_only: true,
            within: ask.sees.clone(),
            ..LedgerFilter::default()
        };
        let page = self.ledger(&filter, LedgerSort::Due, None, POINTS, moment);
        let page = page.await?;
        let points = page.rows.iter().filter_map(|row| {
            let (lng, lat) = *places.get(&row.case_id)?;
            Some(MapPoint {
                case: row.case_id.clone(),
                ledger_no: row.ledger_no,
                light: row.light(page.at),
                at: sheet.at(lng, lat).filter(|at| sheet.holds(*at))?,
            })
        });
        let points: Vec<MapPoint> = points.collect();
        let placed = points.len();
        let placeless = i64::try_from(page.rows.len() - placed).unwrap_or(0);
        Ok((points, placeless))
    }
}

part! {
    /// Where a case lies.
    Placed<'r> of AccountRow {
        case_id: &'r str,
        lat: Option<i64>,
        lng: Option<i64>,
    }
}

fn code(place: &Place) -> &str {
    match place {
        Place::Unit(unit) => unit.as_str(),
        Place::Grid(grid) => grid.as_str(),
    }
}

/// The areas of a level at an instant, all or those of one street; grids are those that hold no other.
fn places(
    registry: &Registry,
    level: AreaLevel,
    within: Option<&UnitId>,
    at: DateTime<Utc>,
) -> Vec<(Place, Text)> {
    let in_street =
        |place: &Place| within.is_none_or(|street| registry.street_of(place, at) == Some(street));
    let units = |kind: UnitKind| {
        let all = registry.units().filter(move |unit| unit.kind == kind);
        all.filter_map(move |unit| {
            let details = registry.unit_at(&unit.id, at)?;
            Some((Place::Unit(unit.id.clone()), details.name.clone()))
        })
    };
    let found: Vec<(Place, Text)> = match level {
        AreaLevel::Street => units(UnitKind::Street).collect(),
        AreaLevel::Community => units(UnitKind::Community).collect(),
        AreaLevel::Grid => {
            let seats =
                registry
                    .grids()
                    .filter_map(|grid| match &registry.grid_at(&grid.id, at)?.seat {
                        GridSeat::Grid(above) => Some(above.clone()),
                        GridSeat::Community(_) => None,
                    });
            let divided: std::collections::BTreeSet<_> = seats.collect();
            let leaves = registry.grids().filter(|grid| !divided.contains(&grid.id));
            let named = leaves.filter_map(|grid| {
                let details = registry.grid_at(&grid.id, at)?;
                Some((Place::Grid(grid.id.clone()), details.name.clone()))
            });
            named.collect()
        }
    };
    found
        .into_iter()
        .filter(|(place, _)| in_street(place))
        .collect()
}

fn shown(
    place: &Place,
    name: &Text,
    count: Option<&Count>,
    boundary: Option<&Boundary>,
    sheet: &Sheet,
) -> MapArea {
    let open = count.map_or(0, |count| count.open);
    let population = boundary.and_then(|boundary| boundary.population);
    let residents = population.filter(|residents| *residents > 0);
    let per_1000 = residents.map(|residents| {
        let share = Decimal::from(open * 1_000) / Decimal::from(residents);
        share.round_dp(2).normalize()
    });
    let polygons = boundary
        .map(|boundary| sheet.drawn(boundary))
        .unwrap_or_default();
    MapArea {
        area: code(place).to_owned(),
        name: name.clone(),
        open,
        overdue: count.map_or(0, |count| count.open_overdue),
        population,
        per_1000,
        step: None,
        label: boundary
            .and_then(Boundary::reach)
            .and_then(|[west, south, east, north]| {
                let middle = |one: i32, other: i32| i64::midpoint(one.into(), other.into());
                sheet.at(middle(west, east), middle(south, north))
            }),
        polygons,
    }
}

/// Shades areas in equal steps up to the most, and answers where each step ends.
fn shade(areas: &mut [MapArea], figure: MapFigure) -> Vec<Decimal> {
    let value = |area: &MapArea| match figure {
        MapFigure::Open => Some(Decimal::from(area.open)),
        MapFigure::Overdue => Some(Decimal::from(area.overdue)),
        MapFigure::Per1000 => area.per_1000,
    };
    let most = areas.iter().filter_map(value).max().unwrap_or_default();
    let places = if figure == MapFigure::Per1000 { 2 } else { 0 };
    let ends = (1..=STEPS).map(|step| {
        let end = most * Decimal::from(step) / Decimal::from(STEPS);
        let up = rust_decimal::RoundingStrategy::AwayFromZero;
        end.round_dp_with_strategy(places, up).normalize()
    });
    let mut ends: Vec<Decimal> = ends.filter(|end| !end.is_zero()).collect();
    ends.dedup();
    for area in areas {
        area.step = value(area).map(|value| {
            let below = ends.iter().filter(|end| **end < value).count();
            let step = if value.is_zero() { 0 } else { below + 1 };
            u8::try_from(step).unwrap_or(0)
        });
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::sheet::tests::boundary;
    use super::*;

    #[test]
    fn areas_are_shaded_in_steps_up_to_the_most() {
        let sheet = Sheet::default();
        let area = |open| {
            let count = Count {
                open,
                ..Count::default()
            };
            let place = Place::Unit("S".into());
            shown(
                &place,
                &Text::new("a", "a"),
                Some(&count),
                Some(&boundary(0, 0, 1, 1)),
                &sheet,
            )
        };
        let mut areas = [0, 1, 3, 4, 10].map(area);
        let ends = shade(&mut areas, MapFigure::Open);
        assert_eq!(ends, [3, 5, 8, 10].map(Decimal::from));
        let steps = areas.each_ref().map(|area| area.step);
        assert_eq!(steps, [Some(0), Some(1), Some(1), Some(2), Some(4)]);
        shade(&mut areas, MapFigure::Per1000);
        assert_eq!(areas[4].per_1000, Some(Decimal::from(5)));
        assert!(shade(&mut areas[..1], MapFigure::Overdue).is_empty());
        assert_eq!(areas[0].step, Some(0));
    }
}
