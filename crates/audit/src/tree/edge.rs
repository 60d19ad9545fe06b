//! The right edge of a growing tree: of every level the hashes of the one tile that is not full.
//!
//! Everything left of it stands in full tiles, which are handed out as they fill and never change.

use tlog_tiles::{Error, Hash, HashReader, Tile, tlog::HASH_SIZE};

/// Levels of the binary tree in a tile, by C2SP tlog-tiles.
pub(crate) const HEIGHT: u8 = 8;
/// Hashes of a full tile.
pub(crate) const WIDTH: u64 = 1 << HEIGHT;

/// A tile that has become full.
pub struct Full<'t> {
    /// Its level; 0 holds the leaves.
    pub level: u8,
    /// Its number within the level.
    pub number: u64,
    /// Its 256 hashes.
    pub hashes: &'t [u8],
}

/// The tree as it grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<u8>>,
}

impl Edge {
    /// The edge of a tree of `size` whose open tiles are these, from the leaves up. Whoever calls
    /// holds the root against a checkpoint.
    pub(crate) fn of(size: u64, levels: Vec<Vec<u8>>) -> Self {
        Self { size, levels }
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The open tile of a level; empty where the level has none.
    #[must_use]
    pub fn open(&self, level: u8) -> &[u8] {
        self.levels
            .get(usize::from(level))
            .map_or(&[], Vec::as_slice)
    }

    /// How many levels have been begun.
    #[must_use]
    pub fn levels(&self) -> u8 {
        u8::try_from(self.levels.len()).unwrap_or(u8::MAX)
    }

    /// Adds a leaf, and hands out the tiles that it fills.
    ///
    /// # Errors
    /// What `full` answers; the edge is not to be used then.
    pub fn push<E>(
        &mut self,
        leaf: Hash,
        full: &mut impl FnMut(Full<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size += 1;
        let mut hash = leaf;
        for level in 0..=self.levels() {
            let nth = usize::from(level);
            if nth == self.levels.len() {
                self.levels.push(Vec::with_capacity(tile_bytes()));
            }
            let open = &mut self.levels[nth];
            open.extend_from_slice(&hash.0);
            if open.len() < tile_bytes() {
                break;
            }
            let number = (self.size >> (u32::from(HEIGHT) * (u32::from(level) + 1))) - 1;
            full(Full {
                level,
                number,
                hashes: open,
            })?;
            hash = Tile::subtree_hash(open);
            open.clear();
        }
        Ok(())
    }

    /// The root of the tree.
    ///
    /// # Errors
    /// Only for an edge that was put together wrongly.
    pub fn root(&self) -> Result<Hash, Error> {
        tlog_tiles::tree_hash(self.size, self)
    }
}

/// The subtrees that make up the root all end in open tiles.
impl HashReader for Edge {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let one = |index: &u64| {
            let narrow = Tile::from_index(HEIGHT, *index);
            let open = self.open(narrow.level());
            let width = u32::try_from(open.len() / HASH_SIZE).unwrap_or(u32::MAX);
            if width < narrow.width() {
                return Err(Error::IndexesNotInTree);
            }
            let (level, number) = (narrow.level(), narrow.level_index());
            Tile::new(HEIGHT, level, number, width, false).hash_at_index(open, *index)
        };
        indexes.iter().map(one).collect()
    }
}

const fn tile_bytes() -> usize {
    HASH_SIZE << HEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tlog_tiles::{node_hash, record_hash};

    /// RFC 6962, section 2.1, as it is written there.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => tlog_tiles::EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let half = 1 << (leaves.len() - 1).ilog2();
                let (left, right) = leaves.split_at(half);
                node_hash(by_definition(left), by_definition(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_at_every_size() {
        let leaves: Vec<Hash> = (0..1_030_u32)
            .map(|nth| record_hash(&nth.to_be_bytes()))
            .collect();
        let mut edge = Edge::default();
        assert_eq!(edge.root().unwrap(), by_definition(&[]));
        for (nth, leaf) in leaves.iter().enumerate() {
            edge.push(*leaf, &mut |_| Ok::<(), Infallible>(())).unwrap();
            assert_eq!(
                edge.root().unwrap(),
                by_definition(&leaves[..=nth]),
                "{nth}"
            );
        }
    }

    #[test]
    fn tiles_are_handed_out_as_they_fill() {
        let mut edge = Edge::default();
        let mut seen = Vec::new();
        for _ in 0..(WIDTH * WIDTH + 3) {
            edge.push(record_hash(b""), &mut |full| {
                assert_eq!(full.hashes.len(), tile_bytes());
                seen.push((full.level, full.number));
                Ok::<(), Infallible>(())
            })
            .unwrap();
        }
        assert_eq!(seen.len(), 257);
        assert_eq!(seen[255], (0, 255));
        assert_eq!(seen[256], (1, 0));
        assert_eq!(
            [0, 1, 2].map(|level| edge.open(level).len() / 32),
            [3, 0, 1]
        );
    }
}
