//! The views as they would have been: filled from the log up to what was known, by the same fold that
//! fills the city's, in a file of the auditor's own that is deleted afterwards.
//!
//! In memory are a batch of events, the fold's cache of cases, and SQLite's page cache. While one batch is written, the next is read and folded; more than that is
//! not done side by side, for rows are numbered by arrival and one file has one writer.

use super::known::Known;
use super::{ReplayProblem, Until};
use crate::law;
use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_projections::{ProjectionError, Questions, Runner};
use gridwhistle_store::EventLog;
use gridwhistle_store::views::{self, ViewOptions, ViewStore};
use std::sync::Arc;
use tempfile::TempDir;

/// Views of what was known, and the law that was known.
pub struct Replayed {
    known: Known,
    tenant: String,
    log: Arc<dyn EventLog>,
    views: Arc<dyn ViewStore>,
    reference: Arc<Reference>,
    questions: Questions,
    /// Deleted with this.
    _folder: TempDir,
}

impl Replayed {
    /// Folds the log up to what was known.
    ///
    /// # Errors
    /// [`Problem::Unreadable`] for an event that this program cannot read, [`Problem::Store`],
    /// [`ReplayProblem::Fold`], [`ReplayProblem::Folder`].
    pub async fn of(source: &Source, known: Known) -> Result<Self, Problem> {
        let reference = Arc::new(law::at(source, known.position).await?);
        let log = source.log_until(known.position);
        let tenant = source.tenant().to_owned();
        let (folder, views) = temporary()?;
        fill(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        let questions = Questions::open(Arc::clone(&log), Arc::clone(&views), &tenant).await?;
        Ok(Self {
            known,
            tenant,
            log,
            views,
            reference,
            questions,
            _folder: folder,
        })
    }

    /// What was known.
    #[must_use]
    pub const fn known(&self) -> &Known {
        &self.known
    }

    /// Whose log it is.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The questions people ask, answered from what was known.
    #[must_use]
    pub const fn questions(&self) -> &Questions {
        &self.questions
    }

    /// Policies, calendars, catalogue and registry as they were known.
    #[must_use]
    pub const fn reference(&self) -> &Arc<Reference> {
        &self.reference
    }

    /// The log that was known.
    #[must_use]
    pub const fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// The rows.
    #[must_use]
    pub const fn views(&self) -> &Arc<dyn ViewStore> {
        &self.views
    }
}

impl Source {
    /// The log as it was at a position.
    #[must_use]
    pub fn log_until(&self, position: u64) -> Arc<dyn EventLog> {
        Arc::new(Until::new(Arc::clone(self.log()), self.tenant(), position))
    }
}

/// A folder that is gone when it is let go.
pub(crate) fn folder() -> Result<TempDir, Problem> {
    let made = tempfile::Builder::new()
        .prefix("gridwhistle-audit-")
        .tempdir();
    Ok(made.map_err(|what| ReplayProblem::Folder(what.to_string()))?)
}

/// A view store in a folder.
pub(crate) fn views_in(folder: &TempDir, name: &str) -> Result<Arc<dyn ViewStore>, Problem> {
    let url = format!("sqlite://{}", folder.path().join(name).display());
    let views = views::open(&url, ViewOptions::default());
    Ok(views.map_err(ReplayProblem::from)?)
}

/// A view store that is gone with its folder.
pub(crate) fn temporary() -> Result<(TempDir, Arc<dyn ViewStore>), Problem> {
    let folder = folder()?;
    let views = views_in(&folder, "replay")?;
    Ok((folder, views))
}

/// Fills the case view up to the head of a log, as a rebuild does: its indexes are made last.
pub(crate) async fn fill(
    log: Arc<dyn EventLog>,
    views: Arc<dyn ViewStore>,
    tenant: &str,
) -> Result<u64, Problem> {
    let runner = Runner::open(log, views, tenant).await.map_err(failed)?;
    runner.rebuild(|_| {}).await.map_err(failed)
}

/// An event that cannot be read is the log's matter, whatever met it.
pub(crate) fn failed(error: ProjectionError) -> Problem {
    match error {
        ProjectionError::Stopped { source, .. } => Problem::Unreadable(source),
        ProjectionError::Log { source, .. } => Problem::Store(source),
        other => ReplayProblem::Fold(other).into(),
    }
}
