//! Where the demo city lies on the map: a net of corners, each moved a little, of which every area takes
//! a block. So neighbours share their corners, and parts cover their whole.

use gridwhistle::domain::case::record::Point;
use serde_json::{Value, json};

/// The south-western corner, and the size of a mesh, in millionths of a degree: about 600 m.
const CORNER: [i32; 2] = [119_270_000, 26_040_000];
const MESH: [i32; 2] = [6_000, 5_400];
/// By how much a corner is moved at most.
const MOVED: i32 = 1_300;
/// A street is six meshes wide and five high.
const WIDE: usize = 6;
const HIGH: usize = 5;
/// Where each street begins in the net.
const STREETS: [[usize; 2]; 7] = [[3, 10], [9, 10], [0, 5], [6, 5], [12, 5], [3, 0], [9, 0]];
/// Where each community begins in its street, and how wide and high it is.
const COMMUNITIES: [[usize; 4]; 5] = [
    [0, 3, 3, 2],
    [3, 3, 3, 2],
    [0, 0, 2, 3],
    [2, 0, 2, 3],
    [4, 0, 2, 3],
];

/// A block of meshes: its first column and row, how wide and how high.
#[derive(Clone, Copy)]
struct Block {
    at: [usize; 2],
    wide: usize,
    high: usize,
}

/// The numbers of a code, as `G-2-1-3-2` has them.
fn numbers(code: &str) -> Vec<usize> {
    let parts = code
        .split('-')
        .filter_map(|part| part.parse::<usize>().ok());
    parts.map(|number| number.saturating_sub(1)).collect()
}

/// The block of a street, community, grid or leaf by the numbers of its code.
fn block(numbers: &[usize]) -> Option<Block> {
    let [column, row] = *STREETS.get(*numbers.first()?)?;
    let Some(community) = numbers.get(1) else {
        return Some(Block {
            at: [column, row],
            wide: WIDE,
            high: HIGH,
        });
    };
    let [over, up, wide, high] = *COMMUNITIES.get(*community)?;
    let mut block = Block {
        at: [column + over, row + up],
        wide,
        high,
    };
    // A grid is a column of a wide community and a row of a high one; a leaf is one mesh of it.
    let lying = wide < high;
    for (depth, number) in numbers.iter().skip(2).enumerate() {
        if lying == (depth == 0) {
            block.at[1] += number;
            block.high = 1;
        } else {
            block.at[0] += number;
            block.wide = 1;
        }
    }
    Some(block)
}

/// A corner of the net, moved by what its place in the net says.
fn corner(column: usize, row: usize) -> [i32; 2] {
    let place = |no: usize| i32::try_from(no).unwrap_or(0);
    let (column, row) = (place(column), place(row));
    let moved = |turn: i32| {
        (column * 7_919 + row * 104_729 + turn * 1_299_709).rem_euclid(2 * MOVED) - MOVED
    };
    [
        CORNER[0] + column * MESH[0] + moved(1),
        CORNER[1] + row * MESH[1] + moved(2),
    ]
}

impl Block {
    fn ring(self) -> Vec<[i32; 2]> {
        let ([west, south], wide, high) = (self.at, self.wide, self.high);
        let (east, north) = (west + wide, south + high);
        let below = (west..east).map(|column| (column, south));
        let right = (south..north).map(|row| (east, row));
        let above = (west..east).map(|column| (column + 1, north)).rev();
        let left = (south..=north).rev().map(|row| (west, row));
        let around = below.chain(right).chain(above).chain(left);
        around.map(|(column, row)| corner(column, row)).collect()
    }
}

/// The feature of a place; `grid` or `unit` is its property.
pub(super) fn feature(kind: &str, code: &str, population: Option<usize>) -> Option<Value> {
    let ring = block(&numbers(code))?.ring();
    let degrees = |part: i32| format!("{}.{:06}", part / 1_000_000, part % 1_000_000);
    let points: Vec<Value> = ring
        .into_iter()
        .filter_map(|[lng, lat]| {
            serde_json::from_str(&format!("[{},{}]", degrees(lng), degrees(lat))).ok()
        })
        .collect();
    Some(json!({
        "type": "Feature",
        "properties": {kind: code, "population": population, "valid_from": super::SINCE},
        "geometry": {"type": "Polygon", "coordinates": [points]},
    }))
}

/// Near the middle of a leaf grid, moved by so much.
pub(in crate::demo) fn near(leaf: &str, [up, over]: [i32; 2]) -> Option<Point> {
    let Block {
        at: [column, row], ..
    } = block(&numbers(leaf))?;
    let ([west, south], [east, north]) = (corner(column, row), corner(column + 1, row + 1));
    Some(Point {
        lat: i32::midpoint(south, north) + up,
        lng: i32::midpoint(west, east) + over,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle::domain::registry::Boundary;

    #[test]
    fn every_area_of_the_city_is_one() {
        let mut rings = Vec::new();
        for code in [
            "street-1",
            "street-7",
            "community-3-5",
            "G-4-1-3",
            "G-4-3-3-2",
            "G-2-5-1-1",
        ] {
            rings.push(block(&numbers(code)).unwrap().ring());
        }
        for ring in rings {
            let boundary = Boundary {
                polygons: vec![vec![ring]],
                population: None,
            };
            assert_eq!(boundary.check(), Ok(()));
        }
        assert!(block(&numbers("street-8")).is_none());
    }
}
