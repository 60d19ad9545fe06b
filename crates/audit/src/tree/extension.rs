//! A proof that a newer checkpoint continues an older one: one file in the form that C2SP
//! tlog-witness has for what a log sends its witnesses.
//!
//! `old SIZE`, the hashes of the proof, an empty line, then the newer checkpoint.

use super::checkpoint::Sealed;
use super::folder::Tree;
use super::trouble::{Rule, TreeProblem};
use super::{FILE_MAX, check};
use tlog_tiles::{Hash, prove_tree};

const FORM: &Rule = &(
    "这不是一致性证明：应为 gridwhistle audit consistency 生成的文件（old 大小、哈希、空行、检查点）；文件可能被截断或改动",
    "this is no consistency proof; accepted: a file as gridwhistle audit consistency writes it (old SIZE, hashes, an empty line, a checkpoint). It may be cut short or changed",
);

const OLD: &str = "old ";

/// A newer checkpoint with the proof that it continues a tree of an older size.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    old: u64,
    path: Vec<Hash>,
    sealed: Sealed,
}

impl Extension {
    /// Proves that a checkpoint of a tree continues the same tree at an older size.
    ///
    /// # Errors
    /// [`TreeProblem::Backwards`], [`TreeProblem::Tile`].
    pub fn make(tree: &Tree, old: u64, sealed: Sealed) -> Result<Self, TreeProblem> {
        let new = sealed.size();
        if old > new {
            return Err(TreeProblem::Backwards {
                have: old,
                given: new,
            });
        }
        let damaged = || TreeProblem::Tile(tree.folder().join("tile"));
        let path = if old == 0 || old == new {
            Vec::new()
        } else {
            prove_tree(new, old, &tree.reader(new, sealed.root())).map_err(|_| damaged())?
        };
        let made = Self { old, path, sealed };
        if old > 0 {
            made.continues_root(old, tree.root(old)?)
                .map_err(|_| damaged())?;
        }
        Ok(made)
    }

    /// Reads a file; a bare checkpoint is taken as one without a proof, from size 0.
    ///
    /// # Errors
    /// [`TreeProblem::Form`].
    pub fn read(bytes: &[u8]) -> Result<Self, TreeProblem> {
        let wrong = || TreeProblem::Form(FORM);
        if !bytes.starts_with(OLD.as_bytes()) {
            let (old, path) = (0, Vec::new());
            let sealed = Sealed::read(bytes)?;
            return Ok(Self { old, path, sealed });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| wrong())?;
        let (head, note) = text.split_once("\n\n").ok_or_else(wrong)?;
        let mut lines = head.split('\n');
        let number = lines.next().and_then(|line| line.strip_prefix(OLD));
        let number = number.ok_or_else(wrong)?;
        let old: u64 = number.parse().map_err(|_| wrong())?;
        if bytes.len() > FILE_MAX || old.to_string() != number {
            return Err(wrong());
        }
        let path: Result<Vec<Hash>, _> = lines.map(Hash::parse_hash).collect();
        let path = path.map_err(|_| wrong())?;
        let sealed = Sealed::read(note.as_bytes())?;
        Ok(Self { old, path, sealed })
    }

    /// Its file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{OLD}{}\n", self.old);
        for hash in &self.path {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.sealed.bytes());
        bytes
    }

    /// The newer checkpoint.
    #[must_use]
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// The size from which its proof begins.
    #[must_use]
    pub const fn old(&self) -> u64 {
        self.old
    }

    /// Checks that the newer checkpoint continues this older one.
    ///
    /// # Errors
    /// [`TreeProblem::Split`], [`TreeProblem::NotExtended`], [`TreeProblem::Backwards`],
    /// [`TreeProblem::Elsewhere`], [`TreeProblem::Origin`].
    pub fn continues(&self, older: &Sealed) -> Result<(), TreeProblem> {
        if older.origin() != self.sealed.origin() {
            return Err(TreeProblem::Origin {
                wanted: older.origin().to_owned(),
                found: self.sealed.origin().to_owned(),
            });
        }
        self.continues_root(older.size(), older.root())
    }

    /// Checks that the newer checkpoint continues the tree of this size and root.
    ///
    /// # Errors
    /// As [`Extension::continues`].
    pub fn continues_root(&self, have: u64, older: Hash) -> Result<(), TreeProblem> {
        let given = self.sealed.size();
        if given < have {
            return Err(TreeProblem::Backwards { have, given });
        }
        if given == have {
            let same = older == self.sealed.root();
            return same.then_some(()).ok_or(TreeProblem::Split(have));
        }
        if self.old != have {
            let given = self.old;
            return Err(TreeProblem::Elsewhere { have, given });
        }
        let root = self.sealed.root();
        check::extended(&(0..have), older, given, root, &self.path).map_err(|_| {
            TreeProblem::NotExtended {
                old: have,
                new: given,
            }
        })
    }
}
