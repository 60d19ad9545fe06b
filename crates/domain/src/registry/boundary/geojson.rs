//! The file of boundaries: a GeoJSON FeatureCollection (RFC 7946), each feature a Polygon or
//! MultiPolygon with the property `unit` or `grid` (its code), and perhaps `population` and
//! `valid_from`. The collection may say `"datum"`: `wgs84` (else), `cgcs2000`, `gcj02`.
//!
//! Turns the file into commands, and says of every feature what is wrong with it. Decides nothing.

use super::{Boundary, Corner, Ring, gcj};
use crate::local_time;
use crate::registry::command::RegistryCommand;
use crate::registry::place::Place;
use crate::text::Text;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::str::FromStr;

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The feature, from 1; none: the file.
    pub feature: Option<usize>,
    /// What is wrong, and what would be accepted.
    pub words: Text,
}

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    datum: Option<String>,
    #[serde(default)]
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(default)]
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
}

/// Reads a file: a command a feature, in their order. What says nothing of a beginning begins at
/// `from`.
///
/// # Errors
/// Every issue.
pub fn read(bytes: &[u8], from: DateTime<Utc>) -> Result<Vec<RegistryCommand>, Vec<Issue>> {
    let whole = |zh: &str, en: &str| {
        vec![Issue {
            feature: None,
            words: Text::new(zh, en),
        }]
    };
    let collection: Collection = serde_json::from_slice(bytes).map_err(|error| {
        whole(
            &format!("不是 GeoJSON:{error}"),
            &format!("this is no GeoJSON: {error}"),
        )
    })?;
    if collection.kind != "FeatureCollection" {
        return Err(whole(
            "`type` 应为 FeatureCollection",
            "`type` must be FeatureCollection",
        ));
    }
    let shown: fn(Corner) -> Corner = match collection.datum.as_deref() {
        None | Some("wgs84" | "cgcs2000") => |point| point,
        Some("gcj02") => gcj::to_wgs84,
        Some(_) => {
            return Err(whole(
                "`datum` 应为 wgs84、cgcs2000 或 gcj02",
                "`datum` must be wgs84, cgcs2000 or gcj02",
            ));
        }
    };
    let mut commands = Vec::new();
    let mut issues = Vec::new();
    for (no, feature) in collection.features.iter().enumerate() {
        match command(feature, from, shown) {
            Ok(command) => commands.push(command),
            Err((zh, en)) => issues.push(Issue {
                feature: Some(no + 1),
                words: Text::new(zh, en),
            }),
        }
    }
    match (issues.is_empty(), commands.is_empty()) {
        (false, _) => Err(issues),
        (true, true) => Err(whole("没有要素", "there is no feature")),
        (true, false) => Ok(commands),
    }
}

type Wrong = (&'static str, &'static str);

fn command(
    feature: &Feature,
    from: DateTime<Utc>,
    shown: fn(Corner) -> Corner,
) -> Result<RegistryCommand, Wrong> {
    let none = Map::new();
    let properties = feature.properties.as_ref().unwrap_or(&none);
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let place = match (text("unit"), text("grid")) {
        (Some(unit), None) => Place::Unit(unit.into()),
        (None, Some(grid)) => Place::Grid(grid.into()),
        _ => {
            return Err((
                "属性中应有 `unit` 或 `grid` 其一，值为编码",
                "one of the properties `unit` and `grid` must name a code",
            ));
        }
    };
    let from = match text("valid_from") {
        None => from,
        Some(text) => local_time::read(text).ok_or((
            "`valid_from` 应形如 2026-07-01",
            "`valid_from` must be written like 2026-07-01",
        ))?,
    };
    let population = match properties.get("population") {
        None | Some(Value::Null) => None,
        Some(value) => Some(
            value
                .as_u64()
                .and_then(|count| u32::try_from(count).ok())
                .ok_or((
                    "`population` 应为人数",
                    "`population` must be a count of people",
                ))?,
        ),
    };
    let polygons = polygons(feature.geometry.as_ref(), shown).ok_or((
        "几何应为 Polygon 或 MultiPolygon，坐标为 [经度，纬度] 度数",
        "the geometry must be a Polygon or MultiPolygon of [longitude, latitude] in degrees",
    ))?;
    Ok(RegistryCommand::DrawBoundary {
        place,
        boundary: Boundary {
            polygons,
            population,
        },
        from,
    })
}

fn polygons(geometry: Option<&Geometry>, shown: fn(Corner) -> Corner) -> Option<Vec<Vec<Ring>>> {
    let geometry = geometry?;
    // A ring that is a speck of less than a millionth goes, with its holes if it has any.
    let polygon = |value: &Value| -> Option<Vec<Ring>> {
        let given = value.as_array()?;
        let read = given.iter().map(|value| ring(value, shown));
        let mut rings: Vec<Ring> = read.collect::<Option<_>>()?;
        let speck = |no: usize, ring: &Ring| {
            let points = given.get(no).and_then(Value::as_array);
            ring.len() < 4 && points.is_some_and(|points| points.len() >= 4)
        };
        if rings.first().is_some_and(|outer| speck(0, outer)) {
            return Some(Vec::new());
        }
        let mut no = 0;
        rings.retain(|ring| {
            no += 1;
            !speck(no - 1, ring)
        });
        Some(rings)
    };
    match geometry.kind.as_str() {
        "Polygon" => Some(vec![polygon(&geometry.coordinates)?]),
        "MultiPolygon" => {
            let all = geometry.coordinates.as_array()?.iter().map(polygon);
            let all: Vec<Vec<Ring>> = all.collect::<Option<_>>()?;
            Some(all.into_iter().filter(|rings| !rings.is_empty()).collect())
        }
        _ => None,
    }
}

/// A ring; points that are the same to a millionth stand once.
fn ring(value: &Value, shown: fn(Corner) -> Corner) -> Option<Ring> {
    let points = value.as_array()?.iter().map(|point| {
        let point = point.as_array()?;
        Some([millionths(point.first()?)?, millionths(point.get(1)?)?])
    });
    let mut ring: Ring = points.collect::<Option<_>>()?;
    ring.dedup();
    Some(ring.into_iter().map(shown).collect())
}

fn millionths(value: &Value) -> Option<i32> {
    let text = value.as_number()?.to_string();
    let degrees = Decimal::from_str(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()?;
    let whole = degrees.checked_mul(Decimal::from(1_000_000))?.round();
    i32::try_from(whole).ok()
}
