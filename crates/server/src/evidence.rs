//! Files of evidence over HTTP: taken before the command that names them, given back as far as their
//! case is seen. Photos go out without what the camera wrote into them, unless somebody may read
//! personal data and says why.

mod download;
mod kind;
mod photo;
pub(crate) mod settings;
mod upload;

pub(crate) use download::{EvidenceContent, EvidenceOfCase, list, show};
pub(crate) use upload::{EvidenceBody, UploadedEvidence, take};

use crate::app::App;
use crate::problem::{Issue, Kind, Trouble};
use crate::settings::EvidenceSettings;
use chrono::TimeDelta;
use gridwhistle::evidence::{EvidenceError, EvidenceFiles};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Under `/api/v1`: where files are taken.
pub(crate) const PATH: &str = "/evidence";
/// What a multipart body has around its file, at most.
const AROUND: u64 = 64 << 10;
/// Photos in memory at a time.
const PHOTOS: usize = 4;

/// The files, and what bounds work on them.
pub(crate) struct EvidenceDesk {
    files: Option<EvidenceFiles>,
    /// Held while a photo is in memory.
    photos: Semaphore,
}

impl EvidenceDesk {
    /// By the settings, which were checked.
    pub(crate) fn open(settings: &EvidenceSettings, tenant: &str) -> Result<Self, EvidenceError> {
        let folder = settings.folder.as_ref();
        let files = folder.map(|folder| EvidenceFiles::in_folder(folder, tenant));
        Ok(Self {
            files: files.transpose()?,
            photos: Semaphore::new(PHOTOS),
        })
    }

    fn files(&self) -> Result<&EvidenceFiles, Issue> {
        let files = self.files.as_ref();
        files.ok_or_else(|| Issue::new(Kind::EvidenceOff))
    }

    /// Runs what needs a photo in memory, when there is room.
    async fn with_photo<T>(&self, work: impl Future<Output = T>) -> T {
        // Nobody closes the semaphore; without a place the work would only be unbounded.
        let _place = self.photos.acquire().await;
        work.await
    }
}

/// The largest body of an upload.
pub(crate) fn body_bytes(settings: &EvidenceSettings) -> usize {
    usize::try_from(settings.bytes + AROUND).unwrap_or(usize::MAX)
}

impl From<EvidenceError> for Trouble {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Engine(error) => error.into(),
            error => {
                tracing::error!(%error, "the store of evidence fails");
                Issue::new(Kind::EvidenceAway).into()
            }
        }
    }
}

/// Puts away what nobody named, now and then, until the service stops.
pub(crate) async fn keep_tidy(app: Arc<App>, closing: CancellationToken) {
    const FIRST: Duration = Duration::from_secs(10 * 60);
    const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
    let Some(files) = app.evidence.files.clone() else {
        return;
    };
    let pending = TimeDelta::days(app.settings.evidence.pending_days.into());
    let mut pause = FIRST;
    while closing
        .run_until_cancelled(tokio::time::sleep(pause))
        .await
        .is_some()
    {
        let sweep = files.sweep(&app.engine, pending);
        match closing.run_until_cancelled(sweep).await {
            Some(Ok(swept)) => {
                tracing::info!(kept = swept.kept, deleted = swept.deleted, "evidence swept");
            }
            Some(Err(error)) => tracing::warn!(%error, "evidence not swept"),
            None => return,
        }
        pause = EVERY;
    }
}
