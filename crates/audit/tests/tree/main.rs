//! The transparency log beside real logs: standard vectors, sealing, proofs, every kind of
//! tampering, and files of rubbish.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail their test"
)]

mod crude;
mod forger;
mod garbage;
mod kit;
mod sealing;
mod tamper;
mod target;
mod vectors;
mod witnesses;
