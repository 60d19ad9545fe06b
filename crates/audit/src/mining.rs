//! Process mining: the log's cases as XES and OCEL 2.0 for the tools of that trade, and event logs of
//! others in, measured by the same definitions.
//!
//! Responsible for what leaves the log in an open form: activities, instants, people in office, units,
//! stages and codes. Refuses to repeat free text, residents' ids and sealed fields, and writes nothing
//! into the log. One case is held at a time, whatever the size of the log.
//!
//! Reading order: [`activity`] says what an event is called, [`story`] folds one case, [`walk`] brings
//! the cases one by one; then [`xes`] and [`ocel`] write, and [`foreign`] reads.

pub mod activity;
pub mod foreign;
pub mod ocel;
mod problem;
pub mod story;
pub mod walk;
pub mod xes;

pub use problem::MiningProblem;

use serde::Serialize;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Cases: traces of XES, objects of type `case` of OCEL.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// Objects; 0 in XES, which has none.
    pub objects: u64,
    /// Relations of events and of objects to objects; 0 in XES.
    pub relations: u64,
    /// The last position that was read.
    pub until: u64,
}
