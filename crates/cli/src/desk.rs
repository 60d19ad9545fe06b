//! What questions are answered from: the city's views by its engine, or those that an auditor
//! replayed. Lists, reports and their openings are told alike from both.

use crate::failure::Failure;
use chrono::{DateTime, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::projections::questions::{Moment, Questions};
use gridwhistle_audit::Problem;
use gridwhistle_audit::replay::Replayed;
use std::sync::Arc;

/// Something that knows policies, calendars, catalogue and registry.
pub(crate) trait Refers {
    /// What it knows.
    fn reference(&self) -> Arc<Reference>;
}

impl Refers for Engine {
    fn reference(&self) -> Arc<Reference> {
        Self::reference(self)
    }
}

impl Refers for Desk {
    fn reference(&self) -> Arc<Reference> {
        Self::reference(self)
    }
}

/// From what a question is answered.
pub(crate) enum Desk {
    /// From the city's views.
    Live(Engine),
    /// From the views of what was known.
    Replayed(Arc<Replayed>),
}

impl Desk {
    /// The questions.
    pub(crate) fn questions(&self) -> &Questions {
        match self {
            Self::Live(engine) => engine.questions(),
            Self::Replayed(replayed) => replayed.questions(),
        }
    }

    /// Policies, calendars, catalogue and registry.
    pub(crate) fn reference(&self) -> Arc<Reference> {
        match self {
            Self::Live(engine) => engine.reference(),
            Self::Replayed(replayed) => Arc::clone(replayed.reference()),
        }
    }

    /// The moment of a question: the asked instant, or else now, or when it was known.
    ///
    /// # Errors
    /// For an instant after what was known.
    pub(crate) fn moment(&self, as_of: Option<DateTime<Utc>>) -> Result<Moment, Failure> {
        match self {
            Self::Live(engine) => Ok(Moment::of(engine.now(), as_of)),
            Self::Replayed(replayed) => {
                Ok(replayed.known().moment(as_of).map_err(Problem::from)?)
            }
        }
    }
}
