//! Re-judging: was every event of a log allowed by the policy, calendar, catalogue, registry and
//! roles that were in force then?
//!
//! The events of one command stand together. Of a case's command the judge rebuilds what was asked
//! from the facts (`command`), asks the domain's own pure rules on the state before it, with the law
//! of that position, and compares what they give with what the log holds: a refusal is a deviation
//! with its rule, and so is any other fact, instant or number. That nothing follows an end, that every
//! due time is counted right and every chain of signatures complete falls out of the same rules. What
//! the facts do not keep is counted, never passed over in silence.
//!
//! ```text
//! log ──► run ──► central: reference data, appraisals, score runs ──► law
//!            └──► lots of cases, by stream ──► cases (one judge a core) ──► report
//! ```

pub(crate) mod cache;
mod cases;
mod central;
pub(crate) mod command;
mod differ;
mod evaluation;
mod kept;
pub(crate) mod law;
mod lot;
mod past;
mod report;
mod run;
mod told;
mod weigh;

pub use report::{Deviation, JudgeReport};
pub use run::{JudgeOptions, judge};

use chrono::{DateTime, TimeDelta, Utc};

/// What was counted from a moment before a decision may differ by as much.
const MOMENT: TimeDelta = TimeDelta::seconds(5);

/// Whether an instant is what is counted from another one, or from a moment before.
fn near(
    given: DateTime<Utc>,
    from: DateTime<Utc>,
    counted: impl Fn(DateTime<Utc>) -> DateTime<Utc>,
) -> bool {
    let (least, most) = (counted(from - MOMENT), counted(from));
    (least.min(most)..=most.max(least)).contains(&given)
}
