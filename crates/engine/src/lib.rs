//! The engine of Gridwhistle, as a city's IT embeds it: open a store, execute commands, wait for
//! their position, ask questions.
//!
//! A command walks down one stair (`execute` → decide → append → log); a view walks up another
//! (log → runner → views → questions). They meet only in the log. Nothing runs in the background
//! unless the host calls [`Engine::run`]; time is injected.

pub mod access_keys;
pub mod admin;
pub mod administration;
pub mod appraise;
pub mod boundaries;
mod cache;
mod commit;
#[doc(hidden)]
pub mod doc;
pub mod error;
pub mod evaluate;
pub mod evidence;
pub mod execute;
pub mod export;
pub mod foresee;
pub mod import;
pub mod keyed;
pub mod keyring;
pub mod moving;
mod office;
mod open;
pub mod personal;
pub mod questions;
mod reference;
pub mod scores;
pub mod sessions;
mod snapshots;
pub mod subscribers;
pub mod timers;
mod warnings;

pub use error::EngineError;
pub use execute::{Receipt, Request};
pub use gridwhistle_domain as domain;
pub use gridwhistle_projections as projections;
pub use gridwhistle_store::{Address, Clock, ManualClock, RecordedEvent, StreamId, SystemClock};
pub use open::{Engine, Options};
