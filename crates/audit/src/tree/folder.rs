//! The files of a tree, in the layout of C2SP tlog-tiles: `DIR/TENANT/checkpoint` and
//! `DIR/TENANT/tile/LEVEL/NUMBER[.p/WIDTH]`. Any web server can publish such a folder as it is.
//!
//! A file is written beside its name and then renamed, so that nobody ever reads half a file.

use super::check;
use super::checkpoint::Sealed;
use super::edge::{Edge, HEIGHT, WIDTH};
use super::trouble::TreeProblem;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use tlog_tiles::{
    Error, Hash, HashReader, Tile, TileHashReader, TileReader, prove_record, stored_hash_index,
    tlog::HASH_SIZE,
};

/// The tree of one tenant.
#[derive(Clone, Debug)]
pub struct Tree {
    folder: PathBuf,
}

impl Tree {
    /// The tree of a tenant under a folder; nothing is made yet.
    #[must_use]
    pub fn at(folder: &Path, tenant: &str) -> Self {
        let folder = folder.join(file_name(tenant));
        Self { folder }
    }

    /// Where it stands.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The newest checkpoint; none where nothing was sealed.
    ///
    /// # Errors
    /// [`TreeProblem::Form`], [`TreeProblem::Io`].
    pub fn checkpoint(&self) -> Result<Option<Sealed>, TreeProblem> {
        let path = self.folder.join("checkpoint");
        match fs::read(&path) {
            Ok(bytes) => Sealed::read(&bytes).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(TreeProblem::io(&path, &error)),
        }
    }

    /// The newest checkpoint, which must be there.
    ///
    /// # Errors
    /// [`TreeProblem::NoTree`], and as [`Tree::checkpoint`].
    pub fn newest(&self) -> Result<Sealed, TreeProblem> {
        let missing = || TreeProblem::NoTree(self.folder.clone());
        self.checkpoint()?.ok_or_else(missing)
    }

    /// Checks that a checkpoint from elsewhere is of this tree.
    ///
    /// # Errors
    /// [`TreeProblem::Split`] where the tree had another root at that size,
    /// [`TreeProblem::Backwards`] where it has not come so far, [`TreeProblem::Origin`].
    pub fn holds(&self, sealed: &Sealed) -> Result<(), TreeProblem> {
        let newest = self.newest()?;
        let (have, given) = (sealed.size(), newest.size());
        if sealed.origin() != newest.origin() {
            return Err(TreeProblem::Origin {
                wanted: newest.origin().to_owned(),
                found: sealed.origin().to_owned(),
            });
        }
        if have > given {
            return Err(TreeProblem::Backwards { have, given });
        }
        let same = self.root(have)? == sealed.root();
        same.then_some(()).ok_or(TreeProblem::Split(have))
    }

    /// The root that the tiles give at a size, which no checkpoint need have signed.
    ///
    /// # Errors
    /// [`TreeProblem::Tile`].
    pub fn root(&self, size: u64) -> Result<Hash, TreeProblem> {
        let damaged = |_| TreeProblem::Tile(self.folder.join("tile"));
        self.edge(size, None)?.root().map_err(damaged)
    }

    /// Leaves of one tile, proved to stand in the tree of a checkpoint.
    ///
    /// The crate's reader does not prove every tile that it reads: where several subtrees of the
    /// root share a tile, it passes over as many others. So the path of the tile's first leaf is
    /// checked here, which is made of all other leaves of the tile.
    ///
    /// # Errors
    /// [`TreeProblem::Tile`] names a tile that is not there or does not belong there.
    pub(crate) fn leaves(
        &self,
        sealed: &Sealed,
        first: u64,
        count: u64,
    ) -> Result<Vec<Hash>, TreeProblem> {
        let (size, root) = (sealed.size(), sealed.root());
        let begin = first / WIDTH * WIDTH;
        let damaged = || TreeProblem::Tile(self.path(0, first / WIDTH, WIDTH));
        if first.saturating_add(count) > size || count == 0 {
            return Err(damaged());
        }
        let reader = self.reader(size, root);
        let places: Vec<u64> = (begin..first + count)
            .map(|nth| stored_hash_index(0, nth))
            .collect();
        let mut kept = reader.read_hashes(&places).map_err(|_| damaged())?;
        let path = prove_record(size, begin, &reader).map_err(|_| damaged())?;
        let top = kept.first().copied().ok_or_else(damaged)?;
        check::included(&(0..size), begin, top, root, &path).map_err(|_| damaged())?;
        Ok(kept.split_off(usize::try_from(first - begin).unwrap_or(usize::MAX)))
    }

