//! A file that an audit writes: complete under its name, or not there.

use crate::args::Target;
use crate::export::file::free;
use crate::failure::Failure;
use crate::rejects::folder_of;
use gridwhistle_sheets::file::create;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io;
use std::path::Path;
use tempfile::NamedTempFile;

/// A file in the making; dropped, it leaves nothing behind.
pub(super) struct Making<'a> {
    target: &'a Target,
    named: NamedTempFile,
}

impl<'a> Making<'a> {
    /// Begins the file.
    ///
    /// # Errors
    /// For a file that is there (unless `force`), a folder that takes none.
    pub(super) fn begin(target: &'a Target) -> Result<Self, Failure> {
        free(&target.to, target.force)?;
        let named = create(folder_of(&target.to));
        let named = named.map_err(|error| Failure::unwritable(&target.to, &error))?;
        Ok(Self { target, named })
    }

    /// Where it is written, for what opens files by name.
    pub(super) fn path(&self) -> &Path {
        self.named.path()
    }

    /// Where it is written.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) fn file(&self) -> Result<File, Failure> {
        self.named.reopen().map_err(|error| self.unwritable(&error))
    }

    /// Gives it its name, and answers its SHA-256.
    ///
    /// # Errors
    /// When the disk does not take it, or somebody else took the name meanwhile.
    pub(super) fn put(self) -> Result<String, Failure> {
        let hash = self.file()?.sync_all().and_then(|()| sha256(self.path()));
        let hash = hash.map_err(|error| self.unwritable(&error))?;
        let put = if self.target.force {
            self.named.persist(&self.target.to)
        } else {
            self.named.persist_noclobber(&self.target.to)
        };
        put.map_err(|refused| Failure::unwritable(&self.target.to, &refused.error))?;
        Ok(hash)
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        Failure::unwritable(&self.target.to, error)
    }
}

/// The SHA-256 of a file, in hexadecimal.
fn sha256(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = io::BufReader::with_capacity(1 << 17, File::open(path)?);
    loop {
        let ahead = io::BufRead::fill_buf(&mut file)?;
        if ahead.is_empty() {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(ahead);
        let read = ahead.len();
        io::BufRead::consume(&mut file, read);
    }
}
