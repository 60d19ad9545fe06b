//! Files of evidence: photos and papers that events name by their SHA-256, kept outside the log.
//!
//! A file arrives before the command that names it: it is written under a name of chance
//! (`incoming`), hashed on the way, and stands under its hash (`pending`) when it is whole. What an
//! event names is moved to `kept`, from where nothing is ever deleted; what nobody names goes by age
//! ([`EvidenceFiles::sweep`]). The same content is one file, whoever sends it how often. Names are
//! hexadecimal digests alone, so that no name leads anywhere else.

mod file;
mod hash;
mod named;
mod sweep;
mod upload;

pub use file::EvidenceFile;
pub use hash::FileHash;
pub use named::NamedEvidence;
pub use sweep::Swept;
pub use upload::{Arrived, Upload};

use crate::error::EngineError;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a file cannot be kept or read.
///
/// ```
/// use gridwhistle::evidence::{EvidenceError, EvidenceFiles};
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("a file");
/// std::fs::write(&file, "")?;
/// let refused = EvidenceFiles::in_folder(&file, "city").unwrap_err();
/// assert!(matches!(refused, EvidenceError::Folder { .. }));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Handling: name a folder that this program may write.
    #[error("the folder {folder} cannot hold evidence: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Handling: try again later; commands are safe.
    #[error("the store of evidence does not answer: {0}")]
    Store(#[from] object_store::Error),
    /// Handling: as the message says.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The files of one tenant. Cheap to clone.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::evidence::{EvidenceFiles, FileHash};
///
/// # async fn example(engine: &gridwhistle::Engine) -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let files = EvidenceFiles::in_folder(folder.path(), engine.tenant())?;
/// let mut upload = files.begin().await?;
/// upload.write("a photo".into()).await?;
/// let hash: FileHash = upload.finish().await?.keep().await?;
/// let file = files.find(&hash).await?.unwrap();
/// assert_eq!(file.whole().await?, "a photo");
/// # Ok(()) }
/// # example(&engine).await.unwrap();
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EvidenceFiles {
    store: Arc<dyn ObjectStore>,
    tenant: String,
    /// Where a local store writes what is on its way.
    on_the_way: Option<PathBuf>,
}

/// Where a file stands in its life.
#[derive(Clone, Copy)]
enum Shelf {
    Incoming,
    Pending,
    Kept,
}

impl Shelf {
    const fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Pending => "pending",
            Self::Kept => "kept",
        }
    }
}

impl EvidenceFiles {
    /// In a local folder, which is made if it is not there. What is acknowledged is on the disk.
    ///
    /// # Errors
    /// [`EvidenceError::Folder`] when it cannot be used.
    pub fn in_folder(folder: &Path, tenant: &str) -> Result<Self, EvidenceError> {
        let cannot = |source| EvidenceError::Folder {
            folder: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(cannot)?;
        let store = LocalFileSystem::new_with_prefix(folder);
        let store = store.map_err(|error| cannot(std::io::Error::other(error)))?;
        let store = store.with_fsync(true);
        let shelf = Place::from_iter([tenant, Shelf::Incoming.name()]);
        let on_the_way = store.path_to_filesystem(&shelf)?;
        Ok(Self {
            store: Arc::new(store),
            tenant: tenant.to_owned(),
            on_the_way: Some(on_the_way),
        })
    }

    /// In any store that a host brings.
    ///
    /// ```
    /// use gridwhistle::evidence::EvidenceFiles;
    /// use std::sync::Arc;
    ///
    /// let store = object_store::memory::InMemory::new();
    /// let files = EvidenceFiles::on(Arc::new(store), "city");
    /// assert!(format!("{files:?}").contains("city"));
    /// ```
    #[must_use]
    pub fn on(store: Arc<dyn ObjectStore>, tenant: &str) -> Self {
        Self {
            store,
            tenant: tenant.to_owned(),
            on_the_way: None,
        }
    }

    fn shelf(&self, shelf: Shelf) -> Place {
        Place::from_iter([self.tenant.as_str(), shelf.name()])
    }

    fn place(&self, shelf: Shelf, hash: &FileHash) -> Place {
        // No folder holds all of a city's files.
        let name = hash.as_str();
        let first = name.get(..2).unwrap_or_default();
        Place::from_iter([self.tenant.as_str(), shelf.name(), first, name])
    }

    /// The file of a hash; none: it never arrived, or nobody named it in time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, hash: &FileHash) -> Result<Option<EvidenceFile>, EvidenceError> {
        // It may be moved from one shelf to the other while we look.
        for shelf in [Shelf::Kept, Shelf::Pending, Shelf::Kept] {
            let place = self.place(shelf, hash);
            if let Some(bytes) = self.size(&place).await? {
                return Ok(Some(EvidenceFile::at(&self.store, place, bytes)));
            }
        }
        Ok(None)
    }

    async fn size(&self, place: &Place) -> Result<Option<u64>, EvidenceError> {
        match self.store.head(place).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes; what is not there is deleted already.
    async fn delete(&self, place: &Place) -> Result<(), EvidenceError> {
        match self.store.delete(place).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