    /// A reader of the hashes of this tree.
    pub(crate) fn reader(&self, size: u64, root: Hash) -> TileHashReader<'_> {
        TileHashReader::new(size, root, self)
    }

    /// The edge of the tree at the size of a checkpoint, held against its root.
    ///
    /// # Errors
    /// [`TreeProblem::Tile`].
    pub(crate) fn edge(&self, size: u64, root: Option<Hash>) -> Result<Edge, TreeProblem> {
        let mut levels = Vec::new();
        let mut rest = size;
        for level in 0..u8::MAX {
            if rest == 0 {
                break;
            }
            let width = rest % WIDTH;
            levels.push(if width == 0 {
                Vec::new()
            } else {
                self.tile(level, rest / WIDTH, width)?
            });
            rest /= WIDTH;
        }
        let edge = Edge::of(size, levels);
        let damaged = || TreeProblem::Tile(self.folder.join("tile"));
        let found = edge.root().map_err(|_| damaged())?;
        if root.is_some_and(|root| root != found) {
            return Err(damaged());
        }
        Ok(edge)
    }

    /// The first `width` hashes of a tile. A partial tile that is gone is read from a wider one.
    pub(crate) fn tile(&self, level: u8, number: u64, width: u64) -> Result<Vec<u8>, TreeProblem> {
        let wanted = usize::try_from(width).unwrap_or(usize::MAX) * HASH_SIZE;
        let path = self.path(level, number, width);
        let wider = |path: &Path| {
            let mut bytes = fs::read(path).ok()?;
            bytes.truncate(wanted);
            (bytes.len() == wanted).then_some(bytes)
        };
        let mut candidates = vec![path.clone(), self.path(level, number, WIDTH)];
        if width < WIDTH && !path.exists() {
            let folder = path.parent().unwrap_or(&self.folder);
            let listed = fs::read_dir(folder).into_iter().flatten().flatten();
            candidates.extend(listed.map(|entry| entry.path()));
        }
        candidates
            .iter()
            .find_map(|path| wider(path))
            .ok_or(TreeProblem::Tile(path))
    }

    /// Where a tile stands.
    pub(crate) fn path(&self, level: u8, number: u64, width: u64) -> PathBuf {
        let width = u32::try_from(width.clamp(1, WIDTH)).unwrap_or(1);
        let path = Tile::new(HEIGHT, level, number, width, false).path();
        // The crate writes the height as Go's checksum database does; C2SP leaves it out.
        let path = path.replacen(&format!("tile/{HEIGHT}/"), "tile/", 1);
        self.folder.join(path)
    }

    /// Makes the folder and takes the lock that one sealer at a time may hold.
    pub(crate) fn lock(&self) -> Result<File, TreeProblem> {
        let path = self.folder.join("lock");
        let io = |error: &std::io::Error| TreeProblem::io(&path, error);
        fs::create_dir_all(&self.folder).map_err(|error| io(&error))?;
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(|error| io(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(TreeProblem::Locked(self.folder.clone())),
            Err(TryLockError::Error(error)) => Err(io(&error)),
        }
    }

    /// Publishes a checkpoint over what was written before it.
    pub(crate) fn publish(&self, sealed: &Sealed, written: &Written) -> Result<(), TreeProblem> {
        written.settle()?;
        let path = self.folder.join("checkpoint");
        put(&path, &sealed.bytes(), true)?;
        flush_folder(&self.folder)
    }
}

/// Files that wait for the disk at once.
const FLUSHES: usize = 16;

/// Files that a power cut may still take.
#[derive(Debug, Default)]
pub(crate) struct Written {
    files: Vec<PathBuf>,
}

