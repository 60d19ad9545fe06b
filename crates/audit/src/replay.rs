//! What was known when: any case, list, figure or permission as of an instant, as it was known at
//! another.
//!
//! What was *known* at an instant is what the log had taken by then. Its recording times never go
//! back, so that is everything up to a position, found by halving ([`known`]). What *held* at an
//! instant follows from the events that had happened by then, which the views keep apart. So a
//! question with both instants is the question as of one, to views filled from the log up to the
//! other ([`views`]) in a file that is gone afterwards. Of one case alone nothing but its stream is
//! read ([`case`]). The city's own views are never looked at.

pub mod case;
pub mod find;
pub mod known;
mod problem;
pub mod until;
pub mod views;

pub use case::{CaseThen, TimelineTold};
pub use find::find;
pub use known::{Known, KnownBy};
pub use problem::ReplayProblem;
pub use until::Until;
pub use views::Replayed;

use crate::problem::Problem;
use gridwhistle_store::StoreError;

/// Works on a thread that may be busy for long.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| StoreError::Closed)??)
}
