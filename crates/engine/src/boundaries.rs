//! Boundaries: a file of them into the registry, and how the areas below one another lie: what overlaps,
//! what of an area no part covers, and what lies outside it.
//!
//! A gap or an overlap is no reason to refuse a file, for surveyors draw them; whoever imports is told.

use crate::Engine;
use crate::admin::Change;
use crate::error::EngineError;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::registry::boundary::{Boundary, geojson};
use gridwhistle_domain::registry::{GridSeat, Place, Registry, RegistryCommand, RegistryRefusal};
use gridwhistle_domain::text::{Language, Text};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::single::SingleIntOverlay;
use i_overlay::i_float::int::point::IntPoint;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is less than this part of an area is the width of a pen, in thousandths.
const PEN: i128 = 1;

/// How two areas lie that should fit.
///
/// ```
/// use gridwhistle::boundaries::Misfit;
/// use gridwhistle::domain::text::Language;
///
/// let gap = Misfit::Gap { of: "unit:S-1".parse().unwrap(), thousandths: 12 };
/// assert!(gap.words().get(Language::En).contains("12‰"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfit {
    /// Two parts of the same area share ground.
    Overlap {
        /// One.
        one: Place,
        /// The other.
        other: Place,
        /// Thousandths of the smaller of them.
        thousandths: i64,
    },
    /// No part covers this of an area.
    Gap {
        /// The area.
        of: Place,
        /// Thousandths of it.
        thousandths: i64,
    },
    /// A part lies outside the area that it is a part of.
    Outside {
        /// The part.
        part: Place,
        /// The area.
        of: Place,
        /// Thousandths of the part.
        thousandths: i64,
    },
}

impl Misfit {
    /// In words.
    #[must_use]
    pub fn words(&self) -> Text {
        match self {
            Self::Overlap {
                one,
                other,
                thousandths,
            } => Text::new(
                format!("{one} 与 {other} 重叠，占较小者的 {thousandths}‰"),
                format!("{one} and {other} overlap: {thousandths}‰ of the smaller"),
            ),
            Self::Gap { of, thousandths } => Text::new(
                format!("{of} 有 {thousandths}‰ 未被下级区域覆盖"),
                format!("{thousandths}‰ of {of} is covered by none of its parts"),
            ),
            Self::Outside {
                part,
                of,
                thousandths,
            } => Text::new(
                format!("{part} 有 {thousandths}‰ 在 {of} 之外"),
                format!("{thousandths}‰ of {part} lies outside {of}"),
            ),
        }
    }
}

/// What an import of boundaries did.
///
/// ```
/// use gridwhistle::boundaries::Drawn;
///
/// fn told(drawn: &Drawn) -> String {
///     format!("{} events, {} areas that do not fit", drawn.change.events, drawn.misfits.len())
/// }
/// # let _ = told;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// Events and position.
    #[serde(flatten)]
    pub change: Change,
    /// What does not fit around the areas of the file.
    pub misfits: Vec<Misfit>,
}

impl Engine {
    /// Imports a file of boundaries (GeoJSON, `docs/reference/boundaries.md`): all of it or nothing.
    /// Twice is a no-op.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::text::Language;
    ///
    /// let file = br#"{"type": "FeatureCollection", "features": [{"type": "Feature",
    ///     "properties": {"unit": "S-9"},
    ///     "geometry": {"type": "Polygon", "coordinates":
    ///         [[[119.3, 26.0], [119.4, 26.0], [119.4, 26.1], [119.3, 26.0]]]}}]}"#;
    /// let admin = gridwhistle::doc::admin();
    /// let refused = engine.import_boundaries(&admin, file, Language::En).await.unwrap_err();
    /// assert!(refused.to_string().contains("S-9"), "a street that is not there");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Input`] with every issue by feature.
    pub async fn import_boundaries(
        &self,
        actor: &Actor,
        file: &[u8],
        language: Language,
    ) -> Result<Drawn, EngineError> {
        let now = self.now();
        let told = |feature: Option<usize>, words: &str| match (feature, language) {
            (None, _) => words.to_owned(),
            (Some(feature), Language::ZhCn) => format!("第 {feature} 个要素：{words}"),
            (Some(feature), Language::En) => format!("feature {feature}: {words}"),
        };
        let commands = geojson::read(file, now).map_err(|issues| {
            let issues = issues.iter();
            let lines = issues.map(|issue| told(issue.feature, issue.words.get(language)));
            EngineError::Input(lines.collect())
        })?;
        let drawn = commands.iter().filter_map(|command| match command {
            RegistryCommand::DrawBoundary { place, .. } => Some(place.clone()),
            _ => None,
        });
        let drawn: BTreeSet<Place> = drawn.collect();
        let answer = self
            .registry(actor, RegistryCommand::Import(commands))
            .await;
        let change = answer.map_err(|error| match error {
            EngineError::Registry(refusal) => match *refusal {
                RegistryRefusal::Import(issues) => {
                    let issues = issues.iter();
                    let line =
                        issues.map(|one| told(Some(one.entry + 1), &one.refusal.message(language)));
                    EngineError::Input(line.collect())
                }
                other => other.into(),
            },
            other => other,
        })?;
        let reference = self.reference();
        let looked = tokio::task::spawn_blocking(move || misfits(&reference.registry, &drawn, now));
        let misfits = looked.await.unwrap_or_default();
        Ok(Drawn { change, misfits })
    }
}

