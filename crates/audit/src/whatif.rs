//! What if: a period lived again under another policy, calendar or weights.
//!
//! The same commands, rebuilt from the facts ([`crate::judge`]), are decided once more by the domain's
//! rules under the other law, and what they give goes into a log of its own beside the real one. Both
//! logs are folded by the same views and asked the same questions, so that what differs is the law.
//! The clock's own commands are made anew, when the other law has them due.
//!
//! People cannot be asked again. Where a command would have been refused, or where a duty would have
//! run out before somebody did it in time, they would have acted differently: the model ends there for
//! that case, and says so.

mod compare;
mod report;
mod scenario;
mod scratch;
mod timers;
mod walk;

pub use report::{CardCount, Due, End, Ended, ListChange, RankingChange, WhatIfReport};
pub use scenario::{Scenario, ScenarioProblem};

use crate::problem::Problem;
use crate::source::Source;
use gridwhistle_projections::questions::Window;

/// Lives a window of a log again under another law. `most` rows of each list are kept; all are counted.
///
/// # Errors
/// [`Problem::Scenario`] where the other law is none; [`Problem::Store`] and [`Problem::Replay`] where
/// the log cannot be read, or the files in the temporary folder cannot be written.
pub async fn what_if(
    source: &Source,
    scenario: Scenario,
    window: Window,
    most: usize,
) -> Result<WhatIfReport, Problem> {
    let scratch = scratch::Scratch::new()?;
    let mut walk = walk::Walk::new(source, scenario, window, (scratch.log(), most)).await?;
    walk.live().await?;
    compare::compared(source, walk, &scratch).await
}
