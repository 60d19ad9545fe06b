//! What an auditor replays, held against what a living city answered.

mod certificate;
mod golden;
mod life;
mod prefix;
pub(crate) mod then;
