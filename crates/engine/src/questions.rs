//! Reading: bring the views up to a position, then ask. Views are filled only when someone asks for
//! a position, or by [`Engine::run`]; a reader beside another writer sees what that writer filled.

use crate::Engine;
use crate::error::EngineError;
use gridwhistle_projections::ViewHealth;
use gridwhistle_projections::questions::Questions;
use gridwhistle_projections::runner::RebuildProgress;

impl Engine {
    /// The questions people ask, answered from the views as they stand.
    ///
    /// Wait for the position of your own command first: [`Engine::wait`].
    #[must_use]
    pub fn questions(&self) -> &Questions {
        &self.inner.questions
    }

    /// Waits until the views hold a position; works for it unless another process does.
    ///
    /// # Errors
    /// [`EngineError::Projection`] for a poison event; [`EngineError::NotYet`] where this process
    /// may only read and the writer is behind.
    pub async fn wait(&self, position: u64) -> Result<u64, EngineError> {
        self.fresh_reference().await?;
        let reached = self.inner.questions.position().await?;
        if reached >= position {
            return Ok(reached);
        }
        if self.inner.read_only {
            return Err(EngineError::NotYet {
                reached,
                wanted: position,
            });
        }
        let reached = self.inner.runner.catch_up(Some(position)).await?;
        if reached < position {
            return Err(EngineError::NotYet {
                reached,
                wanted: position,
            });
        }
        Ok(reached)
    }

    /// Brings the views up to the head of the log; answers the position. A reader beside another
    /// process answers where that process has brought them.
    ///
    /// # Errors
    /// [`EngineError::Projection`] for a poison event.
    pub async fn catch_up(&self) -> Result<u64, EngineError> {
        self.fresh_reference().await?;
        if self.inner.read_only {
            return Ok(self.inner.questions.position().await?);
        }
        Ok(self.inner.runner.catch_up(None).await?)
    }

    /// Rebuilds the case view beside the live one and swaps; readers see the old one until then.
    ///
    /// # Errors
    /// [`EngineError::Projection`]; the live view stays as it is.
    pub async fn rebuild(
        &self,
        progress: impl Fn(RebuildProgress) + Send + Sync,
    ) -> Result<u64, EngineError> {
        Ok(self.inner.runner.rebuild(progress).await?)
    }

    /// How the views stand: position, lag, and the event that stops them, if one does.
    #[must_use]
    pub fn health(&self) -> ViewHealth {
        self.inner.runner.health()
    }
}
