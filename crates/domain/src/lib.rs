//! What may happen to a case in grid governance, and what it means.
//!
//! Pure rules: no I/O, no clock, no randomness. A decision reads everything it needs from its
//! arguments and answers with facts or a typed refusal; evolving a state reads nothing but the event.
//!
//! Reading order: [`ids`] and [`actor`] name the people and things, [`calendar`] is working time,
//! [`policy`] holds every number, [`catalogue`] and [`registry`] hold what the city knows,
//! [`case`] is the heart, [`evaluation`] follows a closed case,
//! [`appraisal`] a quarter.

pub mod actor;
pub mod appraisal;
pub mod authority;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod class;
pub mod evaluation;
pub mod happened;
pub mod ids;
mod instant;
pub mod local_time;
mod names;
pub mod policy;
pub mod registry;
pub mod satisfaction;
mod schema;
pub mod score;
pub mod sealed;
pub mod text;
pub mod wall_clock;
