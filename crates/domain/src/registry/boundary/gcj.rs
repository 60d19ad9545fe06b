//! GCJ-02 to WGS 84. The offset of GCJ-02 is a published polynomial with sines, made for points of WGS
//! 84; the way back takes the offset off until the point that was given comes out. Decimals, so that
//! the same file gives the same boundary anywhere.

use super::Corner;
use rust_decimal::{Decimal, MathematicalOps};

/// Half the great axis of the ellipsoid (Krassowski 1940), in metres.
const AXIS: Decimal = Decimal::from_parts(6_378_245, 0, 0, false, 0);
/// The square of its eccentricity: 0.00669342162296594323.
const SQUARE: Decimal = Decimal::from_parts(2028035987, 155843366, 0, false, 20);
/// Rounds of taking the offset off; after three a millionth of a degree stands still.
const ROUNDS: usize = 4;

/// A point of GCJ-02 as one of WGS 84.
#[must_use]
pub fn to_wgs84(given: Corner) -> Corner {
    let mut found = given;
    for _ in 0..ROUNDS {
        let shown = from_wgs84(found);
        let mut parts = found.iter_mut().zip(given.iter().zip(shown));
        parts
            .by_ref()
            .for_each(|(part, (given, shown))| *part += given - shown);
    }
    found
}

/// A point of WGS 84 as GCJ-02 shows it; outside China they are the same.
#[must_use]
pub fn from_wgs84([lng, lat]: Corner) -> Corner {
    let in_china =
        (72_004_000..=137_834_700).contains(&lng) && (829_300..=55_827_100).contains(&lat);
    if !in_china {
        return [lng, lat];
    }
    let offset = offset(Decimal::new(lng.into(), 6), Decimal::new(lat.into(), 6));
    let millionths = |part: Decimal| {
        let whole = (part * Decimal::from(1_000_000)).round();
        i32::try_from(whole).unwrap_or(0)
    };
    offset.map_or([lng, lat], |[east, north]| {
        [lng + millionths(east), lat + millionths(north)]
    })
}

/// How far GCJ-02 shows a point to the east and to the north, in degrees.
fn offset(lng: Decimal, lat: Decimal) -> Option<[Decimal; 2]> {
    let radians = lat * Decimal::PI / n(180);
    let sine = radians.sin();
    let bent = Decimal::ONE - SQUARE * sine * sine;
    let root = bent.sqrt()?;
    let (x, y) = (lng - n(105), lat - n(35));
    let north_of = AXIS * (Decimal::ONE - SQUARE) / (bent * root) * Decimal::PI;
    let east_of = AXIS / root * radians.cos() * Decimal::PI;
    let north = north(x, y)? * n(180) / north_of;
    let east = east(x, y)? * n(180) / east_of;
    Some([east, north])
}

fn north(x: Decimal, y: Decimal) -> Option<Decimal> {
    let plain =
        n(2) * x + n(3) * y - n(100) + (n(2) * y * y + x * y + n(2) * x.abs().sqrt()?) / n(10);
    let waves = n(20) * wave(n(6) * x)
        + n(20) * wave(n(2) * x)
        + n(20) * wave(y)
        + n(40) * wave(y / n(3))
        + n(160) * wave(y / n(12))
        + n(320) * wave(y / n(30));
    Some(plain + waves * n(2) / n(3))
}

fn east(x: Decimal, y: Decimal) -> Option<Decimal> {
    let plain = n(300) + x + n(2) * y + (x * x + x * y + x.abs().sqrt()?) / n(10);
    let waves = n(20) * wave(n(6) * x)
        + n(20) * wave(n(2) * x)
        + n(20) * wave(x)
        + n(40) * wave(x / n(3))
        + n(150) * wave(x / n(12))
        + n(300) * wave(x / n(30));
    Some(plain + waves * n(2) / n(3))
}

/// The sine of so many half turns.
fn wave(halves: Decimal) -> Decimal {
    let within = halves % n(2);
    (within * Decimal::PI).sin()
}

fn n(whole: i64) -> Decimal {
    Decimal::from(whole)
}
