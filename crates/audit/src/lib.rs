//! What an inspector asks who trusts nobody: what was known when, whether it was allowed, and
//! whether anything was changed.
//!
//! The auditor shares the law with the writer (the domain's pure rules and the views' folds), never
//! the machinery: this crate does not reach the engine, opens the log to read alone, and writes
//! nothing into it. It reads no clock; whoever asks brings the instant.
//!
//! ```text
//! log ──► source ──► rooms of the auditor ──► words and files for people
//! ```
//!
//! Reading order: [`source`] opens a tenant's log, [`law`] is
//! what was in force at a position, [`problem`] is why an answer cannot be given. [`tree`] is the
//! transparency log: sealing, proofs, witnesses and the full look at a log. [`replay`] asks what was
//! known when, [`diff`] what changed between two points, [`certificate`] whether the views are what
//! the log says. [`judge`] asks of every event whether it was allowed, [`whatif`] lives a period again
//! under another law. [`mining`] is the log as other tools read it, [`conformance`] how cases went
//! against their flow, [`archive`] what is kept without the database.

pub mod archive;
pub mod certificate;
pub mod conformance;
pub mod diff;
pub mod judge;
pub mod law;
pub mod mining;
pub mod problem;
pub mod replay;
pub mod source;
pub mod tree;
pub mod whatif;

pub use problem::Problem;
pub use source::Source;
