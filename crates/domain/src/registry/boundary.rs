//! Where an area lies on the map: rings of points in millionths of a degree, as a city's surveyors give
//! them. Nothing is simplified; what is no area is refused.

pub mod gcj;
pub mod geojson;

use serde::{Deserialize, Serialize};
use std::fmt;

/// The most points of one boundary.
pub const POINTS_MAX: usize = 20_000;

/// A point: longitude and latitude in millionths of a degree (WGS 84, which CGCS2000 equals to within
/// a few centimetres).
pub type Corner = [i32; 2];
/// A closed line: the last point is the first.
pub type Ring = Vec<Corner>;

/// The boundary of a unit or grid, and how many people live within it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    /// Its parts; each is an outer ring followed by its holes.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Vec<Vec<Vec<i32>>>>))]
    pub polygons: Vec<Vec<Ring>>,
    /// Residents, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
}

/// What keeps rings from being the boundary of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no ring.
    Empty,
    /// So many points.
    TooManyPoints(usize),
    /// A ring of fewer than three corners, at its first point.
    TooFewPoints(Corner),
    /// A ring whose last point is not its first.
    NotClosed(Corner),
    /// A point that is on no map.
    OutOfRange(Corner),
    /// Two lines cross, beginning here.
    Crosses(Corner),
}

/// A point as people read it.
struct Degrees(Corner);

impl fmt::Display for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lng, lat] = self
            .0
            .map(|part| rust_decimal::Decimal::new(part.into(), 6));
        write!(f, "{lng}, {lat}")
    }
}

impl Flaw {
    pub(crate) fn english(self) -> String {
        match self {
            Self::Empty => "has no ring; accepted: at least one".to_owned(),
            Self::TooManyPoints(points) => {
                format!("has {points} points; accepted: {POINTS_MAX} at most")
            }
            Self::TooFewPoints(at) => format!(
                "has a ring of fewer than three corners at {}; accepted: four points or more, the last equal to the first",
                Degrees(at)
            ),
            Self::NotClosed(at) => format!(
                "has an open ring that begins at {}; accepted: the last point equal to the first",
                Degrees(at)
            ),
            Self::OutOfRange(at) => format!(
                "has the point {}; accepted: longitude -180 to 180, latitude -90 to 90, in this order",
                Degrees(at)
            ),
            Self::Crosses(at) => format!(
                "crosses itself near {}; accepted: lines that meet at their ends alone",
                Degrees(at)
            ),
        }
    }

    pub(crate) fn chinese(self) -> String {
        match self {
            Self::Empty => "没有环；至少应有一个".to_owned(),
            Self::TooManyPoints(points) => format!("有 {points} 个点；最多 {POINTS_MAX} 个"),
            Self::TooFewPoints(at) => format!(
                "在 {} 的环不足三个角；应有四个点以上，且首尾相同",
                Degrees(at)
            ),
            Self::NotClosed(at) => format!("始于 {} 的环未闭合；首尾两点应相同", Degrees(at)),
            Self::OutOfRange(at) => {
                format!(
                    "含点 {}；应为经度 -180 至 180、纬度 -90 至 90，先经后纬",
                    Degrees(at)
                )
            }
            Self::Crosses(at) => format!("在 {} 附近自相交；线段只可在端点相接", Degrees(at)),
        }
    }
}

impl Boundary {
    /// Every ring.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flatten()
    }

    /// Looks at the form alone.
    ///
    /// # Errors
    /// The first [`Flaw`].
    pub fn check(&self) -> Result<(), Flaw> {
        let points = self.rings().map(Vec::len).sum();
        if points == 0 || self.polygons.iter().any(Vec::is_empty) {
            return Err(Flaw::Empty);
        }
        if points > POINTS_MAX {
            return Err(Flaw::TooManyPoints(points));
        }
        for ring in self.rings() {
            let (Some(first), Some(last)) = (ring.first(), ring.last()) else {
                return Err(Flaw::Empty);
            };
            if let Some(outside) = ring.iter().find(|point| !on_the_map(point)) {
                return Err(Flaw::OutOfRange(*outside));
            }
            if first != last {
                return Err(Flaw::NotClosed(*first));
            }
            if ring.len() < 4 {
                return Err(Flaw::TooFewPoints(*first));
            }
        }
        self.crossing().map_or(Ok(()), |at| Err(Flaw::Crosses(at)))
    }

    /// Where one line goes through another. Lines are taken from west
    /// to east, and each is held against those alone that begin before it ends.
    fn crossing(&self) -> Option<Corner> {
        let lines = self.rings().flat_map(|ring| {
            let pairs = ring.iter().zip(ring.iter().skip(1));
            pairs.map(|(one, next)| {
                if one <= next {
                    (*one, *next)
                } else {
                    (*next, *one)
                }
            })
        });
        let mut lines: Vec<(Corner, Corner)> = lines.collect();
        lines.sort_unstable();
        for (no, line) in lines.iter().enumerate() {
            let [east, _] = line.1;
            let later = lines.iter().skip(no + 1);
            let beside = later.take_while(|other| other.0[0] <= east);
            for other in beside {
                if cross(*line, *other) {
                    return Some(other.0);
                }
            }
        }
        None
    }

    /// The most western, southern, eastern and northern millionths.
    #[must_use]
    pub fn reach(&self) -> Option<[i32; 4]> {
        let mut points = self.rings().flatten();
        let [lng, lat] = *points.next()?;
        let whole = points.fold(
            [lng, lat, lng, lat],
            |[west, south, east, north], [lng, lat]| {
                [
                    west.min(*lng),
                    south.min(*lat),
                    east.max(*lng),
                    north.max(*lat),
                ]
            },
        );
        Some(whole)
    }
}

fn on_the_map([lng, lat]: &Corner) -> bool {
    (-180_000_000..=180_000_000).contains(lng) && (-90_000_000..=90_000_000).contains(lat)
}

/// How far an end must lie beyond a line to have crossed it, in millionths: as far as rounding two
/// points may move them towards each other.
const BEYOND: i128 = 2;

/// Whether two lines go through each other. Ends that touch, or that rounding moved over a line that
/// they touched, do not.
fn cross((a, b): (Corner, Corner), (c, d): (Corner, Corner)) -> bool {
    let apart = |one: i32, two: i32, three: i32, four: i32| {
        one.max(two) < three.min(four) || three.max(four) < one.min(two)
    };
    if apart(a[1], b[1], c[1], d[1]) {
        return false;
    }
    let sides = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
    let [one, two, three, four] = sides.map(i64::signum);
    if one * two >= 0 || three * four >= 0 {
        return false;
    }
    let (first, second) = (square(a, b), square(c, d));
    let lengths = [first, first, second, second];
    let mut ends = sides.into_iter().zip(lengths);
    ends.all(|(side, length)| {
        let side = i128::from(side);
        side * side >= BEYOND * BEYOND * length
    })
}

/// On which side of a line a point lies, by its sign: twice the area between them.
fn side([ax, ay]: Corner, [bx, by]: Corner, [px, py]: Corner) -> i64 {
    less(bx, ax) * less(py, ay) - less(by, ay) * less(px, ax)
}

/// The square of the length of a line.
fn square([ax, ay]: Corner, [bx, by]: Corner) -> i128 {
    let (x, y) = (less(bx, ax), less(by, ay));
    i128::from(x * x + y * y)
}

fn less(one: i32, other: i32) -> i64 {
    i64::from(one) - i64::from(other)
}

#[cfg(test)]
mod tests;
