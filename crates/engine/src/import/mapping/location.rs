//! Latitude and longitude: decimal text to millionths of a degree, placeholders, bounds.

use gridwhistle_domain::case::record::Point;

/// Where the point of a case comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationRule {
    /// The column of the latitude.
    pub latitude: String,
    /// The column of the longitude.
    pub longitude: String,
    /// Points that mean "no location".
    pub placeholders: Vec<Point>,
    /// Where the city is; points outside are impossible.
    pub bounds: Option<Bounds>,
}

/// A box on the map, edges included, in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The corner with the lower values.
    pub south_west: Point,
    /// The corner with the higher values.
    pub north_east: Point,
}

/// What two fields say about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Located {
    /// Nothing, or a placeholder.
    Nowhere,
    /// A point.
    At(Point),
    /// No place there is: half a point, no number, out of the world or the bounds.
    Impossible,
}

impl LocationRule {
    /// Reads a point from the texts of its two columns.
    pub(in crate::import) fn read(&self, latitude: &str, longitude: &str) -> Located {
        let (latitude, longitude) = (latitude.trim(), longitude.trim());
        if latitude.is_empty() && longitude.is_empty() {
            return Located::Nowhere;
        }
        let Some(point) = point(latitude, longitude) else {
            return Located::Impossible;
        };
        if self.placeholders.contains(&point) {
            Located::Nowhere
        } else if self.bounds.is_some_and(|bounds| !bounds.holds(point)) {
            Located::Impossible
        } else {
            Located::At(point)
        }
    }
}

impl Bounds {
    /// Whether a point lies inside or on the edge.
    #[must_use]
    pub fn holds(&self, point: Point) -> bool {
        (self.south_west.lat..=self.north_east.lat).contains(&point.lat)
            && (self.south_west.lng..=self.north_east.lng).contains(&point.lng)
    }
}

/// A point of the earth, or nothing.
pub(super) fn point(latitude: &str, longitude: &str) -> Option<Point> {
    let lat = degrees(latitude, 90)?;
    let lng = degrees(longitude, 180)?;
    Some(Point { lat, lng })
}

/// Decimal degrees as millionths, rounded half away from zero; nothing beyond `limit` degrees.
pub(super) fn degrees(text: &str, limit: i32) -> Option<i32> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !numeric(whole) || !numeric(fraction) {
        return None;
    }
    let mut micro = whole.parse::<i32>().ok()?;
    let mut decimals = fraction.bytes().map(|byte| i32::from(byte - b'0'));
    for _ in 0..6 {
        micro = micro
            .checked_mul(10)?
            .checked_add(decimals.next().unwrap_or(0))?;
    }
    if decimals.next().is_some_and(|digit| digit >= 5) {
        micro += 1;
    }
    let inside = micro <= limit * 1_000_000;
    inside.then_some(if negative { -micro } else { micro })
}

#[cfg(test)]
mod tests {
    use super::{Located, LocationRule, degrees, point};

    #[test]
    fn decimal_degrees_become_millionths() {
        for (text, expected) in [
            ("42.3594", Some(42_359_400)),
            ("-71.05827049817206", Some(-71_058_270)),
            ("-71.0582705", Some(-71_058_271)),
            ("39", Some(39_000_000)),
            ("+0.0000005", Some(1)),
            ("180", None),
            ("90.0000001", Some(90_000_000)),
            ("91", None),
            ("1e2", None),
            ("", None),
            (".5", None),
            ("4294967296", None),
        ] {
            assert_eq!(degrees(text, 90), expected, "{text}");
        }
    }

    #[test]
    fn placeholders_are_nowhere_and_half_a_point_is_impossible() {
        let rule = LocationRule {
            latitude: "lat".into(),
            longitude: "lng".into(),
            placeholders: vec![point("42.3594", "-71.0587").unwrap()],
            bounds: None,
        };
        assert_eq!(rule.read("42.35940", " -71.0587"), Located::Nowhere);
        assert_eq!(rule.read("", " "), Located::Nowhere);
        assert_eq!(rule.read("42.3594", ""), Located::Impossible);
        assert_eq!(rule.read("142.3594", "-71.0587"), Located::Impossible);
        let here = point("42.3595", "-71.0587").unwrap();
        assert_eq!(rule.read("42.3595", "-71.0587"), Located::At(here));
    }
}
