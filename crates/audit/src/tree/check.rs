//! Whether a proof holds: the one place in which proofs are checked, for receipts, checkpoints and
//! witnesses alike. The arithmetic is that of `tlog_tiles`; here stands what may be asked of it.

use super::SIZE_MAX;
use std::ops::Range;
use tlog_tiles::{EMPTY_HASH, Hash, check_record, check_tree};

/// The proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refuted;

/// Most hashes of a proof: two for every level of the largest tree.
const PATH_MAX: usize = 128;

/// Checks that the leaf `index` of the tree over `span` is `leaf`. The whole tree spans from 0 to
/// its size; any other span must be a subtree, which begins at a multiple of its width rounded up
/// to a power of two.
///
/// # Errors
/// [`Refuted`].
pub fn included(
    span: &Range<u64>,
    index: u64,
    leaf: Hash,
    root: Hash,
    path: &[Hash],
) -> Result<(), Refuted> {
    if !is_subtree(span) || span.is_empty() || !span.contains(&index) || path.len() > PATH_MAX {
        return Err(Refuted);
    }
    let (width, within) = (span.end - span.start, index - span.start);
    check_record(&path.to_vec(), width, root, within, leaf).map_err(|_| Refuted)
}

/// Checks that the tree of `size` with `root` begins with the tree over `old` with `old_root`. The
/// tree without leaves begins every tree. Trees that do not begin at the first leaf are refused:
/// nobody makes proofs about them here.
///
/// # Errors
/// [`Refuted`].
pub fn extended(
    old: &Range<u64>,
    old_root: Hash,
    size: u64,
    root: Hash,
    path: &[Hash],
) -> Result<(), Refuted> {
    if !is_subtree(old) || old.end > size || path.len() > PATH_MAX {
        return Err(Refuted);
    }
    if old.is_empty() {
        let bare = old_root == EMPTY_HASH && path.is_empty() && (size > 0 || root == EMPTY_HASH);
        return bare.then_some(()).ok_or(Refuted);
    }
    if old.start > 0 {
        return Err(Refuted);
    }
    check_tree(&path.to_vec(), size, root, old.end, old_root).map_err(|_| Refuted)
}

/// Whether a span of leaves is a subtree of every tree that reaches so far.
fn is_subtree(span: &Range<u64>) -> bool {
    let ordered = span.start <= span.end && span.end <= SIZE_MAX;
    ordered
        && span
            .start
            .is_multiple_of((span.end - span.start).next_power_of_two())
}