impl Written {
    /// Writes a tile; narrower ones of the same number are of no use once it is full.
    pub(crate) fn tile(
        &mut self,
        tree: &Tree,
        (level, number): (u8, u64),
        hashes: &[u8],
    ) -> Result<(), TreeProblem> {
        let width = (hashes.len() / HASH_SIZE) as u64;
        let path = tree.path(level, number, width);
        put(&path, hashes, false)?;
        if width == WIDTH {
            let narrower = tree.path(level, number, 1);
            if let Some(folder) = narrower.parent() {
                let _ = fs::remove_dir_all(folder);
            }
        }
        self.files.push(path);
        Ok(())
    }

    /// Waits until all of them are on the disk: no checkpoint speaks of tiles that may be lost.
    /// Many wait at once, for a disk that flushes one flushes those that wait with it.
    fn settle(&self) -> Result<(), TreeProblem> {
        let share = self.files.len().div_ceil(FLUSHES).max(1);
        std::thread::scope(|scope| {
            let shares = self.files.chunks(share);
            let waiting: Vec<_> = shares
                .map(|files| scope.spawn(move || files.iter().try_for_each(|path| flush(path))))
                .collect();
            waiting.into_iter().try_for_each(|one| {
                one.join()
                    .unwrap_or_else(|cause| std::panic::resume_unwind(cause))
            })
        })?;
        let folders: BTreeSet<&Path> = self.files.iter().filter_map(|path| path.parent()).collect();
        let mut there = folders.into_iter().filter(|folder| folder.exists());
        there.try_for_each(flush_folder)
    }
}

/// Waits until a file is on the disk; a partial tile that has become full since is gone.
fn flush(path: &Path) -> Result<(), TreeProblem> {
    match File::open(path).and_then(|file| file.sync_all()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(TreeProblem::io(path, &error)),
        _ => Ok(()),
    }
}

impl TileReader for Tree {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let one = |tile: &Tile| {
            let width = u64::from(tile.width());
            self.tile(tile.level(), tile.level_index(), width)
                .map_err(|_| Error::InvalidTile)
        };
        tiles.iter().map(one).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Writes a file whole or not at all.
///
/// # Errors
/// [`TreeProblem::Io`].
pub fn put(path: &Path, bytes: &[u8], settled: bool) -> Result<(), TreeProblem> {
    let io = |error: std::io::Error| TreeProblem::io(path, &error);
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = File::create(&beside).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    if settled {
        file.sync_all().map_err(io)?;
    }
    fs::rename(&beside, path).map_err(io)
}

/// Reads a file that somebody handed over, no more of it than any such file holds.
///
/// # Errors
/// [`TreeProblem::Io`].
pub fn get(path: &Path) -> Result<Vec<u8>, TreeProblem> {
    let io = |error: std::io::Error| TreeProblem::io(path, &error);
    let mut bytes = Vec::new();
    let most = super::PROOF_MAX as u64 + 1;
    let file = File::open(path).map_err(io)?;
    file.take(most).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

fn flush_folder(folder: &Path) -> Result<(), TreeProblem> {
    let flushed = File::open(folder).and_then(|folder| folder.sync_all());
    flushed.map_err(|error| TreeProblem::io(folder, &error))
}

/// A tenant's name as the name of a folder: what a path could misread is written as `%XX`.
fn file_name(tenant: &str) -> String {
    let mut name = String::with_capacity(tenant.len());
    for (nth, letter) in tenant.char_indices() {
        let unsafe_here = matches!(letter, '/' | '\\' | ':' | '%') || letter.is_control();
        if unsafe_here || (nth == 0 && letter == '.') {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                name.push_str(&format!("%{byte:02X}"));
            }
        } else {
            name.push(letter);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_stand_where_the_standard_wants_them() {
        let tree = Tree::at(Path::new("t"), "坪山");
        let path = |level, number, width| tree.path(level, number, width).display().to_string();
        assert_eq!(path(0, 1_234_067, 256), "t/坪山/tile/0/x001/x234/067");
        assert_eq!(path(1, 0, 17), "t/坪山/tile/1/000.p/17");
    }

    #[test]
    fn a_tenant_cannot_name_another_folder() {
        assert_eq!(file_name("../a:b%"), "%2E.%2Fa%3Ab%25");
        assert_eq!(file_name("city"), "city");
    }
}
