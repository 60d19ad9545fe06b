//! A period's log as one Parquet file: a row an event, packed, sealed by the log's own checksums and
//! chain.
//!
//! The seal is the pair of chain values before the first event and after the last: whoever published
//! the latter (a checkpoint) can tell any change. Rows are written and read group by group, so memory
//! does not grow with the period.

mod against;
mod columns;
mod form;
mod group;
mod lanes;
mod read;
mod restore;
mod write;

pub use against::{Held, verify_against};
pub use form::Seal;
pub use read::{Verified, replay, replay_with, scan, scan_with, verify};
pub use restore::{Restored, restore};
pub use write::{Period, write};
