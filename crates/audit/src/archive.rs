//! What is kept after the log: a closed case as one file, a period's log as a sealed segment.
//!
//! Responsible for files that stand alone: a case that people can read and that carries its events and
//! proofs, and a segment that other engines can query and that verifies and replays without the
//! database. Refuses to archive what is not over, and to call a file sealed that it has not checked.

pub mod case;
mod problem;
pub mod segment;

pub use problem::ArchiveProblem;
