//! Placeholder of the workspace skeleton; replaced in the next commits.

pub mod import;
