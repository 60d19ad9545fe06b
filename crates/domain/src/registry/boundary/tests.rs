//! Boundaries: what is one, and how files say it.

use super::geojson::read;
use super::*;
use crate::registry::RegistryCommand;
use chrono::{DateTime, Utc};

fn of(rings: &[&[Corner]]) -> Boundary {
    Boundary {
        polygons: vec![rings.iter().map(|ring| ring.to_vec()).collect()],
        population: None,
    }
}

const SQUARE: &[Corner] = &[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]];

#[test]
fn a_square_with_a_hole_is_an_area_and_what_is_none_is_told() {
    let hole: &[Corner] = &[[2, 2], [2, 4], [4, 4], [4, 2], [2, 2]];
    assert_eq!(of(&[SQUARE, hole]).check(), Ok(()));
    // A hole may touch the outside at a point.
    let touching: &[Corner] = &[[0, 0], [2, 4], [4, 2], [0, 0]];
    assert_eq!(of(&[SQUARE, touching]).check(), Ok(()));
    let through: &[Corner] = &[[2, 2], [2, 4], [14, 4], [4, 2], [2, 2]];
    assert!(matches!(
        of(&[SQUARE, through]).check(),
        Err(Flaw::Crosses(_))
    ));
    // By a millionth it is the work of rounding.
    let over: &[Corner] = &[[2, 2], [2, 4], [11, 4], [4, 2], [2, 2]];
    assert_eq!(of(&[SQUARE, over]).check(), Ok(()));
    let eight: &[Corner] = &[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]];
    assert!(matches!(of(&[eight]).check(), Err(Flaw::Crosses(_))));
    assert_eq!(of(&[]).check(), Err(Flaw::Empty));
    assert_eq!(of(&[&SQUARE[..4]]).check(), Err(Flaw::NotClosed([0, 0])));
    let line: &[Corner] = &[[0, 0], [10, 0], [0, 0]];
    assert_eq!(of(&[line]).check(), Err(Flaw::TooFewPoints([0, 0])));
    let turned: &[Corner] = &[[0, 0], [0, 91_000_000], [1, 1], [0, 0]];
    assert_eq!(
        of(&[turned]).check(),
        Err(Flaw::OutOfRange([0, 91_000_000]))
    );
    let many = vec![[0, 0]; POINTS_MAX + 1];
    assert_eq!(
        of(&[&many]).check(),
        Err(Flaw::TooManyPoints(POINTS_MAX + 1))
    );
}

/// Points whose offset is published with the open converters of GCJ-02.
#[test]
fn gcj_02_is_taken_off_to_a_millionth() {
    for (wgs, gcj) in [
        ([121_527_211, 31_177_428], [121_531_542, 31_175_304]),
        ([113_912_316, 22_543_847], [113_917_175, 22_540_796]),
        ([116_377_817, 39_911_954], [116_384_047, 39_913_345]),
    ] {
        let shown = super::gcj::from_wgs84(wgs);
        assert!(
            shown
                .iter()
                .zip(gcj)
                .all(|(one, other)| (one - other).abs() <= 1),
            "{shown:?} {gcj:?}"
        );
        let back = super::gcj::to_wgs84(gcj);
        assert!(
            back.iter()
                .zip(wgs)
                .all(|(one, other)| (one - other).abs() <= 1),
            "{back:?} {wgs:?}"
        );
    }
    let boston = [-71_060_000, 42_360_000];
    assert_eq!(super::gcj::to_wgs84(boston), boston);
}

#[test]
fn a_file_says_of_each_feature_what_is_wrong() {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let ring = "[[119.3,26.0],[119.30000051,26.0],[119.4,26.0],[119.4,26.1],[119.3,26.0]]";
    let file = format!(
        r#"{{"type":"FeatureCollection","features":[
            {{"type":"Feature","properties":{{"unit":"S-1","population":800}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}},
            {{"type":"Feature","properties":{{"grid":"G-1","valid_from":"2026-01-01"}},"geometry":{{"type":"MultiPolygon","coordinates":[[{ring}]]}}}}]}}"#
    );
    let commands = read(file.as_bytes(), at).unwrap();
    let RegistryCommand::DrawBoundary {
        place,
        boundary,
        from,
    } = &commands[0]
    else {
        panic!("{commands:?}");
    };
    assert_eq!(
        (place.to_string(), *from, boundary.population),
        ("unit:S-1".to_owned(), at, Some(800))
    );
    assert_eq!(
        boundary.polygons[0][0][..2],
        [[119_300_000, 26_000_000], [119_300_001, 26_000_000]]
    );
    let broken = file
        .replace("\"unit\":\"S-1\",", "")
        .replace("MultiPolygon", "Point");
    let issues = read(broken.as_bytes(), at).unwrap_err();
    let features: Vec<_> = issues.iter().map(|issue| issue.feature).collect();
    assert_eq!(features, [Some(1), Some(2)]);
    for (from, to) in [
        ("FeatureCollection", "Feature"),
        (
            "{\"type\":\"FeatureC",
            "{\"datum\":\"bd09\",\"type\":\"FeatureC",
        ),
        ("\"features\":[", "\"features\":{"),
    ] {
        let issues = read(file.replacen(from, to, 1).as_bytes(), at).unwrap_err();
        assert_eq!(issues[0].feature, None);
    }
}