type Shapes = Vec<Vec<Vec<IntPoint>>>;

fn shapes(boundary: &Boundary) -> Shapes {
    let ring = |ring: &Vec<[i32; 2]>| {
        let points = ring.iter();
        points.map(|[lng, lat]| IntPoint::new(*lng, *lat)).collect()
    };
    let polygon = |rings: &Vec<Vec<[i32; 2]>>| rings.iter().map(ring).collect();
    boundary.polygons.iter().map(polygon).collect()
}

/// Twice the area in square millionths of a degree: outer rings less their holes.
fn area(shapes: &Shapes) -> i128 {
    let ring = |ring: &Vec<IntPoint>| -> i128 {
        let next = ring.iter().cycle().skip(1);
        let pairs = ring.iter().zip(next);
        let parts = pairs.map(|(one, next)| {
            let part = |x: i32, y: i32| i128::from(x) * i128::from(y);
            part(one.x, next.y) - part(next.x, one.y)
        });
        parts.sum::<i128>().abs()
    };
    let polygon = |rings: &Vec<Vec<IntPoint>>| {
        let outer = rings.first().map_or(0, ring);
        outer - rings.iter().skip(1).map(ring).sum::<i128>()
    };
    shapes.iter().map(polygon).sum()
}

/// A part in thousandths, if it is more than a pen is wide.
fn thousandths(part: i128, whole: i128) -> Option<i64> {
    let thousandths = (part * 1_000).checked_div(whole)?;
    i64::try_from(thousandths)
        .ok()
        .filter(|_| thousandths >= PEN)
}

/// The area that a place is a part of.
fn above(registry: &Registry, place: &Place, at: chrono::DateTime<chrono::Utc>) -> Option<Place> {
    match place {
        Place::Unit(unit) => registry.parent(unit, at).cloned().map(Place::Unit),
        Place::Grid(grid) => match &registry.grid_at(grid, at)?.seat {
            GridSeat::Community(community) => Some(Place::Unit(community.clone())),
            GridSeat::Grid(grid) => Some(Place::Grid(grid.clone())),
        },
    }
}

/// What does not fit about areas, those beside them, and those above and below them.
fn misfits(
    registry: &Registry,
    drawn: &BTreeSet<Place>,
    at: chrono::DateTime<chrono::Utc>,
) -> Vec<Misfit> {
    let mut families = BTreeMap::<Place, Vec<(&Place, &Boundary)>>::new();
    for (place, boundary) in registry.boundaries(at) {
        if let Some(parent) = above(registry, place, at) {
            families.entry(parent).or_default().push((place, boundary));
        }
    }
    let touched = |parent: &Place, parts: &[(&Place, &Boundary)]| {
        drawn.contains(parent) || parts.iter().any(|(part, _)| drawn.contains(*part))
    };
    let mut found = Vec::new();
    for (parent, parts) in families
        .iter()
        .filter(|(parent, parts)| touched(parent, parts))
    {
        overlaps(parts, &mut found);
        if let Some(whole) = registry.boundary(parent, at) {
            cover(parent, whole, parts, &mut found);
        }
    }
    found
}

fn overlaps(parts: &[(&Place, &Boundary)], found: &mut Vec<Misfit>) {
    for (no, (one, first)) in parts.iter().enumerate() {
        for (other, second) in parts.iter().skip(no + 1) {
            if !meet(first, second) {
                continue;
            }
            let (first, second) = (shapes(first), shapes(second));
            let shared = first.overlay(&second, OverlayRule::Intersect, FillRule::EvenOdd);
            let smaller = area(&first).min(area(&second));
            if let Some(thousandths) = thousandths(area(&shared), smaller) {
                found.push(Misfit::Overlap {
                    one: (*one).clone(),
                    other: (*other).clone(),
                    thousandths,
                });
            }
        }
    }
}

/// Whether what two boundaries reach over has ground in common.
fn meet(one: &Boundary, other: &Boundary) -> bool {
    let (Some(one), Some(other)) = (one.reach(), other.reach()) else {
        return false;
    };
    let [west, south, east, north] = one;
    let [left, below, right, above] = other;
    west < right && left < east && south < above && below < north
}

fn cover(of: &Place, whole: &Boundary, parts: &[(&Place, &Boundary)], found: &mut Vec<Misfit>) {
    let whole = shapes(whole);
    let mut rest = whole.clone();
    for (part, boundary) in parts {
        let shape = shapes(boundary);
        let outside = shape.overlay(&whole, OverlayRule::Difference, FillRule::EvenOdd);
        if let Some(thousandths) = thousandths(area(&outside), area(&shape)) {
            found.push(Misfit::Outside {
                part: (*part).clone(),
                of: of.clone(),
                thousandths,
            });
        }
        rest = rest.overlay(&shape, OverlayRule::Difference, FillRule::EvenOdd);
    }
    if let Some(thousandths) = thousandths(area(&rest), area(&whole)) {
        found.push(Misfit::Gap {
            of: of.clone(),
            thousandths,
        });
    }
}
