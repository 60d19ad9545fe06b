//! A file on its way: written and hashed as it comes, named when it is whole.

use super::file::BEGINNING;
use super::{EvidenceError, EvidenceFile, EvidenceFiles, FileHash, Shelf};
use bytes::Bytes;
use object_store::path::Path as Place;
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How many pieces of an upload wait for the store at a time: a sender that is faster than the store
/// waits.
const PIECES: usize = 2;

/// A file on its way. Dropped before it is whole, it leaves nothing.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::evidence::{Arrived, EvidenceFiles, Upload};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let files = EvidenceFiles::in_folder(folder.path(), "city")?;
/// let mut upload: Upload = files.begin().await?;
/// upload.write("some".into()).await?;
/// upload.write("thing".into()).await?;
/// assert_eq!(upload.bytes(), 9);
/// let arrived: Arrived = upload.finish().await?;
/// assert_eq!(arrived.beginning(), b"something");
/// assert_eq!(arrived.file().whole().await?, "something");
/// let hash = arrived.hash().clone();
/// arrived.discard().await?;
/// assert!(files.find(&hash).await?.is_none());
/// # Ok(()) }
/// # example().await.unwrap();
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Debug)]
pub struct Upload {
    files: EvidenceFiles,
    place: Place,
    to: WriteMultipart,
    digest: Sha256,
    bytes: u64,
    beginning: Vec<u8>,
}

/// A file that is whole, and not yet named.
#[derive(Debug)]
pub struct Arrived {
    files: EvidenceFiles,
    place: Place,
    hash: FileHash,
    bytes: u64,
    beginning: Vec<u8>,
}

impl EvidenceFiles {
    /// Begins to take a file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(&self) -> Result<Upload, EvidenceError> {
        let name = Uuid::now_v7().simple().to_string();
        let shelf = Shelf::Incoming.name();
        let place = Place::from_iter([self.tenant.as_str(), shelf, &name]);
        let to = WriteMultipart::new(self.store.put_multipart(&place).await?);
        Ok(Upload {
            files: self.clone(),
            place,
            to,
            digest: Sha256::new(),
            bytes: 0,
            beginning: Vec::new(),
        })
    }
}

impl Upload {
    /// How much has come.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write(&mut self, piece: Bytes) -> Result<(), EvidenceError> {
        self.digest.update(&piece);
        self.bytes += piece.len() as u64;
        let missing = (BEGINNING as usize).saturating_sub(self.beginning.len());
        let first = piece.get(..missing.min(piece.len())).unwrap_or_default();
        self.beginning.extend_from_slice(first);
        self.to.wait_for_capacity(PIECES).await?;
        self.to.put(piece);
        Ok(())
    }

    /// The sender has sent everything.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn finish(self) -> Result<Arrived, EvidenceError> {
        self.to.finish().await?;
        Ok(Arrived {
            files: self.files,
            place: self.place,
            hash: FileHash::of(&self.digest.finalize()),
            bytes: self.bytes,
            beginning: self.beginning,
        })
    }
}

impl Arrived {
    /// Its first bytes.
    #[must_use]
    pub fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    /// Its SHA-256.
    #[must_use]
    pub const fn hash(&self) -> &FileHash {
        &self.hash
    }

    /// To look into it before it is kept.
    #[must_use]
    pub fn file(&self) -> EvidenceFile {
        EvidenceFile::at(&self.files.store, self.place.clone(), self.bytes)
    }

    /// Puts it where it is found by its hash, for an event to name it.
    ///
    /// # Errors
    /// When the store does not answer; send it again then.
    pub async fn keep(self) -> Result<FileHash, EvidenceError> {
        let (files, hash) = (&self.files, &self.hash);
        if files.size(&files.place(Shelf::Kept, hash)).await?.is_some() {
            files.delete(&self.place).await?;
        } else {
            // Over what stands there: it is the same, and is young again.
            let pending = files.place(Shelf::Pending, hash);
            files.store.rename(&self.place, &pending).await?;
        }
        Ok(self.hash)
    }

    /// Throws it away.
    ///
    /// # Errors
    /// When the store does not answer; it goes by age then.
    pub async fn discard(self) -> Result<(), EvidenceError> {
        self.files.delete(&self.place).await
    }
}
