//! Whether two points on the map are close to each other: who reports a problem again.
//!
//! Points are millionths of a degree. On a stretch of some hundred metres the earth is flat: a degree
//! of latitude is 111,194.93 m (R = 6,371,008.8 m), one of longitude that times the cosine of the
//! latitude between. Integers and decimals, so that the same points give the same answer anywhere.

use crate::case::record::Point;
use rust_decimal::{Decimal, MathematicalOps};

/// A millionth of a degree of latitude, in micrometres.
const MILLIONTH_UM: i64 = 111_195;
/// Sixty degrees, in millionths.
const SIXTY: i64 = 60_000_000;
/// All around, in millionths of a degree.
const AROUND: i64 = 360_000_000;

/// Whether two points are at most so many metres apart.
///
/// ```
/// use gridwhistle_domain::case::record::Point;
/// use gridwhistle_domain::score::nearby::within;
///
/// let here = Point { lat: 26_075_000, lng: 119_306_000 };
/// // 449 millionths of a degree to the north are 49.93 m, 450 are 50.04 m.
/// let north = |lat| Point { lat: here.lat + lat, ..here };
/// assert!(within(here, north(449), 50) && !within(here, north(450), 50));
/// // At 26.075° a degree of longitude is 0.89822 of one of latitude: 500 are 49.94 m.
/// let east = |lng| Point { lng: here.lng + lng, ..here };
/// assert!(within(here, east(500), 50) && !within(here, east(501), 50));
/// ```
#[must_use]
pub fn within(one: Point, other: Point, metres: u32) -> bool {
    let limit = i128::from(metres) * 1_000_000;
    let north = i64::from(one.lat) - i64::from(other.lat);
    let north = i128::from(north * MILLIONTH_UM);
    if north.abs() > limit {
        return false;
    }
    let east = (i64::from(one.lng) - i64::from(other.lng)).abs();
    let east = east.min(AROUND - east) * MILLIONTH_UM;
    let middle = i64::midpoint(i64::from(one.lat), i64::from(other.lat));
    // Within sixty degrees a cosine is at least a half: most points are told apart without one.
    if middle.abs() <= SIXTY && i128::from(east) > 2 * limit {
        return false;
    }
    // A cosine is at most one, and the same point needs none at all.
    let widest = i128::from(east);
    if north * north + widest * widest <= limit * limit {
        return true;
    }
    let east = (Decimal::from(east) * cosine(middle)).trunc();
    let Ok(east) = i128::try_from(east) else {
        return false;
    };
    north * north + east * east <= limit * limit
}

/// Of an angle in millionths of a degree.
fn cosine(millionths: i64) -> Decimal {
    let radians = Decimal::new(millionths, 6) * Decimal::PI / Decimal::from(180);
    radians.cos()
}

/// The row of a lattice that is at least so many metres wide in which a latitude lies: whoever is
/// near stands in the same row or a neighbouring one.
#[must_use]
pub fn row(point: Point, metres: u32) -> i64 {
    let width = i64::from(metres) * 1_000_000 / MILLIONTH_UM + 1;
    i64::from(point.lat).div_euclid(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: i32, lng: i32) -> Point {
        Point { lat, lng }
    }

    #[test]
    fn the_same_point_is_near_and_the_date_line_divides_nobody() {
        let here = at(0, 180_000_000);
        assert!(within(here, here, 0));
        assert!(within(here, at(0, -179_999_600), 50));
        assert!(!within(here, at(0, -179_999_500), 50));
    }

    /// 30 m to the north and 40 m to the east at 60°, where a degree of longitude is half as long:
    /// 270 and 719 millionths are 30.02 m and 39.98 m, 49.99 m together.
    #[test]
    fn north_and_east_are_taken_together() {
        let here = at(60_000_000, 10_000_000);
        assert!(within(here, at(60_000_270, 10_000_719), 50));
        assert!(!within(here, at(60_000_270, 10_000_721), 50));
    }

    proptest! {
        #[test]
        fn near_goes_both_ways_and_within_a_row_of_each_other(
            lat in -80_000_000..80_000_000_i32, lng in -179_000_000..179_000_000_i32,
            up in -700..700_i32, over in -3_000..3_000_i32,
        ) {
            let (one, other) = (at(lat, lng), at(lat + up, lng + over));
            prop_assert_eq!(within(one, other, 50), within(other, one, 50));
            if within(one, other, 50) {
                prop_assert!((row(one, 50) - row(other, 50)).abs() <= 1);
            }
        }
    }
}
