//! What may be done about a failure: whether to come again.

use crate::questions::QuestionError;
use crate::runner::ProjectionError;

impl QuestionError {
    /// Whether the same question may be answered later without anybody changing anything.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::Views(error) => error.may_retry(),
            Self::Log(error) => error.may_retry(),
            Self::Misfit(_) | Self::Unreadable(_) => false,
        }
    }
}

impl ProjectionError {
    /// Whether catching up may go through later without anybody changing anything.
    #[must_use]
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::Log { source, .. } => source.may_retry(),
            Self::Views { source, .. } => source.may_retry(),
            Self::Stopped { .. } | Self::Interrupted { .. } => false,
        }
    }
}
