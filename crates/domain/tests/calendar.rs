//! Working time held against the vectors of `DOMAIN.md` section 5 and the shared ground truth.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "calendar/shared.rs"]
mod shared;

#[path = "calendar/ground_truth.rs"]
mod ground_truth;
#[path = "calendar/laws.rs"]
mod laws;
#[path = "calendar/local.rs"]
mod local;
#[path = "calendar/publishing.rs"]
mod publishing;
#[path = "calendar/reference.rs"]
mod reference;
#[path = "calendar/refusals.rs"]
mod refusals;
#[path = "calendar/vectors.rs"]
mod vectors;
