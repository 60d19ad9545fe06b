//! A file that is there, to be read.

use super::EvidenceError;
use bytes::Bytes;
use futures_core::stream::BoxStream;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

/// How many of its first bytes tell what a file is.
pub(super) const BEGINNING: u64 = 8 << 10;

/// A file of evidence.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::evidence::{EvidenceFile, EvidenceFiles};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let files = EvidenceFiles::in_folder(folder.path(), "city")?;
/// let mut upload = files.begin().await?;
/// upload.write("%PDF-1.7 and so on".into()).await?;
/// let hash = upload.finish().await?.keep().await?;
/// let file: EvidenceFile = files.find(&hash).await?.unwrap();
/// assert_eq!(file.bytes(), 18);
/// assert!(file.beginning().await?.starts_with(b"%PDF"));
/// let (whole, _piece_by_piece) = (file.whole().await?, file.stream().await?);
/// assert_eq!(whole.len(), 18);
/// # Ok(()) }
/// # example().await.unwrap();
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    store: Arc<dyn ObjectStore>,
    place: Place,
    bytes: u64,
}

impl EvidenceFile {
    pub(super) fn at(store: &Arc<dyn ObjectStore>, place: Place, bytes: u64) -> Self {
        Self {
            store: Arc::clone(store),
            place,
            bytes,
        }
    }

    /// Its size.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its first bytes, enough to tell what it is.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn beginning(&self) -> Result<Bytes, EvidenceError> {
        let end = self.bytes.min(BEGINNING);
        Ok(self.store.get_range(&self.place, 0..end).await?)
    }

    /// All of it, in memory.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn whole(&self) -> Result<Bytes, EvidenceError> {
        Ok(self.store.get(&self.place).await?.bytes().await?)
    }

    /// All of it, piece by piece.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stream(
        &self,
    ) -> Result<BoxStream<'static, Result<Bytes, object_store::Error>>, EvidenceError> {
        Ok(self.store.get(&self.place).await?.into_stream())
    }
}
