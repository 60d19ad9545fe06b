//! How much is under way at a time. What is above that waits a moment for its turn and is then refused
//! before anything of it is read, so that what was taken is answered in time, however much is asked.

use crate::app::Shared;
use crate::identity::limits::UNLIMITED;
use crate::problem::{Issue, Kind, Trouble};
use crate::router::brings_files;
use crate::settings::Limits;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// In how many seconds to ask again.
const AGAIN: u64 = 1;

/// A place for each request under way.
pub(crate) struct Room {
    requests: Option<Semaphore>,
    /// Of their own: who sends a photo over a thin line must not keep others from asking.
    files: Option<Semaphore>,
    /// What was known is filled into a file for each who asks.
    replays: Option<Arc<Semaphore>>,
    turn: Duration,
}

impl Room {
    pub(crate) fn of(limits: &Limits) -> Self {
        let places = |most: usize| (most > 0).then(|| Semaphore::new(most));
        Self {
            requests: places(limits.under_way.min(Semaphore::MAX_PERMITS)),
            files: places(limits.files_under_way.min(Semaphore::MAX_PERMITS)),
            replays: places(limits.replays.min(Semaphore::MAX_PERMITS)).map(Arc::new),
            turn: Duration::from_millis(limits.turn_milliseconds),
        }
    }

    /// A place, if one is free or becomes so in time; none where there is no bound.
    async fn enter(&self, files: bool) -> Result<Option<SemaphorePermit<'_>>, Issue> {
        let places = if files { &self.files } else { &self.requests };
        let Some(places) = places else {
            return Ok(None);
        };
        if let Ok(place) = places.try_acquire() {
            return Ok(Some(place));
        }
        let place = tokio::time::timeout(self.turn, places.acquire()).await;
        place.ok().and_then(Result::ok).map(Some).ok_or_else(full)
    }

    /// A place for one whole log that is read again, kept for as long as what came of it is.
    pub(crate) async fn replay(&self) -> Result<Option<OwnedSemaphorePermit>, Issue> {
        let Some(places) = &self.replays else {
            return Ok(None);
        };
        let place = Arc::clone(places).acquire_owned();
        let place = tokio::time::timeout(self.turn, place).await;
        place.ok().and_then(Result::ok).map(Some).ok_or_else(full)
    }
}

fn full() -> Issue {
    metrics::counter!("gridwhistle_http_overloaded_total").increment(1);
    Issue::new(Kind::Overloaded).again_in(AGAIN)
}

/// Stands before every address but those that machines ask whether we live.
pub(crate) async fn bounded(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Trouble> {
    let path = request.uri().path();
    if UNLIMITED.contains(&path) {
        return Ok(next.run(request).await);
    }
    let _place = app.room.enter(brings_files(path)).await?;
    Ok(next.run(request).await)
}
