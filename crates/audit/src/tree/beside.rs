//! What was sealed, held against the tree of a log as it is walked: tiles as they fill, roots as
//! checkpoints are passed.

use super::checkpoint::Sealed;
use super::edge::{Edge, Full, WIDTH};
use super::folder::Tree;
use super::verify::{TreeFault, TreeFaultKind};
use std::ops::ControlFlow;
use std::path::PathBuf;
use tlog_tiles::tlog::HASH_SIZE;

/// What was sealed, beside which the walk goes.
pub(crate) struct Beside {
    tiles: Option<(Tree, Sealed)>,
    /// Every checkpoint, the smallest first.
    marks: Vec<Sealed>,
    /// How many of them were passed.
    passed: usize,
    /// A tile that is gone or damaged.
    pub(crate) tile: Option<PathBuf>,
    /// How the log differs.
    pub(crate) fault: Option<TreeFault>,
}

/// The log is not what was sealed.
pub(crate) struct Differs;

impl Beside {
    /// Beside these tiles and checkpoints, the smallest of which comes first.
    pub(crate) fn of(tiles: Option<(Tree, Sealed)>, marks: Vec<Sealed>) -> Self {
        Self {
            tiles,
            marks,
            passed: 0,
            tile: None,
            fault: None,
        }
    }

    /// A tile has become full.
    pub(crate) fn full(&mut self, full: &Full<'_>) -> Result<(), Differs> {
        let Some((tree, sealed)) = &self.tiles else {
            return Ok(());
        };
        let covers = WIDTH.pow(u32::from(full.level) + 1);
        if (full.number + 1).saturating_mul(covers) > sealed.size() {
            return Ok(());
        }
        let kept = tree.tile(full.level, full.number, WIDTH);
        if kept.is_ok_and(|kept| kept == full.hashes) {
            return Ok(());
        }
        if full.level == 0 {
            return self.leaves(full.number * WIDTH, full.hashes);
        }
        let path = tree.path(full.level, full.number, WIDTH);
        self.tile.get_or_insert(path);
        Ok(())
    }

    /// Holds leaves against those that the checkpoint proves to be in its tiles.
    fn leaves(&mut self, first: u64, hashes: &[u8]) -> Result<(), Differs> {
        let Some((tree, sealed)) = &self.tiles else {
            return Ok(());
        };
        let found = hashes.chunks_exact(HASH_SIZE);
        let within = sealed.size().saturating_sub(first).min(found.len() as u64);
        if within == 0 {
            return Ok(());
        }
        let Ok(kept) = tree.leaves(sealed, first, within) else {
            self.tile.get_or_insert(tree.path(0, first / WIDTH, WIDTH));
            return Ok(());
        };
        let differs = kept
            .iter()
            .zip(found)
            .position(|(kept, found)| kept.0 != found);
        let Some(nth) = differs else {
            return Ok(());
        };
        let position = first + nth as u64 + 1;
        self.fault = Some(TreeFault::new(TreeFaultKind::Event, position));
        Err(Differs)
    }

    /// The leaves of the tile that is not full.
    pub(crate) fn open(&mut self, edge: &Edge) {
        let open = edge.open(0);
        let first = edge.size() - (open.len() / HASH_SIZE) as u64;
        // What differs is kept as the fault.
        let _ = self.leaves(first, open);
    }

    /// Holds the root against every checkpoint of this size.
    pub(crate) fn pass(&mut self, edge: &Edge) -> ControlFlow<()> {
        while let Some(mark) = self.marks.get(self.passed) {
            if mark.size() != edge.size() {
                return ControlFlow::Continue(());
            }
            if edge.root().ok() != Some(mark.root()) {
                let before = self
                    .passed
                    .checked_sub(1)
                    .and_then(|nth| self.marks.get(nth));
                let after = before.map_or(0, Sealed::size);
                self.open(edge);
                let root = TreeFault::new(TreeFaultKind::Root { after }, edge.size());
                self.fault.get_or_insert(root);
                return ControlFlow::Break(());
            }
            self.passed += 1;
        }
        ControlFlow::Continue(())
    }

    /// The log has ended.
    pub(crate) fn end(&mut self, head: u64) {
        let sealed = self.marks.last().map_or(0, Sealed::size);
        if self.fault.is_none() && head < sealed {
            self.fault = Some(TreeFault::new(TreeFaultKind::Shorter { sealed }, head + 1));
        }
    }
}
