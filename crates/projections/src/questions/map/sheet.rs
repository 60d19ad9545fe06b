//! How boundaries lie on a sheet of whole numbers.

use gridwhistle_domain::registry::Boundary;
use rust_decimal::{Decimal, MathematicalOps};

/// The width of the sheet, without its margin.
const WIDTH: i64 = 1_000;
/// Its height at most.
const HEIGHT: i64 = 1_000;
/// Around the areas.
const MARGIN: i64 = 8;

/// How millionths of a degree lie on the sheet: flat, a degree of longitude as much shorter as it is
/// in the middle of the areas.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sheet {
    west: i64,
    north: i64,
    /// Thousandths of a millionth of latitude that one of longitude is long.
    narrow: i64,
    /// Millionths of latitude across the width.
    across: i64,
    /// Of it down the height.
    down: i64,
}

impl Sheet {
    pub(super) fn around<'b>(boundaries: impl Iterator<Item = &'b Boundary>) -> Self {
        let reach = boundaries.filter_map(Boundary::reach);
        let all = reach.reduce(|one, other| {
            [
                one[0].min(other[0]),
                one[1].min(other[1]),
                one[2].max(other[2]),
                one[3].max(other[3]),
            ]
        });
        let Some([west, south, east, north]) = all.map(|reach| reach.map(i64::from)) else {
            return Self::default();
        };
        let middle = Decimal::new(i64::midpoint(south, north), 6);
        let cosine = (middle * Decimal::PI / Decimal::from(180)).cos();
        let narrow = i64::try_from((cosine * Decimal::from(1_000)).round()).unwrap_or(1_000);
        Self {
            west,
            north,
            narrow,
            across: ((east - west) * narrow / 1_000).max(1),
            down: (north - south).max(1),
        }
    }

    /// Millionths of latitude to the unit, in both directions: numerator and denominator.
    fn scale(&self) -> (i64, i64) {
        // What is too high for its width is made narrower.
        if self.down * WIDTH > self.across * HEIGHT {
            (HEIGHT, self.down)
        } else {
            (WIDTH, self.across)
        }
    }

    pub(super) fn at(&self, lng: i64, lat: i64) -> Option<[i32; 2]> {
        if self.across == 0 {
            return None;
        }
        let (up, down) = self.scale();
        let x = (lng - self.west) * self.narrow / 1_000 * up / down + MARGIN;
        let y = (self.north - lat) * up / down + MARGIN;
        Some([i32::try_from(x).ok()?, i32::try_from(y).ok()?])
    }

    pub(super) fn size(&self) -> [i32; 2] {
        if self.across == 0 {
            return [0, 0];
        }
        let (up, down) = self.scale();
        let whole = |length: i64| i32::try_from(length * up / down + 2 * MARGIN).unwrap_or(0);
        [whole(self.across), whole(self.down)]
    }

    pub(super) fn holds(&self, [x, y]: [i32; 2]) -> bool {
        let [wide, high] = self.size();
        (0..=wide).contains(&x) && (0..=high).contains(&y)
    }

    /// A boundary on the sheet; points that fall together stand once, rings that are a speck go.
    pub(super) fn drawn(&self, boundary: &Boundary) -> Vec<Vec<Vec<[i32; 2]>>> {
        let ring = |ring: &Vec<[i32; 2]>| {
            let points = ring.iter();
            let mut points: Vec<[i32; 2]> = points
                .filter_map(|[lng, lat]| self.at((*lng).into(), (*lat).into()))
                .collect();
            points.dedup();
            Some(points).filter(|points| points.len() > 3)
        };
        let polygons = boundary.polygons.iter();
        let drawn = polygons.map(|rings| rings.iter().filter_map(ring).collect());
        drawn.filter(|rings: &Vec<_>| !rings.is_empty()).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A rectangle with two thousand residents.
    pub(in super::super) fn boundary(west: i32, south: i32, east: i32, north: i32) -> Boundary {
        let ring = [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
        ];
        Boundary {
            polygons: vec![vec![ring.to_vec()]],
            population: Some(2_000),
        }
    }

    #[test]
    fn a_sheet_keeps_shapes_and_is_never_larger_than_it_may_be() {
        // At sixty degrees a square of degrees is twice as high as it is wide.
        let tall = boundary(10_000_000, 59_500_000, 11_000_000, 60_500_000);
        let sheet = Sheet::around([&tall].into_iter());
        assert_eq!(sheet.size(), [516, 1_016]);
        assert_eq!(sheet.at(10_000_000, 60_500_000), Some([8, 8]));
        assert_eq!(sheet.drawn(&tall)[0][0].len(), 5);
        let wide = boundary(0, 0, 4_000_000, 1_000_000);
        assert_eq!(Sheet::around([&wide].into_iter()).size(), [1_016, 266]);
        assert_eq!(Sheet::around([].into_iter()).size(), [0, 0]);
    }
}
